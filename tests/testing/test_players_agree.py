"""Whatever a script says, a boto3 client of the endpoint reads what the scripted model plays."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strands.testing import BedrockEndpoint, ScriptedModel, Turn, cited, reasoning, stop, text, usage, use

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]

words = st.text(max_size=20)
deltas = words | st.lists(words, max_size=4)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
steps = st.one_of(
    words,
    deltas.map(text),
    st.builds(use, st.sampled_from(["weather", "clock"]), st.dictionaries(words, json_values, max_size=3) | deltas),
    st.builds(reasoning, deltas, signature=st.none() | words, redacted=st.none() | st.binary(max_size=8)),
    words.map(lambda title: cited("So.", {"title": title, "sourceContent": [{"text": title}]})),
    st.sampled_from(["end_turn", "tool_use", "max_tokens", "stop_sequence", "content_filtered"]).map(stop),
    st.builds(usage, input_tokens=st.integers(0, 10**6), cache_read_tokens=st.none() | st.integers(0, 10**6)),
)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[BedrockEndpoint]:
    with BedrockEndpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def client(endpoint: BedrockEndpoint) -> Iterator[Any]:
    with closing(endpoint.client()) as client:
        yield client


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(turn=st.lists(steps, max_size=5))
def test_both_players_send_the_same_chunks(endpoint: BedrockEndpoint, client: Any, turn: Turn) -> None:
    """A test that passes with one player must mean the same with the other."""

    async def played() -> list[Any]:
        return [chunk async for chunk in ScriptedModel([turn]).stream(PROMPT)]

    endpoint.append(turn)
    with closing(client.converse_stream(modelId="model", messages=PROMPT)["stream"]) as body:
        assert without_ids(list(body)) == without_ids(asyncio.run(played()))


def without_ids(chunks: list[Any]) -> list[Any]:
    """Return the chunks without the numbers of the tool calls, which the endpoint counts on."""
    for chunk in chunks:
        chunk.get("contentBlockStart", {"start": {"toolUse": {}}})["start"]["toolUse"].pop("toolUseId", None)
    return chunks
