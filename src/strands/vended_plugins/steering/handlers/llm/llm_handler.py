"""Steering by a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import BaseModel, Field
from typing_extensions import override

from strands.types.tools import ToolUse
from strands.vended_plugins.steering.context_providers.ledger_provider import LedgerProvider
from strands.vended_plugins.steering.core.action import Guide, Interrupt, Proceed, ToolSteeringAction
from strands.vended_plugins.steering.core.context import SteeringContextProvider
from strands.vended_plugins.steering.core.handler import SteeringHandler
from strands.vended_plugins.steering.handlers.llm.mappers import DefaultPromptMapper, LLMPromptMapper

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.models.model import Model


class _LLMSteering(BaseModel):
    """Your decision."""

    decision: Literal["proceed", "guide", "interrupt"] = Field(
        description="'proceed' to let it happen, 'guide' to have it done differently, 'interrupt' to ask a person"
    )
    reason: str = Field(description="Why, and for 'guide' what the agent is to do instead")


_ACTIONS: dict[str, type[Proceed | Guide | Interrupt]] = {"proceed": Proceed, "guide": Guide, "interrupt": Interrupt}


class LLMSteeringHandler(SteeringHandler):
    """Asks a model to decide on each tool call.

    Attributes:
        system_prompt: What the model is to look out for.
        prompt_mapper: Writes the prompt for each decision.
        model: The model that decides; None for the agent's own.
    """

    def __init__(
        self,
        system_prompt: str,
        prompt_mapper: LLMPromptMapper | None = None,
        model: Model | None = None,
        context_providers: list[SteeringContextProvider] | None = None,
    ) -> None:
        """Take the model's instructions; without context providers it sees a ledger of the tool calls."""
        super().__init__(context_providers=[LedgerProvider()] if context_providers is None else context_providers)
        self.system_prompt = system_prompt
        self.prompt_mapper = prompt_mapper or DefaultPromptMapper()
        self.model = model

    @override
    async def steer_before_tool(self, *, agent: Agent, tool_use: ToolUse, **kwargs: Any) -> ToolSteeringAction:
        from strands.agent import Agent as SteeringAgent

        prompt = self.prompt_mapper.create_steering_prompt(self.steering_context, tool_use=tool_use)
        judge = SteeringAgent(model=self.model or agent.model, system_prompt=self.system_prompt, callback_handler=None)
        result = await judge.invoke_async(prompt, structured_output_model=_LLMSteering)
        decided = cast(_LLMSteering, result.structured_output)
        return _ACTIONS[decided.decision](reason=decided.reason)
