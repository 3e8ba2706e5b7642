"""What an agent on Bedrock must do, written once for the real service and for the local endpoint.

A real model chooses its own words, so scenarios look at what holds whatever it says. The scripts are what a model
might say; they play on the local endpoint only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel, Field

from strands import Agent, tool
from strands.testing import Turn, blocked, cited, overflow, reasoning, stop, text, usage, use
from strands.types.exceptions import ContextWindowOverflowException, MaxTokensReachedException
from tests.models.contract.samples import red_square
from tests_integ.services import Service

Scenario = Callable[[Service], Awaitable[None]]

SCENARIOS: dict[str, Scenario] = {}
"""All scenarios by their names."""


def scenario(function: Scenario) -> Scenario:
    SCENARIOS[getattr(function, "__name__", "")] = function
    return function


@tool
def weather(city: str) -> str:
    """Tell the current weather in a city."""
    return {"Oslo": "4 °C, rain", "Lisbon": "19 °C, sunny"}.get(city, "unknown")


TOOL_SCRIPT: list[Turn] = [
    ["Let me look.", use("weather", city="Oslo"), use("weather", city="Lisbon")],
    "It is 4 °C in Oslo and 19 °C in Lisbon.",
]
TOOL_QUESTION = "Say in one sentence what you will do. Then look up the weather in Oslo and in Lisbon, and compare."


def agent_of(model: Any, **arguments: Any) -> Agent:
    return Agent(model=model, **{"callback_handler": None, **arguments})


async def events_of(stream: AsyncIterator[Any]) -> list[Any]:
    return [event async for event in stream]


def streamed_text(events: list[Any]) -> str:
    return "".join(event["data"] for event in events if "data" in event)


def text_of(message: Any) -> str:
    return "".join(block.get("text", "") for block in message["content"])


def assert_every_tool_use_has_its_result(messages: Any) -> None:
    """The service refuses a conversation without."""
    for message, reply in zip(messages, [*messages[1:], {"content": []}], strict=True):
        asked = [block["toolUse"]["toolUseId"] for block in message["content"] if "toolUse" in block]
        answered = [block["toolResult"]["toolUseId"] for block in reply["content"] if "toolResult" in block]
        assert answered == asked


@scenario
async def text_streams_in_pieces(service: Service) -> None:
    agent = agent_of(service.model(["One, two, three, four, five."]))
    events = await events_of(agent.stream_async("Count from one to twenty in words."))
    result = events[-1]["result"]
    assert sum("data" in event for event in events) > 1
    assert streamed_text(events) == text_of(result.message)
    assert result.stop_reason == "end_turn"
    assert result.metrics.accumulated_usage["outputTokens"] > 0


@scenario
async def text_comes_without_streaming_too(service: Service) -> None:
    agent = agent_of(service.model(["Hello!"], streaming=False))
    events = await events_of(agent.stream_async("Say hello."))
    assert streamed_text(events) == text_of(events[-1]["result"].message) != ""


@scenario
async def a_conversation_goes_on(service: Service) -> None:
    agent = agent_of(service.model(["Nice to meet you.", "Your name is Åse."]))
    await agent.invoke_async("My name is Åse.")
    assert "Åse" in str(await agent.invoke_async("What is my name?"))
    assert [message["role"] for message in agent.messages] == ["user", "assistant"] * 2


@scenario
async def tools_are_called_and_their_results_used(service: Service) -> None:
    agent = agent_of(service.model(TOOL_SCRIPT), tools=[weather])
    events = await events_of(agent.stream_async(TOOL_QUESTION))
    answer = text_of(events[-1]["result"].message)
    assert "4" in answer
    assert "19" in answer
    assert_every_tool_use_has_its_result(agent.messages)
    assert streamed_text(events).endswith(answer)


@scenario
async def tools_are_called_without_streaming_too(service: Service) -> None:
    agent = agent_of(service.model(TOOL_SCRIPT, streaming=False), tools=[weather])
    assert "19" in str(await agent.invoke_async(TOOL_QUESTION))
    assert_every_tool_use_has_its_result(agent.messages)


@scenario
async def only_the_final_turn_streams(service: Service) -> None:
    agent = agent_of(service.model(TOOL_SCRIPT), tools=[weather])
    events = await events_of(agent.stream_async(TOOL_QUESTION, stream_final_turn_only=True))
    assert streamed_text(events) == text_of(events[-1]["result"].message) != ""
    raw = [event["event"].get("contentBlockDelta", {}).get("delta", {}) for event in events if "event" in event]
    assert "".join(delta.get("text", "") for delta in raw) == streamed_text(events)
    assert any("toolUse" in delta for delta in raw)


@scenario
async def an_agent_without_tools_streams_live(service: Service) -> None:
    agent = agent_of(service.model(["One, two, three."]), stream_final_turn_only=True)
    events = await events_of(agent.stream_async("Count from one to twenty in words."))
    assert sum("data" in event for event in events) > 1
    assert streamed_text(events) == text_of(events[-1]["result"].message)


@scenario
async def a_tool_that_fails_is_told_to_the_model(service: Service) -> None:
    @tool
    def stock_price(symbol: str) -> str:
        """Tell the price of a stock."""
        raise RuntimeError("the exchange is closed")

    script: list[Turn] = [use("stock_price", symbol="AMZN"), "I cannot: the exchange is closed."]
    agent = agent_of(service.model(script), tools=[stock_price])
    assert "closed" in str(await agent.invoke_async("What is the price of AMZN? If you cannot tell, say why."))
    [result] = [block["toolResult"] for m in agent.messages for block in m["content"] if "toolResult" in block][:1]
    assert result["status"] == "error"


@scenario
async def a_guardrail_blocks_the_input(service: Service) -> None:
    script: list[Turn] = [["This is not allowed.", blocked("input")], "Hello."]
    agent = agent_of(service.model(script, **service.guardrail(), guardrail_trace="enabled"), tools=[weather])
    events = await events_of(agent.stream_async("Write a poem about a CACTUS.", stream_final_turn_only=True))
    result = events[-1]["result"]
    assert result.stop_reason == "guardrail_intervened"
    assert streamed_text(events) == text_of(result.message) != ""
    assert "CACTUS" not in text_of(agent.messages[0])
    assert str(await agent.invoke_async("Say hello.")).strip() != ""


@scenario
async def a_guardrail_blocks_the_output(service: Service) -> None:
    script: list[Turn] = [["The CACTUS stands alone.", blocked("output")]]
    model = service.model(
        script, **service.guardrail(), guardrail_redact_output=True, guardrail_stream_processing_mode="async"
    )
    agent = agent_of(model, tools=[weather])
    prompt = "Write the letters C, A, C, T, U, S as one word, without spaces."
    events = await events_of(agent.stream_async(prompt, stream_final_turn_only=True))
    assert events[-1]["result"].stop_reason == "guardrail_intervened"
    assert streamed_text(events) == "[Assistant output redacted.]"
    assert "CACTUS" not in text_of(agent.messages[-1])


@scenario
async def a_cache_point_is_read_from_the_second_time_on(service: Service) -> None:
    script: list[Turn] = [["One.", usage(cache_write_tokens=5000)], ["Two.", usage(cache_read_tokens=5000)]]
    rules: Any = [{"text": "Be brief. " + "This is one of many rules. " * 1500}, {"cachePoint": {"type": "default"}}]
    agent = agent_of(service.model(script), system_prompt=rules)
    await agent.invoke_async("Say one.")
    result = await agent.invoke_async("Say two.")
    assert result.metrics.accumulated_usage["cacheReadInputTokens"] > 0


@scenario
async def an_image_is_seen(service: Service) -> None:
    agent = agent_of(service.model(["Red."]))
    image: Any = {"image": {"format": "png", "source": {"bytes": red_square()}}}
    assert "red" in str(await agent.invoke_async([{"text": "Which colour is this? One word."}, image])).lower()


@scenario
async def a_document_is_read(service: Service) -> None:
    agent = agent_of(service.model(["It is swordfish."]))
    document: Any = {"document": {"format": "txt", "name": "note", "source": {"bytes": b"The password is swordfish."}}}
    prompt = [{"text": "What is the password in the note?"}, document]
    assert "swordfish" in str(await agent.invoke_async(prompt)).lower()


@scenario
async def a_document_is_cited(service: Service) -> None:
    location = {"documentChar": {"documentIndex": 0, "start": 0, "end": 26}}
    source = {"title": "note", "location": location, "sourceContent": [{"text": "The password is swordfish."}]}
    agent = agent_of(service.model([cited("It is swordfish.", source)]))
    document: Any = {
        "document": {
            "format": "txt",
            "name": "note",
            "source": {"bytes": b"The password is swordfish."},
            "citations": {"enabled": True},
        }
    }
    prompt = [{"text": "What is the password in the note? Cite it."}, document]
    events = await events_of(agent.stream_async(prompt))
    assert any("citation" in event for event in events)
    assert any("citationsContent" in block for block in events[-1]["result"].message["content"])


@scenario
async def reasoning_streams_and_stays_in_the_history(service: Service) -> None:
    script: list[Turn] = [[reasoning("17 times 23 is 391.", signature="c2ln"), "391"], "392"]
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    agent = agent_of(service.model(script, max_tokens=4000, additional_request_fields=thinking))
    events = await events_of(agent.stream_async("What is 17 times 23? Think about it."))
    message = events[-1]["result"].message
    assert "".join(event["reasoningText"] for event in events if "reasoningText" in event) != ""
    assert "reasoningContent" in message["content"][0]
    assert "391" in text_of(message)
    assert "392" in str(await agent.invoke_async("And one more?"))


class City(BaseModel):
    """A city and its country."""

    name: str
    country: str = Field(description="The country in which the city lies")
    inhabitants: int | None = None


@scenario
async def structured_output_fits_the_model(service: Service) -> None:
    agent = agent_of(service.model([use("City", name="Oslo", country="Norway")]))
    result = await agent.invoke_async("Oslo is the capital of Norway.", structured_output_model=City)
    assert isinstance(result.structured_output, City)
    assert (result.structured_output.name, result.structured_output.country) == ("Oslo", "Norway")
    assert_every_tool_use_has_its_result(agent.messages)


@scenario
async def a_context_that_cannot_be_reduced_is_an_error(service: Service) -> None:
    agent = agent_of(service.model([overflow(), overflow(), "Hello."]))
    with pytest.raises(ContextWindowOverflowException):
        await agent.invoke_async("This is far too long. " * 250_000)


@scenario
async def a_history_that_overflows_is_reduced(service: Service) -> None:
    long_ago: Any = [
        {"role": "user", "content": [{"text": "This is far too long. " * 250_000}]},
        {"role": "assistant", "content": [{"text": "I see."}]},
    ]
    agent = agent_of(service.model([overflow(), "Hello."]), messages=long_ago)
    assert str(await agent.invoke_async("Say hello.")).strip() != ""
    assert len(agent.messages) == 2


@scenario
async def a_truncated_answer_is_delivered_and_then_an_error(service: Service) -> None:
    delivered: list[Any] = []
    agent = agent_of(
        service.model([["One two three", stop("max_tokens")], "Hello."], max_tokens=10),
        tools=[weather],
        callback_handler=lambda **event: delivered.append(event),
    )
    with pytest.raises(MaxTokensReachedException):
        await agent.invoke_async("Count to a hundred in words.", stream_final_turn_only=True)
    assert streamed_text(delivered) != ""


@scenario
async def a_cancelled_run_leaves_a_usable_agent(service: Service) -> None:
    agent = agent_of(service.model([text(["One,"] + [" and so on,"] * 500), "Hello."]))
    stop_reason = None
    async for event in agent.stream_async("Count from one to five hundred in words."):
        if "data" in event:
            agent.cancel()
        if "result" in event:
            stop_reason = event["result"].stop_reason
    assert stop_reason == "cancelled"
    assert str(await agent.invoke_async("Stop counting. Say hello.")).strip() != ""
    assert_every_tool_use_has_its_result(agent.messages)


@scenario
async def a_consumer_that_leaves_early_leaves_a_usable_agent(service: Service) -> None:
    agent = agent_of(service.model([text(["One,"] + [" and so on,"] * 500), "Hello."]))
    running: Any = agent.stream_async("Count from one to five hundred in words.")
    async with aclosing(running) as stream:
        async for event in stream:
            if "data" in event:
                break
    assert str(await agent.invoke_async("Stop counting. Say hello.")).strip() != ""
