"""A local stand-in for OpenAI's Responses API: `OpenAIResponsesEndpoint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strands.testing._endpoint import EndpointRequest
from strands.testing._responses import ResponsesWire, parsed_request
from strands.testing._wire_endpoint import WireEndpoint

if TYPE_CHECKING:
    from strands.models.openai_responses import OpenAIResponsesModel


class OpenAIResponsesEndpoint(WireEndpoint):
    """A server that answers requests of the Responses API with the turns of a script.

    Use it as a context manager; any client of OpenAI's reads from it. `text(..., phase="final_answer")` is sent with
    its phase:

        with OpenAIResponsesEndpoint(["Hello!"]) as endpoint:
            agent = Agent(model=endpoint.model())
            client = openai.OpenAI(base_url=endpoint.base_url, api_key="local")
    """

    @property
    def base_url(self) -> str:
        """What clients take as `base_url`."""
        return f"{self.url}/v1"

    def model(self, **config: Any) -> OpenAIResponsesModel:
        """Return a model of this endpoint; the agent's retries apply, the SDK's own are off.

        Args:
            **config: The model's settings.
        """
        from strands.models.openai_responses import OpenAIResponsesModel

        client_args = {"api_key": "local", "base_url": self.base_url, "max_retries": 0}
        return OpenAIResponsesModel(client_args=client_args, **{"model_id": "local", **config})

    def _parsed(self, path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
        return parsed_request(path, headers, body)

    def _wire(self, model_id: str) -> ResponsesWire:
        return ResponsesWire(model_id)

    def _wants_stream(self, request: EndpointRequest) -> bool:
        return bool(request.body.get("stream"))

    def _token_count(self, tokens: int) -> dict[str, Any]:
        return {"object": "response.input_tokens", "input_tokens": tokens}
