"""The chat server without a browser: what it answers to requests, good and bad."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from strands.testing import Gate, pause, text, use
from tests.examples.chat.serving import Desk, Serve, book

SESSION = "/api/c/a-session"


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


async def events(client: httpx.AsyncClient, desk: Desk, path: str, **body: Any) -> list[tuple[str, dict[str, Any]]]:
    """Post, and return the events of the answer."""
    response = await client.post(desk.url + SESSION + path, json=body)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    frames = (frame.split("\n") for frame in response.text.split("\n\n") if frame and not frame.startswith(":"))
    return [(kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for _id, kind, data in frames]


async def test_a_visitor_gets_a_conversation_and_a_strict_page(serve: Serve, client: httpx.AsyncClient) -> None:
    desk = serve([])
    places = [(await client.get(desk.url)).headers["location"] for _ in range(2)]
    assert places[0] != places[1]
    page = await client.get(desk.url + places[0])
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in page.headers["content-security-policy"]
    state = await client.get(f"{desk.url}/api{places[0]}")
    assert state.json() == {"standing": "idle", "turns": [], "questions": []}


async def test_looking_at_a_conversation_does_not_begin_it(
    serve: Serve, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Whoever guesses addresses must not fill the disk."""
    desk = serve([])
    await client.get(desk.url + SESSION)
    await client.post(desk.url + SESSION + "/stop", json={})
    assert not (tmp_path / "sessions").exists()


async def test_a_conversation_over_http(serve: Serve, client: httpx.AsyncClient) -> None:
    """The whole course of a question to the person, as another client would see it."""
    desk = serve([["Shall I? ", use("book")], "Done."], tools=[book])
    first = await events(client, desk, "/messages", text="Book.", mode="every")
    assert [kind for kind, _ in first] == ["text", "text", "tool", "tool", "interrupt", "result"]
    state = (await client.get(desk.url + SESSION)).json()
    assert state["standing"] == "waiting"
    assert [(each["name"], each["reason"]) for each in state["questions"]] == [
        ("approval", {"question": "Book seat 42?"})
    ]

    refused = await client.post(desk.url + SESSION + "/messages", json={"text": "Hello?"})
    assert (refused.status_code, refused.json()["kind"]) == (409, "waiting")

    answers = {state["questions"][0]["id"]: "approve"}
    second = await events(client, desk, "/answers", answers=answers, mode="final")
    assert [data["text"] for kind, data in second if kind == "text"] == ["Done."]
    state = (await client.get(desk.url + SESSION)).json()
    tool_part = {"kind": "tool", "id": "tooluse_1", "name": "book", "state": "finished"}
    assert state == {
        "standing": "idle",
        "questions": [],
        "turns": [
            {"role": "user", "parts": [{"kind": "text", "text": "Book."}]},
            {
                "role": "assistant",
                "parts": [
                    {"kind": "text", "text": "Shall I? ", "aside": True},
                    tool_part,
                    {"kind": "text", "text": "Done.", "aside": False},
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    "session_id",
    ["..%2F..%2Fetc", "%2e%2e%2fetc%2fpasswd", "a", "x" * 65, "a session", "session%00zero", "s%C3%A9ance-1"],
)
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/messages"), ("POST", "/stop")])
async def test_session_ids_are_plain(
    serve: Serve, client: httpx.AsyncClient, tmp_path: Path, session_id: str, method: str, path: str
) -> None:
    """They become names of folders."""
    desk = serve([])
    response = await client.request(method, f"{desk.url}/api/c/{session_id}{path}", json={"text": "Hello"})
    assert response.status_code in (404, 422)
    if response.status_code == 422:
        assert response.json()["kind"] == "invalid"
        assert response.json()["message"].startswith("path.session_id is ")
    assert not (tmp_path / "sessions").exists()


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("/messages", b'{"text": "Hel', "body is not valid JSON: "),
        ("/messages", b"[]", "body is '[]': "),
        ("/messages", b"{}", "body.text is '{}': Field required"),
        ("/messages", b'{"text": "   "}', "body.text is '   ': String should have at least 1 character"),
        ("/messages", b'{"text": "\\ud800"}', "body.text is "),
        ("/messages", b'{"text": 7}', "body.text is '7': Input should be a valid string"),
        ("/messages", b'{"text": "Hi", "mode": "loud"}', "body.mode is 'loud': Input should be 'every', 'final' or"),
        ("/messages", b'{"text": "Hi", "model": "x"}', "body.model is 'x': Extra inputs are not permitted"),
        ("/messages", json.dumps({"text": "x" * 20_001}).encode(), "body.text is 'xxx"),
        ("/answers", b'{"answers": {}}', "body.answers is '{}': Dictionary should have at least 1 item"),
        ("/answers", b'{"answers": {"a": {}}}', "body.answers.a is '{}': Input should be a valid string"),
        ("/continue", b'{"mode": null}', "body.mode is 'None': "),
    ],
)
async def test_bad_bodies_are_refused_by_name(
    serve: Serve, client: httpx.AsyncClient, path: str, body: bytes, complaint: str
) -> None:
    """The field, the value, and what was expected."""
    desk = serve([])
    response = await client.post(desk.url + SESSION + path, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["kind"]) == (422, "invalid")
    assert response.json()["message"].startswith(complaint)
    assert desk.endpoint.requests == []


async def test_forms_of_other_sites_are_refused(serve: Serve, client: httpx.AsyncClient) -> None:
    """A page elsewhere can send text/plain without asking, JSON it cannot."""
    desk = serve(["Never."])
    response = await client.post(
        desk.url + SESSION + "/messages", content=b'{"text": "Hi"}', headers={"Content-Type": "text/plain"}
    )
    assert response.status_code == 422
    assert desk.endpoint.requests == []


@pytest.mark.parametrize("asks", [True, False])
async def test_an_unknown_question_cannot_be_answered(serve: Serve, client: httpx.AsyncClient, asks: bool) -> None:
    desk = serve([use("book")], tools=[book])
    if asks:
        await events(client, desk, "/messages", text="Book.")
    response = await client.post(desk.url + SESSION + "/answers", json={"answers": {"someone-elses": "approve"}})
    assert (response.status_code, response.json()["kind"]) == (409, "unknown-question")
    assert "'someone-elses'" in response.json()["message"]


async def test_only_what_was_cut_off_goes_on(serve: Serve, client: httpx.AsyncClient) -> None:
    desk = serve(["Hello."])
    await events(client, desk, "/messages", text="Hi")
    response = await client.post(desk.url + SESSION + "/continue", json={})
    assert (response.status_code, response.json()["kind"]) == (409, "nothing-to-continue")


async def test_a_second_request_is_told_to_wait(serve: Serve, client: httpx.AsyncClient) -> None:
    """Two runs of one agent would write over each other's history."""
    gate = Gate()
    desk = serve([text(["One,", pause(gate)]), "Two."])
    async with client.stream("POST", desk.url + SESSION + "/messages", json={"text": "Count."}):
        await gate.reached()
        for path, body in (("/messages", {"text": "Hi"}), ("/continue", {}), ("/answers", {"answers": {"a": "b"}})):
            response = await client.post(desk.url + SESSION + path, json=body)
            assert (response.status_code, response.json()["kind"]) == (409, "busy")
        state = (await client.get(desk.url + SESSION)).json()
        question = {"role": "user", "parts": [{"kind": "text", "text": "Count."}]}
        assert state == {"standing": "running", "turns": [question], "questions": []}
    await desk.left_by_its_reader()
    assert [kind for kind, _ in await events(client, desk, "/continue")] == ["text", "result"]


async def test_stop_ends_a_run_whose_reader_stays(serve: Serve, client: httpx.AsyncClient) -> None:
    """A proxy may keep it from the server that the reader has gone."""
    desk = serve([text(["word "] * 100_000), "Fine."], token_gap_s=0.002)
    async with client.stream("POST", desk.url + SESSION + "/messages", json={"text": "Talk."}) as response:
        pieces = response.aiter_text()
        await anext(pieces)

        async def rest() -> str:
            return "".join([piece async for piece in pieces])

        frames, stopped = await asyncio.gather(rest(), client.post(desk.url + SESSION + "/stop", json={}))
    assert stopped.status_code == 204
    assert '"stop_reason":"cancelled"' in frames
    state = (await client.get(desk.url + SESSION)).json()
    assert state["standing"] == "idle"
    assert state["turns"][-1] == {"role": "assistant", "parts": [{"kind": "stopped"}]}
