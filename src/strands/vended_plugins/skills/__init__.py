"""Skills: instructions that an agent loads when a task calls for them."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.vended_plugins.skills.agent_skills import AgentSkills as AgentSkills
    from strands.vended_plugins.skills.agent_skills import SkillSource as SkillSource
    from strands.vended_plugins.skills.agent_skills import SkillSources as SkillSources
    from strands.vended_plugins.skills.skill import Skill as Skill

__all__ = ["AgentSkills", "Skill", "SkillSource", "SkillSources"]

_PLUGIN = "strands.vended_plugins.skills.agent_skills"

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "AgentSkills": _PLUGIN,
        "Skill": "strands.vended_plugins.skills.skill",
        "SkillSource": _PLUGIN,
        "SkillSources": _PLUGIN,
    },
)
