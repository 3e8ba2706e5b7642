"""The demo is the first thing a stranger runs: it must work without a terminal, and fail with a clear word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "examples" / "final_turn_demo.py"


def run_demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the demo where no credentials can be found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nothing = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-W", "error", str(DEMO), *arguments]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env={**kept, **nothing, **environment}, check=False
    )


def test_the_columns_show_what_the_keyword_leaves_out() -> None:
    """Left everything, right the tool calls and the answer: that is the feature in one picture."""
    done = run_demo("--token-gap-ms", "0")
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    rows = [line.partition("│") for line in lines if "│" in line]
    left, right = (" ".join(row[side].strip() for row in rows[1:] if row[side].strip()) for side in (0, 2))
    calls = "-> weather(city='Lisbon') -> weather(city='Oslo')", "-> calculator(expression='(19 - 4) * 9 / 5')"
    answer = "Right now Lisbon, with 19 °C and sun, is 27 °F warmer than Oslo, with 4 °C and rain."
    words = (
        "Let me look up the weather in both cities.",
        "Lisbon has 19 °C and Oslo has 4 °C. I will turn the difference into Fahrenheit.",
    )
    assert left == f"{words[0]} {calls[0]} {words[1]} {calls[1]} {answer}"
    assert right == f"{calls[0]} {calls[1]} {answer}"
    assert [line.split()[-2:] for line in lines if line.startswith(" text is the answer")] == [["no", "yes"]]


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({}, "No AWS credentials found"),
        ({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}, "No AWS region found"),
    ],
)
def test_the_real_service_needs_credentials_and_a_region(environment: dict[str, str], complaint: str) -> None:
    """A traceback of botocore would say the same in forty lines."""
    done = run_demo("--bedrock", **environment)
    assert done.returncode == 1
    assert done.stderr.startswith(complaint)
    assert "Traceback" not in done.stderr
