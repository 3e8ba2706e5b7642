"""Take the pictures of the chat page in docs/images: `python -m examples.chat.screenshots`. Needs Chromium."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parents[2] / "docs" / "images"
COLORS = 64
"""Enough for a page of few colours; the files shrink to a third."""

PACKING = "What should I pack for a weekend in Oslo and Lisbon?"
BOOKING = "Book me a train from Zurich to Milan tomorrow morning"
# The text has been struck out, and is about to go.
FREEZE = "document.getAnimations().forEach((each) => { each.pause(); each.currentTime = 250; })"


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium found: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with chat_server() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        take_every_turn(opened(browser, url))
        take_final_turn(opened(browser, url))
        take_back(opened(browser, url))
        take_phone(opened(browser, url, width=390, height=780, is_mobile=True, color_scheme="dark"))
        browser.close()


def take_every_turn(page: Page) -> None:
    ask(page, "Every turn", PACKING)
    finished(page)
    save(page, "chat-every-turn")


def take_final_turn(page: Page) -> None:
    ask(page, "Final turn only", PACKING)
    finished(page)
    save(page, "chat-final-turn")


def take_back(page: Page) -> None:
    ask(page, "Show, then take back", PACKING)
    page.locator(".withdrawn").wait_for()
    page.evaluate(FREEZE)
    page.get_by_role("listitem").nth(1).wait_for()
    save(page, "chat-take-back")


def take_phone(page: Page) -> None:
    ask(page, "Every turn", BOOKING)
    page.get_by_role("button", name="Approve").wait_for()
    save(page, "chat-phone")


@contextmanager
def chat_server() -> Iterator[str]:
    """Run the example as its users do, and return its address."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", "0", "--sessions", folder, "--token-gap-ms", "10"]
        command = [sys.executable, "-m", "examples.chat", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as server:
            try:
                assert server.stdout is not None
                yield server.stdout.readline().split()[2]
            finally:
                server.terminate()


def opened(
    browser: Browser,
    url: str,
    *,
    width: int = 860,
    height: int = 650,
    is_mobile: bool = False,
    color_scheme: str = "light",
) -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": height},
        is_mobile=is_mobile,
        color_scheme="dark" if color_scheme == "dark" else "light",
    )
    page.goto(url)
    return page


def ask(page: Page, mode: str, question: str) -> None:
    page.get_by_role("radio", name=mode, exact=True).check()
    page.get_by_role("textbox", name="Message").fill(question)
    page.get_by_role("button", name="Send").click()


def finished(page: Page) -> None:
    page.locator(".text:not(.aside)").wait_for()
    page.locator("#log[aria-busy=false]").wait_for()


def save(page: Page, name: str) -> None:
    """Write the picture as a PNG with a palette."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    file = IMAGES / f"{name}.png"
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
