"""A model that costs next to nothing, and the way in which workloads report."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from strands.models import Model
from strands.types.streaming import StreamEvent

NO_OP = "no_op"
"""Name of the tool that every tool turn calls."""


class PlayedModel(Model):
    """Calls the no-op tool for a number of turns, then answers; each turn streams the same number of tokens."""

    def __init__(self, *, tokens: int, tool_turns: int = 0, yields_to_loop: bool = False) -> None:
        self.calls = 0
        self._tokens = tokens
        self._tool_turns = tool_turns
        self._yields_to_loop = yields_to_loop

    def update_config(self, **model_config: Any) -> None:
        """Ignore the configuration: there is none."""

    def get_config(self) -> dict[str, Any]:
        return {}

    def structured_output(self, output_model: Any, prompt: Any, system_prompt: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError("PlayedModel only streams")

    async def stream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        self.calls += 1
        calls_tool = self.calls <= self._tool_turns
        yield {"messageStart": {"role": "assistant"}}
        yield {"contentBlockStart": {"start": {}}}
        for _ in range(self._tokens):
            if self._yields_to_loop:
                await asyncio.sleep(0)
            yield {"contentBlockDelta": {"delta": {"text": "token "}}}
        yield {"contentBlockStop": {}}
        if calls_tool:
            for chunk in _tool_use(f"call-{self.calls}"):
                yield chunk
        yield {"messageStop": {"stopReason": "tool_use" if calls_tool else "end_turn"}}
        yield {
            "metadata": {
                "usage": {"inputTokens": 1, "outputTokens": self._tokens, "totalTokens": self._tokens + 1},
                "metrics": {"latencyMs": 1},
            }
        }


def _tool_use(tool_use_id: str) -> Iterator[StreamEvent]:
    yield {"contentBlockStart": {"start": {"toolUse": {"name": NO_OP, "toolUseId": tool_use_id}}}}
    yield {"contentBlockDelta": {"delta": {"toolUse": {"input": "{}"}}}}
    yield {"contentBlockStop": {}}


def word(number: int) -> str:
    """Return a token; some SDKs take a stream of the same token again and again for a broken model."""
    return f"token{number % 10} "


def report(**metrics: float | int | str) -> None:
    """Print what was measured, as the one JSON line that the driver reads."""
    print(json.dumps(metrics))
