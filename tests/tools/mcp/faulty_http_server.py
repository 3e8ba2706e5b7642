"""An MCP server over streamable HTTP that answers what it is told to, or not at all; prints its port as the first line.

Usage: `faulty_http_server.py FAULT...`, with the meaning of `faulty_server.py`; `ping_404` as the last one lets pings
find no session.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

STATUS = {"500": 500, "503": 503, "404": 404, "401": 401, "302": 302}
BODIES = {
    "garbage": ("application/json", "this is no JSON"),
    "not_rpc": ("application/json", '{"some": "json"}'),
    "html": ("text/html", "<h1>Welcome</h1>"),
    "empty": ("application/json", ""),
    "sse_garbage": ("text/event-stream", "event: message\ndata: no JSON\n\n"),
    "sse_end": ("text/event-stream", ": nothing\n\n"),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    faults: ClassVar[list[str]] = []

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._send(405)

    def do_DELETE(self) -> None:
        self._send(200)

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "id" not in request:
            self._send(202)
        elif request["method"] in ("initialize", "tools/call"):
            self._fail(self.faults.pop(0) if self.faults else "hang", request)
        elif self.faults == ["ping_404"] and request["method"] == "ping":
            self._send(404)
        else:
            self._answer(request)

    def _fail(self, fault: str, request: dict[str, Any]) -> None:
        if fault == "none":
            self._answer(request)
        elif fault in STATUS:
            self._send(STATUS[fault], headers={"location": "http://elsewhere.invalid/"} if fault == "302" else {})
        elif fault in BODIES:
            self._send(200, BODIES[fault][1].encode(), {"content-type": BODIES[fault][0]})
        elif fault == "drop":
            self.connection.close()
            self.close_connection = True
        else:
            threading.Event().wait()

    def _answer(self, request: dict[str, Any]) -> None:
        result: dict[str, Any] = {"content": [{"type": "text", "text": "fine"}]}
        if request["method"] == "initialize":
            info = {"name": "faulty", "version": "1"}
            version = request["params"]["protocolVersion"]
            result = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
        elif request["method"] == "tools/list":
            result = {"tools": [{"name": "call", "description": "Call.", "inputSchema": {"type": "object"}}]}
        body = json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode()
        self._send(200, body, {"content-type": "application/json", "mcp-session-id": "s1"})

    def _send(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    Handler.faults = sys.argv[1:]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
