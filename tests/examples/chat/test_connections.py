"""The page in a browser, when either side goes away: nothing is lost, nothing is said twice, nothing runs on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Route, expect

from strands import tool
from strands.testing import Gate, pause, text, use
from tests.examples.chat.browsing import Visit
from tests.examples.chat.serving import Desk, Serve, book

pytestmark = pytest.mark.asyncio(loop_scope="session")


def halting(gate: Gate) -> Any:
    return text(["One,", pause(gate), " two."])


async def until_killed(desk: Desk) -> None:
    await asyncio.to_thread(desk.kill)


async def restarted(desk: Desk) -> None:
    await asyncio.to_thread(desk.kill)
    await asyncio.to_thread(desk.start)


async def test_stop_ends_the_answer_everywhere(serve: Serve, visit: Visit) -> None:
    """The model is silent here, so waiting for its next word would be waiting for ever."""
    gate = Gate()
    desk = serve([halting(gate), "Three."])
    reader = await visit(desk)
    await reader.choose("Every turn")
    await reader.send("Count.")
    await expect(reader.texts).to_have_text(["One,"])
    await reader.button("Stop").click()
    await desk.left_by_its_reader()
    await expect(reader.log.get_by_text("Stopped.")).to_be_visible()
    await expect(reader.message).to_be_focused()
    await reader.ask("Go on.")
    await expect(reader.texts).to_have_text(["One,", "Three."])
    assert desk.roles() == ["user", "assistant", "user"]
    await reader.page.reload()
    await expect(reader.texts).to_have_text(["Three."])
    await expect(reader.log.get_by_text("Stopped.")).to_be_visible()


async def test_stop_ends_a_tool_at_work(serve: Serve, visit: Visit) -> None:
    started, ended = Gate(), Gate()

    @tool
    async def dig() -> str:
        """Dig."""
        try:
            await started.passed()
        finally:
            ended.open()
        return "never"

    desk = serve([use("dig"), "Fine."], tools=[dig])
    reader = await visit(desk)
    await reader.send("Dig.")
    await started.reached()
    await expect(reader.tools).to_have_text(["digworking"])
    await reader.button("Stop").click()
    await expect(reader.tools).to_have_text(["digstopped"])
    await ended.passed()
    assert await asyncio.to_thread(desk.server.tasks_left) == []
    await reader.ask("Never mind.")
    await expect(reader.texts).to_have_text(["Fine."])


async def test_a_reader_who_leaves_ends_the_answer(serve: Serve, visit: Visit) -> None:
    """A closed tab must not keep a model talking, which costs money, nor its conversation busy."""
    gate = Gate()
    desk = serve([halting(gate), "Welcome back."])
    reader = await visit(desk)
    await reader.send("Count.")
    await gate.reached()
    path = await reader.evaluate("location.pathname")
    await reader.page.goto("about:blank")
    await desk.left_by_its_reader()
    later = await visit(desk, path)
    await expect(later.questions).to_have_text(["Count."])
    await later.ask("Here I am.")
    await expect(later.texts).to_have_text(["Welcome back."])


async def test_a_page_reloaded_in_mid_answer_offers_to_continue(serve: Serve, visit: Visit) -> None:
    """The question is kept, the half answer is not, and nothing is paid for without asking."""
    gate = Gate()
    desk = serve([halting(gate), "One, two, three."])
    reader = await visit(desk)
    await reader.choose("Every turn")
    await reader.send("Count.")
    await expect(reader.texts).to_have_text(["One,"])
    await reader.page.reload()
    await desk.left_by_its_reader()
    await expect(reader.log.get_by_text("This answer was cut off.")).to_be_visible()
    await expect(reader.texts).to_have_count(0)
    await reader.button("Continue").click()
    await expect(reader.texts).to_have_text(["One, two, three."])
    await expect(reader.questions).to_have_text(["Count."])
    await expect(reader.log.get_by_text("This answer was cut off.")).to_have_count(0)
    assert desk.roles() == ["user"]


async def test_a_conversation_survives_the_server(serve: Serve, visit: Visit) -> None:
    desk = serve(["Pleased to meet you, Ada.", "Ada."])
    reader = await visit(desk)
    await reader.ask("I am Ada.")
    await restarted(desk)
    await reader.page.reload()
    await expect(reader.questions).to_have_text(["I am Ada."])
    await expect(reader.texts).to_have_text(["Pleased to meet you, Ada."])
    await reader.ask("Who am I?")
    await expect(reader.texts).to_have_text(["Pleased to meet you, Ada.", "Ada."])
    assert desk.roles() == ["user", "assistant", "user"]


async def test_a_question_to_the_person_survives_the_server(serve: Serve, visit: Visit) -> None:
    desk = serve([use("book"), "Thank you."], tools=[book])
    reader = await visit(desk)
    await reader.send("Book a seat.")
    await expect(reader.button("Approve")).to_be_visible()
    await restarted(desk)
    await reader.page.reload()
    await reader.button("Approve").click()
    await expect(reader.texts).to_have_text(["Thank you."])
    assert desk.endpoint.requests[-1].tool_results == ["The person said approve."]


@pytest.mark.parametrize("mode", ["Every turn", "Final turn only", "Show, then take back"])
async def test_an_answer_goes_on_after_the_server_was_lost(serve: Serve, visit: Visit, mode: str) -> None:
    """The page does it by itself: no text is lost, none is there twice, and the tool does not run again."""
    gate = Gate()
    calls: list[str] = []

    @tool
    def weather(city: str) -> str:
        """Tell the weather in a city."""
        calls.append(city)
        return "4 °C"

    desk = serve([use("weather", city="Oslo"), halting(gate), "One, two, three."], tools=[weather])
    reader = await visit(desk)
    await reader.choose(mode)
    await reader.send("Count.")
    await gate.reached()
    if mode != "Final turn only":
        await expect(reader.texts).to_have_text(["One,"])
    await until_killed(desk)
    await expect(reader.status).to_have_text("The connection was lost. Reconnecting…")
    await asyncio.to_thread(desk.start)
    await expect(reader.texts).to_have_text(["One, two, three."])
    await reader.done()
    await expect(reader.questions).to_have_text(["Count."])
    await expect(reader.tools).to_have_text(["weatherdone"])
    await expect(reader.status).to_have_text("")
    assert calls == ["Oslo"]


async def test_a_tool_that_died_with_the_server_has_failed(serve: Serve, visit: Visit) -> None:
    """It may have done half of its work: the model is told, and nothing is repeated behind its back."""
    gates = [Gate(), Gate()]

    @tool
    async def dig() -> str:
        """Dig."""
        await gates[0].passed()
        return "never"

    desk = serve([["Digging.", use("dig")], text([pause(gates[1]), "It broke."])], tools=[dig])
    reader = await visit(desk)
    await reader.send("Dig.")
    await gates[0].reached()
    await until_killed(desk)
    await expect(reader.status).to_have_text("The connection was lost. Reconnecting…")
    await asyncio.to_thread(desk.start)
    await gates[1].reached()
    await expect(reader.tools).to_have_text(["digfailed"])
    gates[1].open()
    await expect(reader.texts).to_have_text(["It broke."])
    assert len(desk.endpoint.requests[-1].tool_results) == 1
    await reader.page.reload()
    await expect(reader.tools).to_have_text(["digfailed"])
    await expect(reader.texts).to_have_text(["It broke."])


async def test_the_next_message_waits_for_a_stop_on_its_way(serve: Serve, visit: Visit) -> None:
    """A stop that arrives late must not hit the answer to the message after it."""
    gate = Gate()
    order: list[str] = []
    is_sent = asyncio.Event()
    desk = serve([halting(gate), "Sure."])
    reader = await visit(desk)
    await reader.send("Count.")
    await gate.reached()

    async def slow(route: Route) -> None:
        await is_sent.wait()
        order.append("stop")
        await route.continue_()

    await reader.page.route("**/stop", slow)
    reader.page.on("request", lambda request: order.append("message") if request.url.endswith("/messages") else None)
    await reader.message.fill("Stop that, please.")
    await reader.page.keyboard.press("Escape")
    await expect(reader.button("Send")).to_be_visible()
    await reader.page.keyboard.press("Enter")
    await expect(reader.questions).to_have_text(["Count.", "Stop that, please."])
    is_sent.set()
    await expect(reader.texts).to_have_text(["One,", "Sure."])
    assert order == ["stop", "message"]
    assert desk.roles() == ["user", "assistant", "user"]


async def test_a_conversation_that_cannot_be_read_says_so(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    desk = serve(["Hello."])
    reader = await visit(desk)
    await reader.ask("Hi.")
    (broken,) = [file for file in files_of(tmp_path) if file.name == "message_1.json"]
    broken.write_text("{")
    await reader.page.reload()
    await expect(reader.status).to_have_text("This conversation cannot be read. Please begin a new one.")
    await reader.message.fill("Hello?")
    await expect(reader.button("Send")).to_be_disabled()
    await reader.page.get_by_role("link", name="New conversation").click()
    await expect(reader.button("Tell me the history of night trains")).to_be_visible()


def files_of(folder: Path) -> list[Path]:
    return list(folder.rglob("*.json"))


async def test_a_message_that_did_not_arrive_is_sent_again(serve: Serve, visit: Visit) -> None:
    desk = serve(["Hello to you."])
    reader = await visit(desk)
    await expect(reader.button("What happens when something fails?")).to_be_visible()
    await until_killed(desk)
    await reader.message.fill("Hello!")
    await reader.button("Send").click()
    await expect(reader.status).to_have_text("The connection was lost. Reconnecting…")
    await asyncio.to_thread(desk.start)
    await expect(reader.texts).to_have_text(["Hello to you."])
    await expect(reader.questions).to_have_text(["Hello!"])
    assert len(desk.endpoint.requests) == 1


async def test_a_connection_that_went_silent_is_given_up(serve: Serve, visit: Visit) -> None:
    """A network may vanish without a word; the server's signs of life are missing then."""
    gate = Gate()
    desk = serve([halting(gate), "One, two, three."])
    reader = await visit(desk)
    await reader.page.clock.install()
    await reader.page.reload()
    await reader.choose("Every turn")
    await reader.send("Count.")
    await expect(reader.texts).to_have_text(["One,"])
    await reader.page.clock.fast_forward(41_000)
    await desk.left_by_its_reader()
    await reader.page.clock.run_for(10_000)
    await expect(reader.texts).to_have_text(["One, two, three."])
    await expect(reader.questions).to_have_text(["Count."])


async def test_one_can_give_up_waiting_for_the_server(serve: Serve, visit: Visit) -> None:
    gate = Gate()
    desk = serve([halting(gate), "Yes."])
    reader = await visit(desk)
    await reader.send("Count.")
    await gate.reached()
    await until_killed(desk)
    await expect(reader.status).to_have_text("The connection was lost. Reconnecting…")
    await reader.button("Stop").click()
    await expect(reader.log.get_by_text("Stopped.")).to_be_visible()
    await asyncio.to_thread(desk.start)
    await reader.ask("Are you there?")
    await expect(reader.texts).to_have_text(["One,", "Yes."])


async def test_two_tabs_have_conversations_of_their_own(serve: Serve, visit: Visit) -> None:
    gate = Gate()

    def script(request: Any) -> Any:
        return [text([f"{request.prompt}?", pause(gate), " Indeed."])]

    desk = serve(script)
    readers = [await visit(desk), await visit(desk)]
    for reader, prompt in zip(readers, ("Ada", "Ben"), strict=True):
        await reader.choose("Every turn")
        await reader.send(prompt)
        await expect(reader.texts).to_have_text([f"{prompt}?"])
    gate.open()
    for reader, prompt in zip(readers, ("Ada", "Ben"), strict=True):
        await expect(reader.texts).to_have_text([f"{prompt}? Indeed."])


async def test_two_tabs_of_one_conversation_take_turns(serve: Serve, visit: Visit) -> None:
    """The second is told to wait, keeps its words, and then sees what the first one was answered."""
    gate = Gate()
    desk = serve([halting(gate), "Three."])
    first = await visit(desk)
    second = await visit(desk, await first.evaluate("location.pathname"))
    await second.message.fill("And then?")
    await expect(second.button("Send")).to_be_enabled()
    await first.send("Count.")
    await gate.reached()
    await second.button("Send").click()
    await expect(second.status).to_have_text("This conversation is being answered in another tab…")
    await expect(second.message).to_have_value("And then?")
    await expect(second.questions).to_have_text(["Count."])
    gate.open()
    await expect(second.texts).to_have_text(["One, two."])
    await expect(second.questions).to_have_text(["Count."])
    await second.button("Send").click()
    await expect(second.texts).to_have_text(["One, two.", "Three."])


async def test_many_conversations_end_and_leave_nothing(serve: Serve, visit: Visit) -> None:
    """What a browser opens and closes over a day must not add up."""
    desk = serve(lambda request: f"{request.prompt}!")
    reader = await visit(desk)
    for at in range(3):
        await reader.ask(str(at))
        await reader.page.get_by_role("link", name="New conversation").click()
        await expect(reader.questions).to_have_count(0)
        await expect(reader.button("Tell me the history of night trains")).to_be_visible()
    assert await asyncio.to_thread(desk.server.tasks_left) == []
    assert (desk.endpoint.open_streams, desk.endpoint.disconnects) == (0, 0)
