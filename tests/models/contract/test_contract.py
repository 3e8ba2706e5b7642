"""What every provider does, whatever its service: one suite through the vendors' SDKs against local servers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel

from strands.event_loop.streaming import process_stream
from strands.testing import (
    Gate,
    Turn,
    disconnect,
    error,
    overflow,
    pause,
    reasoning,
    stop,
    text,
    throttled,
    usage,
    use,
)
from strands.testing._endpoint import ScriptedEndpoint
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException
from tests.models.contract.provider import Ability, Provider, all_providers

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]
WEATHER: Any = {
    "name": "weather",
    "description": "Tell the weather",
    "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
}
PNG = b"\x89PNG\r\n\x1a\n"


class Service:
    """A provider's endpoint, and a model that talks to it."""

    def __init__(self, provider: Provider, endpoint: ScriptedEndpoint) -> None:
        self.provider = provider
        self.endpoint = endpoint
        self.model = provider.model(endpoint)

    def plays(self, *turns: Turn) -> None:
        self.endpoint.append(*turns)

    def needs(self, ability: Ability) -> None:
        if ability not in self.provider.abilities:
            pytest.skip(f"{self.provider.name} has no {ability}")

    async def chunks(self, messages: list[Any] = PROMPT, **options: Any) -> list[Any]:
        async with aclosing(self.model.stream(messages, **options)) as stream:  # type: ignore[type-var]
            return [chunk async for chunk in stream]

    async def answer(self, messages: list[Any] = PROMPT, **options: Any) -> tuple[str, Any, Any]:
        """Return stop reason, content and usage of a response, as the event loop assembles them."""
        async with aclosing(process_stream(self.model.stream(messages, **options))) as events:
            stop_events = [event["stop"] async for event in events if "stop" in event]
        stop_reason, message, usage_report, _ = stop_events[-1]
        return stop_reason, message["content"], usage_report


PROVIDERS = [
    pytest.param(
        provider,
        id=provider.name,
        marks=[pytest.mark.filterwarnings(f"ignore:{warning}") for warning in provider.ignored_warnings],
    )
    for provider in all_providers()
]


@pytest.fixture(params=PROVIDERS)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    provider: Provider = request.param
    pytest.importorskip(provider.sdk, reason=f"{provider.name} needs its SDK, {provider.sdk}")
    with provider.endpoint([]) as endpoint:
        yield Service(provider, endpoint)


async def test_text_arrives_in_the_pieces_that_were_sent(service: Service) -> None:
    """Users watch the answer being written."""
    service.plays(text(["Hel", "lo, ", "wörld!"]))
    chunks = await service.chunks()
    deltas = [chunk["contentBlockDelta"]["delta"]["text"] for chunk in chunks if "contentBlockDelta" in chunk]
    assert deltas == ["Hel", "lo, ", "wörld!"]
    assert [next(iter(chunk)) for chunk in chunks] == [
        "messageStart",
        "contentBlockStart",
        *["contentBlockDelta"] * 3,
        "contentBlockStop",
        "messageStop",
        "metadata",
    ]


async def test_text_streams_while_the_model_still_writes(service: Service) -> None:
    """A provider that reads the whole body first shows nothing until the end."""
    gate = Gate()
    service.plays(text(["first", pause(gate), "second"]))
    seen: list[str] = []
    async with aclosing(service.model.stream(PROMPT)) as stream:  # type: ignore[type-var]
        async for chunk in stream:
            delta = chunk.get("contentBlockDelta", {}).get("delta", {})
            if "text" in delta:
                seen.append(delta["text"])
                if seen == ["first"]:
                    await gate.reached()
                    gate.open()
    assert seen == ["first", "second"]


async def test_usage_is_reported(service: Service) -> None:
    """Bills and budgets depend on it."""
    service.plays(["Hi", usage(input_tokens=7, output_tokens=3)])
    _, _, reported = await service.answer()
    assert {key: reported[key] for key in ("inputTokens", "outputTokens", "totalTokens")} == {
        "inputTokens": 7,
        "outputTokens": 3,
        "totalTokens": 10,
    }


async def test_cached_tokens_are_reported(service: Service) -> None:
    """They cost a fraction of the others."""
    service.needs("cache_usage")
    service.plays(["Hi", usage(input_tokens=7, output_tokens=3, cache_read_tokens=5)])
    _, _, reported = await service.answer()
    assert reported["cacheReadInputTokens"] == 5


@pytest.mark.parametrize(
    "turn",
    [
        pytest.param(["Wait. ", use("weather", city="Oslo", tool_use_id="id-1")], id="text and a call"),
        pytest.param([use("weather", '{"city": "Oslo"}', tool_use_id="id-1")], id="one call"),
        pytest.param([use("weather", list('{"city": "Ósl o"}'), tool_use_id="id-1")], id="a call in many pieces"),
        pytest.param([use("now", {}, tool_use_id="id-1")], id="empty arguments"),
        pytest.param(
            [use("weather", city="Oslo", tool_use_id="id-1"), use("weather", city="Rome", tool_use_id="id-2")],
            id="parallel calls",
        ),
        pytest.param(
            [use("now", {}, tool_use_id="id-1"), use("weather", city="Rome", tool_use_id="id-2")],
            id="parallel calls, one without arguments",
        ),
    ],
)
async def test_tool_calls_arrive_whole(service: Service, turn: Any) -> None:
    """A lost or mixed-up piece calls a tool with something the model never said."""
    service.needs("tools")
    service.plays(turn)
    stop_reason, content, _ = await service.answer(tool_specs=[WEATHER])
    expected = [{"text": step} if isinstance(step, str) else (step.name, "".join(step.pieces)) for step in turn]
    assert stop_reason == "tool_use"
    assert [_comparable(block) for block in content] == [_comparable(block) for block in expected]
    ids = [block["toolUse"]["toolUseId"] for block in content if "toolUse" in block]
    assert all(ids)
    assert len(set(ids)) == len(ids)


async def test_the_round_trip_of_a_tool(service: Service) -> None:
    """What the tool returned has to reach the model, under the call that asked for it."""
    service.needs("tools")
    service.plays(use("weather", city="Oslo"), "It is 4 °C.")
    _, content, _ = await service.answer(tool_specs=[WEATHER], system_prompt="Be brief.")
    tool_use = content[0]["toolUse"]
    result = {"toolUseId": tool_use["toolUseId"], "status": "success", "content": [{"text": "4 °C"}, {"json": [1]}]}
    conversation = [
        *PROMPT,
        {"role": "assistant", "content": content},
        {"role": "user", "content": [{"toolResult": result}]},
    ]
    stop_reason, content, _ = await service.answer(conversation, tool_specs=[WEATHER], system_prompt="Be brief.")
    assert (stop_reason, content) == ("end_turn", [{"text": "It is 4 °C."}])
    asked = service.endpoint.requests[-1]
    assert asked.tool_names == ["weather"]
    assert "4 °C" in asked.tool_results[0]
    assert [block["text"] for block in asked.system] == ["Be brief."]
    uses = [block["toolUse"] for message in asked.messages for block in message["content"] if "toolUse" in block]
    assert [(made["name"], made["input"]) for made in uses] == [("weather", {"city": "Oslo"})]


async def test_a_tool_can_be_demanded(service: Service) -> None:
    """Structured output depends on it."""
    service.needs("any_tool")
    service.plays(use("weather", city="Oslo"))
    await service.answer(tool_specs=[WEATHER], tool_choice={"any": {}})
    assert service.endpoint.requests[-1].tool_choice == {"any": {}}


async def test_reasoning_is_a_block_of_its_own(service: Service) -> None:
    """Thoughts are not part of the answer."""
    service.needs("reasoning")
    service.plays([reasoning(["Hm, ", "well."]), "So."])
    _, content, _ = await service.answer()
    assert [next(iter(block)) for block in content] == ["reasoningContent", "text"]
    assert content[0]["reasoningContent"]["reasoningText"]["text"] == "Hm, well."
    assert content[1] == {"text": "So."}


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("images", {"image": {"format": "png", "source": {"bytes": PNG}}}),
        ("documents", {"document": {"format": "pdf", "name": "report", "source": {"bytes": b"%PDF"}}}),
        ("video", {"video": {"format": "mp4", "source": {"bytes": b"mp4"}}}),
    ],
)
async def test_media_are_sent_or_refused(service: Service, kind: Any, block: Any) -> None:
    """What a provider cannot take must not be dropped in silence: the answer would be about something else."""
    service.plays("I see.")
    messages = [{"role": "user", "content": [{"text": "Look:"}, block]}]
    if kind in service.provider.abilities:
        assert (await service.answer(messages))[1] == [{"text": "I see."}]
        return
    with pytest.raises(TypeError, match=next(iter(block))):
        await service.answer(messages)
    assert not service.endpoint.requests


@pytest.mark.parametrize("kind", ["image", "document", "video"])
async def test_media_that_are_kept_elsewhere_are_refused(service: Service, kind: str) -> None:
    """The service cannot fetch them; an answer without having seen them would be about something else."""
    service.plays("I see.")
    block = {kind: {"format": "png", "name": "it", "source": {"location": {"type": "s3", "uri": "s3://bucket/it"}}}}
    result = {"toolUseId": "id-1", "status": "success", "content": [block]}
    for content in ([{"text": "Look:"}, block], [{"toolResult": result}]):
        with pytest.raises(TypeError, match=f"content_type=<{kind}> | unsupported type"):
            await service.answer([{"role": "user", "content": content}])
    assert not service.endpoint.requests


async def test_a_system_prompt_of_blocks_only_is_sent(service: Service) -> None:
    """Whoever calls a model by hand may have only the blocks."""
    service.plays("Oui.")
    await service.answer(system_prompt_content=[{"text": "Be brief."}, {"text": "Speak French."}])
    sent = "\n".join(block["text"] for block in service.endpoint.requests[-1].system)
    assert sent == "Be brief.\nSpeak French."


async def test_images_in_tool_results_are_sent_or_refused(service: Service) -> None:
    """Screenshots are what many tools are for."""
    service.needs("tools")
    service.plays("I see.")
    tool_use = {"toolUseId": "id-1", "name": "shot", "input": {}}
    image = {"image": {"format": "png", "source": {"bytes": PNG}}}
    result = {"toolUseId": "id-1", "status": "success", "content": [{"text": "Taken."}, image]}
    messages = [
        *PROMPT,
        {"role": "assistant", "content": [{"toolUse": tool_use}]},
        {"role": "user", "content": [{"toolResult": result}]},
    ]
    if "tool_images" in service.provider.abilities:
        assert (await service.answer(messages, tool_specs=[WEATHER]))[1] == [{"text": "I see."}]
        return
    with pytest.raises(TypeError, match="image"):
        await service.answer(messages, tool_specs=[WEATHER])


async def test_a_response_cut_at_its_limit_says_so(service: Service) -> None:
    """Half an answer must not pass for a whole one."""
    service.needs("max_tokens")
    service.plays(["Half an", stop("max_tokens")])
    assert (await service.answer())[0] == "max_tokens"


class Weather(BaseModel):
    """Weather of a city."""

    city: str
    degrees: int


async def test_structured_output_is_an_instance(service: Service) -> None:
    """Programs read it."""
    service.needs("structured_output")
    service.plays(service.provider.structured_turn("Weather", {"city": "Oslo", "degrees": 4}))
    async with aclosing(service.model.structured_output(Weather, PROMPT)) as events:
        outputs = [event["output"] async for event in events if "output" in event]
    assert outputs == [Weather(city="Oslo", degrees=4)]


async def test_throttling_is_told_apart(service: Service) -> None:
    """Agents wait and try again, for as long as the service asks them to."""
    service.plays(throttled("Slow down.", retry_after_s=2))
    with pytest.raises(ModelThrottledException, match=r"Slow down\.") as caught:
        await service.chunks()
    if "retry_after" in service.provider.abilities:
        assert caught.value.retry_after_s == 2


async def test_words_in_a_message_are_no_throttling(service: Service) -> None:
    """A bad request about rates is refused again however often it is sent."""
    service.plays(error("ValidationException", "429 Too Many Requests: rate limit of context_length_exceeded"))
    with pytest.raises(Exception) as caught:
        await service.chunks()
    assert not isinstance(caught.value, ModelThrottledException | ContextWindowOverflowException)


async def test_overflow_is_told_apart(service: Service) -> None:
    """Agents shorten the conversation and try again."""
    service.needs("overflow")
    service.plays(overflow())
    with pytest.raises(ContextWindowOverflowException):
        await service.chunks()


async def test_a_refused_key_is_the_vendors_error(service: Service) -> None:
    """Nothing that an agent does would help; the vendor's error says what is wrong."""
    service.plays(error("UnrecognizedClientException", "The key is not known."))
    with pytest.raises(service.provider.auth_error_class):
        await service.chunks()


@pytest.mark.parametrize(
    "turn",
    [
        pytest.param([text(["Half an", disconnect()])], id="the connection is cut"),
        pytest.param([text(["Half an", error("InternalServerException")])], id="the service reports an error"),
        pytest.param([use("weather", ['{"city": ', disconnect()])], id="within a tool call"),
    ],
)
async def test_a_broken_stream_is_an_error(service: Service, turn: Any) -> None:
    """Half an answer must not pass for a whole one."""
    service.plays(turn)
    with pytest.raises(Exception):  # noqa: B017 - each vendor's own
        await service.chunks()


async def test_leaving_early_closes_the_connection(service: Service) -> None:
    """Nobody should pay for an answer that nobody reads."""
    gate = Gate()
    service.plays(text(["first", pause(gate), "second"]))
    async with aclosing(service.model.stream(PROMPT)) as stream:  # type: ignore[type-var]
        async for chunk in stream:
            if "contentBlockDelta" in chunk:
                break
    await service.endpoint.until(lambda endpoint: endpoint.disconnects == 1)
    assert service.endpoint.open_streams == 0
    gate.open()


async def test_fifty_streams_run_at_once(service: Service) -> None:
    """A provider that blocks the loop, or queues streams, serves one user at a time."""
    gate = Gate()
    service.plays(*([text(["Hello, ", pause(gate), "you."])] * 50))
    answers = [asyncio.ensure_future(service.answer()) for _ in range(50)]
    await service.endpoint.until(lambda endpoint: endpoint.open_streams == 50)
    gate.open()
    assert [content for _, content, _ in await asyncio.gather(*answers)] == [[{"text": "Hello, you."}]] * 50


def _comparable(block: Any) -> Any:
    """Return a tool use as its name and input, with the input parsed; other blocks as they are."""
    import json

    if isinstance(block, tuple):
        return block[0], json.loads(block[1])
    return (block["toolUse"]["name"], block["toolUse"]["input"]) if "toolUse" in block else block
