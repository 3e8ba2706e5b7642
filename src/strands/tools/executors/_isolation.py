"""Running an async generator as a task of its own would, without the price of a task."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Generator
from contextvars import Context, copy_context
from typing import Any, TypeVar

T = TypeVar("T")


async def in_own_context(stream: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Iterate over `stream`, which sees a copy of the context variables; what it sets stays with it.

    Closes `stream` at the end, in the same context.
    """
    context = copy_context()
    try:
        while True:
            try:
                item = await _Step(anext(stream), context)
            except StopAsyncIteration:
                return
            yield item
    finally:
        await _Step(stream.aclose(), context)


class _Step:
    """An awaitable whose code runs in a given context."""

    __slots__ = ("_awaitable", "_context")

    def __init__(self, awaitable: Awaitable[Any], context: Context) -> None:
        self._awaitable = awaitable
        self._context = context

    def __await__(self) -> Generator[Any, Any, Any]:
        steps: Any = self._awaitable.__await__()
        resume, value = steps.send, None
        while True:
            try:
                waited_for = self._context.run(resume, value)
            except StopIteration as end:
                return end.value
            # What the event loop sends or throws, a cancellation above all, goes to the code that waits.
            try:
                resume, value = steps.send, (yield waited_for)
            except BaseException as error:
                resume, value = steps.throw, error
