"""The local Bedrock endpoint of this tree, in a process of its own so that it takes no time from what is measured."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks._environments import ROOT

TOKENS = 50
TOKEN_GAP_S = 0.02


@contextmanager
def served_endpoint() -> Iterator[str]:
    """Serve slow streams until the block ends; gives the endpoint's URL."""
    command = [sys.executable, "-m", "benchmarks._endpoint"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        if not url:
            raise SystemExit("the local endpoint did not start")
        try:
            yield url
        finally:
            server.stdin.close()


def serve() -> None:
    """Print the URL and serve until standard input ends."""
    from strands.testing import BedrockEndpoint
    from strands.testing import text as spoken

    with BedrockEndpoint(lambda _request: [spoken(["token "] * TOKENS)], token_gap_s=TOKEN_GAP_S) as endpoint:
        print(endpoint.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve()
