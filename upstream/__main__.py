"""The command line; see the package."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from upstream import patch
from upstream.changes import Change, Refused, changes_for
from upstream.description import NoSection, description
from upstream.releases import RELEASES
from upstream.target import NoTarget, Target, target_at


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the process's exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (Refused, NoTarget, NoSection) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m upstream", description="Final-turn streaming for the published SDK."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    applying = commands.add_parser("apply", help="edit a checkout or an installed copy in place")
    applying.add_argument("path", type=Path, metavar="PATH", help="a checkout, or a directory with the package")
    instead = applying.add_mutually_exclusive_group()
    instead.add_argument("--check", dest="action", action="store_const", const=_check, help="only say if it would work")
    instead.add_argument("--diff", dest="action", action="store_const", const=_diff, help="only print the changes")
    instead.add_argument("--revert", dest="action", action="store_const", const=_revert, help="undo it")
    applying.set_defaults(action=_apply, run=lambda options: options.action(target_at(options.path)))
    telling = commands.add_parser("pr", help="print the pull request's description")
    telling.add_argument("path", type=Path, nargs="?", metavar="PATH", help="a checkout or package whose sizes to add")
    telling.set_defaults(run=_describe)
    trying = commands.add_parser("matrix", help="try it on published releases")
    trying.add_argument("versions", nargs="*", default=RELEASES, metavar="VERSION", help="instead of all of them")
    trying.add_argument("--areas", nargs="+", metavar="AREA", help="scenarios of the compatibility check to compare")
    trying.set_defaults(run=_matrix)
    return parser


def _describe(options: argparse.Namespace) -> int:
    target = None if options.path is None else target_at(options.path)
    print(description(target, None if target is None else changes_for(target)), end="")
    return 0


def _matrix(options: argparse.Namespace) -> int:
    from upstream.matrix import run_matrix, smoke_areas

    return 0 if run_matrix(options.versions, options.areas or smoke_areas()) else 1


def _apply(target: Target) -> int:
    if patch.is_applied(target):
        print(f"{target.package}: has the patch already, nothing to do")
        return 0
    changes = changes_for(target)
    patch.apply(target, changes)
    _report(target, changes, "added")
    return 0


def _check(target: Target) -> int:
    if patch.is_applied(target):
        print(f"{target.package}: has the patch already")
        return 0
    _report(target, changes_for(target), "would be added")
    return 0


def _diff(target: Target) -> int:
    if patch.is_applied(target):
        print(f"{target.package}: has the patch already", file=sys.stderr)
        return 0
    for change in changes_for(target):
        sys.stdout.writelines(_unified(target, change))
    return 0


def _revert(target: Target) -> int:
    for path in patch.revert(target):
        print(f"{'restored' if path.exists() else 'removed'} {path}")
    return 0


def _report(target: Target, changes: list[Change], done: str) -> None:
    print(f"{target.package}: {target.kind}")
    for change in changes:
        new = " (new file)" if change.before is None else ""
        print(f"  {change.added_lines():4} lines {done}: {change.path}{new}")
    if target.tests is None:
        print("  An installed copy has no tests and no README: only the package itself is changed.")


def _unified(target: Target, change: Change) -> list[str]:
    name = target.name_of(change.path)
    before = (change.before or b"").decode().splitlines(keepends=True)
    after = change.after.decode().splitlines(keepends=True)
    old = f"a/{name}" if change.before is not None else "/dev/null"
    return list(difflib.unified_diff(before, after, old, f"b/{name}"))


if __name__ == "__main__":
    raise SystemExit(main())
