"""Agents over A2A between the two packages: each one's clients call each one's servers, in processes of their own."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from compat.environments import Environment

CLIENTS = ("published", "this tree", "a2a SDK")
CALL_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question that a client put to a server."""

    server: str
    served_as: str
    client: str
    streaming: bool
    answered: bool
    seen: str


def all_calls(packages: Mapping[str, Environment], clients: Sequence[str] = CLIENTS) -> list[Call]:
    """Let every client call every server, both streaming and waiting.

    Args:
        packages: The environments of `published` and `this tree`; the SDK's own client runs in the latter.
        clients: Which clients call.
    """
    with ExitStack() as stack:
        served = {name: stack.enter_context(_servers(environment)) for name, environment in packages.items()}
        return [
            call
            for server, urls in served.items()
            for client in clients
            for call in _calls(server, urls, client, packages.get(client, packages["this tree"]))
        ]


def printed_calls(calls: list[Call]) -> str:
    """Return the table: servers by clients, and what went wrong."""
    rows = dict.fromkeys((call.server, call.served_as) for call in calls)
    columns = dict.fromkeys((call.client, call.streaming) for call in calls)
    heads = [f"{client}, {'streaming' if streaming else 'waiting'}" for client, streaming in columns]
    lines = [f"{'server':<38}" + "".join(f"{head:>22}" for head in heads)]
    for server, served_as in rows:
        answered = [call.answered for call in calls if (call.server, call.served_as) == (server, served_as)]
        lines.append(f"{f'{server}, {served_as}':<38}" + "".join(f"{'yes' if each else 'NO':>22}" for each in answered))
    lines.append(f"{sum(call.answered for call in calls)} of {len(calls)} calls answered as expected")
    lines += [f"NOT: {call}" for call in calls if not call.answered]
    return "\n".join(lines)


@contextmanager
def _servers(environment: Environment) -> Iterator[dict[str, str]]:
    """Serve agents of a package; gives their URLs by the way in which they are served."""
    with (
        tempfile.TemporaryDirectory() as directory,
        subprocess.Popen(
            [str(environment.python), "-m", "compat.interop_servers"],
            cwd=directory,
            env=environment.variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()  # which asks it to end


def _calls(server: str, urls: dict[str, str], client: str, environment: Environment) -> Iterator[Call]:
    kind = "sdk" if client == "a2a SDK" else "agent"
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [str(environment.python), "-m", "compat.interop_client", kind, json.dumps(urls)],
            cwd=directory,
            env=environment.variables(),
            capture_output=True,
            text=True,
            timeout=CALL_TIMEOUT_S,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"client={client!r} ended with exit code {done.returncode}:\n{done.stderr[-2000:]}")
    for call in json.loads(done.stdout):
        yield Call(server=server, client=client, **call)
