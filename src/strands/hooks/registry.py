"""Which callbacks want which events."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import Any

from strands.hooks._contract import BaseHookEvent as BaseHookEvent
from strands.hooks._contract import HookCallback as HookCallback
from strands.hooks._contract import HookEvent as HookEvent
from strands.hooks._contract import HookProvider as HookProvider
from strands.hooks._contract import TEvent as TEvent
from strands.hooks._contract import TInvokeEvent as TInvokeEvent
from strands.hooks._dual import DualCallback
from strands.hooks._type_inference import infer_event_types
from strands.interrupt import Interrupt, InterruptException


class HookRegistry:
    """Callbacks by event type.

    An event goes to the callbacks of exactly its own type, in the order of registration, or in reverse order for
    events that end something. A callback that raises ends the round; one that interrupts does not.
    """

    def __init__(self) -> None:
        self._registered_callbacks: dict[type, list[HookCallback[Any]]] = {}

    def add_callback(
        self, event_type: type[TEvent] | list[type[TEvent]] | None, callback: HookCallback[TEvent]
    ) -> None:
        """Register a callback.

        Args:
            event_type: One or several types of events; None takes them from the type hint of the callback's parameter.
            callback: What to call.

        Raises:
            ValueError: If the types are not event types or cannot be inferred, or if the callback is async although
                the event happens where nothing can be awaited.
            TypeError: If the callback cannot be called.
        """
        event_types = _event_types(event_type, callback)
        if not callable(callback):
            raise TypeError(f"callback must be callable, got {callback!r}")
        if _is_async(callback) and any(accepted.__name__ == "AgentInitializedEvent" for accepted in event_types):
            raise ValueError("AgentInitializedEvent can only be registered with a synchronous callback")
        for accepted in event_types:
            self._registered_callbacks.setdefault(accepted, []).append(callback)

    def add_hook(self, hook: HookProvider) -> None:
        """Let a provider register its callbacks."""
        hook.register_hooks(self)

    def has_callbacks(self) -> bool:
        """Return whether any callback was ever registered."""
        return bool(self._registered_callbacks)

    def get_callbacks_for(self, event: TEvent) -> Generator[HookCallback[TEvent], None, None]:
        """Yield the event's callbacks in the order they are to run."""
        callbacks = self._registered_callbacks.get(type(event))
        if callbacks:
            yield from (reversed(callbacks) if event.should_reverse_callbacks else callbacks)

    async def invoke_callbacks_async(self, event: TInvokeEvent) -> tuple[TInvokeEvent, list[Interrupt]]:
        """Run the event's callbacks one after the other, awaiting those that are async.

        Returns:
            The event, which callbacks may have changed, and the interrupts they raised.

        Raises:
            ValueError: If two callbacks used one interrupt name.
            Exception: What a callback raised.
        """
        interrupts: dict[str, Interrupt] = {}
        for callback in self.get_callbacks_for(event):
            try:
                returned = callback(event)
                if returned is not None and inspect.isawaitable(returned):
                    await returned
            except InterruptException as exception:  # noqa: PERF203  # the other callbacks must still run
                _collect(exception, interrupts)
        return event, list(interrupts.values())

    def invoke_callbacks(self, event: TInvokeEvent) -> tuple[TInvokeEvent, list[Interrupt]]:
        """Run the event's callbacks one after the other; all of them must be synchronous.

        Returns:
            The event, which callbacks may have changed, and the interrupts they raised.

        Raises:
            RuntimeError: If a callback is async; when its declaration shows that, no callback has run.
            ValueError: If two callbacks used one interrupt name.
            Exception: What a callback raised.
        """
        callbacks = [_blocking(callback) for callback in self.get_callbacks_for(event)]
        if any(map(_is_async, callbacks)):
            raise _needs_async(event)
        interrupts: dict[str, Interrupt] = {}
        for callback in callbacks:
            try:
                returned = callback(event)
            except InterruptException as exception:
                _collect(exception, interrupts)
                continue
            if returned is not None and inspect.isawaitable(returned):
                if inspect.iscoroutine(returned):
                    returned.close()
                raise _needs_async(event)
        return event, list(interrupts.values())


def _event_types(
    event_type: type[TEvent] | list[type[TEvent]] | None, callback: HookCallback[TEvent]
) -> list[type[TEvent]]:
    if event_type is None:
        return infer_event_types(callback)
    if not isinstance(event_type, list):
        # Any class will do: applications dispatch events of their own through this registry, too.
        return [_checked_event_type(event_type, base=object)]
    if not event_type:
        raise ValueError("event_type list cannot be empty")
    return list(dict.fromkeys(_checked_event_type(member, base=BaseHookEvent) for member in event_type))


def _checked_event_type(event_type: Any, *, base: type) -> Any:
    if not (isinstance(event_type, type) and issubclass(event_type, base)):
        raise ValueError(f"Invalid event type: {event_type} | must be a subclass of BaseHookEvent")
    return event_type


def _blocking(callback: HookCallback[Any]) -> Callable[[Any], Any]:
    return callback.blocking if isinstance(callback, DualCallback) else callback


def _is_async(callback: Any) -> bool:
    return inspect.iscoroutinefunction(callback) or inspect.iscoroutinefunction(callback.__call__)


def _needs_async(event: BaseHookEvent) -> RuntimeError:
    return RuntimeError(f"event=<{event}> | use invoke_callbacks_async to invoke async callback")


def _collect(exception: InterruptException, interrupts: dict[str, Interrupt]) -> None:
    interrupt = exception.interrupt
    if interrupt.name in interrupts:
        raise ValueError(f"interrupt_name=<{interrupt.name}> | interrupt name used more than once") from exception
    interrupts[interrupt.name] = interrupt
