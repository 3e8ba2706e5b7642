"""Token counts from the service, and an estimate when it has none to give."""

from __future__ import annotations

import logging
from abc import abstractmethod
from typing import Any

from typing_extensions import override

from strands.models.model import Model
from strands.types.content import Messages, SystemContentBlock
from strands.types.exceptions import ProviderTokenCountError
from strands.types.tools import ToolSpec

logger = logging.getLogger(__name__)


class CountingModel(Model):
    """A model whose service counts tokens, if the setting `use_native_token_count` says so."""

    @override
    async def count_tokens(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None = None,
        system_prompt: str | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
    ) -> int:
        config: Any = self.get_config()
        if config.get("use_native_token_count"):
            try:
                return await self._tokens_by_the_service(messages, tool_specs, system_prompt, system_prompt_content)
            except Exception as error:  # a count is not worth a run: whatever went wrong, estimate
                logger.debug("model_id=<%s>, error=<%s> | counting failed | estimating", config.get("model_id"), error)
        return await super().count_tokens(messages, tool_specs, system_prompt, system_prompt_content)

    @abstractmethod
    async def _tokens_by_the_service(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None,
        system_prompt: str | None,
        system_prompt_content: list[SystemContentBlock] | None,
    ) -> int:
        """Return the service's count; any exception leads to an estimate."""


def counted(tokens: int | None) -> int:
    """Return the count of a response.

    Raises:
        ProviderTokenCountError: If the response has none.
    """
    if tokens is None:
        raise ProviderTokenCountError("response has no token count")
    return tokens
