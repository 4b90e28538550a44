"""The children's board of a site: its pages, and what is on them; the newest answer for the first page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import Final, NamedTuple

from flask import render_template
from sqlalchemy.orm import Session

from youthvoice.accountability.store import list_board_subjects
from youthvoice.good_news.store import list_board_weeks
from youthvoice.publications import store
from youthvoice.publications.board import board_entries
from youthvoice.publications.board.board_cards import BoardCard, BoardEntry, BoardStory, list_stories
from youthvoice.publications.influence.years import FROZEN_IN, list_influence_years
from youthvoice.sites.store import Site
from youthvoice.surveys.rounds.entities import UNATTENDED, Round
from youthvoice.surveys.rounds.status import settled_days
from youthvoice.surveys.rounds.store import list_rounds

MAX_CARDS: Final = 30  # of a page; an entry is never cut in two, so one large entry may have more

MAX_SMALL_ENTRIES: Final = 3  # rounds under ten that are shown

MAX_OPEN_STORIES: Final = 4  # stories that a page shows without unfolding


class _Source(NamedTuple):
    """What an entry is made from: the day of its news, a unique key, and its maker, which decrypts."""

    day: date
    key: str
    make: Callable[[], BoardEntry | None]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of the board.

    Attributes:
        entries: the entries on it.
        earlier: number of the next page; None if there is nothing earlier.
    """

    entries: tuple[BoardEntry, ...]
    earlier: int | None

    @property
    def open_stories(self) -> tuple[BoardStory, ...]:
        """The stories shown without unfolding: the first ones, what is answered before the rest.

        The last two places go to good news and to a change, where neither is among them.
        """
        board_stories = list_stories(
            [entry for entry in self.entries if not entry.is_year], lambda entry: entry.open_cards
        )
        board_stories.sort(key=lambda story: (not story.card.reply, not story.card.changed))  # stable
        stories = board_stories[:MAX_OPEN_STORIES]
        good = [story for story in board_stories if story.entry.is_good]
        changed = [story for story in board_stories if story.card.changed]
        for place, candidates in ((-2, good), (-1, changed)):
            if candidates and candidates[0] not in stories:
                stories[place] = candidates[0]
        return tuple(stories)

    @property
    def folded_stories(self) -> tuple[BoardStory, ...]:
        """All other stories, in order."""
        open_ids = {id(story.card) for story in self.open_stories}
        stories = list_stories(self.entries, lambda entry: entry.cards)
        return tuple(story for story in stories if id(story.card) not in open_ids)

    @property
    def hidden_changes(self) -> tuple[str, ...]:
        """The questions whose ranges are too wide to show a change; listed once."""
        return tuple(dict.fromkeys(hidden_change for entry in self.entries for hidden_change in entry.hidden_changes))


def load_board(session: Session, site_id: int, language: str, today: date, number: int = 1) -> BoardPage:
    """One page of a site's board, the newest first.

    Args:
        session: only read.
        site_id: of the tablet.
        language: of the child.
        today: at the site.
        number: of the page, from 1.
    """
    board_entries = (
        board_entry
        for source in _sources(session, site_id, language, today)
        if (board_entry := source.make()) is not None
    )
    pages = _in_pages(board_entries)
    entries = next(islice(pages, number - 1, None), ())
    answered_first = tuple(sorted(entries, key=lambda entry: not entry.is_answered))
    return BoardPage(answered_first, number + 1 if entries and next(pages, ()) else None)


def render_board(site: Site, page: BoardPage, number: int, submission_id: str) -> str:
    """One page of the board, for children of a site.

    Args:
        site: of the tablet.
        page: from `load_board`.
        number: of the page, from 1.
        submission_id: the submission id of this page.
    """
    template_values = {"page": page, "number": number, "sheet": submission_id, "site": site, "front_href": "/language"}
    return render_template("publications/board/we_did.html", **template_values)


def find_newest_answer(session: Session, site_id: int, language: str, today: date) -> BoardCard | None:
    """The newest answer of adults, for the first page; None if there is none.

    It decrypts only as many entries as it needs.

    Args:
        session: only read.
        site_id: of the tablet.
        language: of the child.
        today: at the site.
    """
    for source in _sources(session, site_id, language, today, news=False):
        entry = source.make()
        cards = entry.cards if entry is not None and not entry.is_year else ()
        if answers := [card for card in cards if card.reply and card.sentence]:
            return answers[0]
    return None


def _in_pages(board_entries: Iterator[BoardEntry]) -> Iterator[tuple[BoardEntry, ...]]:
    """Groups whole entries into pages; entries are decrypted only as far as a reader turns pages."""
    page: list[BoardEntry] = []
    for board_entry in board_entries:
        if page and sum(len(entry.cards) for entry in page) + len(board_entry.cards) > MAX_CARDS:
            yield tuple(page)
            page = []
        page.append(board_entry)
    if page:
        yield tuple(page)


def _sources(session: Session, site_id: int, language: str, today: date, *, news: bool = True) -> list[_Source]:
    """The sources of all board entries, the newest first, with good news or without; nothing is decrypted yet."""
    rounds = {round_.id: round_ for round_ in list_rounds(session, [site_id])}
    sources = chain(
        _round_sources(session, site_id, language, today, rounds),
        _answer_sources(session, site_id, language, today),
        _year_source(session, site_id),
        _good_news_sources(session, site_id, language, today) if news else (),
    )
    return sorted(sources, key=lambda source: (-source.day.toordinal(), source.key))


def _round_sources(
    session: Session, site_id: int, language: str, today: date, rounds: Mapping[int, Round]
) -> Iterator[_Source]:
    """Rounds with a view, and the last ones under ten."""
    answered_on = settled_days(session, rounds.values())
    views = store.list_views_on_board(session, site_id)
    later_slugs = {rounds[round_id].pair: slug for slug, round_id, _day in views if rounds[round_id].wave == "post"}
    for slug, round_id, day in views:
        round_ = rounds[round_id]
        later_slug = later_slugs.get(round_.pair, "") if round_.wave == "pre" else ""
        view = partial(board_entries.entry_of_round_view, session, slug, language, today, site_id, later_slug)
        yield _Source(max(day, answered_on.get(round_.slug, day)), slug, view)
    small = [
        round_
        for round_ in rounds.values()
        if round_.outcome == "too_few"
        and round_.purpose not in UNATTENDED  # a choice has a source of its own
        and not (round_.has_cards and round_.wave == "pre")  # it is one batch with the later wave
    ]
    published_pairs = {rounds[round_id].pair for _slug, round_id, _day in views} - {None}
    for round_ in small[-MAX_SMALL_ENTRIES:]:
        shows_answer = round_.pair not in published_pairs  # else the published view of its pair shows it
        make = partial(board_entries.entry_of_small_round, session, round_, language, today, shows_answer=shows_answer)
        yield _Source(answered_on.get(round_.slug, round_.ends_at.date()), round_.slug, make)


def _answer_sources(session: Session, site_id: int, language: str, today: date) -> Iterator[_Source]:
    for due_id, day in list_board_subjects(session, site_id):
        yield _Source(day, str(due_id), partial(board_entries.entry_of_answer, session, due_id, language, today))


def _year_source(session: Session, site_id: int) -> Iterator[_Source]:
    if year := next(iter(list_influence_years(session)), None):
        make = partial(board_entries.entry_of_year, year, site_id)
        yield _Source(date(year.year + 1, FROZEN_IN, 1), f"year-{year.year}", make)


def _good_news_sources(session: Session, site_id: int, language: str, today: date) -> Iterator[_Source]:
    for entry_id, week in list_board_weeks(session, site_id, today):
        make = partial(board_entries.entry_of_good_news, session, entry_id, language)
        yield _Source(week, f"good-{entry_id.hex()}", make)
