"""The published steps of streaming, called directly."""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator
from typing import Any

from compat.normalise import observed
from compat.observing import Bench, attempt, attempt_async
from compat.registry import scenario, table
from compat.scripted import USAGE, ScriptedModel, block, call, message, start, stop, text, text_block
from strands.event_loop import streaming
from strands.event_loop._recover_message_on_max_tokens_reached import recover_message_on_max_tokens_reached


@table({"assistant": {"role": "assistant"}, "user": {"role": "user"}})
async def handle_message_start(event: Any) -> Any:
    given: Any = {"role": "x", "content": []}
    returned = streaming.handle_message_start(event, given)
    return [observed(returned), returned is given]


@table(
    {
        "text": {"start": {}},
        "tool use": {"start": {"toolUse": {"toolUseId": "t", "name": "n"}}},
        "tool use with signature": {"start": {"toolUse": {"toolUseId": "t", "name": "n", "reasoningSignature": "s"}}},
        "none": {"start": None},
        "other": {"start": {"surprise": {}}},
    },
)
async def handle_content_block_start(event: Any) -> Any:
    return attempt(lambda: streaming.handle_content_block_start(event))


def state(**known: Any) -> dict[str, Any]:
    return {
        "message": {"role": "assistant", "content": []},
        "text": "",
        "current_tool_use": {},
        "reasoningText": "",
        "citationsContent": [],
        "content": [],
        **known,
    }


CITATION = {"title": "T", "location": {"web": {"url": "u"}}, "sourceContent": [{"text": "s"}]}
DELTAS: dict[str, Any] = {
    "text": ({"text": "a"}, {}),
    "more text": ({"text": "b"}, {"text": "a"}),
    "empty text": ({"text": ""}, {}),
    "tool input": ({"toolUse": {"input": "{"}}, {"current_tool_use": {"toolUseId": "t", "name": "n", "input": ""}}),
    "more tool input": (
        {"toolUse": {"input": "}"}},
        {"current_tool_use": {"toolUseId": "t", "name": "n", "input": "{"}},
    ),
    "tool input without a tool use": ({"toolUse": {"input": "{"}}, {}),
    "tool input missing in the state": (
        {"toolUse": {"input": "{"}},
        {"current_tool_use": {"toolUseId": "t", "name": "n"}},
    ),
    "reasoning": ({"reasoningContent": {"text": "a"}}, {}),
    "more reasoning": ({"reasoningContent": {"text": "b"}}, {"reasoningText": "a"}),
    "signature": ({"reasoningContent": {"signature": "s"}}, {}),
    "more signature": ({"reasoningContent": {"signature": "t"}}, {"signature": "s"}),
    "redacted": ({"reasoningContent": {"redactedContent": b"x"}}, {}),
    "more redacted": ({"reasoningContent": {"redactedContent": b"y"}}, {"redactedContent": b"x"}),
    "text and signature": ({"reasoningContent": {"text": "a", "signature": "s"}}, {}),
    "citation": ({"citation": CITATION}, {}),
    "second citation": ({"citation": CITATION}, {"citationsContent": [CITATION]}),
    "unknown": ({"surprise": 1}, {}),
    "nothing": ({}, {}),
    "text and tool": ({"text": "a", "toolUse": {"input": "{"}}, {}),
    "empty reasoning": ({"reasoningContent": {}}, {}),
}


@table(DELTAS)
async def handle_content_block_delta(case: Any) -> Any:
    delta, known = case
    given = state(**copy.deepcopy(known))

    def handle() -> Any:
        returned, event = streaming.handle_content_block_delta({"delta": delta}, given)
        prepared: Any = copy.copy(event)
        prepared.prepare({"mine": 1})
        return [returned is given, returned, type(event).__name__, dict(event), event.is_callback_event, dict(prepared)]

    return attempt(handle)


BLOCKS: dict[str, Any] = {
    "nothing": {},
    "text": {"text": "a"},
    "text with citations": {"text": "a", "citationsContent": [CITATION]},
    "citations only": {"citationsContent": [CITATION]},
    "tool use": {"current_tool_use": {"toolUseId": "t", "name": "n", "input": '{"a": 1}'}},
    "tool use without input": {"current_tool_use": {"toolUseId": "t", "name": "n"}},
    "tool use with empty input": {"current_tool_use": {"toolUseId": "t", "name": "n", "input": ""}},
    "tool use with bad input": {"current_tool_use": {"toolUseId": "t", "name": "n", "input": "{"}},
    "tool use with a list": {"current_tool_use": {"toolUseId": "t", "name": "n", "input": "[1]"}},
    "tool use with signature": {
        "current_tool_use": {"toolUseId": "t", "name": "n", "input": "{}", "reasoningSignature": "s"}
    },
    "tool use without a name": {"current_tool_use": {"toolUseId": "t", "input": "{}"}},
    "reasoning": {"reasoningText": "r"},
    "reasoning with signature": {"reasoningText": "r", "signature": "s"},
    "signature only": {"signature": "s"},
    "redacted": {"redactedContent": b"x"},
    "text and reasoning": {"text": "a", "reasoningText": "r", "signature": "s"},
    "redacted and text": {"text": "a", "redactedContent": b"x"},
    "tool use and text": {"text": "a", "current_tool_use": {"toolUseId": "t", "name": "n", "input": "{}"}},
}


@table(BLOCKS)
async def handle_content_block_stop(known: Any) -> Any:
    given = state(**copy.deepcopy(known))
    given["content"] = given["message"]["content"]

    def handle() -> Any:
        returned = streaming.handle_content_block_stop(given)
        return [returned is given, returned]

    return attempt(handle)


@table(
    {
        "end_turn": ("end_turn", []),
        "end_turn with a tool use": ("end_turn", [{"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}]),
        "stop_sequence with a tool use": ("stop_sequence", [{"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}]),
        "max_tokens with a tool use": ("max_tokens", [{"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}]),
        "tool_use without one": ("tool_use", [{"text": "a"}]),
        "unknown": ("surprise", []),
    },
)
async def handle_message_stop(case: Any) -> Any:
    reason, content = case
    return attempt(lambda: streaming.handle_message_stop({"stopReason": reason}, content))


@table(
    {
        "assistant": {"redactAssistantContentMessage": "[x]"},
        "user": {"redactUserContentMessage": "[x]"},
        "nothing": {},
        "none": {"redactAssistantContentMessage": None},
    },
)
async def handle_redact_content(event: Any) -> Any:
    given = state(text="bad")
    return [attempt(lambda: streaming.handle_redact_content(event, given)), observed(given)]


@table(
    {
        "both": {"usage": USAGE, "metrics": {"latencyMs": 3}},
        "cache": {
            "usage": {**USAGE, "cacheReadInputTokens": 1, "cacheWriteInputTokens": 2},
            "metrics": {"latencyMs": 3},
        },
        "some fields": {"usage": {"inputTokens": 1}, "metrics": {}},
        "nothing": {},
        "more fields": {"usage": {**USAGE, "surprise": 9}, "metrics": {"latencyMs": 3, "surprise": 9}},
    },
)
async def extract_usage_metrics(event: Any) -> Any:
    def with_time() -> Any:
        usage, metrics = streaming.extract_usage_metrics(event, 12)
        return [usage, sorted(metrics.items())]

    return [attempt(lambda: streaming.extract_usage_metrics(event)), attempt(with_time)]


HISTORY: dict[str, Any] = {
    "blank text": [{"role": "assistant", "content": [{"text": " "}]}],
    "blank beside tool use": [
        {"role": "assistant", "content": [{"text": ""}, {"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}]}
    ],
    "empty": [{"role": "assistant", "content": []}],
    "user": [{"role": "user", "content": [{"text": ""}]}, {"role": "user", "content": []}],
    "good": [{"role": "assistant", "content": [{"text": "a"}]}],
    "no content": [{"role": "assistant"}],
    "blank and text": [{"role": "assistant", "content": [{"text": ""}, {"text": "a"}]}],
}


@table(HISTORY)
async def remove_blank_messages_content_text(messages: Any) -> Any:
    given = copy.deepcopy(messages)

    def clean() -> Any:
        returned = streaming.remove_blank_messages_content_text(given)
        return [returned is given, returned, given]

    return attempt(clean)


async def played(turn: Any) -> AsyncGenerator[Any, None]:
    for chunk in turn:
        if isinstance(chunk, Exception):
            raise chunk
        yield chunk


@table(
    {
        "text": text("a", "b"),
        "tool use": call("n", '{"x": 1}', before="t"),
        "reasoning": message(
            block({"reasoningContent": {"text": "r"}}, {"reasoningContent": {"signature": "s"}}), text_block("a")
        ),
        "nothing": [],
        "no stop": start(),
        "no metadata": [*start(), *text_block("a"), *stop()[:1]],
        "redaction": [
            *start(),
            *text_block("bad"),
            {"redactContent": {"redactAssistantContentMessage": "[x]"}},
            *stop("guardrail_intervened"),
        ],
    },
)
async def process_stream(turn: Any) -> Any:
    return [
        [type(event).__name__, observed(dict(event)), event.is_callback_event]
        async for event in streaming.process_stream(played(turn))
    ]


@scenario
async def process_stream_cancelled() -> Any:
    import threading

    cancelled = threading.Event()
    seen = []
    async for event in streaming.process_stream(played(text("a", "b", "c")), cancel_signal=cancelled):
        seen.append(observed(dict(event)))
        if "data" in event:
            cancelled.set()
    return seen


@scenario
async def process_stream_that_breaks() -> Any:
    async def all_of() -> Any:
        return [dict(event) async for event in streaming.process_stream(played([*start(), ValueError("boom")]))]

    return await attempt_async(all_of())


@scenario
async def stream_messages() -> Any:
    model = ScriptedModel(text("a"), text("b"))
    user: Any = {"role": "user", "content": [{"text": "q"}], "metadata": {"usage": USAGE}}
    blank: Any = {"role": "assistant", "content": []}
    spec: Any = {"name": "n", "description": "d", "inputSchema": {"json": {"type": "object", "properties": {}}}}
    first = [observed(dict(event)) async for event in streaming.stream_messages(model, "sys", [user, blank], [spec])]
    second = [
        observed(dict(event))
        async for event in streaming.stream_messages(
            model,
            None,
            [user],
            [],
            tool_choice={"any": {}},
            system_prompt_content=[{"text": "s"}],
            invocation_state={"a": 1},
            model_state={"k": 1},
        )
    ]
    return [first, second, observed(model.calls), observed([user, blank])]


@table(
    {
        "text": [{"text": "a"}],
        "tool use": [{"text": "a"}, {"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}],
        "unnamed": [{"toolUse": {"toolUseId": "t", "name": "", "input": {}}}],
        "no name": [{"toolUse": {"toolUseId": "t", "input": {}}}],
        "no id": [{"toolUse": {"name": "n", "input": {"a": 1}}}],
        "nothing": [],
    },
)
async def recovered_from_max_tokens(content: Any) -> Any:
    given: Any = {"role": "assistant", "content": content}
    return attempt(lambda: recover_message_on_max_tokens_reached(given))


@scenario
async def event_loop_cycle_called_directly() -> Any:
    from compat.sample_tools import noop
    from strands.event_loop.event_loop import event_loop_cycle

    bench = Bench(call("noop"), text("done"), tools=[noop], messages=[{"role": "user", "content": [{"text": "q"}]}])
    state: dict[str, Any] = {"mine": 1}
    seen = []
    bench.agent.event_loop_metrics.reset_usage_metrics()
    async for event in event_loop_cycle(bench.agent, state):
        shown = dict(event)
        if "stop" in shown:
            shown["stop"] = [shown["stop"][0], shown["stop"][1], *(type(part).__name__ for part in shown["stop"][2:])]
        seen.append([type(event).__name__, observed(shown)])
    return [seen, sorted(state), observed(bench.agent.messages)]


EVENTS_MODULE_SAMPLES: dict[str, Any] = {
    "InitEventLoopEvent": (),
    "StartEvent": (),
    "StartEventLoopEvent": (),
    "ModelStreamChunkEvent": ({"messageStart": {"role": "assistant"}},),
    "TextStreamEvent": ({"text": "a"}, "a"),
    "ToolUseStreamEvent": ({"toolUse": {"input": "{"}}, {"toolUseId": "t", "name": "n", "input": "{"}),
    "CitationStreamEvent": ({"citation": CITATION}, CITATION),
    "ReasoningTextStreamEvent": ({"reasoningContent": {"text": "a"}}, "a"),
    "ReasoningSignatureStreamEvent": ({"reasoningContent": {"signature": "s"}}, "s"),
    "ReasoningRedactedContentStreamEvent": ({"reasoningContent": {"redactedContent": b"x"}}, b"x"),
    "EventLoopThrottleEvent": (4,),
    "ToolStreamEvent": ({"toolUseId": "t", "name": "n", "input": {}}, "data"),
    "ToolResultEvent": ({"toolUseId": "t", "status": "success", "content": []},),
    "ToolCancelEvent": ({"toolUseId": "t", "name": "n", "input": {}}, "no"),
    "ToolInterruptEvent": ({"toolUseId": "t", "name": "n", "input": {}}, []),
    "ModelMessageEvent": ({"role": "assistant", "content": []},),
    "ToolResultMessageEvent": ({"role": "user", "content": []},),
    "ForceStopEvent": (ValueError("boom"),),
    "ModelStopReason": ("end_turn", {"role": "assistant", "content": []}, USAGE, {"latencyMs": 1}),
    "EventLoopStopEvent": ("end_turn", {"role": "assistant", "content": []}, None, {}),
    "MultiAgentNodeStartEvent": ("n", "agent"),
    "MultiAgentNodeCancelEvent": ("n", "no"),
}


@table({name: (name, arguments) for name, arguments in EVENTS_MODULE_SAMPLES.items()})
async def event_class(case: Any) -> Any:
    import strands.types._events as events

    name, arguments = case
    made = getattr(events, name)(*arguments)
    seen = {"keys": observed(dict(made)), "callback": made.is_callback_event, "as_dict": observed(made.as_dict())}
    made.prepare({"mine": 1})
    return {
        **seen,
        "prepared": sorted(made),
        "properties": {
            key: observed(getattr(made, key))
            for key in ("chunk", "tool_use_id", "tool_result", "message", "interrupts", "exception")
            if hasattr(made, key)
        },
    }
