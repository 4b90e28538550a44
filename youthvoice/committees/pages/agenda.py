"""What the agenda of a site shows to children: every committee, its next meeting, what is open and what became of it.

Read with a handful of questions, however long the agenda is; only what is shown is opened.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import format_date
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability import store as answers
from youthvoice.accountability.store import OwedFacts
from youthvoice.accounts import store as people
from youthvoice.committees import store
from youthvoice.committees.agenda import labels as words
from youthvoice.committees.agenda import store as items
from youthvoice.committees.elections import announcements as election_told
from youthvoice.committees.elections.announcements import Told
from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.committees.item_states import WAITING
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.sites.store import SiteFacts

MOST_OPEN: Final = 30
"""Items of one agenda on the page; the first ones, in the order that children chose."""

MOST_LATELY: Final = 6
LATELY_DAYS: Final = 28
DECLINED_DAYS: Final = 14
"""So long the agenda says why something is not on it."""

_OPEN: Final = (*sorted(WAITING), "with_adults", "answered")
_LATELY: Final = ("suggested", "moved", "declined", "settled", "went_up", "done")
_ME_TOO: Final = frozenset({"on_agenda", "discussed"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing on the agenda.

    Attributes:
        key: its id, 32 hexadecimal digits.
        picture: OpenMoji code.
        title: what it says.
        state: where it stands, in one sentence.
        support: how many say so, in words; empty below five.
        taps: whether a child can say "me too".
        tapped: whether this page has said so.
    """

    key: str
    picture: str
    title: str | Markup
    state: str | Markup
    support: str
    taps: bool
    tapped: bool


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda of one committee.

    Attributes:
        open: what is open, in its order.
        lately: what became of others in the last four weeks, the newest first.
        more: whether there is more that is open.
        meeting: the next one; None where none is planned.
        news: what came of its elections in the last two weeks. A committee that meets no more has nothing else.
    """

    committee: CommitteeFacts
    open: Sequence[Shown]
    lately: Sequence[Shown]
    more: bool
    meeting: MeetingFacts | None = None
    news: Sequence[Told] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    language: str
    today: date
    tapped: Collection[str]
    owed: Mapping[str, OwedFacts] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)
    meets: Mapping[int, str] = field(default_factory=dict)


def agendas(session: Session, site: SiteFacts, language: str, tapped: Collection[str] = ()) -> list[Agenda]:
    """Everything on the page.

    Args:
        session: only read.
        site: of the tablet.
        language: the child's.
        tapped: keys of items to which this page said "me too".
    """
    keyring, committees = running.keyring(), store.at(session, [site.id])
    today = running.today(site.time_zone)
    opened, lately = {}, {}
    for one in committees:
        opened[one.id] = [
            item for item in items.on(session, keyring, [one.id], _OPEN, MOST_OPEN + 1) if not item.body.alone
        ]
        found = items.latest(session, keyring, [one.id], _LATELY, MOST_LATELY)
        lately[one.id] = [item for item in found if today - item.day <= _stays(item) and not item.body.alone]
    every = [item for found in (*opened.values(), *lately.values()) for item in found]
    known = _known(session, every, language, today, tapped)
    now = running.now()
    next_ = {one.id: meetings.next_of(session, one.id, now) for one in committees}
    known = replace(
        known,
        above=_above(session, every, {one.id: one.name for one in committees}),
        meets={row: _day(one, site, today) for row, one in next_.items() if one},
    )
    news = election_told.on_agendas(session, keyring, site.id, now)
    meet = [
        Agenda(
            one,
            [_shown(item, known) for item in opened[one.id][:MOST_OPEN]],
            [_shown(item, known) for item in lately[one.id]],
            len(opened[one.id]) > MOST_OPEN,
            next_[one.id],
            news.pop(one.id, ()),
        )
        for one in committees
    ]
    closed = (store.find(session, committee_id) for committee_id in news)
    return [*meet, *(Agenda(one, (), (), more=False, news=news[one.id]) for one in closed if one)]


def _day(meeting: MeetingFacts, site: SiteFacts, today: date) -> str:
    """The day of a meeting: by its name where it is in the next six, as children count."""
    day = meeting.starts_at.astimezone(ZoneInfo(site.time_zone)).date()
    return str(format_date(day, "EEEE" if day - today < timedelta(days=7) else "d MMMM"))


def _above(session: Session, every: Collection[ItemFacts], committees: Mapping[int, str]) -> Mapping[str, str]:
    """The names of the committees to which items went up, by the item below."""
    gone = [item.id for item in every if item.state == "went_up"]
    found = items.went_to(session, gone) if gone else {}
    return {item_id.hex(): committees.get(row, "") for item_id, row in found.items()}


def _stays(item: ItemFacts) -> timedelta:
    """How long what became of it is told."""
    return timedelta(days=DECLINED_DAYS if item.state == "declined" else LATELY_DAYS)


def _known(
    session: Session, every: Collection[ItemFacts], language: str, today: date, tapped: Collection[str]
) -> _Known:
    subjects = [item.subject for item in every if item.state in {"with_adults", "answered"}]
    owed = answers.about_many(session, running.keyring(), "item", subjects) if subjects else {}
    asked = {person for one in owed.values() for person in one.people}
    asked |= {item.body.held.by for item in every if item.body.held}
    return _Known(language, today, tapped, owed, people.names(session, asked) if asked else {})


def _shown(item: ItemFacts, known: _Known) -> Shown:
    key = item.id.hex()
    return Shown(
        key,
        words.picture(item),
        words.line(item) or words.title(item, known.language),
        words.answer(known.owed.get(key), known.names, known.language, known.today)
        or words.state(item, known.names, known.above.get(key, ""), known.meets.get(item.committee_id, "")),
        words.support(item.support),
        item.state in _ME_TOO,
        key in known.tapped,
    )
