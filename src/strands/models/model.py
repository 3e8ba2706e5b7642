"""The contract between agents and model providers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from typing_extensions import TypedDict

from strands.models._token_estimate import tokens_of_request
from strands.types.content import Messages, SystemContentBlock
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpecs

if TYPE_CHECKING:
    from pydantic import BaseModel

    from strands.plugins._model_plugin import _ModelPlugin as _ModelPlugin

T = TypeVar("T", bound="BaseModel")


class BaseModelConfig(TypedDict, total=False):
    """Settings that every provider takes.

    Attributes:
        context_window_limit: Tokens that fit into the model's context; None when unknown.
    """

    context_window_limit: int | None


@dataclass
class CacheToolsConfig:
    """A cache point after the tool specifications.

    Attributes:
        type: The provider's name for the kind of cache point.
        ttl: How long the provider keeps what it cached, such as `5m` or `1h`; None leaves it to the provider.
    """

    type: str = "default"
    ttl: str | None = None


@dataclass
class CacheConfig:
    """Have the provider's cache points managed automatically.

    Attributes:
        strategy: `anthropic` places a cache point after the last user message; `auto` does what is known to work for
            the model in use, which may be nothing.
        ttl: How long the provider keeps what it cached, such as `5m` or `1h`; None leaves it to the provider.
    """

    strategy: Literal["auto", "anthropic"] = "auto"
    ttl: str | None = None


class Model(ABC):
    """A model that an agent can talk to."""

    @property
    def context_window_limit(self) -> int | None:
        """Tokens that fit into the model's context, or None when unknown."""
        config = self.get_config()
        if isinstance(config, dict):
            return config.get("context_window_limit")
        return getattr(config, "context_window_limit", None)  # a user's own model may use any object

    @property
    def stateful(self) -> bool:
        """Whether the provider keeps the conversation, so that each run sends only what is new."""
        return False

    @abstractmethod
    def update_config(self, **model_config: Any) -> None:
        """Change some of the settings.

        Args:
            **model_config: The settings to replace.
        """

    @abstractmethod
    def get_config(self) -> Any:
        """Return the settings."""

    @abstractmethod
    def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        """Have the model answer with an instance of a pydantic model.

        Args:
            output_model: The pydantic model.
            prompt: The conversation.
            system_prompt: Instructions for the model.
            **kwargs: For future use.

        Yields:
            Events of the response; the last one is `{"output": <instance>}`.

        Raises:
            ValidationError: If the answer does not fit the pydantic model.
        """

    @abstractmethod
    def stream(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        *,
        tool_choice: ToolChoice | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
        invocation_state: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> AsyncIterable[StreamEvent]:
        """Send the conversation and stream the response.

        Args:
            messages: The conversation.
            tool_specs: Tools that the model may call.
            system_prompt: Instructions for the model.
            tool_choice: Whether the model may, or must, call a tool.
            system_prompt_content: The instructions as blocks; they replace `system_prompt`.
            invocation_state: What the caller passed along with its call of the agent.
            **kwargs: For future use.

        Yields:
            The chunks of the response, from `messageStart` to `metadata`.

        Raises:
            ModelThrottledException: If the provider refuses the request over rate limits.
            ContextWindowOverflowException: If the conversation is longer than the model's context.
        """

    async def count_tokens(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
    ) -> int:
        """Return how many input tokens a request would take; an estimate, unless the provider counts.

        Args:
            messages: The conversation.
            tool_specs: Tools that the model may call.
            system_prompt: Instructions for the model.
            system_prompt_content: The instructions as blocks; they replace `system_prompt`.
        """
        return tokens_of_request(messages, tool_specs, system_prompt, system_prompt_content)


def __getattr__(name: str) -> Any:
    # The plugin is published here, but builds on the plugin layer, which builds on models.
    if name != "_ModelPlugin":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from strands.plugins._model_plugin import _ModelPlugin

    return _ModelPlugin
