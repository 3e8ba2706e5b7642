"""The contract as it runs on real services, with local servers in their place: so it holds whenever somebody has a key.

What the tests say about exact scripts and requests is left out here, as there; what remains is checked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from typing_extensions import override

from strands.models.model import Model
from tests.models.contract import test_faults, test_media, test_text, test_tools
from tests.models.contract.provider import Provider, all_providers
from tests.models.contract.service import PROVIDERS, Service


def _runs_there(name: str, test: object) -> bool:
    is_local_only = any(mark.name == "local_only" for mark in getattr(test, "pytestmark", ()))
    return name.startswith("test_") and not is_local_only


for _part in (test_faults, test_media, test_text, test_tools):
    globals().update({name: test for name, test in vars(_part).items() if _runs_there(name, test)})


class TakenForReal(Service):
    """A local server that plays its script, and that tests take for the real service."""

    @property
    @override
    def is_local(self) -> bool:
        return False

    @override
    def with_refused_key(self) -> Model:
        return self.model


@pytest.fixture(params=[param for param in PROVIDERS if param.id in ("Anthropic", "Ollama", "OpenAI")])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    provider: Provider = request.param
    pytest.importorskip(provider.sdk, reason=f"{provider.name} needs its SDK, {provider.sdk}")
    with provider.endpoint([]) as endpoint:
        yield TakenForReal(provider, provider.model(endpoint), endpoint)


@pytest.mark.parametrize("provider", all_providers(), ids=lambda provider: provider.name)
def test_a_model_of_the_real_service_can_be_made(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is all that should be missing; nothing is connected before the first request."""
    pytest.importorskip(provider.sdk, reason=f"{provider.name} needs its SDK, {provider.sdk}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made up")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv(provider.model_id_variable, "openai/another")
    key = {"AWS_REGION": "eu-west-1", "OLLAMA_HOST": "http://localhost:1", "LLAMACPP_URL": "http://localhost:1"}
    model = provider.real_model(key.get(provider.real.variable, "key"))
    assert provider.name == "SageMaker" or model.get_config()["model_id"] == os.environ[provider.model_id_variable]
    model.update_config(**provider.real.thinking)
