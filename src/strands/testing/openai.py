"""Local stand-ins for services that speak OpenAI's chat completions, such as `OpenAIEndpoint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from strands.testing._chat_completions import ChatCompletionsWire, MistralWire, parsed_request
from strands.testing._endpoint import EndpointRequest, ScriptedEndpoint
from strands.testing._http import Exchange
from strands.testing._llama_api import LlamaAPIWire
from strands.testing._replies import Wire, refuse
from strands.testing._steps import Failure

if TYPE_CHECKING:
    from strands.models.openai import OpenAIModel


class OpenAIEndpoint(ScriptedEndpoint):
    """A server that answers chat completions with the turns of a script.

    Use it as a context manager; any client of the format reads from it, streaming or not:

        with OpenAIEndpoint(["Hello!"]) as endpoint:
            agent = Agent(model=endpoint.model())
            client = openai.OpenAI(base_url=endpoint.base_url, api_key="local")

    Failures of the script travel with the statuses and codes that OpenAI has for them.
    """

    path: ClassVar[str | tuple[str, ...]] = "/chat/completions"
    """How the addresses of requests end."""

    @property
    def base_url(self) -> str:
        """What clients take as `base_url`."""
        return f"{self.url}/v1"

    def model(self, **config: Any) -> OpenAIModel:
        """Return a model of this endpoint; the agent's retries apply, the SDK's own are off.

        Args:
            **config: The model's settings.
        """
        from strands.models.openai import OpenAIModel

        client_args = {"api_key": "local", "base_url": self.base_url, "max_retries": 0}
        return OpenAIModel(client_args=client_args, **{"model_id": "local", **config})

    def _wire(self, request: EndpointRequest) -> Wire:
        """Return the format of the answer to a request."""
        options = request.body.get("stream_options") or {}
        return ChatCompletionsWire(request.model_id, wants_usage=bool(options.get("include_usage")))

    async def _reply(self, exchange: Exchange) -> None:
        if not exchange.path.partition("?")[0].endswith(self.path):
            complaint = f"path is {exchange.path!r}, expected it to end with {self.path!r}"
            return await refuse(exchange, Failure("UnknownOperationException", complaint), ChatCompletionsWire())
        try:
            request = parsed_request(exchange.path, exchange.headers, exchange.body)
        except ValueError as error:
            return await refuse(exchange, Failure("ValidationException", str(error)), ChatCompletionsWire())
        self._note(request)
        await self._play(exchange, request, self._wire(request), streams=bool(request.body.get("stream")))


class MistralEndpoint(OpenAIEndpoint):
    """The same for Mistral's API, whose last chunk holds the usage; clients take `url` as `server_url`."""

    def _wire(self, request: EndpointRequest) -> Wire:
        return MistralWire(request.model_id, usage_on_request=False)


class WriterEndpoint(OpenAIEndpoint):
    """The same for Writer's API; clients take `url` as `base_url`."""

    path = "/v1/chat"


class LlamaAPIEndpoint(OpenAIEndpoint):
    """The same for the Llama API, which streams events of its own."""

    def _wire(self, request: EndpointRequest) -> Wire:
        return LlamaAPIWire()
