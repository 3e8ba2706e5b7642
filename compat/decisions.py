"""The one reviewed list of differences from the published package, each with its reason.

A difference that no entry explains fails the check; an entry that explains nothing any more fails it too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A difference that is wanted."""

    reason: str
    areas: tuple[str, ...] = ("*",)
    """Names or shell-style patterns of areas."""
    scenarios: tuple[str, ...] = ("*",)
    """Names or shell-style patterns of scenarios."""
    paths: tuple[str, ...] = ("*",)
    """Shell-style patterns of the places in the observation that may differ."""


DECISIONS: tuple[Decision, ...] = (
    # --- errors that say more
    Decision(
        reason="An argument of a wrong type is named together with the value that was given.",
        areas=("agents", "errors", "prompts", "agent_tools", "structured", "hooks"),
        scenarios=(
            "wrong_model: *",
            "constructor: state of a wrong type",
            "stateful_model_with_a_conversation_manager",
            "retry_strategy_of_a_wrong_type: *",
            "model_argument",
            "wrong_plugins",
            "prompt: *",
            "agent_as_tool_with_input: number",
        ),
        paths=("*/raised/text", "*/raised/<exception>", "*/toolResult/content/0/text"),
    ),
    Decision(
        reason="The error about an unknown preset names the presets.",
        areas=("agents", "session_restores"),
        scenarios=("snapshots", "snapshot_taken: unknown preset"),
        paths=("*/raised/text", "/raised/text"),
    ),
    Decision(
        reason="`per_turn` of the sliding window is checked when the manager is made.",
        areas=("conversation",),
        scenarios=("sliding_window_per_turn: text",),
    ),
    Decision(
        reason="The error at the token limit says where the partial response is kept, in place of a web address.",
        areas=("errors", "structured", "responses", "sessions", "spans*"),
        scenarios=(
            "max_tokens*",
            "output: max tokens",
            "stop_reason*: max_tokens",
            "spans: max tokens",
            "*disk: max tokens",
        ),
        paths=("/raised/text", "/0/raised/text", "/run/raised/text", "*/exception.message", "*/status/1"),
    ),
    Decision(
        reason="An MCP client that is not running says how to start it, in place of a web address.",
        areas=("mcp_tools",),
        paths=("*/raised/text",),
    ),
    Decision(
        reason="Errors about tool specs, files and schemas name the tool, file or types concerned.",
        areas=("tool*", "structured", "seams"),
        scenarios=(
            "loaders_called_directly",
            "from_a_file: file without tools",
            "tools_argument: unknown path",
            "tools_argument: dict with a name",
            "spec_validation: no schema",
            "signature: annotated",
            "validated: annotated",
            "validated: recursive",
            "pydantic_to_tool_spec: Tree",
        ),
        paths=("*/raised/text", "*/raised/<exception>", "*/raised/cause*"),
    ),
    Decision(
        reason="A malformed chunk, input or tool result is reported in plain words, not as an accident of Python.",
        areas=("responses", "streaming_handlers", "tool*", "hooks", "interrupts"),
        scenarios=(
            "tool_use: json *",
            "chunks: chunk that is a string",
            "handle_content_block_start: none",
            "tool_class_that_yields_nothing",
            "add_hook_in_every_way",
            "wrong_prompt_while_interrupted: without response",
        ),
        paths=("*/text", "*/raised/<exception>", "*/cause/<exception>", "/timeline"),
    ),
    Decision(
        reason="Errors of Bedrock's client carry a note with region, model and what to check, whatever their kind.",
        areas=("bedrock_*",),
        paths=("/notes",),
    ),
    # --- things that failed or were lost by accident
    Decision(
        reason="Traces of a run that fails are ended, so that durations can be read.",
        paths=("*/metrics/traces/*end_time", "*/metrics/traces/*duration"),
    ),
    Decision(
        reason="Context recovery ends when the manager's reduction changes nothing; the original asks for ever.",
        areas=("conversation",),
        scenarios=("custom_manager_that_never_shrinks",),
    ),
    Decision(
        reason="A summary is not summarised alone once more: no message would be saved by that call.",
        areas=("conversation",),
        scenarios=("summarised: short", "summarised: at the limit", "summarised: big result"),
        paths=("/steps/1/*", "/calls"),
    ),
    Decision(
        reason="A summary does not carry the usage of the agent that wrote it, which is not this context's size.",
        areas=("conversation",),
        scenarios=("summarised_by_an_agent_of_its_own",),
        paths=("/1/0/metadata",),
    ),
    Decision(
        reason="A signature belongs to its own reasoning block; the original carries it into the next one.",
        areas=("responses", "streaming_handlers"),
        scenarios=("content: two reasoning blocks", "handle_content_block_stop: reasoning with signature"),
        paths=("*/reasoningText/signature", "/1/signature"),
    ),
    Decision(
        reason="Text of a block that the provider never closed is kept.",
        areas=("responses",),
        scenarios=("content: text without a block stop",),
        paths=("*/content",),
    ),
    Decision(
        reason="Results of concurrent tools are in the order of the requests, not of completion.",
        areas=("tool*",),
        scenarios=("results_of_tools_that_end_out_of_order",),
        paths=("*/toolResult/*",),
    ),
    Decision(
        reason="A stop reason of `tool_use` without a tool use ends the run, in place of an empty message of results.",
        areas=("responses",),
        scenarios=("stop_reason_of_text: tool_use",),
    ),
    Decision(
        reason="An agent cancelled before its model is called does not call it.",
        areas=("cancellation",),
        scenarios=("cancelled_in_a: before *", "cancelled_before_the_run", "cancelled_by_a_tool"),
        paths=("/0/calls", "/1/*"),
    ),
    Decision(
        reason="An agent used as a tool can be resumed after an interrupt; the original finds it still busy.",
        areas=("agent_tools",),
        scenarios=("agent_as_tool_that_asks",),
        paths=("/1/*",),
    ),
    Decision(
        reason="A generator tool that yields nothing succeeds with nothing, and a plain generator's last value counts.",
        areas=("tool*",),
        scenarios=("async_generator_yields: nothing", "sync_generator"),
    ),
    Decision(
        reason="A subclass of ModelRetryStrategy is accepted.",
        areas=("errors",),
        scenarios=("retry_strategy_subclass",),
    ),
    Decision(
        reason="Documents given as text, guarded images and redacted reasoning reach Bedrock and come back from it.",
        areas=("bedrock_*",),
        scenarios=(
            "request_with_content: document text",
            "request_with_content: guard image",
            "answer_without_streaming: redacted reasoning",
        ),
        paths=("/requests", "/raised", "/chunks"),
    ),
    Decision(
        reason="A Bedrock stream that ends before its message does is an error, not an empty answer.",
        areas=("bedrock_*",),
        scenarios=("answer: nothing",),
        paths=("/raised",),
    ),
    # --- tools and schemas
    Decision(
        reason="Fields given as defaults keep description, limits and default in the tool's schema.",
        areas=("tool_schemas",),
        scenarios=("signature: fields", "validated: fields"),
    ),
    Decision(
        reason="Parameters may have names that pydantic reserves, and docstrings may begin with the arguments.",
        areas=("tool_schemas",),
        scenarios=("*: reserved_pydantic_names", "*: underscored", "signature: args_only"),
    ),
    Decision(
        reason="A ToolContext parameter without `context=True` is refused also when annotations are strings.",
        areas=("tool*",),
        scenarios=("context_parameter_without_the_keyword",),
    ),
    Decision(
        reason="Required fields of a model with nested models stay required in its schema.",
        areas=("structured",),
        scenarios=("tool_spec: House", "validated: nested*", "pydantic_to_tool_spec: House"),
        paths=("*/json/required",),
    ),
    Decision(
        reason="A structured output model that cannot be used is refused before the prompt enters the history.",
        areas=("structured",),
        scenarios=("wrong_model: *", "validated: recursive"),
        paths=("/messages",),
    ),
    Decision(
        reason="A deprecated method warns once.",
        areas=("structured",),
        scenarios=("deprecated_method",),
        paths=("/warnings",),
    ),
    # --- MCP
    Decision(
        reason="An image of a kind that models cannot take is left out of a tool's result, like other such content.",
        areas=("mcp_servers",),
        scenarios=("content: tiff",),
        paths=("/status", "/content", "/isError"),
    ),
    Decision(
        reason="A stray print of an MCP server does not end the connection.",
        areas=("mcp_servers",),
        scenarios=("server_that_fails: noise_then_answer",),
        paths=("/status", "/content/0/text", "/isError"),
    ),
    Decision(
        reason="Errors of an MCP connection name their cause.",
        areas=("mcp_servers",),
        scenarios=("server_that_fails: *", "server_that_fails_at_the_start: *"),
        paths=("/content/0/text", "/raised/text"),
    ),
    # --- additions
    Decision(
        reason="Servers continue traces by one hook where their sessions read, without wrappers around streams.",
        areas=("api",),
        scenarios=("strands.tools.mcp.mcp_instrumentation",),
        paths=(
            "/ItemWithContext",
            "/SessionContextAttachingReader/bases/ObjectProxy",
            "/SessionContextSavingWriter",
            "/TransportContextExtractingReader",
        ),
    ),
    Decision(
        reason="The loop tells final-turn streaming about each attempt and verdict by internal events.",
        areas=("streaming_handlers",),
        scenarios=("event_loop_cycle_called_directly",),
        paths=("/0",),
    ),
    Decision(
        reason="The loop reads the model's stream without a detour over `stream_messages`, which stays callable.",
        areas=("seams",),
        scenarios=("can_be_patched: strands.event_loop.event_loop.stream_messages",),
    ),
    Decision(
        reason="An agent's state is stored again only if it changed; the published package also does after tool calls.",
        areas=("sessions",),
        scenarios=("repository_calls: tools",),
        paths=("/ran",),
    ),
    Decision(
        reason="All tool results whose calls were cut off are left out at a restart, not only those of one message.",
        areas=("session_restores",),
        scenarios=("history_restored: two results at the start",),
    ),
    Decision(
        reason="Messages are numbered on after those taken out of the conversation, which are not overwritten.",
        areas=("session_restores",),
        scenarios=("numbering_after_messages_were_taken_out: all",),
        paths=("/stored",),
    ),
    # --- plugins that come with the package
    Decision(
        reason="A skill's head may have quotes beside colons, or a byte order mark; what is not YAML is a ValueError.",
        areas=("vended_plugins",),
        scenarios=(
            "skill_from_content: colons and quotes",
            "skill_from_content: not yaml",
            "skill_from_content: byte order mark",
        ),
    ),
    Decision(
        reason="Large JSON is offloaded also where the model's estimate leaves JSON out.",
        areas=("vended_plugins",),
        scenarios=("result_offloaded: text and json", "result_offloaded: json"),
        paths=("/messages/2/*", "/stored/0"),
    ),
    Decision(
        reason="Media in S3 stays in a tool result that is offloaded; the original drops it.",
        areas=("vended_plugins",),
        scenarios=("result_offloaded: media elsewhere",),
        paths=("/messages/2/*",),
    ),
    Decision(
        reason="A document that is read back has a name that Bedrock accepts.",
        areas=("vended_plugins",),
        scenarios=("content_read_back: document",),
        paths=("*/document/name",),
    ),
    Decision(
        reason="Loading errors are written with a space between their sentences.",
        areas=("experimental",),
        scenarios=("agent_from: *json*",),
        paths=("/raised/text",),
    ),
    Decision(
        reason="An agent that serves as a tool prints nothing unless it was given a callback handler.",
        areas=("agent_tools",),
        scenarios=("printed_by_an_agent_as_tool: default",),
    ),
    # --- graphs and swarms
    Decision(
        reason="The time of a whole graph cuts the nodes that are at work, so that one that hangs ends too.",
        areas=("team_limits",),
    ),
    Decision(
        reason="The span of a graph that fails has its end time as an attribute, like that of one that does not.",
        areas=("team_spans*",),
        scenarios=("spans: graph that fails",),
        paths=("*/gen_ai.event.end_time",),
    ),
    Decision(
        reason="A swarm that had ended begins anew when it is made again; it was an AttributeError.",
        areas=("team_sessions",),
        scenarios=("made_again: swarm that ended",),
    ),
    Decision(
        reason="What a team within a team has asked is stored with it, so that the answer finds it after a restart.",
        areas=("team_sessions",),
        scenarios=("question_of_a_team_within: *",),
    ),
    Decision(
        reason="A node's event arrives as the node said it; the original's queue shows what became of it meanwhile.",
        areas=("graphs",),
        scenarios=("chain_of_three", "node_that_takes_too_long", "interrupted_in_a_node"),
        paths=("*/current_tool_use/input",),
    ),
    Decision(
        reason="A swarm without agents is refused with an error that says so.",
        areas=("swarms",),
        scenarios=("mistakes",),
        paths=("/0/raised/*",),
    ),
    Decision(
        reason="An orchestrator that cannot be stored says so by its name.",
        areas=("graph_runs",),
        scenarios=("base_class",),
        paths=("/*/raised/text",),
    ),
    Decision(
        reason="A restored graph knows its nodes and entry points, and a node that succeeds at last has not failed.",
        areas=("graph_runs", "team_sessions"),
        scenarios=(
            "question_on_paper: *",
            "failure_on_paper",
            "made_again: graph that failed",
            "made_again: graph that asked",
        ),
        paths=("/result/*", "/run/result/*", "/run/events/*/result/*"),
    ),
    Decision(
        reason="A restored swarm goes on with the agent that the task was handed to, not with the one that did so.",
        areas=("swarm_runs",),
        scenarios=("handoff_on_paper",),
    ),
    Decision(
        reason="A prompt of no accepted form is shown in the error that a node fails with.",
        areas=("graphs", "swarm_runs"),
        scenarios=("task: number", "task: messages"),
        paths=("/run/raised/text", "/run/events/*/result/text"),
    ),
    # --- chat completions and their relatives
    Decision(
        reason="Tool results come before what the user adds to them: services refuse them anywhere else.",
        areas=("provider_*",),
        scenarios=("request: tool result and text",),
    ),
    Decision(
        reason="A response that the service's filter cut says so.",
        areas=("provider_*",),
        scenarios=("answer: content filter",),
        paths=("*/stopReason",),
    ),
    Decision(
        reason="A choice of tool is honoured where the service has one, not left out with a warning.",
        areas=("provider_llamaapi", "provider_llamacpp", "provider_mistral", "provider_sagemaker", "provider_writer"),
        scenarios=("request: tool choice *",),
        paths=("/requests/0/body/tool_choice",),
    ),
    Decision(
        reason="What a service cannot take is refused, where it was left out without a word; what it can take is sent.",
        areas=("provider_mistral", "provider_sagemaker", "provider_writer"),
        scenarios=(
            "request: tool result image",
            "request: tool result document",
            "request: tool result video",
            "request: image",
            "request: document",
            "request: text document",
            "request: video",
            "request: guard content",
            "request: guarded image",
            "request: citations",
            "request: unknown block",
        ),
    ),
    Decision(
        reason="A tool's video is refused or sent, where it was left out without a word.",
        areas=("provider_litellm", "provider_openai*"),
        scenarios=("request: tool result video",),
    ),
    Decision(
        reason="Media that the service cannot fetch are refused by name; the original leaves them out.",
        areas=("provider_*", "bedrock_requests"),
        scenarios=("request: *elsewhere", "*: image from elsewhere"),
    ),
    Decision(
        reason="A system prompt that is given to a model as blocks only is sent.",
        areas=("provider_[!a]*",),
        scenarios=("request: system blocks",),
        paths=("/requests/0/body/*",),
    ),
    Decision(
        reason="What a model wrote with citations goes back to it as text, where it was refused.",
        areas=("provider_anthropic", "provider_gemini", "provider_ollama"),
        scenarios=("request: citations",),
    ),
    Decision(
        reason="All texts of a message are sent, joined for models that take one string.",
        areas=("provider_sagemaker", "provider_writer"),
        scenarios=("request: two texts", "request: tool result of several"),
    ),
    Decision(
        reason="Videos are sent as the data that LiteLLM can put into JSON.",
        areas=("provider_litellm",),
        scenarios=("request: video",),
    ),
    Decision(
        reason="Errors that agents can do something about are told apart by status and code with every provider.",
        areas=("provider_litellm", "provider_llamacpp", "provider_mistral", "provider_writer"),
        scenarios=("answer: refused for rate", "answer: context too long"),
        paths=("/raised/*",),
    ),
    Decision(
        reason="A request that a llama.cpp server refuses is reported with what the server said.",
        areas=("provider_llamacpp",),
        scenarios=("answer: bad request", "answer: unauthorised", "answer: server error"),
        paths=("/raised/text",),
    ),
    Decision(
        reason="A chunk that Mistral's SDK cannot read is named by where it is wrong within the chunk, not the event.",
        areas=("provider_mistral",),
        scenarios=("answer: tool call",),
        paths=("/raised/text",),
    ),
    Decision(
        reason="Models of the Llama API have structured output.",
        areas=("provider_llamaapi",),
        scenarios=("structured_output: person",),
    ),
    Decision(
        reason="Parameters of llama.cpp are where its server looks for them.",
        areas=("provider_llamacpp",),
        scenarios=("config: params", "structured_output: person"),
    ),
    Decision(
        reason="Reasoning in the history is left out for services that do not want it back, so that a run can go on.",
        areas=("provider_llamaapi", "provider_llamacpp"),
        scenarios=("request: reasoning", "request: encrypted reasoning"),
    ),
    Decision(
        reason="Usage and reasoning that the service sends are reported, and there are no empty blocks.",
        areas=("provider_llamaapi", "provider_llamacpp", "provider_mistral", "provider_writer"),
        scenarios=("answer: *",),
        paths=("/chunks*",),
    ),
    Decision(
        reason="A response that is read as a whole is asked for as a whole.",
        areas=("provider_mistral",),
        scenarios=("structured_output: person",),
        paths=("/requests/0/body/stream",),
    ),
    # --- services with formats of their own
    Decision(
        reason="Cache points in the system prompt are sent to Anthropic, which has them.",
        areas=("provider_anthropic",),
        scenarios=("request: system blocks",),
        paths=("/requests/0/body/system",),
    ),
    Decision(
        reason="Encrypted reasoning is kept, as Anthropic wants it back.",
        areas=("provider_anthropic",),
        scenarios=("answer: redacted thinking", "request: encrypted reasoning"),
    ),
    Decision(
        reason="Gemini is told of a choice of tool.",
        areas=("provider_gemini",),
        scenarios=("request: tool choice *",),
        paths=("/requests/0/body/toolConfig",),
    ),
    Decision(
        reason="Reasoning that Gemini or Ollama did not write is named in the error.",
        areas=("provider_gemini", "provider_ollama"),
        scenarios=("request: reasoning", "request: encrypted reasoning"),
        paths=("/raised/*",),
    ),
    Decision(
        reason="Blocks of Gemini and Ollama follow each other, none is open within another, and none is empty.",
        areas=("provider_gemini", "provider_ollama"),
        scenarios=(
            "answer: text",
            "answer: *tool call*",
            "answer: length",
            "answer: empty",
        ),
        paths=("/chunks*",),
    ),
    Decision(
        reason="A response that Gemini's filter cut says so.",
        areas=("provider_gemini",),
        scenarios=("answer: safety",),
        paths=("*/stopReason",),
    ),
    Decision(
        reason="Gemini's errors are told apart by code and status; an error in parsing them is not their cause.",
        areas=("provider_gemini",),
        scenarios=(
            "answer: refused for rate",
            "answer: context too long",
            "answer: bad request",
            "answer: unavailable",
        ),
        paths=("/raised/*",),
    ),
    Decision(
        reason="Ollama's thoughts are reasoning, and go back to it as such.",
        areas=("provider_ollama",),
        scenarios=("request: reasoning", "answer: thinking"),
    ),
    Decision(
        reason="A request that Ollama refuses begins no message.",
        areas=("provider_ollama",),
        scenarios=("answer: error", "answer: server error"),
        paths=("/chunks*",),
    ),
    Decision(
        reason="The Responses API streams as it sends: pieces of inputs as they come, phases, refusals, failures.",
        areas=("provider_openai_responses",),
        scenarios=(
            "answer: tool call in pieces",
            "answer: tool call without arguments",
            "answer: phases",
            "answer: refusal",
            "answer: failed",
        ),
        paths=("/chunks*", "/raised"),
    ),
    Decision(
        reason="A tool call that was cut at the limit is not run.",
        areas=("provider_openai_responses",),
        scenarios=("answer: max tokens in a tool call",),
        paths=("*/stopReason",),
    ),
    Decision(
        reason="The system prompt goes with a request for structured output, too.",
        areas=("provider_openai_responses",),
        scenarios=("structured_output: person",),
        paths=("/requests/0/body/instructions",),
    ),
    # --- agents of others, over A2A
    Decision(
        reason="A run that was cancelled on the server makes its task canceled, not completed.",
        areas=("a2a",),
        scenarios=("run_of_a_cancelled_agent: *",),
        paths=("/events",),
    ),
    Decision(
        reason="A question's metadata holds the interrupts, so that they can be answered.",
        areas=("a2a",),
        scenarios=("interrupt: *",),
        paths=("*/message/metadata",),
    ),
    Decision(
        reason="Files need no name, and text files of any type are documents that providers accept.",
        areas=("a2a",),
        scenarios=("message_received: * without a name", "file_received: *"),
    ),
    Decision(
        reason="A message that cannot be put to an agent is refused with an error that its sender receives.",
        areas=("a2a",),
        scenarios=(
            "message_received: file that is not base64",
            "message_received: audio",
            "message_received: nothing",
            "message_received: empty text",
            "cancel_of_an_unknown_task",
        ),
    ),
    Decision(
        reason="Images, documents, videos and the text of citations are sent to remote agents, too.",
        areas=("a2a",),
        scenarios=(
            "prompt_for_a_remote_agent: blocks with an image",
            "prompt_for_a_remote_agent: image",
            "blocks_for_a_remote_agent: *",
        ),
    ),
    Decision(
        reason="Errors about prompts and clients of remote agents say what was expected.",
        areas=("a2a",),
        scenarios=("prompt_for_a_remote_agent: *", "factory_and_configuration"),
        paths=("/raised/text",),
    ),
    Decision(
        reason="Data in a remote agent's answer is part of the result.",
        areas=("a2a",),
        scenarios=("response_of_a_remote_agent: message with data",),
    ),
    Decision(
        reason="A remote agent that does not stream has the same results: its task's state, and what it says or asks.",
        areas=("a2a",),
        scenarios=("response_of_a_remote_agent: * without updates",),
    ),
    Decision(
        reason="The chunks of a remote agent's streamed answer are one text, not a block and a line for each.",
        areas=("a2a",),
        scenarios=("remote_run: artifact: *",),
        paths=("/events/*/result/<AgentResult>/message/content",),
    ),
    Decision(
        reason="Plugins and session managers that are none are a TypeError that names the argument.",
        areas=("hooks", "sessions"),
        scenarios=("wrong_plugins", "session_manager_of_a_wrong_type"),
    ),
)

LATER_MODULES: dict[str, str] = {
    "strands.experimental.bidi": "bidirectional streaming",
    "strands.experimental.hooks": "bidirectional streaming",
}
"""Published modules that later work brings, with what brings them; remove an entry to switch its modules on."""

LATER_AREAS: dict[str, str] = {}
"""Areas of scenarios that later work mends, with what brings them; remove an entry to hold the area."""
