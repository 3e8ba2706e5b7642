"""`hatch run chat`: it starts, it stops, and it says what is wrong with its arguments."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from examples.chat.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-W", "error", "-m", "examples.chat")


def test_the_chat_starts_answers_and_stops(tmp_path: Path) -> None:
    """The script of the local model plays a whole answer, and Ctrl-C ends the server without a traceback."""
    arguments = ("--port", "0", "--sessions", str(tmp_path / "kept"), "--token-gap-ms", "0")
    server = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[2]
            with httpx.Client(trust_env=False, base_url=url) as client:
                place = client.get("/").headers["location"]
                assert "<title>" in client.get(place).text
                said = client.post(f"/api{place}/messages", json={"text": "Tell me the history of night trains"})
                assert said.text.count("event: result") == 1
                assert client.get(place, headers={"Host": "evil.example"}).status_code == 400
                turns = client.get(f"/api{place}").json()["turns"]
            assert turns[1]["parts"][0]["text"].endswith("lose no time at all.")
        finally:
            server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=20)
    assert errors == ""
    assert server.returncode == 0
    assert len(list((tmp_path / "kept").iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "http"], "argument --port: is 'http', expected a number from 0 to 65535"),
        (["--port", "65536"], "argument --port: is '65536', expected a number from 0 to 65535"),
        (["--token-gap-ms", "nan"], "argument --token-gap-ms: is 'nan', expected milliseconds from 0 to 10000"),
        (["--model-id", "some-model"], "--model-id needs --bedrock"),
        (["--sessions", __file__], f"--sessions is {__file__!r}, expected a folder that can be written (File exists)"),
        (["--host", "192.0.2.1"], "--host '192.0.2.1' and --port 8000 are not an address to listen on"),
        (["--bedrock"], "No AWS credentials found"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_wrong_arguments_are_named(
    tmp_path: Path, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A traceback would say the same in forty lines."""
    with pytest.raises(SystemExit) as raised:
        main(["--sessions", str(tmp_path), *arguments])
    assert raised.value.code != 0
    assert complaint in capsys.readouterr().err + str(raised.value)


def test_a_port_that_is_taken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit):
            main(["--sessions", str(tmp_path), "--port", str(port)])
    assert f"--port {port} are not an address to listen on (Address already in use" in capsys.readouterr().err
