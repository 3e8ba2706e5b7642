"""Sorting a model's tool requests before any tool runs."""

from __future__ import annotations

from typing import Any

from strands.tools._validator import validate_and_prepare_tools
from strands.types.content import Message
from tests.tools._running import use_of


def test_requests_with_unusable_names_get_error_results() -> None:
    """Every request needs a result, or the history is invalid; a bad one must not keep the others from running."""
    good, bad, last = use_of("good", "1"), use_of("bad name", "2"), use_of("last", "3")
    message: Message = {
        "role": "assistant",
        "content": [{"text": "x"}, {"toolUse": good}, {"toolUse": bad}, {"toolUse": last}],
    }
    tool_uses: list[Any] = []
    results: list[Any] = []
    invalid: list[str] = []
    validate_and_prepare_tools(message, tool_uses, results, invalid)
    text = "Error: tool_name=<bad name> | invalid tool name pattern"
    assert tool_uses == [good, last, bad]
    assert invalid == ["2"]
    assert results == [{"toolUseId": "2", "status": "error", "content": [{"text": text}]}]
