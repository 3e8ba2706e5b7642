"""A local stand-in for endpoints of Amazon SageMaker that speak chat completions: `SageMakerEndpoint`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from strands.testing._chat_completions import ChatCompletionsWire
from strands.testing._endpoint import EndpointRequest
from strands.testing._event_stream import event_frame, frame
from strands.testing._replies import Wire
from strands.testing._steps import Chunk, Failure
from strands.testing.openai import OpenAIEndpoint

if TYPE_CHECKING:
    from strands.models.sagemaker import SageMakerAIModel

PART_BYTES = 40
"""Size of the parts that a payload is sent in: smaller than a chunk, so that borders lie anywhere."""


class SageMakerEndpoint(OpenAIEndpoint):
    """A server that answers invocations of an endpoint with the turns of a script.

    Use it as a context manager; unmodified boto3 clients (`endpoint_url=endpoint.url`) read from it.
    """

    path = ("/invocations", "/invocations-response-stream")

    def model(self, **payload: Any) -> SageMakerAIModel:
        """Return a model of this endpoint; the agent's retries apply, boto3's own are off.

        Args:
            **payload: What the endpoint is asked with.
        """
        from strands.models.sagemaker import SageMakerAIModel
        from strands.testing._boto import local_client_config, local_session

        model = SageMakerAIModel({"endpoint_name": "local"}, payload, local_session())  # type: ignore[arg-type]
        model.client = local_session().client(
            "sagemaker-runtime", endpoint_url=self.url, config=local_client_config(None)
        )
        return model

    def _wire(self, request: EndpointRequest) -> Wire:
        return SageMakerWire()


class SageMakerWire(ChatCompletionsWire):
    """One response of a container, in the parts that SageMaker sends."""

    stream_type = "application/vnd.amazon.eventstream"

    def frames(self, operation: Chunk) -> bytes:
        """Return what carries a chunk, if containers have the like."""
        return _parts(super().frames(operation))

    def last_frames(self) -> bytes:
        """Return what ends a stream."""
        return _parts(super().last_frames())

    def broken(self, failure: Failure) -> bytes:
        """Return the message with which a stream breaks."""
        headers = {
            ":exception-type": "ModelStreamError",
            ":content-type": "application/json",
            ":message-type": "exception",
        }
        return frame(headers, json.dumps({"Message": failure.message, "ErrorCode": failure.code}).encode())

    def refusal(self, failure: Failure) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body: SageMaker's own for throttling and keys, else what the container said."""
        status, headers, body = super().refusal(failure)
        if failure.code in ("ThrottlingException", "UnrecognizedClientException"):
            return (
                status,
                {**headers, "x-amzn-errortype": failure.code},
                json.dumps({"message": failure.message}).encode(),
            )
        said = {"Message": failure.message, "OriginalStatusCode": status, "OriginalMessage": body.decode()}
        return HTTPStatus.FAILED_DEPENDENCY, {**headers, "x-amzn-errortype": "ModelError"}, json.dumps(said).encode()


def _parts(payload: bytes) -> bytes:
    return b"".join(
        event_frame("PayloadPart", payload[at : at + PART_BYTES]) for at in range(0, len(payload), PART_BYTES)
    )
