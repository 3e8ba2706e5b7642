"""`python -m strands.testing.bedrock`: the endpoint for programs that run on their own."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys

import pytest

from strands.testing._command_line import main

COMMAND = [sys.executable, "-W", "error", "-m", "strands.testing.bedrock"]


def test_the_endpoint_serves_until_it_is_interrupted() -> None:
    """The hints must name the port that was taken, and each request must show."""
    command = [*COMMAND, "--port", "0", "--script", "echo", "--token-gap-ms", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        address = re.search(r"http://([\d.]+:\d+) \(script: echo\)", server.stdout.readline())
        assert address is not None
        connection = http.client.HTTPConnection(address[1])
        prompt = {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
        connection.request("POST", "/model/m/converse", json.dumps(prompt))
        answer = json.loads(connection.getresponse().read())
        connection.close()
        lines = iter(server.stdout.readline, "")
        report = next(line for line in lines if line.startswith("Converse"))
        server.send_signal(signal.SIGINT)
        rest = list(lines)
    assert answer["output"]["message"]["content"] == [{"text": "Hi"}]
    assert report == "Converse         1 messages  'Hi'\n"
    assert rest == ["stopped\n"]
    assert server.returncode == 0


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """A stranger starts there."""
    with pytest.raises(SystemExit) as raised:
        main(["--help"])
    assert raised.value.code == 0
    out = capsys.readouterr().out
    assert all(option in out for option in ("--host", "--port", "--script", "--token-gap-ms"))


@pytest.mark.parametrize("script", ["nope", "json:nope", ":"])
def test_an_unknown_script_is_named(script: str) -> None:
    """A typo must not start a server that answers nothing."""
    with pytest.raises(SystemExit, match=f"--script is '{script}', expected demo, echo or module:attribute"):
        main(["--port", "0", "--script", script])


def test_a_port_that_is_taken_is_named() -> None:
    """The default port is taken whenever somebody forgot the other terminal; that is no reason for a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"cannot listen on 127.0.0.1:{port}: address already in use; see --host"):
            main(["--port", str(port)])


@pytest.mark.parametrize(
    ("option", "value"),
    [("--port", "many"), ("--port", "65536"), ("--port", "-1"), ("--token-gap-ms", "slow"), ("--token-gap-ms", "-1")],
)
def test_an_option_of_a_wrong_kind_is_named(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a person typed is what the error shows."""
    with pytest.raises(SystemExit):
        main([f"{option}={value}"])
    assert f"argument {option}: {value!r}, expected a number" in capsys.readouterr().err
