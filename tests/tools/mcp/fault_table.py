"""Print what becomes of a tool call, and of a start, when the server fails: `python -m tests.tools.mcp.fault_table`.

Nothing is shortened: deadlines, graces and pings are those that applications have.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory
from typing import Any

from strands.tools.mcp import MCPClient
from tests.tools.mcp.servers import (
    EVERYTHING,
    FAULTY,
    FAULTY_HTTP,
    http_server,
    over_http,
    over_sse,
    over_stdio,
    stdio_client_of,
)

DEADLINE = timedelta(seconds=3)
STARTUP_TIMEOUT_S = 3
STDIO_FAULTS = {
    "exits": "exit",
    "hangs": "hang",
    "garbage": "garbage",
    "bytes that are no text": "binary",
    "JSON that is no message": "not_rpc",
    "flood of garbage": "flood",
    "stray print, then the answer": "noise_then_answer",
    "half a line, then exits": "truncated",
    "closes stdout, lives on": "close_stdout",
    "answer to another request": "wrong_id",
    "result of unknown shape": "wrong_shape",
    "JSON-RPC error": "rpc_error",
}
HTTP_FAULTS = {
    "status 500": "500",
    "status 401": "401",
    "status 404": "404",
    "redirect elsewhere": "302",
    "hangs": "hang",
    "drops the connection": "drop",
    "garbage": "garbage",
    "a web page": "html",
    "empty body": "empty",
    "garbage as event": "sse_garbage",
    "event stream without answer": "sse_end",
}


def row(server: str, fault: str, deadline: str, act: Callable[[], Any]) -> None:
    """Do something and print what came of it, and after how long."""
    before_s = time.perf_counter()
    try:
        outcome = act()
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - before_s
    print(f"| {server} | {fault} | {deadline} | {_short(outcome)} | {seconds:.2f} |", flush=True)


def _short(outcome: Any) -> str:
    text = outcome if isinstance(outcome, str) else f"{outcome['status']}: {outcome['content'][0]['text']}"
    line = " ".join(text.split())
    return line if len(line) <= 150 else line[:147] + "..."


def call(client: MCPClient, deadline: timedelta | None = None) -> Any:
    return client.call_tool_sync("t1", "call", {}, read_timeout_seconds=deadline)


def calls_over_stdio() -> None:
    for fault, name in STDIO_FAULTS.items():
        with stdio_client_of(FAULTY, "none", name) as client:
            row("stdio", f"call: {fault}", "3 s", lambda: call(client, DEADLINE))
    with stdio_client_of(FAULTY, "none", "garbage") as client:
        row("stdio", "call: garbage", "none", lambda: call(client))


def calls_over_http() -> None:
    for fault, name in HTTP_FAULTS.items():
        with http_server(FAULTY_HTTP, "none", name) as (_, port), MCPClient(over_http(port)) as client:
            row("HTTP", f"call: {fault}", "3 s", lambda: call(client, DEADLINE))


def kills() -> None:
    """Kill servers while a call waits that has no deadline."""
    for kind, over in (("HTTP", over_http), ("SSE", over_sse)):
        with http_server(EVERYTHING, kind.lower()) as (process, port), MCPClient(over(port)) as client:
            with killed_in_mid_call(process) as hang:
                row(kind, "call: killed in mid-call", "none", lambda: hang(client))
            row(kind, "call: was killed before", "none", lambda: call(client))
    with stdio_client_of(EVERYTHING, "stdio") as client:
        row("stdio", "call: killed in mid-call", "none", lambda: client.call_tool_sync("t1", "die"))
        row("stdio", "call: was killed before", "none", lambda: call(client))


@contextmanager
def killed_in_mid_call(process: Popen[str]) -> Iterator[Callable[[MCPClient], Any]]:
    """Give a call that never ends, during which the server is killed."""
    with TemporaryDirectory() as folder:
        started = Path(folder) / "started"

        def kill() -> None:
            while not started.exists():
                time.sleep(0.005)
            process.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        yield lambda client: client.call_tool_sync("t1", "hang", {"started": str(started)})
        killer.join()


def starts() -> None:
    for fault, name in STDIO_FAULTS.items():
        client = MCPClient(over_stdio(FAULTY, name), startup_timeout=STARTUP_TIMEOUT_S)
        row("stdio", f"start: {fault}", "3 s", lambda: _started(client))  # noqa: B023 - called at once
    for fault, name in HTTP_FAULTS.items():
        with http_server(FAULTY_HTTP, name) as (_, port):
            client = MCPClient(over_http(port), startup_timeout=STARTUP_TIMEOUT_S)
            row("HTTP", f"start: {fault}", "3 s", lambda: _started(client))  # noqa: B023 - called at once
    row("HTTP", "start: connection refused", "3 s", lambda: _started(MCPClient(over_http(1))))
    row("SSE", "start: connection refused", "3 s", lambda: _started(MCPClient(over_sse(1))))


def _started(client: MCPClient) -> str:
    with client:
        return "started"


def main() -> None:
    logging.disable(logging.CRITICAL)
    print("| server | fault | deadline | result | seconds |\n| --- | --- | --- | --- | ---: |")
    for section in (calls_over_stdio, calls_over_http, kills, starts):
        section()
    while left := [thread for thread in threading.enumerate() if thread.name == "strands-mcp"]:
        left[0].join()
    print("\nThreads left over: 0")


if __name__ == "__main__":
    main()
