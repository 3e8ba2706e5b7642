"""Snapshots: an agent's state at one moment, as plain data."""

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal, get_args

from typing_extensions import TypedDict

from strands.types.exceptions import SnapshotException

SnapshotField = Literal["messages", "state", "conversation_manager_state", "interrupt_state", "system_prompt"]
SnapshotPreset = Literal["session"]
Scope = Literal["agent"]

SNAPSHOT_SCHEMA_VERSION = "1.0"
ALL_SNAPSHOT_FIELDS: tuple[SnapshotField, ...] = get_args(SnapshotField)
VALID_SCOPES: tuple[Scope, ...] = get_args(Scope)
SNAPSHOT_PRESETS: dict[str, tuple[SnapshotField, ...]] = {
    "session": ("messages", "state", "conversation_manager_state", "interrupt_state"),
}


def _utc_now_iso() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class Snapshot:
    """State of an agent at one moment.

    Attributes:
        scope: What was captured.
        schema_version: Version of the layout of `data`.
        data: The captured fields.
        app_data: The application's own values; stored, never read.
        created_at: UTC time in ISO 8601.
    """

    scope: Scope
    schema_version: str
    data: dict[str, Any]
    app_data: dict[str, Any]
    created_at: str = ""

    def __post_init__(self) -> None:
        self.created_at = self.created_at or _utc_now_iso()

    def validate(self) -> None:
        """Check that this version of the package can load the snapshot.

        Raises:
            SnapshotException: If the schema version or the scope is unknown.
        """
        current = SNAPSHOT_SCHEMA_VERSION
        if self.schema_version != current:
            raise SnapshotException(
                f"Unsupported snapshot schema version: {self.schema_version!r}. Current version: {current}"
            )
        if self.scope not in VALID_SCOPES:
            raise SnapshotException(f"Invalid snapshot scope: {self.scope!r}. Valid scopes: {list(VALID_SCOPES)}")

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict that shares `data` and `app_data`."""
        return {name: getattr(self, name) for name in ("scope", "schema_version", "created_at", "data", "app_data")}

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> "Snapshot":
        """Return the snapshot that `to_dict` described.

        Raises:
            SnapshotException: If this version of the package cannot load it.
            KeyError: If `created_at` or `data` is missing.
        """
        optional: dict[str, Any] = {"scope": "agent", "schema_version": "", "app_data": {}}
        optional.update((name, d[name]) for name in optional.keys() & d.keys())
        snapshot = cls(data=d["data"], created_at=d["created_at"], **optional)
        snapshot.validate()
        return snapshot


class TakeSnapshotOptions(TypedDict, total=False):
    """What a snapshot holds: the preset's fields and `include`, without `exclude`; `app_data` is the caller's own."""

    preset: SnapshotPreset
    include: list[SnapshotField]
    exclude: list[SnapshotField]
    app_data: dict[str, Any]


def resolve_snapshot_fields(
    *,
    preset: SnapshotPreset | None = None,
    include: list[SnapshotField] | None = None,
    exclude: list[SnapshotField] | None = None,
) -> set[SnapshotField]:
    """Return the fields of the preset and of `include`, without those of `exclude`.

    Raises:
        SnapshotException: If a field is unknown, or none is left.
        KeyError: If the preset is unknown.
    """
    for name in [*(include or ()), *(exclude or ())]:
        if name not in ALL_SNAPSHOT_FIELDS:
            raise SnapshotException(f"Invalid snapshot field: {name!r}. Valid fields: {sorted(ALL_SNAPSHOT_FIELDS)}")
    if preset and preset not in SNAPSHOT_PRESETS:
        raise KeyError(f"preset must be one of {list(SNAPSHOT_PRESETS)}, got {preset!r}")
    chosen = {*(SNAPSHOT_PRESETS[preset] if preset else ()), *(include or ())} - {*(exclude or ())}
    if not chosen:
        raise SnapshotException(
            "No snapshot fields resolved. Provide a preset or at least one field in 'include'. "
            "Note: passing only 'exclude' without a preset or 'include' always results in an empty set."
        )
    return chosen
