"""From what MCP servers say to results for models."""

from __future__ import annotations

import base64
import binascii
import json
import logging

from mcp.shared.exceptions import McpError
from mcp.types import (
    URL_ELICITATION_REQUIRED,
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    ElicitationRequiredErrorData,
    EmbeddedResource,
    ImageContent,
    TextContent,
    TextResourceContents,
)
from pydantic import ValidationError

from strands.tools.mcp.mcp_types import MCPToolResult
from strands.types.media import ImageFormat
from strands.types.tools import ToolResultContent

logger = logging.getLogger(__name__)

MIME_TO_FORMAT: dict[str, ImageFormat] = {
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/jpg": "jpeg",
    "image/webp": "webp",
    "image/gif": "gif",
}
"""Image formats that models take, by MIME type."""

_TEXT_TYPES = frozenset({"application/json", "application/xml", "application/javascript", "application/x-yaml"})
_TEXT_TYPE_ENDINGS = ("/yaml", "+json", "+xml")


def tool_result(tool_use_id: str, result: CallToolResult) -> MCPToolResult:
    """Return a server's result as a result for the model; what models cannot take is left out.

    Raises:
        ValueError: If an image is not what it says it is.
    """
    content = [found for block in result.content if (found := _content_from_block(block)) is not None]
    mapped = MCPToolResult(status="error" if result.isError else "success", toolUseId=tool_use_id, content=content)
    if result.structuredContent:
        mapped["structuredContent"] = result.structuredContent
    if result.meta:
        mapped["metadata"] = result.meta
    mapped["isError"] = bool(result.isError)
    return mapped


def error_result(tool_use_id: str, error: BaseException) -> MCPToolResult:
    """Return a call that did not get a result as an error result for the model."""
    text = _elicitation_text(error) or f"Tool execution failed: {reason(error)}"
    return MCPToolResult(status="error", toolUseId=tool_use_id, content=[{"text": text}])


def reason(error: BaseException) -> str:
    """Return what went wrong: of errors in groups the first, and in place of an empty message the error's type."""
    while exceptions := getattr(error, "exceptions", None):  # exception groups; Python 3.10 does not know their type
        error = exceptions[0]
    return str(error) or type(error).__name__


def _elicitation_text(error: BaseException) -> str | None:
    """Return what a server wants of the user before it goes on, if that is the error."""
    if not isinstance(error, McpError) or error.error.code != URL_ELICITATION_REQUIRED:
        return None
    try:
        wanted = ElicitationRequiredErrorData.model_validate(error.error.data).elicitations
    except ValidationError:
        logger.debug("data=<%r> | elicitation request is malformed", error.error.data)
        return None
    elicitations = json.dumps([each.model_dump(exclude_none=True) for each in wanted])
    return f"MCP Elicitation required: [{error.error.message}] with data {elicitations}"


def _content_from_block(block: ContentBlock) -> ToolResultContent | None:
    if isinstance(block, TextContent):
        return {"text": block.text}
    if isinstance(block, ImageContent) and block.mimeType in MIME_TO_FORMAT:
        return _image(MIME_TO_FORMAT[block.mimeType], base64.b64decode(block.data))
    if isinstance(block, EmbeddedResource):
        return _content_from_resource(block.resource)
    logger.warning(
        "type=<%s>, mime_type=<%s> | content of a tool result left out, since models cannot take it",
        block.type,
        getattr(block, "mimeType", None),
    )
    return None


def _content_from_resource(resource: TextResourceContents | BlobResourceContents) -> ToolResultContent | None:
    if isinstance(resource, TextResourceContents):
        return {"text": resource.text}
    mime_type = resource.mimeType or ""
    try:
        if mime_type in MIME_TO_FORMAT:
            return _image(MIME_TO_FORMAT[mime_type], base64.b64decode(resource.blob))
        if _is_text(mime_type):
            return {"text": base64.b64decode(resource.blob).decode("utf-8", errors="replace")}
    except binascii.Error:
        logger.warning("uri=<%s> | embedded resource left out, since it is not base64", resource.uri)
        return None
    logger.warning(
        "uri=<%s>, mime_type=<%s> | embedded resource left out, since models cannot take it",
        resource.uri,
        resource.mimeType,
    )
    return None


def _is_text(mime_type: str) -> bool:
    return mime_type.startswith("text/") or mime_type in _TEXT_TYPES or mime_type.endswith(_TEXT_TYPE_ENDINGS)


def _image(image_format: ImageFormat, content: bytes) -> ToolResultContent:
    return {"image": {"format": image_format, "source": {"bytes": content}}}
