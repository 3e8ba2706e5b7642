"""What is added to three modules of the published package, and where.

The code that is added is written here; of the package's own code only names and shapes are known.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
from libcst import matchers as m

from upstream.inserts import CHOICE, DEFAULT, EVENT_CLASSES, GATE, KEYWORD, TOLD_OF_CALL, TOLD_OF_DEFAULT, VERDICT
from upstream.places import (
    PlaceError,
    all_of,
    class_named,
    function_named,
    import_from,
    line_with,
    only,
    source_of,
    with_after,
    with_argument_told,
    with_before,
    with_imported,
    with_keyword,
    with_parameter,
)


def with_events(module: cst.Module) -> cst.Module:
    """Add the internal events to `types/_events.py`."""
    for source, name in (("typing", "cast"), ("typing_extensions", "override")):
        names = import_from(module, source).names
        if isinstance(names, cst.ImportStar) or name not in (alias.evaluated_name for alias in names):
            raise PlaceError(f"expected {name} to be imported from {source}")
    return with_after(module, class_named(module, "StartEventLoopEvent"), EVENT_CLASSES)


def with_verdicts(module: cst.Module) -> cst.Module:
    """Let the loop in `event_loop/event_loop.py` say when the model is called, and what it thinks of a response."""
    for name in ("ModelAttemptEvent", "TurnVerdictEvent"):
        module = with_imported(module, "..types._events", name)
    module = with_import_line(module, ".final_turn", "is_answer")
    loop = only(
        all_of(module, m.For(iter=m.Call(func=m.Name("stream_messages")), asynchronous=m.Asynchronous())),
        "loop over the events of stream_messages",
    )
    tools = argument_of_stream_messages(loop.iter)
    module = with_before(module, loop, f"yield ModelAttemptEvent(tools_offered=bool({module.code_for_node(tools)}))\n")
    cycle = function_named(module, "event_loop_cycle")
    if not all_of(cycle.params, m.Param(name=m.Name("structured_output_context"))):
        raise PlaceError("expected event_loop_cycle to have a parameter structured_output_context")
    told = only(all_of(cycle, m.Yield(value=m.Call(func=m.Name("ModelMessageEvent")))), "yield of a ModelMessageEvent")
    if not all_of(told, m.Arg(keyword=m.Name("message"), value=m.Name("message"))):
        raise PlaceError("expected the ModelMessageEvent to be made of a variable message")
    pair = m.Tuple(elements=[m.Element(m.Name("stop_reason")), m.Element(m.Name("message")), m.ZeroOrMore()])
    only(all_of(cycle, m.AssignTarget(target=pair)), "assignment to stop_reason and message")
    return with_before(module, line_with(cycle, told), VERDICT)


def with_option(module: cst.Module) -> cst.Module:
    """Give the Agent in `agent/agent.py` the keyword."""
    module = with_import_line(module, "..event_loop.final_turn", "FinalTurnGate")
    module = _told(module, "__init__", f"{KEYWORD}: bool = False", TOLD_OF_DEFAULT)
    module = _at_start(module, "__init__", DEFAULT)
    for method, function in (("__call__", None), ("invoke_async", "stream_async"), ("stream_async", None)):
        module = _told(module, method, f"{KEYWORD}: bool | None = None", TOLD_OF_CALL)
        if method != "stream_async":
            module = with_keyword(module, _call_that_passes_all_on(_method(module, method), function), KEYWORD)
    module = _at_start(module, "stream_async", CHOICE)
    runs = m.Assign(
        targets=[m.AssignTarget(m.Name("events"))],
        value=m.Call(func=m.Attribute(value=m.Name("self"), attr=m.Name("_run_loop"))),
    )
    stream = _method(module, "stream_async")
    return with_after(module, line_with(stream, only(all_of(stream, runs), "assignment of self._run_loop()")), GATE)


EDITS: dict[str, Callable[[cst.Module], cst.Module]] = {
    "types/_events.py": with_events,
    "event_loop/event_loop.py": with_verdicts,
    "agent/agent.py": with_option,
}
"""Modules of the package, and what is added to each."""


def with_import_line(module: cst.Module, source: str, name: str) -> cst.Module:
    """Add an import in alphabetical order among the imports that go up as many packages."""
    level = len(source) - len(source.lstrip("."))
    found = {
        source_of(module, line.body[0]): line
        for line in module.body
        if isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.ImportFrom)
    }
    before = [other for other in found if len(other) - len(other.lstrip(".")) == level and other < source]
    if not before:
        raise PlaceError(f"expected an import that comes before the one from {source}")
    return with_after(module, found[max(before)], f"from {source} import {name}\n")


def argument_of_stream_messages(call: cst.Call) -> cst.BaseExpression:
    """Return what is passed as the tools: the fourth argument."""
    by_name = [arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "tool_specs"]
    positional = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    if not by_name and len(positional) != 4:
        raise PlaceError(f"expected stream_messages to get tool_specs as its fourth argument, got {len(positional)}")
    return by_name[0] if by_name else positional[3]


def _method(module: cst.Module, name: str) -> cst.FunctionDef:
    return function_named(class_named(module, "Agent"), name)


def _told(module: cst.Module, method: str, parameter: str, told: tuple[str, ...]) -> cst.Module:
    module = with_parameter(module, _method(module, method), parameter)
    return with_argument_told(module, _method(module, method), told)


def _at_start(module: cst.Module, method: str, code: str) -> cst.Module:
    return with_after(module, _method(module, method).body.body[0], code)


def _call_that_passes_all_on(method: cst.FunctionDef, callee: str | None) -> cst.Call:
    """Return the call of a method of self that gets the method's own `**kwargs`."""
    attribute = m.Name(callee) if callee else m.Name()
    call = m.Call(
        func=m.Attribute(value=m.Name("self"), attr=attribute),
        args=[m.ZeroOrMore(), m.Arg(star="**", value=m.Name("kwargs"))],
    )
    found: list[cst.Call] = all_of(method, call)
    return only(found, f"call in {method.name.value} that passes **kwargs on")
