"""What the model is sent of the history: no metadata, no blank content, no impossible tool names."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_, itemgetter

from strands.tools.tools import InvalidToolUseNameException, validate_tool_use_name
from strands.types.content import ContentBlock, Message, Messages

BLANK_TEXT = "[blank text]"
INVALID_TOOL_NAME = "INVALID_TOOL_NAME"

_content_of = itemgetter("content")


class RequestMessages:
    """The request's view of one growing history; each message is prepared once.

    A long run asks for the view before every model call. Messages that are the same objects as last time, with the
    same content lists, keep their prepared form; when anything else changed, all of it is prepared anew.
    """

    def __init__(self) -> None:
        self._contents: list[list[ContentBlock]] = []
        self._prepared: Messages = []

    def of(self, messages: Messages) -> Messages:
        """Return the messages for one request, in a list of its own."""
        contents = list(map(_content_of, messages))
        known = len(self._contents)
        if known > len(contents) or not all(map(is_, contents, self._contents)):
            known = 0
        self._prepared[known:] = map(_prepared, messages[known:])
        # Preparing fills in content in place, so the lists compared next time are these very lists.
        self._contents = contents
        return self._prepared.copy()


def fill_blank_content(content: list[ContentBlock]) -> None:
    """Make an assistant message's content acceptable to providers, which refuse empty lists and blank text."""
    if not content:
        content.append({"text": BLANK_TEXT})
        return
    if not any("text" in block and not block["text"].strip() for block in content):
        return
    if any("toolUse" in block for block in content):
        content[:] = [block for block in content if "text" not in block or block["text"].strip()]
        return
    for block in content:
        if "text" in block and not block["text"].strip():
            block["text"] = BLANK_TEXT


def _prepared(message: Message) -> Message:
    if message["role"] == "assistant":
        fill_blank_content(message["content"])
        _replace_invalid_tool_names(message["content"])
    return {"role": message["role"], "content": message["content"]}


def _replace_invalid_tool_names(content: Sequence[ContentBlock]) -> None:
    for block in content:
        if "toolUse" in block:
            try:
                validate_tool_use_name(block["toolUse"])
            except InvalidToolUseNameException:
                block["toolUse"]["name"] = INVALID_TOOL_NAME
