"""Blocking calls off the event loop that are never left half done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from strands.tools._threads import run_in_thread

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


async def finish_in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a blocking function in a thread and wait for its end even if the caller is cancelled meanwhile.

    A write that went on behind a cancelled caller's back could overtake the next one.

    Raises:
        asyncio.CancelledError: After the function ended, if the caller was cancelled.
        BaseException: What the function raised.
    """
    job = asyncio.ensure_future(run_in_thread(function, *args, **kwargs))
    cancelled: asyncio.CancelledError | None = None
    while not job.done():
        try:
            await asyncio.wait((job,))
        except asyncio.CancelledError as error:  # noqa: PERF203  # kept until the job is done
            cancelled = error
    if cancelled is None:
        return job.result()
    if (failure := job.exception()) is not None:
        logger.error("failed after the caller was cancelled", exc_info=failure)
    raise cancelled
