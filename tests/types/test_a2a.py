"""Events of remote agents."""

from __future__ import annotations

import subprocess
import sys

import pytest

from strands.types import a2a


def test_event_carries_the_response_unchanged() -> None:
    """The protocol's objects are the consumer's to interpret."""
    event = a2a.A2AStreamEvent(("task", None))
    assert event == {"type": "a2a_stream", "event": ("task", None)}


def test_module_loads_without_the_vendors_package() -> None:
    """Only agents that speak A2A need it installed."""
    program = "import strands.types.a2a, sys; print('a2a' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"False\n"


def test_unknown_name_is_an_attribute_error() -> None:
    """The lazy alias must not hide typos."""
    with pytest.raises(AttributeError, match="A2AResponce"):
        _ = a2a.A2AResponce


def test_response_alias_names_the_vendors_classes() -> None:
    """Applications annotate with it."""
    vendor = pytest.importorskip("a2a.types")
    assert vendor.Message in a2a.A2AResponse.__args__
