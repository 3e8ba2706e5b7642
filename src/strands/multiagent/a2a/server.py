"""An agent as an A2A server."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from strands._extras import extra

with extra("a2a"):
    from a2a.server.apps import A2AFastAPIApplication, A2AStarletteApplication
    from a2a.server.tasks import InMemoryTaskStore
    from a2a.types import AgentCapabilities, AgentCard, AgentSkill
    from fastapi import FastAPI
    from starlette.applications import Starlette

from strands.multiagent.a2a._followers import checked_grace
from strands.multiagent.a2a._request_handler import StrandsRequestHandler
from strands.multiagent.a2a.executor import StrandsA2AExecutor

if TYPE_CHECKING:
    from a2a.server import events, tasks

    from strands.agent.agent import Agent

logger = logging.getLogger(__name__)

AppType: TypeAlias = Literal["fastapi", "starlette"]
"""What an app is made with."""

_OF_OUTERMOST_APP = frozenset({"lifespan", "on_startup", "on_shutdown"})
"""Arguments that an app which is mounted in another one never looks at."""


class A2AServer:
    """Serves an agent over the A2A protocol; who may call it is up to the app around it.

    Args:
        agent: The agent; all clients share its conversation.
        host: Where `serve` listens, and the host in the card's URL unless `http_url` is given.
        port: The port that belongs to `host`.
        http_url: Where clients reach the server, if that is elsewhere; the apps serve below its path.
        serve_at_root: Whether the apps serve at `/` even so, as behind a proxy that takes the path away.
        version: Version of the agent, for its card.
        skills: What the card says the agent can do; its tools if None.
        task_store: Keeps the tasks; in memory if None.
        queue_manager: Keeps the event queues of running tasks; in memory if None.
        push_config_store: Keeps what clients want to be notified of.
        push_sender: Notifies clients.
        enable_a2a_compliant_streaming: See `StrandsA2AExecutor`.
        stream_final_turn_only: Whether only text of the response that ends a run is sent.
        cancel_abandoned_after_s: Seconds after which a streamed task is canceled that all clients have left, without
            one that comes back or asks for it; None for never, as the protocol has it.

    Raises:
        ValueError: If `http_url` is no absolute URL, or `cancel_abandoned_after_s` no number of seconds.
        TypeError: If `stream_final_turn_only` is not a bool.
    """

    def __init__(
        self,
        agent: Agent,
        *,
        host: str = "127.0.0.1",
        port: int = 9000,
        http_url: str | None = None,
        serve_at_root: bool = False,
        version: str = "0.0.1",
        skills: list[AgentSkill] | None = None,
        task_store: tasks.TaskStore | None = None,
        queue_manager: events.QueueManager | None = None,
        push_config_store: tasks.PushNotificationConfigStore | None = None,
        push_sender: tasks.PushNotificationSender | None = None,
        enable_a2a_compliant_streaming: bool = False,
        stream_final_turn_only: bool = False,
        cancel_abandoned_after_s: float | None = None,
    ) -> None:
        self.strands_agent = agent
        self.name = agent.name
        self.description = agent.description
        self.version = version
        self.capabilities = AgentCapabilities(streaming=True)
        self._agent_skills = skills
        self._has_public_url = bool(http_url)
        self._listen_at(host, port)
        if http_url:
            self.public_base_url, self.mount_path = _base_and_path(http_url)
            self.http_url = f"{self.public_base_url}{self.mount_path}/"
            if serve_at_root:
                self.mount_path = ""
        self.request_handler = StrandsRequestHandler(
            agent_executor=StrandsA2AExecutor(
                agent,
                enable_a2a_compliant_streaming=enable_a2a_compliant_streaming,
                stream_final_turn_only=stream_final_turn_only,
            ),
            task_store=task_store or InMemoryTaskStore(),
            queue_manager=queue_manager,
            push_config_store=push_config_store,
            push_sender=push_sender,
            grace_s=checked_grace(cancel_abandoned_after_s),
        )

    def _listen_at(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        if not self._has_public_url:
            self.public_base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            self.http_url = f"{self.public_base_url}/"
            self.mount_path = ""

    @property
    def public_agent_card(self) -> AgentCard:
        """What clients read about the agent before they talk to it.

        Raises:
            ValueError: If the agent has no name or no description.
        """
        for field, value in (("name", self.name), ("description", self.description)):
            if not value:
                raise ValueError(f"A2A agent {field} cannot be None or empty")
        return AgentCard(
            name=self.name,
            description=self.description or "",
            version=self.version,
            url=self.http_url,
            capabilities=self.capabilities,
            skills=self.agent_skills,
            default_input_modes=["text"],
            default_output_modes=["text"],
        )

    @property
    def agent_skills(self) -> list[AgentSkill]:
        """What the card says the agent can do: its tools as they are now, unless skills were set."""
        if self._agent_skills is not None:
            return self._agent_skills
        specs = self.strands_agent.tool_registry.get_all_tools_config().values()
        return [
            AgentSkill(id=spec["name"], name=spec["name"], description=spec["description"], tags=[]) for spec in specs
        ]

    @agent_skills.setter
    def agent_skills(self, skills: list[AgentSkill]) -> None:
        self._agent_skills = skills

    def to_starlette_app(self, *, app_kwargs: dict[str, Any] | None = None) -> Starlette:
        """Return the server as a Starlette app.

        Args:
            app_kwargs: Arguments for `Starlette`, such as `middleware` and `lifespan`.
        """
        outer, inner = self._divided(app_kwargs)
        app = A2AStarletteApplication(self.public_agent_card, self.request_handler).build(**inner)
        if not self.mount_path:
            return app
        parent = Starlette(**outer)
        parent.mount(self.mount_path, app)
        return parent

    def to_fastapi_app(self, *, app_kwargs: dict[str, Any] | None = None) -> FastAPI:
        """Return the server as a FastAPI app.

        Args:
            app_kwargs: Arguments for `FastAPI`, such as `title`, `middleware` and `lifespan`.
        """
        outer, inner = self._divided(app_kwargs)
        app = A2AFastAPIApplication(self.public_agent_card, self.request_handler).build(**inner)
        if not self.mount_path:
            return app
        parent = FastAPI(**outer)
        parent.mount(self.mount_path, app)
        return parent

    def _divided(self, app_kwargs: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Divide arguments among the outermost app and the one that answers, if these are two."""
        given = dict(app_kwargs or {})
        if not self.mount_path:
            return {}, given
        outer = {key: value for key, value in given.items() if key in _OF_OUTERMOST_APP}
        return outer, {key: value for key, value in given.items() if key not in outer}

    def serve(
        self, app_type: AppType = "starlette", *, host: str | None = None, port: int | None = None, **kwargs: Any
    ) -> None:
        """Serve until the process is asked to stop.

        Args:
            app_type: What the app is made with.
            host: Where to listen; the server's host if None.
            port: The port to listen on; the server's port if None.
            **kwargs: Arguments for `uvicorn.run`.

        Raises:
            ValueError: If `app_type` is neither of the two.
        """
        import uvicorn

        if app_type not in ("fastapi", "starlette"):
            raise ValueError(f"app_type is {app_type!r}, expected 'fastapi' or 'starlette'")
        self._listen_at(host or self.host, self.port if port is None else port)
        app = self.to_fastapi_app() if app_type == "fastapi" else self.to_starlette_app()
        logger.info("host=<%s>, port=<%d>, url=<%s> | serving an agent over A2A", self.host, self.port, self.http_url)
        try:
            uvicorn.run(app, host=self.host, port=self.port, **kwargs)
        except KeyboardInterrupt:
            logger.warning("host=<%s>, port=<%d> | server was interrupted", self.host, self.port)


def _base_and_path(http_url: str) -> tuple[str, str]:
    parts = urlsplit(http_url)
    if not parts.scheme or not parts.netloc:
        raise ValueError(f"http_url is {http_url!r}, expected an absolute URL such as 'https://example.com/agent'")
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
