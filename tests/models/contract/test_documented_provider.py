"""The provider that docs/models.md adds, taken from the page, passes the contract of all providers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from strands.models.model import Model
from strands.testing import OpenAIEndpoint
from tests.models.contract import test_faults, test_media, test_text, test_tools
from tests.models.contract.provider import ALL, Provider, RealService
from tests.models.contract.report import DOCUMENT
from tests.models.contract.service import Service
from tests.run_snippets import snippets

pytest.importorskip("openai")

for _part in (test_faults, test_media, test_text, test_tools):
    globals().update({name: test for name, test in vars(_part).items() if name.startswith("test_")})

[CODE] = [each.code for each in snippets(DOCUMENT.read_text("utf-8")) if "class ExampleModel" in each.code]


def _model(endpoint: Any) -> Model:
    page: dict[str, Any] = {"__name__": "page"}
    exec(compile(CODE, str(DOCUMENT), "exec"), page)
    model: Model = page["ExampleModel"]("key", endpoint.base_url, model_id="example-1")
    return model


EXAMPLE = Provider(
    name="Example",
    sdk="openai",
    endpoint=OpenAIEndpoint,
    model=_model,
    real=RealService(variable="", model=lambda key, model_id: _model(None), model_id=""),
    abilities=ALL - {"documents", "images", "tool_images"},
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="openai.AuthenticationError",
)


@pytest.fixture
def service() -> Iterator[Service]:
    with EXAMPLE.endpoint([]) as endpoint:
        yield Service(EXAMPLE, EXAMPLE.model(endpoint), endpoint)


def test_it_takes_less_than_60_lines() -> None:
    """Whoever adds a service says what is different about it, and nothing else."""
    assert len(CODE.splitlines()) < 60
