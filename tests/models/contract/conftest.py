"""The contract on local servers, which play the services' wire formats."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.models.contract.provider import Provider
from tests.models.contract.service import PROVIDERS, Service


@pytest.fixture(params=PROVIDERS)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    provider: Provider = request.param
    request.node.user_properties.append(("provider", provider.name))
    pytest.importorskip(provider.sdk, reason=f"{provider.name} needs its SDK, {provider.sdk}")
    with provider.endpoint([]) as endpoint:
        yield Service(provider, provider.model(endpoint), endpoint)
