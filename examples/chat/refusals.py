"""Refusals: one JSON form for all, `{"kind": ..., "message": ...}`, that a page can tell apart and show."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from examples.chat.runs import Busy
from strands.types.exceptions import SessionException

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A request that does not fit how the conversation stands."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def install(app: FastAPI) -> None:
    """Answer refused requests in the common form."""

    async def invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return _reply(422, "invalid", "; ".join(_complaint(each) for each in error.errors()))

    async def busy(_request: Request, _error: Exception) -> JSONResponse:
        return _reply(409, "busy", "This conversation is being answered in another tab. Please wait until it is done.")

    async def refused(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refused)
        return _reply(409, error.kind, error.message)

    async def unreadable(_request: Request, error: Exception) -> JSONResponse:
        logger.error("the conversation cannot be read", exc_info=error)
        return _reply(500, "unreadable", "This conversation cannot be read. Please begin a new one.")

    app.add_exception_handler(SessionException, unreadable)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Busy, busy)
    app.add_exception_handler(Refused, refused)


def _reply(status: int, kind: str, message: str) -> JSONResponse:
    return JSONResponse({"kind": kind, "message": message}, status_code=status)


def _complaint(error: dict[str, Any]) -> str:
    """Name the field, its value and what was expected."""
    if error["type"] == "json_invalid":
        return f"body is not valid JSON: {error['ctx']['error']}"
    field = ".".join(map(str, error["loc"]))
    return f"{field} is {str(error.get('input'))[:80]!r}: {error['msg']}"
