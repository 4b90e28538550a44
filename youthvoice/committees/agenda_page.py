"""The page with the agendas of a site for children, with next meetings and election results.

It needs only a few queries, however long an agenda is; only items that are shown are decrypted, and those before them
that children discuss alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import format_date
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.committees import entities, store
from youthvoice.committees.agenda.entities import WAITING_STATES, AgendaItem
from youthvoice.committees.agenda.item_view import ItemView, view_items
from youthvoice.committees.agenda.store import find_committees_above, list_items, list_latest_items
from youthvoice.committees.elections import labels as elections_labels
from youthvoice.committees.elections.rules import Election
from youthvoice.committees.elections.store import list_announced_elections
from youthvoice.committees.meetings import labels as meeting_labels
from youthvoice.committees.meetings.rules import Meeting
from youthvoice.committees.meetings.store import find_next_meeting
from youthvoice.sites.store import Site
from youthvoice.threads.readership import is_channel_open
from youthvoice.web.i18n.formats import format_short_day

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
