"""Key-value state of an agent."""

from __future__ import annotations

from typing import TypeAlias

from strands.types.json_dict import JSONSerializableDict

AgentState: TypeAlias = JSONSerializableDict
"""Values that belong to an agent, are kept in its session, and are never sent to the model."""
