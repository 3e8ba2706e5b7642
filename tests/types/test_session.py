"""Session records and their JSON."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest

from strands.interrupt import Interrupt, _InterruptState
from strands.types.content import Message
from strands.types.json_dict import JSONSerializableDict
from strands.types.session import (
    Session,
    SessionAgent,
    SessionMessage,
    SessionType,
    decode_bytes_values,
    encode_bytes_values,
)

TIMES = {"created_at": "2026-01-01T00:00:00+00:00", "updated_at": "2026-01-02T00:00:00+00:00"}
WITH_BYTES: Message = {
    "role": "user",
    "content": [{"text": "x"}, {"image": {"format": "png", "source": {"bytes": b"ab"}}}],
}


def fake_agent(**changes: Any) -> Any:
    parts = {
        "agent_id": "aid",
        "state": JSONSerializableDict({"k": 1}),
        "conversation_manager": SimpleNamespace(get_state=lambda: {"__name__": "Manager"}),
        "_interrupt_state": _InterruptState({"i": Interrupt("i", "n")}, {"c": 1}, activated=True),
        "_model_state": {"m": 1},
    }
    return SimpleNamespace(**parts | changes)


INTERNAL_STATE = {
    "interrupt_state": {
        "interrupts": {"i": {"id": "i", "name": "n", "reason": None, "response": None}},
        "context": {"c": 1},
        "activated": True,
    },
    "model_state": {"m": 1},
}


def test_bytes_become_tagged_base64_at_any_depth() -> None:
    """JSON has no bytes; the layout is shared with files written by other versions."""
    encoded = encode_bytes_values({"a": b"ab", "b": [b"", {"c": b"ab"}], "d": "plain"})
    ab = {"__bytes_encoded__": True, "data": "YWI="}
    assert encoded == {"a": ab, "b": [{"__bytes_encoded__": True, "data": ""}, {"c": ab}], "d": "plain"}


@pytest.mark.parametrize("value", [b"", b"ab", {"a": [b"\xff", {"b": b"x"}]}, {"a": 1}, [None, "x"], 5])
def test_bytes_survive_json(value: Any) -> None:
    """Images and documents come back as they were."""
    assert decode_bytes_values(json.loads(json.dumps(encode_bytes_values(value)))) == value


@pytest.mark.parametrize(
    "value",
    [{"__bytes_encoded__": False, "data": "YWI="}, {"__bytes_encoded__": True}, {"__bytes_encoded__": 1, "data": ""}],
)
def test_only_the_complete_tag_is_decoded(value: dict[str, Any]) -> None:
    """A user's dict that happens to look alike stays a dict."""
    assert decode_bytes_values(value) == value


def test_damaged_base64_is_an_error() -> None:
    """A broken file must not turn into wrong bytes."""
    with pytest.raises(ValueError, match="padding"):
        decode_bytes_values({"__bytes_encoded__": True, "data": base64.b64encode(b"ab").decode()[:2]})


def test_message_record_has_the_stored_layout() -> None:
    """Files written by other versions hold exactly this."""
    record = SessionMessage.from_message(WITH_BYTES, 3)
    record.created_at, record.updated_at = TIMES["created_at"], TIMES["updated_at"]
    image = {"format": "png", "source": {"bytes": {"__bytes_encoded__": True, "data": "YWI="}}}
    assert list(record.to_dict().items()) == [
        ("message", {"role": "user", "content": [{"text": "x"}, {"image": image}]}),
        ("message_id", 3),
        ("redact_message", None),
        ("created_at", TIMES["created_at"]),
        ("updated_at", TIMES["updated_at"]),
    ]


def test_message_record_survives_json_and_unknown_keys() -> None:
    """A newer version may have added keys."""
    record = SessionMessage.from_message(WITH_BYTES, 3)
    stored = json.loads(json.dumps(record.to_dict() | {"from_the_future": 1}))
    assert SessionMessage.from_dict(stored) == record


def test_redacted_message_stands_in_for_the_original() -> None:
    """What a guardrail removed must not come back when the session is restored."""
    redacted: Message = {"role": "user", "content": [{"text": "[redacted]"}]}
    record = SessionMessage.from_message(WITH_BYTES, 0)
    assert record.to_message() == WITH_BYTES
    record.redact_message = redacted
    assert record.to_message() == redacted


def test_agent_record_has_the_stored_layout() -> None:
    """Files written by other versions hold exactly this."""
    record = SessionAgent.from_agent(fake_agent())
    record.created_at, record.updated_at = TIMES["created_at"], TIMES["updated_at"]
    assert list(record.to_dict().items()) == [
        ("agent_id", "aid"),
        ("state", {"k": 1}),
        ("conversation_manager_state", {"__name__": "Manager"}),
        ("_internal_state", INTERNAL_STATE),
        ("created_at", TIMES["created_at"]),
        ("updated_at", TIMES["updated_at"]),
    ]


def test_restored_agent_has_its_interrupts_and_model_state() -> None:
    """A run that waits for a human goes on in another process."""
    stored = json.loads(json.dumps(SessionAgent.from_agent(fake_agent()).to_dict()))
    agent = fake_agent(_interrupt_state=_InterruptState(), _model_state={})
    SessionAgent.from_dict(stored).initialize_internal_state(agent)
    assert (agent._interrupt_state, agent._model_state) == (fake_agent()._interrupt_state, {"m": 1})


def test_record_without_internal_state_leaves_the_agent_as_it_is() -> None:
    """Sessions of the first versions have none."""
    agent = fake_agent()
    record = SessionAgent.from_dict({"agent_id": "aid", "state": {}, "conversation_manager_state": {}})
    record.initialize_internal_state(agent)
    assert vars(agent)["_model_state"] == {"m": 1}
    assert agent._interrupt_state == fake_agent()._interrupt_state


def test_bidirectional_agent_keeps_interrupts_only() -> None:
    """It has no conversation manager and no model state."""
    agent = SimpleNamespace(agent_id="b", state=JSONSerializableDict(), _interrupt_state=_InterruptState())
    record = SessionAgent.from_bidi_agent(agent)
    expected = {"interrupt_state": {"interrupts": {}, "context": {}, "activated": False}}
    assert (record.conversation_manager_state, record._internal_state) == ({}, expected)


def test_agent_without_id_cannot_be_kept() -> None:
    """There would be no way to find it again."""
    with pytest.raises(ValueError, match="agent_id needs to be defined"):
        SessionAgent.from_agent(fake_agent(agent_id=None))


def test_session_record_survives_json() -> None:
    """The type is stored as its value."""
    session = Session("id", SessionType.AGENT, **TIMES)
    stored = json.loads(json.dumps(session.to_dict()))
    assert stored == {"session_id": "id", "session_type": "AGENT"} | TIMES
    assert Session.from_dict(stored | {"from_the_future": 1}) == session


def test_record_without_a_required_key_is_an_error() -> None:
    """The error names the key."""
    with pytest.raises(TypeError, match="session_type"):
        Session.from_dict({"session_id": "id"})
