"""`python -m strands.testing.bedrock`: the local endpoint for programs that run on their own."""

from __future__ import annotations

import argparse
import itertools
import math
import threading
from collections.abc import Sequence
from functools import partial
from importlib import import_module

from strands.testing._boto import REGION
from strands.testing._improvise import echo, improvise
from strands.testing._script import Turns
from strands.testing.bedrock import BedrockEndpoint

SCRIPTS: dict[str, Turns] = {"demo": improvise, "echo": echo}

HIGHEST_PORT = 65_535

HINTS = """\
Bedrock is played at {url} (script: {script}). Stop with Ctrl-C.

A program that uses boto3 talks to it with this environment:
  export AWS_ENDPOINT_URL_BEDROCK_RUNTIME={url}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION={region}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted, and print a line for each request.

    Raises:
        SystemExit: If an option is not what it has to be, or the endpoint cannot listen.
    """
    options = _parser().parse_args(arguments)
    endpoint = BedrockEndpoint(
        _script(options.script), token_gap_s=options.token_gap_ms / 1000, host=options.host, port=options.port
    )
    try:
        endpoint.start()
    except OSError as error:
        reason = str(error.strerror).rpartition(": ")[2]
        raise SystemExit(f"cannot listen on {options.host}:{options.port}: {reason}; see --host and --port") from error
    try:
        print(HINTS.format(url=endpoint.url, script=options.script, region=REGION), flush=True)
        _report_requests(endpoint)
    except KeyboardInterrupt:
        print("stopped", flush=True)
    finally:
        endpoint.stop()


def _report_requests(endpoint: BedrockEndpoint) -> None:
    for reported in itertools.count():
        if endpoint.wait_until(partial(_has_more_requests, reported), threading.TIMEOUT_MAX):
            request = endpoint.requests[reported]
            print(f"{request.operation:<14} {len(request.messages):>3} messages  {request.prompt[:60]!r}", flush=True)


def _has_more_requests(reported: int, endpoint: BedrockEndpoint) -> bool:
    return len(endpoint.requests) > reported


def _port(value: str) -> int:
    if not value.isdecimal() or int(value) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{value!r}, expected a number from 0 to {HIGHEST_PORT}")
    return int(value)


def _milliseconds(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{value!r}, expected a number of milliseconds")
    return number


def _script(name: str) -> Turns:
    """Return a script of ours, or one that is imported as `module:attribute`.

    Raises:
        SystemExit: If there is no such script.
    """
    if name in SCRIPTS:
        return SCRIPTS[name]
    module, _, attribute = name.partition(":")
    try:
        script: Turns = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise SystemExit(
            f"--script is {name!r}, expected {', '.join(SCRIPTS)} or module:attribute ({error})"
        ) from error
    return script


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m strands.testing.bedrock",
        description="Play a script as Amazon Bedrock (Converse, ConverseStream, CountTokens) on this machine.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=8008, help="port to listen on, 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--script",
        default="demo",
        metavar="NAME",
        help="demo: call the offered tools, then answer; echo: repeat the prompt; or module:attribute, "
        "a list of turns or a function from the request to a turn (default: %(default)s)",
    )
    parser.add_argument(
        "--token-gap-ms",
        type=_milliseconds,
        default=20.0,
        metavar="MS",
        help="pause before each token (default: %(default)s)",
    )
    return parser
