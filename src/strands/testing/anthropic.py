"""A local stand-in for Anthropic's Messages API: `AnthropicEndpoint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strands.testing._endpoint import EndpointRequest
from strands.testing._messages import MessagesWire, parsed_request
from strands.testing._wire_endpoint import WireEndpoint

if TYPE_CHECKING:
    from strands.models.anthropic import AnthropicModel


class AnthropicEndpoint(WireEndpoint):
    """A server that answers requests of the Messages API with the turns of a script.

    Use it as a context manager; any client of Anthropic's reads from it:

        with AnthropicEndpoint(["Hello!"]) as endpoint:
            agent = Agent(model=endpoint.model())
            client = anthropic.Anthropic(base_url=endpoint.url, api_key="local")
    """

    def model(self, **config: Any) -> AnthropicModel:
        """Return a model of this endpoint; the agent's retries apply, the SDK's own are off.

        Args:
            **config: The model's settings.
        """
        from strands.models.anthropic import AnthropicModel

        client_args = {"api_key": "local", "base_url": self.url, "max_retries": 0}
        return AnthropicModel(client_args=client_args, **{"model_id": "local", "max_tokens": 1024, **config})

    def _parsed(self, path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
        return parsed_request(path, headers, body)

    def _wire(self, model_id: str) -> MessagesWire:
        return MessagesWire(model_id)

    def _wants_stream(self, request: EndpointRequest) -> bool:
        return bool(request.body.get("stream"))

    def _token_count(self, tokens: int) -> dict[str, Any]:
        return {"input_tokens": tokens}
