"""Endpoints of Amazon SageMaker."""

from __future__ import annotations

import json

from strands.testing.sagemaker import SageMakerEndpoint
from tests.models.contract.provider import ALL, Provider

PROVIDER = Provider(
    name="sagemaker",
    sdk="openai",
    endpoint=SageMakerEndpoint,
    model=lambda endpoint: endpoint.model(max_tokens=100, additional_args={"stream_options": {"include_usage": True}}),
    abilities=ALL - {"documents"},
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="botocore.exceptions.ClientError",
)
