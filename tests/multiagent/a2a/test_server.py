"""The card that an A2A server shows, the apps it makes, and the process it runs in."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("a2a", reason="needs the extra a2a")

import httpx
from a2a.server.tasks import InMemoryTaskStore
from a2a.types import AgentSkill
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from strands import Agent, tool
from strands.agent.a2a_agent import A2AAgent
from strands.multiagent.a2a import A2AServer
from strands.testing import ScriptedModel
from tests.multiagent.a2a.serving import brief, message_of, sdk_client
from tests.serving import listening_socket, serving_asgi

CARD = "/.well-known/agent-card.json"
OLD_CARD = "/.well-known/agent.json"

MakeApp = Callable[..., Any]
APPS: list[MakeApp] = [A2AServer.to_starlette_app, A2AServer.to_fastapi_app]


@tool
def look(subject: str) -> str:
    """Look something up.

    Slowly.
    """
    return subject


def agent_of(*turns: Any, **settings: Any) -> Agent:
    given = {"name": "Guide", "description": "Knows the way.", "tools": [look], **settings}
    return Agent(model=ScriptedModel(list(turns)), callback_handler=None, **given)


class TestCard:
    def test_it_describes_the_agent(self) -> None:
        """Clients choose an agent by its card."""
        card = A2AServer(agent_of()).public_agent_card
        assert card.model_dump(mode="json", exclude_none=True) == {
            "name": "Guide",
            "description": "Knows the way.",
            "url": "http://127.0.0.1:9000/",
            "version": "0.0.1",
            "protocolVersion": "0.3.0",
            "preferredTransport": "JSONRPC",
            "capabilities": {"streaming": True},
            "defaultInputModes": ["text"],
            "defaultOutputModes": ["text"],
            "skills": [{"id": "look", "name": "look", "description": "Look something up.\n\nSlowly.", "tags": []}],
        }

    @pytest.mark.parametrize("field", ["name", "description"])
    def test_an_agent_without_a_name_or_description_has_none(self, field: str) -> None:
        """The protocol requires both, and a made-up description would mislead clients."""
        server = A2AServer(agent_of())
        setattr(server, field, "")
        with pytest.raises(ValueError, match=f"A2A agent {field} cannot be None or empty"):
            _ = server.public_agent_card

    def test_tools_that_come_later_become_skills(self) -> None:
        """Agents load tools while they run."""
        agent = agent_of(tools=[])
        server = A2AServer(agent)
        agent.tool_registry.process_tools([look])
        assert [skill.id for skill in server.agent_skills] == ["look"]

    def test_skills_can_be_given_instead(self) -> None:
        """What a tool can do is not always what an agent offers."""
        skills = [AgentSkill(id="way", name="Way", description="Finds the way.", tags=["travel"])]
        server = A2AServer(agent_of(), skills=skills)
        assert server.public_agent_card.skills == skills
        server.agent_skills = []
        assert server.public_agent_card.skills == []

    @pytest.mark.parametrize(
        ("settings", "url", "mount_path"),
        [
            ({"host": "0.0.0.0", "port": 80}, "http://0.0.0.0:80/", ""),
            ({"host": "::1", "port": 8080}, "http://[::1]:8080/", ""),
            ({"http_url": ""}, "http://127.0.0.1:9000/", ""),
            ({"http_url": "https://example.com"}, "https://example.com/", ""),
            ({"http_url": "https://example.com:8443/a/b/"}, "https://example.com:8443/a/b/", "/a/b"),
            ({"http_url": "https://example.com/a?b=c#d"}, "https://example.com/a/", "/a"),
            ({"http_url": "https://example.com/a", "serve_at_root": True}, "https://example.com/a/", ""),
        ],
    )
    def test_its_url_is_where_clients_reach_the_server(
        self, settings: dict[str, Any], url: str, mount_path: str
    ) -> None:
        """The SDK's clients send messages to the URL in the card, wherever they found the card."""
        server = A2AServer(agent_of(), **settings)
        assert (server.public_agent_card.url, server.mount_path) == (url, mount_path)

    @pytest.mark.parametrize("url", ["example.com/a", "not a url", "/a"])
    def test_a_url_must_be_absolute(self, url: str) -> None:
        """Clients could do nothing with the card."""
        with pytest.raises(ValueError, match="http_url is"):
            A2AServer(agent_of(), http_url=url)

    @pytest.mark.parametrize("value", [None, 1])
    def test_stream_final_turn_only_must_be_a_bool(self, value: Any) -> None:
        with pytest.raises(TypeError, match="stream_final_turn_only"):
            A2AServer(agent_of(), stream_final_turn_only=value)


class TestApps:
    @pytest.mark.parametrize(("make", "kind"), [(APPS[0], Starlette), (APPS[1], FastAPI)])
    @pytest.mark.parametrize(
        ("settings", "base"),
        [
            ({}, ""),
            ({"http_url": "https://example.com/a/b"}, "/a/b"),
            ({"http_url": "https://example.com/a/b", "serve_at_root": True}, ""),
        ],
    )
    async def test_they_serve_below_the_path_of_the_url(
        self, make: MakeApp, kind: type[object], settings: dict[str, Any], base: str
    ) -> None:
        """One process may serve several agents, and a proxy may take the path away."""
        app = make(A2AServer(agent_of(), **settings))
        assert isinstance(app, kind)
        async with client_of(app) as client:
            found = {path: (await client.get(path)).status_code for path in (f"{base}{CARD}", f"{base}{OLD_CARD}")}
            answer = await client.post(f"{base}/", json={})
        assert found == {f"{base}{CARD}": 200, f"{base}{OLD_CARD}": 200}
        assert answer.json()["error"]["code"] == -32600

    @pytest.mark.parametrize("make", APPS)
    @pytest.mark.parametrize("http_url", [None, "https://example.com/a"])
    async def test_the_apps_lifespan_runs(self, make: MakeApp, http_url: str | None) -> None:
        """Connections and models are opened there; in a mounted app it would never run."""
        ran: list[str] = []

        @asynccontextmanager
        async def lifespan(app: object) -> AsyncGenerator[None, None]:
            ran.append("start")
            yield
            ran.append("end")

        app = make(A2AServer(agent_of(), http_url=http_url), app_kwargs={"lifespan": lifespan})
        async with serving_asgi(app, listening_socket()) as url, httpx.AsyncClient(base_url=url) as client:
            await client.get("/")
            assert ran == ["start"]
        assert ran == ["start", "end"]

    @pytest.mark.parametrize("make", APPS)
    @pytest.mark.parametrize(("http_url", "base"), [(None, ""), ("https://example.com/a", "/a")])
    async def test_middleware_guards_the_agent(self, make: MakeApp, http_url: str | None, base: str) -> None:
        """Who may call an agent is decided in the app."""

        class Closed:
            def __init__(self, app: ASGIApp) -> None:
                self.app = app

            async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
                if scope["type"] != "http":
                    await self.app(scope, receive, send)
                    return
                await send({"type": "http.response.start", "status": 401, "headers": []})
                await send({"type": "http.response.body", "body": b""})

        app = make(A2AServer(agent_of(), http_url=http_url), app_kwargs={"middleware": [Middleware(Closed)]})
        async with client_of(app) as client:
            assert (await client.post(f"{base}/", json={})).status_code == 401

    def test_tasks_are_kept_where_the_caller_says(self) -> None:
        """Several processes share tasks through a store of their own."""
        store = InMemoryTaskStore()
        assert A2AServer(agent_of(), task_store=store).request_handler.task_store is store


def client_of(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def updates_from(url: str) -> list[tuple[object, ...]]:
    """Return what the SDK's own client is sent."""
    async with sdk_client(url) as client:
        return [brief(event[1]) async for event in client.send_message(message_of("Which way?")) if event[1]]  # type: ignore[index]


class TestServe:
    @pytest.mark.parametrize("app_type", ["starlette", "fastapi"])
    def test_a_process_serves_until_it_is_asked_to_stop(self, app_type: str) -> None:
        """The whole way: another process, the SDK's protocol over HTTP, and an orderly end."""
        with listening_socket() as taken:
            port = taken.getsockname()[1]
        program = Path(__file__).with_name("agent_process.py")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        with subprocess.Popen(
            [sys.executable, str(program), str(port), app_type], env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stderr is not None
                assert any("Uvicorn running on" in line for line in process.stderr)
                remote = A2AAgent(f"http://127.0.0.1:{port}")
                result = remote("Which way?")
                assert (str(result), result.state) == ("Straight on.\n", {"a2a_task_state": "completed"})
                assert (remote.name, remote.description) == ("Guide", "Knows the way.")
                assert asyncio.run(updates_from(f"http://127.0.0.1:{port}")) == [
                    ("artifact", "Straight", False, None),
                    ("artifact", " on.", True, None),
                    ("artifact", "", True, True),
                    ("status", "completed", None, True),
                ]
            finally:
                process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0

    def test_an_unknown_app_type_is_refused(self) -> None:
        """A typo must not silently choose another framework."""
        with pytest.raises(ValueError, match="app_type is 'flask', expected 'fastapi' or 'starlette'"):
            A2AServer(agent_of()).serve("flask")  # type: ignore[arg-type]

    def test_a_server_listens_where_serve_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """And the card follows, unless its URL was given."""
        served: list[tuple[str, int]] = []
        monkeypatch.setattr("uvicorn.run", lambda app, host, port: served.append((host, port)))
        plain, public = A2AServer(agent_of()), A2AServer(agent_of(), http_url="https://example.com")
        for server in (plain, public):
            server.serve(host="127.0.0.2", port=7)
        assert served == [("127.0.0.2", 7)] * 2
        assert [server.public_agent_card.url for server in (plain, public)] == [
            "http://127.0.0.2:7/",
            "https://example.com/",
        ]

    def test_an_interruption_is_an_orderly_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C is how people stop a server; a traceback would look like a crash."""

        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("uvicorn.run", interrupted)
        A2AServer(agent_of()).serve()

    def test_a_server_that_fails_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A supervisor must not take a crash for an orderly end."""

        def crash(*_: object, **__: object) -> None:
            raise RuntimeError("crash")

        monkeypatch.setattr("uvicorn.run", crash)
        with pytest.raises(RuntimeError, match="crash"):
            A2AServer(agent_of()).serve()


def test_importing_agents_loads_nothing_of_a2a() -> None:
    """The extra costs those who do not use it nothing."""
    names = "('a2a', 'fastapi', 'starlette', 'uvicorn')"
    imports = "import sys, strands.multiagent.a2a; from strands import Agent"
    program = f"{imports}; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
