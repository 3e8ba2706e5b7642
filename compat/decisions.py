"""The one reviewed list of differences from the published package, each with its reason.

A difference that no entry explains fails the check; an entry that explains nothing any more fails it too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A difference that is wanted."""

    area: str
    scenarios: tuple[str, ...]
    """Names or shell-style patterns of scenarios."""
    paths: tuple[str, ...]
    """Shell-style patterns of the places in the observation that may differ."""
    reason: str


DECISIONS: tuple[Decision, ...] = ()

NOT_THERE_YET: dict[str, str] = {
    "strands.agent.a2a_agent": "agent-to-agent protocol",
    "strands.experimental": "experimental features",
    "strands.models._openai_bedrock": "other model providers",
    "strands.models.anthropic": "other model providers",
    "strands.models.gemini": "other model providers",
    "strands.models.litellm": "other model providers",
    "strands.models.llamaapi": "other model providers",
    "strands.models.llamacpp": "other model providers",
    "strands.models.mistral": "other model providers",
    "strands.models.ollama": "other model providers",
    "strands.models.openai": "other model providers",
    "strands.models.openai_responses": "other model providers",
    "strands.models.sagemaker": "other model providers",
    "strands.models.writer": "other model providers",
    "strands.multiagent": "graphs and swarms",
    "strands.session": "sessions",
    "strands.tools.mcp": "Model Context Protocol",
    "strands.types.a2a": "agent-to-agent protocol",
    "strands.vended_plugins": "vended plugins",
}
"""Published modules that later work brings, with what brings them; remove an entry to switch its modules on."""
