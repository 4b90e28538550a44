"""The jobs of committees: plan meetings ahead and follow them up, and count "me too" once a week.

Several work processes may run a job in parallel: a meeting is planned once, an item is carried over once. Between two
weekly counts no page changes, and after a count only its wording does. Source: PRIVACY.md A10.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability import taps
from youthvoice.committees import store as committees_store
from youthvoice.committees.agenda.store import add_support, me_too_kind
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import minutes, outcomes, rules, store
from youthvoice.committees.models import MeetingRow, SupportCountRow
from youthvoice.errors import ConcurrentUpdate
from youthvoice.jobs.daily import DailySite, do_once
from youthvoice.sites.store import list_site_clocks

_MAX_CANCELLED: Final = 8  # this many may be cancelled or moved in a row, and two are still planned


def meetings_due() -> None:
    """The job: plan meetings and follow up past ones."""
    now = context.now()
    with db.writing(db.engine()) as session:
        open_committees = committees_store.list_open_committees(session)
        zones = {clock.id: clock.time_zone for clock in list_site_clocks(session)}
        planned = store.list_planned_moments(session, now)
        for committee in open_committees:
            if lacks_meetings(committee, zones[committee.site_id], planned.get(committee.id, ()), now):
                plan_ahead(session, committee, zones[committee.site_id], now)
        store.mark_missed_meetings(session, now)
    with suppress(ConcurrentUpdate), db.writing(db.engine()) as session:  # the next run continues
        _follow_up(session, open_committees, zones, now)


def lacks_meetings(committee: Committee, time_zone: str, planned: Sequence[store.PlannedMoment], now: datetime) -> bool:
    """Whether `plan_ahead` would change anything.

    Args:
        committee: an open one.
        time_zone: of its site.
        planned: of its meetings that were planned for later than now, cancelled ones too.
        now: this moment.
    """
    rhythm = (committee.first_at, committee.rhythm_days, time_zone)
    coming = [moment for moment in planned if moment.is_planned and moment.starts_at > now]
    if any(
        moment.planned_for == moment.starts_at and not rules.is_in_rhythm(*rhythm, moment.starts_at)
        for moment in coming
    ):
        return True
    dates = {moment.planned_for for moment in planned}
    for date_ in rules.next_meeting_dates(*rhythm, now, rules.MEETINGS_AHEAD + _MAX_CANCELLED):
        if sum(moment.starts_at < date_ for moment in coming) >= rules.MEETINGS_AHEAD:
            break
        if date_ not in dates:
            return True
    return False


def plan_ahead(session: Session, committee: Committee, time_zone: str, now: datetime) -> None:
    """Plan the next meetings of a committee, and those of its rhythm that passed while no job ran.

    After a change of the rhythm, meetings that followed the old one and were not moved by hand are deleted.
    """
    rhythm = (committee.first_at, committee.rhythm_days, time_zone)
    stale = [
        meeting.id
        for meeting in store.list_coming_meetings(session, committee.id, now, 100)
        if meeting.planned_for == meeting.starts_at and not rules.is_in_rhythm(*rhythm, meeting.starts_at)
    ]
    outcomes.release_items(session, stale)
    store.forget_meetings(session, stale)
    last = session.scalar(select(func.max(MeetingRow.planned_for)).where(MeetingRow.committee_id == committee.id))
    passed = rules.meeting_dates_between(*rhythm, max(last, now - rules.LOOK_BACK), now) if last else []
    for moment in passed:
        store.plan_meeting(session, committee.id, moment, now)
    planned = [meeting.starts_at for meeting in store.list_coming_meetings(session, committee.id, now, 100)]
    for moment in rules.next_meeting_dates(*rhythm, now, rules.MEETINGS_AHEAD + _MAX_CANCELLED):
        if sum(planned_at < moment for planned_at in planned) >= rules.MEETINGS_AHEAD:
            break
        if store.plan_meeting(session, committee.id, moment, now):
            planned.append(moment)


def _follow_up(session: Session, open_committees: list[Committee], zones: dict[int, str], now: datetime) -> None:
    """Follow up past meetings and closed committees: cancel, lock minutes, carry items over."""
    days = {site_id: context.today(zone) for site_id, zone in zones.items()}
    for committee_id in outcomes.closed_with_items(session):
        closed_committee = committees_store.find_committee(session, committee_id)
        assert closed_committee is not None  # it was just read
        outcomes.return_items(session, committee_id, days[closed_committee.site_id])
    for committee_id in store.list_closed_with_meetings(session, now):
        store.cancel_planned_meetings(session, committee_id, now)
    for day in set(days.values()):
        minutes.freeze_approved(session, [site_id for site_id, today in days.items() if today == day], day)
    site_ids = {committee.id: committee.site_id for committee in open_committees}
    for committee_id in sorted(outcomes.list_with_waiting_items(session, site_ids, now)):
        outcomes.carry_over(session, committee_id, now, days[site_ids[committee_id]])


def support_due() -> bool:
    """The job: count "me too" once a week, from Monday's daily hour of each site; whether some are left (`do_once`)."""
    with db.reading(db.engine()) as session:
        due = {clock.id: support_week(context.now(), clock) for clock in list_site_clocks(session)}
    return do_once(SupportCountRow.week, due, _count_support)


def _count_support(session: Session, site_ids: Sequence[int], _week: str) -> None:
    """Add the waiting "me too" of some sites to their items. Two processes wait for each other, in the order of ids."""
    all_taps = taps.count_and_delete_taps(session, [me_too_kind(site_id) for site_id in site_ids])
    for (subject, _answer), times in sorted(all_taps.items()):
        add_support(session, bytes.fromhex(subject), times)


def support_week(moment: datetime, site: DailySite) -> str:
    """The week whose count is due at a site, such as `2026-W48`."""
    local_moment = moment.astimezone(ZoneInfo(site.time_zone)) - timedelta(hours=site.daily_hour)
    year, week, _day = local_moment.isocalendar()
    return f"{year}-W{week:02}"
