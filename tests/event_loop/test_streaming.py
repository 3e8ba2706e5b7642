"""The published steps from chunks to events, one by one and together."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from strands.event_loop.streaming import (
    extract_usage_metrics,
    handle_content_block_delta,
    handle_content_block_start,
    handle_content_block_stop,
    handle_message_start,
    handle_message_stop,
    handle_redact_content,
    process_stream,
    remove_blank_messages_content_text,
    stream_messages,
)
from strands.testing import ScriptedModel

START = {"messageStart": {"role": "assistant"}}
OPEN: Any = {"contentBlockStart": {"start": {}}}
CLOSE: Any = {"contentBlockStop": {}}


def delta(**content: Any) -> Any:
    return {"contentBlockDelta": {"delta": content}}


def end(reason: str = "end_turn") -> Any:
    return {"messageStop": {"stopReason": reason}}


def state(**fields: Any) -> dict[str, Any]:
    """A state as callers make it: fields that grow are text."""
    content: list[Any] = []
    message = {"role": "assistant", "content": content}
    plain = {"text": "", "current_tool_use": {}, "reasoningText": "", "citationsContent": []}
    return {"message": message, "content": content, **plain, **fields}


class Chunks:
    """An async iterable that is no generator, and that tells whether it was closed."""

    def __init__(self, *chunks: Any) -> None:
        self.chunks = list(chunks)
        self.closed = False

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        if not self.chunks:
            raise StopAsyncIteration
        return self.chunks.pop(0)

    async def aclose(self) -> None:
        self.closed = True


async def responded(*chunks: Any, **options: Any) -> tuple[list[Any], tuple[Any, ...]]:
    """Return the events of a response, and what it came to."""
    events = [event async for event in process_stream(Chunks(*chunks), **options)]
    return events[:-1], events[-1]["stop"]


def test_message_start_sets_the_role() -> None:
    """The provider says who speaks."""
    assert handle_message_start({"role": "assistant"}, {"role": "user", "content": []})["role"] == "assistant"


@pytest.mark.parametrize(
    ("start", "opened"),
    [
        ({}, {}),
        ({"toolUse": None}, {}),
        ({"toolUse": {"toolUseId": "1", "name": "f"}}, {"toolUseId": "1", "name": "f", "input": ""}),
        (
            {"toolUse": {"toolUseId": "1", "name": "f", "reasoningSignature": "s"}},
            {"toolUseId": "1", "name": "f", "input": "", "reasoningSignature": "s"},
        ),
    ],
)
def test_block_start_opens_a_tool_use_or_nothing(start: Any, opened: dict[str, Any]) -> None:
    """Only tool uses have something to open."""
    assert handle_content_block_start({"start": start}) == opened


TOOL_SO_FAR = {"toolUseId": "1", "name": "f", "input": '{"a'}


@pytest.mark.parametrize(
    ("before", "content", "event", "after"),
    [
        ({}, {"text": "a"}, {"data": "a"}, {"text": "a"}),
        ({"text": "a"}, {"text": "b"}, {"data": "b"}, {"text": "ab"}),
        ({}, {"citation": {"title": "t"}}, {"citation": {"title": "t"}}, {"citationsContent": [{"title": "t"}]}),
        (
            {"current_tool_use": dict(TOOL_SO_FAR)},
            {"toolUse": {"input": '":1}'}},
            {"type": "tool_use_stream", "current_tool_use": {**TOOL_SO_FAR, "input": '{"a":1}'}},
            {"current_tool_use": {**TOOL_SO_FAR, "input": '{"a":1}'}},
        ),
        (
            {"reasoningText": "h"},
            {"reasoningContent": {"text": "m"}},
            {"reasoningText": "m", "reasoning": True},
            {"reasoningText": "hm"},
        ),
        (
            {"signature": "s"},
            {"reasoningContent": {"signature": "t"}},
            {"reasoning_signature": "t", "reasoning": True},
            {"signature": "st"},
        ),
        (
            {"redactedContent": b"x"},
            {"reasoningContent": {"redactedContent": b"y"}},
            {"reasoningRedactedContent": b"y", "reasoning": True},
            {"redactedContent": b"xy"},
        ),
        ({}, {"reasoningContent": {}}, None, {}),
        ({}, {"unheard of": 1}, None, {}),
        (
            {},
            {"text": "a", "toolUse": {"input": "i"}},
            {"type": "tool_use_stream", "current_tool_use": {"input": "i"}},
            {"current_tool_use": {"input": "i"}},
        ),
    ],
)
def test_delta_grows_the_block_and_tells_the_consumer(
    before: dict[str, Any], content: Any, event: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    """A state that holds plain text keeps plain text; a delta of several kinds counts as the first."""
    given = state(**before)
    returned, told = handle_content_block_delta({"delta": content}, given)
    assert returned is given
    assert given == state(**{**before, **after})
    assert told == ({} if event is None else {**event, "delta": content})


@pytest.mark.parametrize(
    ("fields", "block"),
    [
        ({}, None),
        ({"text": "a"}, {"text": "a"}),
        (
            {"text": "a", "citationsContent": [{"title": "t"}]},
            {"citationsContent": {"citations": [{"title": "t"}], "content": [{"text": "a"}]}},
        ),
        ({"reasoningText": "hm"}, {"reasoningContent": {"reasoningText": {"text": "hm"}}}),
        (
            {"reasoningText": "hm", "signature": "s"},
            {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
        ),
        ({"signature": "s"}, None),
        ({"redactedContent": b"x"}, {"reasoningContent": {"redactedContent": b"x"}}),
        ({"text": "a", "reasoningText": "hm"}, {"text": "a"}),
        ({"current_tool_use": {**TOOL_SO_FAR, "input": '{"a":1}'}}, {"toolUse": {**TOOL_SO_FAR, "input": {"a": 1}}}),
        ({"current_tool_use": {"toolUseId": "1", "name": "f"}}, {"toolUse": {**TOOL_SO_FAR, "input": {}}}),
        ({"current_tool_use": {**TOOL_SO_FAR, "input": ""}}, {"toolUse": {**TOOL_SO_FAR, "input": {}}}),
        ({"current_tool_use": dict(TOOL_SO_FAR)}, {"toolUse": {**TOOL_SO_FAR, "input": {}}}),
        (
            {"current_tool_use": {**TOOL_SO_FAR, "input": "{}", "reasoningSignature": "s"}},
            {"toolUse": {**TOOL_SO_FAR, "input": {}, "reasoningSignature": "s"}},
        ),
    ],
)
def test_block_stop_moves_the_block_into_the_message(fields: dict[str, Any], block: Any) -> None:
    """Text wins over reasoning; input that is no JSON becomes an empty object."""
    closed = handle_content_block_stop(state(**fields))
    assert closed["message"]["content"] == ([] if block is None else [block])
    assert closed["current_tool_use"] == {}


@pytest.mark.parametrize(
    ("reason", "content", "counts_as"),
    [
        ("end_turn", [{"text": "a"}], "end_turn"),
        ("end_turn", [{"text": "a"}, {"toolUse": {}}], "tool_use"),
        ("max_tokens", [{"toolUse": {}}], "max_tokens"),
        ("stop_sequence", [{"toolUse": {}}], "stop_sequence"),
    ],
)
def test_end_turn_beside_a_tool_use_counts_as_tool_use(reason: Any, content: Any, counts_as: str) -> None:
    """Some providers say so by mistake; every other reason is taken at its word."""
    assert handle_message_stop({"stopReason": reason}, content) == counts_as


@pytest.mark.parametrize(
    ("event", "content"),
    [
        ({"redactAssistantContentMessage": "[removed]"}, [{"text": "[removed]"}]),
        ({"redactAssistantContentMessage": ""}, [{"text": ""}]),
        ({"redactAssistantContentMessage": None}, [{"text": "secret"}]),
        ({"redactUserContentMessage": "[removed]"}, [{"text": "secret"}]),
    ],
)
def test_redaction_replaces_the_assistants_message(event: Any, content: list[Any]) -> None:
    """The user's message is the agent's to replace."""
    given = state()
    given["message"]["content"] = [{"text": "secret"}]
    handle_redact_content(event, given)
    assert given["message"]["content"] == content


@pytest.mark.parametrize(
    ("event", "first_byte_ms", "usage", "metrics"),
    [
        ({}, None, {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}, {"latencyMs": 0}),
        (
            {"usage": {"inputTokens": 1, "cacheReadInputTokens": 2}, "metrics": {"latencyMs": 3}},
            4,
            {"inputTokens": 1, "outputTokens": 0, "totalTokens": 0, "cacheReadInputTokens": 2},
            {"latencyMs": 3, "timeToFirstByteMs": 4},
        ),
        ({}, 0, {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}, {"latencyMs": 0}),
    ],
)
def test_missing_figures_count_as_zero(
    event: Any, first_byte_ms: int | None, usage: dict[str, int], metrics: dict[str, int]
) -> None:
    """Not every provider reports all of them."""
    assert extract_usage_metrics(event, first_byte_ms) == (usage, metrics)


@pytest.mark.parametrize(
    ("content", "filled"),
    [
        ([], [{"text": "[blank text]"}]),
        ([{"text": " \n"}], [{"text": "[blank text]"}]),
        ([{"text": ""}, {"toolUse": {}}], [{"toolUse": {}}]),
        ([{"text": "a"}, {"text": ""}], [{"text": "a"}, {"text": "[blank text]"}]),
    ],
)
def test_blank_content_of_assistant_messages_is_filled_in(content: Any, filled: Any) -> None:
    """Providers refuse it, and a history that holds it could never be sent again."""
    messages: Any = [{"role": "user", "content": []}, {"role": "assistant", "content": content}, {"role": "assistant"}]
    with pytest.warns(DeprecationWarning, match="remove_blank_messages_content_text"):
        assert remove_blank_messages_content_text(messages) is messages
    assert messages == [
        {"role": "user", "content": []},
        {"role": "assistant", "content": filled},
        {"role": "assistant"},
    ]


class TestProcessStream:
    """The steps together."""

    async def test_raw_chunks_precede_what_is_derived_from_them(self) -> None:
        """Endpoints that forward raw chunks and pages that show text see one order."""
        events, (reason, message, *_) = await responded(START, OPEN, delta(text="a"), CLOSE, end())
        assert events == [
            {"event": START},
            {"event": OPEN},
            {"event": delta(text="a")},
            {"data": "a", "delta": {"text": "a"}},
            {"event": CLOSE},
            {"event": end()},
        ]
        assert (reason, message) == ("end_turn", {"role": "assistant", "content": [{"text": "a"}]})

    async def test_each_signed_reasoning_block_keeps_its_own_signature(self) -> None:
        """Run together they are invalid, and the provider refuses the next request."""
        chunks = [
            chunk
            for text, signature in (("a", "s1"), ("b", "s2"))
            for chunk in (
                OPEN,
                delta(reasoningContent={"text": text}),
                delta(reasoningContent={"signature": signature}),
                CLOSE,
            )
        ]
        _, (_, message, *_) = await responded(START, *chunks, end())
        assert [block["reasoningContent"]["reasoningText"]["signature"] for block in message["content"]] == ["s1", "s2"]

    @pytest.mark.parametrize("ending", [[end()], []], ids=["message stop", "end of stream"])
    async def test_text_of_a_block_that_was_never_closed_is_kept(self, ending: list[Any]) -> None:
        """The consumer has seen it; the history must hold it, too."""
        _, (_, message, *_) = await responded(START, delta(text="a"), *ending)
        assert message["content"] == [{"text": "a"}]

    async def test_a_stream_without_content_is_an_empty_message(self) -> None:
        """A model that yields nothing ends cleanly."""
        zero = {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}
        metrics = {"latencyMs": 0, "timeToFirstByteMs": 0}
        assert await responded() == ([], ("end_turn", {"role": "assistant", "content": []}, zero, metrics))

    async def test_unknown_chunks_pass_as_they_are(self) -> None:
        """Providers add kinds of events; consumers of raw chunks may know them."""
        events, _ = await responded({"unheard of": 1}, end())
        assert events == [{"event": {"unheard of": 1}}, {"event": end()}]

    async def test_a_chunk_that_is_no_dict_is_an_error(self) -> None:
        """The error names what the model yielded."""
        with pytest.raises(TypeError, match=r"chunk must be a dict that holds a stream event, got 'surprise'"):
            await responded("surprise")

    async def test_cancellation_ends_the_response_at_the_next_chunk(self) -> None:
        """What came is replaced by a note, and the provider's stream is closed."""
        chunks, cancelled = Chunks(START, delta(text="a"), delta(text="b")), threading.Event()
        events = []
        async for event in process_stream(chunks, cancel_signal=cancelled):
            events.append(event)
            if "data" in event:
                cancelled.set()
        assert [event.get("data") for event in events[:-1]] == [None, None, "a"]
        assert events[-1]["stop"][:2] == (
            "cancelled",
            {"role": "assistant", "content": [{"text": "Cancelled by user"}]},
        )
        assert chunks.closed

    async def test_leaving_early_closes_the_providers_stream(self) -> None:
        """Nobody pays for a response that nobody reads."""
        chunks = Chunks(START, delta(text="a"), end())
        events = process_stream(chunks)
        await anext(events)
        await events.aclose()
        assert chunks.closed

    async def test_a_plain_iterable_has_nothing_to_close(self) -> None:
        """A user's model may return any async iterable."""

        class Bare:
            def __aiter__(self) -> AsyncIterator[Any]:
                return self

            async def __anext__(self) -> Any:
                raise StopAsyncIteration

        assert [event["stop"][0] async for event in process_stream(Bare())] == ["end_turn"]


class TestStreamMessages:
    """One model call."""

    async def test_the_request_holds_no_metadata_and_no_blanks(self) -> None:
        """Providers refuse both; the history itself keeps its metadata."""
        model = ScriptedModel(["answer"])
        message: Any = {"role": "assistant", "content": [{"text": ""}], "metadata": {"custom": {}}}
        history: Any = [{"role": "user", "content": [{"text": "q"}]}, message]
        events = [event async for event in stream_messages(model, "be terse", history, [])]
        assert events[-1]["stop"][1]["content"] == [{"text": "answer"}]
        assert model.requests[0].messages == [
            {"role": "user", "content": [{"text": "q"}]},
            {"role": "assistant", "content": [{"text": "[blank text]"}]},
        ]
        assert message["metadata"] == {"custom": {}}

    async def test_impossible_tool_names_are_replaced(self) -> None:
        """The provider would refuse the whole request for them."""
        model = ScriptedModel(["answer"])
        tool_use = {"toolUse": {"toolUseId": "1", "name": "no such name!", "input": {}}}
        history: Any = [{"role": "assistant", "content": [tool_use]}]
        async for _ in stream_messages(model, None, history, []):
            pass
        assert model.requests[0].messages[0]["content"][0]["toolUse"]["name"] == "INVALID_TOOL_NAME"

    async def test_a_cancelled_call_is_never_made(self) -> None:
        """With the signal set already, the provider is not asked at all."""
        model, cancelled = ScriptedModel(["answer"]), threading.Event()
        cancelled.set()
        events = [event async for event in stream_messages(model, None, [], [], cancel_signal=cancelled)]
        assert [event["stop"][0] for event in events] == ["cancelled"]
        assert model.requests == []
