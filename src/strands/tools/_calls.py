"""Calling a tool's function, whatever its kind, without blocking the event loop."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable
from types import AsyncGeneratorType, GeneratorType
from typing import Any, cast

from strands.tools._threads import run_in_thread


async def call(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call `func` and return its result, awaited if it can be.

    Coroutine functions run in the event loop, plain functions in a thread; generator functions only make their
    generator, which `iteration_of` then runs.
    """
    if inspect.iscoroutinefunction(func):
        return await func(*args, **kwargs)
    if inspect.isasyncgenfunction(func) or inspect.isgeneratorfunction(func):
        return func(*args, **kwargs)
    value = await run_in_thread(func, *args, **kwargs)
    return await value if inspect.isawaitable(value) else value


def iteration_of(value: Any) -> AsyncGenerator[Any, None] | None:
    """Return an async generator over what a tool's generator yields; None if the value is no generator."""
    if isinstance(value, AsyncGeneratorType):
        return cast("AsyncGenerator[Any, None]", value)
    return _stepped_in_threads(value) if isinstance(value, GeneratorType) else None


async def _stepped_in_threads(generator: GeneratorType[Any, None, None]) -> AsyncGenerator[Any, None]:
    exhausted = object()
    try:
        while (item := await run_in_thread(next, generator, exhausted)) is not exhausted:
            yield item
    finally:
        # After a cancellation the last step may still run in its thread: then the generator is left to itself.
        if not generator.gi_running:
            await run_in_thread(generator.close)
