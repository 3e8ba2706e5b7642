"""Calls agents over A2A and prints what came as JSON: `python -m compat.interop_client agent|sdk URLS`."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import warnings
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
from a2a.client import ClientConfig, ClientFactory
from a2a.types import Message, Part, Role, Task, TextPart

from strands.agent.a2a_agent import A2AAgent

QUESTION = "How cold is it?"
ANSWER = "Itis4°C."
"""Without blanks: the published client puts a line break between the pieces of a streamed answer."""


async def agent_answer(url: str, *, streaming: bool) -> tuple[str, str]:
    """Return the state and the text that the package's own client has."""
    remote = A2AAgent(url, client_config=ClientConfig(streaming=streaming))
    event: Any = {}
    async for event in remote.stream_async(QUESTION):  # noqa: B007  # the last event holds the result
        continue
    state = (event["result"].state or {}).get("a2a_task_state", "completed")
    return str(state), str(event["result"])


async def sdk_answer(url: str, *, streaming: bool) -> tuple[str, str]:
    """Return the state and the text of the task as the server has stored it."""
    message = Message(role=Role.user, message_id=uuid4().hex, parts=[Part(root=TextPart(text=QUESTION))])
    task: Any = None
    async with httpx.AsyncClient(timeout=30) as http_client:
        client = await ClientFactory.connect(
            url, client_config=ClientConfig(httpx_client=http_client, streaming=streaming)
        )
        async for event in client.send_message(message):
            task = event[0] if isinstance(event, tuple) else event
    assert isinstance(task, Task)
    parts = [part.root for artifact in task.artifacts or [] for part in artifact.parts]
    return task.status.state.value, "".join(part.text for part in parts if isinstance(part, TextPart))


ANSWERS: dict[str, Callable[..., Awaitable[tuple[str, str]]]] = {"agent": agent_answer, "sdk": sdk_answer}


async def call(kind: str, url: str, *, streaming: bool) -> dict[str, Any]:
    """Put the question to one server and return what came."""
    try:
        state, text = await ANSWERS[kind](url, streaming=streaming)
    except Exception as error:
        return {"answered": False, "seen": repr(error)}
    return {"answered": (state, "".join(text.split())) == ("completed", ANSWER), "seen": f"{state}: {text}"}


async def calls(kind: str, urls: dict[str, str]) -> list[dict[str, Any]]:
    """Call each server twice."""
    return [
        {"served_as": served_as, "streaming": streaming, **await call(kind, url, streaming=streaming)}
        for served_as, url in urls.items()
        for streaming in (True, False)
    ]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    print(json.dumps(asyncio.run(calls(sys.argv[1], json.loads(sys.argv[2])))))
