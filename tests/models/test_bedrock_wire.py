"""Hanging up on a stream that is silent."""

from __future__ import annotations

import socket
from types import SimpleNamespace

from strands.models._bedrock.wire import interrupt


class Response:
    """urllib3's response, as far as hanging up is concerned."""

    def __init__(self, *, released: bool) -> None:
        self.released = released
        self.shut_down = False

    def shutdown(self) -> None:
        if self.released:
            raise RuntimeError("Cannot shutdown as connection has already been released to the pool")
        self.shut_down = True


def test_urllib3_hangs_up() -> None:
    response = Response(released=False)
    interrupt(SimpleNamespace(_raw_stream=response))
    assert response.shut_down


def test_a_connection_that_went_back_to_the_pool_is_left_alone() -> None:
    """It may carry somebody else's stream already."""
    interrupt(SimpleNamespace(_raw_stream=Response(released=True)))


def test_older_urllib3_has_its_socket_shut_down() -> None:
    """Before version 2.3 responses cannot hang up themselves."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        interrupt(SimpleNamespace(_raw_stream=SimpleNamespace(connection=SimpleNamespace(sock=ours))))
        assert ours.recv(1) == b""
        ours.close()
        interrupt(SimpleNamespace(_raw_stream=SimpleNamespace(connection=SimpleNamespace(sock=ours))))


def test_an_unknown_kind_of_stream_goes_on_until_its_next_chunk() -> None:
    """The thread notices then that nobody listens; hanging up at once is all that is lost."""
    interrupt(object())
    interrupt(SimpleNamespace(_raw_stream=SimpleNamespace(connection=None)))
