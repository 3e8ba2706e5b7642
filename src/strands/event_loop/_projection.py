"""How many tokens the next request will hold, before it is made."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from strands.types.content import Messages

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.types.tools import ToolSpecs

logger = logging.getLogger(__name__)


async def projected_input_tokens(agent: Agent, tool_specs: ToolSpecs) -> int | None:
    """Return the size of the next request, or None if the model cannot count it.

    The provider's figures for the last response cover everything up to it, so that only what came after is counted.
    """
    try:
        known, since = _last_known_size(agent.messages)
        if since == 0:
            return await agent.model.count_tokens(
                agent.messages, tool_specs, agent.system_prompt, agent.system_prompt_content
            )
        return known + await agent.model.count_tokens(agent.messages[since:])
    except Exception:
        logger.debug("tokens of the next request could not be counted", exc_info=True)
        return None


def _last_known_size(messages: Messages) -> tuple[int, int]:
    """Return the tokens that the provider counted last, and how many messages they cover."""
    for index in range(len(messages) - 1, -1, -1):
        usage = messages[index].get("metadata", {}).get("usage")
        if messages[index]["role"] == "assistant" and usage is not None:
            return usage["inputTokens"] + usage["outputTokens"], index + 1
    return 0, 0
