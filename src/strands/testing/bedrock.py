"""A local stand-in for Amazon Bedrock: `BedrockEndpoint`, and `python -m strands.testing.bedrock`.

It speaks Converse, ConverseStream and CountTokens over HTTP on the loopback interface, in the service's own wire
format, so that an unmodified boto3 client (`endpoint_url=endpoint.url`) reads from it as from the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strands.testing._converse import ConverseWire, parsed_request, to_json
from strands.testing._endpoint import ScriptedEndpoint
from strands.testing._http import Exchange
from strands.testing._replies import refuse, reply_json
from strands.testing._script import Turns
from strands.testing._steps import Failure
from strands.testing._wire_rules import broken_rule

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

    from strands.models.bedrock import BedrockModel


class BedrockEndpoint(ScriptedEndpoint):
    """A server that answers model requests with the turns of a script, as Bedrock does.

    Use it as a context manager. It runs on a thread of its own, so blocking clients and event loops may call it alike:

        with BedrockEndpoint(["Hello!"]) as endpoint:
            agent = Agent(model=endpoint.model())

    Requests that Bedrock would refuse (a tool use without its result, blank text, ...) are refused with the same
    kind of error, without using up a turn.
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
        super().__init__(turns, token_gap_s=token_gap_s, host=host, port=port)
        self._input_tokens = input_tokens

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

    async def _reply(self, exchange: Exchange) -> None:
        try:
            request = parsed_request(exchange.path, exchange.headers, exchange.body)
        except LookupError as error:
            return await refuse(exchange, Failure("UnknownOperationException", str(error)), ConverseWire())
        except ValueError as error:
            return await refuse(exchange, Failure("ValidationException", str(error)), ConverseWire())
        self._note(request)
        wire = ConverseWire.for_request(request)
        complaint = broken_rule(request)
        if complaint is not None:
            return await refuse(exchange, Failure("ValidationException", complaint), wire)
        if request.operation == "CountTokens":
            return await self._count_tokens(exchange, wire)
        await self._play(exchange, request, wire, streams=request.operation == "ConverseStream")

    async def _count_tokens(self, exchange: Exchange, wire: ConverseWire) -> None:
        answer = len(exchange.body) // 4 if self._input_tokens is None else self._input_tokens
        if isinstance(answer, Failure):
            return await refuse(exchange, answer, wire)
        await reply_json(exchange, to_json({"inputTokens": answer}), wire)


if __name__ == "__main__":
    from strands.testing._command_line import main

    main()
