"""The state machine that opens and closes blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from strands.models._chat.stream import (
    BlockStream,
    FunctionPiece,
    StreamEndedEarlyError,
    ToolCallPiece,
    chunk_of,
    usage_chunk,
)

START: Any = {"contentBlockStart": {"start": {}}}
STOP: Any = {"contentBlockStop": {}}


def text(piece: str) -> Any:
    return {"contentBlockDelta": {"delta": {"text": piece}}}


def use(name: str, tool_use_id: str) -> Any:
    return {"contentBlockStart": {"start": {"toolUse": {"name": name, "toolUseId": tool_use_id}}}}


def tool_input(piece: str) -> Any:
    return {"contentBlockDelta": {"delta": {"toolUse": {"input": piece}}}}


def call(piece: str | None = None, name: str | None = None, id: str | None = None) -> ToolCallPiece:
    return ToolCallPiece(id, FunctionPiece(name, piece))


Step = Callable[[BlockStream], Any]

CASES: dict[str, tuple[list[Step], list[Any]]] = {
    "text": ([lambda b: b.text("a"), lambda b: b.text(""), lambda b: b.text("b")], [START, text("a"), text("b"), STOP]),
    "reasoning, then text": (
        [lambda b: b.reasoning("r"), lambda b: b.reasoning_part({"signature": "s"}), lambda b: b.text("a")],
        [
            START,
            {"contentBlockDelta": {"delta": {"reasoningContent": {"text": "r"}}}},
            {"contentBlockDelta": {"delta": {"reasoningContent": {"signature": "s"}}}},
            STOP,
            START,
            text("a"),
            STOP,
        ],
    ),
    "phases": (
        [lambda b: b.text("a", phase="commentary"), lambda b: b.text("b", phase="final_answer")],
        [
            {"contentBlockStart": {"start": {"phase": "commentary"}}},
            text("a"),
            STOP,
            {"contentBlockStart": {"start": {"phase": "final_answer"}}},
            text("b"),
            STOP,
        ],
    ),
    "a call in pieces": (
        [lambda b: b.text("a"), lambda b: b.tool_call(0, call("", "f", "1")), lambda b: b.tool_call(0, call("{}"))],
        [START, text("a"), STOP, use("f", "1"), tool_input(""), tool_input("{}"), STOP],
    ),
    "calls one after the other": (
        [lambda b: b.tool_call(0, call("{}", "f", "1")), lambda b: b.tool_call(1, call("{}", "g", "2"))],
        [use("f", "1"), tool_input("{}"), STOP, use("g", "2"), tool_input("{}"), STOP],
    ),
    "calls in turn": (
        [
            lambda b: b.tool_call(0, call('{"a"', "f", "1")),
            lambda b: b.tool_call(1, call('{"b"', "g", "2")),
            lambda b: b.tool_call(0, call(":1}")),
            lambda b: b.tool_call(1, call(":2}")),
        ],
        [
            use("f", "1"),
            tool_input('{"a"'),
            tool_input(":1}"),
            STOP,
            use("g", "2"),
            tool_input('{"b"'),
            tool_input(":2}"),
            STOP,
        ],
    ),
    "whole calls under one key": (
        [lambda b: b.tool_call(0, call("{}", "f", "1")), lambda b: b.tool_call(0, call("{}", "f", "2"))],
        [use("f", "1"), tool_input("{}"), STOP, use("f", "2"), tool_input("{}"), STOP],
    ),
    "a name that comes late": (
        [lambda b: b.tool_call(0, call("{", id="1")), lambda b: b.tool_call(0, call("}", "f"))],
        [use("f", "1"), tool_input("{"), tool_input("}"), STOP],
    ),
    "a call without input": ([lambda b: b.tool_call(0, call(None, "f", "1"))], [use("f", "1"), STOP]),
    "text within a call waits": (
        [
            lambda b: b.tool_call(0, call("{", "f", "1")),
            lambda b: b.text("a"),
            lambda b: b.text("b"),
            lambda b: b.tool_call(0, call("}")),
        ],
        [use("f", "1"), tool_input("{"), tool_input("}"), STOP, START, text("a"), text("b"), STOP],
    ),
}


@pytest.mark.parametrize(("steps", "expected"), CASES.values(), ids=CASES)
def test_blocks_are_opened_and_closed_one_after_the_other(steps: list[Step], expected: list[Any]) -> None:
    """Consumers know one open block at a time, whatever the order in which a service sends pieces."""
    blocks = BlockStream(chunk_of)
    chunks = [blocks.start()]
    for step in steps:
        chunks += step(blocks)
    chunks += blocks.stop("stop")
    assert chunks == [{"messageStart": {"role": "assistant"}}, *expected, {"messageStop": {"stopReason": "end_turn"}}]


def test_readers_may_make_plain_deltas_only_while_text_is_open() -> None:
    """They do so for nearly every token, without asking the state machine."""
    blocks = BlockStream(chunk_of)
    told = [blocks.passes_text]
    steps: list[Step] = [lambda b: b.text("a"), lambda b: b.reasoning("r"), lambda b: b.text("b"), lambda b: b.close()]
    for step in steps:
        step(blocks)
        told.append(blocks.passes_text)
    assert told == [False, True, False, True, False]


def test_no_plain_deltas_are_made_past_a_formatter_of_ones_own() -> None:
    """What a subclass overrides has to see every piece."""
    blocks = BlockStream(lambda event: chunk_of(event))
    blocks.text("a")
    assert not blocks.passes_text


def test_the_next_call_streams_live_once_the_last_is_whole() -> None:
    """Input is shown while it is written, also that of the second of two calls."""
    blocks = BlockStream(chunk_of)
    blocks.tool_call(0, call("{}", "f", "1"))
    assert list(blocks.tool_call(1, call('{"a"', "g", "2"))) == [STOP, use("g", "2"), tool_input('{"a"')]
    assert list(blocks.tool_call(1, call(":1}"))) == [tool_input(":1}")]


def test_a_call_without_an_id_gets_one() -> None:
    """A result needs the id of its call."""
    blocks = BlockStream(chunk_of)
    (start, _) = blocks.tool_call(0, call("{}", "f"))
    tool_use = start["contentBlockStart"]["start"]["toolUse"]
    assert tool_use is not None
    assert tool_use["toolUseId"].startswith("call_")


def test_a_call_without_a_name_is_an_error() -> None:
    """It cannot be made, and to drop it would be to answer without what was asked for."""
    blocks = BlockStream(chunk_of)
    blocks.tool_call(0, call('{"a": 1}', id="1"))
    with pytest.raises(StreamEndedEarlyError, match="no name"):
        blocks.stop("tool_calls")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("stop", "end_turn"),
        ("tool_calls", "tool_use"),
        ("length", "max_tokens"),
        ("content_filter", "content_filtered"),
        ("anything", "end_turn"),
    ],
)
def test_stop_reasons(reason: str, expected: str) -> None:
    """Agents decide by them."""
    assert chunk_of({"chunk_type": "message_stop", "data": reason}) == {"messageStop": {"stopReason": expected}}


def test_an_unknown_chunk_is_an_error() -> None:
    """It is a mistake in a provider."""
    with pytest.raises(RuntimeError, match="chunk_type=<nope>"):
        chunk_of({"chunk_type": "nope"})


def test_cache_figures_are_absent_when_unknown() -> None:
    """Zero would say that the cache was of no use."""
    usage = {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}
    plain = usage_chunk(input_tokens=1, output_tokens=2, total_tokens=3)
    assert plain == {"metadata": {"usage": usage, "metrics": {"latencyMs": 0}}}
    cached = usage_chunk(input_tokens=1, output_tokens=2, total_tokens=3, cache_read_tokens=4, cache_write_tokens=5)
    assert cached["metadata"]["usage"] == {**usage, "cacheReadInputTokens": 4, "cacheWriteInputTokens": 5}
