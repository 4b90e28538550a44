"""Which of a reader's sites a page shows: fifty at a time, or those whose name has the words of a search.

Somebody who works at a thousand sites gets pages that open on an old computer; at fifty or fewer nothing is divided.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy.orm import Session

from youthvoice.privacy.text_folding import plain_words
from youthvoice.sites.store import Site, list_site_names, list_sites

SITES_SHOWN: Final = 50
"""Sites on one page."""

_NAMES_KEPT: Final = 4096  # with their keys

_MAX_LETTERS: Final = 80  # of a search

_SAME_LETTERS: Final = str.maketrans("ىیةک", "ييهك")
"""Arabic letters that keyboards of different countries write for each other."""

_DIGITS: Final = re.compile(r"(\d{1,9})")

_OF_THESE_SITES: Final = frozenset({"sites", "site_name", "page"})
"""What belongs to one page of sites: another one has pages of its own."""

TASKS: Final = "tasks"
"""The page of a list that belongs to the search, of whatever sites of it a page is."""


@dataclass(frozen=True, slots=True)
class SitePage:
    """The sites of one page, the most urgent first where there are several pages.

    Attributes:
        sites: those that are shown.
        first: how many come before them.
        number: how many there are on all pages.
        is_long: whether the reader has more sites than one page shows; else nothing is said of pages.
        words: what the reader looks for; empty for every site.
        waiting: at how many sites of later pages something urgent waits.
        endpoint: of the list.
        most: sites on one page.
    """

    sites: Sequence[Site]
    first: int
    number: int
    is_long: bool
    words: str
    waiting: int
    endpoint: str
    most: int

    @property
    def ids(self) -> list[int]:
        """The rows of the sites."""
        return [site.id for site in self.sites]

    @property
    def page(self) -> int:
        """The number of this page, from 1."""
        return self.first // self.most + 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.number // self.most) if self.is_long else 1

    @property
    def last(self) -> int:
        """How many sites come up to the end of this page."""
        return self.first + len(self.sites)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address asks, as names and values: a search keeps it."""
        return self._others(without={TASKS})

    def address(self, page: int = 1, words: str = "", anchor: str = "") -> str:
        """The address of another page of this list, or of a place on it."""
        own = [("site_name", words)] if words else []
        others = self._others(without={TASKS} if words != self.words else ())
        query = urlencode([*others, *own, *([("sites", page)] if page > 1 else [])])
        return f"{url_for(self.endpoint)}{'?' if query else ''}{query}{'#' if anchor else ''}{anchor}"

    @staticmethod
    def _others(without: Collection[str]) -> list[tuple[str, str]]:
        lost = _OF_THESE_SITES.union(without)
        return [(name, value) for name, value in request.args.items(multi=True) if name not in lost]


def choose_sites(
    session: Session,
    site_ids: Collection[int],
    urgency: Mapping[int, int] | None = None,
    endpoint: str = "",
    most: int = SITES_SHOWN,
) -> SitePage:
    """The sites of the page that a request asks for: by urgency, then by name.

    Args:
        session: only read.
        site_ids: all sites of the reader.
        urgency: of sites at which something waits, by site; more is more urgent.
        endpoint: of the list, where the request goes elsewhere.
        most: sites on one page of somebody who has more than `SITES_SHOWN`, where each is long.
    """
    urgent, is_long = urgency or {}, len(site_ids) > SITES_SHOWN
    words = search_words(request.args.get("site_name")) if is_long else ""
    is_wanted, names = name_filter(words), list_site_names(session, site_ids)
    order = [site_id for site_id, name in names.items() if is_wanted(name)]
    if is_long:
        order.sort(key=lambda site_id: (-urgent.get(site_id, 0), name_key(names[site_id])))
    most = most if is_long else SITES_SHOWN
    page = min(max(1, request.args.get("sites", 1, int)), max(1, -(-len(order) // most)))
    first, end = (page - 1) * most, page * most
    sites = sorted(list_sites(session, order[first:end]), key=lambda site: order.index(site.id, first))
    waiting = sum(urgent.get(site_id, 0) > 0 for site_id in order[end:])
    return SitePage(sites, first, len(order), is_long, words, waiting, endpoint or request.endpoint or "", most)


def search_words(typed: str | None) -> str:
    """What somebody typed to find a site by its name, not too long."""
    return (typed or "")[:_MAX_LETTERS].strip()


def find_names(words: str, names: Mapping[int, str]) -> list[int]:
    """The sites with the words of a search in their names, in the order of names."""
    is_wanted = name_filter(words)
    return sorted((site_id for site_id, name in names.items() if is_wanted(name)), key=lambda at: name_key(names[at]))


def name_filter(words: str) -> Callable[[str], bool]:
    """Whether each word of a search is in a name, in whatever case and with whichever accents and vowel signs.

    Forty words of one letter each are looked for as quickly as one: a name is folded once.
    """
    folded_words = {_fold(word) for word in words.split()}
    return lambda name: not folded_words or all(map(_fold(name).__contains__, folded_words))


@lru_cache(_NAMES_KEPT)
def name_key(name: str) -> tuple[tuple[int, str], ...]:
    """A key by which *School 2* comes before *School 10*."""
    parts = filter(None, _DIGITS.split(name.casefold()))
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def _fold(text: str) -> str:
    return "".join(plain_words(text)).translate(_SAME_LETTERS)
