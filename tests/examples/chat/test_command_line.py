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

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-W", "error", "-m", "examples.chat")


def environment() -> dict[str, str]:
    """Return the environment of somebody without an account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**kept, **nothing, "AWS_EC2_METADATA_DISABLED": "true", "PYTHONIOENCODING": "utf-8"}


def test_the_chat_starts_answers_and_stops(tmp_path: Path) -> None:
    """The script of the local model plays a whole answer, and Ctrl-C ends the server without a traceback."""
    arguments = ("--port", "0", "--sessions", str(tmp_path / "kept"), "--token-gap-ms", "0")
    server = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment(),
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
def test_wrong_arguments_are_named(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    """A traceback would say the same in forty lines."""
    command = [*COMMAND, "--sessions", str(tmp_path), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [*COMMAND, "--sessions", str(tmp_path), "--port", str(port)]
        done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert f"--port {port} are not an address to listen on (Address already in use" in done.stderr
