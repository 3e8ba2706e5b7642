"""Streams of the Gemini API that end when nobody reads them.

The SDK leaves a stream that is not read to its end open until the garbage collector comes by. So the HTTP responses
are noted where they come in, and closed here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any

import httpx
from google.genai.models import AsyncModels
from google.genai.types import HttpOptions

from strands.models._loop_clients import closing

_LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
"""With httpx's own default of 100 connections, further streams would wait for others to end."""

_SDK_TAKES_CLIENTS = "httpx_async_client" in HttpOptions.model_fields
"""Older releases do not; their streams end when the garbage collector comes by."""

_USERS_TRANSPORT = ("httpx_async_client", "async_client_args", "aiohttp_client")
"""Options by which users bring a transport of their own; their streams are left to the SDK."""

_noted: ContextVar[list[httpx.Response] | None] = ContextVar("strands_gemini_responses", default=None)
"""The responses that come in while a stream is begun."""


class Connected(AbstractAsyncContextManager[Any]):
    """A client of the SDK, and its connections; both are closed at the end."""

    def __init__(self, make_client: Callable[..., Any], client_args: Mapping[str, Any]) -> None:
        """Make the client.

        Args:
            make_client: The SDK's class.
            client_args: Arguments of the client.
        """
        options = _http_options(client_args)
        is_users = any(options.get(name) for name in _USERS_TRANSPORT)
        self._http = _http_client() if _SDK_TAKES_CLIENTS and not is_users else None
        if self._http is not None:
            client_args = {**client_args, "http_options": {**options, "httpx_async_client": self._http}}
        self._client = make_client(**client_args)

    async def __aenter__(self) -> Any:
        return self._client

    async def __aexit__(self, *exc_info: object) -> None:
        async with closing(self._client, "aio.aclose"):
            if self._http is not None:
                await self._http.aclose()


def _http_options(client_args: Mapping[str, Any]) -> dict[str, Any]:
    given: Any = client_args.get("http_options") or {}
    return (
        dict(given) if isinstance(given, Mapping) else {name: getattr(given, name) for name in given.model_fields_set}
    )


def _http_client() -> httpx.AsyncClient:
    # The SDK sets a timeout for each request.
    return httpx.AsyncClient(event_hooks={"response": [_note]}, limits=_LIMITS, follow_redirects=True, timeout=None)


async def _note(response: httpx.Response) -> None:
    noted = _noted.get()
    if noted is not None:
        noted.append(response)


class _Primed(AsyncIterator[Any]):
    """An iterator whose first item is there already; None if it has no items."""

    def __init__(self, first: Any, others: AsyncIterator[Any]) -> None:
        self._first = first
        self._others = others

    def __anext__(self) -> Awaitable[Any]:
        first, self._first = self._first, None
        return anext(self._others) if first is None else _at_once(first)


async def _at_once(item: Any) -> Any:
    return item


@asynccontextmanager
async def begun(client: Any, request: Mapping[str, Any]) -> AsyncIterator[AsyncIterator[Any]]:
    """Begin a stream, lend its pieces, and close it at the end.

    Args:
        client: The client of the SDK.
        request: Arguments of the request.
    """
    responses: list[httpx.Response] = []
    _noted.set(responses)
    try:
        models = client.aio.models
        asked = _without_automatic_calls(request) if isinstance(models, AsyncModels) else request
        events = aiter(await models.generate_content_stream(**asked))
        first = await anext(events, None)  # only now is the request sent
    finally:
        _noted.set(None)
    try:
        async with closing(events, "aclose"):
            yield _Primed(first, events)
    finally:
        for response in responses:
            await response.aclose()


def _without_automatic_calls(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request with the SDK's own calling of functions off: for that it copies all so far with each piece."""
    return {**request, "config": {"automatic_function_calling": {"disable": True}, **request["config"]}}
