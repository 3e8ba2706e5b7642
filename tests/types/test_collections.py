"""Pages of listings."""

from __future__ import annotations

import pytest

from strands.types import PaginatedList


@pytest.mark.parametrize("token", [None, "next"])
def test_page_is_a_list_with_a_token(token: str | None) -> None:
    """Callers treat a page as a list, and ask for more only if there is a token."""
    page = PaginatedList([1, 2], token)
    assert (page, page.pagination_token) == ([1, 2], token)
