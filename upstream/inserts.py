"""The code and the sentences that are added to modules of the published package; all of it is written here."""

from __future__ import annotations

KEYWORD = "stream_final_turn_only"

EVENT_CLASSES = '''

class ModelAttemptEvent(TypedEvent):
    """Internal event before each call of the model; what an earlier attempt has streamed is rejected."""

    def __init__(self, *, tools_offered: bool) -> None:
        """Initialize with whether the model can answer this call with a tool use."""
        super().__init__({"tools_offered": tools_offered})

    @property
    def tools_offered(self) -> bool:
        """Whether the model can answer this call with a tool use."""
        return cast(bool, self["tools_offered"])

    @property
    @override
    def is_callback_event(self) -> bool:
        return False


class TurnVerdictEvent(TypedEvent):
    """Internal event once a response is accepted: every hook has run, and none asked for a retry."""

    def __init__(self, *, final: bool) -> None:
        """Initialize with whether the response ends the run with an answer."""
        super().__init__({"final": final})

    @property
    def final(self) -> bool:
        """Whether the response ends the run with an answer."""
        return cast(bool, self["final"])

    @property
    @override
    def is_callback_event(self) -> bool:
        return False
'''

VERDICT = """\
yield TurnVerdictEvent(
    final=is_answer(message, stop_reason, structured_output_wanted=structured_output_context.is_enabled)
)
"""

DEFAULT = f"""\
if not isinstance({KEYWORD}, bool):
    raise TypeError(f"{KEYWORD} must be a bool, got {{{KEYWORD}!r}}")
self.{KEYWORD} = {KEYWORD}
"""

CHOICE = f"""\
final_turn_only = self.{KEYWORD} if {KEYWORD} is None else {KEYWORD}
if not isinstance(final_turn_only, bool):
    raise TypeError(f"{KEYWORD} must be a bool, got {{final_turn_only!r}}")
"""

GATE = """\
if final_turn_only:
    events = FinalTurnGate().stream(events)
"""

TOLD_OF_DEFAULT = (
    f"{KEYWORD}: Whether only the text of the response that ends a run with an answer is streamed.",
    "    All other events stay. A call may override it. Defaults to False.",
)

TOLD_OF_CALL = (
    f"{KEYWORD}: Whether text is streamed only if it belongs to the response that ends the run",
    "    with an answer; None for the agent's default.",
)
