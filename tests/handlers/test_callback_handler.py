"""What the printing handler writes, and how handlers combine."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from strands.handlers import CompositeCallbackHandler, PrintingCallbackHandler, null_callback_handler


def tool_start(name: str) -> dict[str, Any]:
    return {"event": {"contentBlockStart": {"start": {"toolUse": {"name": name, "toolUseId": "id"}}}}}


@pytest.mark.parametrize(
    ("events", "printed"),
    [
        ([{"data": "hi"}, {"data": " you", "complete": True}], "hi you\n\n\n"),
        ([{"reasoningText": "think"}, {"data": "x"}], "thinkx"),
        ([tool_start("a"), {"data": "x"}, tool_start("b")], "\nTool #1: a\nx\nTool #2: b\n"),
        ([tool_start("a") | {"data": "d", "reasoningText": "r", "complete": True}], "rd\n\nTool #1: a\n\n\n"),
        ([{"complete": True}, {"data": "", "complete": True}], ""),
        ([{"init_event_loop": True}, {"message": {}}, {"current_tool_use": {"name": "n"}}, {"result": 1}], ""),
        ([{"event": {"contentBlockStart": {"start": {}}}}, {"event": {"contentBlockDelta": {}}}, {"event": {}}], ""),
        ([{"event": {"contentBlockStart": {"start": {"toolUse": None}}}}, {"data": None, "event": None}], ""),
        ([{"event": {"contentBlockStart": {"start": None}}}, {"event": {"contentBlockStart": None}}], ""),
    ],
)
def test_printed_text(capsys: pytest.CaptureFixture[str], events: list[dict[str, Any]], printed: str) -> None:
    """Scripts and demos compare the terminal's output byte by byte."""
    handler = PrintingCallbackHandler()
    for event in events:
        handler(**event)
    assert capsys.readouterr().out == printed


def test_tool_calls_can_go_unannounced_but_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Users read `tool_count` either way."""
    handler = PrintingCallbackHandler(verbose_tool_use=False)
    handler(**tool_start("a"))
    handler(**tool_start("b"))
    assert (handler.tool_count, capsys.readouterr().out) == (2, "")


@pytest.mark.parametrize("event", [{"data": "x"}, {"reasoningText": "x"}])
def test_text_appears_as_it_streams(monkeypatch: pytest.MonkeyPatch, event: dict[str, Any]) -> None:
    """A terminal shows an unfinished line only when it is flushed."""
    calls: list[str] = []

    class Terminal:
        def write(self, text: str) -> None:
            calls.append(text or "nothing")

        def flush(self) -> None:
            calls.append("flush")

    monkeypatch.setattr(sys, "stdout", Terminal())
    PrintingCallbackHandler()(**event)
    assert (calls[0], calls[-1]) == ("x", "flush")


def test_composite_calls_all_in_order() -> None:
    """Printing and recording can go together."""
    calls: list[Any] = []
    handler = CompositeCallbackHandler(
        lambda **event: calls.append(("first", event)), lambda **event: calls.append(("second", event))
    )
    handler(data="x")
    assert calls == [("first", {"data": "x"}), ("second", {"data": "x"})]


def test_composite_lets_exceptions_out() -> None:
    """A handler's mistake must not pass unnoticed."""

    def fail(**event: Any) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        CompositeCallbackHandler(fail, null_callback_handler)(data="x")


def test_null_handler_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    """Servers must not write every token to their log."""
    null_callback_handler(data="x", complete=True)
    assert capsys.readouterr().out == ""
