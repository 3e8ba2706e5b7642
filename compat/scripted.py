"""A model that plays written turns and records what it was handed, on the published `Model` contract alone."""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Any

from strands.models.model import Model

Turn = Iterable[Any]
"""Stream chunks in order; an exception is raised in its place, a callable is called and leaves no chunk."""

USAGE = {"inputTokens": 10, "outputTokens": 5, "totalTokens": 15}


class ScriptedModel(Model):
    """Plays one turn per call of `stream` and keeps a copy of every request in `calls`."""

    def __init__(self, *turns: Turn, outputs: Iterable[dict[str, Any]] = (), config: dict[str, Any] | None = None):
        self.turns = list(turns)
        self.outputs = list(outputs)
        self.config: dict[str, Any] = {"model_id": "scripted", **(config or {})}
        self.calls: list[dict[str, Any]] = []

    def update_config(self, **model_config: Any) -> None:
        """Merge the keywords into the configuration."""
        self.config.update(model_config)

    def get_config(self) -> Any:
        """Return the configuration."""
        return self.config

    async def structured_output(
        self, output_model: Any, prompt: Any, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the next scripted output as an instance of `output_model`."""
        self._record("structured_output", prompt, None, system_prompt, kwargs)
        yield {"output": output_model(**self.outputs.pop(0))}

    async def stream(
        self, messages: Any, tool_specs: Any = None, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        """Play the next turn."""
        self._record("stream", messages, tool_specs, system_prompt, kwargs)
        if not self.turns:
            raise AssertionError("the script has no turn left")
        for step in self.turns.pop(0):
            if isinstance(step, BaseException):
                raise step
            if callable(step):
                step()
                continue
            yield step

    def _record(self, method: str, messages: Any, tool_specs: Any, system_prompt: Any, kwargs: dict[str, Any]) -> None:
        others = {key: value for key, value in kwargs.items() if key != "invocation_state"}
        if "invocation_state" in kwargs:
            state = kwargs["invocation_state"]
            others["invocation_state"] = sorted(state) if isinstance(state, dict) else state
        self.calls.append(
            {
                "method": method,
                "messages": copy.deepcopy(messages),
                "tool_specs": copy.deepcopy(tool_specs),
                "system_prompt": system_prompt,
                "keywords": copy.deepcopy(others),
            }
        )


def start(role: str = "assistant") -> list[Any]:
    """Return the chunk that opens a message."""
    return [{"messageStart": {"role": role}}]


def stop(reason: str = "end_turn", **usage: Any) -> list[Any]:
    """Return the chunks that close a message and report its cost."""
    return [
        {"messageStop": {"stopReason": reason}},
        {"metadata": {"usage": {**USAGE, **usage}, "metrics": {"latencyMs": 7}}},
    ]


def block(*deltas: dict[str, Any], starting: dict[str, Any] | None = None) -> list[Any]:
    """Return one content block made of the given deltas."""
    return [
        {"contentBlockStart": {"start": starting or {}}},
        *({"contentBlockDelta": {"delta": delta}} for delta in deltas),
        {"contentBlockStop": {}},
    ]


def text_block(*parts: str) -> list[Any]:
    """Return a text block."""
    return block(*({"text": part} for part in parts))


def tool_block(name: str, tool_input: str = "{}", tool_use_id: str = "t1") -> list[Any]:
    """Return a tool use block whose input arrives as one JSON string."""
    return block({"toolUse": {"input": tool_input}}, starting={"toolUse": {"name": name, "toolUseId": tool_use_id}})


def message(*blocks: list[Any], reason: str = "end_turn", **usage: Any) -> list[Any]:
    """Return a whole response."""
    return [*start(), *(chunk for one in blocks for chunk in one), *stop(reason, **usage)]


def text(*parts: str, reason: str = "end_turn") -> list[Any]:
    """Return a whole response of one text block."""
    return message(text_block(*parts), reason=reason)


def call(
    name: str, tool_input: str = "{}", tool_use_id: str = "t1", before: str = "", reason: str = "tool_use"
) -> Turn:
    """Return a whole response that asks for one tool, optionally after some text."""
    return message(*([text_block(before)] if before else []), tool_block(name, tool_input, tool_use_id), reason=reason)


def doing(action: Callable[[], Any], *steps: Any) -> list[Any]:
    """Return the steps with an action in front of them."""
    return [action, *steps]
