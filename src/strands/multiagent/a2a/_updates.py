"""How an agent's text travels to A2A clients: two forms of one answer."""

from __future__ import annotations

from typing import Protocol
from uuid import uuid4

from a2a.server.tasks import TaskUpdater
from a2a.types import TaskState

from strands.agent._a2a_parts import text_part
from strands.agent._a2a_results import ARTIFACT_NAME


class AnswerUpdates(Protocol):
    """Sends the text of one run; made anew for each."""

    async def text(self, piece: str) -> None:
        """Send a piece as soon as it is there."""
        ...

    async def end(self, answer: str) -> None:
        """Send what is due at the end of a run whose result reads `answer`."""
        ...


class StatusUpdates:
    """Pieces as messages of a working task, then the whole answer as an artifact."""

    def __init__(self, updater: TaskUpdater) -> None:
        self._updater = updater

    async def text(self, piece: str) -> None:
        """Send a piece as a status message."""
        message = self._updater.new_agent_message([text_part(piece)])
        await self._updater.update_status(TaskState.working, message)

    async def end(self, answer: str) -> None:
        """Send the answer, if there is one."""
        if answer:
            await self._updater.add_artifact([text_part(answer)], name=ARTIFACT_NAME)


class ArtifactUpdates:
    """Pieces as chunks of one artifact, as the A2A specification has it."""

    def __init__(self, updater: TaskUpdater) -> None:
        self._updater = updater
        self._artifact_id = str(uuid4())
        self._has_begun = False

    async def text(self, piece: str) -> None:
        """Send a piece as a chunk."""
        await self._send(piece, append=self._has_begun)
        self._has_begun = True

    async def end(self, answer: str) -> None:
        """Send an empty last chunk, or the answer as the only one if there were none."""
        if self._has_begun:
            await self._send("", append=True, last_chunk=True)
        else:
            await self._send(answer, last_chunk=True)

    async def _send(self, piece: str, append: bool | None = None, last_chunk: bool | None = None) -> None:
        await self._updater.add_artifact(
            [text_part(piece)],
            artifact_id=self._artifact_id,
            name=ARTIFACT_NAME,
            append=append,
            last_chunk=last_chunk,
        )
