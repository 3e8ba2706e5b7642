"""The applications of docs/web.md, as they stand there, served over loopback HTTP in the test's own event loop."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from django.conf import settings

from strands import Agent
from tests.run_snippets import snippets
from tests.serving import listening_socket, serving_asgi

PAGE = Path(__file__).resolve().parents[2] / "docs" / "web.md"
NewAgent = Callable[[], Agent]


@cache
def _namespace(framework: str) -> dict[str, Any]:
    """Return what the page's block for a framework defines, after that for FastAPI, which comes first."""
    blocks = [snippet.code for snippet in snippets(PAGE.read_text("utf-8"))]
    if framework == "django" and settings.configured:
        raise RuntimeError("Django can be configured once in a process")
    namespace: dict[str, Any] = {"__name__": "page"}
    for number, code in enumerate(blocks):
        if number == 0 or f"from {framework}" in code:
            exec(compile(code, f"{PAGE}, block {number}", "exec", dont_inherit=True), namespace)
    return namespace


def _asgi(app: Any) -> AbstractAsyncContextManager[str]:
    return serving_asgi(app, listening_socket(), lifespan="off")  # which Django does not know


@asynccontextmanager
async def _aiohttp(app: web.Application) -> AsyncGenerator[str, None]:
    listener = listening_socket()
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await runner.cleanup()


SERVERS: dict[str, Callable[[Any], AbstractAsyncContextManager[str]]] = {
    "fastapi": _asgi,
    "starlette": _asgi,
    "aiohttp": _aiohttp,
    "django": _asgi,
}


@asynccontextmanager
async def serving(framework: str, new_agent: NewAgent) -> AsyncGenerator[str, None]:
    """Serve the page's application with agents of the test's; gives the URL that answers."""
    namespace = _namespace(framework)
    namespace["new_agent"] = new_agent
    app = namespace["app"]
    if isinstance(app, web.Application):  # belongs to one event loop
        app = web.Application()
        app.add_routes([web.get("/answer", namespace["answer"])])
    async with SERVERS[framework](app) as url:
        yield f"{url}/answer"
