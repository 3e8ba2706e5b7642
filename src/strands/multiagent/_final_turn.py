"""The gate of final-turn streaming for teams: lets through the text of nodes whose result is the team's answer.

A stage of typed events. Within a node its agent does the same for its own turns (`strands.event_loop.final_turn`);
this gate decides between nodes. The orchestrator says which nodes were final (`FinalNodesEvent`) as soon as it knows;
until then the text of a node waits, and what follows it in the same node waits with it. Text of nodes that are known
to be final in advance passes at once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import Any

from strands.types._events import MultiAgentNodeStreamEvent, TypedEvent
from strands.types._remote_words import holds_words


class FinalNodesEvent(TypedEvent):
    """Of the nodes that ran since the last such event, these are the ones whose result is the team's answer."""

    def __init__(self, node_ids: Iterable[str]) -> None:
        super().__init__({"final_node_ids": frozenset(node_ids)})

    @property
    def is_callback_event(self) -> bool:
        return False

    @property
    def node_ids(self) -> frozenset[str]:
        """The final nodes."""
        node_ids: frozenset[str] = self["final_node_ids"]
        return node_ids


def checked_keyword(value: bool | None) -> bool:
    """Return what `stream_final_turn_only` was given as; None stands for no.

    Raises:
        TypeError: If it is neither a bool nor None.
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    raise TypeError(f"stream_final_turn_only must be a bool or None, got {value!r}")


async def only_answer(
    events: AsyncGenerator[TypedEvent, None], is_final_node: Callable[[str], bool]
) -> AsyncGenerator[TypedEvent, None]:
    """Yield `events` without the text of nodes that are not final; closes `events` on every way out.

    Args:
        events: The events of a team.
        is_final_node: Tells of a node whether it is known in advance to be final whenever it runs.
    """
    held: dict[str, list[TypedEvent]] = {}
    async with aclosing(events):
        error: Exception | None = None
        try:
            async for event in events:
                for passed in _admitted(event, held, is_final_node):
                    yield passed
        except Exception as raised:
            error = raised
        for passed in _released(held, final=frozenset()):
            yield passed
        if error is not None:
            raise error


def _admitted(
    event: TypedEvent, held: dict[str, list[TypedEvent]], is_final_node: Callable[[str], bool]
) -> Iterable[TypedEvent]:
    """Return what may pass now that `event` has come."""
    if isinstance(event, FinalNodesEvent):
        return _released(held, final=event.node_ids)
    node_id = event.get("node_id")
    if node_id is None:  # an event of the whole team: whatever still waits has been decided by the end of its nodes
        return [*_released(held, final=frozenset()), event]
    if node_id in held:
        held[node_id].append(event)
        return ()
    if is_final_node(node_id) or not _is_text(event):
        return (event,)
    held[node_id] = [event]
    return ()


def _released(held: dict[str, list[TypedEvent]], *, final: frozenset[str]) -> list[TypedEvent]:
    released = [
        event for node_id, events in held.items() for event in events if node_id in final or not _is_text(event)
    ]
    held.clear()
    return released


def _is_text(event: TypedEvent) -> bool:
    return isinstance(event, MultiAgentNodeStreamEvent) and _holds_text(event["event"])


def _holds_text(event: Any) -> bool:
    """Whether an event of a node is a piece of an answer, in any form in which it travels, however deep."""
    if not isinstance(event, dict):
        return False
    if event.get("type") == "multiagent_node_stream":
        return _holds_text(event.get("event"))
    if event.get("type") == "a2a_stream":
        return holds_words(event.get("event"))
    chunk = event.get("event")
    delta = chunk.get("contentBlockDelta", {}).get("delta") if isinstance(chunk, dict) else event.get("delta")
    return isinstance(delta, dict) and "toolUse" not in delta and ("text" in delta or "citation" in delta)
