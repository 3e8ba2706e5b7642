"""Moved to `strands.vended_plugins.steering`."""

from strands.experimental._moved import moved

__getattr__, __dir__ = moved(__name__, "strands.vended_plugins.steering")
