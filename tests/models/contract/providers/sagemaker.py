"""Endpoints of Amazon SageMaker."""

from __future__ import annotations

import json

from strands.models.model import Model
from strands.testing.sagemaker import SageMakerEndpoint
from tests.models.contract.provider import ALL, Provider, RealService


def _real(endpoint: str, model_id: str) -> Model:
    from strands.models.sagemaker import SageMakerAIModel

    return SageMakerAIModel({"endpoint_name": endpoint}, {"max_tokens": 1000})


PROVIDER = Provider(
    name="SageMaker",
    sdk="openai",
    endpoint=SageMakerEndpoint,
    model=lambda endpoint: endpoint.model(max_tokens=100, additional_args={"stream_options": {"include_usage": True}}),
    real=RealService(
        variable="STRANDS_INTEG_SAGEMAKER_ENDPOINT",
        model=_real,
        model_id="",  # an endpoint has its model
        has_keys=False,
        lacks=frozenset({"images", "parallel_tools", "reasoning", "tool_images"}),
    ),
    abilities=ALL - {"documents"},
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="botocore.exceptions.ClientError",
)
