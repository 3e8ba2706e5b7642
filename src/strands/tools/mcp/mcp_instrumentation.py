"""OpenTelemetry traces across MCP: tool calls carry the caller's trace, and servers in this process continue it.

Trace context travels in the `_meta` of a request, in the format of the configured propagator.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextvars import Token
from typing import Any

from mcp.server.session import ServerSession
from mcp.shared.session import RequestResponder
from opentelemetry import context as otel_context
from opentelemetry import propagate

from strands.tools.mcp.mcp_types import JSONObject

_instrumented: set[type] = set()


def with_trace_context(meta: JSONObject | None) -> JSONObject | None:
    """Return a request's metadata completed by the current trace context, if there is one."""
    carrier: JSONObject = {}
    propagate.inject(carrier)
    return {**(meta or {}), **carrier} if carrier else meta


class SessionContextAttachingReader:
    """Reads the messages of a server's session; while one is handed on, the trace context it came with is current.

    Args:
        wrapped: The messages.
    """

    def __init__(self, wrapped: AsyncIterator[Any]) -> None:
        self._messages = aiter(wrapped)
        self._attached: Token[otel_context.Context] | None = None

    def __aiter__(self) -> SessionContextAttachingReader:
        return self

    async def __anext__(self) -> Any:
        self._detach()
        message = await anext(self._messages)
        meta = message.request_meta if isinstance(message, RequestResponder) else None
        if meta is not None:
            self._attached = otel_context.attach(propagate.extract(meta.model_extra or {}))
        return message

    def _detach(self) -> None:
        if self._attached is not None:
            otel_context.detach(self._attached)
            self._attached = None


def mcp_instrumentation() -> None:
    """Let MCP servers in this process continue the traces of their callers; calling it again changes nothing."""
    if ServerSession in _instrumented:
        return
    _instrumented.add(ServerSession)
    messages_of = vars(ServerSession)["incoming_messages"].fget

    def incoming_messages(session: ServerSession) -> SessionContextAttachingReader:
        return SessionContextAttachingReader(messages_of(session))

    ServerSession.incoming_messages = property(incoming_messages)  # type: ignore[assignment]
