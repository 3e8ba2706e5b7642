"""The plugin that moves large tool results out of the conversation."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from strands.hooks.events import AfterToolCallEvent
from strands.plugins.decorator import hook
from strands.plugins.plugin import Plugin
from strands.tools._threads import run_in_thread
from strands.tools.decorator import tool
from strands.types.tools import ToolContext, ToolResult, ToolResultContent
from strands.vended_plugins.context_offloader._blocks import block_from, storable
from strands.vended_plugins.context_offloader.storage import Storage

if TYPE_CHECKING:
    from strands.agent.agent import Agent

logger = logging.getLogger(__name__)

_CHARS_PER_TOKEN = 4
_RETRIEVAL_TOOL = "retrieve_offloaded_content"


class ContextOffloader(Plugin):
    """Stores tool results that are too large, and leaves a preview and references in the conversation.

    The model reads the whole with a tool that the plugin adds. When content cannot be stored, the result stays as it
    is.
    """

    name = "context_offloader"

    def __init__(
        self,
        storage: Storage,
        max_result_tokens: int = 2_500,
        preview_tokens: int = 1_000,
        *,
        include_retrieval_tool: bool = True,
    ) -> None:
        """Take the storage and the limits.

        Args:
            storage: Where content goes.
            max_result_tokens: Results of more tokens are offloaded; at least 1.
            preview_tokens: How much of the text remains; 0 for nothing.
            include_retrieval_tool: Whether the model gets the tool with which to read offloaded content.

        Raises:
            ValueError: If a limit is out of range.
        """
        if preview_tokens < 0:
            raise ValueError("preview_tokens must be non-negative")
        if max_result_tokens < 1:
            raise ValueError("max_result_tokens must be positive")
        self._storage = storage
        self._max_result_tokens = max_result_tokens
        self._preview_tokens = preview_tokens
        self._include_retrieval_tool = include_retrieval_tool

    def init_agent(self, agent: Agent) -> None:
        """Leave the tool out if it is not wanted."""
        if not self._include_retrieval_tool:
            self.tools[:] = [each for each in self.tools if each.tool_name != _RETRIEVAL_TOOL]

    @tool(context=True)
    def retrieve_offloaded_content(self, reference: str, tool_context: ToolContext) -> dict[str, Any] | str:
        """Read content that was too large for the conversation.

        Parts of tool results are replaced by references (ref: ...). Call this with a reference when the preview is not
        enough and no other tool leads to just the part that you need.

        Args:
            reference: The reference, as it stands in the tool result.
            tool_context: Where the call comes from.
        """
        try:
            content, content_type = self._storage.retrieve(reference)
        except KeyError:
            return f"Error: reference not found: {reference}"
        return {"status": "success", "content": [block_from(content, content_type, reference)]}

    @hook
    async def _handle_tool_result(self, event: AfterToolCallEvent) -> None:
        """Offload the result if it is too large."""
        if event.cancel_message is not None or self._is_own_tool(event):
            return
        tool_use_id = event.tool_use["toolUseId"]
        try:
            tokens = await _tokens_of(event)
            if tokens > self._max_result_tokens:
                offloaded = await run_in_thread(self._offloaded, tool_use_id, event.result, tokens)
                event.result = offloaded or event.result
        except Exception:
            logger.warning(
                "tool_use_id=<%s> | failed to offload tool result, keeping original", tool_use_id, exc_info=True
            )

    def _is_own_tool(self, event: AfterToolCallEvent) -> bool:
        """Tell whether the result is content that was just read back."""
        return self._include_retrieval_tool and event.tool_use["name"] == _RETRIEVAL_TOOL

    def _offloaded(self, tool_use_id: str, result: ToolResult, tokens: int) -> ToolResult | None:
        """Store a result's content and return what remains, or None if there is nothing that can be stored."""
        kept: list[ToolResultContent] = []
        references: list[str] = []
        previews: list[str] = []
        for index, block in enumerate(result["content"]):
            found = storable(block)
            if found is None:
                kept.append(block)
                continue
            reference = self._storage.store(f"{tool_use_id}_{index}", found.content, found.content_type)
            references.append(f"  {reference} ({found.label})")
            if found.preview is not None:
                previews.append(found.preview)
            if found.placeholder is not None:
                kept.append({"text": f"[{found.placeholder} | ref: {reference}]"})
        if not references:
            return None
        logger.debug(
            "tool_use_id=<%s>, blocks=<%d>, tokens=<%d> | tool result offloaded",
            tool_use_id,
            len(references),
            tokens,
        )
        preview = "\n".join(previews)[: self._preview_tokens * _CHARS_PER_TOKEN]
        summary = self._summary(len(result["content"]), tokens, preview, references)
        return {**result, "content": [{"text": summary}, *kept]}

    def _summary(self, blocks: int, tokens: int, preview: str, references: list[str]) -> str:
        lines = [
            f"[Offloaded: {blocks} blocks, ~{tokens:,} tokens]",
            "Tool result was offloaded to external storage due to size.",
            "Use the preview below to answer if possible.",
            "Use your available tools to selectively access the data you need.",
        ]
        if self._include_retrieval_tool:
            lines.append(f"You can also use {_RETRIEVAL_TOOL} with a reference to get the full content.")
        return "\n".join([*lines, "", preview, "", "[Stored references:]", *references])


async def _tokens_of(event: AfterToolCallEvent) -> int:
    """Return the size of a result as the model counts it, or, if that is more, what its text and JSON come to.

    A model's estimate may leave out JSON.
    """
    counted = await event.agent.model.count_tokens([{"role": "user", "content": [{"toolResult": event.result}]}])
    content = event.result["content"]
    if not any("json" in block for block in content):
        return counted
    chars = sum(len(block.get("text", "")) for block in content)
    chars += sum(len(json.dumps(block["json"])) for block in content if "json" in block)
    return max(counted, -(-chars // _CHARS_PER_TOKEN))
