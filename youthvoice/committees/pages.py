"""What children see: agendas, meetings and their minutes, news of elections, and the pages of representatives.

Read with a handful of questions, however long the agenda is; only what is shown is opened.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import find_by_subjects
from youthvoice.accounts.store import names_of_people
from youthvoice.committees import store
from youthvoice.committees.agenda import labels
from youthvoice.committees.agenda.entities import WAITING_STATES, AgendaItem
from youthvoice.committees.agenda.store import find_committees_above, list_items, list_latest_items
from youthvoice.committees.elections import labels as elections_labels
from youthvoice.committees.elections.store import list_finished_elections
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import calendar, minutes
from youthvoice.committees.meetings.rules import Meeting, Minutes, may_children_read_minutes
from youthvoice.committees.meetings.store import find_meeting, find_next_meeting, list_past_meetings
from youthvoice.committees.representatives.agenda_actions import AgendaReader
from youthvoice.committees.representatives.picture_sign_in import SignedInRepresentative, current_representative
from youthvoice.committees.representatives.rules import Representative
from youthvoice.committees.representatives.store import list_in_office
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.threads import child_fields
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_date
from youthvoice.web.random_ids import new_submission_id

ANNOUNCEMENT_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class ElectionAnnouncement:
    """One election that is over.

    Attributes:
        slug: of the election.
        committee_id: whose post it is.
        post: key of the preset's posts.
        words: the sentence for children, in the reader's language.
        picture: OpenMoji code: hers who won, else a ballot box.
        vote: what was voted about, in the reader's language.
        by_tablet: whether children voted at the tablet; then `/vote/<slug>` tells it, too.
    """

    slug: str
    committee_id: int
    post: str
    words: Markup
    picture: str
    vote: str
    by_tablet: bool


def list_announcements(session: Session, site_id: int, now: datetime) -> list[ElectionAnnouncement]:
    """What is told at a site for two weeks, the newest first; call it while a page is made."""
    found = list_finished_elections(session, site_id, now - timedelta(days=ANNOUNCEMENT_DAYS))
    return [
        ElectionAnnouncement(
            one.slug,
            one.committee_id,
            one.post,
            elections_labels.announcement_label(one),
            one.won.picture if one.won else "1F5F3",
            elections_labels.vote(one.post),
            one.way == "slips",
        )
        for one in found
    ]


def announcements_by_committee(session: Session, site_id: int, now: datetime) -> dict[int, list[ElectionAnnouncement]]:
    """The same by committee, for its agenda: of each post only the newest; what was voted once more is old news."""
    found: dict[tuple[int, str], ElectionAnnouncement] = {}
    for one in list_announcements(session, site_id, now):
        found.setdefault((one.committee_id, one.post), one)
    parted: dict[int, list[ElectionAnnouncement]] = {}
    for one in found.values():
        parted.setdefault(one.committee_id, []).append(one)
    return parted


MAX_OPEN_ITEMS: Final = 30
"""Items of one agenda on the page; the first ones, in the order that children chose."""


MAX_RECENT_ITEMS: Final = 6


RECENT_DAYS: Final = 28


DECLINED_DAYS: Final = 14
"""So long the agenda says why something is not on it."""


_OPEN: Final = (*sorted(WAITING_STATES), "with_adults", "answered")


_RECENT: Final = ("suggested", "moved", "declined", "settled", "went_up", "done")


_ME_TOO: Final = frozenset({"on_agenda", "discussed"})


@dataclass(frozen=True, slots=True)
class AgendaItemView:
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
class CommitteeAgenda:
    """The agenda of one committee.

    Attributes:
        open: what is open, in its order.
        lately: what became of others in the last four weeks, the newest first.
        more: whether there is more that is open.
        meeting: the next one; None where none is planned.
        news: what came of its elections in the last two weeks. A committee that meets no more has nothing else.
    """

    committee: Committee
    open: Sequence[AgendaItemView]
    lately: Sequence[AgendaItemView]
    more: bool
    meeting: Meeting | None = None
    news: Sequence[ElectionAnnouncement] = ()


@dataclass(frozen=True, slots=True)
class _AgendaKnowledge:
    language: str
    today: date
    tapped: Collection[str]
    owed: Mapping[str, AnswerDue] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)
    meets: Mapping[int, str] = field(default_factory=dict)


def list_agendas(session: Session, site: Site, language: str, tapped: Collection[str] = ()) -> list[CommitteeAgenda]:
    """Everything on the page.

    Args:
        session: only read.
        site: of the tablet.
        language: the child's.
        tapped: keys of items to which this page said "me too".
    """
    committees = store.list_committees(session, [site.id])
    today = context.today(site.time_zone)
    opened, lately = {}, {}
    for one in committees:
        opened[one.id] = [
            item for item in list_items(session, [one.id], _OPEN, MAX_OPEN_ITEMS + 1) if not item.body.alone
        ]
        found = list_latest_items(session, [one.id], _RECENT, MAX_RECENT_ITEMS)
        lately[one.id] = [item for item in found if today - item.day <= _stays(item) and not item.body.alone]
    every = [item for found in (*opened.values(), *lately.values()) for item in found]
    known = _known(session, every, language, today, tapped)
    now = context.now()
    next_ = {one.id: find_next_meeting(session, one.id, now) for one in committees}
    known = replace(
        known,
        above=_above(session, every, {one.id: one.name for one in committees}),
        meets={row: _day(one, site, today) for row, one in next_.items() if one},
    )
    news = announcements_by_committee(session, site.id, now)
    meet = [
        CommitteeAgenda(
            one,
            [_shown(item, known) for item in opened[one.id][:MAX_OPEN_ITEMS]],
            [_shown(item, known) for item in lately[one.id]],
            len(opened[one.id]) > MAX_OPEN_ITEMS,
            next_[one.id],
            news.pop(one.id, ()),
        )
        for one in committees
    ]
    closed = (store.find_committee(session, committee_id) for committee_id in news)
    return [*meet, *(CommitteeAgenda(one, (), (), more=False, news=news[one.id]) for one in closed if one)]


def _day(meeting: Meeting, site: Site, today: date) -> str:
    """The day of a meeting: by its name where it is in the next six, as children count."""
    day = meeting.starts_at.astimezone(ZoneInfo(site.time_zone)).date()
    return format_date(day, "EEEE" if day - today < timedelta(days=7) else "d MMMM")


def _above(session: Session, every: Collection[AgendaItem], committees: Mapping[int, str]) -> Mapping[str, str]:
    """The names of the committees to which items went up, by the item below."""
    gone = [item.id for item in every if item.state == "went_up"]
    found = find_committees_above(session, gone) if gone else {}
    return {item_id.hex(): committees.get(row, "") for item_id, row in found.items()}


def _stays(item: AgendaItem) -> timedelta:
    """How long what became of it is told."""
    return timedelta(days=DECLINED_DAYS if item.state == "declined" else RECENT_DAYS)


def _known(
    session: Session, every: Collection[AgendaItem], language: str, today: date, tapped: Collection[str]
) -> _AgendaKnowledge:
    subjects = [item.subject for item in every if item.state in {"with_adults", "answered"}]
    owed = find_by_subjects(session, "item", subjects) if subjects else {}
    asked = {person for one in owed.values() for person in one.people}
    asked |= {item.body.held.by for item in every if item.body.held}
    return _AgendaKnowledge(language, today, tapped, owed, names_of_people(session, asked) if asked else {})


def _shown(item: AgendaItem, known: _AgendaKnowledge) -> AgendaItemView:
    key = item.id.hex()
    return AgendaItemView(
        key,
        labels.picture(item),
        labels.line(item) or labels.title(item, known.language),
        labels.answer(known.owed.get(key), known.names, known.language, known.today)
        or labels.state(item, known.names, known.above.get(key, ""), known.meets.get(item.committee_id, "")),
        labels.support(item.support),
        item.state in _ME_TOO,
        key in known.tapped,
    )


MAX_PAST_MEETINGS: Final = 12
"""Meetings of one committee on a child's page."""


@dataclass(frozen=True, slots=True)
class PastItem:
    """One thing on the agenda of a meeting that is still to come.

    Attributes:
        picture: OpenMoji code.
        title: what it says.
        again: whether it waited through a meeting before.
    """

    picture: str
    title: str | Markup
    again: bool


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting on a child's page.

    Attributes:
        items: what is on its agenda, while it is still to come.
        minutes: what was said, if she may read it; None where she may not, or nobody wrote anything.
        voices: the fields that can be heard.
    """

    committee: Committee
    meeting: Meeting
    items: Sequence[PastItem]
    minutes: Minutes | None
    voices: frozenset[str]


def load_meeting_view(  # noqa: PLR0913 - which, for whom, when
    session: Session, site: Site, meeting_id: int, language: str, now: datetime,
    *, represents: int | None = None
) -> MeetingView | None:  # fmt: skip
    """A meeting of a committee of the tablet's site; None for any other.

    Args:
        session: only read.
        site: of the tablet.
        meeting_id: which.
        language: the child's.
        now: this moment.
        represents: the committee of the representative who is signed in: she reads its drafts, too.
    """
    meeting = find_meeting(session, meeting_id)
    committee = store.find_committee(session, meeting.committee_id) if meeting else None
    if meeting is None or committee is None or committee.site_id != site.id or meeting.state == "cancelled":
        return None
    hers = represents == committee.id
    reads = may_children_read_minutes(meeting) or (hers and meeting.minutes == "draft")
    said = minutes.read(session, meeting_id) if reads else None
    voices = minutes.voices(session, meeting_id) if reads else frozenset()
    coming: Sequence[AgendaItem] = ()
    if meeting.state == "planned":
        found = calendar.load_agenda(session, meeting, now)
        coming = found.here
    items = [PastItem(labels.picture(each), labels.title(each, language), each.body.again > 0)
             for each in coming]  # fmt: skip
    return MeetingView(committee, meeting, items, said, voices)


def list_held_meetings(session: Session, site: Site, now: datetime) -> list[tuple[Committee, list[Meeting]]]:
    """The meetings of every committee of a site that were held, the latest first; those without any are left out."""
    every = [*store.list_committees(session, [site.id]), *store.list_committees(session, [site.id], closed=True)]
    found = [(one, list_past_meetings(session, one.id, now, MAX_PAST_MEETINGS)) for one in every]
    held = [(one, [each for each in those if each.state == "held"]) for one, those in found]
    return [(one, those) for one, those in held if those]


def render_sign_in(at: CurrentTablet, why: str = "", missing: Collection[str] = ()) -> str:
    """Who represents here, and seven screens of nine pictures.

    Args:
        at: the tablet.
        why: what was wrong, in words.
        missing: boxes in which nothing was chosen.
    """
    shown = {"found": list_in_office_at(at), "screens": child_fields.code_screens(), "why": why, "missing": missing}
    return render_plain("committees/representatives/sign_in.html", **shown)


def current_agenda_reader(signed: SignedInRepresentative) -> AgendaReader:
    """Her language, and the day at her site."""
    return AgendaReader(languages.chosen(signed.site.languages), context.today(signed.site.time_zone))


def list_in_office_at(at: CurrentTablet) -> Sequence[Representative]:
    """Everybody who represents at the site of a tablet; asked on a connection of its own, which only reads."""
    with db.reading(db.engine()) as session:
        return list_in_office(session, [at.site.id], context.today(at.site.time_zone))


def render_new_pictures(code: PictureCode) -> str:
    """Her new pictures, twice."""
    ways = {
        "sheet": new_submission_id(),
        "action": url_for("rep.pictures_seen"),
        "done_href": url_for("rep.pictures_seen"),
    }
    return render_plain("committees/representatives/pictures.html", code=child_fields.code_pictures(code), **ways)


def render_plain(template: str, **names: object) -> str:
    """A page of nobody in particular: whoever comes next begins with the choice of a language."""
    return render_template(template, **{"front_href": "/language", **names})


def page_links() -> dict[str, object]:
    """Where a page leads that anybody reads; while a representative is signed in, every way out of it signs her out."""
    signed = current_representative()
    if signed is None:
        return {"front_href": "/language"}
    away = url_for("rep.show_goodbye", code=languages.chosen())
    return {"front_href": url_for("rep.show_goodbye"), "away_href": away, "represents": signed}


def render_signed_in(template: str, signed: SignedInRepresentative, **names: object) -> str:
    """A page of somebody who is signed in: leaving it in any way signs her out."""
    who: Mapping[str, object] = {
        "signed": signed,
        "who": elections_labels.representative_label(signed.representative, signed.committee),
    }
    return render_template(template, **page_links(), **who, words=labels, **names)
