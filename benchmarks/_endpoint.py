"""The local endpoints of this tree, in a process of their own so that they take no time from what is measured.

A prompt such as "50 tokens, 20 ms apart" is answered with just that.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks._environments import ROOT
from benchmarks.workloads._played import word

if TYPE_CHECKING:
    from strands.testing import EndpointRequest, Turn


@contextmanager
def served_endpoints() -> Iterator[dict[str, str]]:
    """Serve until the block ends; gives the URLs by the names of the services."""
    command = [sys.executable, "-m", "benchmarks._endpoint"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        urls = server.stdout.readline()
        if not urls:
            raise SystemExit("the local endpoints did not start")
        try:
            yield json.loads(urls)
        finally:
            server.stdin.close()


def serve() -> None:
    """Print the URLs and serve until standard input ends."""
    from strands import testing

    services = {
        "anthropic": testing.AnthropicEndpoint,
        "bedrock": testing.BedrockEndpoint,
        "gemini": testing.GeminiEndpoint,
        "llamaapi": testing.LlamaAPIEndpoint,
        "mistral": testing.MistralEndpoint,
        "ollama": testing.OllamaEndpoint,
        "openai": testing.OpenAIEndpoint,
        "openai_responses": testing.OpenAIResponsesEndpoint,
        "sagemaker": testing.SageMakerEndpoint,
        "writer": testing.WriterEndpoint,
    }
    with ExitStack() as stack:
        urls = {name: stack.enter_context(endpoint(_turn)).url for name, endpoint in services.items()}
        print(json.dumps(urls), flush=True)
        sys.stdin.read()


def _turn(request: EndpointRequest) -> Turn:
    from strands import testing

    tokens, gap_ms = map(int, re.findall(r"\d+", request.prompt))
    pieces: list[Any] = []
    for number in range(tokens):
        pieces += [testing.pause(gap_ms / 1000), word(number)] if gap_ms else [word(number)]
    return [testing.text(pieces)]


if __name__ == "__main__":
    serve()
