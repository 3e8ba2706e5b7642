"""What every provider does with tools: calls, pieces of calls, results, choices."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strands.testing import use
from tests.models.contract.service import NOW, WEATHER, Service, Show, said

OSLO = use("weather", city="Oslo", tool_use_id="id-1")
CALLS: dict[str, tuple[str, list[Any]]] = {
    "text and a call of a tool": ("Say what you will do. Then look up the weather in Oslo.", ["Wait. ", OSLO]),
    "a call of a tool": ("Look up the weather in Oslo.", [use("weather", '{"city": "Oslo"}', tool_use_id="id-1")]),
    "a call in many deltas": (
        "Look up the weather in Ósl o.",
        [use("weather", list('{"city": "Ósl o"}'), tool_use_id="id-1")],
    ),
    "a call without arguments": ("What time is it?", [use("now", {}, tool_use_id="id-1")]),
    "parallel calls": (
        "Look up the weather in Oslo and in Rome, both at once.",
        [OSLO, use("weather", city="Rome", tool_use_id="id-2")],
    ),
    "parallel calls, one without arguments": (
        "Look up the time and the weather in Rome, both at once.",
        [use("now", {}, tool_use_id="id-1"), use("weather", city="Rome", tool_use_id="id-2")],
    ),
}


@pytest.mark.parametrize("case", CALLS)
async def test_tool_calls_arrive_whole(service: Service, case: str, record_property: Show) -> None:
    """A lost or mixed-up piece calls a tool with something the model never said."""
    prompt, turn = CALLS[case]
    record_property("row", case)
    service.needs("tools")
    expected = [(step.name, json.loads("".join(step.pieces))) for step in turn if not isinstance(step, str)]
    if len(expected) > 1:
        service.needs("parallel_tools")
    service.plays(turn)
    stop_reason, content, _ = await service.answer(said(prompt), tool_specs=[WEATHER, NOW])
    uses = [block["toolUse"] for block in content if "toolUse" in block]
    ids = [use["toolUseId"] for use in uses]
    assert stop_reason == "tool_use"
    assert all(ids)
    assert len(set(ids)) == len(ids)
    if service.is_local:
        assert [(use["name"], use["input"]) for use in uses] == expected
        assert content[: -len(uses)] == [{"text": step} for step in turn if isinstance(step, str)]
    else:
        assert sorted((use["name"], *use["input"]) for use in uses) == sorted(
            (name, *given) for name, given in expected
        )


async def test_the_round_trip_of_a_tool(service: Service) -> None:
    """What the tool returned has to reach the model, under the call that asked for it."""
    service.needs("tools")
    service.plays(use("weather", city="Oslo"), "It is 4 °C.")
    options: Any = {"tool_specs": [WEATHER], "system_prompt": "Be brief."}
    question = said("How warm is it in Oslo?")
    _, content, _ = await service.answer(question, **options)
    tool_use = next(block["toolUse"] for block in content if "toolUse" in block)
    result = {"toolUseId": tool_use["toolUseId"], "status": "success", "content": [{"text": "4 °C"}, {"json": [1]}]}
    conversation = [
        *question,
        {"role": "assistant", "content": content},
        {"role": "user", "content": [{"toolResult": result}]},
    ]
    stop_reason, content, _ = await service.answer(conversation, **options)
    assert stop_reason == "end_turn"
    assert "4" in "".join(block.get("text", "") for block in content)
    if service.is_local:
        asked = service.asked
        assert content == [{"text": "It is 4 °C."}]
        assert asked.tool_names == ["weather"]
        assert "4 °C" in asked.tool_results[0]
        assert [block["text"] for block in asked.system] == ["Be brief."]
        uses = [block["toolUse"] for message in asked.messages for block in message["content"] if "toolUse" in block]
        assert [(made["name"], made["input"]) for made in uses] == [("weather", {"city": "Oslo"})]


@pytest.mark.parametrize("choice", [{"any": {}}, {"tool": {"name": "weather"}}], ids=["any tool", "a certain tool"])
async def test_a_tool_can_be_demanded(service: Service, choice: Any, record_property: Show) -> None:
    """Structured output depends on it."""
    record_property("row", f"{'any' if 'any' in choice else 'a certain'} tool can be demanded")
    service.needs("any_tool")
    service.plays(use("weather", city="Oslo"))
    messages = said("Hello! I am in Oslo.")
    _, content, _ = await service.answer(messages, tool_specs=[WEATHER], tool_choice=choice)
    assert [block["toolUse"]["name"] for block in content if "toolUse" in block] == ["weather"]
    if service.is_local:
        assert service.asked.tool_choice == choice
