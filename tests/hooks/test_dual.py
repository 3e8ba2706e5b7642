"""Callbacks in two forms."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from strands.hooks import AgentInitializedEvent, BeforeInvocationEvent, HookRegistry
from strands.hooks._dual import DualCallback

AGENT: Any = SimpleNamespace()


async def test_registry_takes_the_form_that_fits() -> None:
    """The same callback serves where events are awaited and where nothing can be."""
    log: list[str] = []

    async def awaited(event: Any) -> None:
        log.append(f"awaited {type(event).__name__}")

    registry = HookRegistry()
    callback = DualCallback(lambda event: log.append(f"blocking {type(event).__name__}"), awaited)
    registry.add_callback(AgentInitializedEvent, callback)
    registry.add_callback(BeforeInvocationEvent, callback)
    registry.invoke_callbacks(AgentInitializedEvent(agent=AGENT))
    await registry.invoke_callbacks_async(BeforeInvocationEvent(agent=AGENT))
    registry.invoke_callbacks(BeforeInvocationEvent(agent=AGENT))
    assert log == ["blocking AgentInitializedEvent", "awaited BeforeInvocationEvent", "blocking BeforeInvocationEvent"]
