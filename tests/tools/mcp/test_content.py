"""What models get to see of a server's answers."""

from __future__ import annotations

from typing import Any

import pytest
from mcp.shared.exceptions import McpError
from mcp.types import URL_ELICITATION_REQUIRED, ErrorData

from strands.tools.mcp import MCPClient
from strands.tools.mcp._content import error_result

IMAGE = {"image": {"format": "png", "source": {"bytes": b"pixel"}}}

CONTENT: dict[str, list[dict[str, Any]]] = {
    "text": [{"text": "a text"}],
    "png": [IMAGE],
    "jpg": [{"image": {"format": "jpeg", "source": {"bytes": b"pixel"}}}],
    "text_resource": [{"text": "embedded"}],
    "blob_text": [{"text": "plain"}],
    "blob_json": [{"text": '{"a": 1}'}],
    "blob_xml": [{"text": "<a/>"}],
    "blob_yaml": [{"text": "a: 1"}],
    "blob_not_utf8": [{"text": "\ufffd\ufffd"}],
    "blob_png": [IMAGE],
    "tiff": [],
    "audio": [],
    "link": [],
    "blob_tiff": [],
    "blob_pdf": [],
    "blob_untyped": [],
    "blob_bad": [],
    "blob_image_bad": [],
}


@pytest.mark.parametrize("kind, content", CONTENT.items(), ids=CONTENT)
def test_content(client: MCPClient, kind: str, content: list[dict[str, Any]]) -> None:
    """Texts and images get through; what models cannot take is left out, without costing them the rest."""
    result = client.call_tool_sync("t1", "contents", {"kinds": ["text", kind]})
    assert result == {
        "status": "success",
        "toolUseId": "t1",
        "content": [{"text": "a text"}, *content],
        "isError": False,
    }


@pytest.mark.parametrize("kind", [kind for kind, content in CONTENT.items() if not content])
def test_what_is_left_out_is_logged(client: MCPClient, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """A tool whose results vanish must be possible to explain."""
    client.call_tool_sync("t1", "contents", {"kinds": [kind]})
    assert [(record.name, record.levelname) for record in caplog.records] == [("strands.tools.mcp._content", "WARNING")]


def test_an_image_that_is_none_fails_the_call(client: MCPClient) -> None:
    """The model should know that it did not see what it asked for."""
    result = client.call_tool_sync("t1", "contents", {"kinds": ["bad_base64"]})
    assert result["status"] == "error"
    assert result["content"][0]["text"].startswith("Tool execution failed: Invalid base64-encoded string")


@pytest.mark.parametrize("is_error, status", [(False, "success"), (True, "error")])
def test_structured_content_and_metadata(client: MCPClient, is_error: bool, status: str) -> None:
    """Applications read these from the result; the order of the keys is the one that histories have."""
    result = client.call_tool_sync("t1", "full", {"is_error": is_error})
    assert list(result.items()) == [
        ("status", status),
        ("toolUseId", "t1"),
        ("content", [{"text": "all"}]),
        ("structuredContent", {"answer": 42}),
        ("metadata", {"cost": 3}),
        ("isError", is_error),
    ]


def test_results_by_type(client: MCPClient) -> None:
    """A server built from typed functions gives both, text for models and data for programs."""
    result = client.call_tool_sync("t1", "weather", {"city": "Rome"})
    assert result == {
        "status": "success",
        "toolUseId": "t1",
        "content": [{"text": '{\n  "city": "Rome",\n  "degrees": 21.5\n}'}],
        "structuredContent": {"city": "Rome", "degrees": 21.5},
        "isError": False,
    }


@pytest.mark.parametrize(
    "tool, arguments, text",
    [("fail", {"text": "broken"}, "Error executing tool fail: broken"), ("unknown", {}, "Unknown tool: unknown")],
)
def test_a_tool_that_fails_gives_an_error_result(
    client: MCPClient, tool: str, arguments: dict[str, Any], text: str
) -> None:
    """Models can react to errors, so they are results."""
    assert client.call_tool_sync("t1", tool, arguments) == {
        "status": "error",
        "toolUseId": "t1",
        "content": [{"text": text}],
        "isError": True,
    }


@pytest.mark.parametrize(
    "error, text",
    [
        (McpError(ErrorData(code=URL_ELICITATION_REQUIRED, message="Sign in", data={"url": 5})), "Sign in"),
        (ValueError(), "ValueError"),
    ],
    ids=["malformed question", "no message"],
)
def test_an_error_is_never_empty(error: Exception, text: str) -> None:
    """A model can do more with a name than with nothing."""
    assert error_result("t1", error) == {
        "status": "error",
        "toolUseId": "t1",
        "content": [{"text": f"Tool execution failed: {text}"}],
    }
