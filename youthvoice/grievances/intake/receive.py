"""What a child sends is written down: a new report, the same again, more of it, or a later message.

Beside each entry for her readers lies a step for herself: it says that she acted, never what she told. What a broken
line makes her tablet send twice is written once.

The same sheet draws the same code again, so a tablet whose line broke sends again and gets the same pictures; nobody
keeps them. A child who went back meanwhile and told more is not cut short: where the same people read it, the later
words become a further entry; where she chose others, they become a report of their own, with a code of its own, and
whoever she left out since finds the earlier one no longer either. Once she has her pictures, no later sheet takes them
away, nor its readers: whoever sat down after her may know the number of her page.
Everything dear happens before any transaction begins. Source: PRIVACY.md C, "A report" and "Codes".

What a hostile caller pays: a sheet that came before costs two Argon2 turns, a new one seven at most; what
differs from what came before under its number is kept and flagged, never merged in silence.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts.store import lock_readers, public_keys_at_site
from youthvoice.errors import ConcurrentUpdate
from youthvoice.grievances import time_limits
from youthvoice.grievances.child_thread import ChildMessage, does_reopen, state_after
from youthvoice.grievances.intake import submission
from youthvoice.privacy.credentials.picture_codes import PictureCode, PictureCodeKeys
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.sites.store import Site, get_site
from youthvoice.threads import readership, store
from youthvoice.threads.case_state import CAME_AGAIN, REPORT, CaseState
from youthvoice.threads.child_codes.code_visit import has_month_key
from youthvoice.threads.child_codes.sheet_codes import candidate_codes
from youthvoice.threads.entities import CHILD, NewThread, Thread, ThreadEntry

_TRIES: Final = 5


MAX_VOICES: Final = 30
"""In one thread: its page opens all of it at once. Words are taken without end."""


_LARGE: Final = 64 * 1024  # bytes, sealed; twenty seconds of a voice


class TooManyVoices(Exception):
    """Nothing was written; words can be."""


def receive_message(engine: Engine, thread_id: bytes, said: ChildMessage, now: datetime) -> bool:
    """Write down what a child said; commits in a transaction of its own.

    Args:
        engine: of the installation.
        thread_id: hers, 16 bytes.
        said: what.
        now: UTC.

    Returns:
        False where the thread has ended meanwhile: nothing was written.

    Raises:
        ConcurrentUpdate: somebody else changed it again and again; nothing was written.
        TooManyVoices: see there.
    """
    return with_retries(engine, lambda session: _taken(session, thread_id, said, now))


def with_retries(engine: Engine, write: Callable[[Session], bool]) -> bool:
    """Do what `write` does in a transaction of its own, and once more where somebody else was faster.

    Raises:
        ConcurrentUpdate: again and again; nothing was written.
    """
    for _again in range(_TRIES - 1):
        with suppress(ConcurrentUpdate), db.writing(engine) as session:
            return write(session)
    with db.writing(engine) as session:
        return write(session)


def _taken(session: Session, thread_id: bytes, said: ChildMessage, now: datetime) -> bool:
    thread = store.find_thread(session, thread_id, to_change=True)
    if thread is None or thread.marks.kind != REPORT or not has_month_key(thread):
        return False
    if said.sound and store.count_large_entries(session, thread_id, _LARGE) >= MAX_VOICES:
        raise TooManyVoices
    marks, site = thread.marks, get_site(session, thread.line.site_id)
    if said.number:
        wrote = submission.message_fingerprint(context.keyring().key(THREADS), said.number, said)
        if marks.wrote == wrote:
            return True
        marks = marks.having(wrote=wrote)
    entries = _entries(said, context.day_at(now, site.time_zone))
    append_message(session, thread, site, said, entries, marks, now)
    return True


def append_message(  # noqa: PLR0913, PLR0917 - what is written hangs on as many things
    session: Session,
    thread: Thread,
    site: Site,
    said: ChildMessage,
    entries: Sequence[ThreadEntry],
    marks: CaseState,
    now: datetime,
) -> None:
    """Entries for her readers, steps for herself, and how the thread stands then.

    Args:
        session: may write; the thread's row is held.
        thread: hers.
        site: where.
        said: what she did.
        entries: what of it her readers get.
        marks: how the thread stands, but for what follows from `said`.
        now: UTC.

    Raises:
        ConcurrentUpdate: somebody else changed the thread.
    """
    day = context.day_at(now, site.time_zone)
    for entry in entries:
        store.add_entry(session, thread, entry)
    for name, more in _steps(said):
        store.add_timeline_step(session, thread, name, day, **more)
    if does_reopen(marks, said):
        _say_that_it_opens_again(session, thread, day)
    after_it = state_after(marks, said, day, _until(site, marks, said, now))
    store.change_case_state(session, thread.line, time_limits.with_follow_up_deadline(site, after_it, now))


def _entries(said: ChildMessage, day: date) -> list[ThreadEntry]:
    """For her readers."""
    told: dict[str, Any] = {"words": said.words} if said.words else {}
    if said.kind != "child":
        told_of = (("answer", said.answer), ("ask", said.ask), ("question", said.question))
        told |= {name: value for name, value in told_of if value}
    entries = [ThreadEntry(said.kind, CHILD, day, said=told)] if told or said.kind != "child" else []
    if said.sound:
        entries.append(ThreadEntry("child_voice", CHILD, day, said={"kind": said.sound_kind}, sound=said.sound))
    return entries


def _steps(said: ChildMessage) -> list[tuple[str, dict[str, str]]]:
    """For herself."""
    if said.kind == "child":
        return [("you_wrote", {})]
    if said.kind == "withdraw":
        return [("withdraw_asked", {})]
    return [("you_said", {"about": said.kind, "answer": said.answer, "ask": said.ask})]


def _say_that_it_opens_again(session: Session, thread: Thread, day: date) -> None:
    store.add_entry(session, thread, ThreadEntry("reopened", CHILD, day))
    store.add_timeline_step(session, thread, "reopened", day)


def _until(site: Site, marks: CaseState, said: ChildMessage, now: datetime) -> int:
    """Until when she gets an answer; trouble is as urgent as danger."""
    urgent = marks.urgent or said.is_trouble
    return time_limits.deadline_after(
        time_limits.deadline_rules(site.jurisdiction), time_limits.CHILD_WROTE, harm=marks.harm, urgent=urgent, now=now
    )


class ReadersChanged(Exception):
    """Somebody who shall read it went, or took a new key, since the readers were looked up; nothing was written."""


def find_duplicate(made: submission.NewReport, now: datetime) -> submission.ReportReceipt | None:
    """The report that this sheet brought before, with the same code; what is new in the sheet is added to it.

    Args:
        made: what follows from the sheet.
        now: UTC.

    Returns:
        None when the sheet is new, or is for others than before: `store_report` it.

    Raises:
        ConcurrentUpdate: somebody else changed the report again and again; nothing was written.
    """
    with db.reading(db.engine()) as session:
        found = _found(session, made)
    if found is None or not _is_for_the_same(found, made):
        return None
    code, is_other = _code_again(found, made)
    if (is_other or found.facts.marks.sent != made.marks.sent) and not _added_to(found.facts.id, made, now):
        return None
    return submission.ReportReceipt(code, made.names, made.answer_by)


_TURNS_AGAIN: Final = 2
"""Argon2 runs for a sheet that came before: the code that the tablet drew, and the usual one."""


def _code_again(found: store.ReceivedReport, made: submission.NewReport) -> tuple[PictureCode | None, bool]:
    """The code to show once more, None where she has it, and whether the sheet brings pictures that do not open it."""
    has_it = found.code_seen or made.has_seen
    if has_it and made.drawn is None:
        return None, False
    for code, keys in islice(candidate_codes(made.sheet, made.site.id, made.drawn), 1 if has_it else _TURNS_AGAIN):
        if keys.locator == found.locator:
            return None if has_it else code, False
    return None, made.drawn is not None


def store_report(session: Session, made: submission.NewReport) -> submission.ReportReceipt | None:
    """Seal a report and write it; the caller commits, and rolls back where it gets None.

    Returns:
        None when the same sheet came in between: ask `find_duplicate`.

    Raises:
        ReadersChanged: make the report anew, with the readers of now.
    """
    earlier: store.ReceivedReport | None = None
    for code, keys in _codes(made):
        try:
            is_other = earlier is not None and earlier.code_seen
            marked = replace(made, marks=made.marks.flagged(CAME_AGAIN)) if is_other else made
            if _written(session, marked, submission.to_sealed_thread(marked, keys), earlier):
                return submission.ReportReceipt(code, made.names, made.answer_by)
        except ReadersChanged:
            session.rollback()
            raise
        session.rollback()  # nobody waits in the queue of writers while Argon2 runs
        with db.reading(db.engine()) as reading:
            earlier = _found(reading, made)
        if earlier and _is_for_the_same(earlier, made):
            return None
    raise RuntimeError("No code is free at this site")


def _codes(made: submission.NewReport) -> Iterator[tuple[PictureCode | None, PictureCodeKeys | None]]:
    """The codes that it may get; whoever has seen hers on the tablet gets that one or none."""
    found = candidate_codes(made.sheet, made.site.id, made.drawn)
    if made.has_seen:
        yield from (next(found), (None, None))
        return
    if made.drawn is not None:  # both at once: how long it takes does not tell whether the first one is another child's
        yield from (next(found), next(found))
    yield from found


def _found(session: Session, made: submission.NewReport) -> store.ReceivedReport | None:
    return store.find_thread_by_receipt(session, made.receipt)


def _is_for_the_same(found: store.ReceivedReport, made: submission.NewReport) -> bool:
    return submission.have_the_same_readers(found.facts.marks.sent, made.marks.sent)


def _written(
    session: Session, made: submission.NewReport, thread: NewThread, earlier: store.ReceivedReport | None
) -> bool:
    """Whether it is written; not where its code or its sheet came before, or somebody acts on the earlier report."""
    lock_readers(session)
    _refuse_if_readers_changed(session, made)
    try:
        if earlier:
            store.forget_receipt(session, made.receipt)
        store.add_thread(session, thread)
        if made.has_seen:
            store.mark_code_seen(session, made.receipt)
        if earlier and not earlier.code_seen:
            _leave_behind(session, made, earlier.facts.id, thread.id, context.now())
    except (IntegrityError, ConcurrentUpdate):
        return False
    return True


def _refuse_if_readers_changed(session: Session, made: submission.NewReport) -> None:
    """What is wrapped to a key of yesterday opens for nobody; where she is the only reader, all would be lost."""
    now = public_keys_at_site(session, made.site.id)
    if any(now.get(one.person_id) != one.public_key for one in made.readers.everybody if one.person_id in made.reads):
        raise ReadersChanged


def _leave_behind(
    session: Session, made: submission.NewReport, earlier_id: bytes, later_id: bytes, now: datetime
) -> None:
    """She chose others since: who is left out now finds the earlier report no longer; others are led to the later one.

    She never saw a code of the earlier one, so nobody can answer her there.
    """
    earlier, later = (store.find_thread(session, one, to_change=True) for one in (earlier_id, later_id))
    assert earlier
    assert later
    present = made.readers.everybody
    out = made.told.left_out & frozenset(one.person_id for one in present)
    if out and readership.exclude_readers(session, earlier, out, present):
        store.add_entry(session, earlier, ThreadEntry("left_out", CHILD, made.day, said={"left_out": sorted(out)}))
    for one, other in ((earlier, later), (later, earlier)):
        linked = ThreadEntry("linked", CHILD, made.day, said={"to_thread": other.id.hex(), "later": other is later})
        store.add_entry(session, one, linked)
    marks = earlier.marks.having(answerable=False).without_clock(time_limits.ANSWER, time_limits.CHILD_WROTE)
    store.change_case_state(session, earlier.line, time_limits.with_follow_up_deadline(made.site, marks, now))


def _added_to(thread_id: bytes, made: submission.NewReport, now: datetime) -> bool:
    """Whether the report is still there; then it holds what the sheet says now."""

    def write(session: Session) -> bool:
        thread = store.find_thread(session, thread_id, to_change=True)
        if thread is None:
            return False
        if thread.marks.sent != made.marks.sent:
            said = ChildMessage("child", made.told.words, sound=made.told.voice)
            marks = _with_more(thread.marks, made.marks)
            append_message(session, thread, made.site, said, submission.submission_entries(made), marks, now)
        elif CAME_AGAIN not in thread.marks.flags:  # with other pictures
            store.change_case_state(session, thread.line, thread.marks.flagged(CAME_AGAIN))
        return True

    return with_retries(db.engine(), write)


def _with_more(marks: CaseState, fresh: CaseState) -> CaseState:
    """How a report stands with what is new in its sheet: as urgent as either, and no clock later than either.

    Whoever stole a tablet knows the numbers of what lies on it, and may add to what a child told.
    """
    clocks = {name: min(hour, fresh.clocks.get(name, hour)) for name, hour in marks.clocks.items()}
    topic = fresh.topic or marks.topic if marks.state == "new" else marks.topic  # what was weighed stays
    marks = marks.flagged(*fresh.flags, CAME_AGAIN)
    return marks.having(sent=fresh.sent, urgent=marks.urgent or fresh.urgent, topic=topic, clocks=clocks)
