"""A stream of events as server-sent events."""

from __future__ import annotations

import logging
import math
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from strands._async import closing_if_closable
from strands.sse._errors import error_data, kind_sentence
from strands.sse._frames import DEFAULT_KINDS, KINDS, TERMINAL_KINDS, Kind, frame
from strands.sse._keep_alive import with_keep_alive
from strands.sse._shown_text import Item
from strands.sse._translation import Translation

logger = logging.getLogger(__name__)


def sse_stream(
    agent_stream: AsyncIterable[Mapping[str, Any]],
    *,
    kinds: Collection[Kind] = DEFAULT_KINDS,
    keep_alive_s: float | None = 15.0,
    first_id: int = 1,
    error_message: Callable[[Exception], str] = kind_sentence,
) -> AsyncGenerator[str, None]:
    """Return an agent's events as frames of server-sent events, ending with exactly one `result` or `error`.

    An exception of the agent's stream is logged and becomes the `error`. Closing the generator, or cancelling the task
    that waits for its next frame, closes the agent's stream.

    Args:
        agent_stream: What `stream_async` of an agent, a graph or a swarm returns; it is closed on every way out.
        kinds: The events to send; `result` and `error` are always sent.
        keep_alive_s: A comment is sent in each silent stretch of this many seconds; None sends none.
        first_id: The first event's id; the ids count up from there.
        error_message: Gives the sentence for the person at the page. What it returns goes out as it is.

    Raises:
        TypeError, ValueError: If an argument is not as expected.
    """
    _check(agent_stream, keep_alive_s=keep_alive_s, first_id=first_id, error_message=error_message)
    _check_kinds(kinds)
    return with_keep_alive(_frames(agent_stream, _Encoder(kinds, first_id), error_message), keep_alive_s)


async def _frames(
    agent_stream: AsyncIterable[Mapping[str, Any]],
    encoder: _Encoder,
    error_message: Callable[[Exception], str],
) -> AsyncGenerator[str, None]:
    translation = Translation(takes_back="take_back" in encoder.kinds)
    events = aiter(agent_stream)
    async with _closing(events):
        is_open = True
        while is_open:
            # Nothing is yielded within the `try`: what the consumer throws in is not the agent's.
            try:
                is_open, items = await _step(events, translation)
                frames = encoder.frames(items)
            except Exception as error:
                is_open, frames = False, encoder.frames([("error", error_data(error, error_message))])
            for each in frames:
                yield each


async def _step(events: AsyncIterator[Mapping[str, Any]], translation: Translation) -> tuple[bool, Iterable[Item]]:
    """Return whether there may be more events, and what goes out for the next one, or for the end."""
    try:
        event = await anext(events)
    except StopAsyncIteration:
        return False, translation.outcome()
    return True, translation.items(event)


class _Encoder:
    """Writes what the page asked for, and numbers it."""

    def __init__(self, kinds: Collection[Kind], first_id: int) -> None:
        self.kinds = frozenset(kinds) | TERMINAL_KINDS
        self._numbers = count(first_id)

    def frames(self, items: Iterable[Item]) -> list[str]:
        return [frame(next(self._numbers), kind, payload) for kind, payload in items if kind in self.kinds]


@asynccontextmanager
async def _closing(stream: object) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        try:
            async with closing_if_closable(stream):
                pass
        except Exception:  # a page that has gone, or has all that it asked for, cannot be told
            logger.exception("agent_stream=<%r> | could not be closed", stream)


def _check(agent_stream: object, *, keep_alive_s: object, first_id: object, error_message: object) -> None:
    if not isinstance(agent_stream, AsyncIterable):
        raise TypeError(f"agent_stream is {agent_stream!r}, expected what stream_async returns")
    if keep_alive_s is not None:
        if isinstance(keep_alive_s, bool) or not isinstance(keep_alive_s, (int, float)):
            raise TypeError(f"keep_alive_s is {keep_alive_s!r}, expected a number of seconds or None")
        if not (math.isfinite(keep_alive_s) and keep_alive_s > 0):
            raise ValueError(f"keep_alive_s is {keep_alive_s!r}, expected a positive number of seconds or None")
    if isinstance(first_id, bool) or not isinstance(first_id, int):
        raise TypeError(f"first_id is {first_id!r}, expected an int")
    if first_id < 0:
        raise ValueError(f"first_id is {first_id!r}, expected zero or more")
    if not callable(error_message):
        raise TypeError(f"error_message is {error_message!r}, expected a function from an exception to a str")


def _check_kinds(kinds: object) -> None:
    if isinstance(kinds, str) or not isinstance(kinds, Collection):
        raise TypeError(f"kinds is {kinds!r}, expected a collection of {_KNOWN}")
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"kinds contains {kind!r}, expected some of {_KNOWN}")


_KNOWN = ", ".join(sorted(KINDS))
