"""The contract of model providers on the real services: `hatch run test-integ -k contract`.

A provider's tests need its key in the environment, or its address; what is missing is named by the skip. Without
`--real-service` the local servers answer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import boto3
import pytest

from tests.models.contract.provider import Provider
from tests.models.contract.service import PROVIDERS, Service


@pytest.fixture(params=PROVIDERS)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    provider: Provider = request.param
    pytest.importorskip(provider.sdk, reason=f"{provider.name} needs its SDK, {provider.sdk}")
    if not request.config.getoption("--real-service"):
        with provider.endpoint([]) as endpoint:
            yield Service(provider, provider.model(endpoint), endpoint)
        return
    local_only = request.node.get_closest_marker("local_only")
    if local_only is not None:
        pytest.skip(f"local servers only: {local_only.args[0]}")
    yield Service(provider, provider.real_model(_found(provider)), None)


def _found(provider: Provider) -> str:
    """Return what the provider's variable holds; skips the test if it is missing."""
    variable = provider.real.variable
    if variable not in os.environ:
        pytest.skip(f"{provider.name}: set {variable} (and {provider.model_id_variable} for another model)")
    if provider.name in ("Bedrock", "SageMaker") and boto3.Session().get_credentials() is None:
        pytest.skip(f"{provider.name}: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    return os.environ[variable]
