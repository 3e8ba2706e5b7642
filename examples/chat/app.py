"""The server: a page, the state of a conversation, and four ways to go on with it.

    GET  /                           a new conversation
    GET  /c/{id}                     the page of a conversation
    GET  /api/c/{id}                 its turns, how it stands, and what the agent waits to be told
    POST /api/c/{id}/messages        say something                            -> a stream of events
    POST /api/c/{id}/answers         answer what the agent asked              -> a stream of events
    POST /api/c/{id}/continue        go on with an answer that was cut off    -> a stream of events
    POST /api/c/{id}/stop            stop the answer that is under way

An answer lives as long as the request that reads it. The conversation itself is on disk after every message, so a
server that is restarted, and a page that is reloaded, find everything that was complete.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from examples.chat import refusals
from examples.chat.bodies import Answer, Continue, Mode, Say
from examples.chat.conversations import Conversation, Conversations
from examples.chat.refusals import Refused
from examples.chat.runs import RunResponse, Runs
from strands.models import Model
from strands.sse import DEFAULT_KINDS, sse_stream
from strands.types.agent import AgentInput
from strands.types.interrupt import InterruptResponseContent

STATIC = Path(__file__).parent / "static"
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STOP_TIMEOUT_S = 10.0

router = APIRouter()


class Chat:
    """What the routes share."""

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self.runs = Runs()


def create_app(model: Model, *, sessions: Path, instructions: str | None = None, tools: Sequence[Any] = ()) -> FastAPI:
    """Return the application.

    Args:
        model: The model of all conversations.
        sessions: The folder in which conversations are kept.
        instructions: The agent's system prompt.
        tools: The agent's tools.
    """
    app = FastAPI(title="Chat", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.chat = Chat(Conversations(sessions, model, instructions, tools))
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    refusals.install(app)
    return app


def _chat(request: Request) -> Chat:
    chat: Chat = request.app.state.chat
    return chat


TheChat = Annotated[Chat, Depends(_chat)]
SessionId = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_-]{8,64}$")]


@router.get("/")
async def new_conversation() -> RedirectResponse:
    return RedirectResponse(f"/c/{secrets.token_urlsafe(12)}", status_code=303, headers={"Cache-Control": "no-store"})


@router.get("/c/{session_id}")
async def page(session_id: SessionId) -> FileResponse:
    return FileResponse(STATIC / "index.html", headers=PAGE_HEADERS)


@router.get("/api/c/{session_id}")
async def state(session_id: SessionId, chat: TheChat) -> dict[str, Any]:
    if chat.runs.get(session_id):
        turns = await asyncio.to_thread(chat.conversations.turns, session_id)
        return {"standing": "running", "turns": turns, "questions": []}
    return await asyncio.to_thread(_state, chat.conversations, session_id)


def _state(conversations: Conversations, session_id: str) -> dict[str, Any]:
    if not conversations.has(session_id):
        return {"standing": "idle", "turns": [], "questions": []}
    found = conversations.open(session_id)
    return {"standing": found.standing, "turns": found.turns(), "questions": found.questions}


@router.post("/api/c/{session_id}/messages")
async def say(session_id: SessionId, body: Say, chat: TheChat) -> Response:
    def prompt(conversation: Conversation) -> str:
        if conversation.questions:
            raise Refused("waiting", "The assistant waits for your answer to its question.")
        conversation.settle()
        return body.text

    return await _answer(chat, session_id, body.mode, prompt)


@router.post("/api/c/{session_id}/answers")
async def answer(session_id: SessionId, body: Answer, chat: TheChat) -> Response:
    def prompt(conversation: Conversation) -> AgentInput:
        asked = {question["id"] for question in conversation.questions}
        for question_id in body.answers:
            if question_id not in asked:
                raise Refused(
                    "unknown-question", f"answers has the id {question_id!r}, expected one of {sorted(asked)}"
                )
        return [_interrupt_response(question_id, answer) for question_id, answer in body.answers.items()]

    return await _answer(chat, session_id, body.mode, prompt)


@router.post("/api/c/{session_id}/continue")
async def go_on(session_id: SessionId, body: Continue, chat: TheChat) -> Response:
    def prompt(conversation: Conversation) -> AgentInput:
        if conversation.standing != "unfinished":
            raise Refused("nothing-to-continue", "There is no answer that was cut off.")
        return []  # nothing new; unlike None it does not run tools again that were cut off, but tells the model

    return await _answer(chat, session_id, body.mode, prompt)


@router.post("/api/c/{session_id}/stop", status_code=204)
async def stop(session_id: SessionId, chat: TheChat) -> None:
    if run := chat.runs.get(session_id):
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(run.stop(), STOP_TIMEOUT_S)
    run = chat.runs.begin(session_id)
    try:
        await asyncio.to_thread(_settle, chat.conversations, session_id)
    finally:
        run.end()


def _settle(conversations: Conversations, session_id: str) -> None:
    if conversations.has(session_id):
        conversations.open(session_id).settle()


async def _answer(
    chat: Chat, session_id: str, mode: Mode, prompt_of: Callable[[Conversation], AgentInput]
) -> RunResponse:
    """Begin a run and return its stream of events.

    Raises:
        Busy: If the conversation has a run already.
        Refused: If the prompt does not fit how the conversation stands.
    """

    def prepared() -> tuple[Conversation, AgentInput]:
        conversation = chat.conversations.open(session_id)
        return conversation, prompt_of(conversation)

    run = chat.runs.begin(session_id)
    try:
        conversation, prompt = await asyncio.to_thread(prepared)
    except BaseException:
        run.end()
        raise
    run.agent = conversation.agent
    return RunResponse(run, _frames(conversation, prompt, mode))


def _interrupt_response(question_id: str, answer: str) -> InterruptResponseContent:
    return {"interruptResponse": {"interruptId": question_id, "response": answer}}


def _frames(conversation: Conversation, prompt: AgentInput, mode: Mode) -> AsyncGenerator[str, None]:
    events = conversation.agent.stream_async(prompt, stream_final_turn_only=mode == "final")
    kinds = {*DEFAULT_KINDS, "take_back"} if mode == "take-back" else DEFAULT_KINDS
    return sse_stream(events, kinds=kinds)
