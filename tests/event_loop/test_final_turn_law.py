"""The law of final-turn streaming, for any script of model turns."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from strands.hooks import AfterModelCallEvent
from strands.types.exceptions import MaxTokensReachedException
from tests.event_loop._scripted import (
    Seen,
    agent_on,
    blocked,
    cited,
    error,
    is_text,
    kind_of,
    reasoning,
    stop,
    text,
    text_of,
    throttled,
    use,
    watch,
)

ANSWERS = {"end_turn", "stop_sequence", "content_filtered", "guardrail_intervened"}

words = st.lists(st.sampled_from(["one ", "two ", "drei ", "4 °C", "", " "]), min_size=1, max_size=3)
blocks = st.one_of(
    words.map(text),
    words.map(lambda pieces: cited(pieces, {"title": "Report", "sourceContent": [{"text": "source"}]})),
    words.map(reasoning),
    st.just(use("lookup", query="x")),
    st.just(use("unknown")),
)
ends: list[list[Any]] = [
    *([] for _ in range(12)),
    *([stop(reason)] for reason in (*sorted(ANSWERS), "max_tokens", "tool_use")),
    *([throttled()], [error(ValueError("cut"))], [blocked("[removed]")]),
]
turns = st.tuples(st.lists(blocks, max_size=4), st.sampled_from(ends)).map(lambda parts: [*parts[0], *parts[1]])
scripts = st.lists(turns, min_size=1, max_size=4)


def run(script: list[Any], rejected: set[int], *, final_turn_only: bool) -> Seen:
    """Play a script whose n-th model call is rejected by a hook if n is in `rejected`."""
    agent = agent_on(*script, "the end", retry_strategy=None)
    calls = iter(range(100))

    def reject(event: AfterModelCallEvent) -> None:
        event.retry = next(calls) in rejected

    agent.add_hook(reject)
    return asyncio.run(watch(agent, stream_final_turn_only=final_turn_only))


@settings(max_examples=300, deadline=None)
@given(script=scripts, rejected=st.sets(st.integers(0, 3), max_size=2))
def test_the_law(script: list[Any], rejected: set[int]) -> None:
    """The text is that of the result if the run ends with an answer, and nothing otherwise."""
    off, on = (run(script, rejected, final_turn_only=only) for only in (False, True))
    assert repr(on.error) == repr(off.error)
    if on.error is None:
        message = on.result.message
        is_answer = on.result.stop_reason in ANSWERS and not any("toolUse" in block for block in message["content"])
        assert on.text == (text_of(message) if is_answer else "")
    elif not isinstance(on.error, MaxTokensReachedException):
        assert on.text == ""
    # Raw chunks and `data` events tell the same; only a guardrail's replacement is no chunk of the provider.
    assert on.raw_text in (on.text, "")
    assert [kind_of(event) for event in on.events if not is_text(event)] == [
        kind_of(event) for event in off.events if not is_text(event)
    ]


@settings(max_examples=100, deadline=None)
@given(script=scripts)
def test_without_tools_nothing_changes(script: list[Any]) -> None:
    """What streams live is the very sequence that streams with the keyword off, up to a tool use out of nowhere."""
    seen = [
        asyncio.run(watch(agent_on(*script, "the end", tools=(), retry_strategy=None), stream_final_turn_only=only))
        for only in (False, True)
    ]
    if not any("toolUse" in str(event) for event in seen[0].events):
        assert seen[0].shape == seen[1].shape
        assert seen[0].text == seen[1].text
