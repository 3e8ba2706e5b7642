"""What an interrupted agent asks an A2A client, and what the client answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from a2a.server.agent_execution import RequestContext
from a2a.server.tasks import TaskUpdater
from a2a.types import DataPart, InvalidParamsError, Message
from a2a.utils.errors import ServerError

from strands.agent._a2a_parts import text_part
from strands.agent._a2a_results import INTERRUPT_RESPONSE, INTERRUPTS, QUESTION_STATES

if TYPE_CHECKING:
    from strands.interrupt import Interrupt
    from strands.types.content import ContentBlock
    from strands.types.interrupt import InterruptResponseContent

    Prompt: TypeAlias = list[ContentBlock] | list[InterruptResponseContent]


def question(updater: TaskUpdater, interrupts: Iterable[Interrupt]) -> Message:
    """Return the message that asks for input: in words, and with the interrupts as metadata for programs."""
    asked = list(interrupts)
    lines = [f"- {each.name}: {each.reason}" if each.reason else f"- {each.name}" for each in asked]
    text = "\n".join(["Agent requires input:", *lines])
    # Reasons may be anything, but metadata travels as JSON.
    metadata = {INTERRUPTS: json.loads(json.dumps([each.to_dict() for each in asked], default=str))}
    return updater.new_agent_message([text_part(text)], metadata=metadata)


def answers(context: RequestContext, asked: Mapping[str, Sequence[Interrupt]]) -> list[InterruptResponseContent] | None:
    """Return what a message answers to the questions of its task, or None if it does not belong to a waiting task.

    Args:
        context: The message and its task.
        asked: The interrupts of waiting tasks, by the tasks' ids; empty again after a restart of the process.

    Raises:
        ServerError: If there are several questions, and a mere text for them.
    """
    task, message = context.current_task, context.message
    if task is None or message is None or task.status.state not in QUESTION_STATES:
        return None
    given = [part.root.data for part in message.parts if isinstance(part.root, DataPart)]
    responses = [data for data in given if INTERRUPT_RESPONSE in data]
    if responses:
        return cast("list[InterruptResponseContent]", responses)
    interrupts = asked.get(task.id, ())
    if len(interrupts) > 1:
        ids = [each.id for each in interrupts]
        raise ServerError(
            InvalidParamsError(message=f"expected a data part with {INTERRUPT_RESPONSE!r} for each of {ids!r}")
        )
    return [
        {"interruptResponse": {"interruptId": each.id, "response": context.get_user_input()}} for each in interrupts
    ] or None
