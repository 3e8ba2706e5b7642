"""Answers under way: at most one in each conversation, and none that outlives its reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from strands import Agent
from strands.sse import HEADERS


class Busy(Exception):
    """The conversation has an answer under way."""


class Run:
    """An answer under way.

    Attributes:
        agent: Who answers; None until it is ready.
    """

    def __init__(self, runs: dict[str, Run], session_id: str) -> None:
        self.agent: Agent | None = None
        self._runs = runs
        self._session_id = session_id
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Free the conversation for the next run."""
        if self._runs.get(self._session_id) is self:
            del self._runs[self._session_id]
        self._ended.set()

    async def ended(self) -> None:
        """Return when the run is over and its streams are closed."""
        await self._ended.wait()

    async def stop(self) -> None:
        """Make the run end, and return when it has.

        The page has closed its stream, too, which ends the run even while the model is silent. This is for proxies that
        do not tell.
        """
        if self.agent is not None:
            self.agent.cancel()
        await self.ended()


class Runs:
    """The answers under way, by session."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}

    def get(self, session_id: str) -> Run | None:
        return self._runs.get(session_id)

    def begin(self, session_id: str) -> Run:
        """Claim a conversation.

        Raises:
            Busy: If it has a run already.
        """
        if session_id in self._runs:
            raise Busy
        self._runs[session_id] = run = Run(self._runs, session_id)
        return run


class RunResponse(StreamingResponse):
    """A run's frames. However the response ends, the agent's stream is closed and the conversation is free again."""

    def __init__(self, run: Run, frames: AsyncGenerator[str, None]) -> None:
        super().__init__(frames, headers=HEADERS)
        self._run = run
        self._frames = frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            # A response that is cancelled while it sends does not close its frames by itself.
            async with aclosing(self._frames):
                await super().__call__(scope, receive, send)
        finally:
            self._run.end()
