"""Store what a child sends: a new report, a repeat, an addition to a report, or a later message.

Each entry for the readers comes with a step for the child, which says that the child acted, never what it said. A
tablet with a broken connection may send twice; the report is stored once.

The usual picture code follows from the submission id, so that a repeat shows the same pictures; no code is stored.
A child who goes back before seeing the pictures, and adds something, is not cut short:

- Where the readers are the same, the addition becomes a further entry.
- Where the child chose other readers, it becomes a report of its own with a code of its own. A reader who is left out
  now loses access to the earlier report too.

Once the child has seen the pictures, no later submission replaces them or changes the readers: the next person at the
tablet may know the submission id. Slow work is done before a transaction begins.
Source: PRIVACY.md C, "A report" and "Codes".

What a hostile caller pays: a repeat costs two Argon2 runs, a new submission seven at most. Different content under a
known submission id is stored, and flagged or linked for the readers, never merged silently.
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
from youthvoice.grievances import time_limits, transcripts
from youthvoice.grievances.child_thread import ChildMessage, does_reopen, state_after
from youthvoice.grievances.intake import submission
from youthvoice.grievances.interpretations import follow_answer
from youthvoice.privacy.credentials.picture_codes import PictureCode, PictureCodeKeys
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.sites.store import Site, get_site
from youthvoice.threads import readership, store
from youthvoice.threads.case_state import CAME_AGAIN, REPORT, CaseState
from youthvoice.threads.child_codes.code_visit import has_month_key
from youthvoice.threads.child_codes.submission_codes import candidate_codes
from youthvoice.threads.entities import CHILD, Thread, ThreadEntry
from youthvoice.threads.sealed_thread import NewThread

_TRIES: Final = 5

MAX_VOICES: Final = 30
"""In one thread, because its page opens all of them together. The number of texts is not limited."""

_LARGE: Final = 64 * 1024  # bytes, sealed; twenty seconds of a voice


class QuestionSettled(Exception):
    """The child is no longer asked about this, or about other words now. Nothing was stored."""


class TooManyVoices(Exception):
    """The thread has too many recordings. Nothing was stored; a text would be."""


def receive_message(engine: Engine, thread_id: bytes, message: ChildMessage, now: datetime) -> bool:
    """Store a child's message, in a transaction of its own.

    Args:
        engine: of the installation.
        thread_id: of the child's report, 16 bytes.
        message: what the child did.
        now: UTC.

    Returns:
        False where the thread has ended: nothing was stored.

    Raises:
        ConcurrentUpdate: somebody else changed the thread at each attempt; nothing was stored.
        QuestionSettled, TooManyVoices: see there.
    """
    return with_retries(engine, lambda session: _add_message(session, thread_id, message, now))


def with_retries(engine: Engine, write: Callable[[Session], bool]) -> bool:
    """Run `write` in a transaction of its own, and again where somebody else changed the same rows concurrently.

    Raises:
        ConcurrentUpdate: at each attempt; nothing was stored.
    """
    for _again in range(_TRIES - 1):
        with suppress(ConcurrentUpdate), db.writing(engine) as session:
            return write(session)
    with db.writing(engine) as session:
        return write(session)


def _add_message(session: Session, thread_id: bytes, message: ChildMessage, now: datetime) -> bool:
    thread = store.find_thread(session, thread_id, to_change=True)
    if thread is None or thread.case.kind != REPORT or not has_month_key(thread):
        return False
    if message.sound and store.count_large_entries(session, thread_id, _LARGE) >= MAX_VOICES:
        raise TooManyVoices
    case, site = thread.case, get_site(session, thread.site_id)
    day = context.day_at(now, site.time_zone)
    if message.number:
        fingerprint = submission.message_fingerprint(context.keyring().key(THREADS), message.number, message)
        if case.wrote == fingerprint:
            return True
        case = case.having(wrote=fingerprint)
    if message.kind in transcripts.QUESTIONS:
        message = replace(message, ask=_find_question_id(session, thread.id, message.ask).hex())
        case = _with_transcript_answer(case, site, message, day)
    if message.kind == transcripts.INTERPRETER and not follow_answer(session, thread, site, message, case, day):
        raise QuestionSettled
    append_message(session, thread, site, message, _entries(message, day), case, now)
    return True


def _with_transcript_answer(case: CaseState, site: Site, message: ChildMessage, day: date) -> CaseState:
    question_id = bytes.fromhex(message.ask)
    question = transcripts.find_question(case, question_id, message.kind)
    if question is not None and transcripts.is_late_yes(question, message.answer, message.before):
        raise QuestionSettled
    case_after = transcripts.with_answer(case, question_id, message.answer, day, site.time_zone, message.kind)
    if case_after is None:
        raise QuestionSettled
    return case_after


def _find_question_id(session: Session, thread_id: bytes, ask: str) -> bytes:
    """The id of the reply that asks: an answer under another id would count, and no reader would find it."""
    with suppress(ValueError):  # no page of ours sends another id
        reply_id = bytes.fromhex(ask)
        if reply_id in store.list_entry_ids(session, thread_id)[1]:
            return reply_id
    raise QuestionSettled


def append_message(  # noqa: PLR0913, PLR0917 - each of them matters
    session: Session,
    thread: Thread,
    site: Site,
    message: ChildMessage,
    entries: Sequence[ThreadEntry],
    case: CaseState,
    now: datetime,
) -> None:
    """Add entries for the readers and steps for the child, and update the case.

    Args:
        session: may write; the thread's row is locked.
        thread: the child's report.
        site: of the report.
        message: what the child did.
        entries: for the readers.
        case: before the message.
        now: UTC.

    Raises:
        ConcurrentUpdate: somebody else changed the thread.
    """
    day = context.day_at(now, site.time_zone)
    for entry in entries:
        store.add_entry(session, thread, entry)
    for name, values in _steps(message):
        store.add_timeline_step(session, thread, name, day, **values)
    if does_reopen(case, message):
        _add_reopened(session, thread, day)
    case_after = state_after(case, message, day, _answer_deadline(site, case, message, now))
    store.change_case_state(session, thread, time_limits.with_follow_up_deadline(site, case_after, now))


def _entries(message: ChildMessage, day: date) -> list[ThreadEntry]:
    """The entries for the readers."""
    content: dict[str, Any] = {"words": message.words} if message.words else {}
    if message.kind != "child":
        pairs = (("answer", message.answer), ("ask", message.ask), ("question", message.question))
        content |= {name: value for name, value in pairs if value}
    entries = [ThreadEntry(message.kind, CHILD, day, said=content)] if content or message.kind != "child" else []
    if message.sound:
        entries.append(ThreadEntry("child_voice", CHILD, day, said={"kind": message.sound_kind}, sound=message.sound))
    return entries


def _steps(message: ChildMessage) -> list[tuple[str, dict[str, str]]]:
    """The steps for the child."""
    if message.kind == "child":
        return [("you_wrote", {})]
    if message.kind == "withdraw":
        return [("withdraw_asked", {})]
    return [("you_said", {"about": message.kind, "answer": message.answer, "ask": message.ask})]


def _add_reopened(session: Session, thread: Thread, day: date) -> None:
    store.add_entry(session, thread, ThreadEntry("reopened", CHILD, day))
    store.add_timeline_step(session, thread, "reopened", day)


def _answer_deadline(site: Site, case: CaseState, message: ChildMessage, now: datetime) -> int:
    """The hour by which the child gets an answer; new trouble is as urgent as danger."""
    urgent = case.urgent or message.is_trouble
    return time_limits.deadline_after(
        time_limits.deadline_rules(site.jurisdiction), time_limits.CHILD_WROTE, harm=case.harm, urgent=urgent, now=now
    )


class ReadersChanged(Exception):
    """A reader left or got a new key since the readers were looked up; nothing was stored."""


def find_duplicate(new_report: submission.NewReport, now: datetime) -> submission.ReportReceipt | None:
    """The receipt of a report that has this submission id already. What is new in the submission is added to it.

    Args:
        new_report: made from the submission.
        now: UTC.

    Returns:
        None when the submission id is new, the child chose other readers, or the report has ended: use `store_report`.

    Raises:
        ConcurrentUpdate: somebody else changed the report at each attempt; nothing was stored.
    """
    with db.reading(db.engine()) as session:
        earlier_report = _find_earlier(session, new_report)
    if earlier_report is None or not _has_same_readers(earlier_report, new_report):
        return None
    code, has_other_code = _code_to_show_again(earlier_report, new_report)
    if (has_other_code or earlier_report.thread.case.sent != new_report.case.sent) and not _add_to_report(
        earlier_report.thread.id, new_report, now
    ):
        return None
    return submission.ReportReceipt(code, new_report.names, new_report.answer_by)


_TURNS_AGAIN: Final = 2
"""Argon2 runs for a repeat: the code that the tablet drew, and the usual one."""


def _code_to_show_again(
    earlier_report: store.ReceivedReport, new_report: submission.NewReport
) -> tuple[PictureCode | None, bool]:
    """The code to show again; and whether the child holds pictures from the tablet that do not open the report.

    No code is shown where the child has seen it, or where it was a random one: that is stored nowhere.
    """
    child_has_code = earlier_report.code_seen or new_report.code_seen
    if child_has_code and new_report.tablet_code is None:
        return None, False
    for code, keys in islice(
        candidate_codes(new_report.submission_id, new_report.site.id, new_report.tablet_code),
        1 if child_has_code else _TURNS_AGAIN,
    ):
        if keys.locator == earlier_report.locator:
            return None if child_has_code else code, False
    return None, new_report.tablet_code is not None


def store_report(session: Session, new_report: submission.NewReport) -> submission.ReportReceipt | None:
    """Seal a report and store it; the caller commits, and rolls back where this returns None.

    Returns:
        None when a report with the same submission id was stored concurrently: use `find_duplicate`.

    Raises:
        ReadersChanged: make the report again with the present readers.
    """
    earlier_report: store.ReceivedReport | None = None
    for code, keys in _codes_to_try(new_report):
        try:
            thread = submission.to_sealed_thread(_flag_repeat(new_report, earlier_report), keys)
            if _try_to_write(session, new_report, thread, earlier_report):
                return submission.ReportReceipt(code, new_report.names, new_report.answer_by)
        except ReadersChanged:
            session.rollback()
            raise
        session.rollback()  # nobody waits in the queue of writers while Argon2 runs
        with db.reading(db.engine()) as reading:
            earlier_report = _find_earlier(reading, new_report)
        if earlier_report and _has_same_readers(earlier_report, new_report):
            return None
    raise RuntimeError("No code is free at this site")


def _flag_repeat(new_report: submission.NewReport, earlier_report: store.ReceivedReport | None) -> submission.NewReport:
    """The report, flagged for its readers where the child has seen the code of an earlier one with this id."""
    repeats = earlier_report is not None and earlier_report.code_seen
    return replace(new_report, case=new_report.case.flagged(CAME_AGAIN)) if repeats else new_report


def _codes_to_try(new_report: submission.NewReport) -> Iterator[tuple[PictureCode | None, PictureCodeKeys | None]]:
    """The codes that the report may get; a child who has seen a code on the tablet gets that one or none."""
    codes = candidate_codes(new_report.submission_id, new_report.site.id, new_report.tablet_code)
    if new_report.code_seen:
        yield from (next(codes), (None, None))
        return
    if new_report.tablet_code is not None:  # compute both: the time must not tell whether another child has the first
        yield from (next(codes), next(codes))
    yield from codes


def _find_earlier(session: Session, new_report: submission.NewReport) -> store.ReceivedReport | None:
    return store.find_thread_by_receipt(session, new_report.receipt)


def _has_same_readers(earlier_report: store.ReceivedReport, new_report: submission.NewReport) -> bool:
    return submission.have_the_same_readers(earlier_report.thread.case.sent, new_report.case.sent)


def _try_to_write(
    session: Session, new_report: submission.NewReport, thread: NewThread, earlier_report: store.ReceivedReport | None
) -> bool:
    """Store the report; False where its code or submission id is in use, or somebody changes the earlier report."""
    lock_readers(session)
    _refuse_if_readers_changed(session, new_report)
    try:
        if earlier_report:
            store.forget_receipt(session, new_report.receipt)
        store.add_thread(session, thread)
        if new_report.code_seen:
            store.mark_code_seen(session, new_report.receipt)
        if earlier_report and not earlier_report.code_seen:
            _replace_earlier(session, new_report, earlier_report.thread.id, thread.id, context.now())
    except (IntegrityError, ConcurrentUpdate):
        return False
    return True


def _refuse_if_readers_changed(session: Session, new_report: submission.NewReport) -> None:
    """A report that is sealed to an old key opens for nobody; with a single reader it would be lost."""
    present_keys = public_keys_at_site(session, new_report.site.id)
    if any(
        present_keys.get(reader.person_id) != reader.public_key
        for reader in new_report.readers.everybody
        if reader.person_id in new_report.reads
    ):
        raise ReadersChanged


def _replace_earlier(
    session: Session, new_report: submission.NewReport, earlier_id: bytes, later_id: bytes, now: datetime
) -> None:
    """The child chose other readers: take the earlier report from the excluded ones, and link both for the rest.

    The child never saw a code of the earlier report, so nobody can answer there.
    """
    earlier, later = (store.find_thread(session, thread_id, to_change=True) for thread_id in (earlier_id, later_id))
    assert earlier
    assert later
    present = new_report.readers.everybody
    excluded = new_report.submission.left_out & frozenset(reader.person_id for reader in present)
    if excluded and readership.exclude_readers(session, earlier, excluded, present):
        store.add_entry(
            session, earlier, ThreadEntry("left_out", CHILD, new_report.day, said={"left_out": sorted(excluded)})
        )
    for thread, other in ((earlier, later), (later, earlier)):
        entry = ThreadEntry(
            "linked", CHILD, new_report.day, said={"to_thread": other.id.hex(), "later": other is later}
        )
        store.add_entry(session, thread, entry)
    case = earlier.case.having(answerable=False).without_clock(time_limits.ANSWER, time_limits.CHILD_WROTE)
    store.change_case_state(session, earlier, time_limits.with_follow_up_deadline(new_report.site, case, now))


def _add_to_report(thread_id: bytes, new_report: submission.NewReport, now: datetime) -> bool:
    """Add what is new in the submission; False where the report has ended."""

    def write(session: Session) -> bool:
        thread = store.find_thread(session, thread_id, to_change=True)
        if thread is None:
            return False
        if thread.case.sent != new_report.case.sent:
            message = ChildMessage("child", new_report.submission.words, sound=new_report.submission.voice)
            case = _merged_case(thread.case, new_report.case)
            append_message(
                session, thread, new_report.site, message, submission.submission_entries(new_report), case, now
            )
        elif CAME_AGAIN not in thread.case.flags:  # with other pictures
            store.change_case_state(session, thread, thread.case.flagged(CAME_AGAIN))
        return True

    return with_retries(db.engine(), write)


def _merged_case(case: CaseState, new_case: CaseState) -> CaseState:
    """The case of a report with an addition: flagged, as urgent as either, with the earlier deadlines of both.

    A thief who stole a tablet knows the submission ids stored on it, and may add to a child's report.
    """
    clocks = {name: min(hour, new_case.clocks.get(name, hour)) for name, hour in case.clocks.items()}
    topic = (new_case.topic or case.topic) if case.state == "new" else case.topic  # an assessment stays
    case = case.flagged(*new_case.flags, CAME_AGAIN)
    return case.having(sent=new_case.sent, urgent=case.urgent or new_case.urgent, topic=topic, clocks=clocks)
