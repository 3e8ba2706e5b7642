"""Events of the Responses API, read past OpenAI's SDK: to try all kinds for each takes a third of a millisecond."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from typing import Any

import httpx
import openai
from openai.types.responses import ResponseStreamEvent

from strands.models._chat.events import chunks_in


class _Sent(openai.BaseModel):
    """Has the SDK tell the kinds of events apart, and make objects of them, as when it reads them itself."""

    event: ResponseStreamEvent


def event_of(fields: dict[str, Any]) -> Any:
    """Return an event as an object of the SDK; what its kind should not have, or lacks, is no error."""
    return _Sent.construct(event=fields).event


def events_of(stream: Any) -> AbstractAsyncContextManager[AsyncIterable[Any]]:
    """Lend the events of the SDK's stream as JSON; those of a stand-in, or of what traces a stream, as they come."""
    return aclosing(_json_in(stream.response)) if type(stream) is openai.AsyncStream else nullcontext(stream)


async def _json_in(response: httpx.Response) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the events of a response.

    Raises:
        APIError: If an event holds an error, as when the SDK reads them itself.
    """
    async with aclosing(chunks_in(response)) as events:
        async for event in events:
            error = event.get("error")
            if error:
                said = error.get("message") if isinstance(error, dict) else error
                raise openai.APIError(str(said or "the response failed"), response.request, body=error)
            yield event
