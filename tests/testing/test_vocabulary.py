"""Every word of a script becomes the chunks that Bedrock would send."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from strands.testing import (
    Gate,
    ScriptedModel,
    Turn,
    blocked,
    cited,
    pause,
    raw,
    reasoning,
    silence,
    stop,
    text,
    usage,
    use,
)
from strands.types.content import Messages

PROMPT: Messages = [{"role": "user", "content": [{"text": "Hi"}]}]
CITATION = {"title": "Report", "location": {"documentPage": {"documentIndex": 0, "start": 1, "end": 2}}}


async def chunks_of(turn: Turn) -> list[Any]:
    return [chunk async for chunk in ScriptedModel([turn]).stream(PROMPT)]


def deltas(*contents: dict[str, Any], index: int = 0) -> list[dict[str, Any]]:
    return [
        *({"contentBlockDelta": {"delta": content, "contentBlockIndex": index}} for content in contents),
        {"contentBlockStop": {"contentBlockIndex": index}},
    ]


def tool_start(name: str, tool_use_id: str = "tooluse_1", index: int = 0) -> dict[str, Any]:
    return {
        "contentBlockStart": {
            "start": {"toolUse": {"toolUseId": tool_use_id, "name": name}},
            "contentBlockIndex": index,
        }
    }


BLOCKS = [
    pytest.param("Hello  big world\n", deltas(*({"text": t} for t in ("Hello", "  big", " world\n"))), id="string"),
    pytest.param(" \n", deltas({"text": " \n"}), id="blank"),
    pytest.param("", deltas(), id="empty"),
    pytest.param(text(["Hel", "lo wor", ""]), deltas({"text": "Hel"}, {"text": "lo wor"}, {"text": ""}), id="deltas"),
    pytest.param(text([]), deltas(), id="no delta"),
    pytest.param(
        text("Hm", phase="commentary"),
        [
            {"contentBlockStart": {"start": {"phase": "commentary"}, "contentBlockIndex": 0}},
            *deltas({"text": "Hm"}),
        ],
        id="phase",
    ),
    pytest.param(cited("So.", CITATION), deltas({"text": "So."}, {"citation": CITATION}), id="citation"),
    pytest.param(
        reasoning("Hm ok", signature="s"),
        deltas(*({"reasoningContent": part} for part in ({"text": "Hm"}, {"text": " ok"}, {"signature": "s"}))),
        id="reasoning",
    ),
    pytest.param(
        reasoning(redacted=b"\x00"), deltas({"reasoningContent": {"redactedContent": b"\x00"}}), id="redacted reasoning"
    ),
    pytest.param(
        use("weather", city="Oslo"),
        [
            tool_start("weather"),
            *deltas({"toolUse": {"input": '{"city": "Os'}}, {"toolUse": {"input": 'lo"}'}}),
        ],
        id="tool use",
    ),
    pytest.param(
        use("f", {"input": 1}, name=2, tool_use_id="t"),
        [
            tool_start("f", "t"),
            *deltas({"toolUse": {"input": '{"input": 1,'}}, {"toolUse": {"input": ' "name": 2}'}}),
        ],
        id="tool use with awkward field names",
    ),
    pytest.param(use("f"), [tool_start("f"), *deltas({"toolUse": {"input": "{}"}})], id="tool use without input"),
    pytest.param(
        use("f", '{"broken'), [tool_start("f"), *deltas({"toolUse": {"input": '{"broken'}})], id="invalid input"
    ),
    pytest.param(
        use("f", ["{", "}"]),
        [tool_start("f"), *deltas({"toolUse": {"input": "{"}}, {"toolUse": {"input": "}"}})],
        id="input as deltas",
    ),
]


@pytest.mark.parametrize(("turn", "expected"), BLOCKS)
async def test_a_step_becomes_a_content_block(turn: Turn, expected: list[Any]) -> None:
    """The whole value of a script is that its chunks are those of a real model."""
    _start, *blocks, _stop, _metadata = await chunks_of(turn)
    assert blocks == expected


async def test_a_turn_is_framed_as_a_message_with_numbered_blocks() -> None:
    """Consumers match deltas with their block by its number."""
    turn: Turn = [reasoning("Hm"), "Wait.", use("f"), use("g")]
    assert await chunks_of(turn) == [
        {"messageStart": {"role": "assistant"}},
        *deltas({"reasoningContent": {"text": "Hm"}}),
        *deltas({"text": "Wait."}, index=1),
        tool_start("f", "tooluse_1", index=2),
        *deltas({"toolUse": {"input": "{}"}}, index=2),
        tool_start("g", "tooluse_2", index=3),
        *deltas({"toolUse": {"input": "{}"}}, index=3),
        {"messageStop": {"stopReason": "tool_use"}},
        {
            "metadata": {
                "usage": {"inputTokens": 10, "outputTokens": 4, "totalTokens": 14},
                "metrics": {"latencyMs": 10},
            }
        },
    ]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ("Hi", {"stopReason": "end_turn"}),
        ([], {"stopReason": "end_turn"}),
        (use("f"), {"stopReason": "tool_use"}),
        ([use("f"), stop("end_turn")], {"stopReason": "end_turn"}),
        ([stop("end_turn"), use("f")], {"stopReason": "end_turn"}),
        (
            ["Hi", stop("stop_sequence", additional_fields={"stop_sequence": "END"})],
            {"stopReason": "stop_sequence", "additionalModelResponseFields": {"stop_sequence": "END"}},
        ),
    ],
)
async def test_the_stop_reason_follows_the_content_unless_the_script_says_otherwise(
    turn: Turn, expected: dict[str, Any]
) -> None:
    """Wrong stop reasons happen, so scripts must be able to send them."""
    assert (await chunks_of(turn))[-2] == {"messageStop": expected}


async def test_usage_replaces_the_counted_tokens() -> None:
    """Tests of metrics need numbers that they chose themselves."""
    turn: Turn = ["Hi", usage(input_tokens=1, output_tokens=2, cache_read_tokens=3, cache_write_tokens=4, latency_ms=5)]
    counts = {
        "inputTokens": 1,
        "outputTokens": 2,
        "totalTokens": 3,
        "cacheReadInputTokens": 3,
        "cacheWriteInputTokens": 4,
    }
    assert (await chunks_of(turn))[-1] == {"metadata": {"usage": counts, "metrics": {"latencyMs": 5}}}


@pytest.mark.parametrize(
    ("side", "redaction", "trace_key"),
    [
        ("input", {"redactUserContentMessage": "[User input redacted.]"}, "inputAssessment"),
        ("output", {"redactAssistantContentMessage": "[Assistant output redacted.]"}, "outputAssessments"),
    ],
)
async def test_a_guardrail_redacts_between_the_messages_end_and_its_metadata(
    side: Any, redaction: dict[str, str], trace_key: str
) -> None:
    """BedrockModel learns of the intervention from the metadata and announces it just before."""
    *_, message_stop, redact, metadata = await chunks_of(["Sorry.", blocked(side)])
    assert message_stop == {"messageStop": {"stopReason": "guardrail_intervened"}}
    assert redact == {"redactContent": redaction}
    assert list(metadata["metadata"]["trace"]["guardrail"]) == [trace_key]


async def test_a_turn_of_raw_chunks_is_sent_without_a_frame() -> None:
    """Malformed streams must be writable: a frame would repair them."""
    assert await chunks_of(raw({"messageStop": {}}, {"unknown": 1})) == [{"messageStop": {}}, {"unknown": 1}]
    assert await chunks_of([pause(0), silence()]) == []


async def test_raw_chunks_among_content_are_part_of_the_message() -> None:
    """A single odd chunk in a sound response is the more likely fault."""
    start, odd, *_ = await chunks_of([raw({"odd": {}}), "Hi"])
    assert (start, odd) == ({"messageStart": {"role": "assistant"}}, {"odd": {}})


@pytest.mark.parametrize("turn", [5, ["Hi", 5], [["Hi"]], {"text": "Hi"}, None])
async def test_what_is_no_turn_is_refused_by_name(turn: Any) -> None:
    """A typo in a script must not look like a bug of the agent."""
    with pytest.raises(TypeError, match="turn"):
        await chunks_of(turn)


def test_input_is_given_in_one_way() -> None:
    """Fields beside literal JSON would be lost in silence."""
    with pytest.raises(TypeError, match=r"input given as '{}' and as fields \['city'\]"):
        use("weather", "{}", city="Oslo")


def test_a_call_names_its_tool() -> None:
    """Who passes the function itself should not have to wonder why the tool is unknown."""
    with pytest.raises(TypeError, match="name must be the tool's name, got <built-in function print>"):
        use(print, city="Oslo")  # type: ignore[arg-type]


def test_a_guardrail_has_two_sides() -> None:
    """A misspelt side would pass as the other one."""
    with pytest.raises(ValueError, match="side must be 'input' or 'output', got 'both'"):
        blocked("both")  # type: ignore[arg-type]


async def test_a_gate_stands_between_two_deltas() -> None:
    """Tests must be able to act at an exact point of a stream, without sleeping."""
    gate = Gate()
    stream = ScriptedModel([text(["a", pause(gate), "b"])]).stream(PROMPT)
    before = [await anext(stream), await anext(stream)]
    waiting = asyncio.ensure_future(anext(stream))
    await gate.reached()
    assert not waiting.done()
    gate.open()
    after = [await waiting, *[chunk async for chunk in stream]]
    assert [*before[1:], *after[:2]] == deltas({"text": "a"}, {"text": "b"})
