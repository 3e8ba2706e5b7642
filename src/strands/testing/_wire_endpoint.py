"""What endpoints have in common whose services take one kind of request on one kind of path."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from strands.testing._endpoint import EndpointRequest, ScriptedEndpoint
from strands.testing._http import Exchange
from strands.testing._replies import Wire, refuse, reply_json
from strands.testing._steps import Failure

COUNT_TOKENS = "count_tokens"
"""The operation of requests that only ask for their length."""

CHARS_PER_TOKEN = 4


class WireEndpoint(ScriptedEndpoint):
    """An endpoint whose requests differ in nothing but their body."""

    @abstractmethod
    def _parsed(self, path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
        """Return the request that an HTTP request stands for.

        Raises:
            LookupError: If the path names no operation of ours.
            ValueError: If the body does not hold a conversation.
        """

    @abstractmethod
    def _wire(self, model_id: str) -> Wire:
        """Return the service's format for one response."""

    @abstractmethod
    def _wants_stream(self, request: EndpointRequest) -> bool:
        """Tell whether the client wants the response piece by piece."""

    @abstractmethod
    def _token_count(self, tokens: int) -> Mapping[str, Any]:
        """Return the body that tells how long a request is."""

    async def _reply(self, exchange: Exchange) -> None:
        try:
            request = self._parsed(exchange.path.partition("?")[0], exchange.headers, exchange.body)
        except LookupError:
            failure = Failure("UnknownOperationException", f"path is {exchange.path!r}, expected one of the service's")
            return await refuse(exchange, failure, self._wire(""))
        except ValueError as error:
            return await refuse(exchange, Failure("ValidationException", str(error)), self._wire(""))
        self._note(request)
        wire = self._wire(request.model_id)
        if request.operation == COUNT_TOKENS:
            count = self._token_count(len(exchange.body) // CHARS_PER_TOKEN)
            return await reply_json(exchange, json.dumps(count).encode(), wire)
        await self._play(exchange, request, wire, streams=self._wants_stream(request))


def messages_in(body: Mapping[str, Any], key: str) -> list[Any]:
    """Return the conversation that a body holds.

    Raises:
        ValueError: If it is no list of objects.
    """
    messages = body.get(key)
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise ValueError(f"{key} is {messages!r}, expected a list of objects")
    return messages


def parsed_json(text: str) -> Any:
    """Return what JSON text stands for, or `{}` if it is none: services that send whole inputs cannot send that."""
    try:
        return json.loads(text or "{}")
    except ValueError:
        return {}


def json_bytes(content: object) -> bytes:
    """Return compact JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
