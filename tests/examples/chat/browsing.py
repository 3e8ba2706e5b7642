"""A person at the page: what they do, and what they can have seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import ConsoleMessage, Locator, Page, expect

# Keeps every text that the conversation has shown at any time.
WITNESS = """
window.seen = "";
document.addEventListener("DOMContentLoaded", () => {
  const log = document.getElementById("log");
  if (!log) return;
  const look = () => { window.seen += "\\n" + log.innerText; };
  new MutationObserver(look).observe(log, { childList: true, characterData: true, subtree: true });
});
"""


class Reader:
    """A window with the page.

    Attributes:
        complaints: Errors of the page's scripts, and what its security policy has refused.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._url = url
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        # Lost connections and refusals are what some tests are about.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    async def open(self, path: str = "/") -> None:
        await self.page.add_init_script(WITNESS)
        await self.page.goto(self._url + path)

    # --- what is there ---

    @property
    def message(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def questions(self) -> Locator:
        return self.page.get_by_role("article", name="You")

    @property
    def answers(self) -> Locator:
        return self.page.get_by_role("article", name="Assistant")

    @property
    def texts(self) -> Locator:
        return self.log.locator(".text")

    @property
    def tools(self) -> Locator:
        return self.log.get_by_role("listitem")

    @property
    def status(self) -> Locator:
        return self.page.get_by_role("status")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    # --- what they do ---

    async def choose(self, mode: str) -> None:
        await self.page.get_by_role("radio", name=mode, exact=True).check()

    async def send(self, text: str) -> None:
        await self.message.fill(text)
        await self.button("Send").click()

    async def ask(self, text: str) -> None:
        """Send a message and wait until it is answered."""
        answered = await self.answers.count()
        await self.send(text)
        await expect(self.answers).to_have_count(answered + 1)
        await self.done()

    async def done(self) -> None:
        await expect(self.log).to_have_attribute("aria-busy", "false")

    # --- what they have seen ---

    async def seen(self) -> str:
        seen: str = await self.page.evaluate("window.seen")
        return seen

    async def evaluate(self, expression: str, argument: Any = None) -> Any:
        return await self.page.evaluate(expression, argument)


Visit = Callable[..., Awaitable[Reader]]
"""The fixture `visit`."""
