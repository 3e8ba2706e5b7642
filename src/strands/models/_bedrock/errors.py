"""Bedrock's errors as ours."""

from __future__ import annotations

import logging

from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from strands._exception_notes import add_exception_note
from strands.models._overflow import WORDS
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException

logger = logging.getLogger(__name__)

BEDROCK_CONTEXT_WINDOW_OVERFLOW_MESSAGES = list(WORDS["Bedrock"].parts)
"""Parts of the messages by which models refuse a request that is too long; programs may add some."""

_GUIDE = "https://strandsagents.com/latest/user-guide/concepts/model-providers/amazon-bedrock/"
_MORE_INFORMATION = {
    ("AccessDeniedException", "You don't have access to the model"): "#model-access-issue",
    ("ValidationException", "with on-demand throughput isn"): "#on-demand-throughput-isnt-supported",
}
_HOW_TO_GIVE_CREDENTIALS = (
    "└ AWS credentials come from the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE), "
    "from `aws configure` or `aws sso login`, or from BedrockModel(boto_session=...)"
)
_HOW_TO_CONNECT = (
    "└ Check the network, the proxy (HTTPS_PROXY) and the name of the region (AWS_REGION, region_name=...)"
)


def translated(error: Exception) -> Exception | None:
    """Return our exception for an error that agents know how to handle, or None."""
    if not isinstance(error, ClientError):
        return None
    if _code(error).lower() == "throttlingexception":  # within a stream, codes begin in lower case
        return ModelThrottledException(str(error), retry_after_s=_retry_after_s(error))
    if any(part in str(error) for part in BEDROCK_CONTEXT_WINDOW_OVERFLOW_MESSAGES):
        logger.warning("bedrock threw context window overflow error")
        return ContextWindowOverflowException(str(error))
    return None


def add_notes(error: Exception, *, region: str, model_id: str) -> None:
    """Add to an error what was asked of whom, and what may help.

    Args:
        error: What the SDK or the connection raised.
        region: Region of the client.
        model_id: The model that was asked.
    """
    add_exception_note(error, f"└ Bedrock region: {region}")
    add_exception_note(error, f"└ Model id: {model_id}")
    if isinstance(error, NoCredentialsError):
        add_exception_note(error, _HOW_TO_GIVE_CREDENTIALS)
    if isinstance(error, EndpointConnectionError):
        add_exception_note(error, _HOW_TO_CONNECT)
    if isinstance(error, ClientError):
        for (code, part), anchor in _MORE_INFORMATION.items():
            if _code(error) == code and part in str(error):
                add_exception_note(error, f"└ For more information see {_GUIDE}{anchor}")


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def _retry_after_s(error: ClientError) -> float | None:
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        return float(headers.get("retry-after", ""))
    except ValueError:  # absent, or a date
        return None
