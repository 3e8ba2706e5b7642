"""Amazon Bedrock."""

from __future__ import annotations

from strands.models.model import Model
from strands.testing.bedrock import BedrockEndpoint
from tests.models.contract.provider import ALL, Provider, RealService


def _real(region: str, model_id: str) -> Model:
    from strands.models.bedrock import BedrockModel

    return BedrockModel(region_name=region, model_id=model_id)


PROVIDER = Provider(
    name="Bedrock",
    sdk="boto3",
    endpoint=BedrockEndpoint,
    model=lambda endpoint: endpoint.model(),
    real=RealService(
        variable="AWS_REGION",
        model=_real,
        model_id="global.anthropic.claude-sonnet-4-6",
        has_keys=False,
        thinking={
            "max_tokens": 4000,
            "additional_request_fields": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        },
    ),
    abilities=ALL | {"video"},
    auth_error="botocore.exceptions.ClientError",
)
