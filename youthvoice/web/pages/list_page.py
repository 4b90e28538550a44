"""Fifty lines of a long list at a time, and the addresses of its other pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

from flask import request

_Line = TypeVar("_Line")

_Other = TypeVar("_Other")

_LINES_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class ListPage(Generic[_Line]):
    """One page of a list.

    Attributes:
        lines: those of this page.
        number: how many there are on all pages.
        page: its number, from 1.
        pages: how many there are.
        parameter: of the address, with the number of the page: a page with two lists has two.
    """

    lines: Sequence[_Line]
    number: int
    page: int
    pages: int
    parameter: str

    def with_lines(self, lines: Sequence[_Other]) -> "ListPage[_Other]":
        """The same page with something else for each line, in their order."""
        return ListPage(lines, self.number, self.page, self.pages, self.parameter)

    def address(self, page: int, anchor: str = "") -> str:
        """The address of another page of this list, or of a place on it; whatever else the address asks stays."""
        others = [(name, value) for name, value in request.args.items(multi=True) if name != self.parameter]
        return f"{request.path}?{urlencode([*others, (self.parameter, page)])}{'#' if anchor else ''}{anchor}"


def page_of_list(
    lines: Sequence[_Line], parameter: str = "page", *, whole: bool = False, most: int = _LINES_SHOWN
) -> ListPage[_Line]:
    """The page of a list that a request asks for.

    Args:
        lines: all of them, in their order.
        parameter: of the address.
        whole: whether all lines are on one page.
        most: lines on one page, fewer where a page has many lists.
    """
    most = max(1, len(lines)) if whole else most
    pages = max(1, -(-len(lines) // most))
    page = min(max(1, request.args.get(parameter, 1, int)), pages)
    return ListPage(lines[(page - 1) * most : page * most], len(lines), page, pages, parameter)
