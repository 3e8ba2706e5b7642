"""Snapshots of an agent: what is taken from it and how it is put back."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from typing_extensions import assert_never

from strands.interrupt import _InterruptState
from strands.types._snapshot import (
    ALL_SNAPSHOT_FIELDS,
    SNAPSHOT_SCHEMA_VERSION,
    Snapshot,
    SnapshotField,
)
from strands.types.json_dict import JSONSerializableDict

if TYPE_CHECKING:
    from strands.agent.agent import Agent


def snapshot_of(agent: Agent, fields: Iterable[SnapshotField], app_data: dict[str, Any] | None) -> Snapshot:
    """Return a copy of the agent's fields, which later changes of the agent do not reach."""
    wanted = set(fields)
    data: dict[str, Any] = {name: _captured(agent, name) for name in ALL_SNAPSHOT_FIELDS if name in wanted}
    return Snapshot(
        scope="agent",
        schema_version=SNAPSHOT_SCHEMA_VERSION,
        data=copy.deepcopy(data),
        app_data=copy.deepcopy(app_data or {}),
    )


def restore(agent: Agent, snapshot: Snapshot) -> None:
    """Put the snapshot's fields back; the others stay as they are.

    Raises:
        TypeError: If it is something else, such as the dict that `Snapshot.from_dict` takes.
        SnapshotException: If this version of the package cannot load it.
        ValueError: If it belongs to another kind of conversation manager; the agent is unchanged then.
    """
    if not isinstance(snapshot, Snapshot):
        raise TypeError(f"snapshot must be a Snapshot, got {snapshot!r}; Snapshot.from_dict makes one of a dict")
    snapshot.validate()
    data: dict[str, Any] = copy.deepcopy(snapshot.data)
    # What can fail comes first, so that an agent is never half restored.
    state = JSONSerializableDict(data.get("state"))
    interrupt_state = _InterruptState.from_dict(data["interrupt_state"]) if "interrupt_state" in data else None
    if "conversation_manager_state" in data:
        # What it wants prepended is part of the snapshot's messages already.
        agent.conversation_manager.restore_from_session(data["conversation_manager_state"])
    if "state" in data:
        agent.state = state
    if interrupt_state is not None:
        agent._interrupt_state = interrupt_state
    if "messages" in data:
        agent.messages = data["messages"]
    if "system_prompt" in data:
        agent.system_prompt = data["system_prompt"]


def _captured(agent: Agent, field: SnapshotField) -> Any:
    if field == "messages":
        return agent.messages
    if field == "state":
        return agent.state.get()
    if field == "conversation_manager_state":
        return agent.conversation_manager.get_state()
    if field == "interrupt_state":
        return agent._interrupt_state.to_dict()
    if field == "system_prompt":
        return agent.system_prompt_content
    assert_never(field)
