"""What installers and type checkers read about the distribution."""

from __future__ import annotations

from importlib import metadata, resources

import pytest
from packaging.requirements import Requirement

PUBLISHED_EXTRAS = {
    *("a2a", "all", "anthropic", "bidi", "bidi-all", "bidi-gemini", "bidi-io", "bidi-openai", "dev", "docs", "gemini"),
    *("litellm", "llamaapi", "mistral", "ollama", "openai", "otel", "sagemaker", "writer"),
}


@pytest.fixture(scope="module")
def requirements() -> list[Requirement]:
    return [Requirement(text) for text in metadata.requires("strands-agents") or []]


def test_the_version_names_the_api_level_and_our_release() -> None:
    """A pin such as `strands-agents>=1.41,<2` has to accept this distribution, and a person has to tell it apart."""
    assert metadata.version("strands-agents") == "1.41.0+finalturn.1"


def test_the_package_ships_its_types() -> None:
    """Without the marker, type checkers treat every name as Any."""
    assert resources.files("strands").joinpath("py.typed").is_file()


def test_every_published_extra_exists() -> None:
    """Requirement lines such as `strands-agents[openai]` have to keep working."""
    assert set(metadata.metadata("strands-agents").get_all("Provides-Extra") or []) == PUBLISHED_EXTRAS


def test_a_plain_install_brings_no_other_providers_sdk(requirements: list[Requirement]) -> None:
    """Those who talk to Bedrock should not have to download the SDKs of the others."""
    core = {each.name for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})}
    assert core == {
        "boto3",
        "botocore",
        "docstring-parser",
        "jsonschema",
        "mcp",
        "opentelemetry-api",
        "opentelemetry-sdk",
        "pydantic",
        "pyyaml",
        "typing-extensions",
        "watchdog",
    }


def test_every_requirement_has_an_upper_bound(requirements: list[Requirement]) -> None:
    """A dependency's next major release must not break an installation that worked yesterday."""
    others = [each for each in requirements if each.name != "strands-agents"]
    assert [str(each) for each in others if not any(bound.operator in ("<", "<=") for bound in each.specifier)] == []
