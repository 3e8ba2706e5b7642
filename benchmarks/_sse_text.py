"""The text that server and clients of `benchmarks.sse_load` agree on: no piece of it occurs twice."""

from __future__ import annotations


def piece(client: int, number: int) -> str:
    """Return one piece of the text of one client."""
    return f"{client}.{number} "


def whole(client: int, pieces: int) -> str:
    """Return the whole text of one client."""
    return "".join(piece(client, number) for number in range(pieces))
