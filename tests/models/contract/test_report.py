"""The contract's table in docs/models.md."""

from __future__ import annotations

import pytest

from tests.models.contract.provider import Ability, Provider, all_providers
from tests.models.contract.report import FAILS, LACKS, documented

HEADER, _, *ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in documented().splitlines()]
TABLE = {row[0]: dict(zip(HEADER[1:], row[1:], strict=True)) for row in ROWS}


def test_the_table_has_all_providers_and_no_failure() -> None:
    assert HEADER[1:] == [provider.name for provider in all_providers()]
    assert FAILS not in {cell for row in TABLE.values() for cell in row.values()}


@pytest.mark.parametrize("provider", all_providers(), ids=lambda provider: provider.name)
@pytest.mark.parametrize(
    ("behaviour", "ability", "otherwise"),
    [
        ("images", "images", "refused"),
        ("documents", "documents", "refused"),
        ("video", "video", "refused"),
        ("images in tool results", "tool_images", "refused"),
        ("cached tokens are reported", "cache_usage", LACKS),
        ("reasoning is a block of its own", "reasoning", LACKS),
        ("any tool can be demanded", "any_tool", LACKS),
        ("parallel calls", "parallel_tools", LACKS),
        ("overflow is told apart", "overflow", LACKS),
    ],
)
def test_the_table_says_what_the_providers_say(
    provider: Provider, behaviour: str, ability: Ability, otherwise: str
) -> None:
    """The contract holds each provider to its abilities; the table was written from a run, which may be old."""
    says = TABLE[behaviour][provider.name]
    assert says == otherwise if ability not in provider.abilities else says in ("sent", "yes")
