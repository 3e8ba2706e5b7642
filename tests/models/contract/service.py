"""A provider's service as the contract's tests see it: the local stand-in that plays a script, or the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from strands.event_loop.streaming import process_stream
from strands.models.model import Model
from strands.testing import Turn
from strands.testing._endpoint import EndpointRequest, ScriptedEndpoint
from tests.models.contract.provider import Ability, Provider, all_providers

Show = Callable[[str, object], None]
"""pytest's `record_property`: `row` and `shows` are what the contract's table says of the test."""

local_only = pytest.mark.local_only
"""Marks what only a local server can play; the argument says why."""

PROVIDERS = [
    pytest.param(
        provider,
        id=provider.name,
        marks=[pytest.mark.filterwarnings(f"ignore:{warning}") for warning in provider.ignored_warnings],
    )
    for provider in all_providers()
]

WEATHER: Any = {
    "name": "weather",
    "description": "Tell the weather in a city",
    "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
}
NOW: Any = {
    "name": "now",
    "description": "Tell date and time",
    "inputSchema": {"json": {"type": "object", "properties": {}}},
}


def said(words: str, *blocks: Mapping[str, Any]) -> list[Any]:
    """Return a conversation of one message of the user's."""
    return [{"role": "user", "content": [{"text": words}, *blocks]}]


HELLO = said("Say hello.")


class Service:
    """A provider's service, and a model that talks to it.

    What a test lets the service play is what a real model might say to the same prompt. So its assertions have to hold
    whatever a model says; those about the exact script, or the request, are for the local server.
    """

    def __init__(self, provider: Provider, model: Model, endpoint: ScriptedEndpoint | None) -> None:
        self.provider = provider
        self.model = model
        self._endpoint = endpoint

    @property
    def is_local(self) -> bool:
        return self._endpoint is not None

    @property
    def endpoint(self) -> ScriptedEndpoint:
        """The local server; for tests that are `local_only`."""
        assert self._endpoint is not None, "mark the test with local_only"
        return self._endpoint

    @property
    def asked(self) -> EndpointRequest:
        """The last request to the local server."""
        return self.endpoint.requests[-1]

    def plays(self, *turns: Turn) -> None:
        """Let the local server answer the next requests with these turns; a real model finds its own words."""
        if self._endpoint is not None:
            self._endpoint.append(*turns)

    def needs(self, *abilities: Ability) -> None:
        """Skip the test for services that cannot do this."""
        for ability in abilities:
            if ability not in self.provider.abilities:
                pytest.skip(f"{self.provider.name} has no {ability}")
            if not self.is_local and ability in self.provider.real.lacks:
                pytest.skip(f"{self.provider.real.model_id} of {self.provider.name} has no {ability}")

    def with_refused_key(self) -> Model:
        """Return a model with a key that the service does not know; the local server is told so by its script."""
        if self.is_local:
            return self.model
        if not self.provider.real.has_keys:
            pytest.skip(f"{self.provider.name} has no keys of its own")
        return self.provider.real_model("sk-not-a-key")

    async def chunks(self, messages: Sequence[Any] = HELLO, **options: Any) -> list[Any]:
        async with aclosing(self.model.stream(list(messages), **options)) as stream:  # type: ignore[type-var]
            return [chunk async for chunk in stream]

    async def answer(self, messages: Sequence[Any] = HELLO, **options: Any) -> tuple[str, Any, Any]:
        """Return stop reason, content and usage of a response, as the event loop assembles them."""
        async with aclosing(process_stream(self.model.stream(list(messages), **options))) as events:
            stop_events = [event["stop"] async for event in events if "stop" in event]
        stop_reason, message, usage, _ = stop_events[-1]
        return stop_reason, message["content"], usage


def text_of(content: Sequence[Any]) -> str:
    return "".join(block.get("text", "") for block in content)
