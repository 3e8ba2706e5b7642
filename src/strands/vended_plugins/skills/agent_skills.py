"""The plugin that offers skills to an agent."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from strands.hooks.events import BeforeInvocationEvent
from strands.plugins.decorator import hook
from strands.plugins.plugin import Plugin
from strands.tools.decorator import tool
from strands.types.tools import ToolContext
from strands.vended_plugins.skills._presentation import activation_text, skills_xml
from strands.vended_plugins.skills._sources import resolved_skills
from strands.vended_plugins.skills.skill import Skill

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.types.content import SystemContentBlock

logger = logging.getLogger(__name__)

SkillSource: TypeAlias = str | Path | Skill
"""A skill, its directory or file, a directory of skills, or an https URL."""

SkillSources: TypeAlias = SkillSource | list[SkillSource]

_INJECTED = "last_injected_xml"
_ACTIVATED = "activated_skills"


class AgentSkills(Plugin):
    """Lists skills in the system prompt, and gives the model a tool with which to load them.

    One plugin may serve several agents: what it remembers of each is in that agent's state.
    """

    name = "agent_skills"

    def __init__(
        self,
        skills: SkillSources,
        state_key: str = "agent_skills",
        max_resource_files: int = 20,
        strict: bool = False,
    ) -> None:
        """Load the skills.

        Args:
            skills: Where they come from; what cannot be loaded is skipped with a warning. Later ones replace earlier
                ones of the same name.
            state_key: Where the plugin keeps its notes in an agent's state.
            max_resource_files: How many files of a skill the model is told of.
            strict: Whether skills with unsuitable names are skipped.

        Raises:
            TypeError: If a source is neither a path, nor a URL, nor a skill.
        """
        self._state_key = state_key
        self._max_resource_files = max_resource_files
        self._strict = strict
        self._lock = threading.Lock()  # tools of one response run at the same time
        self.set_available_skills(skills)

    def init_agent(self, agent: Agent) -> None:
        """Warn if there is nothing to offer."""
        if not self._skills:
            logger.warning("no skills were loaded, the agent will have no skills available")

    def get_available_skills(self) -> list[Skill]:
        """Return the skills on offer."""
        return [*self._skills.values()]

    def set_available_skills(self, skills: SkillSources) -> None:
        """Replace the skills; agents see the new ones from their next run on.

        Raises:
            TypeError: If a source is neither a path, nor a URL, nor a skill.
        """
        self._skills = resolved_skills(skills if isinstance(skills, list) else [skills], strict=self._strict)

    def get_activated_skills(self, agent: Agent) -> list[str]:
        """Return the names of the skills that an agent has loaded, the latest one last."""
        names = self._notes_on(agent).get(_ACTIVATED)
        return [*names] if isinstance(names, list) else []

    @tool(context=True)
    def skills(self, skill_name: str, tool_context: ToolContext) -> str:
        """Load a skill's instructions.

        Call this with the name of a skill from the list of available skills in the system prompt before you work on
        something that the skill is for.

        Args:
            skill_name: The name of the skill, as listed.
            tool_context: Where the call comes from.
        """
        if not skill_name:
            return f"Error: skill_name is required. Available skills: {', '.join(self._skills)}"
        skill = self._skills.get(skill_name)
        if skill is None:
            return f"Skill '{skill_name}' not found. Available skills: {', '.join(self._skills)}"
        logger.debug("skill_name=<%s> | skill activated", skill_name)
        self._remember_activation(tool_context.agent, skill_name)
        return activation_text(skill, self._max_resource_files)

    @hook
    def _on_before_invocation(self, event: BeforeInvocationEvent) -> None:
        """Bring the list in the system prompt up to date."""
        agent = event.agent
        former = self._notes_on(agent).get(_INJECTED)
        blocks: list[SystemContentBlock] = agent.system_prompt_content or []
        if former is not None:
            remaining = _without(blocks, former)
            if remaining == blocks:
                logger.warning("unable to find previously injected skills XML in system prompt, re-appending")
            blocks = remaining
        listed = skills_xml(self._skills.values())
        agent.system_prompt = [*blocks, {"text": listed}]
        if listed != former:
            self._note(agent, _INJECTED, listed)

    def _remember_activation(self, agent: Agent, skill_name: str) -> None:
        with self._lock:
            others = [name for name in self.get_activated_skills(agent) if name != skill_name]
            self._note(agent, _ACTIVATED, [*others, skill_name])

    def _notes_on(self, agent: Agent) -> dict[str, Any]:
        notes = agent.state.get(self._state_key)
        if notes is None:
            return {}
        if not isinstance(notes, dict):
            raise TypeError(f"expected dict for state key {self._state_key!r}, got {type(notes).__name__}")
        return notes

    def _note(self, agent: Agent, key: str, value: Any) -> None:
        agent.state.set(self._state_key, {**self._notes_on(agent), key: value})


def _without(blocks: list[SystemContentBlock], text: str) -> list[SystemContentBlock]:
    """Return blocks without a text, be it a block of its own or, after the prompt was set as one text, part of one."""
    remaining: list[SystemContentBlock] = []
    for block in blocks:
        kept = block.get("text")
        if kept is None or text not in kept:
            remaining.append(block)
        elif kept != text:
            remaining.append({"text": kept.replace(f"\n{text}", "").replace(text, "")})
    return remaining
