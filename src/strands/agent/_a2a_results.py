"""From prompts to A2A messages, and from A2A responses to the results of agents."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, cast
from uuid import uuid4

from a2a.types import DataPart, Part, Role, Task, TaskArtifactUpdateEvent, TaskState, TaskStatusUpdateEvent, TextPart
from a2a.types import Message as A2AMessage

from strands.agent._a2a_parts import part_from_block, readable_blocks_from_parts, text_part
from strands.agent.agent_result import AgentResult
from strands.interrupt import Interrupt
from strands.telemetry.metrics import EventLoopMetrics
from strands.types.a2a import A2AResponse
from strands.types.agent import AgentInput
from strands.types.content import ContentBlock, Message
from strands.types.event_loop import StopReason

logger = logging.getLogger(__name__)

ARTIFACT_NAME = "agent_response"
"""The artifact with an agent's answer; streamed, its parts are pieces of one text."""

INTERRUPTS = "interrupts"
"""Where the metadata of a question has the interrupts that it is about."""

INTERRUPT_RESPONSE = "interruptResponse"
"""The key of a data part that answers an interrupt."""

QUESTION_STATES = frozenset({TaskState.input_required, TaskState.auth_required})
"""The remote agent waits for the caller."""

END_STATES = frozenset({TaskState.completed, TaskState.failed, TaskState.canceled, TaskState.rejected})
"""The task will not go on."""


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A remote task that asked something."""

    task_id: str
    context_id: str


def convert_input_to_message(prompt: AgentInput) -> A2AMessage:
    """Return a prompt as a message to a remote agent; of a conversation, the last message of the user.

    Raises:
        ValueError: If there is nothing in the prompt that can be sent.
    """
    blocks: list[ContentBlock] = [{"text": prompt}] if isinstance(prompt, str) else _blocks(prompt)
    parts = convert_content_blocks_to_parts(blocks)
    if not parts:
        kinds = [kind for block in blocks for kind in block]
        raise ValueError(f"prompt holds {kinds!r}, expected at least one text, image, document or video")
    return A2AMessage(kind="message", role=Role.user, parts=parts, message_id=uuid4().hex)


def answers_to_interrupts(prompt: AgentInput, task: WaitingTask | None) -> A2AMessage | None:
    """Return a prompt of answers to the questions of a waiting task as the task's next message, else None."""
    items: list[Any] = prompt if isinstance(prompt, list) else []
    if task is None or not items or not all(isinstance(item, dict) and INTERRUPT_RESPONSE in item for item in items):
        return None
    parts = [Part(root=DataPart(data={INTERRUPT_RESPONSE: item[INTERRUPT_RESPONSE]})) for item in items]
    return A2AMessage(role=Role.user, parts=parts, message_id=uuid4().hex, **asdict(task))


def _blocks(prompt: AgentInput) -> list[ContentBlock]:
    items: list[Any] = prompt if isinstance(prompt, list) else []
    if not items or not all(isinstance(item, dict) for item in items):
        raise ValueError(
            f"Unsupported input type: {type(prompt)}. prompt must be a text or a list of content blocks or messages"
        )
    if any("interruptResponse" in item for item in items):
        raise ValueError("InterruptResponseContent is not supported for A2AAgent")
    if "role" not in items[0]:
        return items
    for message in reversed(items):
        if message.get("role") == "user":
            return cast("list[ContentBlock]", message["content"])
    raise ValueError(f"Unsupported input type: {type(prompt)}. prompt holds no message of the user")


def convert_content_blocks_to_parts(content_blocks: list[ContentBlock]) -> list[Part]:
    """Return those content blocks that A2A has a place for, as parts."""
    return [part for block in content_blocks if (part := part_from_block(block)) is not None]


def task_state(response: A2AResponse) -> TaskState | None:
    """Return the state that a response reports, or None if it reports none."""
    task, update = _task_and_update(response)
    if isinstance(update, TaskStatusUpdateEvent):
        return update.status.state
    return task.status.state if task is not None and update is None else None


def convert_response_to_agent_result(response: A2AResponse, *, chunked: Collection[str] = ()) -> AgentResult:
    """Return the last response of a remote agent as the result of a run; without metrics, as none are sent.

    Args:
        response: A message, or a task with the update that came last.
        chunked: Ids of artifacts whose parts are pieces of one text, besides the one named `agent_response`.
    """
    state = task_state(response)
    stop_reason: StopReason = "interrupt" if state in QUESTION_STATES else "end_turn"
    said = _closing_message(response)
    message: Message = {"role": "assistant", "content": _content(response, said, chunked)}
    return AgentResult(
        stop_reason=stop_reason,
        message=message,
        metrics=EventLoopMetrics(),
        state={} if state is None else {"a2a_task_state": state.value},
        interrupts=_interrupts(said) if stop_reason == "interrupt" else None,
    )


def _content(response: A2AResponse, said: A2AMessage | None, chunked: Collection[str]) -> list[ContentBlock]:
    if said is not None:
        return readable_blocks_from_parts(said.parts)
    task, update = _task_and_update(response)
    if isinstance(update, TaskArtifactUpdateEvent):
        return readable_blocks_from_parts(update.artifact.parts)
    return list(_artifact_blocks(task, chunked)) if task is not None else []


def _closing_message(response: A2AResponse) -> A2AMessage | None:
    """Return what a response says, unless it is a word on the way or its artifacts are the answer."""
    if isinstance(response, A2AMessage):
        return response
    task, update = _task_and_update(response)
    if isinstance(update, TaskStatusUpdateEvent):
        return update.status.message
    if task is None or update is not None or task.status.state not in END_STATES | QUESTION_STATES:
        return None
    if task.status.state == TaskState.completed and task.artifacts:
        return None
    return task.status.message


def _interrupts(said: A2AMessage | None) -> list[Interrupt] | None:
    """Return the interrupts that a question is about, if it comes from an agent of this kind."""
    asked = (said.metadata or {}).get(INTERRUPTS) if said is not None else None
    try:
        return [Interrupt(**each) for each in asked or []] or None
    except TypeError:
        logger.debug("interrupts=<%r> | not understood, left out", asked)
        return None


def _artifact_blocks(task: Task, chunked: Collection[str]) -> Iterator[ContentBlock]:
    for artifact in task.artifacts or []:
        in_pieces = artifact.name == ARTIFACT_NAME or artifact.artifact_id in chunked
        yield from readable_blocks_from_parts(_joined(artifact.parts) if in_pieces else artifact.parts)


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts with each run of texts as one text, and none for a run without a character."""
    pieces: list[str] = []
    for part in parts:
        if isinstance(part.root, TextPart):
            pieces.append(part.root.text)
            continue
        yield from _text_parts(pieces)
        pieces.clear()
        yield part
    yield from _text_parts(pieces)


def _text_parts(pieces: list[str]) -> Iterator[Part]:
    if text := "".join(pieces):
        yield text_part(text)


def _task_and_update(
    response: A2AResponse,
) -> tuple[Task | None, TaskStatusUpdateEvent | TaskArtifactUpdateEvent | None]:
    if not isinstance(response, tuple) or len(response) != 2:
        return None, None
    task, update = response
    return (task if isinstance(task, Task) else None), update
