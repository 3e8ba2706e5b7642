"""Every stop reason, every kind of content block, and malformed chunks from a model."""

from __future__ import annotations

from typing import Any

from compat.observing import Bench
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import USAGE, block, call, message, start, stop, text, text_block, tool_block

CITATION = {
    "title": "Paper",
    "location": {"documentChar": {"documentIndex": 0, "start": 1, "end": 9}},
    "sourceContent": [{"text": "source"}],
}
METADATA = {"metadata": {"usage": USAGE, "metrics": {"latencyMs": 7}}}


def run_with_tool(*turns: Any) -> Bench:
    return Bench(*turns, tools=[noop])


@table(
    {
        reason: reason
        for reason in (
            "end_turn",
            "stop_sequence",
            "content_filtered",
            "guardrail_intervened",
            "max_tokens",
            "tool_use",
            "interrupt",
            "cancelled",
            "checkpoint",
            "made_up_reason",
        )
    },
)
async def stop_reason_of_text(reason: str) -> Any:
    return await run_with_tool(text("an", "swer", reason=reason), text("second")).run()


@table(
    {
        reason: reason
        for reason in (
            "tool_use",
            "end_turn",
            "stop_sequence",
            "content_filtered",
            "guardrail_intervened",
            "max_tokens",
        )
    },
)
async def stop_reason_beside_a_tool_use(reason: str) -> Any:
    return await run_with_tool(call("noop", '{"x": 3}', before="let me see", reason=reason), text("second")).run()


@table(
    {
        "text in many deltas": message(text_block("a", "b", "", "c")),
        "two text blocks": message(text_block("a"), text_block("b")),
        "empty text block": message(text_block("")),
        "text without a block start": [*start(), *text_block("a")[1:], *stop()],
        "text without a block stop": [*start(), *text_block("a")[:-1], *stop()],
        "reasoning text and signature": message(
            block(
                {"reasoningContent": {"text": "th"}},
                {"reasoningContent": {"text": "ink"}},
                {"reasoningContent": {"signature": "s1"}},
            ),
            text_block("a"),
        ),
        "reasoning without signature": message(block({"reasoningContent": {"text": "think"}}), text_block("a")),
        "signature in two deltas": message(
            block(
                {"reasoningContent": {"text": "t"}},
                {"reasoningContent": {"signature": "s1"}},
                {"reasoningContent": {"signature": "s2"}},
            ),
        ),
        "signature without text": message(block({"reasoningContent": {"signature": "s1"}}), text_block("a")),
        "redacted reasoning": message(block({"reasoningContent": {"redactedContent": b"xx"}}), text_block("a")),
        "redacted reasoning in two deltas": message(
            block({"reasoningContent": {"redactedContent": b"xx"}}, {"reasoningContent": {"redactedContent": b"yy"}}),
            text_block("a"),
        ),
        "reasoning and text in one block": message(block({"reasoningContent": {"text": "think"}}, {"text": "a"})),
        "two reasoning blocks": message(
            block({"reasoningContent": {"text": "one"}}, {"reasoningContent": {"signature": "s1"}}),
            block({"reasoningContent": {"text": "two"}}, {"reasoningContent": {"signature": "s2"}}),
            text_block("a"),
        ),
        "empty reasoning delta": message(block({"reasoningContent": {}}), text_block("a")),
        "citation after text": message(block({"text": "Paris"}, {"citation": CITATION})),
        "citation before text": message(block({"citation": CITATION}, {"text": "Paris"})),
        "two citations": message(
            block({"text": "a"}, {"citation": CITATION}, {"text": "b"}, {"citation": {**CITATION, "title": "B"}})
        ),
        "citation alone": message(block({"citation": CITATION})),
        "citation then plain block": message(block({"text": "a"}, {"citation": CITATION}), text_block("b")),
        "image delta": message(block({"image": {"format": "png", "source": {"bytes": b"x"}}})),
        "text and tool result in one message": message(text_block("a"), block({"toolResult": [{"text": "r"}]})),
    },
)
async def content(turn: Any) -> Any:
    return await Bench(turn).run()


@table(
    {
        "input in pieces": message(
            block(
                {"toolUse": {"input": '{"x"'}},
                {"toolUse": {"input": ": 12}"}},
                starting={"toolUse": {"name": "noop", "toolUseId": "t1"}},
            ),
            reason="tool_use",
        ),
        "no input delta": message(block(starting={"toolUse": {"name": "noop", "toolUseId": "t1"}}), reason="tool_use"),
        "empty input": call("noop", ""),
        "invalid json input": call("noop", '{"x": '),
        "json that is not an object": call("noop", "[1]"),
        "json null": call("noop", "null"),
        "text after the tool use": message(tool_block("noop"), text_block("more"), reason="tool_use"),
        "text before and after": message(text_block("a"), tool_block("noop"), text_block("b"), reason="tool_use"),
        "reasoning then tool use": message(
            block({"reasoningContent": {"text": "think"}}, {"reasoningContent": {"signature": "s"}}),
            tool_block("noop"),
            reason="tool_use",
        ),
        "same id twice": message(tool_block("noop", '{"x": 1}'), tool_block("noop", '{"x": 2}'), reason="tool_use"),
        "empty id": call("noop", "{}", tool_use_id=""),
        "reasoning signature on the tool use": message(
            block(
                {"toolUse": {"input": "{}"}},
                starting={"toolUse": {"name": "noop", "toolUseId": "t1", "reasoningSignature": "sig"}},
            ),
            reason="tool_use",
        ),
        "input without a delta kind": message(
            block({"toolUse": {}}, starting={"toolUse": {"name": "noop", "toolUseId": "t1"}}), reason="tool_use"
        ),
    },
)
async def tool_use(turn: Any) -> Any:
    return await Bench(turn, text("done"), tools=[noop]).run()


@table(
    {
        "nothing at all": [],
        "message start only": start(),
        "no message stop": [*start(), *text_block("a")],
        "no message start": [*text_block("a"), *stop()],
        "user role": [{"messageStart": {"role": "user"}}, *text_block("a"), *stop()],
        "no metadata": [*start(), *text_block("a"), *stop()[:1]],
        "metadata twice": [*start(), *text_block("a"), *stop(), METADATA],
        "metadata without usage": [
            *start(),
            *text_block("a"),
            *stop()[:1],
            {"metadata": {"metrics": {"latencyMs": 3}}},
        ],
        "metadata without metrics": [*start(), *text_block("a"), *stop()[:1], {"metadata": {"usage": USAGE}}],
        "empty metadata": [*start(), *text_block("a"), *stop()[:1], {"metadata": {}}],
        "cache usage": [
            *start(),
            *text_block("a"),
            *stop("end_turn", cacheReadInputTokens=3, cacheWriteInputTokens=4),
        ],
        "metadata before the text": [*start(), METADATA, *text_block("a"), *stop()[:1]],
        "unknown chunk": [*start(), {"somethingNew": {"a": 1}}, *text_block("a"), *stop()],
        "empty chunk": [*start(), {}, *text_block("a"), *stop()],
        "unknown delta": message(block({"surprise": 1})),
        "empty delta": message(block({})),
        "unknown block start": message(block({"text": "a"}, starting={"surprise": {}})),
        "stop without a reason": [*start(), *text_block("a"), {"messageStop": {}}],
        "delta before a block start": [
            *start(),
            {"contentBlockDelta": {"delta": {"text": "a"}}},
            {"contentBlockStop": {}},
            *stop(),
        ],
        "content after the stop": [*text("a"), *text_block("late")],
        "two messages in one stream": [*text("a"), *text("b")],
        "chunk that is a string": [*start(), "surprise", *stop()],
        "chunk with two kinds": [
            {"messageStart": {"role": "assistant"}, "contentBlockStart": {"start": {}}},
            *text_block("a")[1:],
            *stop(),
        ],
        "internal exception chunk": [*start(), {"internalServerException": {"message": "broken"}}],
        "content block index": [
            *start(),
            {"contentBlockStart": {"start": {}, "contentBlockIndex": 0}},
            {"contentBlockDelta": {"delta": {"text": "a"}, "contentBlockIndex": 0}},
            {"contentBlockStop": {"contentBlockIndex": 0}},
            *stop(),
        ],
        "additional fields on the stop": [
            *start(),
            *text_block("a"),
            {"messageStop": {"stopReason": "end_turn", "additionalModelResponseFields": {"a": 1}}},
            METADATA,
        ],
        "trace in the metadata": [
            *start(),
            *text_block("a"),
            *stop()[:1],
            {"metadata": {"usage": USAGE, "metrics": {"latencyMs": 7}, "trace": {"guardrail": {}}}},
        ],
    },
)
async def chunks(turn: Any) -> Any:
    return await Bench(turn, text("second")).run()


@table(
    {
        "assistant": {"redactAssistantContentMessage": "[hidden]"},
        "user": {"redactUserContentMessage": "[hidden]"},
        "both": {"redactUserContentMessage": "[user]", "redactAssistantContentMessage": "[assistant]"},
        "neither": {},
    },
)
async def redaction_at_the_end(redaction: dict[str, str]) -> Any:
    turn = [
        *start(),
        *text_block("bad"),
        {"messageStop": {"stopReason": "guardrail_intervened"}},
        {"redactContent": redaction},
        METADATA,
    ]
    return await Bench(turn, text("second")).run()


@scenario
async def redaction_of_user_content_early() -> Any:
    return await Bench([{"redactContent": {"redactUserContentMessage": "[hidden]"}}, *text("fine")]).run()


@scenario
async def redaction_of_assistant_content_in_mid_stream() -> Any:
    return await Bench(
        [
            *start(),
            *text_block("bad"),
            {"redactContent": {"redactAssistantContentMessage": "[x]"}},
            *text_block("good"),
            *stop(),
        ]
    ).run()


@scenario
async def redaction_of_user_content_after_a_tool_turn() -> Any:
    turn = [
        *start(),
        *text_block("bad"),
        {"messageStop": {"stopReason": "guardrail_intervened"}},
        {"redactContent": {"redactUserContentMessage": "[hidden]"}},
    ]
    return await Bench(call("noop"), turn, tools=[noop]).run()


@scenario
async def redaction_of_user_content_with_a_tool_result_message() -> Any:
    history = [
        {"role": "user", "content": [{"text": "q"}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "noop", "input": {}}}]},
    ]
    turn = [{"redactContent": {"redactUserContentMessage": "[hidden]"}}, *text("fine")]
    result = [
        {
            "role": "user",
            "content": [{"toolResult": {"toolUseId": "t1", "status": "success", "content": [{"text": "r"}]}}],
        }
    ]
    return await Bench(turn, messages=history, tools=[noop]).outcome(result)


@scenario
async def time_to_first_byte_is_measured() -> Any:
    import time

    bench = Bench([*start(), lambda: time.sleep(0.02), *text_block("a"), *stop()])
    await bench.run()
    metrics: Any = bench.agent.messages[-1].get("metadata", {})
    return {"keys": sorted(metrics["metrics"]), "positive": metrics["metrics"]["timeToFirstByteMs"] > 0}
