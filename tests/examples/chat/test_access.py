"""The page in a browser, for everybody: by keyboard, by ear, on a phone, in the dark, without motion."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from strands.testing import Gate, error, pause, text, use
from tests.examples.chat.browsing import Visit
from tests.examples.chat.serving import Script, Serve, book

pytestmark = pytest.mark.asyncio(loop_scope="session")


PHONE = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


BOOKING: Script = [["I will book it, ", use("book")], "Booked: **seat 42**.", error("InternalServerException")]


async def test_everything_can_be_done_by_keyboard(serve: Serve, visit: Visit) -> None:
    gate = Gate()
    desk = serve([*BOOKING[:2], text(["One,", pause(gate)])], tools=[book])
    reader = await visit(desk)
    press = reader.page.keyboard.press
    await expect(reader.message).to_be_focused()

    await reader.page.get_by_role("link", name="New conversation").focus()
    await press("Tab")
    await expect(reader.page.get_by_role("radio", name="Final turn only")).to_be_focused()
    await press("ArrowLeft")
    await expect(reader.page.get_by_role("radio", name="Every turn")).to_be_checked()

    await expect(reader.button("Tell me the history of night trains")).to_be_visible()
    await reader.message.focus()
    await reader.page.keyboard.type("Book")
    await press("Shift+Enter")
    await reader.page.keyboard.type("a seat.")
    await press("Enter")
    await expect(reader.questions).to_have_text(["Book\na seat."], use_inner_text=True)
    await expect(reader.page.get_by_role("group", name="The assistant asks")).to_be_focused()
    await press("Enter")  # must not decide anything: it may have been meant for the message
    await press("Tab")
    await expect(reader.button("Approve")).to_be_focused()
    await press("Enter")
    await expect(reader.texts).to_have_text(["I will book it, ", "Booked: seat 42."])
    await expect(reader.message).to_be_focused()

    await reader.page.keyboard.type("Count.")
    await press("Enter")
    await gate.reached()
    await press("Escape")
    await expect(reader.log.get_by_text("Stopped.")).to_be_visible()
    await desk.left_by_its_reader()


async def test_the_first_stop_of_the_keyboard_leads_past_the_header(serve: Serve, visit: Visit) -> None:
    reader = await visit(serve([]))
    await reader.evaluate("document.activeElement.blur()")
    skip = reader.page.get_by_role("link", name="Skip to the message field")
    await skip.focus()
    await expect(skip).to_be_in_viewport()
    await reader.page.keyboard.press("Enter")
    await expect(reader.message).to_be_focused()


async def test_a_screen_reader_finds_its_way(serve: Serve, visit: Visit) -> None:
    """Each thing has a role and a name, in the order of reading."""
    reader = await visit(serve(BOOKING, tools=[book]))
    await reader.send("Book a seat.")
    await expect(reader.button("Approve")).to_be_visible()
    await expect(reader.page.locator("body")).to_match_aria_snapshot(
        """
        - link "Skip to the message field"
        - banner:
          - heading "Travel desk" [level=1]
          - link "New conversation"
          - group "What to show of an answer":
            - radio "Every turn"
            - radio "Final turn only" [checked]
            - radio "Show, then take back"
        - main:
          - log "Conversation":
            - article "You": Book a seat.
            - article "Assistant":
              - list "Tools":
                - listitem: book waits for you
              - group "The assistant asks for your approval":
                - heading "Your approval is needed" [level=3]
                - paragraph: Book seat 42?
                - group "Book seat 42?":
                  - button "Approve"
                  - button "Decline"
        - contentinfo:
          - status: The assistant asks for your approval.
          - textbox "Message"
          - button "Send" [disabled]
        """
    )


async def test_an_answer_is_read_out_once_and_whole(serve: Serve, visit: Visit) -> None:
    """Pieces of words as they arrive are noise, and so is text that is taken back."""
    gate = Gate()
    desk = serve([["Let me book. ", use("book")], text(["Booked: ", pause(gate), "**seat 42**."])], tools=[book])
    reader = await visit(desk)
    announcer = reader.page.locator("[aria-live=polite]")
    await reader.choose("Show, then take back")
    await reader.send("Book a seat.")
    await reader.button("Approve").click()
    await expect(reader.log).to_have_attribute("aria-busy", "true")
    await gate.reached()
    await expect(reader.log).to_have_attribute("aria-live", "off")
    await expect(announcer).to_have_text("")
    gate.open()
    await expect(announcer).to_have_text("Booked: seat 42.")


# The contrast of every visible text with the ground behind it, where it is below what WCAG AA asks for.
FAINT = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color) => {
    const [r, g, b] = rgba(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if (rgba(color)[3] === 255) return color;
    }
    return "white";
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  let looked = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    looked += 1;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${texts.currentNode.data.trim()}: ${contrast.toFixed(2)}`);
  }
  return [looked, faint];
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read(serve: Serve, visit: Visit, scheme: str) -> None:
    reader = await visit(serve(BOOKING, tools=[book]), color_scheme=scheme)
    await expect(reader.button("Tell me the history of night trains")).to_be_visible()
    assert (await reader.evaluate(FAINT))[1] == []
    await reader.choose("Every turn")
    await reader.send("Book a seat.")
    await expect(reader.button("Approve")).to_be_visible()
    assert (await reader.evaluate(FAINT))[1] == []
    await reader.button("Approve").click()
    await reader.send("Again.")
    await expect(reader.button("Try again")).to_be_visible()
    looked, faint = await reader.evaluate(FAINT)
    assert faint == []
    assert looked > 15
    ground = await reader.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(250, 248, 244)") == (scheme == "light")


async def test_the_page_fits_a_phone(serve: Serve, visit: Visit) -> None:
    """Nothing is cut off, nothing needs zooming, and fingers find what they aim at."""
    words = "A-long-word-without-a-place-to-break-" * 8
    reader = await visit(serve([["Hm. ", use("book")], f"{words}\n\n```\n{'x' * 400}\n```"], tools=[book]), **PHONE)
    await reader.choose("Every turn")
    await reader.send(words)
    await reader.button("Approve").tap()
    await expect(reader.texts).to_have_count(2)
    await reader.done()
    assert await reader.evaluate("document.documentElement.scrollWidth") == 360
    assert await reader.evaluate("document.getElementById('scroller').scrollWidth") == 360
    for target in await reader.page.locator("button:visible, textarea, .modes label").all():
        box = await target.bounding_box()
        assert box is not None
        assert box["height"] >= 28
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    await expect(reader.message).to_be_in_viewport(ratio=1)
    assert await reader.evaluate("parseFloat(getComputedStyle(document.getElementById('message')).fontSize)") >= 16
    assert not await reader.evaluate("[...document.styleSheets].some((sheet) => sheet.cssRules.length === 0)")


async def test_without_motion_nothing_moves(serve: Serve, visit: Visit) -> None:
    gate = Gate()
    reader = await visit(
        serve([[text(["Let me look.", pause(gate)]), use("book")], "Booked."], tools=[book]), reduced_motion="reduce"
    )
    await reader.choose("Show, then take back")
    await reader.send("Book.")
    await expect(reader.texts).to_have_text(["Let me look."])
    assert await reader.evaluate("document.getAnimations().length") == 0
    gate.open()
    await expect(reader.texts).to_have_count(0)
    assert await reader.evaluate("document.getAnimations().length") == 0


async def test_the_dots_move_for_others(serve: Serve, visit: Visit) -> None:
    """What the test before looks for must be there to be found."""
    gate = Gate()
    reader = await visit(serve([text([pause(gate), "Well."])]))
    await reader.send("Hm?")
    await gate.reached()
    await expect(reader.log.locator(".working i").first).to_be_visible()
    assert await reader.evaluate("document.getAnimations().length") > 0
    gate.open()
    await expect(reader.texts).to_have_text(["Well."])
