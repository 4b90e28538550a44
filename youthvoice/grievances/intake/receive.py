"""A sheet of `/tell` arrives: for the first time, again, or again with more in it.

The same sheet draws the same code again, so a tablet whose line broke sends again and gets the same pictures; nobody
keeps them. A child who went back meanwhile and told more is not cut short: where the same people read it, the later
words become a further entry; where she chose others, they become a report of their own, with a code of its own, and
whoever she left out since finds the earlier one no longer either.
Everything dear happens before any transaction begins. Source: PRIVACY.md C, "A report" and "Codes".
"""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as people
from youthvoice.grievances.child_thread.rules import Said
from youthvoice.grievances.follow_up import kept_going
from youthvoice.grievances.intake import child_message as from_child
from youthvoice.grievances.intake import fingerprints
from youthvoice.grievances.intake.new_report import Kept, Report, draws, entries, sealed
from youthvoice.grievances.time_limits import ANSWER, CHILD_WROTE
from youthvoice.threads import messages as conversation
from youthvoice.threads import store
from youthvoice.threads.case_state import Marks
from youthvoice.threads.creation import NewThread
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.readers import membership
from youthvoice.threads.store import Brought, Meanwhile


class ReadersChanged(Exception):
    """Somebody who shall read it went, or took a new key, since the readers were looked up; nothing was written."""


def came_before(made: Report, now: datetime) -> Kept | None:
    """The report that this sheet brought before, with the same code; what is new in the sheet is added to it.

    Args:
        made: what follows from the sheet.
        now: UTC.

    Returns:
        None when the sheet is new, or is for others than before: `keep` it.

    Raises:
        Meanwhile: somebody else changed the report again and again; nothing was written.
    """
    with db.reading(db.engine()) as session:
        found = _found(session, made)
    if found is None or not _is_for_the_same(found, made):
        return None
    if found.facts.marks.sent != made.marks.sent and not _added_to(found.facts.id, made, now):
        return None
    code = (
        None if found.code_seen else next((code for code, keys in draws(made) if keys.locator == found.locator), None)
    )
    return Kept(code, made.names, made.answer_by)


def keep(session: Session, made: Report) -> Kept | None:
    """Seal a report and write it; the caller commits, and rolls back where it gets None.

    Returns:
        None when the same sheet came in between: ask `came_before`.

    Raises:
        ReadersChanged: make the report anew, with the readers of now.
    """
    earlier: Brought | None = None
    for code, keys in draws(made):
        try:
            if _written(session, made, sealed(made, keys), earlier):
                return Kept(code, made.names, made.answer_by)
        except ReadersChanged:
            session.rollback()
            raise
        session.rollback()  # nobody waits in the queue of writers while Argon2 runs
        with db.reading(db.engine()) as reading:
            earlier = _found(reading, made)
        if earlier and _is_for_the_same(earlier, made):
            return None
    raise RuntimeError("No code is free at this site")


def _found(session: Session, made: Report) -> Brought | None:
    return store.of_receipt(session, running.keyring(), made.receipt)


def _is_for_the_same(found: Brought, made: Report) -> bool:
    return fingerprints.have_the_same_readers(found.facts.marks.sent, made.marks.sent)


def _written(session: Session, made: Report, thread: NewThread, earlier: Brought | None) -> bool:
    """Whether it is written; not where its code or its sheet came before, or somebody acts on the earlier report."""
    people.hold_readers(session)
    _refuse_if_readers_changed(session, made)
    try:
        if earlier:
            store.forget_receipt(session, made.receipt)
        store.add(session, thread)
        if earlier:
            _leave_behind(session, made, earlier.facts.id, thread.id, running.now())
    except (IntegrityError, Meanwhile):
        return False
    return True


def _refuse_if_readers_changed(session: Session, made: Report) -> None:
    """What is wrapped to a key of yesterday opens for nobody; where she is the only reader, all would be lost."""
    now = people.keys_at(session, made.site.id)
    if any(now.get(one.person_id) != one.public_key for one in made.readers.everybody if one.person_id in made.reads):
        raise ReadersChanged


def _leave_behind(session: Session, made: Report, earlier_id: bytes, later_id: bytes, now: datetime) -> None:
    """She chose others since: who is left out now finds the earlier report no longer; others are led to the later one.

    She never saw a code of the earlier one, so nobody can answer her there.
    """
    keyring = running.keyring()
    earlier, later = (store.facts(session, keyring, one, to_change=True) for one in (earlier_id, later_id))
    assert earlier
    assert later
    present = made.readers.everybody
    out = made.told.left_out & frozenset(one.person_id for one in present)
    if out and membership.leave_out(session, keyring, earlier, out, present):
        conversation.say(session, keyring, earlier, Entry("left_out", CHILD, made.day, said={"left_out": sorted(out)}))
    for one, other in ((earlier, later), (later, earlier)):
        linked = Entry("linked", CHILD, made.day, said={"to_thread": other.id.hex(), "later": other is later})
        conversation.say(session, keyring, one, linked)
    marks = earlier.marks.having(answerable=False).without_clock(ANSWER, CHILD_WROTE)
    store.change(session, keyring, earlier.line, kept_going(made.site, marks, now))


def _added_to(thread_id: bytes, made: Report, now: datetime) -> bool:
    """Whether the report is still there; then it holds what the sheet says now."""

    def write(session: Session) -> bool:
        thread = store.facts(session, running.keyring(), thread_id, to_change=True)
        if thread is None:
            return False
        if thread.marks.sent != made.marks.sent:
            said = Said("child", made.told.words, sound=made.told.voice)
            marks = _with_more(thread.marks, made.marks)
            from_child.write_down(session, running.keyring(), thread, made.site, said, entries(made), marks, now)
        return True

    return from_child.retried(db.engine(), write)


def _with_more(marks: Marks, fresh: Marks) -> Marks:
    """How a report stands with what is new in its sheet: as urgent as either, and no clock later than either."""
    clocks = {name: min(hour, fresh.clocks.get(name, hour)) for name, hour in marks.clocks.items()}
    topic = fresh.topic or marks.topic if marks.state == "new" else marks.topic  # what was weighed stays
    return marks.having(sent=fresh.sent, urgent=marks.urgent or fresh.urgent, topic=topic, clocks=clocks)
