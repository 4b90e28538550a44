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
from youthvoice.threads.child_codes.submission_codes import candidate_codes
from youthvoice.threads.entities import CHILD, NewThread, Thread, ThreadEntry

_TRIES: Final = 5

MAX_VOICES: Final = 30
"""In one thread: its page opens all of it at once. Words are taken without end."""

_LARGE: Final = 64 * 1024  # bytes, sealed; twenty seconds of a voice


class TooManyVoices(Exception):
    """Nothing was written; words can be."""


def receive_message(engine: Engine, thread_id: bytes, message: ChildMessage, now: datetime) -> bool:
    """Write down what a child said; commits in a transaction of its own.

    Args:
        engine: of the installation.
        thread_id: hers, 16 bytes.
        message: what.
        now: UTC.

    Returns:
        False where the thread has ended meanwhile: nothing was written.

    Raises:
        ConcurrentUpdate: somebody else changed it again and again; nothing was written.
        TooManyVoices: see there.
    """
    return with_retries(engine, lambda session: _taken(session, thread_id, message, now))


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


def _taken(session: Session, thread_id: bytes, message: ChildMessage, now: datetime) -> bool:
    thread = store.find_thread(session, thread_id, to_change=True)
    if thread is None or thread.case.kind != REPORT or not has_month_key(thread):
        return False
    if message.sound and store.count_large_entries(session, thread_id, _LARGE) >= MAX_VOICES:
        raise TooManyVoices
    case, site = thread.case, get_site(session, thread.line.site_id)
    if message.number:
        wrote = submission.message_fingerprint(context.keyring().key(THREADS), message.number, message)
        if case.wrote == wrote:
            return True
        case = case.having(wrote=wrote)
    entries = _entries(message, context.day_at(now, site.time_zone))
    append_message(session, thread, site, message, entries, case, now)
    return True


def append_message(  # noqa: PLR0913, PLR0917 - what is written hangs on as many things
    session: Session,
    thread: Thread,
    site: Site,
    message: ChildMessage,
    entries: Sequence[ThreadEntry],
    case: CaseState,
    now: datetime,
) -> None:
    """Entries for her readers, steps for herself, and how the thread stands then.

    Args:
        session: may write; the thread's row is held.
        thread: hers.
        site: where.
        message: what she did.
        entries: what of it her readers get.
        case: how the thread stands, but for what follows from `message`.
        now: UTC.

    Raises:
        ConcurrentUpdate: somebody else changed the thread.
    """
    day = context.day_at(now, site.time_zone)
    for entry in entries:
        store.add_entry(session, thread, entry)
    for name, more in _steps(message):
        store.add_timeline_step(session, thread, name, day, **more)
    if does_reopen(case, message):
        _say_that_it_opens_again(session, thread, day)
    after_it = state_after(case, message, day, _until(site, case, message, now))
    store.change_case_state(session, thread.line, time_limits.with_follow_up_deadline(site, after_it, now))


def _entries(message: ChildMessage, day: date) -> list[ThreadEntry]:
    """For her readers."""
    told: dict[str, Any] = {"words": message.words} if message.words else {}
    if message.kind != "child":
        told_of = (("answer", message.answer), ("ask", message.ask), ("question", message.question))
        told |= {name: value for name, value in told_of if value}
    entries = [ThreadEntry(message.kind, CHILD, day, said=told)] if told or message.kind != "child" else []
    if message.sound:
        entries.append(ThreadEntry("child_voice", CHILD, day, said={"kind": message.sound_kind}, sound=message.sound))
    return entries


def _steps(message: ChildMessage) -> list[tuple[str, dict[str, str]]]:
    """For herself."""
    if message.kind == "child":
        return [("you_wrote", {})]
    if message.kind == "withdraw":
        return [("withdraw_asked", {})]
    return [("you_said", {"about": message.kind, "answer": message.answer, "ask": message.ask})]


def _say_that_it_opens_again(session: Session, thread: Thread, day: date) -> None:
    store.add_entry(session, thread, ThreadEntry("reopened", CHILD, day))
    store.add_timeline_step(session, thread, "reopened", day)


def _until(site: Site, case: CaseState, message: ChildMessage, now: datetime) -> int:
    """Until when she gets an answer; trouble is as urgent as danger."""
    urgent = case.urgent or message.is_trouble
    return time_limits.deadline_after(
        time_limits.deadline_rules(site.jurisdiction), time_limits.CHILD_WROTE, harm=case.harm, urgent=urgent, now=now
    )


class ReadersChanged(Exception):
    """Somebody who shall read it went, or took a new key, since the readers were looked up; nothing was written."""


def find_duplicate(new_report: submission.NewReport, now: datetime) -> submission.ReportReceipt | None:
    """The report that this sheet brought before, with the same code; what is new in the sheet is added to it.

    Args:
        new_report: what follows from the sheet.
        now: UTC.

    Returns:
        None when the sheet is new, or is for others than before: `store_report` it.

    Raises:
        ConcurrentUpdate: somebody else changed the report again and again; nothing was written.
    """
    with db.reading(db.engine()) as session:
        report = _found(session, new_report)
    if report is None or not _is_for_the_same(report, new_report):
        return None
    code, is_other = _code_again(report, new_report)
    if (is_other or report.facts.case.sent != new_report.marks.sent) and not _added_to(
        report.facts.id, new_report, now
    ):
        return None
    return submission.ReportReceipt(code, new_report.names, new_report.answer_by)


_TURNS_AGAIN: Final = 2
"""Argon2 runs for a sheet that came before: the code that the tablet drew, and the usual one."""


def _code_again(report: store.ReceivedReport, new_report: submission.NewReport) -> tuple[PictureCode | None, bool]:
    """The code to show once more, None where she has it, and whether the sheet brings pictures that do not open it."""
    has_it = report.code_seen or new_report.has_seen
    if has_it and new_report.drawn is None:
        return None, False
    for code, keys in islice(
        candidate_codes(new_report.sheet, new_report.site.id, new_report.drawn), 1 if has_it else _TURNS_AGAIN
    ):
        if keys.locator == report.locator:
            return None if has_it else code, False
    return None, new_report.drawn is not None


def store_report(session: Session, new_report: submission.NewReport) -> submission.ReportReceipt | None:
    """Seal a report and write it; the caller commits, and rolls back where it gets None.

    Returns:
        None when the same sheet came in between: ask `find_duplicate`.

    Raises:
        ReadersChanged: make the report anew, with the readers of now.
    """
    report: store.ReceivedReport | None = None
    for code, keys in _codes(new_report):
        try:
            is_other = report is not None and report.code_seen
            marked = replace(new_report, marks=new_report.marks.flagged(CAME_AGAIN)) if is_other else new_report
            if _written(session, marked, submission.to_sealed_thread(marked, keys), report):
                return submission.ReportReceipt(code, new_report.names, new_report.answer_by)
        except ReadersChanged:
            session.rollback()
            raise
        session.rollback()  # nobody waits in the queue of writers while Argon2 runs
        with db.reading(db.engine()) as reading:
            report = _found(reading, new_report)
        if report and _is_for_the_same(report, new_report):
            return None
    raise RuntimeError("No code is free at this site")


def _codes(new_report: submission.NewReport) -> Iterator[tuple[PictureCode | None, PictureCodeKeys | None]]:
    """The codes that it may get; whoever has seen hers on the tablet gets that one or none."""
    found = candidate_codes(new_report.sheet, new_report.site.id, new_report.drawn)
    if new_report.has_seen:
        yield from (next(found), (None, None))
        return
    if (
        new_report.drawn is not None
    ):  # both at once: how long it takes does not tell whether the first one is another child's
        yield from (next(found), next(found))
    yield from found


def _found(session: Session, new_report: submission.NewReport) -> store.ReceivedReport | None:
    return store.find_thread_by_receipt(session, new_report.receipt)


def _is_for_the_same(report: store.ReceivedReport, new_report: submission.NewReport) -> bool:
    return submission.have_the_same_readers(report.facts.case.sent, new_report.marks.sent)


def _written(
    session: Session, new_report: submission.NewReport, thread: NewThread, report: store.ReceivedReport | None
) -> bool:
    """Whether it is written; not where its code or its sheet came before, or somebody acts on the earlier report."""
    lock_readers(session)
    _refuse_if_readers_changed(session, new_report)
    try:
        if report:
            store.forget_receipt(session, new_report.receipt)
        store.add_thread(session, thread)
        if new_report.has_seen:
            store.mark_code_seen(session, new_report.receipt)
        if report and not report.code_seen:
            _leave_behind(session, new_report, report.facts.id, thread.id, context.now())
    except (IntegrityError, ConcurrentUpdate):
        return False
    return True


def _refuse_if_readers_changed(session: Session, new_report: submission.NewReport) -> None:
    """What is wrapped to a key of yesterday opens for nobody; where she is the only reader, all would be lost."""
    now = public_keys_at_site(session, new_report.site.id)
    if any(
        now.get(reader.person_id) != reader.public_key
        for reader in new_report.readers.everybody
        if reader.person_id in new_report.reads
    ):
        raise ReadersChanged


def _leave_behind(
    session: Session, new_report: submission.NewReport, earlier_id: bytes, later_id: bytes, now: datetime
) -> None:
    """She chose others since: who is left out now finds the earlier report no longer; others are led to the later one.

    She never saw a code of the earlier one, so nobody can answer her there.
    """
    earlier, later = (store.find_thread(session, one, to_change=True) for one in (earlier_id, later_id))
    assert earlier
    assert later
    present = new_report.readers.everybody
    out = new_report.told.left_out & frozenset(reader.person_id for reader in present)
    if out and readership.exclude_readers(session, earlier, out, present):
        store.add_entry(
            session, earlier, ThreadEntry("left_out", CHILD, new_report.day, said={"left_out": sorted(out)})
        )
    for thread, other in ((earlier, later), (later, earlier)):
        entry = ThreadEntry(
            "linked", CHILD, new_report.day, said={"to_thread": other.id.hex(), "later": other is later}
        )
        store.add_entry(session, thread, entry)
    marks = earlier.case.having(answerable=False).without_clock(time_limits.ANSWER, time_limits.CHILD_WROTE)
    store.change_case_state(session, earlier.line, time_limits.with_follow_up_deadline(new_report.site, marks, now))


def _added_to(thread_id: bytes, new_report: submission.NewReport, now: datetime) -> bool:
    """Whether the report is still there; then it holds what the sheet says now."""

    def write(session: Session) -> bool:
        thread = store.find_thread(session, thread_id, to_change=True)
        if thread is None:
            return False
        if thread.case.sent != new_report.marks.sent:
            message = ChildMessage("child", new_report.told.words, sound=new_report.told.voice)
            case = _with_more(thread.case, new_report.marks)
            append_message(
                session, thread, new_report.site, message, submission.submission_entries(new_report), case, now
            )
        elif CAME_AGAIN not in thread.case.flags:  # with other pictures
            store.change_case_state(session, thread.line, thread.case.flagged(CAME_AGAIN))
        return True

    return with_retries(db.engine(), write)


def _with_more(case: CaseState, new_case: CaseState) -> CaseState:
    """How a report stands with what is new in its sheet: as urgent as either, and no clock later than either.

    Whoever stole a tablet knows the numbers of what lies on it, and may add to what a child told.
    """
    clocks = {name: min(hour, new_case.clocks.get(name, hour)) for name, hour in case.clocks.items()}
    topic = new_case.topic or case.topic if case.state == "new" else case.topic  # what was weighed stays
    case = case.flagged(*new_case.flags, CAME_AGAIN)
    return case.having(sent=new_case.sent, urgent=case.urgent or new_case.urgent, topic=topic, clocks=clocks)
