"""A loopback HTTP endpoint that answers model calls from a script and keeps the requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from compat.event_stream import encoded_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer that is an error of the service."""

    status: int
    kind: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFailure:
    """An exception frame in the middle of a stream."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An answer given by the byte."""

    body: bytes
    content_type: str
    status: int = 200


@dataclass
class Endpoint:
    """The script, the requests that came, and the address."""

    answers: list[Any]
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, body: bytes, headers: Any) -> tuple[int, dict[str, str], bytes]:
        """Record a request and return status, headers and body of the next scripted answer."""
        self.requests.append({"path": unquote(path), "body": json.loads(body or b"null")})
        self.requests[-1]["names itself"] = "strands-agents" in headers.get("User-Agent", "")
        scripted = self.answers.pop(0) if self.answers else Failure(status=500, kind="Script", message="no answer left")
        if isinstance(scripted, Raw):
            return scripted.status, {"Content-Type": scripted.content_type}, scripted.body
        if isinstance(scripted, Failure):
            error = json.dumps({"message": scripted.message}).encode()
            return scripted.status, {"x-amzn-ErrorType": scripted.kind, "Content-Type": "application/json"}, error
        if isinstance(scripted, dict):
            return 200, {"Content-Type": "application/json"}, json.dumps(scripted).encode()
        return 200, {"Content-Type": "application/vnd.amazon.eventstream"}, b"".join(_frames(scripted))


def _frames(events: list[Any]) -> Iterator[bytes]:
    index = 0
    for event in events:
        if isinstance(event, StreamFailure):
            yield encoded_event(event.kind, {"message": event.message}, message_type="exception")
            continue
        for kind, payload in event.items():
            if kind == "contentBlockStart" and not payload["start"]:
                continue  # the service announces tool uses only
            numbered = {**payload, "contentBlockIndex": index} if kind.startswith("contentBlock") else payload
            index += kind == "contentBlockStop"
            yield encoded_event(kind, numbered)


@contextmanager
def serving(*answers: Any) -> Iterator[Endpoint]:
    """Serve the answers in order on a free port."""
    endpoint = Endpoint(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, content = endpoint.answer(self.path, body, self.headers)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
