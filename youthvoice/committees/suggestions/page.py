"""The page on which a child suggests something; the suggestion is encrypted and stored.

The page says first who reads it and by when. Source: DESIGN.md 5, "An agenda"; CHILD-UX.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from flask import render_template
from flask_babel import format_date, gettext as _, ngettext
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts.store import Reader, lock_readers
from youthvoice.committees.agenda import labels
from youthvoice.committees.agenda.entities import TOPICS, WISHES
from youthvoice.committees.entities import Committee
from youthvoice.committees.store import find_committee, list_committees
from youthvoice.sites.labels import names_label
from youthvoice.sites.store import Site
from youthvoice.threads import child_fields, readership, receipts
from youthvoice.threads.letters.letter_box import Suggestion, due_after, seal_suggestion
from youthvoice.threads.letters.store import add_letters
from youthvoice.web.i18n.formats import format_short_day, format_weekday
from youthvoice.web.pages.page_cache import PageCache, PrerenderedPage

_pages: Final = PageCache(120)

_WEEK: Final = 7

_HOLES: Final = {"names": "%(names)s", "day": "%(day)s"}  # filled with markup after the text is escaped

_T = TypeVar("_T")

_PICTURES: Final[Mapping[str, str]] = {
    "flip_club": "1F331",
    "bal_sabha": "1F333",
    "bal_panchayat": "1F3DB",
    "dormitory": "1F6CF",
    "youth_group": "1F465",
    "village_child_committee": "1F3D8",
}


@dataclass(frozen=True, slots=True)
class SuggestibleCommittee:
    """A committee to which a child can suggest something.

    Attributes:
        id: its row.
        name: as adults wrote it.
        picture: OpenMoji code of its kind.
        reads: names of the advocates who read a suggestion first.
        due: the day by which they read what arrives now.
    """

    id: int
    name: str
    picture: str
    reads: tuple[str, ...]
    due: date


@dataclass(frozen=True, slots=True)
class SuggestionPageKey:
    """Everything on which the page depends; two equal keys have the same page.

    Attributes:
        site: of the tablet.
        offered: the committees; none only where a representative's own has no reader.
        today: at the site.
        page: the language of the page.
        tells: whether a child can report at this site.
        sound: what the tablet can read aloud there.
    """

    site: Site
    offered: tuple[SuggestibleCommittee, ...]
    today: date
    page: str
    tells: bool
    sound: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """The key of the page in the cache."""
        return (self.site.id, self.site.version, self.offered, self.today, self.page, self.tells, *self.sound)


def suggestion_readers(committee: Committee) -> tuple[Reader, ...]:
    """The advocates who review suggestions to a committee: all of the site, except the adult who answers there."""
    return tuple(
        reader for reader in readership.readers_at(committee.site_id) if reader.person_id != committee.facilitator_id
    )


def list_suggestible_committees(
    session: Session, site: Site, *, closed: bool = False
) -> tuple[SuggestibleCommittee, ...]:
    """The open committees of a site to which a child can suggest; without those that nobody could read.

    Args:
        session: only read.
        site: whose.
        closed: closed ones as well: tablets may send suggestions before they know that a committee closed.
    """
    now, committees = context.now(), list_committees(session, [site.id])
    committees += list_committees(session, [site.id], closed=True) if closed else []
    return tuple(
        SuggestibleCommittee(
            committee.id,
            committee.name,
            _PICTURES[committee.preset],
            tuple(reader.name for reader in suggestion_readers(committee)),
            due_after(now, site, committee.check_days),
        )
        for committee in committees
        if suggestion_readers(committee)
    )


def prerender(page_key: SuggestionPageKey) -> PrerenderedPage:
    """The page from the cache; this process renders it the first time."""
    return _pages.page(page_key.key, lambda hole: render_suggestion_page(page_key, hole))


def render_suggestion_page(
    page_key: SuggestionPageKey,
    submission_id: str,
    values: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
    ways: Mapping[str, object] | None = None,
) -> str:
    """The page; with everything the child entered, if something could not be accepted.

    Args:
        page_key: which page.
        submission_id: the submission id.
        values: what was sent, by field name.
        refused: why something could not be accepted, by screen.
        ways: the links for a representative, see the template.
    """
    return render_template(
        "committees/suggestions/suggest.html",
        **(ways or {"action": "/agenda/suggest", "front_href": "/language"}),
        sheet=submission_id,
        given=values or {},
        refused=refused or {},
        offered=page_key.offered,
        tells=page_key.tells,
        seconds=child_fields.MAX_VOICE_SECONDS,
        reads=_readers_line(page_key),
        topics=[(code, picture, labels.TOPIC_LABELS[code]) for code, picture in TOPICS.items()],
        wishes=[(code, picture, labels.WISH_LABELS[code]) for code, picture in WISHES.items()],
    )


def render_thanks(suggestible_committee: SuggestibleCommittee, today: date) -> str:
    """The page after a child sent a suggestion: who reads it by which day, and what follows."""
    read = ngettext("%(names)s reads it", "%(names)s read it", len(suggestible_committee.reads), **_HOLES)
    return render_template(
        "committees/suggestions/thanks.html",
        front_href="/language",
        read=escape(read) % {"names": names_label(suggestible_committee.reads)},
        by=escape(_("by %(day)s.")) % {"day": _day_label(suggestible_committee.due, today, with_date=True)},
    )


def _readers_line(page_key: SuggestionPageKey) -> Markup:
    """Who reads it and by when; if committees differ, only what is true of all."""
    offered = page_key.offered
    names = _in_common([suggestible_committee.reads for suggestible_committee in offered])
    due = _in_common([suggestible_committee.due for suggestible_committee in offered])
    if names is None or due is None:
        return escape(_("An advocate reads it, then it goes on the list. Write no names."))
    words = ngettext(
        "%(names)s reads it by %(day)s, then it goes on the list. Write no names.",
        "%(names)s read it by %(day)s, then it goes on the list. Write no names.",
        len(names),
        **_HOLES,
    )
    return escape(words) % {"names": names_label(names), "day": _day_label(due, page_key.today)}


def _in_common(values: Sequence[_T]) -> _T | None:
    """The common value of all; None if they differ."""
    return values[0] if len(set(values)) == 1 else None


def _day_label(day: date, today: date, *, with_date: bool = False) -> str:
    """A day within a week by its weekday, any other by its date."""
    if with_date:
        return format_weekday(day)
    return str(format_date(day, "EEEE")) if (day - today).days < _WEEK else format_short_day(day)


def take_suggestion(
    session: Session, site: Site, committee_id: int, suggestion: Suggestion, submission_id: bytes
) -> bool:
    """Encrypt a suggestion for the advocates and store it in the letter box of its agenda; the caller commits.

    Args:
        session: may write; not used yet, so that nobody waits while this encrypts.
        site: of the tablet.
        committee_id: one that the page offered.
        suggestion: the suggestion.
        submission_id: the submission id, 16 bytes.

    Returns:
        False if the same submission came before with the same content: nothing was written. With other content it
        is stored and marked as a repeat.

    Raises:
        ValueError: it has no reader.
        LookupError: there is no such committee here.
    """
    keyring, now = context.keyring(), context.now()
    receipt = receipts.receipt_of(keyring, "suggestion", submission_id)
    with db.reading(db.engine()) as reading:
        committee = find_committee(reading, committee_id)
        again = receipts.has_receipt(reading.connection(), receipt)
    if committee is None or committee.site_id != site.id:
        raise LookupError(committee_id)
    sealed = seal_suggestion(
        keyring,
        replace(suggestion, again=again),
        site=site,
        committee_id=committee.id,
        check_days=committee.check_days,
        readers=suggestion_readers(committee),
        now=now,
    )
    lock_readers(session)  # a site that ends waits for it
    connection, month = session.connection(), receipts.receipt_month(context.today(site.time_zone))
    content = (suggestion.topic, suggestion.wish, suggestion.words, suggestion.voice)
    if not receipts.add_content(connection, keyring, receipt, submission_id, month, *content):
        return False
    add_letters(connection, [sealed])
    return True
