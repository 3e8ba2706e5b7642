"""Agents behind web pages: a stream's events as server-sent events.

    return StreamingResponse(sse_stream(agent.stream_async(prompt)), headers=HEADERS)

docs/web.md has the frames, and a runnable example for each of FastAPI, Starlette, aiohttp and Django.
"""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.sse._errors import kind_sentence as kind_sentence
    from strands.sse._frames import DEFAULT_KINDS as DEFAULT_KINDS
    from strands.sse._frames import HEADERS as HEADERS
    from strands.sse._frames import Kind as Kind
    from strands.sse._stream import sse_stream as sse_stream

__all__ = ["DEFAULT_KINDS", "HEADERS", "Kind", "kind_sentence", "sse_stream"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "DEFAULT_KINDS": "strands.sse._frames",
        "HEADERS": "strands.sse._frames",
        "Kind": "strands.sse._frames",
        "kind_sentence": "strands.sse._errors",
        "sse_stream": "strands.sse._stream",
    },
)
