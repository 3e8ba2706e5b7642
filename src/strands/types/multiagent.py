"""What a multi-agent orchestrator can be called with."""

from typing import TypeAlias

from strands.types.content import ContentBlock
from strands.types.interrupt import InterruptResponseContent

MultiAgentInput: TypeAlias = str | list[ContentBlock] | list[InterruptResponseContent]
"""The task, or the answers to the interrupts that stopped it."""
