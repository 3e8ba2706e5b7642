"""What a session needs to know of a bidirectional agent."""

from __future__ import annotations

from typing import Protocol

from strands.interrupt import _InterruptState
from strands.types.content import Messages
from strands.types.json_dict import JSONSerializableDict


class BidiAgent(Protocol):
    """The part of a bidirectional agent that is stored."""

    agent_id: str
    messages: Messages
    state: JSONSerializableDict
    _interrupt_state: _InterruptState
