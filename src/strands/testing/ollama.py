"""A local stand-in for Ollama: `OllamaEndpoint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strands.testing._endpoint import EndpointRequest
from strands.testing._ollama_chat import ChatWire, parsed_request
from strands.testing._wire_endpoint import WireEndpoint

if TYPE_CHECKING:
    from strands.models.ollama import OllamaModel


class OllamaEndpoint(WireEndpoint):
    """A server that answers Ollama's chat requests with the turns of a script.

    Use it as a context manager; any client of Ollama's reads from it:

        with OllamaEndpoint(["Hello!"]) as endpoint:
            agent = Agent(model=endpoint.model())
            client = ollama.Client(endpoint.url)
    """

    def model(self, **config: Any) -> OllamaModel:
        """Return a model of this endpoint.

        Args:
            **config: The model's settings.
        """
        from strands.models.ollama import OllamaModel

        return OllamaModel(self.url, **{"model_id": "local", **config})

    def _parsed(self, path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
        return parsed_request(path, headers, body)

    def _wire(self, model_id: str) -> ChatWire:
        return ChatWire(model_id)

    def _wants_stream(self, request: EndpointRequest) -> bool:
        return bool(request.body.get("stream", True))

    def _token_count(self, tokens: int) -> dict[str, Any]:
        return {"prompt_eval_count": tokens}
