"""A local stand-in for Amazon Bedrock: `BedrockEndpoint`, and `python -m strands.testing.bedrock`.

It speaks Converse, ConverseStream and CountTokens over HTTP on the loopback interface, in the service's own wire
format, so that an unmodified boto3 client (`endpoint_url=endpoint.url`) reads from it as from the service.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from strands.testing._converse import EndpointRequest, parsed_request, without_trace
from strands.testing._gate import DEFAULT_TIMEOUT_S, Flag
from strands.testing._http import Exchange, HttpServer
from strands.testing._replies import refuse, reply_json, reply_stream, reply_whole
from strands.testing._script import Script, ScriptExhausted, Turns
from strands.testing._steps import Failure, Turn
from strands.testing._wire_rules import broken_rule

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

    from strands.models.bedrock import BedrockModel

logger = logging.getLogger(__name__)

Condition = Callable[["BedrockEndpoint"], bool]
"""Something to wait for: a question about the endpoint's public attributes."""


class BedrockEndpoint:
    """A server that answers model requests with the turns of a script.

    Use it as a context manager. It runs on a thread of its own, so blocking clients and event loops may call it alike:

        with BedrockEndpoint(["Hello!"]) as endpoint:
            agent = Agent(model=endpoint.model())

    Requests that Bedrock would refuse (a tool use without its result, blank text, ...) are refused with the same
    kind of error, without using up a turn.

    Attributes:
        requests: The requests so far, in the order of their arrival.
        open_streams: Responses that are under way.
        disconnects: Clients that went away before their response was complete.
    """

    def __init__(
        self,
        turns: Turns = (),
        *,
        token_gap_s: float = 0.0,
        input_tokens: int | Failure | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Prepare the endpoint.

        Args:
            turns: The script: a list of turns that all clients share, or a function from an `EndpointRequest` to a
                turn, such as `per_conversation([...])`.
            token_gap_s: Seconds before each delta of a stream.
            input_tokens: What CountTokens answers; by default an estimate from the length of the request.
            host: Address to listen on.
            port: Port to listen on; 0 takes a free one.
        """
        self.requests: list[EndpointRequest] = []
        self.open_streams = 0
        self.disconnects = 0
        self._script = Script(turns)
        self._token_gap_s = token_gap_s
        self._input_tokens = input_tokens
        self._server = HttpServer(self._answer, on_change=self._changed, host=host, port=port)
        self._watches: list[tuple[Condition, Flag]] = []
        self._watches_lock = threading.Lock()

    def __enter__(self) -> BedrockEndpoint:
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

    def boto_session(self) -> boto3.Session:
        """Return a session with made-up credentials, whatever the environment says."""
        from strands.testing._boto import local_session

        return local_session()

    def client(self, **client_args: Any) -> Any:
        """Return a boto3 client of this endpoint that does not retry by itself.

        Args:
            **client_args: Arguments for boto3; what a `config` says goes before our own.
        """
        from strands.testing._boto import local_client_config

        config = local_client_config(client_args.pop("config", None))
        return self.boto_session().client("bedrock-runtime", endpoint_url=self.url, config=config, **client_args)

    def model(self, *, boto_client_config: Config | None = None, **config: Any) -> BedrockModel:
        """Return a model of this endpoint; the agent's retries apply, boto3's own are off.

        Args:
            boto_client_config: Configuration of the client; what it says goes before our own.
            **config: The model's settings.
        """
        from strands.models.bedrock import BedrockModel
        from strands.testing._boto import local_client_config

        return BedrockModel(
            boto_session=self.boto_session(),
            boto_client_config=local_client_config(boto_client_config),
            endpoint_url=self.url,
            **config,
        )

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

    async def _reply(self, exchange: Exchange) -> None:
        try:
            request = parsed_request(exchange.path, exchange.headers, exchange.body)
        except LookupError as error:
            return await refuse(exchange, Failure("UnknownOperationException", str(error)))
        except ValueError as error:
            return await refuse(exchange, Failure("ValidationException", str(error)))
        self.requests.append(request)
        self._changed()
        complaint = broken_rule(request)
        if complaint is not None:
            return await refuse(exchange, Failure("ValidationException", complaint))
        if request.operation == "CountTokens":
            return await self._count_tokens(exchange)
        await self._play(exchange, request)

    async def _count_tokens(self, exchange: Exchange) -> None:
        answer = len(exchange.body) // 4 if self._input_tokens is None else self._input_tokens
        if isinstance(answer, Failure):
            return await refuse(exchange, answer)
        await reply_json(exchange, {"inputTokens": answer})

    async def _play(self, exchange: Exchange, request: EndpointRequest) -> None:
        """Answer with the turn that the script has for the request."""
        try:
            operations = self._script.operations(request, token_gap_s=self._token_gap_s)
        except ScriptExhausted as error:
            # Not a server error: clients would only repeat the request.
            return await refuse(exchange, Failure("ValidationException", str(error)))
        except Exception as error:
            logger.exception("path=<%s> | script cannot choose a turn", request.path)
            return await refuse(exchange, Failure("ValidationException", f"script failed: {error!r}"))
        reply = reply_stream if request.operation == "ConverseStream" else reply_whole
        await reply(exchange, operations if request.wants_guardrail_trace else without_trace(operations))


if __name__ == "__main__":
    from strands.testing._command_line import main

    main()
