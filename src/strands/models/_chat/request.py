"""From messages and tools to the request of a chat-completions service, in its dialect; no I/O, no state.

Providers publish the steps as `format_*` methods. The builder calls back through them, so that a subclass that
overrides one changes what is sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from strands.models._chat.dialect import ChatDialect, Medium
from strands.models._content import unsupported
from strands.models._media import base64_text, media_bytes, mime_type
from strands.types.content import ContentBlock, Message, Messages, SystemContentBlock
from strands.types.tools import ToolChoice, ToolResult, ToolSpec, ToolUse

logger = logging.getLogger(__name__)

Json = dict[str, Any]

MOVED_IMAGE = "Tool successfully returned an image. The image is being provided in the following user message."


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps that a provider publishes and subclasses may override."""

    content: Callable[[ContentBlock], Any]
    tool_call: Callable[[ToolUse], Json]
    tool_message: Callable[[ToolResult], Json]

    @classmethod
    def of(cls, dialect: ChatDialect) -> Steps:
        """Return the dialect's own steps, for providers that publish none."""
        content = partial(content_part, dialect)
        return cls(content, partial(tool_call, dialect), partial(tool_message, dialect, content=content))


def content_part(dialect: ChatDialect, block: Mapping[str, Any]) -> Json:
    """Return a block as a part of a message's content.

    Raises:
        TypeError: If the service does not take such blocks, or media that are kept elsewhere.
    """
    if "text" in block:
        return {"text": block["text"], "type": "text"}
    for kind in dialect.media:
        if kind in block:
            return _MEDIA_PARTS[kind](dialect, block[kind])
    raise unsupported(block)


def tool_call(dialect: ChatDialect, tool_use: ToolUse) -> Json:
    """Return a tool use as a call in a message of the assistant."""
    function = {"arguments": json.dumps(tool_use["input"]), "name": tool_use["name"]}
    call: Json = {"function": function, "id": tool_use["toolUseId"]}
    return {**call, "type": "function"} if dialect.call_type else call


def tool_message(dialect: ChatDialect, result: ToolResult, *, content: Callable[[ContentBlock], Any]) -> Json:
    """Return a tool's result as a message; images are still in their place.

    Raises:
        TypeError: If the service does not take what the result holds.
    """
    blocks: list[Json] = [
        {"text": json.dumps(part["json"])} if "json" in part else {**part} for part in result["content"]
    ]
    joint = dialect.result_joint
    answer: Any = [content(cast("ContentBlock", block)) for block in blocks]
    if joint is not None and all("text" in block for block in blocks):
        answer = joint.join(block["text"] for block in blocks)
    elif dialect.result_images == "refused":
        kind = next(key for block in blocks for key in block if key != "text")
        raise unsupported(f"toolResult/{kind}")
    return {"role": "tool", "tool_call_id": result["toolUseId"], "content": answer or ""}


def chat_messages(dialect: ChatDialect, messages: Messages, steps: Steps) -> list[Json]:
    """Return the conversation.

    Tool results come before what the user adds to them, since they have to follow the calls at once.
    """
    formatted: list[Json] = []
    for message in messages:
        formatted += _tool_messages(dialect, message["content"], steps)
        formatted += _message(dialect, message, steps)
    return formatted


def system_messages(
    dialect: ChatDialect, system_prompt: str | None, system_prompt_content: Sequence[SystemContentBlock] | None
) -> list[Json]:
    """Return the system prompt as messages; the blocks, if given, replace the string."""
    blocks = system_prompt_content
    if blocks is None:
        blocks = [{"text": system_prompt}] if system_prompt else []
    if not dialect.system_blocks:
        return [{"role": "system", "content": block["text"]} for block in blocks if "text" in block]
    parts: list[Json] = []
    for block in blocks:
        if "cachePoint" in block and parts:
            parts[-1]["cache_control"] = _cache_control(block["cachePoint"])
        elif "text" in block:
            parts.append({"type": "text", "text": block["text"]})
    return [{"role": "system", "content": parts}] if parts else []


def function_tools(tool_specs: Iterable[ToolSpec] | None) -> list[Json]:
    """Return the tools that the model may call."""
    return [{"type": "function", "function": _function(spec)} for spec in tool_specs or ()]


def function_choice(tool_choice: ToolChoice | None) -> Json:
    """Return the fields of a request that say whether the model may, or must, call a tool."""
    if not tool_choice:
        return {}
    choice = cast("Json", tool_choice)
    if "tool" in choice:
        return {"tool_choice": {"type": "function", "function": {"name": choice["tool"]["name"]}}}
    return {"tool_choice": "required" if "any" in choice else "auto"}


def _data_url(kind: Medium, media: Mapping[str, Any]) -> str:
    """Return media as a URL that holds them."""
    mime = f"video/{media['format']}" if kind == "video" else mime_type(media["format"])
    return f"data:{mime};base64,{base64_text(media_bytes(kind, media))}"


def _image(dialect: ChatDialect, image: Mapping[str, Any]) -> Json:
    url: Json = {"url": _data_url("image", image)}
    if dialect.image_details:
        url.update(detail="auto", format=mime_type(image["format"]))
    return {"image_url": url, "type": "image_url"}


def _document(_: ChatDialect, document: Mapping[str, Any]) -> Json:
    return {
        "file": {"file_data": _data_url("document", document), "filename": document["name"]},
        "type": "file",
    }


def _video(_: ChatDialect, video: Mapping[str, Any]) -> Json:
    address = video.get("source", {}).get("bytes")
    if not isinstance(address, str):  # some put the address of a video there
        address = _data_url("video", video)
    return {"type": "video_url", "video_url": {"detail": "auto", "url": address}}


def _audio(_: ChatDialect, audio: Mapping[str, Any]) -> Json:
    return {
        "type": "input_audio",
        "input_audio": {"data": base64_text(media_bytes("audio", audio)), "format": audio["format"]},
    }


_MEDIA_PARTS: Mapping[Medium, Callable[[ChatDialect, Mapping[str, Any]], Json]] = {
    "image": _image,
    "document": _document,
    "video": _video,
    "audio": _audio,
}


def _message(dialect: ChatDialect, message: Message, steps: Steps) -> list[Json]:
    """Return the message without its tool results; none if nothing is left."""
    blocks = [block for block in message["content"] if "toolResult" not in block]
    calls = [steps.tool_call(block["toolUse"]) for block in blocks if "toolUse" in block]
    said = [block for block in blocks if "toolUse" not in block and not _is_skipped(dialect, block)]
    if not said and not calls:
        return []
    formatted: Json = {"role": message["role"]}
    if not said:
        formatted.update(dialect.bare_call_content)
    elif dialect.text_joint is not None and all("text" in block for block in said):
        formatted["content"] = dialect.text_joint.join(block["text"] for block in said)
    else:
        parts = [steps.content(block) for block in said]
        lone = dialect.assistant_part and message["role"] == "assistant"
        formatted["content"] = {**parts[0], "text": "\n".join(part["text"] for part in parts)} if lone else parts
    if calls:
        formatted["tool_calls"] = calls
    return [formatted]


def _tool_messages(dialect: ChatDialect, blocks: Iterable[ContentBlock], steps: Steps) -> list[Json]:
    """Return the results among the blocks, and after all of them the images that cannot stay in them."""
    results: list[Json] = []
    moved: list[Json] = []
    for block in blocks:
        if "toolResult" in block:
            answer = steps.tool_message(block["toolResult"])
            images = _images(answer) if dialect.result_images == "in a message" else []
            if images:
                rest = [part for part in answer["content"] if part not in images]
                answer = {**answer, "content": [*rest, {"type": "text", "text": MOVED_IMAGE}]}
                moved.append({"role": "user", "content": images})
            results.append(answer)
    return results + moved


def _images(message: Json) -> list[Any]:
    content = message["content"]
    return [part for part in content if part.get("type") == "image_url"] if isinstance(content, list) else []


def _is_skipped(dialect: ChatDialect, block: Mapping[str, Any]) -> bool:
    kind = next((kind for kind in dialect.skipped_kinds if kind in block), None)
    if kind is not None:
        logger.warning("provider=<%s>, content_type=<%s> | not sent back to the model", dialect.provider, kind)
    return kind is not None


def _function(spec: ToolSpec) -> Json:
    schema = spec["inputSchema"]
    return {"name": spec["name"], "description": spec["description"], "parameters": schema.get("json", schema)}


def _cache_control(cache_point: Mapping[str, Any]) -> Json:
    ttl = cache_point.get("ttl")
    return {"type": "ephemeral", "ttl": ttl} if ttl else {"type": "ephemeral"}
