"""What every provider does with text, reasoning, usage and structured output."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel

from strands.testing import Gate, pause, reasoning, stop, text, usage
from tests.models.contract.service import Service, Show, local_only, said, text_of

COUNT = said("Count from one to twenty in words.")


async def test_text_arrives_in_the_pieces_that_were_sent(service: Service) -> None:
    """Users watch the answer being written."""
    service.plays(text(["Hel", "lo, ", "wörld!"]))
    chunks = await service.chunks(COUNT)
    deltas = [chunk["contentBlockDelta"]["delta"] for chunk in chunks if "contentBlockDelta" in chunk]
    kinds = [next(iter(chunk)) for chunk in chunks]
    assert len(deltas) > 1
    assert [kinds[0], *kinds[-3:]] == ["messageStart", "contentBlockStop", "messageStop", "metadata"]
    if service.is_local:
        assert [delta["text"] for delta in deltas] == ["Hel", "lo, ", "wörld!"]
        started = [kind for kind in kinds[1:-3] if kind != "contentBlockStart"]  # which Bedrock sends for tools only
        assert started == ["contentBlockDelta"] * 3


@local_only("nobody can tell a real service when to go on")
async def test_text_streams_while_the_model_still_writes(service: Service) -> None:
    """A provider that reads the whole body first shows nothing until the end."""
    gate = Gate()
    service.plays(text(["first", pause(gate), "second"]))
    seen: list[str] = []
    async with aclosing(service.model.stream(COUNT)) as stream:  # type: ignore[type-var]
        async for chunk in stream:
            delta = chunk.get("contentBlockDelta", {}).get("delta", {})
            if "text" in delta:
                seen.append(delta["text"])
                if seen == ["first"]:
                    await gate.reached()
                    gate.open()
    assert seen == ["first", "second"]


async def test_a_system_prompt_is_followed(service: Service) -> None:
    """It is what makes an agent out of a model."""
    service.plays("BANANA")
    _, content, _ = await service.answer(system_prompt="Whatever the user says, answer with the one word BANANA.")
    assert "BANANA" in text_of(content)
    if service.is_local:
        assert "BANANA" in "".join(block["text"] for block in service.asked.system)


@local_only("the request is looked at")
async def test_a_system_prompt_of_blocks_only_is_sent(service: Service) -> None:
    """Whoever calls a model by hand may have only the blocks."""
    service.plays("Oui.")
    await service.answer(system_prompt_content=[{"text": "Be brief."}, {"text": "Speak French."}])
    sent = "\n".join(block["text"] for block in service.asked.system)
    assert sent == "Be brief.\nSpeak French."


async def test_usage_is_reported(service: Service) -> None:
    """Bills and budgets depend on it."""
    service.plays(["Hi", usage(input_tokens=7, output_tokens=3)])
    _, _, reported = await service.answer()
    assert reported["inputTokens"] > 0
    assert reported["outputTokens"] > 0
    if service.is_local:
        assert [reported[key] for key in ("inputTokens", "outputTokens", "totalTokens")] == [7, 3, 10]


@local_only("whether a real service finds something in its cache is not in our hands")
async def test_cached_tokens_are_reported(service: Service) -> None:
    """They cost a fraction of the others."""
    service.needs("cache_usage")
    service.plays(["Hi", usage(input_tokens=7, output_tokens=3, cache_read_tokens=5)])
    _, _, reported = await service.answer()
    assert reported["cacheReadInputTokens"] == 5


async def test_reasoning_is_a_block_of_its_own(service: Service) -> None:
    """Thoughts are not part of the answer."""
    service.needs("reasoning")
    if not service.is_local:
        service.model.update_config(**service.provider.real.thinking)
    service.plays([reasoning(["17 times 23 ", "is 391."]), "391"])
    _, content, _ = await service.answer(said("What is 17 times 23? Think about it."))
    kinds = [next(iter(block)) for block in content]
    assert kinds[0] == "reasoningContent"
    assert content[0]["reasoningContent"]["reasoningText"]["text"]
    assert "391" in text_of(content)
    if service.is_local:
        assert content[0]["reasoningContent"]["reasoningText"]["text"] == "17 times 23 is 391."
        assert content[1:] == [{"text": "391"}]


@local_only("each vendor's model has a limit of its own")
async def test_a_response_cut_at_its_limit_says_so(service: Service) -> None:
    """Half an answer must not pass for a whole one."""
    service.needs("max_tokens")
    service.plays(["Half an", stop("max_tokens")])
    assert (await service.answer())[0] == "max_tokens"


class City(BaseModel):
    """A city and its country."""

    name: str
    country: str


async def test_structured_output_is_an_instance(service: Service) -> None:
    """Programs read it."""
    service.needs("structured_output")
    service.plays(service.provider.structured_turn("City", {"name": "Oslo", "country": "Norway"}))
    messages = said("Oslo is the capital of Norway. Say so as JSON with the keys name and country.")
    async with aclosing(service.model.structured_output(City, messages)) as events:
        outputs = [event["output"] async for event in events if "output" in event]
    assert outputs == [City(name="Oslo", country="Norway")]


@local_only("the request is looked at")
@pytest.mark.parametrize("step", ["format_request", "format_chunk"])
async def test_an_override_of_a_published_step_takes_effect(service: Service, step: str, record_property: Show) -> None:
    """Programs adapt providers to their services by overriding how requests and chunks are formatted."""
    record_property("row", f"an override of `{step}` takes effect")
    base: Any = type(service.model)
    if not hasattr(base, step):
        pytest.skip(f"{service.provider.name} publishes no {step}")

    class Overriding(base):  # type: ignore[misc]  # a class that is not known before
        def format_request(self, _messages: Any, *args: Any, **kwargs: Any) -> Any:
            return super().format_request(said("Overridden." if step == "format_request" else "Hi."), *args, **kwargs)

        def format_chunk(self, event: Any, **kwargs: Any) -> Any:
            chunk = super().format_chunk(event, **kwargs)
            delta = chunk.get("contentBlockDelta", {}).get("delta", {})
            if step == "format_chunk" and "text" in delta:
                delta["text"] = delta["text"].upper()
            return chunk

    service.model.__class__ = Overriding
    service.plays("hello")
    _, content, _ = await service.answer()
    assert text_of(content) == ("HELLO" if step == "format_chunk" else "hello")
    assert service.asked.prompt == ("Overridden." if step == "format_request" else "Hi.")
