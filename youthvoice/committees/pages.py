"""Pages for children: agendas, meetings and minutes, election results, and the pages of representatives.

Each page needs only a few queries, however long the agenda is; only items that are shown are decrypted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask_babel import format_date, gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.committees import entities, store
from youthvoice.committees.agenda import labels
from youthvoice.committees.agenda.entities import WAITING_STATES, AgendaItem
from youthvoice.committees.agenda.item_view import ItemView, view_items
from youthvoice.committees.agenda.store import find_committees_above, list_items, list_latest_items
from youthvoice.committees.elections import labels as elections_labels
from youthvoice.committees.elections.rules import Election
from youthvoice.committees.elections.store import list_announced_elections
from youthvoice.committees.meetings import labels as meeting_labels, minutes, page
from youthvoice.committees.meetings.rules import Meeting, Minutes, may_children_read_minutes
from youthvoice.committees.meetings.store import find_meeting, find_next_meeting, list_past_meetings
from youthvoice.committees.representatives.rules import Representative
from youthvoice.committees.representatives.signed_in_representative import (
    SignedInRepresentative,
    current_representative,
)
from youthvoice.committees.representatives.store import list_in_office
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.threads import child_fields
from youthvoice.threads.readership import is_channel_open
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_short_day
from youthvoice.web.random_ids import new_submission_id

MAX_OPEN_ITEMS: Final = 30
"""Items of one agenda on the page: the first ones, in the order that children chose."""

MAX_RECENT_ITEMS: Final = 6

RECENT_DAYS: Final = 28

DECLINED_DAYS: Final = 14
"""For this many days the agenda says why a suggestion is not on it."""

_OPEN: Final = (*sorted(WAITING_STATES), "with_adults", "answered")

_RECENT: Final = ("suggested", "moved", "declined", "settled", "went_up", "done")


@dataclass(frozen=True, slots=True)
class CommitteeAgenda:
    """The agenda of one committee.

    Attributes:
        open: open items, in their order.
        lately: items that were closed in the last four weeks, the newest first.
        more: whether there are more open items.
        meeting: the next meeting; None if none is planned.
        elections: of each post the last election that ended within two weeks. A closed committee has nothing else.
    """

    committee: entities.Committee
    open: Sequence[ItemView] = ()
    lately: Sequence[ItemView] = ()
    more: bool = False
    meeting: Meeting | None = None
    elections: Sequence[Election] = ()


def list_agendas(session: Session, site: Site, language: str) -> list[CommitteeAgenda]:
    """The agendas of a site, with next meetings and election results.

    Args:
        session: only read.
        site: of the tablet.
        language: the child's.
    """
    committees, now, today = store.list_committees(session, [site.id]), context.now(), context.today(site.time_zone)
    open_items, recent, meetings = {}, {}, {}
    for committee in committees:
        open_items[committee.id] = [
            item for item in list_items(session, [committee.id], _OPEN, MAX_OPEN_ITEMS + 1) if not item.body.alone
        ]
        latest = list_latest_items(session, [committee.id], _RECENT, MAX_RECENT_ITEMS)
        recent[committee.id] = [
            item for item in latest if today - item.day <= _days_shown(item) and not item.body.alone
        ]
        meetings[committee.id] = find_next_meeting(session, committee.id, now)
    items = [item for items_of_committee in (*open_items.values(), *recent.values()) for item in items_of_committee]
    above = _names_above(session, items, {committee.id: committee.name for committee in committees})
    meets = {row: _day(meeting, site, today) for row, meeting in meetings.items() if meeting}
    views = {item.item.id: item for item in view_items(session, items, language, today, above=above, meets=meets)}
    elections = _elections_by_committee(session, site.id, now)
    agendas = [
        CommitteeAgenda(
            committee,
            [views[item.id] for item in open_items[committee.id][:MAX_OPEN_ITEMS]],
            [views[item.id] for item in recent[committee.id]],
            len(open_items[committee.id]) > MAX_OPEN_ITEMS,
            meetings[committee.id],
            elections.pop(committee.id, ()),
        )
        for committee in committees
    ]
    closed = (store.find_committee(session, committee_id) for committee_id in elections)
    return [
        *agendas,
        *(CommitteeAgenda(committee, elections=elections[committee.id]) for committee in closed if committee),
    ]


def render_agenda(session: Session, site: Site, language: str, submission_id: str, tapped: Collection[str] = ()) -> str:
    """The page with all agendas of a site.

    Args:
        session: only read.
        site: of the tablet.
        language: the child's.
        submission_id: the number of what is sent from this page.
        tapped: keys of the items for which "me too" was selected on this page.
    """
    agendas = list_agendas(session, site, language)
    return render_template(
        "committees/agenda/agenda.html",
        agendas=agendas,
        sheet=submission_id,
        tapped=tapped,
        meets=[agenda for agenda in agendas if agenda.committee.is_open],
        tells=is_channel_open(site),
        front_href="/language",
        zone=site.time_zone,
        say=meeting_labels,
        elections=elections_labels,
    )


def _elections_by_committee(session: Session, site_id: int, now: datetime) -> dict[int, list[Election]]:
    """Election results by committee; of each post only the newest."""
    newest: dict[tuple[int, str], Election] = {}
    for election in list_announced_elections(session, site_id, now):
        newest.setdefault((election.committee_id, election.post), election)
    parted: dict[int, list[Election]] = {}
    for election in newest.values():
        parted.setdefault(election.committee_id, []).append(election)
    return parted


def _day(meeting: Meeting, site: Site, today: date) -> str:
    """The day of a meeting: the weekday if it is within a week, as children count, else the date."""
    day = meeting.starts_at.astimezone(ZoneInfo(site.time_zone)).date()
    return str(format_date(day, "EEEE")) if day - today < timedelta(days=7) else format_short_day(day)


def _names_above(session: Session, items: Collection[AgendaItem], names: Mapping[int, str]) -> dict[bytes, str]:
    """The names of the committees to which items went up, by the item below."""
    gone = [item.id for item in items if item.state == "went_up"]
    above = find_committees_above(session, gone) if gone else {}
    return {item_id: names.get(row, "") for item_id, row in above.items()}


def _days_shown(item: AgendaItem) -> timedelta:
    """How long a closed item stays on the page."""
    return timedelta(days=DECLINED_DAYS if item.state == "declined" else RECENT_DAYS)


MAX_PAST_MEETINGS: Final = 12
"""Meetings of one committee on a child's page."""


@dataclass(frozen=True, slots=True)
class MeetingView:
    """One meeting on a child's page.

    Attributes:
        items: its agenda, if the meeting is still to come.
        minutes: the minutes, if the child may read them; None if not, or if nothing is written.
        voices: the fields with a voice recording.
    """

    committee: entities.Committee
    meeting: Meeting
    items: Sequence[ItemView]
    minutes: Minutes | None
    voices: frozenset[str]


def load_meeting_view(
    session: Session, site: Site, meeting_id: int, language: str, represents: int | None = None
) -> MeetingView | None:
    """A meeting of a committee of the tablet's site; None for any other.

    Args:
        session: only read.
        site: of the tablet.
        meeting_id: which.
        language: the child's.
        represents: the committee of the signed-in representative, who may also read drafts.
    """
    meeting = find_meeting(session, meeting_id)
    committee = store.find_committee(session, meeting.committee_id) if meeting else None
    if meeting is None or committee is None or committee.site_id != site.id or meeting.state == "cancelled":
        return None
    reads = may_children_read_minutes(meeting) or (represents == committee.id and meeting.minutes == "draft")
    meeting_minutes = minutes.read(session, meeting_id) if reads else None
    voices = minutes.voices(session, meeting_id) if reads else frozenset()
    planned = meeting.state == "planned"
    coming = page.load_agenda(session, meeting, context.now()).here if planned else ()
    items = view_items(session, coming, language, context.today(site.time_zone))
    return MeetingView(committee, meeting, items, meeting_minutes, voices)


def list_held_meetings(session: Session, site: Site, now: datetime) -> list[tuple[entities.Committee, list[Meeting]]]:
    """The past meetings that took place, of every committee of a site, the latest first; without empty committees."""
    every = [*store.list_committees(session, [site.id]), *store.list_committees(session, [site.id], closed=True)]
    past = [(committee, list_past_meetings(session, committee.id, now, MAX_PAST_MEETINGS)) for committee in every]
    by_committee = [(committee, [each for each in rows if each.state == "held"]) for committee, rows in past]
    return [(committee, rows) for committee, rows in by_committee if rows]


def render_sign_in(tablet: CurrentTablet, why: str = "", missing: Collection[str] = ()) -> str:
    """The sign-in page of representatives: their pictures, and seven screens of nine pictures each.

    Args:
        tablet: the tablet.
        why: the error, in words.
        missing: fields without a choice.
    """
    template_values = {
        "found": list_in_office_at(tablet),
        "screens": child_fields.code_screens(),
        "why": why,
        "missing": missing,
    }
    return render_plain("committees/representatives/sign_in.html", **template_values)


def list_in_office_at(tablet: CurrentTablet) -> Sequence[Representative]:
    """The representatives in office at the site of a tablet, read on a connection of its own."""
    with db.reading(db.engine()) as session:
        return list_in_office(session, [tablet.site.id], context.today(tablet.site.time_zone))


def render_new_pictures(code: PictureCode) -> str:
    """The page with the new picture code, which the child sees twice."""
    ways = {
        "sheet": new_submission_id(),
        "action": url_for("rep.pictures_seen"),
        "done_href": url_for("rep.pictures_seen"),
        "kept_href": url_for("rep.pictures_kept"),
    }
    return render_plain("committees/representatives/pictures.html", code=child_fields.code_pictures(code), **ways)


def render_kept_pictures() -> str:
    """The page that shows the new pictures again after a reload.

    They are only in the memory of the browser tab: the word that showed them can be used once.
    """
    ways = {"sheet": "", "action": url_for("rep.pictures_kept"), "done_href": url_for("rep.pictures_seen")}
    return render_plain("child/kept.html", lost=_("Lost them? The adult of your committee gives you new ones."), **ways)


def render_plain(template: str, **names: object) -> str:
    """A page that knows no child; the next child begins with the choice of a language."""
    return render_template(template, **{"front_href": "/language", **names})


def page_links() -> dict[str, object]:
    """The links of a page that everybody may read; a signed-in representative is signed out by every link away."""
    representative = current_representative()
    if representative is None:
        return {"front_href": "/language"}
    away = url_for("rep.show_goodbye", code=languages.chosen())
    return {"front_href": url_for("rep.show_goodbye"), "away_href": away, "represents": representative}


def render_signed_in(template: str, representative: SignedInRepresentative, **names: object) -> str:
    """A page of a signed-in representative; leaving it in any way signs them out."""
    who: Mapping[str, object] = {
        "signed": representative,
        "who": elections_labels.representative_label(representative.representative, representative.committee),
    }
    return render_template(template, **page_links(), **who, words=labels, **names)
