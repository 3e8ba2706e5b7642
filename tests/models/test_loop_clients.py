"""Clients: one per event loop, closed with it."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from strands.models._loop_clients import LoopClients, closing, entered


class Client:
    """Counts how many are open."""

    opened: list[Client]
    closed: list[Client]

    def __init__(self, client_args: Mapping[str, Any]) -> None:
        self.client_args = dict(client_args)
        self.opened.append(self)

    async def close(self) -> None:
        self.closed.append(self)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_exc_info: object) -> None:
        await self.close()


@pytest.fixture(autouse=True)
def nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "opened", [], raising=False)
    monkeypatch.setattr(Client, "closed", [], raising=False)


def open_client(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Client]:
    return closing(Client(client_args), "close")


async def _borrowed(clients: LoopClients[Client], **client_args: Any) -> Client:
    async with clients.lent(client_args) as client:
        return client


def test_each_loop_has_a_client_of_its_own_until_it_ends() -> None:
    """Connections of a loop that has ended cannot be used, and nobody else would close them."""
    clients = LoopClients(open_client)

    async def twice() -> bool:
        return await _borrowed(clients) is await _borrowed(clients)

    assert asyncio.run(twice())
    assert Client.closed == Client.opened
    assert asyncio.run(twice())
    assert len(Client.opened) == 2
    assert Client.closed == Client.opened


def test_other_arguments_open_another_client() -> None:
    """A key that was renewed must not be ignored."""
    clients = LoopClients(open_client)

    async def renewed() -> list[Any]:
        return [(await _borrowed(clients, key=key)).client_args for key in ("old", "old", "new")]

    assert asyncio.run(renewed()) == [{"key": "old"}, {"key": "old"}, {"key": "new"}]
    assert len(Client.opened) == 2
    assert set(Client.closed) == set(Client.opened)


async def test_a_client_in_use_outlives_its_replacement() -> None:
    """A stream must not lose its connection because another one came with a new key."""
    clients = LoopClients(open_client)
    async with clients.lent({"key": "old"}):
        await _borrowed(clients, key="new")
        await asyncio.sleep(0)
        assert Client.closed == []


def test_copies_open_clients_of_their_own() -> None:
    """Models are copied with the agents that hold them; connections cannot be."""
    clients = LoopClients(open_client)

    async def both() -> bool:
        first = await _borrowed(clients)
        return first is await _borrowed(copy.deepcopy(clients))

    assert not asyncio.run(both())


@pytest.mark.parametrize(("client_args", "closed"), [({}, 1), ({"http_client": object()}, 0)])
async def test_an_http_client_of_the_user_stays_open(client_args: dict[str, Any], closed: int) -> None:
    """Its owner may have other uses for it."""
    async with entered(Client(client_args), client_args):
        pass
    assert len(Client.closed) == closed


async def test_what_has_no_method_to_close_is_let_go() -> None:
    """Older SDKs close nothing, and stand-ins in tests need not."""
    async with closing("text", "close") as lent:
        assert lent == "text"
    async with closing([1], "clear") as values:
        pass
    assert values == []
