"""What holds for every test: no network, and nothing of the account of the person who runs the suite."""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

import pytest

PERSONAL = ("AWS_", "OTEL_", "STRANDS_")


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Let connections to this machine pass and fail all others, where they are made."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_local(arguments[1][0]):
        raise RuntimeError(f"address is {arguments[1]!r}, expected a loopback address: tests use no network")
    if event == "socket.getaddrinfo" and arguments[0] is not None and not _is_local(arguments[0]):
        raise RuntimeError(f"host is {arguments[0]!r}, expected a loopback host: tests use no network")


def _is_local(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def pytest_configure() -> None:
    sys.addaudithook(refuse_network)


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile, a region or an exporter of the person at the keyboard must not decide a test."""
    for name in os.environ:
        if name.startswith(PERSONAL):
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
