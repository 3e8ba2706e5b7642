"""Serve the chat page.

hatch run chat              a local server plays the model; no account is needed
hatch run chat --bedrock    the real service, with the AWS credentials and the region that boto3 finds
"""

from __future__ import annotations

import argparse
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.middleware.trustedhost import TrustedHostMiddleware

from examples.chat.app import create_app
from examples.chat.scripts import travel_script
from examples.chat.travel import INSTRUCTIONS, travel_tools
from examples.final_turn_demo import bedrock_model, local_model

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.model_id and not options.bedrock:
        parser.error("--model-id needs --bedrock")
    folder = _folder(parser, options.sessions)
    listener = _listener(parser, options.host, options.port)
    source = (
        bedrock_model(options.model_id) if options.bedrock else local_model(travel_script, options.token_gap_ms / 1000)
    )
    with listener, source as model:
        app = create_app(model, sessions=folder, instructions=INSTRUCTIONS, tools=travel_tools(pace_s=0.7))
        if options.host in ("127.0.0.1", "localhost"):
            # Another site cannot have its own name lead here, and so read what is said.
            app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
        print(f"Chat on http://{_shown(options.host)}:{listener.getsockname()[1]}  (Ctrl-C stops)", flush=True)
        if options.host not in LOOPBACK:
            print("Note: there is no login. Whoever reaches this address can read and write conversations.", flush=True)
        # Answers under way are cut off when the server stops; the pages offer to continue them.
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        with suppress(KeyboardInterrupt):  # uvicorn repeats the signal once it has shut down
            uvicorn.Server(config).run(sockets=[listener])


def _folder(parser: argparse.ArgumentParser, folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"--sessions is {str(folder)!r}, expected a folder that can be written ({error.strerror})")
    return folder


def _listener(parser: argparse.ArgumentParser, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        parser.error(f"--host {host!r} and --port {port!r} are not an address to listen on ({error.strerror})")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"is {text!r}, expected a number from 0 to 65535")
    return int(text)


def _milliseconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"is {text!r}, expected milliseconds from 0 to 10000")
    return value


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hatch run chat", description="Serve the chat page.")
    parser.add_argument("--bedrock", action="store_true", help="use the real service instead of a local server")
    parser.add_argument("--model-id", help="model for --bedrock (default: that of BedrockModel)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on, 0 takes a free one (%(default)s)")
    parser.add_argument(
        "--sessions",
        type=Path,
        default=Path(".chat-sessions"),
        metavar="DIR",
        help="folder in which conversations are kept (%(default)s)",
    )
    parser.add_argument(
        "--token-gap-ms",
        type=_milliseconds,
        default=45.0,
        metavar="MS",
        help="pause of the local server before each token (%(default)s)",
    )
    return parser


if __name__ == "__main__":
    main()
