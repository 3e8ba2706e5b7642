"""A local stand-in for the Gemini API: `GeminiEndpoint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strands.testing._endpoint import EndpointRequest
from strands.testing._gemini_content import ContentWire, parsed_request
from strands.testing._wire_endpoint import WireEndpoint

if TYPE_CHECKING:
    from strands.models.gemini import GeminiModel


class GeminiEndpoint(WireEndpoint):
    """A server that answers requests of the Gemini API with the turns of a script.

    Use it as a context manager; any client of Google's reads from it:

        with GeminiEndpoint(["Hello!"]) as endpoint:
            agent = Agent(model=endpoint.model())
            client = genai.Client(api_key="local", http_options={"base_url": endpoint.url})
    """

    def model(self, **config: Any) -> GeminiModel:
        """Return a model of this endpoint.

        Args:
            **config: The model's settings.
        """
        from strands.models.gemini import GeminiModel

        client_args = {"api_key": "local", "vertexai": False, "http_options": {"base_url": self.url}}
        return GeminiModel(client_args=client_args, **{"model_id": "local", **config})

    def _parsed(self, path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
        return parsed_request(path, headers, body)

    def _wire(self, model_id: str) -> ContentWire:
        return ContentWire(model_id)

    def _wants_stream(self, request: EndpointRequest) -> bool:
        return request.operation == "streamGenerateContent"

    def _token_count(self, tokens: int) -> dict[str, Any]:
        return {"totalTokens": tokens}
