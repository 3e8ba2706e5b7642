"""What holds for the frames of any script of model turns."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from strands.hooks import AfterModelCallEvent
from strands.testing import cited, error, reasoning, stop, text, throttled, use
from tests.event_loop._runs import agent_on, text_of, watch
from tests.sse._client import asked, items, parsed, shown, text_in

ANSWERS = {"end_turn", "stop_sequence", "content_filtered"}
TERMINAL = {"result", "error"}

words = st.lists(st.one_of(st.text(max_size=4), st.sampled_from(["\n", "\r\n", "data: x\n\n", "\u2028"])), max_size=3)
blocks = st.one_of(
    words.map(text),
    words.map(reasoning),
    words.map(lambda pieces: cited(pieces, {"title": "Report"})),
    st.just(use("lookup", query="x")),
    st.just(use("unknown")),
)
reasons = st.sampled_from([[], [], [], *([stop(reason)] for reason in (*sorted(ANSWERS), "max_tokens", "tool_use"))])
breaks = st.sampled_from([[], [], [], [throttled()], [error(ValueError("cut"))]])
turns = st.tuples(st.lists(blocks, max_size=4), breaks, reasons).map(lambda parts: [*parts[0], *parts[1], *parts[2]])
scripts = st.lists(turns, min_size=1, max_size=4)


def agent_that_rejects(script: list[Any], rejected: set[int]) -> Any:
    agent = agent_on(*script, "the end", retry_strategy=None)
    calls = iter(range(100))

    def reject(event: AfterModelCallEvent) -> None:
        event.retry = next(calls) in rejected

    agent.add_hook(reject)
    return agent


@settings(max_examples=60, deadline=None)
@given(script=scripts, rejected=st.sets(st.integers(0, 3), max_size=2), first_id=st.integers(0, 9))
def test_the_text_is_the_agents_and_the_end_comes_once(script: list[Any], rejected: set[int], first_id: int) -> None:
    """Nothing lost, nothing twice, numbered without gaps, and always one terminal event, as the last."""
    seen = asyncio.run(watch(agent_that_rejects(script, rejected)))
    frames = asyncio.run(asked(agent_that_rejects(script, rejected), first_id=first_id))
    assert text_in(frames) == seen.text
    kinds = [kind for kind, _ in items(frames)]
    assert [kind for kind in kinds if kind in TERMINAL] == [kinds[-1]] == ["result" if seen.error is None else "error"]
    assert [event.id for event in parsed(frames)] == [str(first_id + n) for n in range(len(frames))]


@settings(max_examples=60, deadline=None)
@given(script=scripts, rejected=st.sets(st.integers(0, 3), max_size=2))
def test_what_is_not_taken_back_is_the_answer(script: list[Any], rejected: set[int]) -> None:
    """A page that shows text at once ends with what final-turn streaming would have delivered."""
    agent = agent_that_rejects(script, rejected)
    frames = asyncio.run(asked(agent, kinds={"text", "take_back"}))
    ((kind, last),) = items(frames[-1:])
    if kind == "result":
        message = agent.messages[-1]
        is_answer = last["stop_reason"] in ANSWERS and not any("toolUse" in block for block in message["content"])
        assert shown(frames) == (text_of(message) if is_answer else "")
