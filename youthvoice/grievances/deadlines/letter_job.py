"""Escalate letters that nobody opened in time and suggestions that nobody decided in time.

The next level of the escalation is asked to sign in: the people on call, all advocates, the safeguarding leads, the
outside recipients. Only advocates can open letters; the others read on their To do page that they should ask an
advocate. Nobody learns how many letters there are.

Source: S13, S22, S38.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import find_readers
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.grievances.deadlines import notices, report_escalation
from youthvoice.grievances.deadlines.report_escalation import EscalationLevels, EscalationPosition
from youthvoice.grievances.models import LateDayRow, LateLettersRow, LateSuggestionsRow
from youthvoice.sites.store import Site, get_site, list_site_clocks
from youthvoice.threads.case_state import moment_of
from youthvoice.threads.letters.due_job import DUE_KINDS, DueBox, find_openers

_TABLES: Final[dict[DueBox, type[LateDayRow]]] = {"letters": LateLettersRow, "suggestions": LateSuggestionsRow}


def _late_days(session: Session, box: DueBox) -> Sequence[LateDayRow]:
    """Every day of letters or suggestions whose deadline has passed at least once."""
    table = _TABLES[box]
    return session.scalars(select(table).order_by(table.site_id, table.day)).all()


def _lock_late_day(session: Session, box: DueBox, site_id: int, day: date, first_deadline: datetime) -> LateDayRow:
    """The row of one late day, locked until the transaction ends; a new row where nobody was asked yet.

    Args:
        session: may write.
        box: letters or suggestions.
        site_id: the site.
        day: see `DueDay`.
        first_deadline: end of the first deadline, UTC.
    """
    table = _TABLES[box]
    new = insert_into(table, session.get_bind().dialect).values(site_id=site_id, day=day, step=0, until=first_deadline)
    session.execute(new.on_conflict_do_nothing())
    query = select(table).where(table.site_id == site_id, table.day == day).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _last_days(session: Session, box: DueBox, now: datetime) -> dict[tuple[int, date], date]:
    """The last day in time for each (site, day) on which letters or suggestions wait."""
    return {(due_day.site_id, due_day.day): due_day.last for due_day in DUE_KINDS[box].waits(session, now)}


@dataclass(frozen=True, slots=True)
class SiteToAsk:
    """A site whose advocates should be asked to open their letters, or to decide about suggestions.

    Attributes:
        box: letters or suggestions.
        site_id: the site.
        due: the last day in time of the oldest of them.
    """

    box: DueBox
    site_id: int
    due: date


def escalate_late_letters() -> None:
    """Ask the next level where letters or suggestions are late; delete the rows of days that are done. A job."""
    now = context.now()
    for box in DUE_KINDS:
        with db.reading(db.engine()) as session:
            due, done_days = list_due_now(session, box, now), _done_since(session, box, now)
        for site_id, day in due:
            with db.writing(db.engine()) as session:
                _escalate_day(session, box, site_id, day, now)
        if done_days:
            with db.writing(db.engine()) as session:
                table, done_days = _TABLES[box], _done_since(session, box, now)
                session.execute(delete(table).where(tuple_(table.site_id, table.day).in_(done_days)))


def list_due_now(session: Session, box: DueBox, now: datetime) -> list[tuple[int, date]]:
    """(site, day) of the letters or suggestions for which the next level is to be asked at this moment."""
    until = {(late_day.site_id, late_day.day): late_day.until for late_day in _late_days(session, box)}
    sites = {clock.id: clock.time_zone for clock in list_site_clocks(session)}
    last_days = _last_days(session, box, now).items()
    return [key for key, last in last_days if (until.get(key) or context.day_over(last, sites[key[0]])) <= now]


def list_sites_to_ask(session: Session, caller: Caller) -> list[SiteToAsk]:
    """Where the caller, who cannot open letters, was asked to sign in for late ones; the oldest day of each box."""
    if caller.may("letters.read") or not caller.may("reports.read"):
        return []
    now, oldest = context.now(), dict[tuple[DueBox, int], SiteToAsk]()
    for box in DUE_KINDS:
        last_days = _last_days(session, box, now)
        for late_day in _late_days(session, box):
            key, site_day = (box, late_day.site_id), (late_day.site_id, late_day.day)
            if late_day.site_id in caller.site_ids and site_day in last_days and key not in oldest:
                site = get_site(session, late_day.site_id)
                levels = _load_levels(session, box, site, late_day.day, now)
                position = EscalationPosition(late_day.step)
                if caller.person_id in report_escalation.notified_so_far(position, levels):
                    oldest[key] = SiteToAsk(box, late_day.site_id, last_days[site_day])
    return list(oldest.values())


def _done_since(session: Session, box: DueBox, now: datetime) -> list[tuple[int, date]]:
    last_days = _last_days(session, box, now)
    return [
        (late_day.site_id, late_day.day)
        for late_day in _late_days(session, box)
        if (late_day.site_id, late_day.day) not in last_days
    ]


def _escalate_day(session: Session, box: DueBox, site_id: int, day: date, now: datetime) -> None:
    site, last = get_site(session, site_id), _last_days(session, box, now).get((site_id, day))
    if last is None:
        return  # an advocate has opened them since
    late_day = _lock_late_day(session, box, site_id, day, context.day_over(last, site.time_zone))
    if late_day.until > now or (site_id, day) not in _last_days(session, box, now):
        return  # another process has escalated it, or an advocate has opened them since
    levels, position = _load_levels(session, box, site, day, now), EscalationPosition(late_day.step)
    people = report_escalation.next_level(position, levels)
    notices.ask_to_sign_in(session, people, box, site_id, day.isoformat(), late_day.step)
    late_day.until = moment_of(report_escalation.next_deadline(position, levels, site, now))
    late_day.step += 1
    today = context.day_at(now, site.time_zone)
    Log(today, "work").add(session, "clock.over", f"{box} {site.slug} {day}")


def _load_levels(session: Session, box: DueBox, site: Site, day: date, now: datetime) -> EscalationLevels:
    """The levels for one day of a box; only advocates are on the first one.

    Of the advocates they have those whose key opens something of that day (all, where nobody's does); besides them all
    leads and outside recipients, who are asked to sign in and cannot open letters.
    """
    readers = find_readers(session, site.id)
    advocate_ids = {reader.person_id for reader in readers.advocates}
    openers = find_openers(session, box, site, readers.advocates, day) or advocate_ids
    others = {reader.person_id for reader in (*readers.leads, *readers.outside)}
    return report_escalation.levels_at(session, site, readers, openers | others, now, on_call=advocate_ids)
