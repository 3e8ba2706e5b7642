"""Turn what was observed into JSON that is the same on every run, without ids, times, addresses and identities."""

from __future__ import annotations

import base64
import dataclasses
import enum
import re
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel

_DURATIONS = frozenset(
    (
        "duration",
        "execution_time",
        "start_time",
        "end_time",
        "total_time",
        "average_time",
        "total_duration",
        "average_cycle_time",
        "timestamp",
    )
)
_UNSTABLE = frozenset({"timeToFirstByteMs"})
"""Present or absent by chance (a first token within the same millisecond); one scenario looks at it on purpose."""

_PROSE = frozenset({"description", "system_prompt"})
_PROSE_LENGTH = 200
"""Long prose written by a package's authors is theirs: neither copied into recordings nor compared."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_RANDOM_TOOL_ID = re.compile(r"\b(tooluse_(?:\w+_)?)(?:\d{6,12}|[0-9a-f]{24})\b")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(\+00:00|Z)?")
_PYDANTIC_VERSION = re.compile(r"(errors\.pydantic\.dev/)\d+\.\d+/")
_LOCAL_URL = re.compile(r"127\.0\.0\.1:\d+")


class Normaliser:
    """Numbers ids in the order of their appearance, so that equal ids stay recognisable within one scenario."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._paths: dict[str, str] = {}

    def name_path(self, path: str, name: str) -> None:
        """Show a path of this machine under a name."""
        self._paths[path] = name

    def text(self, value: str) -> str:
        """Return the text without ids, addresses and times."""
        for path, name in self._paths.items():
            value = value.replace(path, name)
        value = _UUID.sub(lambda found: self._ids.setdefault(found[0], f"<uuid-{len(self._ids) + 1}>"), value)
        value = _RANDOM_TOOL_ID.sub(r"\1<random>", value)
        value = _TIME.sub("<time>", value)
        value = _PYDANTIC_VERSION.sub(r"\1<version>/", value)
        value = _LOCAL_URL.sub("<loopback>", value)
        return _ADDRESS.sub("<address>", value)

    def value(self, value: Any) -> Any:
        """Return any value as JSON."""
        if isinstance(value, enum.Enum):
            return f"<{type(value).__name__}.{value.name}>"
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, uuid.UUID):
            return self.text(str(value))
        if isinstance(value, bytes):
            return {"<bytes>": base64.b64encode(value).decode()}
        if isinstance(value, Mapping):
            return {
                self.text(str(key)): self._entry(key, entry) for key, entry in value.items() if key not in _UNSTABLE
            }
        if isinstance(value, list | tuple):
            return [self.value(entry) for entry in value]
        if isinstance(value, set | frozenset):
            return sorted((self.value(entry) for entry in value), key=str)
        return self._object(value)

    def _entry(self, key: Any, value: Any) -> Any:
        if key in _PROSE and isinstance(value, str) and len(value) > _PROSE_LENGTH:
            return f"<long {key}>"
        if key in _DURATIONS and isinstance(value, float | int):
            return "<n>"
        return self.value(value)

    def _object(self, value: Any) -> Any:
        name = type(value).__name__
        if isinstance(value, type):
            return f"<class {value.__name__}>"
        if isinstance(value, BaseException):
            return self.exception(value)
        if isinstance(value, BaseModel):
            return {f"<{name}>": self.value(value.model_dump())}
        if dataclasses.is_dataclass(value):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            if name == "AgentResult":
                fields.pop("metrics")
            return {f"<{name}>": self.value({key: entry for key, entry in fields.items() if not key.startswith("_")})}
        if hasattr(value, "to_dict") and name == "Interrupt":
            return {f"<{name}>": self.value(value.to_dict())}
        return f"<{name}>"

    def exception(self, value: BaseException) -> dict[str, Any]:
        """Return the type, text and causes of an exception."""
        seen: dict[str, Any] = {"<exception>": type(value).__name__, "text": self.text(str(value))}
        if value.__cause__ is not None:
            seen["cause"] = self.exception(value.__cause__)
        return seen


current: ContextVar[Normaliser] = ContextVar("current")
"""The normaliser of the scenario that runs."""


def observed(value: Any) -> Any:
    """Return a snapshot of the value in the terms of the running scenario."""
    return current.get().value(value)
