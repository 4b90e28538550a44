"""Whose deadline is over is told to the next person, and at last outside: the ladder and the job that climbs it.

Rungs are climbed one by one, each time a clock is over again: whoever is on call, all advocates, the safeguarding
leads, the outside recipients; only those who read the thread, so whoever was left out is on no rung.
Source: STANDARDS.md S9, S14, S16, S17; DESIGN.md 5, "Telling".

It may run in two processes at once and be ended at any moment: everything about one thread happens in one transaction,
on marks that are as they were read.
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
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.grievances import time_limits
from youthvoice.grievances.deadlines import notices, on_call_rota
from youthvoice.sites.store import Site, get_site
from youthvoice.threads import case_state, store
from youthvoice.threads.case_state import REPORT

MIN_HOURS: Final = 24
"""Once everybody was told, they are told again no more often."""


@dataclass(frozen=True, slots=True)
class EscalationLadder:
    """Who reads a thread, by rung; rows of `people`.

    Attributes:
        on_call: whom the rota names today, or all advocates.
        advocates: all of them.
        leads: safeguarding leads.
        outside: outside recipients.
        has_rota: whether the site has a rota, whoever it names today: the rungs are the same from day to day.
    """

    on_call: tuple[int, ...]
    advocates: tuple[int, ...]
    leads: tuple[int, ...]
    outside: tuple[int, ...]
    has_rota: bool

    @property
    def inside(self) -> frozenset[int]:
        """Everybody who reads it and is not of another organisation."""
        return frozenset((*self.advocates, *self.leads))

    @property
    def last(self) -> frozenset[int]:
        """Who is told when it must go outside: the outside recipients, or whoever there is where none reads it."""
        return frozenset(self.outside or self.leads or self.advocates)


@dataclass(frozen=True, slots=True)
class LadderPosition:
    """Where on a ladder something stands that is over, or will be: a clock of a report, or a day of a letter box.

    Attributes:
        step: how often it was over and was handed on.
        urgent: whether somebody may be in danger now.
        harm: whether a child may be hurt.
    """

    step: int
    urgent: bool = False
    harm: bool = False


def position_of(case: case_state.CaseState, name: str) -> LadderPosition:
    """Where one clock of a report stands; at the first step while it was never over."""
    return LadderPosition(case.steps.get(name, 0), urgent=case.urgent, harm=case.harm)


def build_ladder(
    on_call: Sequence[int] | None, roles: Mapping[str, Iterable[int]], reads: Collection[int]
) -> EscalationLadder:
    """The ladder of one thread.

    Args:
        on_call: whom the rota names; where none of them reads it all advocates are on call. None without a rota.
        roles: everybody at the site by `advocates`, `leads`, `outside`.
        reads: who can open the thread.
    """
    mine = {role: tuple(person for person in people if person in reads) for role, people in roles.items()}
    known = {*mine["advocates"], *mine["leads"]}
    named = tuple(one for one in on_call or () if one in known)
    return EscalationLadder(named or mine["advocates"], **mine, has_rota=on_call is not None)


def told_at_once(case: case_state.CaseState, ladder: EscalationLadder) -> tuple[frozenset[int], tuple[str, ...]]:
    """Who is told without any clock, and the flags that say so afterwards.

    Somebody in danger: whoever is on call. Harm: the safeguarding leads. The child says that it was not put right:
    one rung more than had it in hand. Nobody at the site reads it, or it was said to go outside: the outside
    recipients.
    """
    told: set[int] = set()
    flags = [case_state.ANNOUNCED]
    if case_state.DISAGREED in case.flags:
        told.update(_next_above(case, ladder) if case_state.NOTIFIED_DISAGREED not in case.flags else ())
        flags.append(case_state.NOTIFIED_DISAGREED)
    if case.urgent and case.state != "closed":
        told.update(ladder.on_call if case_state.NOTIFIED_URGENT not in case.flags else ())
        flags.append(case_state.NOTIFIED_URGENT)
    if case.harm and case.state != "closed":
        told.update(ladder.leads if case_state.NOTIFIED_HARM not in case.flags else ())
        flags.append(case_state.NOTIFIED_HARM)
    if goes_outside(case) or (case_state.ANNOUNCED not in case.flags and not ladder.inside):
        told.update(ladder.last)
    return frozenset(told), tuple(flags)


def is_announced(case: case_state.CaseState) -> bool:
    """Whether everybody was told who is to be told without any clock."""
    wanted = {case_state.ANNOUNCED} | ({case_state.NOTIFIED_DISAGREED} if case_state.DISAGREED in case.flags else set())
    if case.state != "closed":
        wanted |= ({case_state.NOTIFIED_URGENT} if case.urgent else set()) | (
            {case_state.NOTIFIED_HARM} if case.harm else set()
        )
    return wanted <= set(case.flags) and not goes_outside(case)


def goes_outside(case: case_state.CaseState) -> bool:
    """Whether somebody said that the outside recipient is to be told at once."""
    return case_state.TELL_OUTSIDE in case.flags


def overdue_deadlines(case: case_state.CaseState, hour: int) -> list[str]:
    """The clocks that are over, by name; nobody is asked for an answer as well while nobody has even looked.

    Args:
        case: of the thread.
        hour: whole hours since 1970 UTC that have passed.
    """
    names = sorted(name for name, until in case.clocks.items() if until <= hour)
    return [name for name in names if name != time_limits.ANSWER] if time_limits.FIRST_LOOK in case.clocks else names


def ladder_rungs(position: LadderPosition, ladder: EscalationLadder) -> list[frozenset[int]]:
    """The rungs of a ladder, from the first to the last; the step of a position does not change them.

    Where somebody is in danger whoever is on call knows already: the first rung is all advocates. Where a child may be
    hurt the leads know already, and are told again with the first.
    """
    parts = [ladder.on_call, ladder.advocates] if ladder.has_rota and not position.urgent else [ladder.advocates]
    if position.harm:
        parts[0] = (*parts[0], *ladder.leads)
    else:
        parts.append(ladder.leads)
    found = [frozenset(part) for part in parts if part]
    return [*(rung for rung in found if rung != ladder.last), ladder.last]


def _next_above(case: case_state.CaseState, ladder: EscalationLadder) -> frozenset[int]:
    climbed = ladder_rungs(LadderPosition(0, urgent=case.urgent, harm=case.harm), ladder)
    return climbed[min(1, len(climbed) - 1)]


def next_rung(position: LadderPosition, ladder: EscalationLadder) -> frozenset[int]:
    """Who is told when something is over once more; after the last rung everybody who reads it."""
    climbed = ladder_rungs(position, ladder)
    return climbed[position.step] if position.step < len(climbed) else ladder.inside | ladder.last


def asked_so_far(position: LadderPosition, ladder: EscalationLadder) -> frozenset[int]:
    """Everybody who was told of it since its clock runs; nobody while it was never over."""
    asked_people = frozenset[int]().union(*ladder_rungs(position, ladder)[: position.step])
    return asked_people | ladder.inside | ladder.last if is_climbed(position, ladder) else asked_people


def is_climbed(position: LadderPosition, ladder: EscalationLadder) -> bool:
    """Whether everybody was told of it already."""
    return position.step >= len(ladder_rungs(position, ladder))


def next_deadline(position: LadderPosition, ladder: EscalationLadder, site: Site, now: datetime) -> int:
    """The hour at which something that is over now is over again."""
    rules = time_limits.deadline_rules(site.jurisdiction)
    until = time_limits.deadline_after(rules, time_limits.STEP, harm=position.harm, urgent=position.urgent, now=now)
    return max(until, case_state.hour_after(now, MIN_HOURS)) if is_climbed(position, ladder) else until


def with_next_step(case: case_state.CaseState, name: str, until: int) -> case_state.CaseState:
    """A clock that was over is over again later, and one step higher."""
    steps = {**case.steps, name: case.steps.get(name, 0) + 1}
    return case.having(clocks={**case.clocks, name: until}, steps=steps)


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EscalationNotice:
    """What is to be done about one thread.

    Attributes:
        people: who is asked to sign in.
        marks: as they are afterwards.
        clocks: those that were over.
        step: what the child sees of it: `next_person`, `outside`, or empty.
    """

    people: frozenset[int]
    marks: case_state.CaseState
    clocks: Sequence[str]
    step: str


def clocks_due() -> None:
    """The job: tell whoever is to be told at once, and hand on what is over."""
    now = context.now()
    with db.reading(db.engine()) as session:
        thread_ids = [thread.id for thread in store.list_all_threads(session, (REPORT,)) if _is_due(thread.case, now)]
    for thread_id in thread_ids:
        try:
            with db.writing(db.engine()) as session:
                _look_at(session, thread_id, now)
        except ConcurrentUpdate:  # somebody acted on it this very moment; the next look sees what remains
            continue
        except (CannotOpen, KeyGone):  # of one thread; `flask doctor` counts them
            _log.error("a clock stands still: something does not open any more")


def _is_due(case: case_state.CaseState, now: datetime) -> bool:
    """Whether somebody is to be told, as far as marks alone say."""
    over = overdue_deadlines(case, _hour(now))
    return not is_announced(case) or bool(over) or time_limits.has_no_deadline(case)


def _look_at(session: Session, thread_id: bytes, now: datetime) -> None:
    thread = store.find_thread(session, thread_id, to_change=True)
    if thread is None or not _is_due(thread.case, now):
        return
    site = get_site(session, thread.line.site_id)
    day = context.day_at(now, site.time_zone)
    escalation_notice = decide_escalation(thread.case, load_ladder(session, thread.id, site, now), site, now)
    store.change_case_state(session, thread.line, escalation_notice.marks)
    notices.ask_to_sign_in(session, escalation_notice.people, "clock", thread_id.hex(), thread.line.version)
    if escalation_notice.step and thread.case.answerable:
        store.add_timeline_step(session, thread, escalation_notice.step, day)
    log = Log(day, "work")
    if escalation_notice.clocks:  # never which: some run only where an authority is to be told, or after closing
        log.add(session, "clock.over", thread_id.hex())


def decide_escalation(
    case: case_state.CaseState, ladder: EscalationLadder, site: Site, now: datetime
) -> EscalationNotice:
    """What is to be done about a thread now. Pure.

    Args:
        case: as they are.
        ladder: who reads it.
        site: where.
        now: UTC.
    """
    over = overdue_deadlines(case, _hour(now))
    told, flags = told_at_once(case, ladder)
    after = case.flagged(*flags).unflagged(case_state.TELL_OUTSIDE)
    for name in over:
        position = position_of(case, name)
        told |= next_rung(position, ladder)
        after = with_next_step(after, name, next_deadline(position, ladder, site, now))
    if time_limits.FIRST_LOOK in over:
        after = after.flagged(case_state.LOOKED_LATE)
    if time_limits.has_no_deadline(after):
        after = time_limits.with_follow_up_deadline(site, after, now)
    return EscalationNotice(told, after, over, _step(case, ladder, told, over))


def _step(case: case_state.CaseState, ladder: EscalationLadder, told: frozenset[int], over: Sequence[str]) -> str:
    """What the child sees; a second opinion that is late is no business of hers."""
    late = set(over) - {time_limits.SECOND}
    disagreed = case_state.DISAGREED in case.flags and case_state.NOTIFIED_DISAGREED not in case.flags
    if (late or disagreed or case_state.TELL_OUTSIDE in case.flags) and set(ladder.outside) & told:
        return "outside"
    return "next_person" if late or disagreed else ""


def load_ladder(session: Session, thread_id: bytes, site: Site, now: datetime) -> EscalationLadder:
    """Who is asked about a report, one after the other."""
    readers = find_readers(session, site.id)
    reads = store.find_thread_readers(
        session, thread_id, [(reader.person_id, reader.public_key) for reader in readers.everybody]
    )
    return ladder_at(session, site, readers, reads, now)


def ladder_at(  # noqa: PLR0913, PLR0917 - where, when, and who of all of them
    session: Session,
    site: Site,
    readers: Readers,
    reads: Collection[int],
    now: datetime,
    on_call: Collection[int] | None = None,
) -> EscalationLadder:
    """The ladder at a site as its rota is today.

    Args:
        session: only read.
        site: where.
        readers: everybody there.
        reads: who of them can open what is late.
        now: UTC.
        on_call: who may stand on its first rung; None for whoever the rota names.
    """
    duties = on_call_rota.list_duties(session, site.id)
    named = on_call_rota.people_on_call(duties, context.day_at(now, site.time_zone))
    first = [one for one in named if on_call is None or one in on_call] if duties else None
    by_role = {"advocates": readers.advocates, "leads": readers.leads, "outside": readers.outside}
    return build_ladder(
        first, {role: [reader.person_id for reader in readers] for role, readers in by_role.items()}, reads
    )


def _hour(now: datetime) -> int:
    """Whole hours since 1970 that have passed."""
    return int(now.timestamp() // 3600)
