"""Escalation of reports: the levels of people who are notified one after the other, and the job that notifies them.

Each time a deadline of a report passes, the next level is notified: the people on call, all advocates, the safeguarding
leads, the outside recipients. A level holds only people who can read the report, so nobody whom the child left out is
on one.

Only danger is notified immediately. Every other mail leaves at a full hour, as after deadlines, so that its minute does
not tell which child used the tablet just before. The job writes each new report twice, when it arrives and at the next
full hour, of whatever kind it is: the number of a version tells nothing.
Source: STANDARDS.md S9, S14, S16, S17; DESIGN.md 5, "Telling".

The job may run in two processes at once and may be stopped at any moment. Each report is handled in one transaction,
which checks that the case has not changed since it was read.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts.store import Readers, find_readers
from youthvoice.audit.audit_log import Log
from youthvoice.context import AppCache
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.grievances import time_limits
from youthvoice.grievances.deadlines import notices, on_call_rota
from youthvoice.jobs.clock_check import find_leap
from youthvoice.jobs.turns import Turn, call_lane, is_put_off, put_off
from youthvoice.sites.store import Site, get_site
from youthvoice.threads import case_state, store
from youthvoice.threads.case_state import REPORT

MIN_HOURS: Final = 24
"""After the last level was notified, the least time until everybody is notified again."""


@dataclass(frozen=True, slots=True)
class EscalationLevels:
    """The readers of a report or of letters, by level of escalation; rows of `people`.

    Attributes:
        on_call: the people whom the rota names today, or all advocates.
        advocates: all of them.
        leads: safeguarding leads.
        outside: outside recipients.
        has_rota: whether the site has a rota, whomever it names today: the levels stay the same from day to day.
    """

    on_call: tuple[int, ...]
    advocates: tuple[int, ...]
    leads: tuple[int, ...]
    outside: tuple[int, ...]
    has_rota: bool

    @property
    def inside(self) -> frozenset[int]:
        """All readers except those of another organisation."""
        return frozenset((*self.advocates, *self.leads))

    @property
    def last(self) -> frozenset[int]:
        """The last level: the outside recipients, or the highest level inside where none of them can read it."""
        return frozenset(self.outside or self.leads or self.advocates)


@dataclass(frozen=True, slots=True)
class EscalationPosition:
    """How far a deadline has escalated: the deadline of a report, or of a day of letters.

    Attributes:
        step: how many levels were notified so far.
        urgent: whether somebody may be in danger now.
        harm: whether a child may be hurt.
    """

    step: int
    urgent: bool = False
    harm: bool = False


def position_of(case: case_state.CaseState, name: str) -> EscalationPosition:
    """How far one deadline of a report has escalated; at step 0 while it has never passed."""
    return EscalationPosition(case.steps.get(name, 0), urgent=case.urgent, harm=case.harm)


def build_levels(
    on_call: Sequence[int] | None, roles: Mapping[str, Iterable[int]], reads: Collection[int]
) -> EscalationLevels:
    """The escalation levels of one report.

    Args:
        on_call: the people whom the rota names; all advocates where none of them can read it. None without a rota.
        roles: everybody at the site by `advocates`, `leads`, `outside`.
        reads: the people who can open the thread.
    """
    readers_by_role = {role: tuple(person for person in people if person in reads) for role, people in roles.items()}
    inside = {*readers_by_role["advocates"], *readers_by_role["leads"]}
    first_level = tuple(person for person in on_call or () if person in inside)
    return EscalationLevels(
        first_level or readers_by_role["advocates"], **readers_by_role, has_rota=on_call is not None
    )


def notified_without_deadline(
    case: case_state.CaseState, levels: EscalationLevels
) -> tuple[frozenset[int], tuple[str, ...]]:
    """The people who are notified without a deadline, and the flags that record it: danger immediately.

    - Somebody is in danger: the people on call.
    - A child may be hurt: the safeguarding leads.
    - The child says that it was not put right: one level above the first.
    - Nobody at the site can read it, or somebody asked for it: the outside recipients.
    """
    people: set[int] = set()
    flags = [case_state.ANNOUNCED]
    if case_state.DISAGREED in case.flags:
        people.update(_second_level(case, levels) if case_state.NOTIFIED_DISAGREED not in case.flags else ())
        flags.append(case_state.NOTIFIED_DISAGREED)
    if case.urgent and case.state != "closed":
        people.update(levels.on_call if case_state.NOTIFIED_URGENT not in case.flags else ())
        flags.append(case_state.NOTIFIED_URGENT)
    if case.harm and case.state != "closed":
        people.update(levels.leads if case_state.NOTIFIED_HARM not in case.flags else ())
        flags.append(case_state.NOTIFIED_HARM)
    if goes_outside(case) or (case_state.ANNOUNCED not in case.flags and not levels.inside):
        people.update(levels.last)
    return frozenset(people), tuple(flags)


def is_announced(case: case_state.CaseState) -> bool:
    """Whether nobody is left who is to be notified without a deadline."""
    wanted = {case_state.ANNOUNCED} | ({case_state.NOTIFIED_DISAGREED} if case_state.DISAGREED in case.flags else set())
    if case.state != "closed":
        wanted |= ({case_state.NOTIFIED_URGENT} if case.urgent else set()) | (
            {case_state.NOTIFIED_HARM} if case.harm else set()
        )
    return wanted <= set(case.flags) and not goes_outside(case)


def is_newly_urgent(case: case_state.CaseState) -> bool:
    """Whether somebody may be in danger and nobody was notified of it: this alone waits for no full hour."""
    return case.urgent and case.state != "closed" and case_state.NOTIFIED_URGENT not in case.flags


def goes_outside(case: case_state.CaseState) -> bool:
    """Whether somebody asked to notify the outside recipients now."""
    return case_state.TELL_OUTSIDE in case.flags


def overdue_deadlines(case: case_state.CaseState, hour: int) -> list[str]:
    """The names of the deadlines that have passed. While nobody has opened the report, a missed answer does not count.

    Args:
        case: of the thread.
        hour: whole hours since 1970 UTC that have passed.
    """
    late = {name for name, until in case.clocks.items() if until <= hour}
    names = sorted(late | ({time_limits.FIRST_LOOK} if _has_impossible_deadline(case, hour) else set()))
    return [name for name in names if name != time_limits.ANSWER] if time_limits.FIRST_LOOK in case.clocks else names


def _has_impossible_deadline(case: case_state.CaseState, hour: int) -> bool:
    """Whether the first look is due later than any rule allows: the report came while the clock was wrong."""
    return case.clocks.get(time_limits.FIRST_LOOK, 0) > hour + time_limits.MAX_FIRST_LOOK


def list_levels(position: EscalationPosition, levels: EscalationLevels) -> list[frozenset[int]]:
    """The levels in order, each a set of people; the step of the position does not matter.

    Where somebody is in danger the people on call were notified immediately: the first level is all advocates. Where a
    child may be hurt the leads were notified immediately: they are notified again with the first level.
    """
    parts = [levels.on_call, levels.advocates] if levels.has_rota and not position.urgent else [levels.advocates]
    if position.harm:
        parts[0] = (*parts[0], *levels.leads)
    else:
        parts.append(levels.leads)
    ordered = [frozenset(part) for part in parts if part]
    return [*(level for level in ordered if level != levels.last), levels.last]


def _second_level(case: case_state.CaseState, levels: EscalationLevels) -> frozenset[int]:
    ordered = list_levels(EscalationPosition(0, urgent=case.urgent, harm=case.harm), levels)
    return ordered[min(1, len(ordered) - 1)]


def next_level(position: EscalationPosition, levels: EscalationLevels) -> frozenset[int]:
    """The people to notify when the deadline passes once more; after the last level, every reader."""
    ordered = list_levels(position, levels)
    return ordered[position.step] if position.step < len(ordered) else levels.inside | levels.last


def notified_so_far(position: EscalationPosition, levels: EscalationLevels) -> frozenset[int]:
    """Everybody who was notified of the deadline; nobody while it has never passed."""
    people = frozenset[int]().union(*list_levels(position, levels)[: position.step])
    return people | levels.inside | levels.last if is_fully_escalated(position, levels) else people


def is_fully_escalated(position: EscalationPosition, levels: EscalationLevels) -> bool:
    """Whether the last level was notified."""
    return position.step >= len(list_levels(position, levels))


def next_deadline(position: EscalationPosition, levels: EscalationLevels, site: Site, now: datetime) -> int:
    """The hour at which an overdue deadline passes once more."""
    rules = time_limits.deadline_rules(site.jurisdiction)
    until = time_limits.deadline_after(rules, time_limits.STEP, harm=position.harm, urgent=position.urgent, now=now)
    return max(until, case_state.hour_after(now, MIN_HOURS)) if is_fully_escalated(position, levels) else until


def with_next_step(case: case_state.CaseState, name: str, until: int) -> case_state.CaseState:
    """The case with an overdue deadline set to a later hour and one level higher."""
    steps = {**case.steps, name: case.steps.get(name, 0) + 1}
    return case.having(clocks={**case.clocks, name: until}, steps=steps)


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EscalationNotice:
    """What the job does about one report.

    Attributes:
        people: who is asked to sign in.
        case: the case afterwards.
        clocks: names of the deadlines that have passed.
        step: the step that the child sees: `next_person`, `outside`, or empty.
        warned: who of them is asked by text message, too: those on call, once, where somebody may be in danger.
    """

    people: frozenset[int]
    case: case_state.CaseState
    clocks: Sequence[str]
    step: str
    warned: frozenset[int] = frozenset()


_checks: Final = AppCache[bytes, tuple[int, int]](50_000)
"""By thread: the version at which this process read it, and the hour from which it is due."""

_NEVER: Final = 2**31


def escalate_reports() -> bool:
    """Notify the people who wait for no deadline, and escalate overdue reports. A job.

    Returns:
        Whether some are left for the next turn.
    """
    turn = Turn()
    with db.reading(db.engine()) as session:
        now = find_leap(session) or context.now()  # no deadline passes by a clock in doubt
        due = _list_due(session, now)
    for thread_id in turn.take(due):
        try:
            with db.writing(db.engine()) as session:
                _escalate_report(session, thread_id, now)
        except ConcurrentUpdate:  # somebody changed the report just now; the next run does what remains
            continue
        except (CannotOpen, KeyGone):  # of one thread; `youthvoice doctor` counts them
            _log.error("a clock stands still: something does not open any more")
            put_off(thread_id)
    if due:
        call_lane("sending")
        call_lane("texting")
    return turn.is_cut


def _list_due(session: Session, now: datetime) -> list[bytes]:
    """List the reports that are due, those first in which somebody may be in danger.

    A thread is decrypted only where it changed since this process read it, or its hour has come.
    """
    hour = _hour(now)
    to_read = [
        thread_id
        for thread_id, version in store.list_thread_versions(session).items()
        if (check := _checks.find(thread_id)) is None
        or check[0] != version
        or (check[1] <= hour and not is_put_off(thread_id))
    ]
    due: list[tuple[bool, bool, bytes]] = []
    for thread in store.list_threads_by_id(session, to_read):
        due_hour = _due_hour(thread.case, hour) if thread.case.kind == REPORT else _NEVER
        _checks.put(thread.id, (thread.version, due_hour))
        if due_hour <= hour:
            due.append((not thread.case.urgent, is_announced(thread.case), thread.id))
    return [thread_id for *_order, thread_id in sorted(due)]


def _due_hour(case: case_state.CaseState, hour: int) -> int:
    """The hour from which the job has to do something, judged from the open part of the case; 0 for any hour."""
    is_unplanned = not case.notice_from and not is_announced(case)
    if is_unplanned or is_newly_urgent(case) or time_limits.has_no_deadline(case):
        return 0
    if _has_impossible_deadline(case, hour):
        return 0
    hours = [until for until in case.clocks.values() if overdue_deadlines(case, until)]
    return min([*hours, *([case.notice_from] if case.notice_from else [])], default=_NEVER)


def _escalate_report(session: Session, thread_id: bytes, now: datetime) -> None:
    thread = store.find_thread(session, thread_id, to_change=True)
    if thread is None or _due_hour(thread.case, _hour(now)) > _hour(now):
        return
    site = get_site(session, thread.site_id)
    day = context.day_at(now, site.time_zone)
    notice = decide_escalation(thread.case, load_levels(session, thread.id, site, now), site, now)
    store.change_case_state(session, thread, notice.case)
    notices.ask_to_sign_in(session, notice.people, "clock", thread_id.hex(), thread.version)
    notices.warn_of_danger(session, notice.warned, "danger", thread_id.hex())
    if notice.step and thread.case.answerable:
        store.add_timeline_step(session, thread, notice.step, day)
    if notice.clocks:  # never their names: some exist only where an authority must be notified, or after closing
        Log(day, "work").add(session, "clock.over", thread_id.hex())


def decide_escalation(
    case: case_state.CaseState, levels: EscalationLevels, site: Site, now: datetime
) -> EscalationNotice:
    """What the job does about a report now. Pure.

    Args:
        case: as it is.
        levels: the readers by level.
        site: of the report.
        now: UTC.
    """
    overdue = overdue_deadlines(case, _hour(now))
    people, case_after, is_new_danger = frozenset[int](), case, is_newly_urgent(case)
    is_notified = is_new_danger or 0 < case.notice_from <= _hour(now)
    if is_notified:
        people, flags = notified_without_deadline(case, levels)
        case_after = case.flagged(*flags).unflagged(case_state.TELL_OUTSIDE).having(notice_from=0)
    if (is_new_danger and case_state.ANNOUNCED not in case.flags) or not (is_notified or case.notice_from):
        case_after = case_after.having(notice_from=0 if is_announced(case) else _hour(now) + 1)
    for name in overdue:
        position = position_of(case, name)
        people |= next_level(position, levels)
        case_after = with_next_step(case_after, name, next_deadline(position, levels, site, now))
    if time_limits.FIRST_LOOK in overdue:
        case_after = case_after.flagged(case_state.LOOKED_LATE)
    if time_limits.has_no_deadline(case_after):
        case_after = time_limits.with_follow_up_deadline(site, case_after, now)
    step = _step(case if is_notified else case.unflagged(case_state.DISAGREED), levels, people, overdue)
    return EscalationNotice(people, case_after, overdue, step, frozenset(levels.on_call if is_new_danger else ()))


def _step(case: case_state.CaseState, levels: EscalationLevels, people: frozenset[int], overdue: Sequence[str]) -> str:
    """The step that the child sees. An overdue second opinion is none of the child's business."""
    late = set(overdue) - {time_limits.SECOND, time_limits.LISTEN}
    disagreed = case_state.DISAGREED in case.flags and case_state.NOTIFIED_DISAGREED not in case.flags
    if (late or disagreed or case_state.TELL_OUTSIDE in case.flags) and set(levels.outside) & people:
        return "outside"
    return "next_person" if late or disagreed else ""


def load_levels(session: Session, thread_id: bytes, site: Site, now: datetime) -> EscalationLevels:
    """The escalation levels of a report."""
    readers = find_readers(session, site.id)
    reads = store.find_thread_readers(
        session, thread_id, [(reader.person_id, reader.public_key) for reader in readers.everybody]
    )
    return levels_at(session, site, readers, reads, now)


def levels_at(  # noqa: PLR0913, PLR0917 - where, when, and who of all of them
    session: Session,
    site: Site,
    readers: Readers,
    reads: Collection[int],
    now: datetime,
    on_call: Collection[int] | None = None,
) -> EscalationLevels:
    """The escalation levels at a site, as its rota is today.

    Args:
        session: only read.
        site: where.
        readers: everybody at the site to whom reports may be sealed.
        reads: those of them who can be on a level: of a report all who can open it; of letters see `letter_job`.
        now: UTC.
        on_call: who of the people on the rota may be on the first level; None for all of them.
    """
    duties = on_call_rota.list_duties(session, [site.id])
    named = on_call_rota.people_on_call(duties, context.day_at(now, site.time_zone))
    first = [person for person in named if on_call is None or person in on_call] if duties else None
    by_role = {"advocates": readers.advocates, "leads": readers.leads, "outside": readers.outside}
    return build_levels(
        first, {role: [reader.person_id for reader in readers] for role, readers in by_role.items()}, reads
    )


def _hour(now: datetime) -> int:
    """Whole hours since 1970 that have passed."""
    return int(now.timestamp() // 3600)
