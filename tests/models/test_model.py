"""The contract of models, and what all of them get for free."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import strands.models
from strands.models import CacheConfig, CacheToolsConfig, Model
from strands.types.content import ContentBlock, Messages, SystemContentBlock
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolSpec

FORTY = "x" * 40
"""Ten tokens' worth of text."""


class SilentModel(Model):
    def __init__(self, config: Any = None) -> None:
        self.config = config

    def update_config(self, **model_config: Any) -> None:
        raise NotImplementedError

    def get_config(self) -> Any:
        return self.config

    def structured_output(self, *args: Any, **kwargs: Any) -> AsyncGenerator[dict[str, Any], None]:
        raise NotImplementedError

    def stream(self, *args: Any, **kwargs: Any) -> AsyncIterable[StreamEvent]:
        raise NotImplementedError


def said(*blocks: Any) -> Messages:
    return [{"role": "user", "content": cast("list[ContentBlock]", list(blocks))}]


@pytest.mark.parametrize(
    ("config", "limit"),
    [
        ({}, None),
        ({"context_window_limit": 9}, 9),
        ({"context_window_limit": None}, None),
        (None, None),
        (SimpleNamespace(context_window_limit=4), 4),
    ],
)
def test_the_context_window_comes_from_the_settings(config: Any, limit: int | None) -> None:
    """Users' own models keep their settings in whatever they like."""
    assert SilentModel(config).context_window_limit == limit


def test_models_keep_no_state_unless_they_say_so() -> None:
    assert not SilentModel().stateful


def test_cache_settings_have_defaults_and_compare_by_value() -> None:
    assert CacheConfig() == CacheConfig(strategy="auto", ttl=None)
    assert CacheToolsConfig() == CacheToolsConfig(type="default", ttl=None)


@pytest.mark.parametrize(
    ("block", "tokens"),
    [
        ({"text": ""}, 0),
        ({"text": "abcd"}, 1),
        ({"text": "abcde"}, 2),
        ({"text": "日本語日本"}, 2),
        ({"toolUse": {"toolUseId": FORTY, "name": FORTY, "input": {"a": FORTY}}}, 10 + 25),
        ({"toolUse": {"toolUseId": "1", "name": FORTY, "input": {}}}, 11),
        ({"toolUse": {"toolUseId": "1", "name": "n", "input": {"not": b"JSON"}}}, 1),
        ({"toolResult": {"toolUseId": "1", "status": "success", "content": [{"text": FORTY}, {"text": FORTY}]}}, 20),
        ({"toolResult": {"toolUseId": "1", "status": "success", "content": [{"json": {"a": FORTY}}]}}, 0),
        ({"reasoningContent": {"reasoningText": {"text": FORTY, "signature": FORTY}}}, 10),
        ({"reasoningContent": {"redactedContent": b"x" * 40}}, 0),
        ({"citationsContent": {"content": [{"text": FORTY}], "citations": [{"title": FORTY}]}}, 10),
        ({"guardContent": {"text": {"text": FORTY, "qualifiers": []}}}, 10),
        ({"guardContent": {"image": {}}}, 0),
        ({"image": {"format": "png", "source": {"bytes": b"x" * 4000}}}, 0),
        ({"cachePoint": {"type": "default"}}, 0),
    ],
)
async def test_token_estimate_of_a_block(block: Any, tokens: int) -> None:
    """Context managers compare these figures with limits, so they must not drift."""
    assert await SilentModel().count_tokens(said(block)) == tokens


SPEC: ToolSpec = {"name": "t" * 8, "description": "d" * 8, "inputSchema": {"json": {"type": "object"}}}


@pytest.mark.parametrize(
    ("tool_specs", "system_prompt", "system_prompt_content", "tokens"),
    [
        (None, None, None, 10),
        ([], None, None, 10),
        ([SPEC], None, None, 10 + 46),
        (None, FORTY, None, 20),
        (None, FORTY, [], 20),
        (None, FORTY, [{"text": "abcd"}], 11),
        (None, None, [{"text": FORTY}, {"cachePoint": {"type": "default"}}], 20),
    ],
)
async def test_token_estimate_of_a_request(
    tool_specs: list[ToolSpec] | None,
    system_prompt: str | None,
    system_prompt_content: list[SystemContentBlock] | None,
    tokens: int,
) -> None:
    counted = await SilentModel().count_tokens(said({"text": FORTY}), tool_specs, system_prompt, system_prompt_content)
    assert counted == tokens


async def test_the_estimate_rounds_up_per_block() -> None:
    assert await SilentModel().count_tokens(said({"text": "abc"}, {"text": "abc"}) * 2) == 4


def test_the_model_module_has_no_other_lazy_names() -> None:
    from strands.models import model

    with pytest.raises(AttributeError, match="no_such_name"):
        model.no_such_name  # noqa: B018  # the access is what fails


def test_every_provider_is_found_in_the_package() -> None:
    """Programs say `from strands.models import OpenAIModel`; the SDK is imported when the name is used."""
    providers = {name for name in dir(strands.models) if name.endswith("Model") and name != "Model"}
    homes = {path.stem for path in Path(strands.models.__file__).parent.glob("[a-z]*.py")} - {"chat", "model"}
    assert len(providers) == len(homes)
    assert strands.models.LlamaCppModel.__module__ == "strands.models.llamacpp"
