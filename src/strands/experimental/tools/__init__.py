"""Moved to `strands.tools`."""

from strands.experimental._moved import moved

__getattr__, __dir__ = moved(__name__, "strands.tools", frozenset({"ToolProvider"}))
