"""The page on which a child suggests: made once for each site, language and day, served with a fresh sheet id.

Who reads it first and by when is said before anything is tapped. Source: DESIGN.md 5, "An agenda"; CHILD-UX.md.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from flask import current_app, render_template
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accounts.store import Reader
from youthvoice.committees import store
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.entities import TOPICS, WISHES, CommitteeFacts
from youthvoice.sites.help_labels import and_in_words
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.child_fields import MOST_SECONDS
from youthvoice.threads.readers.cache import readers_at
from youthvoice.threads.suggestions.suggestion import due_after
from youthvoice.web.prerendered import Pressed

_HOLE: Final = f"the-number-of-this-sheet-{secrets.token_hex(16)}"
_MOST_PAGES: Final = 120
_WEEK: Final = 7
_HOLES: Final = {"names": "%(names)s", "day": "%(day)s"}  # filled with marks once the words are escaped
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
class Offered:
    """A committee to which a child can suggest.

    Attributes:
        id: its row.
        name: as adults wrote it.
        picture: OpenMoji code of its kind.
        reads: names of the advocates who read it first.
        due: until when, for what arrives now.
    """

    id: int
    name: str
    picture: str
    reads: tuple[str, ...]
    due: date


@dataclass(frozen=True, slots=True)
class Suggesting:
    """Everything that the page depends on; two that are equal are the same page.

    Attributes:
        site: where the tablet is.
        offered: at least one.
        today: at the site.
        page: the language that the page speaks.
        tells: whether a child can tell at this site.
        sound: what can be heard there.
    """

    site: SiteFacts
    offered: tuple[Offered, ...]
    today: date
    page: str
    tells: bool
    sound: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What the pressed page is kept under."""
        return (self.site.id, self.site.version, self.offered, self.today, self.page, self.tells, *self.sound)


def readers_of(committee: CommitteeFacts) -> tuple[Reader, ...]:
    """The advocates who check what is suggested to a committee: all of the site, but never whoever answers there."""
    return tuple(one for one in readers_at(committee.site_id) if one.person_id != committee.facilitator_id)


def offered_at(session: Session, site: SiteFacts) -> tuple[Offered, ...]:
    """The open committees of a site to which a child can suggest; none where nobody could read it."""
    now, found = running.now(), store.at(session, [site.id])
    return tuple(
        Offered(
            one.id,
            one.name,
            _PICTURES[one.preset],
            tuple(reader.name for reader in readers_of(one)),
            due_after(now, site, one.check_days),
        )
        for one in found
        if readers_of(one)
    )


def pressed(suggesting: Suggesting) -> Pressed:
    """The page, rendered when this process sees it for the first time."""
    kept: dict[tuple[object, ...], Pressed] = current_app.extensions.setdefault("youthvoice.suggesting", {})
    page = kept.get(suggesting.key)
    if page is None:
        if len(kept) >= _MOST_PAGES:
            kept.clear()
        before, after = render(suggesting, _HOLE).split(_HOLE)
        page = kept[suggesting.key] = Pressed.of(before.encode(), after.encode())
    return page


def render(
    suggesting: Suggesting,
    sheet: str,
    given: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
) -> str:
    """The page; with everything the child already gave when something could not be taken.

    Args:
        suggesting: which page.
        sheet: the sheet's id.
        given: what was sent, by the name of its input.
        refused: why something could not be taken, by screen.
    """
    return render_template(
        "committees/suggest.html",
        action="/agenda/suggest",
        front_href="/language",
        sheet=sheet,
        given=given or {},
        refused=refused or {},
        offered=suggesting.offered,
        tells=suggesting.tells,
        seconds=MOST_SECONDS,
        reads=_reads(suggesting),
        topics=[(code, picture, agenda_words.topic(code)) for code, picture in TOPICS.items()],
        wishes=[(code, picture, agenda_words.wish(code)) for code, picture in WISHES.items()],
    )


def thanks(offered: Offered, today: date) -> str:
    """The page after a child sent: who reads it by which day, and what then."""
    read = ngettext("%(names)s reads it", "%(names)s read it", len(offered.reads), **_HOLES)
    return render_template(
        "committees/suggest_thanks.html",
        front_href="/language",
        read=escape(read) % {"names": and_in_words(offered.reads)},
        by=escape(_("by %(day)s.")) % {"day": _said(offered.due, today, with_date=True)},
    )


def _reads(suggesting: Suggesting) -> Markup:
    """Who reads it and by when; where committees differ in it, only what is true of all."""
    offered = suggesting.offered
    names, due = _one([each.reads for each in offered]), _one([each.due for each in offered])
    if names is None or due is None:
        return escape(_("An advocate reads it, then it goes on the agenda. Write no names."))
    words = ngettext(
        "%(names)s reads it by %(day)s, then it goes on the agenda. Write no names.",
        "%(names)s read it by %(day)s, then it goes on the agenda. Write no names.",
        len(names),
        **_HOLES,
    )
    return escape(words) % {"names": and_in_words(names), "day": _said(due, suggesting.today)}


def _one(found: Sequence[_T]) -> _T | None:
    return found[0] if len(set(found)) == 1 else None


def _said(day: date, today: date, *, with_date: bool = False) -> str:
    """A day within a week by its name, any other by its date."""
    if with_date:
        return str(format_date(day, "EEEE, d MMMM"))
    return str(format_date(day, "EEEE" if (day - today).days < _WEEK else "d MMMM"))
