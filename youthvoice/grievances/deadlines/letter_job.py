"""Letters that nobody opened and suggestions that nobody decided in time: the next people are asked to sign in.

Whoever is on call, all advocates, the safeguarding leads, the outside recipients. Advocates alone can open letters;
the others find on their To do page that somebody should ask them. Nobody is told how many there are.

Source: S13, S22, S38.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import find_readers
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.grievances import time_limits
from youthvoice.grievances.deadlines import notices, on_call_rota, report_escalation
from youthvoice.grievances.models import LateDayRow, LateLettersRow, LateSuggestionsRow
from youthvoice.privacy.keys.key_names import AUDIT, PEOPLE
from youthvoice.sites.store import Site, get_site, list_all_sites
from youthvoice.threads.case_state import CaseState, hour_after, moment_of
from youthvoice.threads.letters import letter_readers
from youthvoice.threads.letters.due_job import waiting_letter_days, waiting_suggestion_days
from youthvoice.threads.letters.letter_box import day_over, first_look_due

LateBox = Literal["letters", "suggestions"]


_TABLES: Final[dict[LateBox, type[LateDayRow]]] = {"letters": LateLettersRow, "suggestions": LateSuggestionsRow}


@dataclass(frozen=True, slots=True)
class LateDay:
    """How far the letters of a day have climbed.

    Attributes:
        box: which of the two.
        site_id: whose letter box.
        day: on which letters were shown, there; until which suggestions were to be decided.
        step: how many rungs were asked.
        until: the next one is asked from this moment, UTC.
    """

    box: LateBox
    site_id: int
    day: date
    step: int
    until: datetime


def list_late_days(session: Session, box: LateBox) -> list[LateDay]:
    """Every clock of a box that was over once."""
    table = _TABLES[box]
    rows = session.scalars(select(table).order_by(table.site_id, table.day))
    return [LateDay(box, row.site_id, row.day, row.step, row.until) for row in rows]


def lock_late_day(session: Session, box: LateBox, site_id: int, day: date, over: datetime) -> LateDay:
    """One of them, as it is now; it stays so until the transaction ends. A new one has asked nobody yet.

    Args:
        session: may write.
        box: which of the two.
        site_id: whose letter box.
        day: as of `Late`.
        over: the moment from which a new one is late.
    """
    table = _TABLES[box]
    new = insert_into(table, session.get_bind().dialect).values(site_id=site_id, day=day, step=0, until=over)
    session.execute(new.on_conflict_do_nothing())
    same = select(table).where(table.site_id == site_id, table.day == day).with_for_update()
    row = session.scalars(same.execution_options(populate_existing=True)).one()
    return LateDay(box, row.site_id, row.day, row.step, row.until)


def climb_rung(session: Session, late: LateDay, until: datetime) -> None:
    """One more rung was asked; `late` is held."""
    row = session.get_one(_TABLES[late.box], (late.site_id, late.day))
    row.step, row.until = late.step + 1, until
    session.flush()


def forget_late_days(session: Session, box: LateBox, days: Collection[tuple[int, date]]) -> None:
    """Every letter of these days was opened, or every suggestion decided."""
    table = _TABLES[box]
    session.execute(delete(table).where(tuple_(table.site_id, table.day).in_(list(days))))


class LateKind(NamedTuple):
    """What may be late.

    Attributes:
        waits: (site, day) of all that waits and is shown; the day as of `letter_job.Late`.
        last: the last day that is in time.
        opens_from: which letters `letter_readers.find_letter_openers` looks at.
    """

    waits: Callable[[Session, datetime], list[tuple[int, date]]]
    last: Callable[[date], date]
    opens_from: str


LATE_KINDS: Final[Mapping[LateBox, LateKind]] = {
    "letters": LateKind(waiting_letter_days, first_look_due, "survey"),
    "suggestions": LateKind(waiting_suggestion_days, lambda due: due, "agenda"),
}


@dataclass(frozen=True, slots=True)
class SiteToAsk:
    """A site whose advocates somebody should ask to open their letters, or to decide about suggestions.

    Attributes:
        box: which of the two.
        site_id: where.
        due: the last day that was in time, of the oldest of them.
    """

    box: LateBox
    site_id: int
    due: date


def late_letters_due() -> None:
    """The job: ask whoever is next where letters or suggestions are late, and forget the clocks of what was done."""
    now = context.now()
    for box in LATE_KINDS:
        with db.reading(db.engine()) as session:
            due, over = list_due_now(session, box, now), _done_since(session, box, now)
        for site_id, day in due:
            with db.writing(db.engine()) as session:
                _look_at(session, box, site_id, day, now)
        if over:
            with db.writing(db.engine()) as session:
                forget_late_days(session, box, _done_since(session, box, now))


def list_due_now(session: Session, box: LateBox, now: datetime) -> list[tuple[int, date]]:
    """(site, day) of the letters, or suggestions, for which somebody is to be asked at a moment."""
    late = {(one.site_id, one.day): one for one in list_late_days(session, box)}
    sites = {site.id: site.time_zone for site in list_all_sites(session)}
    found = []
    for site_id, day in LATE_KINDS[box].waits(session, now):
        known = late.get((site_id, day))
        if (known.until if known else day_over(LATE_KINDS[box].last(day), sites[site_id])) <= now:
            found.append((site_id, day))
    return found


def list_sites_to_ask(session: Session, caller: Caller) -> list[SiteToAsk]:
    """Where somebody who opens none herself was asked to sign in for them; the oldest day of each site and box."""
    if caller.may("letters.read") or not caller.may("reports.read"):
        return []
    now, found = context.now(), dict[tuple[LateBox, int], SiteToAsk]()
    for box, kind in LATE_KINDS.items():
        waits = set(kind.waits(session, now))
        for late in list_late_days(session, box):
            key = (box, late.site_id)
            if late.site_id in caller.site_ids and (late.site_id, late.day) in waits and key not in found:
                site = get_site(session, late.site_id)
                marks = CaseState(steps={box: late.step})
                if caller.person_id in report_escalation.asked_so_far(marks, box, _ladder(session, box, site, now)):
                    found[key] = SiteToAsk(box, late.site_id, kind.last(late.day))
    return list(found.values())


def _done_since(session: Session, box: LateBox, now: datetime) -> list[tuple[int, date]]:
    waits = set(LATE_KINDS[box].waits(session, now))
    return [(one.site_id, one.day) for one in list_late_days(session, box) if (one.site_id, one.day) not in waits]


def _look_at(session: Session, box: LateBox, site_id: int, day: date, now: datetime) -> None:
    site = get_site(session, site_id)
    late = lock_late_day(session, box, site_id, day, day_over(LATE_KINDS[box].last(day), site.time_zone))
    if late.until > now or (site_id, day) not in LATE_KINDS[box].waits(session, now):
        return  # another process, or an advocate, was faster
    ladder = _ladder(session, box, site, now)
    marks = CaseState(steps={box: late.step})
    notices.ask_to_sign_in(
        session, report_escalation.next_rung(marks, box, ladder), box, site_id, day.isoformat(), late.step
    )
    until = time_limits.deadline_after(
        time_limits.deadline_rules(site.jurisdiction), time_limits.STEP, harm=False, urgent=False, now=now
    )
    if report_escalation.is_climbed(marks, box, ladder):
        until = max(until, hour_after(now, report_escalation.MIN_HOURS))
    climb_rung(session, late, moment_of(until))
    here = now.astimezone(ZoneInfo(site.time_zone)).date()
    Log(context.keyring().key_or_new(AUDIT), here, "work").add(session, "clock.over", f"{box} {site.slug} {day}")


def _ladder(session: Session, box: LateBox, site: Site, now: datetime) -> report_escalation.EscalationLadder:
    """Of the advocates those whose key opens one of the letters; all of them where none does."""
    keyring = context.keyring()
    readers = find_readers(session, site.id, keyring.key_or_new(PEOPLE), now)
    every = {one.person_id for one in readers.advocates}
    opens = (
        letter_readers.find_letter_openers(
            session, keyring, site.id, readers.advocates, now, LATE_KINDS[box].opens_from
        )
        or every
    )
    duties = on_call_rota.list_duties(session, site.id)
    named = on_call_rota.people_on_call(duties, now.astimezone(ZoneInfo(site.time_zone)).date()) if duties else None
    roles = {"advocates": readers.advocates, "leads": readers.leads, "outside": readers.outside}
    return report_escalation.build_ladder(
        None if named is None else [one for one in named if one in every],
        {role: [one.person_id for one in found] for role, found in roles.items()},
        opens | {one.person_id for one in (*readers.leads, *readers.outside)},
    )
