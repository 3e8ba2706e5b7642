"""Frames as a client reads them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, Iterable
from contextlib import aclosing
from typing import Any

import httpx
from httpx_sse import EventSource, ServerSentEvent

from strands import Agent
from strands.sse import sse_stream


def parsed(frames: Iterable[str]) -> list[ServerSentEvent]:
    """Return the events that a client reads from the bytes of `frames`."""
    body = "".join(frames).encode("utf-8")
    return list(
        EventSource(httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)).iter_sse()
    )


def strict_json(text: str) -> Any:
    """Parse as browsers do, which know no NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def items(frames: Iterable[str]) -> list[tuple[str, Any]]:
    """Return kind and data of each event."""
    return [(event.event, strict_json(event.data)) for event in parsed(frames)]


def of_kind(kind: str, frames: Iterable[str]) -> list[Any]:
    return [found for name, found in items(frames) if name == kind]


def text_in(frames: Iterable[str]) -> str:
    return "".join(each["text"] for each in of_kind("text", frames))


def shown(frames: Iterable[str]) -> str:
    """Return the text that a page shows in the end which takes back what it is told to."""
    pieces: list[tuple[str, str]] = []
    for kind, found in items(frames):
        if kind == "text":
            pieces.append((found["cycle"], found["text"]))
        elif kind == "take_back":
            assert any(cycle == found["cycle"] for cycle, _ in pieces), "nothing to take back"
            pieces = [(cycle, text) for cycle, text in pieces if cycle != found["cycle"]]
    return "".join(text for _, text in pieces)


async def frames_of(stream: AsyncIterable[Any], **options: Any) -> list[str]:
    """Return all frames of a stream."""
    async with aclosing(sse_stream(stream, **options)) as frames:
        return [frame async for frame in frames]


async def asked(agent: Agent, **options: Any) -> list[str]:
    """Return all frames of one run."""
    return await frames_of(agent.stream_async("question"), **options)
