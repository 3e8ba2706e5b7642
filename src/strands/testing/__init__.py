"""Agents without a cloud: play a model's turns from a script.

Two players take the same scripts. `ScriptedModel` is a model in the agent's own process; `BedrockEndpoint` is a local
HTTP server that speaks Bedrock's Converse APIs to unmodified boto3 clients.

    from strands.testing import BedrockEndpoint, ScriptedModel, text, use

    script = [
        [text("Let me look."), use("weather", city="Oslo")],   # first response: words and a tool call
        "It is 4 °C in Oslo.",                                 # second response
    ]
    agent = Agent(model=ScriptedModel(script), tools=[weather])
    with BedrockEndpoint(script) as endpoint:
        agent = Agent(model=endpoint.model(), tools=[weather])

Stand-ins for other services take scripts in the same way: `OpenAIEndpoint`, `OpenAIResponsesEndpoint`,
`AnthropicEndpoint`, `GeminiEndpoint`, `OllamaEndpoint`, `MistralEndpoint`, `WriterEndpoint`, `LlamaAPIEndpoint` and
`SageMakerEndpoint`.

A script is a list of turns, or a function from the request to a turn (`per_conversation(turns)` gives every
conversation a run of its own). A turn is a string, a step, or a list of them:

    text("word by word")                text(["exact ", "deltas"])           text([..., pause(gate), ...])
    use("tool", field=1)                use("tool", {"field": 1})            use("tool", '{"invalid')
    reasoning("Hm.", signature="s")     reasoning(redacted=b"...")           cited("It is so.", {"title": "Report"})
    stop("max_tokens")                  usage(input_tokens=7)                blocked("input" | "output")
    throttled()                         overflow()                           error("ValidationException", "No.")
    pause(seconds) or pause(Gate())     disconnect()                         raw({...chunk...}), silence()

A failure before any content refuses the request; after content it breaks the stream.
"""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.testing._endpoint import EndpointRequest as EndpointRequest
    from strands.testing._gate import Gate as Gate
    from strands.testing._script import ModelRequest as ModelRequest
    from strands.testing._script import ScriptExhausted as ScriptExhausted
    from strands.testing._script import per_conversation as per_conversation
    from strands.testing._scripted_model import ScriptedError as ScriptedError
    from strands.testing._scripted_model import ScriptedModel as ScriptedModel
    from strands.testing._steps import Turn as Turn
    from strands.testing._vocabulary import blocked as blocked
    from strands.testing._vocabulary import cited as cited
    from strands.testing._vocabulary import disconnect as disconnect
    from strands.testing._vocabulary import error as error
    from strands.testing._vocabulary import overflow as overflow
    from strands.testing._vocabulary import pause as pause
    from strands.testing._vocabulary import raw as raw
    from strands.testing._vocabulary import reasoning as reasoning
    from strands.testing._vocabulary import silence as silence
    from strands.testing._vocabulary import stop as stop
    from strands.testing._vocabulary import text as text
    from strands.testing._vocabulary import throttled as throttled
    from strands.testing._vocabulary import usage as usage
    from strands.testing._vocabulary import use as use
    from strands.testing.anthropic import AnthropicEndpoint as AnthropicEndpoint
    from strands.testing.bedrock import BedrockEndpoint as BedrockEndpoint
    from strands.testing.gemini import GeminiEndpoint as GeminiEndpoint
    from strands.testing.ollama import OllamaEndpoint as OllamaEndpoint
    from strands.testing.openai import LlamaAPIEndpoint as LlamaAPIEndpoint
    from strands.testing.openai import MistralEndpoint as MistralEndpoint
    from strands.testing.openai import OpenAIEndpoint as OpenAIEndpoint
    from strands.testing.openai import WriterEndpoint as WriterEndpoint
    from strands.testing.openai_responses import OpenAIResponsesEndpoint as OpenAIResponsesEndpoint
    from strands.testing.sagemaker import SageMakerEndpoint as SageMakerEndpoint

__all__ = [
    "AnthropicEndpoint",
    "BedrockEndpoint",
    "EndpointRequest",
    "Gate",
    "GeminiEndpoint",
    "LlamaAPIEndpoint",
    "MistralEndpoint",
    "ModelRequest",
    "OllamaEndpoint",
    "OpenAIEndpoint",
    "OpenAIResponsesEndpoint",
    "SageMakerEndpoint",
    "ScriptExhausted",
    "ScriptedError",
    "ScriptedModel",
    "Turn",
    "WriterEndpoint",
    "blocked",
    "cited",
    "disconnect",
    "error",
    "overflow",
    "pause",
    "per_conversation",
    "raw",
    "reasoning",
    "silence",
    "stop",
    "text",
    "throttled",
    "usage",
    "use",
]

_VOCABULARY = (
    "blocked",
    "cited",
    "disconnect",
    "error",
    "overflow",
    "pause",
    "raw",
    "reasoning",
    "silence",
    "stop",
    "text",
    "throttled",
    "usage",
    "use",
)

_CHAT_ENDPOINTS = ("LlamaAPIEndpoint", "MistralEndpoint", "OpenAIEndpoint", "WriterEndpoint")

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "AnthropicEndpoint": "strands.testing.anthropic",
        "BedrockEndpoint": "strands.testing.bedrock",
        "GeminiEndpoint": "strands.testing.gemini",
        "OllamaEndpoint": "strands.testing.ollama",
        "OpenAIResponsesEndpoint": "strands.testing.openai_responses",
        "EndpointRequest": "strands.testing._endpoint",
        "Gate": "strands.testing._gate",
        **dict.fromkeys(_CHAT_ENDPOINTS, "strands.testing.openai"),
        "SageMakerEndpoint": "strands.testing.sagemaker",
        "ModelRequest": "strands.testing._script",
        "ScriptExhausted": "strands.testing._script",
        "ScriptedError": "strands.testing._scripted_model",
        "ScriptedModel": "strands.testing._scripted_model",
        "Turn": "strands.testing._steps",
        "per_conversation": "strands.testing._script",
        **dict.fromkeys(_VOCABULARY, "strands.testing._vocabulary"),
    },
)
