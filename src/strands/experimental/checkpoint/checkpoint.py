"""A position in a run, together with a snapshot of the agent at that moment."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

logger = logging.getLogger(__name__)

CheckpointPosition = Literal["after_model", "after_tools"]
"""Where in a cycle: after the model's response, or after the tools that it asked for."""

CHECKPOINT_SCHEMA_VERSION = "1.0"


@dataclass
class Checkpoint:
    """Where a run was, and what the agent was like.

    Attributes:
        position: Where in the cycle.
        cycle_index: Which cycle, from 0.
        snapshot: The agent's state, as `Snapshot.to_dict` describes it.
        app_data: The application's own values; stored, never read.
        schema_version: Version of this layout.
    """

    position: CheckpointPosition
    cycle_index: int = 0
    snapshot: dict[str, Any] = field(default_factory=dict)
    app_data: dict[str, Any] = field(default_factory=dict)
    schema_version: str = field(init=False, default=CHECKPOINT_SCHEMA_VERSION)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict of its own."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Checkpoint:
        """Return the checkpoint that `to_dict` described; fields that this version does not know are ignored.

        Raises:
            ValueError: If it was written with another schema version.
            TypeError: If the position is missing.
        """
        version = data.get("schema_version", "")
        if version != CHECKPOINT_SCHEMA_VERSION:
            raise ValueError(
                f"Checkpoints with schema version {version!r} are not compatible with "
                f"current version {CHECKPOINT_SCHEMA_VERSION}."
            )
        unknown = sorted(data.keys() - {known.name for known in fields(cls)})
        if unknown:
            logger.warning("unknown_keys=<%s> | ignoring unknown fields in checkpoint data", unknown)
        return cls(**{known.name: data[known.name] for known in fields(cls) if known.init and known.name in data})
