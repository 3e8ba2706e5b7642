"""Content blocks as Converse takes them.

Each block is copied key by key, since Bedrock refuses keys that it does not know, and blocks of other providers or of
the user's own making often have some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from strands.models._content import unsupported
from strands.types.content import ContentBlock

Block = dict[str, Any]

_PLAIN_SOURCES = ("bytes", "text", "content", "s3Location")


def converse_block(block: ContentBlock, *, result_status: bool) -> Block:
    """Return the block as Converse takes it.

    Args:
        block: A block of a message.
        result_status: Whether tool results carry their status.

    Raises:
        TypeError: If the block is of a kind that Bedrock does not know, or its media are where Bedrock cannot fetch.
        ValueError: If the block lacks a key that Bedrock requires.
    """
    if "toolResult" in block:
        return {"toolResult": _tool_result(block["toolResult"], result_status=result_status)}
    for kind, copied in _COPIES.items():
        if kind in block:
            return _copied(kind, block, copied)
    raise unsupported(block)


def _copied(kind: str, block: Mapping[str, Any], copied: Callable[[Any], Any]) -> Block:
    try:
        return {kind: copied(block[kind])}
    except KeyError as missing:
        raise ValueError(f"{kind} block must have the key {missing.args[0]!r}, got {block[kind]!r}") from None


def _picked(source: Mapping[str, Any], *keys: str) -> Block:
    return {key: source[key] for key in keys if key in source}


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError(f"text block must hold a string, got {text!r}")
    return text


def _texts(parts: Iterable[Mapping[str, Any]]) -> list[Block]:
    return [{"text": part["text"]} for part in parts]


def _cache_point(point: Mapping[str, Any]) -> Block:
    return {"type": point["type"], **({"ttl": point["ttl"]} if point.get("ttl") else {})}


def _document(document: Mapping[str, Any]) -> Block:
    source = _media_source("document", document["source"])
    copy = {**_picked(document, "name", "format", "context"), "source": source}
    if document.get("citations") is not None:
        copy["citations"] = {"enabled": document["citations"]["enabled"]}
    return {key: value for key, value in copy.items() if value is not None}


def _image_or_video(kind: str, media: Mapping[str, Any]) -> Block:
    return {"format": media["format"], "source": _media_source(kind, media["source"])}


def _media_source(kind: str, source: Mapping[str, Any]) -> Block:
    """Return where media come from."""
    if "location" not in source:
        plain = _picked(source, *_PLAIN_SOURCES)
        if not plain:
            raise ValueError(f"media source must have bytes or a location, got the keys {list(source)!r}")
        return plain
    location = source["location"]
    if location.get("type") != "s3":
        raise unsupported(kind, hint=f"Bedrock fetches media from S3 only, got the location {location!r}")
    owner = {"bucketOwner": location["bucketOwner"]} if "bucketOwner" in location else {}
    return {"s3Location": {"uri": location["uri"], **owner}}


def _guard_content(guarded: Mapping[str, Any]) -> Block:
    if "image" in guarded:
        return {"image": _picked(guarded["image"], "format", "source")}
    text = guarded["text"]
    return {"text": {"text": text["text"], **_picked(text, "qualifiers")}}


def _reasoning(reasoning: Mapping[str, Any]) -> Block:
    copy: Block = {}
    if "reasoningText" in reasoning:
        text = reasoning["reasoningText"]
        copy["reasoningText"] = _picked(text, "text")
        if text.get("signature"):
            copy["reasoningText"]["signature"] = text["signature"]
    return {**copy, **_picked(reasoning, "redactedContent")}


def _tool_use(tool_use: Mapping[str, Any]) -> Block:
    return {"input": tool_use["input"], "name": tool_use["name"], "toolUseId": tool_use["toolUseId"]}


def _tool_result(result: Mapping[str, Any], *, result_status: bool) -> Block:
    content = [_result_part(part, result_status=result_status) for part in result["content"]]
    copy: Block = {"content": content or [{"text": ""}], "toolUseId": result["toolUseId"]}
    if result_status and "status" in result:
        copy["status"] = result["status"]
    return copy


def _result_part(part: Mapping[str, Any], *, result_status: bool) -> Block:
    if "json" in part:
        return {"json": part["json"]}
    return converse_block(part, result_status=result_status)  # type: ignore[arg-type]  # the kinds overlap


def _citations(cited: Mapping[str, Any]) -> Block:
    copy: Block = {}
    if "citations" in cited:
        copy["citations"] = [_citation(citation) for citation in cited["citations"]]
    if "content" in cited:
        copy["content"] = _texts(cited["content"])
    return copy


def _citation(citation: Mapping[str, Any]) -> Block:
    copy = _picked(citation, "location", "title")
    if "sourceContent" in citation:
        copy["sourceContent"] = _texts(citation["sourceContent"])
    return copy


_COPIES: dict[str, Callable[[Any], Any]] = {
    "cachePoint": _cache_point,
    "document": _document,
    "guardContent": _guard_content,
    "image": partial(_image_or_video, "image"),
    "reasoningContent": _reasoning,
    "text": _text,
    "toolUse": _tool_use,
    "video": partial(_image_or_video, "video"),
    "citationsContent": _citations,
}
"""How to copy each kind of block. Should a block have several kinds, the first counts."""
