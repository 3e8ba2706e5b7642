"""The state that carries interrupts from one request to the next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strands.interrupt import Interrupt, InterruptException, _InterruptState


def waiting() -> _InterruptState:
    return _InterruptState({"x": Interrupt("x", "first"), "z": Interrupt("z", "second")}, {"kept": 1}, activated=True)


def answer(interrupt_id: str, response: Any) -> dict[str, Any]:
    return {"interruptResponse": {"interruptId": interrupt_id, "response": response}}


def test_exception_carries_the_interrupt() -> None:
    """Whoever catches it reports the question."""
    interrupt = Interrupt("id", "name", "reason")
    assert InterruptException(interrupt).interrupt is interrupt


def test_state_survives_json() -> None:
    """A run may be resumed in another process."""
    state = waiting()
    assert _InterruptState.from_dict(json.loads(json.dumps(state.to_dict()))) == state


def test_dict_has_the_stored_layout() -> None:
    """Sessions written by other versions hold exactly these keys."""
    assert waiting().to_dict() == {
        "interrupts": {
            "x": {"id": "x", "name": "first", "reason": None, "response": None},
            "z": {"id": "z", "name": "second", "reason": None, "response": None},
        },
        "context": {"kept": 1},
        "activated": True,
    }


def test_deactivating_forgets_questions_and_context() -> None:
    """A settled request must not answer the next one's questions."""
    state = waiting()
    state.deactivate()
    assert state == _InterruptState()


def test_answers_reach_their_questions() -> None:
    """Some questions may stay open; the prompt is kept for tools that are still to be resumed."""
    state = waiting()
    prompt: Any = [answer("x", {"ok": True})]
    state.resume(prompt)
    assert state == _InterruptState(
        {"x": Interrupt("x", "first", response={"ok": True}), "z": Interrupt("z", "second")},
        {"kept": 1, "responses": prompt},
        activated=True,
    )


@pytest.mark.parametrize(
    ("prompt", "error", "message"),
    [
        ("hi", TypeError, "prompt_type=<class 'str'> | must resume from interrupt with list of interruptResponse's"),
        (None, TypeError, "prompt_type=<class 'NoneType'> | must resume from interrupt with list"),
        ([{"text": "hi"}], TypeError, "content_types=<['text']> | must resume from interrupt with list"),
        ([answer("x", 1), {"text": "hi"}], TypeError, "content_types=<['text']> | must resume"),
        ([answer("x", 1), answer("y", 2)], KeyError, "interrupt_id=<y> | no interrupt found"),
    ],
)
def test_prompt_that_does_not_answer_is_refused_and_changes_nothing(
    prompt: Any, error: type[Exception], message: str
) -> None:
    """The caller can correct the prompt and try again, without half of it being applied."""
    state = waiting()
    with pytest.raises(error) as raised:
        state.resume(prompt)
    assert message in str(raised.value)
    assert (state, state._get_version()) == (waiting(), 0)


def test_any_prompt_is_fine_when_nothing_was_asked() -> None:
    """Ordinary requests pass through here, too."""
    state = _InterruptState()
    state.resume("hi")
    assert (state, state._get_version()) == (_InterruptState(), 0)


def test_version_grows_with_each_change_but_does_not_count_for_equality() -> None:
    """Session managers save only what changed."""
    state = waiting()
    versions = []
    for change in (state.activate, lambda: state.resume([]), state.deactivate):
        change()
        versions.append(state._get_version())
    assert versions == [1, 2, 3]
    assert state == _InterruptState()
