"""What an agent does for the sake of its model."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from strands.hooks.events import AfterInvocationEvent
from strands.models.model import _ModelPlugin
from strands.plugins import Plugin


@pytest.mark.parametrize(("stateful", "left"), [(True, []), (False, ["said"])])
def test_messages_are_forgotten_if_the_provider_keeps_them(stateful: bool, left: list[str]) -> None:
    """Otherwise they would be sent twice: by the provider and by the agent. The list itself stays the same."""
    callbacks: dict[Any, Any] = {}
    agent: Any = SimpleNamespace(model=SimpleNamespace(stateful=stateful), messages=["said"])
    agent.add_hook = lambda callback, event_type: callbacks.update({event_type: callback})
    messages = agent.messages
    plugin = _ModelPlugin()
    plugin.init_agent(agent)
    callbacks[AfterInvocationEvent](AfterInvocationEvent(agent=agent))
    assert (agent.messages, agent.messages is messages) == (left, True)
    assert (isinstance(plugin, Plugin), plugin.name) == (True, "strands:model")
