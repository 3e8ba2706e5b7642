"""Collections that know more than their items."""

from typing import Generic, TypeVar

T = TypeVar("T")


class PaginatedList(list[T], Generic[T]):
    """One page of a listing.

    Attributes:
        pagination_token: Asks the source for the next page; None on the last.
    """

    def __init__(self, data: list[T], token: str | None = None) -> None:
        super().__init__(data)
        self.pagination_token = token
