"""The page with the agendas of a site for children, with next meetings and election results.

It needs only a few queries, however long an agenda is; only items that are shown are decrypted, and those before them
that children discuss alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
from youthvoice.committees.agenda.store import find_committees_above, list_first_items, list_latest_items
from youthvoice.committees.elections import labels as elections_labels
from youthvoice.committees.elections.rules import Election
from youthvoice.committees.elections.store import list_announced_elections
from youthvoice.committees.meetings import labels as meeting_labels
from youthvoice.committees.meetings.rules import Meeting
from youthvoice.committees.meetings.store import find_next_meeting
from youthvoice.sites.last_day import stops_telling
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
        lately: suggestions on hold and items that were closed, whose state changed in the last four weeks, the newest
            first; declined ones for two weeks only.
        more: whether there are more open items.
        meeting: the next meeting; None if none is planned.
        elections: of each post the last election, if it ended within two weeks. A closed committee has only these.
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
    parts = {committee.id: _load_parts(session, committee.id, today) for committee in committees}
    meetings = {committee.id: _find_next_meeting(session, committee.id, site, now) for committee in committees}
    items = [item for part in parts.values() for item in (*part.open, *part.recent)]
    above = _names_above(session, items, {committee.id: committee.name for committee in committees})
    meeting_days = {row: _day(meeting, site, today) for row, meeting in meetings.items() if meeting}
    views = {
        view.item.id: view for view in view_items(session, items, language, today, above=above, meets=meeting_days)
    }
    elections = _elections_by_committee(session, site.id, now)
    agendas = [
        CommitteeAgenda(
            committee,
            open=[views[item.id] for item in parts[committee.id].open],
            lately=[views[item.id] for item in parts[committee.id].recent],
            more=parts[committee.id].has_more,
            meeting=meetings[committee.id],
            elections=elections.get(committee.id, ()),
        )
        for committee in committees
    ]
    return [*agendas, *_closed_with_elections(session, elections, parts.keys())]


@dataclass(frozen=True, slots=True)
class _AgendaParts:
    """The items of one agenda that its page lists; `has_more`: whether further open ones follow."""

    open: Sequence[AgendaItem]
    recent: Sequence[AgendaItem]
    has_more: bool


def _load_parts(session: Session, committee_id: int, today: date) -> _AgendaParts:
    """Open and recent items, without those that children discuss alone first: these are on no page for all."""
    open_items = list_first_items(session, committee_id, _OPEN, MAX_OPEN_ITEMS + 1, lambda item: not item.body.alone)
    recent_items = list_latest_items(
        session,
        committee_id,
        _RECENT,
        MAX_RECENT_ITEMS,
        today - timedelta(days=RECENT_DAYS),
        lambda item: today - item.day <= _days_shown(item) and not item.body.alone,
    )
    return _AgendaParts(open_items[:MAX_OPEN_ITEMS], recent_items, len(open_items) > MAX_OPEN_ITEMS)


def _closed_with_elections(
    session: Session, elections: Mapping[int, Sequence[Election]], open_ids: Collection[int]
) -> Iterator[CommitteeAgenda]:
    """Closed committees whose last election ended within two weeks: children read its result alone."""
    for committee_id, results in elections.items():
        committee = store.find_committee(session, committee_id) if committee_id not in open_ids else None
        if committee is not None:
            yield CommitteeAgenda(committee, elections=results)


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
        suggests=not stops_telling(site, context.today(site.time_zone)),
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
    by_committee: dict[int, list[Election]] = {}
    for election in newest.values():
        by_committee.setdefault(election.committee_id, []).append(election)
    return by_committee


def _find_next_meeting(session: Session, committee_id: int, site: Site, now: datetime) -> Meeting | None:
    """The next meeting up to the last day of the site; None without one."""
    meeting = find_next_meeting(session, committee_id, now)
    return (
        None
        if meeting and site.closes_on and context.day_at(meeting.starts_at, site.time_zone) > site.closes_on
        else meeting
    )


def _day(meeting: Meeting, site: Site, today: date) -> str:
    """The day of a meeting: its weekday within seven days from today, else the date."""
    day = meeting.starts_at.astimezone(ZoneInfo(site.time_zone)).date()
    return str(format_date(day, "EEEE")) if day - today < timedelta(days=7) else format_short_day(day)


def _names_above(session: Session, items: Collection[AgendaItem], names: Mapping[int, str]) -> dict[bytes, str]:
    """The names of the committees to which items went up, by the item below."""
    item_ids = [item.id for item in items if item.state == "went_up"]
    above = find_committees_above(session, item_ids) if item_ids else {}
    return {item_id: names.get(row, "") for item_id, row in above.items()}


def _days_shown(item: AgendaItem) -> timedelta:
    """How long a closed item stays on the page."""
    return timedelta(days=DECLINED_DAYS if item.state == "declined" else RECENT_DAYS)
