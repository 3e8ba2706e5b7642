"""Retrying throttled model calls."""

from __future__ import annotations

import asyncio
import logging
import math
from typing import Any

from strands.hooks.events import AfterInvocationEvent, AfterModelCallEvent
from strands.hooks.registry import HookProvider, HookRegistry
from strands.types._events import EventLoopThrottleEvent
from strands.types.exceptions import ModelThrottledException

logger = logging.getLogger(__name__)


class ModelRetryStrategy(HookProvider):
    """Repeats throttled model calls after waits that double each time.

    Other errors are left alone, and so is a retry that another hook has asked for already.

    Args:
        max_attempts: Model calls in all, the first one included.
        initial_delay: Seconds before the first retry.
        max_delay: Longest wait, in seconds.

    Raises:
        TypeError: If one of them is no number.
    """

    def __init__(self, *, max_attempts: int = 6, initial_delay: int = 4, max_delay: int = 240) -> None:
        given = {"max_attempts": max_attempts, "initial_delay": initial_delay, "max_delay": max_delay}
        for name, value in given.items():
            if not isinstance(value, int | float):
                raise TypeError(f"{name} must be a number, got {value!r}")
        self._max_attempts = max_attempts
        self._initial_delay = initial_delay
        self._max_delay = max_delay
        self._current_attempt = 0
        self._notice: EventLoopThrottleEvent | None = None

    def register_hooks(self, registry: HookRegistry, **kwargs: Any) -> None:
        """Watch model calls, and begin anew with each run."""
        registry.add_callback(AfterModelCallEvent, self._handle_after_model_call)
        registry.add_callback(AfterInvocationEvent, self._handle_after_invocation)

    def take_notice(self) -> EventLoopThrottleEvent | None:
        """Return the event that tells consumers of the last wait, once."""
        notice, self._notice = self._notice, None
        return notice

    def _calculate_delay(self, attempt: int) -> int:
        return int(min(self._initial_delay * 2**attempt, self._max_delay))

    def _delay_after(self, error: ModelThrottledException) -> int:
        """Return the wait in whole seconds; never shorter than the provider asked for, within `max_delay`."""
        delay = self._calculate_delay(self._current_attempt - 1)
        if error.retry_after_s is None:
            return delay
        return min(max(delay, math.ceil(error.retry_after_s)), self._max_delay)

    def _reset_retry_state(self) -> None:
        self._current_attempt = 0
        self._notice = None

    async def _handle_after_invocation(self, event: AfterInvocationEvent) -> None:
        self._reset_retry_state()

    async def _handle_after_model_call(self, event: AfterModelCallEvent) -> None:
        if event.retry:
            return
        if event.stop_response is not None:
            self._reset_retry_state()
            return
        if not isinstance(event.exception, ModelThrottledException):
            return
        self._current_attempt += 1
        if self._current_attempt >= self._max_attempts:
            logger.debug("attempts=<%d> | giving up on a throttled model call", self._current_attempt)
            return
        delay = self._delay_after(event.exception)
        logger.debug(
            "delay=<%d>, attempt=<%d> | waiting before a throttled call is repeated", delay, self._current_attempt
        )
        await asyncio.sleep(delay)
        self._notice = EventLoopThrottleEvent(delay)
        event.retry = True
