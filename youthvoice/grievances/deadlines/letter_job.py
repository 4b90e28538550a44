"""Letters that nobody opened and suggestions that nobody decided in time: the next people are asked to sign in.

Whoever is on call, all advocates, the safeguarding leads, the outside recipients. Advocates alone can open letters;
the others find on their To do page that somebody should ask them. Nobody is told how many there are.

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
from youthvoice.grievances.deadlines.report_escalation import EscalationLadder, LadderPosition
from youthvoice.grievances.models import LateDayRow, LateLettersRow, LateSuggestionsRow
from youthvoice.sites.store import Site, get_site, list_all_sites
from youthvoice.threads.case_state import moment_of
from youthvoice.threads.letters import letter_readers
from youthvoice.threads.letters.due_job import DUE_KINDS, DueBox

_TABLES: Final[dict[DueBox, type[LateDayRow]]] = {"letters": LateLettersRow, "suggestions": LateSuggestionsRow}


def _late_days(session: Session, box: DueBox) -> Sequence[LateDayRow]:
    """Every clock of a box that was over once."""
    table = _TABLES[box]
    return session.scalars(select(table).order_by(table.site_id, table.day)).all()


def _lock_late_day(session: Session, box: DueBox, site_id: int, day: date, over: datetime) -> LateDayRow:
    """One of them, as it is now; it stays so until the transaction ends. A new one has asked nobody yet.

    Args:
        session: may write.
        box: which of the two.
        site_id: whose letter box.
        day: as of `DueDay`.
        over: the moment from which a new one is late, UTC.
    """
    table = _TABLES[box]
    new = insert_into(table, session.get_bind().dialect).values(site_id=site_id, day=day, step=0, until=over)
    session.execute(new.on_conflict_do_nothing())
    same = select(table).where(table.site_id == site_id, table.day == day).with_for_update()
    return session.scalars(same.execution_options(populate_existing=True)).one()


def _waiting(session: Session, box: DueBox, now: datetime) -> dict[tuple[int, date], date]:
    """(site, day) of all that waits and is shown, with the last day that is in time."""
    return {(due_day.site_id, due_day.day): due_day.last for due_day in DUE_KINDS[box].waits(session, now)}


@dataclass(frozen=True, slots=True)
class SiteToAsk:
    """A site whose advocates somebody should ask to open their letters, or to decide about suggestions.

    Attributes:
        box: which of the two.
        site_id: where.
        due: the last day that was in time, of the oldest of them.
    """

    box: DueBox
    site_id: int
    due: date


def late_letters_due() -> None:
    """The job: ask whoever is next where letters or suggestions are late, and forget the clocks of what was done."""
    now = context.now()
    for box in DUE_KINDS:
        with db.reading(db.engine()) as session:
            due, over = list_due_now(session, box, now), _done_since(session, box, now)
        for site_id, day in due:
            with db.writing(db.engine()) as session:
                _look_at(session, box, site_id, day, now)
        if over:
            with db.writing(db.engine()) as session:
                table, done = _TABLES[box], _done_since(session, box, now)
                session.execute(delete(table).where(tuple_(table.site_id, table.day).in_(done)))


def list_due_now(session: Session, box: DueBox, now: datetime) -> list[tuple[int, date]]:
    """(site, day) of the letters, or suggestions, for which somebody is to be asked at a moment."""
    until = {(late_day.site_id, late_day.day): late_day.until for late_day in _late_days(session, box)}
    sites = {site.id: site.time_zone for site in list_all_sites(session)}
    waits = _waiting(session, box, now).items()
    return [key for key, last in waits if (until.get(key) or context.day_over(last, sites[key[0]])) <= now]


def list_sites_to_ask(session: Session, caller: Caller) -> list[SiteToAsk]:
    """Where somebody who opens none herself was asked to sign in for them; the oldest day of each site and box."""
    if caller.may("letters.read") or not caller.may("reports.read"):
        return []
    now, site_to_asks = context.now(), dict[tuple[DueBox, int], SiteToAsk]()
    for box in DUE_KINDS:
        waits = _waiting(session, box, now)
        for late in _late_days(session, box):
            key = (box, late.site_id)
            if late.site_id in caller.site_ids and (late.site_id, late.day) in waits and key not in site_to_asks:
                site = get_site(session, late.site_id)
                ladder, position = _ladder(session, box, site, now), LadderPosition(late.step)
                if caller.person_id in report_escalation.asked_so_far(position, ladder):
                    site_to_asks[key] = SiteToAsk(box, late.site_id, waits[late.site_id, late.day])
    return list(site_to_asks.values())


def _done_since(session: Session, box: DueBox, now: datetime) -> list[tuple[int, date]]:
    waits = _waiting(session, box, now)
    return [
        (late_day.site_id, late_day.day)
        for late_day in _late_days(session, box)
        if (late_day.site_id, late_day.day) not in waits
    ]


def _look_at(session: Session, box: DueBox, site_id: int, day: date, now: datetime) -> None:
    site, last = get_site(session, site_id), _waiting(session, box, now).get((site_id, day))
    if last is None:
        return  # an advocate was faster
    late = _lock_late_day(session, box, site_id, day, context.day_over(last, site.time_zone))
    if late.until > now or (site_id, day) not in _waiting(session, box, now):
        return  # another process, or an advocate, was faster
    ladder, position = _ladder(session, box, site, now), LadderPosition(late.step)
    rung_people = report_escalation.next_rung(position, ladder)
    notices.ask_to_sign_in(session, rung_people, box, site_id, day.isoformat(), late.step)
    until = report_escalation.next_deadline(position, ladder, site, now)
    late.step, late.until = late.step + 1, moment_of(until)
    here = context.day_at(now, site.time_zone)
    Log(here, "work").add(session, "clock.over", f"{box} {site.slug} {day}")


def _ladder(session: Session, box: DueBox, site: Site, now: datetime) -> EscalationLadder:
    """Of the advocates those whose key opens one of the letters; all of them where none does."""
    readers = find_readers(session, site.id)
    every = {reader.person_id for reader in readers.advocates}
    kind = DUE_KINDS[box].box
    opens = letter_readers.find_letter_openers(session, site.id, readers.advocates, now, kind) or every
    others = {reader.person_id for reader in (*readers.leads, *readers.outside)}
    return report_escalation.ladder_at(session, site, readers, opens | others, now, every)
