"""Making a span current while a generator works, and never while its consumer does."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from opentelemetry.trace import Span

T = TypeVar("T")


def within_span(span: Span, events: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Return `events`, each step of which runs with `span` as the current span; costs nothing if it records nothing."""
    return _stepped(span, events) if span.is_recording() else events


async def _stepped(span: Span, events: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    from opentelemetry.context import attach, detach
    from opentelemetry.trace import set_span_in_context

    async with aclosing(events):
        while True:
            # A step ends in the task and context it began in; across a `yield` neither would be sure.
            token = attach(set_span_in_context(span))
            try:
                event = await anext(events)
            except StopAsyncIteration:
                return
            finally:
                detach(token)
            yield event
