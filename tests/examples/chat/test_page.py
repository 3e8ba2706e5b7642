"""The page in a browser: what a person sees of answers, tools, questions and failures."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from strands import tool
from strands.testing import Gate, disconnect, error, pause, text, use
from tests.examples.chat.browsing import Visit
from tests.examples.chat.serving import Script, Serve, book

pytestmark = pytest.mark.asyncio(loop_scope="session")


@tool
def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"{city}: 4 °C"


@pytest.mark.parametrize(
    ("mode", "before_the_call", "at_the_end"),
    [
        ("Every turn", "Let me look.", ["Let me look.", "It is 4 °C."]),
        ("Final turn only", None, ["It is 4 °C."]),
        ("Show, then take back", "Let me look.", ["It is 4 °C."]),
    ],
)
async def test_each_mode_shows_what_it_says(
    serve: Serve, visit: Visit, mode: str, before_the_call: str | None, at_the_end: list[str]
) -> None:
    """The modes are what the page is there to show: what appears before a tool call, and what is left at the end."""
    gate = Gate()
    reader = await visit(
        serve([[text(["Let me", " look.", pause(gate)]), use("weather", city="Oslo")], "It is 4 °C."], tools=[weather])
    )
    await reader.choose(mode)
    await reader.send("How is Oslo?")
    await gate.reached()
    if before_the_call is not None:
        await expect(reader.texts).to_have_text([before_the_call])
    gate.open()
    await expect(reader.texts).to_have_text(at_the_end)
    await expect(reader.tools).to_have_text(["weatherdone"])
    await reader.done()
    assert ("look" in await reader.seen()) == (before_the_call is not None)


async def test_the_mode_holds_for_the_tab(serve: Serve, visit: Visit) -> None:
    """Who reloads a page does not expect it to forget its settings."""
    reader = await visit(serve([]))
    await reader.choose("Every turn")
    await reader.page.reload()
    await expect(reader.page.get_by_role("radio", name="Every turn")).to_be_checked()


@pytest.mark.parametrize(
    ("mode", "texts"),
    [("Every turn", ["Let me look.", "It is 4 °C."]), ("Final turn only", ["It is 4 °C."])],
)
async def test_the_past_is_shown_in_the_mode_of_the_page(
    serve: Serve, visit: Visit, mode: str, texts: list[str]
) -> None:
    reader = await visit(serve([["Let me look.", use("weather", city="Oslo")], "It is 4 °C."], tools=[weather]))
    await reader.ask("How is Oslo?")
    await reader.choose(mode)
    await reader.page.reload()
    await expect(reader.texts).to_have_text(texts)
    await expect(reader.tools).to_have_text(["weatherdone"])
    await expect(reader.questions).to_have_text(["How is Oslo?"])


async def test_a_tool_at_work_is_quiet_progress(serve: Serve, visit: Visit) -> None:
    """A person who waits wants to know for what, and not what the tool returns."""
    gate = Gate()

    @tool
    async def look_up(city: str) -> Any:
        """Look something up."""
        yield {"progress": f"asking {city}"}
        await gate.passed()
        yield "the secret result"

    @tool
    def broken() -> str:
        """Fail."""
        raise RuntimeError("the secret reason")

    reader = await visit(serve([[use("look_up", city="Oslo")], use("broken"), "Well."], tools=[look_up, broken]))
    await reader.send("How is Oslo?")
    await expect(reader.tools).to_have_text(["look upasking Osloworking"])
    await expect(reader.status).to_have_text("Using look up…")
    gate.open()
    await expect(reader.tools).to_have_text(["look upasking Oslodone", "brokenfailed"])
    await expect(reader.texts).to_have_text(["Well."])
    assert "secret" not in await reader.seen()


@pytest.mark.parametrize(("choice", "said"), [("Approve", "approve"), ("Decline", "decline")])
async def test_a_question_is_put_to_the_person(serve: Serve, visit: Visit, choice: str, said: str) -> None:
    """Nothing happens before the person has decided, and then what they decided."""
    desk = serve([["Shall I?", use("book")], "As you wish."], tools=[book])
    reader = await visit(desk)
    await reader.send("Book a seat.")
    await expect(reader.page.get_by_role("group", name="The assistant asks")).to_be_focused()
    await expect(reader.page.get_by_role("group", name="Book seat 42?")).to_be_visible()
    await expect(reader.tools).to_have_text(["bookwaits for you"])
    await reader.message.fill("Meanwhile...")
    await expect(reader.button("Send")).to_be_disabled()
    await reader.button(choice).click()
    await expect(reader.texts).to_have_text(["As you wish."])
    await expect(reader.tools).to_have_text(["bookdone"])
    await expect(reader.message).to_be_focused()
    await expect(reader.message).to_have_value("Meanwhile...")
    assert desk.endpoint.requests[-1].tool_results == [f"The person said {said}."]


async def test_several_questions_are_answered_together(serve: Serve, visit: Visit) -> None:
    desk = serve([[use("book"), use("book")], "Done."], tools=[book])
    reader = await visit(desk)
    await reader.send("Book two seats.")
    await reader.button("Approve").first.click()
    await expect(reader.button("Approve").first).to_have_attribute("aria-pressed", "true")
    await reader.button("Decline").last.click()
    await expect(reader.texts).to_have_text(["Done."])
    # Tools run at the same time, so either may have asked first.
    assert sorted(desk.endpoint.requests[-1].tool_results) == ["The person said approve.", "The person said decline."]


@pytest.mark.parametrize("mode", ["Every turn", "Final turn only"])
async def test_what_failed_can_be_tried_again(serve: Serve, visit: Visit, mode: str) -> None:
    """The half answer goes away, and the question is not asked twice."""
    desk = serve([[text(["Half an"]), disconnect()], error("InternalServerException", "secret"), "A whole answer."])
    reader = await visit(desk)
    await reader.choose(mode)
    await reader.send("Are you there?")
    for attempt in (1, 2):
        await expect(reader.log.get_by_text("Please try again")).to_have_count(1)
        assert len(desk.endpoint.requests) == attempt
        await reader.button("Try again").click()
    await expect(reader.texts).to_have_text(["A whole answer."])
    await expect(reader.log.get_by_text("Please try again")).to_have_count(0)
    await expect(reader.questions).to_have_text(["Are you there?"])
    assert desk.roles() == ["user"]
    assert "secret" not in await reader.seen()


async def test_after_a_failure_one_may_also_ask_something_else(serve: Serve, visit: Visit) -> None:
    """Questions and answers alternate, as the model's service demands."""
    desk = serve([error("InternalServerException"), "Fine."])
    reader = await visit(desk)
    await reader.send("Are you there?")
    await expect(reader.button("Try again")).to_be_visible()
    await reader.ask("How are you?")
    await expect(reader.texts).to_have_text(["Fine."])
    assert desk.roles() == ["user", "assistant", "user"]


MARKUP = '<img src=x onerror="window.hacked=1"> **bold** `x < y` <b>plain</b>'


async def test_markup_stays_text(serve: Serve, visit: Visit) -> None:
    """A model repeats what it has read, and that may be anybody's."""
    reader = await visit(serve([MARKUP]))
    await reader.ask("<b>Hello</b>")
    await expect(reader.questions).to_have_text(["<b>Hello</b>"])
    await expect(reader.texts).to_have_text(['<img src=x onerror="window.hacked=1"> bold x < y <b>plain</b>'])
    assert await reader.evaluate("[...document.querySelectorAll('.text *')].map((each) => each.tagName)") == [
        "P",
        "STRONG",
        "CODE",
    ]
    assert await reader.evaluate("window.hacked") is None


RICH = """\
# Plan

First line
second line

1. one

2. two

```py
a = "**b**"

# no heading
```
- *last*"""


async def test_text_in_pieces_looks_like_text_at_once(serve: Serve, visit: Visit) -> None:
    """The page renders a growing text; wherever a piece ends, the outcome is the same."""
    desk = serve([text(list(RICH)), RICH])
    reader = await visit(desk)
    await reader.ask("Slowly?")
    await reader.ask("At once?")
    await expect(reader.texts).to_have_count(2)
    slowly, at_once = await reader.evaluate("[...document.querySelectorAll('.text')].map((each) => each.innerHTML)")
    assert slowly == at_once
    assert slowly == (
        "<h3>Plan</h3><p>First line\nsecond line</p>"
        '<ol start="1"><li>one</li></ol><ol start="2"><li>two</li></ol>'
        '<pre><code>a = "**b**"\n\n# no heading</code></pre><ul><li><em>last</em></li></ul>'
    )


FRAMES = (
    ': sign of life\n\nid: 1\nevent: text\ndata: {"text":\ndata: "ä: b"}\n\nevent: result\r\ndata:{}\r\n\r\ndata: rest'
)
PARSED = """
async (frames) => {
  const { EventParser } = await import("/static/events.js");
  return [...frames].map((_, at) => {
    const parser = new EventParser();
    return [...parser.parse(frames.slice(0, at)), ...parser.parse(frames.slice(at))];
  });
}
"""


async def test_events_are_read_wherever_the_network_cuts_them(serve: Serve, visit: Visit) -> None:
    reader = await visit(serve([]))
    whole = [{"id": "1", "event": "text", "data": '{"text":\n"ä: b"}'}, {"event": "result", "data": "{}"}]
    assert await reader.evaluate(PARSED, FRAMES) == [whole] * len(FRAMES)


LONG: Script = ["\n\n".join(" ".join(f"word{p * 60 + w}" for w in range(60)) for p in range(60))]


async def test_a_long_answer_is_followed_until_the_person_reads_back(serve: Serve, visit: Visit) -> None:
    """The end is kept in view, unless the person has scrolled away from it."""
    gate = Gate()
    reader = await visit(serve([text([LONG[0], pause(gate), "\n\nThe end."])]))  # type: ignore[list-item]
    await reader.choose("Every turn")
    await reader.send("Tell me everything.")
    await expect(reader.log.get_by_text("word3599")).to_be_in_viewport()
    await reader.page.mouse.move(500, 400)
    await reader.page.mouse.wheel(0, -100_000)
    await expect(reader.questions).to_be_in_viewport()
    gate.open()
    await reader.done()
    await expect(reader.questions).to_be_in_viewport()
    await reader.button("Go to the latest").click()
    await expect(reader.log.get_by_text("The end.")).to_be_in_viewport()
    assert (await reader.texts.inner_text()).split() == [*str(LONG[0]).split(), "The", "end."]
