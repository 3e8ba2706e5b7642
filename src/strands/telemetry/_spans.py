"""Making a span current while a generator works, and never while its consumer does."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from opentelemetry.trace import Span

T = TypeVar("T")


def within_span(span: Span, events: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Return `events`, each step of which runs with `span` as the current span; costs nothing if it records nothing."""
    return _stepped(span, events) if span.is_recording() else events


@contextmanager
def attached(span: Span) -> Iterator[None]:
    """Make `span` the current span for a block that yields nothing to a consumer."""
    if not span.is_recording():
        yield
        return
    from opentelemetry.context import attach, detach
    from opentelemetry.trace import set_span_in_context

    token = attach(set_span_in_context(span))
    try:
        yield
    finally:
        detach(token)


async def _stepped(span: Span, events: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    try:
        while True:
            # A step ends in the task and context it began in; across a `yield` neither would be sure.
            with attached(span):
                try:
                    event = await anext(events)
                except StopAsyncIteration:
                    return
            yield event
    finally:
        with attached(span):  # what tools and models do to clean up belongs to their call, too
            await events.aclose()
