"""Places in a module, found by structure, and the ways to add to them.

Each function returns a changed copy of the module. A place that is missing or ambiguous is a `PlaceError`: better no
patch than one in the wrong place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

import libcst as cst
from libcst import matchers as m

_Node = TypeVar("_Node", bound=cst.CSTNode)


class PlaceError(Exception):
    """A place is missing, ambiguous, or not shaped so that something can be added to it."""


def only(found: Iterable[_Node], what: str) -> _Node:
    """Return the one node that was found.

    Raises:
        PlaceError: If there is none, or more than one.
    """
    nodes = list(found)
    if len(nodes) != 1:
        raise PlaceError(f"expected one {what}, found {len(nodes) or 'none'}")
    return nodes[0]


def class_named(module: cst.Module, name: str) -> cst.ClassDef:
    """Return a class of the module's top level."""
    found = (node for node in module.body if isinstance(node, cst.ClassDef) and node.name.value == name)
    return only(found, f"class {name}")


def function_named(scope: cst.Module | cst.ClassDef, name: str) -> cst.FunctionDef:
    """Return a function of the module's top level, or a method."""
    body = scope.body if isinstance(scope, cst.Module) else scope.body.body
    found = (node for node in body if isinstance(node, cst.FunctionDef) and node.name.value == name)
    return only(found, f"function {name}")


def import_from(module: cst.Module, source: str) -> cst.ImportFrom:
    """Return the import statement of the module's top level that imports from `source`, written with leading dots."""
    statements = (
        statement
        for line in module.body
        if isinstance(line, cst.SimpleStatementLine)
        for statement in line.body
        if isinstance(statement, cst.ImportFrom) and source_of(module, statement) == source
    )
    return only(statements, f"import from {source}")


def source_of(module: cst.Module, statement: cst.ImportFrom) -> str:
    """Return where a statement imports from, with leading dots."""
    name = module.code_for_node(statement.module) if statement.module else ""
    return "." * len(statement.relative) + name


def line_with(scope: cst.CSTNode, part: cst.CSTNode) -> cst.SimpleStatementLine:
    """Return the simple statement that holds a node."""
    lines = (line for line in all_of(scope, m.SimpleStatementLine()) if any(part is node for node in _within(line)))
    return cast(cst.SimpleStatementLine, only(lines, f"statement around a {type(part).__name__}"))


def all_of(scope: cst.CSTNode, matcher: Any) -> list[Any]:
    """Return the nodes that a matcher of libcst finds."""
    return list(m.findall(scope, matcher))


def _within(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _within(child)


# --- adding -----------------------------------------------------------------------------------------------------------


class _Rewriting(cst.CSTTransformer):
    def __init__(self, target: cst.CSTNode, rewrite: Callable[[Any], Any]) -> None:
        self._target = target
        self._rewrite = rewrite

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        return self._rewrite(updated_node) if original_node is self._target else updated_node


def rewritten(module: cst.Module, target: cst.CSTNode, rewrite: Callable[[Any], Any]) -> cst.Module:
    """Return the module with one node rewritten."""
    return module.visit(_Rewriting(target, rewrite))


def statements(module: cst.Module, code: str) -> Sequence[cst.BaseStatement]:
    """Parse statements that are to be added to the module."""
    parsed = cst.parse_module(code, module.config_for_parsing)
    first, *rest = cast("Sequence[cst.BaseStatement]", parsed.body)
    return [first.with_changes(leading_lines=[*parsed.header, *cast(Any, first).leading_lines]), *rest]


def with_before(module: cst.Module, target: cst.CSTNode, code: str) -> cst.Module:
    """Add statements in front of a statement; comments of the statement stay with it."""
    return rewritten(module, target, lambda node: cst.FlattenSentinel([*statements(module, code), node]))


def with_after(module: cst.Module, target: cst.CSTNode, code: str) -> cst.Module:
    """Add statements behind a statement."""
    return rewritten(module, target, lambda node: cst.FlattenSentinel([node, *statements(module, code)]))


def with_imported(module: cst.Module, source: str, name: str) -> cst.Module:
    """Add a name to an import that lists its names in alphabetical order, one a line."""
    statement = import_from(module, source)
    aliases = statement.names
    if isinstance(aliases, cst.ImportStar) or statement.lpar is None:
        raise PlaceError(f"expected the import from {source} to list its names in parentheses")
    at = next((i for i, alias in enumerate(aliases) if alias.evaluated_name > name), None)
    if at is None:
        raise PlaceError(f"expected the import from {source} to have a name after {name}")
    added = aliases[0].with_changes(name=cst.Name(name), asname=None)
    return rewritten(module, statement, lambda node: node.with_changes(names=[*aliases[:at], added, *aliases[at:]]))


def with_parameter(module: cst.Module, function: cst.FunctionDef, code: str) -> cst.Module:
    """Add a keyword-only parameter behind the others."""
    before = function.params.kwonly_params
    if len(before) < 2:
        raise PlaceError(f"expected keyword-only parameters in {function.name.value}, found {len(before)}")
    (added,) = cst.ensure_type(cst.parse_statement(f"def _(*, {code}): ..."), cst.FunctionDef).params.kwonly_params
    params = [*before[:-1], before[-1].with_changes(comma=before[0].comma), added.with_changes(comma=before[-1].comma)]
    return rewritten(module, function.params, lambda node: node.with_changes(kwonly_params=params))


def with_keyword(module: cst.Module, call: cst.Call, name: str) -> cst.Module:
    """Pass a name on as the keyword of the same name, in front of the call's `**` argument."""
    if len(call.args) < 2 or call.args[-1].star != "**" or call.args[-2].keyword is None:
        raise PlaceError("expected a call that ends in a keyword and a ** argument")
    added = call.args[-2].with_changes(keyword=cst.Name(name), value=cst.Name(name))
    return rewritten(module, call, lambda node: node.with_changes(args=[*node.args[:-1], added, node.args[-1]]))


def docstring_of(function: cst.FunctionDef) -> cst.SimpleString:
    """Return the literal of a function's docstring."""
    if function.get_docstring() is None:
        raise PlaceError(f"expected a docstring in {function.name.value}, found none")
    line = cst.ensure_type(function.body.body[0], cst.SimpleStatementLine)
    return cst.ensure_type(cst.ensure_type(line.body[0], cst.Expr).value, cst.SimpleString)


def with_argument_told(module: cst.Module, function: cst.FunctionDef, lines: Sequence[str]) -> cst.Module:
    """Add lines about an argument to a docstring: in front of `**kwargs`, or behind the last argument."""
    literal = docstring_of(function)
    told = literal.value.split(module.default_newline)
    at = _end_of_arguments(told, function.name.value)
    indent = told[at][: len(told[at]) - len(told[at].lstrip())] if told[at].strip() else _indent_of_arguments(told)
    told[at:at] = [indent + line for line in lines]
    return rewritten(module, literal, lambda node: node.with_changes(value=module.default_newline.join(told)))


def _end_of_arguments(told: list[str], function: str) -> int:
    first = [i for i, line in enumerate(told) if line.strip() == "Args:"]
    if len(first) != 1:
        raise PlaceError(f"expected one 'Args:' in the docstring of {function}, found {len(first) or 'none'}")
    for i in range(first[0] + 1, len(told)):
        is_blank = not told[i].strip()
        if told[i].strip().startswith("**kwargs:") or (is_blank and _is_heading(told[i + 1 : i + 2])):
            return i
    raise PlaceError(f"expected an end of the arguments in the docstring of {function}, found none")


def _is_heading(lines: list[str]) -> bool:
    return any(line.strip() in ("Raises:", "Returns:", "Yields:") for line in lines)


def _indent_of_arguments(told: list[str]) -> str:
    first = told[next(i for i, line in enumerate(told) if line.strip() == "Args:") + 1]
    return first[: len(first) - len(first.lstrip())]
