"""The offloader: what remains of large results in the conversation, and how the model reads the rest."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from strands import Agent, tool
from strands.hooks import BeforeToolCallEvent
from strands.testing import ScriptedModel, use
from strands.vended_plugins.context_offloader import ContextOffloader, InMemoryStorage, Storage

TEXT = "abcdefghij" * 500
IMAGE = {"image": {"format": "png", "source": {"bytes": b"\x89PNG" * 300}}}
DOCUMENT = {"document": {"format": "pdf", "name": "report", "source": {"bytes": b"%PDF"}}}
SHARED = {"document": {"format": "pdf", "name": "shared", "source": {"location": {"type": "s3", "uri": "s3://b/k"}}}}
VIDEO = {"video": {"format": "mp4", "source": {"bytes": b"v"}}}
READ = "retrieve_offloaded_content"


def agent_with(storage: Storage, content: list[Any], *turns: Any, status: str = "success", **options: Any) -> Agent:
    @tool
    def produce() -> dict[str, Any]:
        """Produce the content."""
        return {"status": status, "content": content}

    plugin = ContextOffloader(storage, **{"max_result_tokens": 10, "preview_tokens": 5, **options})
    model = ScriptedModel([use("produce", tool_use_id="t1"), *turns, "Done."])
    return Agent(model=model, plugins=[plugin], tools=[produce], callback_handler=None)


def contents(agent: Agent) -> list[Any]:
    return [
        block["toolResult"]["content"]
        for message in agent.messages
        for block in message["content"]
        if "toolResult" in block
    ]


def summary(blocks: int, tokens: str, preview: str, *references: str, tool_offered: bool = True) -> str:
    offer = [f"You can also use {READ} with a reference to get the full content."] if tool_offered else []
    return "\n".join(
        [
            f"[Offloaded: {blocks} blocks, ~{tokens} tokens]",
            "Tool result was offloaded to external storage due to size.",
            "Use the preview below to answer if possible.",
            "Use your available tools to selectively access the data you need.",
            *offer,
            "",
            preview,
            "",
            "[Stored references:]",
            *(f"  {reference}" for reference in references),
        ]
    )


def test_large_text_is_replaced_by_a_preview_and_a_reference() -> None:
    """That is what the plugin is for."""
    storage = InMemoryStorage()
    agent = agent_with(storage, [{"text": TEXT}])
    agent("Hi")
    expected = summary(1, "1,250", "abcdefghijabcdefghij", "mem_1_t1_0 (text, 5,000 chars)")
    assert contents(agent) == [[{"text": expected}]]
    assert storage.retrieve("mem_1_t1_0") == (TEXT.encode(), "text/plain")


@pytest.mark.parametrize(("length", "kept"), [(40, True), (41, False)])
def test_the_limit_is_in_tokens(length: int, kept: bool) -> None:
    """Four characters make a token where the model does not count itself."""
    agent = agent_with(InMemoryStorage(), [{"text": "x" * length}])
    agent("Hi")
    assert (contents(agent) == [[{"text": "x" * length}]]) is kept


def test_all_that_can_be_stored_is_stored() -> None:
    """Text and JSON go into the preview; media leaves a note in its place, unless it is stored elsewhere already."""
    storage = InMemoryStorage()
    agent = agent_with(
        storage, [{"text": "Found:"}, {"json": {"k": "v" * 50}}, IMAGE, DOCUMENT, SHARED, VIDEO, {"text": ""}]
    )
    agent("Hi")
    references = [
        "mem_1_t1_0 (text, 6 chars)",
        "mem_2_t1_1 (json, 63 bytes)",
        "mem_3_t1_2 (image/png, 1,200 bytes)",
        "mem_4_t1_3 (report, 4 bytes)",
    ]
    assert contents(agent) == [
        [
            {"text": summary(7, "17", 'Found:\n{\n  "k": "vvv', *references)},
            {"text": "[image: png, 1200 bytes | ref: mem_3_t1_2]"},
            {"text": "[document: pdf, report, 4 bytes | ref: mem_4_t1_3]"},
            SHARED,
            VIDEO,
            {"text": ""},
        ]
    ]


def test_large_json_is_offloaded_whether_or_not_the_model_counts_it() -> None:
    """Most results of APIs are JSON, which the estimate of many models leaves out."""
    agent = agent_with(InMemoryStorage(), [{"json": ["x"] * 100}])
    agent("Hi")
    assert contents(agent)[0][0]["text"].startswith("[Offloaded: 1 blocks, ~125 tokens]")


@pytest.mark.parametrize("content", [[], [IMAGE], [VIDEO], [{"json": {"k": 1}}], [{"text": "short"}]])
def test_other_results_stay_as_they_are(content: list[Any]) -> None:
    """Nothing is gained by touching them."""
    agent = agent_with(InMemoryStorage(), content)
    agent("Hi")
    assert contents(agent) == [content]


def test_errors_are_offloaded_and_stay_errors() -> None:
    """A traceback can be long, too."""
    agent = agent_with(InMemoryStorage(), [{"text": TEXT}], status="error")
    agent("Hi")
    result = agent.messages[2]["content"][0]["toolResult"]
    assert (result["status"], result["content"][0]["text"][:11]) == ("error", "[Offloaded:")


def test_a_preview_is_not_necessary() -> None:
    """The references remain."""
    agent = agent_with(InMemoryStorage(), [{"text": TEXT}], preview_tokens=0)
    agent("Hi")
    assert contents(agent) == [[{"text": summary(1, "1,250", "", "mem_1_t1_0 (text, 5,000 chars)")}]]


@pytest.mark.parametrize(
    ("block", "read"),
    [
        ({"text": TEXT}, {"text": TEXT}),
        ({"json": {"k": ["é"] * 100}}, {"json": {"k": ["é"] * 100}}),
    ],
)
def test_the_model_reads_content_back_as_it_was(block: Any, read: Any) -> None:
    """Without it being offloaded again."""
    agent = agent_with(InMemoryStorage(), [block], use(READ, reference="mem_1_t1_0"))
    agent("Hi")
    assert contents(agent)[1] == [read]


def test_the_model_reads_media_back() -> None:
    """A document's name holds only what Amazon Bedrock accepts; otherwise every later request would fail."""
    reads = [use(READ, reference=f"mem_{number}_t1_{number - 1}", tool_use_id=f"r{number}") for number in (2, 3)]
    agent = agent_with(InMemoryStorage(), [{"text": TEXT}, IMAGE, DOCUMENT], reads)
    agent("Hi")
    named = {"document": {**DOCUMENT["document"], "name": "mem-3-t1-2"}}
    assert contents(agent)[1:] == [[IMAGE], [named]]


@pytest.mark.parametrize("reference", ["", "nope", "../../etc/passwd"])
def test_unknown_references_are_explained(reference: str) -> None:
    """The model can try another one."""
    agent = agent_with(InMemoryStorage(), [{"text": "short"}], use(READ, reference=reference))
    agent("Hi")
    assert contents(agent)[1] == [{"text": f"Error: reference not found: {reference}"}]


def test_the_tool_can_be_left_out() -> None:
    """Where another tool reads the storage."""
    agent = agent_with(InMemoryStorage(), [{"text": TEXT}], include_retrieval_tool=False)
    agent("Hi")
    assert agent.tool_names == ["produce"]
    expected = summary(1, "1,250", TEXT[:20], "mem_1_t1_0 (text, 5,000 chars)", tool_offered=False)
    assert contents(agent) == [[{"text": expected}]]


def test_cancelled_calls_stay_as_they_are() -> None:
    """What the hook says to the model must reach it."""

    def cancel(event: BeforeToolCallEvent) -> None:
        event.cancel_tool = TEXT

    agent = agent_with(InMemoryStorage(), [])
    agent.hooks.add_callback(BeforeToolCallEvent, cancel)
    agent("Hi")
    assert contents(agent) == [[{"text": TEXT}]]


class Counting(ScriptedModel):
    """Counts as it is told; an exception is raised."""

    count: int | Exception = 0

    async def count_tokens(self, *_: Any, **__: Any) -> int:
        if isinstance(self.count, Exception):
            raise self.count
        return self.count


@pytest.mark.parametrize(("count", "offloaded"), [(10, False), (11, True), (RuntimeError("no service"), False)])
def test_the_model_counts(count: int | Exception, offloaded: bool) -> None:
    """Its own count is better than an estimate; without one the result stays."""
    agent = agent_with(InMemoryStorage(), [IMAGE])
    agent.model = Counting([use("produce"), "Done."])
    agent.model.count = count
    agent("Hi")
    assert (contents(agent) != [[IMAGE]]) is offloaded


def test_a_large_result_without_anything_to_store_stays_as_it_is() -> None:
    """A summary of nothing would only confuse."""
    agent = agent_with(InMemoryStorage(), [VIDEO])
    agent.model = Counting([use("produce"), "Done."])
    agent.model.count = 1000
    agent("Hi")
    assert contents(agent) == [[VIDEO]]


class Broken(InMemoryStorage):
    def store(self, key: str, content: bytes, content_type: str = "text/plain") -> str:
        raise OSError("disk full")


def test_a_result_that_cannot_be_stored_stays_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """Large is better than lost."""
    agent = agent_with(Broken(), [{"text": TEXT}])
    agent("Hi")
    assert contents(agent) == [[{"text": TEXT}]]
    assert caplog.messages == ["tool_use_id=<t1> | failed to offload tool result, keeping original"]


async def test_a_slow_storage_does_not_block_the_loop() -> None:
    """A bucket takes its time; other agents share the loop."""
    threads: list[int] = []

    class Noting(InMemoryStorage):
        def store(self, key: str, content: bytes, content_type: str = "text/plain") -> str:
            threads.append(threading.get_ident())
            return super().store(key, content, content_type)

    await agent_with(Noting(), [{"text": TEXT}]).invoke_async("Hi")
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_result_tokens": 0}, "max_result_tokens must be positive"),
        ({"max_result_tokens": -1}, "max_result_tokens must be positive"),
        ({"preview_tokens": -1}, "preview_tokens must be non-negative"),
    ],
)
def test_limits_are_checked(options: dict[str, int], message: str) -> None:
    """A mistake would show as lost content much later."""
    with pytest.raises(ValueError, match=message):
        ContextOffloader(InMemoryStorage(), **options)  # type: ignore[arg-type]
