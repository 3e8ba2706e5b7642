"""A package that has the places that the patch looks for, and little else."""

from __future__ import annotations

from pathlib import Path

EVENTS = """\
from typing import Any, cast

from typing_extensions import override


class TypedEvent(dict[str, Any]):
    @property
    def is_callback_event(self) -> bool:
        return True


class StartEventLoopEvent(TypedEvent):
    pass


class ModelMessageEvent(TypedEvent):
    pass
"""

LOOP = """\
from ..types._events import (
    ModelMessageEvent,
    StartEventLoopEvent,
    TypedEvent,
)
from ._retry import again
from .streaming import stream_messages


async def event_loop_cycle(agent, state, structured_output_context=None):
    yield StartEventLoopEvent()
    tool_specs = agent.tools
    # The events of the model.
    async for event in stream_messages(agent.model, agent.prompt, agent.messages, tool_specs, again=again):
        yield event

    stop_reason, message, *_ = event["stop"]
    yield ModelMessageEvent(message=message)
"""

AGENT = '''\
from ..event_loop.event_loop import event_loop_cycle
from ..types._events import TypedEvent


class Agent:
    def __init__(
        self,
        model,
        *,
        name=None,
        state=None,
    ):
        """Make an agent.

        Args:
            model: A model.
            name: A name.
                It has a default.

        Raises:
            ValueError: If something is wrong.
        """
        self.model = model

    def __call__(
        self,
        prompt,
        *,
        invocation_state=None,
        limits=None,
        **kwargs,
    ):
        """Run.

        Args:
            prompt: A prompt.
            **kwargs: More.

        Returns:
            A result.
        """
        return run(
            lambda: self.invoke_async(
                prompt,
                invocation_state=invocation_state,
                limits=limits,
                **kwargs,
            )
        )

    async def invoke_async(
        self,
        prompt,
        *,
        invocation_state=None,
        limits=None,
        **kwargs,
    ):
        """Run and wait.

        Args:
            prompt: A prompt.
            **kwargs: More.
        """
        events = self.stream_async(
            prompt,
            invocation_state=invocation_state,
            limits=limits,
            **kwargs,
        )
        return [event async for event in events][-1]

    async def stream_async(
        self,
        prompt,
        *,
        invocation_state=None,
        limits=None,
        **kwargs,
    ):
        """Run and yield.

        Args:
            prompt: A prompt.
            **kwargs: More.
        """
        if invocation_state is None:
            events = self._run_loop(prompt)   # some  spaces
            async for event in events:
                yield event
'''

README = """\
# A package

## Features

Some.

## Documentation

None.
"""

MODULES = {"types/_events.py": EVENTS, "event_loop/event_loop.py": LOOP, "agent/agent.py": AGENT}


def write_package(directory: Path, **modules: str) -> Path:
    """Write the package, with some modules replaced, and return its directory."""
    package = directory / "strands"
    sources = MODULES | {name.replace("__", "/") + ".py": text for name, text in modules.items()}
    for name, text in sources.items():
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return package


def write_checkout(directory: Path) -> Path:
    """Write the package with tests and a README around it, and return the directory."""
    write_package(directory / "src")
    tests = directory / "tests" / "strands" / "event_loop"
    tests.mkdir(parents=True)
    (tests / "__init__.py").touch()
    (directory / "README.md").write_text(README)
    return directory
