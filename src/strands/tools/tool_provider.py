"""Sources of tools with a lifecycle, such as a connection to a tool server."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strands.types.tools import AgentTool


class ToolProvider(ABC):
    """Gives agents tools, and releases its resources when the last consumer has left."""

    @abstractmethod
    async def load_tools(self, **kwargs: Any) -> Sequence[AgentTool]:
        """Return the tools that the provider offers now."""

    @abstractmethod
    def add_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
        """Note that a consumer uses the tools; adding the same id again changes nothing."""

    @abstractmethod
    def remove_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
        """Note that a consumer is done; the last one to leave releases the resources.

        Removing an id that is not known changes nothing.
        """
