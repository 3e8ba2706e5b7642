"""Endpoints of SageMaker, which carry chat completions as they are."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from compat.chat_completions import completed
from compat.endpoint import Raw
from compat.providers import Provider, register
from strands.models.sagemaker import SageMakerAIModel


def model(url: str, endpoint: dict[str, Any] | None = None, **payload: Any) -> SageMakerAIModel:
    session = boto3.Session(aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1")
    made = SageMakerAIModel(
        endpoint_config={"endpoint_name": "e", "region_name": "us-east-1", **(endpoint or {})},  # type: ignore[typeddict-item]
        payload_config={"max_tokens": 9, "stream": False, **payload},  # type: ignore[typeddict-item]
        boto_session=session,
    )
    config = Config(retries={"total_max_attempts": 1})
    made.client = session.client("sagemaker-runtime", endpoint_url=url, config=config)
    return made


CALL = {"id": "call_1", "type": "function", "function": {"name": "noop", "arguments": '{"x": 1}'}}
ANSWERS: dict[str, Raw] = {
    "text": completed("a"),
    "tool call": completed(None, tool_calls=[CALL]),
    "text and tool call": completed("wait", tool_calls=[CALL]),
}
STRUCTURED = completed('{"name": "Ann"}')
CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "inference": {"temperature": 0.5, "top_p": 0.9, "top_k": 3, "stop": ["END"]},
    "additional": {"additional_args": {"seed": 1}},
}
register(
    "provider_sagemaker",
    Provider(model=model, text=completed("a"), answers=ANSWERS, configs=CONFIGS, structured=STRUCTURED),
)
