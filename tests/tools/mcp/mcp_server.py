"""An MCP server with one tool for each thing that a server can do; runs in a process of its own.

Usage: `mcp_server.py stdio | sse | http`. Over HTTP it prints its port as the first line.
"""

# ruff: noqa: ASYNC110, ASYNC240

from __future__ import annotations

import asyncio
import base64
import os
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from mcp.server.fastmcp import Context, FastMCP
from mcp.types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)
from pydantic import AnyUrl, BaseModel

PIXEL = base64.b64encode(b"pixel").decode()
server = FastMCP("everything", log_level="ERROR")


class Weather(BaseModel):
    """A structured result."""

    city: str
    degrees: float


class Confirmation(BaseModel):
    """What `ask` wants to know."""

    yes: bool


@server.tool(structured_output=False)
def say(text: str) -> str:
    """Say something."""
    return f"said {text}"


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def weather(city: str) -> Weather:
    """Tell the weather."""
    return Weather(city=city, degrees=21.5)


@server.tool(structured_output=False)
def fail(text: str) -> str:
    """Fail."""
    raise ValueError(text)


def _resource(contents: TextResourceContents | BlobResourceContents) -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=contents)


def _blob(data: bytes, mime_type: str | None) -> EmbeddedResource:
    blob = base64.b64encode(data).decode()
    return _resource(BlobResourceContents(uri=AnyUrl("file:///blob"), blob=blob, mimeType=mime_type))


CONTENT = {
    "text": TextContent(type="text", text="a text"),
    "png": ImageContent(type="image", data=PIXEL, mimeType="image/png"),
    "jpg": ImageContent(type="image", data=PIXEL, mimeType="image/jpg"),
    "tiff": ImageContent(type="image", data=PIXEL, mimeType="image/tiff"),
    "bad_base64": ImageContent(type="image", data="a", mimeType="image/png"),
    "audio": AudioContent(type="audio", data=PIXEL, mimeType="audio/wav"),
    "link": ResourceLink(type="resource_link", uri=AnyUrl("file:///there"), name="there"),
    "text_resource": _resource(
        TextResourceContents(uri=AnyUrl("file:///text"), text="embedded", mimeType="text/plain")
    ),
    "blob_text": _blob(b"plain", "text/plain"),
    "blob_json": _blob(b'{"a": 1}', "application/json"),
    "blob_xml": _blob(b"<a/>", "application/xml"),
    "blob_yaml": _blob(b"a: 1", "application/yaml"),
    "blob_not_utf8": _blob(b"\xff\xfe", "text/plain"),
    "blob_png": _blob(b"pixel", "image/png"),
    "blob_tiff": _blob(b"pixel", "image/tiff"),
    "blob_pdf": _blob(b"%PDF", "application/pdf"),
    "blob_untyped": _blob(b"plain", None),
    "blob_bad": _resource(BlobResourceContents(uri=AnyUrl("file:///blob"), blob="a", mimeType="text/plain")),
    "blob_image_bad": _resource(BlobResourceContents(uri=AnyUrl("file:///blob"), blob="a", mimeType="image/png")),
}


@server.tool(structured_output=False)
def contents(kinds: list[str]) -> CallToolResult:
    """Return contents of these kinds."""
    return CallToolResult(content=[CONTENT[kind] for kind in kinds])


@server.tool(structured_output=False)
def full(is_error: bool = False) -> CallToolResult:
    """Return a result with everything in it."""
    return CallToolResult(
        content=[TextContent(type="text", text="all")],
        structuredContent={"answer": 42},
        isError=is_error,
        _meta={"cost": 3},
    )


@server.tool(structured_output=False)
def meta(context: Context[Any, Any, Any]) -> dict[str, Any]:
    """Return the metadata of the request."""
    found = context.request_context.meta
    return {} if found is None else found.model_dump(exclude_none=True)


@server.tool(structured_output=False)
async def ask(context: Context[Any, Any, Any]) -> str:
    """Ask the user."""
    answer = await context.elicit("Sure?", Confirmation)
    return f"{answer.action} {getattr(answer, 'data', None)!r}"


@server.tool(structured_output=False)
async def progress(context: Context[Any, Any, Any]) -> str:
    """Report progress."""
    for step in range(3):
        await context.report_progress(step, 3, f"step {step}")
        await context.info(f"log {step}")
    return "progressed"


@server.tool(structured_output=False)
async def hang(started: str, cancelled: str = "") -> str:
    """Never answer; leaves a file when it starts, and one when it is cancelled."""
    Path(started).touch()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        if cancelled:
            Path(cancelled).touch()
        raise
    return "never"


@server.tool(structured_output=False)
async def meet(here: str, there: str) -> str:
    """Leave a file and wait for another: only calls that run side by side can meet."""
    Path(here).touch()
    while not Path(there).exists():
        await asyncio.sleep(0.005)
    return "met"


@server.tool(structured_output=False)
def pid() -> str:
    """Return the id of the server's process."""
    return str(os.getpid())


@server.tool(structured_output=False)
def die() -> str:
    """End the process without an answer."""
    os._exit(3)


@server.prompt()
def greet(name: str) -> str:
    """Greet somebody."""
    return f"Greet {name}"


@server.resource("note://first", mime_type="text/plain")
def first() -> str:
    """Return a note."""
    return "the first note"


@server.resource("note://binary", mime_type="application/octet-stream")
def binary() -> bytes:
    """Return bytes."""
    return b"\x00\x01"


@server.resource("note://{name}/body")
def body(name: str) -> str:
    """Return a note by name."""
    return f"body of {name}"


def serve(transport: str) -> None:
    """Serve until the process is ended."""
    if transport == "stdio":
        server.run("stdio")
        return
    app = server.sse_app() if transport == "sse" else server.streamable_http_app()
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=0)).run([listener])


if __name__ == "__main__":
    serve(sys.argv[1])
