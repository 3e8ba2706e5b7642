"""What every provider does when its service refuses, breaks off, or is left."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from strands.testing import Gate, disconnect, error, overflow, pause, text, throttled, use
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException
from tests.models.contract.service import HELLO, Service, local_only, said, text_of


@local_only("nobody should ask for it until a real service refuses")
async def test_throttling_is_told_apart(service: Service) -> None:
    """Agents wait and try again, for as long as the service asks them to."""
    service.plays(throttled("Slow down.", retry_after_s=2))
    with pytest.raises(ModelThrottledException, match=r"Slow down\.") as caught:
        await service.chunks()
    if "retry_after" in service.provider.abilities:
        assert caught.value.retry_after_s == 2


@local_only("a real service says what it says")
async def test_words_in_a_message_are_no_throttling(service: Service) -> None:
    """A bad request about rates is refused again however often it is sent."""
    service.plays(error("ValidationException", "429 Too Many Requests: rate limit of context_length_exceeded"))
    with pytest.raises(Exception) as caught:
        await service.chunks()
    assert not isinstance(caught.value, ModelThrottledException | ContextWindowOverflowException)


@local_only("a conversation that long costs money wherever it fits")
async def test_overflow_is_told_apart(service: Service) -> None:
    """Agents shorten the conversation and try again."""
    service.needs("overflow")
    service.plays(overflow())
    with pytest.raises(ContextWindowOverflowException):
        await service.chunks()


async def test_a_refused_key_is_the_vendors_error(service: Service) -> None:
    """Nothing that an agent does would help; the vendor's error says what is wrong."""
    service.plays(error("UnrecognizedClientException", "The key is not known."))
    model = service.with_refused_key()
    with pytest.raises(service.provider.auth_error_class):
        async for _ in model.stream(HELLO):
            pass


@local_only("real services do not break off when asked to")
@pytest.mark.parametrize(
    "turn",
    [
        pytest.param([text(["Half an", disconnect()])], id="the connection is cut"),
        pytest.param([text(["Half an", error("InternalServerException")])], id="the service reports an error"),
        pytest.param([use("weather", ['{"city": ', disconnect()])], id="within a tool call"),
    ],
)
async def test_a_broken_stream_is_an_error(service: Service, turn: Any) -> None:
    """Half an answer must not pass for a whole one."""
    service.plays(turn)
    with pytest.raises(Exception):  # noqa: B017 - each vendor's own
        await service.chunks()


async def test_leaving_early_closes_the_connection(service: Service) -> None:
    """Nobody should pay for an answer that nobody reads; and the model answers the next question."""
    gate = Gate()
    service.plays(text(["first", pause(gate), "second"]), "Hello.")
    async with aclosing(service.model.stream(said("Count from one to a hundred in words."))) as stream:  # type: ignore[type-var]
        async for chunk in stream:
            if "contentBlockDelta" in chunk:
                break
    if service.is_local:
        await service.endpoint.until(lambda endpoint: endpoint.disconnects == 1)
        assert service.endpoint.open_streams == 0
    gate.open()
    assert text_of((await service.answer())[1])


@local_only("whether a real service notices cannot be seen")
async def test_a_cancelled_task_closes_the_connection(service: Service) -> None:
    """Servers cancel the task of a client that is gone, wherever it waits."""
    gate = Gate()
    service.plays(text(["first", pause(gate), "second"]))
    running = asyncio.ensure_future(service.answer())
    await gate.reached()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await service.endpoint.until(lambda endpoint: endpoint.disconnects == 1)
    assert service.endpoint.open_streams == 0
    gate.open()


@local_only("nobody can tell a real service to wait")
async def test_the_event_loop_runs_while_the_service_thinks(service: Service) -> None:
    """A blocking call would hold up every other user of the program; here it would hold up what opens the gate."""
    gate = Gate()
    service.plays([text([pause(gate), "Hello."])])
    running = asyncio.ensure_future(service.answer())
    await gate.reached()
    assert not running.done()
    gate.open()
    assert text_of((await running)[1]) == "Hello."


async def test_many_streams_run_at_once(service: Service) -> None:
    """A provider that blocks the loop, or queues streams, serves one user at a time."""
    many = 50 if service.is_local else 3  # few accounts allow fifty at once
    gate = Gate()
    service.plays(*([text(["Hello, ", pause(gate), "you."])] * many))
    answers = [asyncio.ensure_future(service.answer()) for _ in range(many)]
    if service.is_local:
        await service.endpoint.until(lambda endpoint: endpoint.open_streams == many)
    gate.open()
    said_by_all = [text_of(content) for _, content, _ in await asyncio.gather(*answers)]
    assert all(said_by_all)
    assert not service.is_local or said_by_all == ["Hello, you."] * many
