"""An MCP server over stdio that answers what it is told to, or not at all.

Usage: `faulty_server.py FAULT...`; each fault is what happens at the next request: at `initialize` first (`none` is a
good answer), then at each `tools/call`. After the last one it hangs. `hang_list` as the last one lets lists hang, too,
and `endless_list` gives them no last page.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any


def write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def reply(request: dict[str, Any], **fields: Any) -> None:
    write(json.dumps({"jsonrpc": "2.0", "id": request["id"], **fields}))


def answer(request: dict[str, Any]) -> None:
    if request["method"] == "initialize":
        result: dict[str, Any] = {
            "protocolVersion": request["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "faulty", "version": "1"},
        }
    elif request["method"] == "tools/list":
        result = {"tools": [{"name": "call", "description": "Call.", "inputSchema": {"type": "object"}}]}
    else:
        result = {"content": [{"type": "text", "text": "fine"}]}
    reply(request, result=result)


def _answer_after(*lines: str) -> Callable[[dict[str, Any]], None]:
    def act(request: dict[str, Any]) -> None:
        for line in lines:
            write(line)
        answer(request)

    return act


FAULTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "none": answer,
    "hang": lambda request: None,
    "exit": lambda request: os._exit(3),
    "garbage": lambda request: write("this is no JSON"),
    "not_rpc": lambda request: write('{"some": "json"}'),
    "binary": lambda request: _binary(),
    "noise_then_answer": _answer_after("Loading model..."),
    "wrong_id": lambda request: reply({"id": 4711}, result={"content": []}),
    "wrong_shape": lambda request: reply(request, result={"nothing": "known"}),
    "rpc_error": lambda request: reply(request, error={"code": -32000, "message": "out of order"}),
    "truncated": lambda request: _truncate(),
    "flood": lambda request: write("\n".join(["noise " * 100] * 100)),
    "unknown_method": _answer_after('{"jsonrpc": "2.0", "id": "s1", "method": "surprise/me"}'),
    "unknown_notification": _answer_after('{"jsonrpc": "2.0", "method": "notifications/surprise"}'),
    "close_stdout": lambda request: os.close(1),
    "stubborn": lambda request: _stay(request),
}


def _binary() -> None:
    sys.stdout.buffer.write(b"\xff\xfe\x00\n")
    sys.stdout.flush()


def _truncate() -> None:
    sys.stdout.write('{"jsonrpc": "2.0", "id')
    sys.stdout.flush()
    os._exit(0)


def _stay(request: dict[str, Any]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    atexit.register(signal.pause)
    reply(request, result={"content": [{"type": "text", "text": str(os.getpid())}]})


def serve(faults: list[str]) -> None:
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request or "method" not in request:
            continue
        if request["method"] in ("initialize", "tools/call"):
            FAULTS[faults.pop(0) if faults else "hang"](request)
        elif faults == ["endless_list"] and request["method"] == "tools/list":
            reply(request, result={"tools": [], "nextCursor": "next"})
        elif faults != ["hang_list"]:
            answer(request)


if __name__ == "__main__":
    serve(sys.argv[1:])
