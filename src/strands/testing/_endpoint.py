"""What local stand-ins for model services have in common: a script, a server, and what a test can wait for."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from typing_extensions import Self

from strands.testing._gate import DEFAULT_TIMEOUT_S, Flag
from strands.testing._http import Exchange, HttpServer
from strands.testing._replies import Wire, refuse, reply_stream, reply_whole
from strands.testing._script import ModelRequest, Script, ScriptExhausted, Turns
from strands.testing._steps import Failure, Turn

logger = logging.getLogger(__name__)

Condition = Callable[[Any], bool]
"""Something to wait for: a question about the endpoint's public attributes."""


@dataclass(frozen=True, kw_only=True)
class EndpointRequest(ModelRequest):
    """A request to an endpoint. `options` holds the fields of the body that have no attribute of their own."""

    operation: str
    """What the client wants, by the service's own name for it."""
    model_id: str
    path: str
    headers: dict[str, str]
    """Header names in lower case."""
    body: dict[str, Any]
    """The whole body; Bedrock's with blobs as bytes."""


class ScriptedEndpoint(ABC):
    """A server that answers model requests with the turns of a script.

    It runs on a thread of its own, so blocking clients and event loops may call it alike. Use it as a context manager.

    Attributes:
        requests: The requests so far, in the order of their arrival.
        open_streams: Responses that are under way.
        disconnects: Clients that went away before their response was complete.
    """

    def __init__(self, turns: Turns = (), *, token_gap_s: float = 0.0, host: str = "127.0.0.1", port: int = 0) -> None:
        """Prepare the endpoint.

        Args:
            turns: The script: a list of turns that all clients share, or a function from an `EndpointRequest` to a
                turn, such as `per_conversation([...])`.
            token_gap_s: Seconds before each delta of a stream.
            host: Address to listen on.
            port: Port to listen on; 0 takes a free one.
        """
        self.requests: list[EndpointRequest] = []
        self.open_streams = 0
        self.disconnects = 0
        self._script = Script(turns)
        self._token_gap_s = token_gap_s
        self._server = HttpServer(self._answer, on_change=self._changed, host=host, port=port)
        self._watches: list[tuple[Condition, Flag]] = []
        self._watches_lock = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; returns when clients can connect."""
        self._server.start()

    def stop(self) -> None:
        """Cut all connections and end the endpoint's thread."""
        self._server.stop()

    @property
    def url(self) -> str:
        """What clients take as `endpoint_url`."""
        return f"http://{self._server.host}:{self._server.port}"

    @property
    def open_connections(self) -> int:
        """Connections that clients hold open, with a response under way or without."""
        return len(self._server.connections)

    def append(self, *turns: Turn) -> None:
        """Add turns to the end of the script."""
        self._script.append(*turns)

    def wait_until(self, condition: Condition, timeout_s: float = DEFAULT_TIMEOUT_S) -> bool:
        """Block this thread until the condition holds; return False if that took longer than `timeout_s`.

        The condition is looked at whenever a request, a response or a connection begins or ends.
        """
        return self._watch(condition).wait(timeout_s)

    async def until(self, condition: Condition) -> None:
        """Return when the condition holds, without blocking the event loop."""
        await self._watch(condition).waited()

    def wait_disconnect(self, timeout_s: float = DEFAULT_TIMEOUT_S) -> bool:
        """Block this thread until a client went away in mid-response; return False after `timeout_s`."""
        return self.wait_until(lambda endpoint: endpoint.disconnects > 0, timeout_s)

    async def disconnected(self) -> None:
        """Return when a client went away in mid-response."""
        await self.until(lambda endpoint: endpoint.disconnects > 0)

    def _watch(self, condition: Condition) -> Flag:
        flag = Flag()
        with self._watches_lock:
            self._watches.append((condition, flag))
        self._changed()
        return flag

    def _changed(self) -> None:
        """Wake those whose condition holds now."""
        with self._watches_lock:
            held = [watch for watch in self._watches if watch[0](self)]
            self._watches = [watch for watch in self._watches if watch not in held]
        for _, flag in held:
            flag.set()

    async def _answer(self, exchange: Exchange) -> None:
        """Answer one HTTP request; cancelled if its client goes away."""
        self.open_streams += 1
        complete = False
        try:
            await self._reply(exchange)
            complete = True
        finally:
            self.open_streams -= 1
            self.disconnects += not complete
            self._changed()

    @abstractmethod
    async def _reply(self, exchange: Exchange) -> None:
        """Answer one HTTP request in the service's own format."""

    def _note(self, request: EndpointRequest) -> None:
        """Remember a request, and wake those who wait for it."""
        self.requests.append(request)
        self._changed()

    async def _play(self, exchange: Exchange, request: EndpointRequest, wire: Wire, *, streams: bool) -> None:
        """Answer with the turn that the script has for the request."""
        try:
            operations = self._script.operations(request, token_gap_s=self._token_gap_s)
        except ScriptExhausted as error:
            # Not a server error: clients would only repeat the request.
            return await refuse(exchange, Failure("ValidationException", str(error)), wire)
        except Exception as error:
            logger.exception("path=<%s> | script cannot choose a turn", request.path)
            return await refuse(exchange, Failure("ValidationException", f"script failed: {error!r}"), wire)
        reply = reply_stream if streams else reply_whole
        await reply(exchange, operations, wire)
