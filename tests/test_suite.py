"""The suite keeps to this machine."""

from __future__ import annotations

import os
import socket

import pytest


def test_a_connection_to_another_machine_fails() -> None:
    """A test that needs the network fails for others, and one that reaches a real service may cost money."""
    with socket.socket() as client, pytest.raises(RuntimeError, match="no network"):
        client.connect(("192.0.2.1", 443))


def test_a_name_of_another_machine_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match="no network"):
        socket.getaddrinfo("example.com", 443)


def test_no_account_is_at_hand() -> None:
    """With a profile in the environment a test about missing credentials would pass or fail by chance."""
    assert {name for name in os.environ if name.startswith("AWS_")} == {
        "AWS_CONFIG_FILE",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_SHARED_CREDENTIALS_FILE",
    }
