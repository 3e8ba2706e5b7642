"""Reading event types off a callback's type hint."""

from functools import partial
from typing import Annotated, Any, Optional, TypeVar, Union

import pytest

from strands.hooks import AfterInvocationEvent as After
from strands.hooks import BaseHookEvent
from strands.hooks import BeforeInvocationEvent as Before
from strands.hooks._type_inference import infer_event_types

T = TypeVar("T", bound=Before)


def plain(event: Before) -> None: ...
def base(event: BaseHookEvent) -> None: ...
def new_union(event: Before | After) -> None: ...
def old_union(event: Union[Before, After]) -> None: ...  # noqa: UP007
def quoted(event: "Before | After") -> None: ...
def annotated(event: Annotated[Before, "note"]) -> None: ...
def with_default(event: Before, more: int = 1) -> None: ...
def unbound(self: Any, event: Before) -> None: ...
def second_only(first, event: Before) -> None: ...  # type: ignore[no-untyped-def]
def variadic(*events: Before) -> None: ...
def nothing() -> None: ...
def unhinted(event) -> None: ...  # type: ignore[no-untyped-def]
def lone_self(self) -> None: ...  # type: ignore[no-untyped-def]
def text(event: str) -> None: ...
def anything(event: Any) -> None: ...
def generic(event: T) -> None: ...
def items(event: list[Before]) -> None: ...
def optional(event: Optional[Before]) -> None: ...  # noqa: UP045
def mixed(event: Before | str) -> None: ...
def unknown(event: "Missing") -> None: ...  # type: ignore[name-defined]  # noqa: F821


class Methods:
    def method(self, event: Before) -> None: ...
    @classmethod
    def of_class(cls, event: Before) -> None: ...
    @staticmethod
    def static(event: Before) -> None: ...
    def __call__(self, event: After) -> None: ...


@pytest.mark.parametrize(
    ("callback", "event_types"),
    [
        (plain, [Before]),
        (base, [BaseHookEvent]),
        (new_union, [Before, After]),
        (old_union, [Before, After]),
        (quoted, [Before, After]),
        (annotated, [Before]),
        (with_default, [Before]),
        (variadic, [Before]),
        (unbound, [Before]),
        (Methods.method, [Before]),
        (Methods().method, [Before]),
        (Methods.of_class, [Before]),
        (Methods.static, [Before]),
        (Methods(), [After]),
        (partial(unbound, None), [Before]),
        (partial(plain), [Before]),
    ],
)
def test_inferred_types(callback: Any, event_types: list[type]) -> None:
    """Whatever can be called with an event can say which events it wants."""
    assert infer_event_types(callback) == event_types


ADVICE = r"cannot infer event type, please provide event_type explicitly$"


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (nothing, rf"callback has no parameters \| {ADVICE}"),
        (unhinted, rf"parameter=<event> has no type hint \| {ADVICE}"),
        (second_only, rf"parameter=<first> has no type hint \| {ADVICE}"),
        (lone_self, rf"parameter=<self> has no type hint \| {ADVICE}"),
        (unknown, rf"failed to get type hints for callback \| {ADVICE}"),
        (5, rf"failed to get type hints for callback \| {ADVICE}"),
        (text, r"parameter=<event>, type=<<class 'str'>> \| type hint must be a subclass of BaseHookEvent"),
        (anything, r"parameter=<event>, type=<typing.Any> \| type hint must be"),
        (generic, r"parameter=<event>, type=<~T> \| type hint must be"),
        (items, r"parameter=<event>, type=<list\[.*\]> \| type hint must be"),
        (optional, "None is not a valid event type in union"),
        (mixed, r"Invalid type in union: <class 'str'> \| must be a subclass of BaseHookEvent"),
    ],
)
def test_hint_that_names_no_events_is_refused(callback: Any, message: str) -> None:
    """The error says what to do instead."""
    with pytest.raises(ValueError, match=message):
        infer_event_types(callback)
