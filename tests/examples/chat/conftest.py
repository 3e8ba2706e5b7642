"""A chat server for each test, and one browser for all."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.examples.chat.browsing import Reader
from tests.examples.chat.serving import PATIENCE_S, Desk, desk

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Return what starts a server before a model that plays the turns, with options of `Desk`."""
    with ExitStack() as stack:

        def start(turns: Any, **options: Any) -> Desk:
            return stack.enter_context(desk(turns, sessions=tmp_path / "sessions", **options))

        yield start


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Callable[..., Any]]:
    """Return what opens the page of a server in a window of its own, with options of the window."""
    readers: list[Reader] = []

    async def open_page(serving: Desk, path: str = "/", **options: Any) -> Reader:
        context = await browser.new_context(**{"viewport": {"width": 1000, "height": 760}, **options})
        readers.append(reader := Reader(await context.new_page(), serving.url))
        await reader.open(path)
        return reader

    yield open_page
    complaints = [complaint for reader in readers for complaint in reader.complaints]
    for reader in readers:
        await reader.page.context.close()
    assert complaints == []
