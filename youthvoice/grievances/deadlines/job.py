"""The job of the clocks: whose clock is over is handed on to the next person, and at last outside (S9, S13, S16, S17).

It may run in two processes at once and be ended at any moment: everything about one thread happens in one transaction,
on marks that are as they were read.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as people
from youthvoice.audit.log import Log
from youthvoice.grievances import follow_up as going_on
from youthvoice.grievances import time_limits as clock_rules
from youthvoice.grievances.child_thread.rules import DISAGREED, TELL_OUTSIDE, TOLD_DISAGREED
from youthvoice.grievances.deadlines import escalation, notices
from youthvoice.grievances.deadlines.escalation import Ladder
from youthvoice.grievances.rota import store as on_call
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.privacy.keys.names import AUDIT, PEOPLE
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import messages as conversation
from youthvoice.threads import store as threads
from youthvoice.threads.case_state import Marks, hour_after
from youthvoice.threads.store import Meanwhile

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be done about one thread.

    Attributes:
        people: who is asked to sign in.
        marks: as they are afterwards.
        clocks: those that were over.
        step: what the child sees of it: `next_person`, `outside`, or empty.
    """

    people: frozenset[int]
    marks: Marks
    clocks: Sequence[str]
    step: str


def clocks_due() -> None:
    """The job: tell whoever is to be told at once, and hand on what is over."""
    now = running.now()
    with db.reading(db.engine()) as session:
        found = [facts.id for facts in threads.all_facts(session, running.keyring()) if _is_due(facts.marks, now)]
    for thread_id in found:
        try:
            with db.writing(db.engine()) as session:
                _look_at(session, thread_id, now)
        except Meanwhile:  # somebody acted on it this very moment; the next look sees what remains
            continue
        except (CannotOpen, KeyGone):  # of one thread; `flask doctor` counts them
            _log.error("a clock stands still: something does not open any more")


def _is_due(marks: Marks, now: datetime) -> bool:
    """Whether somebody is to be told, as far as marks alone say."""
    over = escalation.over(marks, _hour(now))
    return not escalation.is_announced(marks) or bool(over) or going_on.stands_still(marks)


def _look_at(session: Session, thread_id: bytes, now: datetime) -> None:
    keyring = running.keyring()
    thread = threads.facts(session, keyring, thread_id, to_change=True)
    if thread is None or not _is_due(thread.marks, now):
        return
    site = places.site(session, thread.line.site_id)
    assert site is not None  # a foreign key says so
    at = places.facts(site)
    day = now.astimezone(ZoneInfo(at.time_zone)).date()
    told = decide(thread.marks, ladder_of(session, thread.id, at, now), at, now)
    threads.change(session, keyring, thread.line, told.marks)
    notices.ask(session, told.people, "clock", thread_id.hex(), thread.line.version)
    if told.step and thread.marks.answerable:
        conversation.step(session, keyring, thread, told.step, day)
    log = Log(keyring.key_or_new(AUDIT), day, "work")
    if told.clocks:  # never which: some run only where an authority is to be told, or after closing
        log.add(session, "clock.over", thread_id.hex())


def decide(marks: Marks, ladder: Ladder, site: SiteFacts, now: datetime) -> Told:
    """What is to be done about a thread now. Pure.

    Args:
        marks: as they are.
        ladder: who reads it.
        site: where.
        now: UTC.
    """
    rules, over = clock_rules.rules_of(site.jurisdiction), escalation.over(marks, _hour(now))
    told, flags = escalation.at_once(marks, ladder)
    after = marks.flagged(*flags).unflagged(TELL_OUTSIDE)
    for name in over:
        told |= escalation.next_rung(marks, name, ladder)
        until = clock_rules.after(rules, clock_rules.STEP, harm=marks.harm, urgent=marks.urgent, now=now)
        if escalation.is_climbed(marks, name, ladder):
            until = max(until, hour_after(now, escalation.LEAST_HOURS))
        after = escalation.moved_on(after, name, until)
    if clock_rules.FIRST_LOOK in over:
        after = after.flagged(escalation.LOOKED_LATE)
    if going_on.stands_still(after):
        after = going_on.kept_going(site, after, now)
    return Told(told, after, over, _step(marks, ladder, told, over))


def _step(marks: Marks, ladder: Ladder, told: frozenset[int], over: Sequence[str]) -> str:
    """What the child sees; a second opinion that is late is no business of hers."""
    late = set(over) - {clock_rules.SECOND}
    disagreed = DISAGREED in marks.flags and TOLD_DISAGREED not in marks.flags
    if (late or disagreed or TELL_OUTSIDE in marks.flags) and set(ladder.outside) & told:
        return "outside"
    return "next_person" if late or disagreed else ""


def ladder_of(session: Session, thread_id: bytes, site: SiteFacts, now: datetime) -> Ladder:
    """Who is asked about a report, one after the other."""
    keyring = running.keyring()
    readers = people.readers(session, site.id, keyring.key_or_new(PEOPLE), now)
    reads = threads.readers_of(
        session, keyring, thread_id, [(one.person_id, one.public_key) for one in readers.everybody]
    )
    duties = on_call.rota(session, site.id)
    named = on_call.who(duties, now.astimezone(ZoneInfo(site.time_zone)).date()) if duties else None
    by_role = {"advocates": readers.advocates, "leads": readers.leads, "outside": readers.outside}
    return escalation.ladder_of(
        named, {role: [one.person_id for one in found] for role, found in by_role.items()}, reads
    )


def _hour(now: datetime) -> int:
    """Whole hours since 1970 that have passed."""
    return int(now.timestamp() // 3600)
