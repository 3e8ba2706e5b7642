"""The words of scripts: plain functions that make the steps of a model's turn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from strands.testing._gate import Gate
from strands.testing._steps import (
    Blocked,
    Disconnect,
    Failure,
    Pause,
    Phase,
    Raw,
    Reasoning,
    Signal,
    Stop,
    Text,
    UsageReport,
    Use,
)

INPUT_PIECE_CHARS = 12
"""Length of the pieces in which the JSON of a tool's input streams."""


def text(content: str | Iterable[str | Signal], *, phase: Phase | None = None) -> Text:
    """Say something.

    Args:
        content: A string, which streams word by word, or the list of the very deltas; signals may stand between
            them: `text(["It is ", pause(gate), "4 °C."])`.
        phase: Mark the text as commentary or as the final answer, as some providers do. Bedrock has no such mark:
            `BedrockEndpoint` leaves it out.
    """
    return Text(_pieces(content), phase=phase)


def cited(content: str | Iterable[str | Signal], *citations: Mapping[str, Any]) -> Text:
    """Say something and name the sources, each with `title`, `location` and `sourceContent` as Bedrock has them."""
    return Text(_pieces(content), citations)


def reasoning(
    content: str | Iterable[str | Signal] = "", *, signature: str | None = None, redacted: bytes | None = None
) -> Reasoning:
    """Think: text, a signature after it, or redacted content alone."""
    return Reasoning(_pieces(content), signature, redacted)


def use(
    name: str,
    input: Mapping[str, Any] | str | Iterable[str | Signal] | None = None,
    /,
    *,
    tool_use_id: str | None = None,
    **fields: Any,
) -> Use:
    """Call a tool: `use("weather", city="Oslo")`.

    Args:
        name: The tool's name.
        input: The input as a mapping, as literal (perhaps invalid) JSON, or as the list of its deltas.
        tool_use_id: The call's id; by default the player numbers the calls: `tooluse_1`, `tooluse_2`, ...
        **fields: Fields of the input, added to the mapping.

    Raises:
        TypeError: If the name is no text, or the input is given in two ways.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be the tool's name, got {name!r}")
    if input is None or isinstance(input, Mapping):
        input = json.dumps({**(input or {}), **fields}, ensure_ascii=False)
    elif fields:
        raise TypeError(f"input given as {input!r} and as fields {sorted(fields)!r}, expected one of them")
    if isinstance(input, str):
        input = [input[at : at + INPUT_PIECE_CHARS] for at in range(0, len(input), INPUT_PIECE_CHARS)]
    return Use(name, tuple(input), tool_use_id)


def stop(reason: str, *, additional_fields: Any = None) -> Stop:
    """End the response for this reason, whatever its content calls for.

    Without it the reason is `tool_use` if the turn calls a tool, else `end_turn`.
    """
    return Stop(reason, additional_fields)


def usage(
    *,
    input_tokens: int | None = None,
    output_tokens: int | None = None,
    total_tokens: int | None = None,
    cache_read_tokens: int | None = None,
    cache_write_tokens: int | None = None,
    latency_ms: int = 10,
) -> UsageReport:
    """Report these counts; by default 10 input tokens, one output token per delta, and their sum."""
    counts = {
        "inputTokens": input_tokens,
        "outputTokens": output_tokens,
        "totalTokens": total_tokens,
        "cacheReadInputTokens": cache_read_tokens,
        "cacheWriteInputTokens": cache_write_tokens,
    }
    return UsageReport({key: count for key, count in counts.items() if count is not None}, latency_ms)


def blocked(side: Literal["input", "output"], *, replacement: str | None = None) -> Blocked:
    """Let a guardrail block the user's input or the model's output.

    The text of the turn is what the guardrail answers instead, or what it let slip before it intervened. On
    `BedrockEndpoint` the client decides about the replacement from the trace it gets; `ScriptedModel` announces it.

    Args:
        side: Whose message is blocked.
        replacement: What takes the message's place in the history.
    """
    if side not in ("input", "output"):
        raise ValueError(f"side must be 'input' or 'output', got {side!r}")
    default = "[User input redacted.]" if side == "input" else "[Assistant output redacted.]"
    return Blocked(side, default if replacement is None else replacement)


def pause(until: float | Gate) -> Pause:
    """Wait so many seconds, or until the test opens the gate."""
    return Pause(until)


def error(failure: str | Exception, message: str = "The model failed, as the script says.") -> Failure:
    """Fail; as the first step the request is refused, after content the stream breaks.

    Args:
        failure: One of Bedrock's error codes, such as `ValidationException` or `InternalServerException`; or an
            exception, which `ScriptedModel` raises and `BedrockEndpoint` reports as an internal error.
        message: The error's message, if `failure` is a code.
    """
    if isinstance(failure, Exception):
        return Failure("InternalServerException", str(failure), exception=failure)
    return Failure(failure, message)


def throttled(message: str = "Too many requests, please wait.", *, retry_after_s: float | None = None) -> Failure:
    """Refuse the request over its rate; the next request gets the next turn."""
    return Failure("ThrottlingException", message, retry_after_s=retry_after_s)


def overflow(message: str = "Input is too long for requested model.") -> Failure:
    """Refuse the request because it does not fit in the model's context window."""
    return Failure("ValidationException", message, overflow=True)


def disconnect() -> Disconnect:
    """Cut the connection."""
    return Disconnect()


def raw(*chunks: Mapping[str, Any]) -> Raw:
    """Send chunks as they are.

    A turn of nothing but raw chunks (and signals) is sent without the message's frame: no `messageStart`,
    `messageStop` and `metadata` are added, so that any malformed stream can be written down.
    """
    return Raw(tuple(dict(chunk) for chunk in chunks))


def silence() -> Raw:
    """End the stream without a single chunk."""
    return Raw(())


def _pieces(content: str | Iterable[str | Signal]) -> tuple[str | Signal, ...]:
    """Split a string before the space in front of each word, as tokens are; a list is kept as it is."""
    if isinstance(content, str):
        return tuple(re.findall(r"\s*\S+(?:\s+$)?|\s+", content))
    return tuple(content)
