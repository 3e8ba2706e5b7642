"""Former names of events that are now in `strands.hooks`."""

from __future__ import annotations

import warnings
from typing import Any

from strands.hooks import events

_PRESENT_NAMES = {
    f"{moment}{what}InvocationEvent": f"{moment}{what}CallEvent"
    for moment in ("Before", "After")
    for what in ("Model", "Tool")
}


def __getattr__(name: str) -> Any:
    present = _PRESENT_NAMES.get(name)
    if present is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(
        f"{name} has been moved to production with an updated name. Use {present} from strands.hooks instead.",
        DeprecationWarning,
        stacklevel=2,
    )
    return getattr(events, present)


def __dir__() -> list[str]:
    return sorted(_PRESENT_NAMES)
