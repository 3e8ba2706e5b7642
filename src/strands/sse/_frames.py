"""Server-sent events as text: the kinds there are, and how one is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["text", "take_back", "tool", "reasoning", "interrupt", "result", "error"]
"""The name of an event, as a page listens to it."""

KINDS: tuple[Kind, ...] = get_args(Kind)
TERMINAL_KINDS: frozenset[Kind] = frozenset({"result", "error"})
DEFAULT_KINDS: frozenset[Kind] = frozenset({"text", "tool", "interrupt", "result", "error"})
"""Neither `reasoning`, which is not meant for everybody, nor `take_back`, which the page must know how to handle."""

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store, no-transform",  # a proxy that compresses would hold frames back
        "X-Accel-Buffering": "no",  # nginx
    }
)
"""Headers of the response, with which proxies pass each frame on at once."""

KEEP_ALIVE = ": keep-alive\n"
"""A comment, which clients ignore. No empty line follows: to some clients that would end an event without data."""

# Pure ASCII, so that neither line separators nor lone surrogates reach the wire; NaN is an error rather than no JSON.
_json = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def frame(number: int, kind: Kind, payload: Mapping[str, Any]) -> str:
    """Return one event as it goes over the wire.

    Raises:
        ValueError: If the payload cannot be expressed as JSON.
    """
    # Text by text: three times as fast as a dict, and there is one with each token.
    fields = ",".join([f'"{name}":{_json(value)}' for name, value in payload.items()])
    return f"id: {number}\nevent: {kind}\ndata: {{{fields}}}\n\n"
