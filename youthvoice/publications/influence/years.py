"""What came of children's words in a year: counted once, in bands, and frozen; for a rapporteur and for children.

A word is a round, an agenda item, a choice or a session: everything to which adults owe an answer that children read.
Reports are counted in `grievances.statistics`. A site with ten words or more in a year has a group of its own. Sites
with fewer are counted together if that makes ten, and are in no other group. All sites together are the sum of their
published bands, and the median wait is computed from bands too: no count leaves this module.

Source: PRIVACY.md A3-A5, A8, A12; STANDARDS.md S9, S13 (Lundy: influence).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.rules import SAID_YES
from youthvoice.accountability.store import list_due_to_children
from youthvoice.compiled_sql import insert_into
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.disclosure import safe_table
from youthvoice.privacy.disclosure.bands import MIN_BATCH, Band, max_categories
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.publications.models import InfluenceYearRow
from youthvoice.sites.store import list_all_sites
from youthvoice.surveys.rounds.status import find_titles_and_last_days
from youthvoice.surveys.school_sessions.store import find_school_session

FROZEN_IN: Final = 4
"""The month of the next year on whose first day a year is frozen: by then words of December have their answer, and
children were asked whether it helped."""


@dataclass(frozen=True, slots=True)
class ChildrensWord:
    """One thing that adults had to answer.

    Attributes:
        site_id: the site of the children.
        day: the day on which they had said it.
        answered_on: the day of the first answer; None without one.
        in_time: whether it was answered by the day that children were given.
        changed: whether the answer is yes or partly.
        helped: whether children confirmed that it is really done.
    """

    site_id: int
    day: date
    answered_on: date | None
    in_time: bool
    changed: bool
    helped: bool


SIDES: Final[Mapping[str, Callable[[ChildrensWord], bool]]] = {
    "in_time": lambda word: word.in_time,
    "changed": lambda word: word.changed,
    "helped": lambda word: word.helped,
}
"""The questions about a year, each with yes and everything else: nothing leaks by subtraction (A3)."""

YES, REST = "yes", "rest"

_SPANS: Final[Mapping[str, int]] = {"two_weeks": 14, "month": 30, "two_months": 60, "three_months": 90}
"""Spans of waiting, by their last day since the word; a longer wait, or no answer, is `REST`."""

_SPANS_OF_FEW: Final = {"month": 30}
"""The spans if n is enough for two categories only."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The range of the median wait, in days; None if a band leaves the end open."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class InfluenceGroup:
    """The words of a site, or of several sites with fewer than ten each, in bands.

    Attributes:
        site_ids: one, or several counted together.
        n: number of words.
        tables: by question of `SIDES`, and for `wait`.
    """

    site_ids: tuple[int, ...]
    n: int
    tables: Mapping[str, safe_table.SafeTable]


@dataclass(frozen=True, slots=True)
class InfluenceYear:
    """A calendar year; without groups if there are fewer than ten words anywhere."""

    year: int
    groups: tuple[InfluenceGroup, ...]

    @property
    def n(self) -> int:
        """The number of words in all groups."""
        return sum(group.n for group in self.groups)

    def group_of(self, site_id: int) -> InfluenceGroup | None:
        """The group of a site that is counted on its own."""
        return next((group for group in self.groups if group.site_ids == (site_id,)), None)

    def together(self, question: str) -> Band:
        """The band of yes over all groups: the sum of published bands (A5)."""
        return safe_table.bands_together(group.tables[question].band(YES) for group in self.groups)


def count_influence(year: int, words: Iterable[ChildrensWord]) -> InfluenceYear:
    """Count the words of a year; the counts are not stored.

    Args:
        year: calendar year.
        words: of any year and site.
    """
    by_site: dict[int, list[ChildrensWord]] = defaultdict(list)
    for word in words:
        if word.day.year == year:
            by_site[word.site_id].append(word)
    groups: dict[tuple[int, ...], list[ChildrensWord]] = {
        (site_id,): childrens_words
        for site_id, childrens_words in sorted(by_site.items())
        if len(childrens_words) >= MIN_BATCH
    }
    small = [site_id for site_id, childrens_words in sorted(by_site.items()) if len(childrens_words) < MIN_BATCH]
    pooled = [word for site_id in small for word in by_site[site_id]]
    if len(pooled) >= MIN_BATCH:
        groups[tuple(small)] = pooled
    return InfluenceYear(year, tuple(_count_group(sites, childrens_words) for sites, childrens_words in groups.items()))


def _count_group(site_ids: tuple[int, ...], words: Sequence[ChildrensWord]) -> InfluenceGroup:
    """The tables of one group."""
    n = len(words)
    tables = {name: _two_sides(words, is_yes) for name, is_yes in SIDES.items()}
    spans = _SPANS if max_categories(n) > len(_SPANS) else _SPANS_OF_FEW
    spans_of_words = [_span_of(word, spans) for word in words]
    tables["wait"] = safe_table.protect({span: spans_of_words.count(span) for span in (*spans, REST)})
    return InfluenceGroup(site_ids, n, tables)


def _two_sides(words: Sequence[ChildrensWord], is_yes: Callable[[ChildrensWord], bool]) -> safe_table.SafeTable:
    """The table of yes and everything else."""
    yes = sum(map(is_yes, words))
    return safe_table.protect({YES: yes, REST: len(words) - yes})


def _span_of(word: ChildrensWord, spans: Mapping[str, int]) -> str:
    """The span in which a word was answered."""
    if word.answered_on is None:
        return REST
    days = (word.answered_on - word.day).days
    return next((span for span, latest in spans.items() if days <= latest), REST)


def middle_wait(groups: Sequence[InfluenceGroup]) -> Wait:
    """The median days between a child's word and an adult's answer, as far as bands show it.

    A word without an answer counts as longer than any wait. The range goes from the earliest to the latest day by which
    half may have been answered.
    """
    n = sum(group.n for group in groups)
    answered = {
        latest: _answered_within(groups, latest) for latest in sorted({*_SPANS.values(), *_SPANS_OF_FEW.values()})
    }
    sure = (latest for latest, band in answered.items() if band is not None and 2 * band.low >= n)
    too_early = (latest for latest, band in answered.items() if band is not None and 2 * band.high < n)
    return Wait(max(too_early, default=-1) + 1, next(sure, None))


def _answered_within(groups: Sequence[InfluenceGroup], latest: int) -> Band | None:
    """How many words were answered within this many days; None if a group has no such span."""
    bands = []
    for group in groups:
        table = group.tables["wait"]
        if latest not in (_SPANS[key] for key in table.keys if key != REST):
            return None
        spans = [place for place, key in enumerate(table.keys) if key != REST and _SPANS[key] <= latest]
        bands.append(safe_table.feasible_band(table.bands, table.n, spans))
    return safe_table.bands_together(bands)


def worst_first(group: InfluenceGroup) -> list[str]:
    """The questions of a group, the smallest share of yes first; computed from bands alone."""
    return sorted(SIDES, key=lambda question: group.tables[question].band(YES))


def year_to_data(year: InfluenceYear) -> dict[str, Any]:
    """The year as plain values for JSON."""
    groups = [
        {
            "sites": list(group.site_ids),
            "tables": {name: safe_table.to_data(table) for name, table in group.tables.items()},
        }
        for group in year.groups
    ]
    return {"year": year.year, "groups": groups}


def year_from_data(data: Mapping[str, Any]) -> InfluenceYear:
    """The year of plain values.

    Raises:
        ValueError: `year_to_data` cannot have returned these values.
    """
    return InfluenceYear(data["year"], tuple(_group_from_data(group) for group in data["groups"]))


def _group_from_data(data: Mapping[str, Any]) -> InfluenceGroup:
    tables = {name: safe_table.from_data(table) for name, table in data["tables"].items()}
    return InfluenceGroup(tuple(data["sites"]), next(iter(tables.values())).n, tables)


def last_frozen_year(today: date) -> int:
    """The latest calendar year that is old enough to be frozen."""
    return today.year - 1 if today.month >= FROZEN_IN else today.year - 2


_GROUP_BYTES: Final = 900


def freeze_influence_due() -> None:
    """The job: count and store the last year once, when it is old enough everywhere; later answers change nothing."""
    with db.reading(db.engine()) as session:
        sites = list_all_sites(session)
        year = min((last_frozen_year(context.today(site.time_zone)) for site in sites), default=0)
        if not year or session.get(InfluenceYearRow, year) is not None:
            return
        zones = {site.id: site.time_zone for site in sites}
        answers_due = list_due_to_children(session, date(year, 1, 1))
        words = filter(None, map(partial(_to_childrens_word, session, zones), answers_due))
        influence_year = count_influence(year, words)
    with db.writing(db.engine()) as session:
        store_influence_year(session, influence_year, len(zones))


def store_influence_year(session: Session, year: InfluenceYear, sites: int) -> None:
    """Store a year, once; encrypted to the same length as any other year of this many sites."""
    padded_bytes = _GROUP_BYTES * (sites + 1)
    locked = encrypt_json(context.keyring(), KEPT_WORDS, year_to_data(year), _purpose(year.year), padded_bytes)
    new = insert_into(InfluenceYearRow, session.get_bind().dialect).values(year=year.year, locked=locked)
    session.execute(new.on_conflict_do_nothing())


def _to_childrens_word(session: Session, zones: Mapping[int, str], answer_due: AnswerDue) -> ChildrensWord | None:
    """An answer due as a word; None if its day is unknown."""
    day = _day_of_word(session, zones[answer_due.site_id], answer_due)
    if day is None:
        return None
    changed = any(reply.kind in SAID_YES for reply in answer_due.replies)
    helped = any(reply.confirmed_on for reply in answer_due.replies)
    return ChildrensWord(answer_due.site_id, day, answer_due.answered_on, answer_due.in_time, changed, helped)


def _day_of_word(session: Session, zone: str, answer_due: AnswerDue) -> date | None:
    """The day on which a round or a session was over; for an agenda item the day on which adults got it."""
    if answer_due.kind == "session":
        school_session = find_school_session(session, int(answer_due.subject), [answer_due.site_id])
        return school_session.row.day if school_session else None
    if answer_due.kind == "item":
        return answer_due.shown_on
    about = (answer_due.subject, zone)
    round_ = find_titles_and_last_days(session, [about]).get(about)
    return round_[1] if round_ else None


def list_influence_years(session: Session) -> list[InfluenceYear]:
    """The frozen years, the latest first.

    Raises:
        CannotOpen, KeyGone: the kept-words key is not the one it was encrypted with.
    """
    rows = session.scalars(select(InfluenceYearRow).order_by(InfluenceYearRow.year.desc()))
    return [year_from_data(decrypt_json(context.keyring(), KEPT_WORDS, row.locked, _purpose(row.year))) for row in rows]


def _purpose(year: int) -> SealingContext:
    return sealing_context("influence-year", year)
