"""Agents served over A2A, remote agents, and the conversions between messages of both worlds."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import warnings
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from a2a.client import ClientConfig
from a2a.server.agent_execution import RequestContext
from a2a.server.events import EventQueue
from a2a.types import (
    AgentSkill,
    Artifact,
    DataPart,
    FilePart,
    FileWithBytes,
    FileWithUri,
    Message,
    MessageSendParams,
    Part,
    Role,
    Task,
    TaskArtifactUpdateEvent,
    TaskState,
    TaskStatus,
    TaskStatusUpdateEvent,
    TextPart,
)
from a2a.utils import new_task

from compat.normalise import observed
from compat.observing import attempt, attempt_async
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import ScriptedModel, block, call, message, text, text_block
from strands import Agent
from strands.agent.a2a_agent import A2AAgent
from strands.hooks import BeforeToolCallEvent
from strands.multiagent.a2a import A2AServer, StrandsA2AExecutor
from strands.multiagent.a2a._converters import (
    convert_content_blocks_to_parts,
    convert_input_to_message,
    convert_response_to_agent_result,
)

logging.getLogger("strands.multiagent.a2a").setLevel(logging.CRITICAL)


def text_part(content: str) -> Part:
    return Part(root=TextPart(text=content))


def data_part(**content: Any) -> Part:
    return Part(root=DataPart(data=content))


def file_part(mime_type: str | None, name: str | None = "a.b.c", content: str = "aGVsbG8=") -> Part:
    return Part(root=FilePart(file=FileWithBytes(bytes=content, mime_type=mime_type, name=name)))


def address_part(uri: str, mime_type: str | None = "application/pdf", name: str | None = "a.pdf") -> Part:
    return Part(root=FilePart(file=FileWithUri(uri=uri, mime_type=mime_type, name=name)))


def sent(*parts: Part, **fields: Any) -> Message:
    return Message(role=Role.user, message_id="m", parts=list(parts), **fields)


def wire(value: Any) -> Any:
    """Return what goes over the wire, without random ids."""
    seen = value.model_dump(mode="json", exclude_none=True)
    return json.loads(json.dumps(seen), object_hook=lambda each: {k: v for k, v in each.items() if k != "messageId"})


def agent_of(*turns: Any, **settings: Any) -> Agent:
    given = {"name": "Guide", "description": "Knows the way.", "tools": [noop], **settings}
    return Agent(model=ScriptedModel(*turns), callback_handler=None, **given)


async def executed(agent: Agent, context: RequestContext, *, compliant: bool) -> Any:
    queue = EventQueue()
    executor = StrandsA2AExecutor(agent, enable_a2a_compliant_streaming=compliant)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ended = await attempt_async(executor.execute(context, queue))
    events = [await queue.dequeue_event(no_wait=True) for _ in range(queue.queue.qsize())]
    return observed({"ended": ended, "events": [{type(event).__name__: wire(event)} for event in events]})


def request(*parts: Part, task: Task | None = None) -> RequestContext:
    return RequestContext(
        request=MessageSendParams(message=sent(*parts)),
        task=task,
        task_id=task.id if task else None,
        context_id=task.context_id if task else None,
    )


LOOKING = call("noop", '{"x": 1}', before="Let me look.")
RUNS: dict[str, list[Any]] = {
    "text": [text("Hel", "lo")],
    "tool call": [LOOKING, text("The ", "answer.")],
    "tool call without text": [call("noop", '{"x": 1}'), text("fine")],
    "reasoning": [message(block({"reasoningContent": {"text": "hm"}}), text_block("fine"))],
    "nothing": [message()],
    "blank": [text(" ")],
    "several blocks": [message(text_block("a"), text_block("b"))],
    "model error": [[RuntimeError("broken")]],
    "max tokens": [text("cut", reason="max_tokens")],
    "content filtered": [text("filtered", reason="content_filtered")],
    "guardrail": [text("blocked", reason="guardrail_intervened")],
}


@table(RUNS)
async def status_updates(turns: list[Any]) -> Any:
    return await executed(agent_of(*turns), request(text_part("hi")), compliant=False)


@table(RUNS)
async def artifact_updates(turns: list[Any]) -> Any:
    return await executed(agent_of(*turns), request(text_part("hi")), compliant=True)


@table({"status": False, "artifact": True})
async def run_of_a_cancelled_agent(compliant: bool) -> Any:
    agent = agent_of(text("never"))
    agent.cancel()
    return await executed(agent, request(text_part("hi")), compliant=compliant)


@table({"status": False, "artifact": True})
async def message_of_a_task_that_exists(compliant: bool) -> Any:
    context = request(text_part("more"), task=new_task(sent(text_part("before"))))
    return await executed(agent_of(text("fine")), context, compliant=compliant)


@table({"text": "really?", "none": None, "dict": {"amount": 5}, "empty": ""})
async def interrupt(reason: Any) -> Any:
    agent = agent_of(LOOKING)
    agent.hooks.add_callback(BeforeToolCallEvent, lambda event: event.interrupt("approval", reason=reason))
    return await executed(agent, request(text_part("hi")), compliant=True)


@table(
    {
        "text": [text_part("a")],
        "texts": [text_part("a"), text_part("b")],
        "data": [data_part(k=[1, None], ü="ü")],
        "text and file": [text_part("see"), file_part("image/png")],
        "file by address": [address_part("https://example.com/a.pdf")],
        "file in s3": [address_part("s3://bucket/a.pdf")],
        "file by address without a name": [text_part("a"), address_part("https://example.com/a.pdf", None, None)],
        "document without a name": [text_part("a"), file_part("application/pdf", None)],
        "image without a name": [text_part("a"), file_part("image/png", None)],
        "empty file": [text_part("a"), file_part("image/png", content="")],
        "file that is not base64": [text_part("a"), file_part("application/pdf", content="!")],
        "audio": [file_part("audio/mp3")],
        "nothing": [],
        "empty text": [text_part("")],
        "only an empty file": [file_part("image/png", content="")],
    }
)
async def message_received(parts: list[Part]) -> Any:
    agent = agent_of(text("fine"))
    events = await executed(agent, request(*parts), compliant=True)
    return {"content": observed(agent.messages[:1]), "ended": events["ended"]}


MIME_TYPES = (
    *("application/pdf", "text/plain", "text/html", "text/csv", "text/markdown", "application/msword"),
    *("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.ms-excel"),
    *("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/plain; charset=utf-8"),
    *("image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/tiff", "IMAGE/PNG"),
    *("video/mp4", "video/quicktime", "video/3gpp", "video/3gp", "video/webm", "video/mpeg", "video/x-matroska"),
    *("application/json", "text/x-python", "application/zip", "weird", ""),
)


@table({name or "empty": name for name in MIME_TYPES})
async def file_received(mime_type: str) -> Any:
    agent = agent_of(text("fine"))
    await executed(agent, request(file_part(mime_type)), compliant=True)
    return observed(agent.messages[0]["content"])


@scenario
async def cancel_of_an_unknown_task() -> Any:
    context = RequestContext(None, task_id="t", context_id="c")
    return observed(await attempt_async(StrandsA2AExecutor(agent_of()).cancel(context, EventQueue())))


@scenario
async def request_context_in_the_invocation_state() -> Any:
    seen: list[Any] = []
    agent = agent_of(LOOKING, text("fine"))
    agent.hooks.add_callback(BeforeToolCallEvent, lambda event: seen.append(event.invocation_state))
    context = request(text_part("hi"))
    await executed(agent, context, compliant=True)
    return [state.get("a2a_request_context") is context for state in seen]


SERVERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "host and port": {"host": "0.0.0.0", "port": 80},
    "version": {"version": "1.2.3"},
    "skills": {"skills": [AgentSkill(id="i", name="n", description="d", tags=["t"])]},
    "no skills": {"skills": []},
    "url": {"http_url": "https://example.com"},
    "url with a path": {"http_url": "https://example.com:8443/a/b/"},
    "url with a path at root": {"http_url": "https://example.com/a", "serve_at_root": True},
    "empty url": {"http_url": ""},
}


@table(SERVERS)
async def server(settings: dict[str, Any]) -> Any:
    made = A2AServer(agent_of(), **settings)
    names = ("host", "port", "version", "http_url", "public_base_url", "mount_path", "name", "description")
    return observed({"card": wire(made.public_agent_card), "attributes": {name: getattr(made, name) for name in names}})


@table(SERVERS)
async def routes(settings: dict[str, Any]) -> Any:
    made = A2AServer(agent_of(), **settings)
    return {"starlette": routes_of(made.to_starlette_app()), "fastapi": routes_of(made.to_fastapi_app())}


def routes_of(app: Any) -> list[Any]:
    return [
        [route.path, sorted(getattr(route, "methods", None) or []), routes_of(route.app)]
        if hasattr(route, "app") and hasattr(route.app, "routes")
        else [route.path, sorted(getattr(route, "methods", None) or [])]
        for route in app.routes
    ]


@table({"none": None, "empty": ""})
async def card_of_an_agent_without_a_description(description: str | None) -> Any:
    made = A2AServer(agent_of(description=description))
    return observed(attempt(lambda: wire(made.public_agent_card)))


@table({"plain": {}, "url": {"http_url": "https://example.com"}})
async def served_elsewhere(settings: dict[str, Any]) -> Any:
    made, served = A2AServer(agent_of(), **settings), []
    run, uvicorn.run = uvicorn.run, lambda app, **keywords: served.append([type(app).__name__, keywords])
    try:
        made.serve(host="127.0.0.2", port=7, log_level="error")
        made.serve("fastapi")
    finally:
        uvicorn.run = run
    return observed({"served": served, "url": made.public_agent_card.url})


PICTURE = {"image": {"format": "png", "source": {"bytes": b"x"}}}


@table(
    {
        "text": "hi",
        "empty text": "",
        "blocks": [{"text": "a"}, {"text": "b"}],
        "blocks with an image": [{"text": "a"}, PICTURE],
        "image": [PICTURE],
        "messages": [
            {"role": "user", "content": [{"text": "old"}]},
            {"role": "user", "content": [{"text": "new"}]},
            {"role": "assistant", "content": [{"text": "answer"}]},
        ],
        "messages of the assistant": [{"role": "assistant", "content": [{"text": "answer"}]}],
        "none": None,
        "empty list": [],
        "number": 5,
        "list of texts": ["a"],
        "interrupt response": [{"interruptResponse": {"interruptId": "i", "response": "y"}}],
    }
)
async def prompt_for_a_remote_agent(prompt: Any) -> Any:
    return observed(attempt(lambda: {**wire(convert_input_to_message(prompt)), "messageId": ""}))


@table(
    {
        "text": [{"text": "a"}],
        "image": [PICTURE],
        "citations": [{"citationsContent": {"content": [{"text": "c"}], "citations": []}}],
        "reasoning": [{"reasoningContent": {"reasoningText": {"text": "r"}}}],
        "tool use": [{"toolUse": {"toolUseId": "t", "name": "noop", "input": {}}}],
        "nothing": [],
    }
)
async def blocks_for_a_remote_agent(blocks: Any) -> Any:
    return observed([wire(part) for part in convert_content_blocks_to_parts(blocks)])


def said(content: str) -> Message:
    return Message(role=Role.agent, message_id="m", parts=[text_part(content)])


def task_in(state: TaskState, *artifacts: str, word: str | None = None) -> Task:
    return Task(
        id="t",
        context_id="c",
        status=TaskStatus(state=state, message=said(word) if word else None),
        artifacts=[Artifact(artifact_id=each, parts=[text_part(each)]) for each in artifacts] or None,
    )


def status_of(state: TaskState, word: str | None = None) -> TaskStatusUpdateEvent:
    status = TaskStatus(state=state, message=said(word) if word else None)
    return TaskStatusUpdateEvent(task_id="t", context_id="c", final=True, status=status)


def chunk(content: str) -> TaskArtifactUpdateEvent:
    artifact = Artifact(artifact_id="i", parts=[text_part(content)])
    return TaskArtifactUpdateEvent(task_id="t", context_id="c", artifact=artifact)


STATES = tuple(TaskState)


@table(
    {
        "message": said("hi"),
        "message with data": Message(role=Role.agent, message_id="m", parts=[text_part("hi"), data_part(k=1)]),
        **{f"{state.value} with a word": (task_in(state, "a"), status_of(state, "word")) for state in STATES},
        **{f"{state.value} with an artifact": (task_in(state, "a", "b"), status_of(state)) for state in STATES},
        **{f"{state.value} without updates": (task_in(state, "a", word="word"), None) for state in STATES},
        "artifact update": (task_in(TaskState.working, "a"), chunk("b")),
        "nothing": (task_in(TaskState.completed), status_of(TaskState.completed)),
        "none": None,
        "text": "hi",
    }
)
async def response_of_a_remote_agent(response: Any) -> Any:
    return observed(convert_response_to_agent_result(response))


@asynccontextmanager
async def serving(agent: Agent, *, compliant: bool) -> AsyncGenerator[str, None]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    port = listener.getsockname()[1]
    app = A2AServer(agent, port=port, enable_a2a_compliant_streaming=compliant).to_starlette_app()
    runner = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=1))
    running = asyncio.create_task(runner.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        runner.should_exit = True
        await running


@table(
    {f"{form}: {name}": (form == "artifact", turns) for form in ("status", "artifact") for name, turns in RUNS.items()}
)
async def remote_run(case: tuple[bool, list[Any]]) -> Any:
    compliant, turns = case
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        async with serving(agent_of(*turns), compliant=compliant) as url:
            remote = A2AAgent(url)
            events = [event async for event in remote.stream_async("hi")]
    return observed({"events": [remote_event_seen(event) for event in events], "name": remote.name})


def remote_event_seen(event: dict[str, Any]) -> Any:
    if "result" in event:
        return event
    response = event["event"]
    parts = response if isinstance(response, tuple) else (response,)
    return {**event, "event": [type(part).__name__ for part in parts]}


@table({"streaming": True, "waiting": False})
async def remote_agent_called(streaming: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        async with serving(agent_of(LOOKING, text("fine")), compliant=False) as url:
            remote = A2AAgent(url, name="Mine", client_config=ClientConfig(streaming=streaming))
            result = await remote.invoke_async("hi", invocation_state={"a": 1})
            card = await remote.get_agent_card()
            return observed({"result": result, "text": str(result), "name": remote.name, "skills": len(card.skills)})


@scenario
async def remote_agent_without_a_prompt() -> Any:
    return observed(await attempt_async(A2AAgent("http://127.0.0.1:1").invoke_async()))


@scenario
async def factory_and_configuration() -> Any:
    given: Any = object()
    return observed(
        attempt(lambda: A2AAgent("http://127.0.0.1:1", client_config=ClientConfig(), a2a_client_factory=given))
    )
