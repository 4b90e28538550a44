"""The job that settles questions about entries: a recording ends a day after the child said that it is right.

The recording, and the child's copy of it with the words, are replaced by something empty of the same length. After
another answer, or none, the copy ends as well, and the recording is encrypted again: two copies of the database differ
in the same rows, whatever the child said. What an interpreter could read ends with its question.

The job may run twice or stop at any moment: a question leaves the case in the transaction that settles it. No line of
the log tells which report it was; the entry that takes the place of the recording does, for its readers.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.grievances import transcripts
from youthvoice.sites.store import get_site
from youthvoice.threads import store
from youthvoice.threads.case_state import REPORT, CaseState
from youthvoice.threads.entities import CHILD, Thread, ThreadEntry
from youthvoice.threads.handover_items import interpreted_item_ids, remove_interpreted

_FIRST: Final = 1
"""The turn of a recording that came with the report itself."""

_log = logging.getLogger(__name__)


def settle_transcripts() -> None:
    """The job: settle every question that is due."""
    engine, now = db.engine(), context.now()
    with db.reading(engine) as session:
        threads = store.list_all_threads(session, (REPORT,))
    due = [thread.id for thread in threads if transcripts.list_due(thread.case, _hour(now))]
    for thread_id in due:
        try:
            with suppress(ConcurrentUpdate), db.writing(engine) as session:
                _settle(session, thread_id, now)
        except (KeyGone, CannotOpen):  # from a backup older than its key; `youthvoice doctor` counts them
            _log.error("a recording that should end does not open")
    if due:
        db.truncate_write_ahead_log(engine)


def _hour(now: datetime) -> int:
    return int(now.timestamp() // 3600)


def _settle(session: Session, thread_id: bytes, now: datetime) -> None:
    thread = store.find_thread(session, thread_id, to_change=True)
    if thread is None or not (due := transcripts.list_due(thread.case, _hour(now))):
        return
    case, entry_ids = thread.case, store.list_entry_ids(session, thread_id)
    last_day = context.day_at(now, get_site(session, thread.site_id).time_zone) - timedelta(days=1)
    for question in [*due, *_reading_what_ends(case, due)]:
        _settle_question(session, thread, question, entry_ids, last_day)
        case = transcripts.without_question(case, question)
    store.change_case_state(session, thread, case)


def _reading_what_ends(
    case: CaseState, due: Sequence[transcripts.TranscriptQuestion]
) -> list[transcripts.TranscriptQuestion]:
    """Questions about interpreters of recordings that end now: no copy outlives the child's recording."""
    ended = {
        question.recording
        for question in due
        if (question.about, question.answer) == (transcripts.QUESTION, transcripts.YES)
    }
    return [
        question
        for question in transcripts.list_questions(case)
        if question.about == transcripts.INTERPRETER and question.recording in ended and question not in due
    ]


def _settle_question(
    session: Session,
    thread: Thread,
    question: transcripts.TranscriptQuestion,
    entry_ids: tuple[list[bytes], list[bytes]],
    day: date,
) -> None:
    """Settle one question; `day` is the last with the recording, long after the answer where a hold kept it."""
    # among the readers' entries the one with the recording, among the replies the child's copy; empty where it is gone
    recording, copy = (next(filter(question.is_about, ids), b"") for ids in entry_ids)
    if question.about == transcripts.INTERPRETER:
        remove_interpreted(session, interpreted_item_ids(context.keyring(), thread.id, question.question))
    ends = question.about == transcripts.QUESTION and question.answer == transcripts.YES
    if ends and recording:
        kind = "voice" if question.turn == _FIRST else "child_voice"
        content = {"ended": day.isoformat()}
        store.replace_entry(session, thread, ThreadEntry(kind, CHILD, day, question.turn, content, id=recording))
    elif recording:
        store.encrypt_entry_again(session, thread, recording)
    if copy:
        content = {"step": "voice_ended", "on": day.isoformat()} if ends else {}
        reply = ThreadEntry("step" if ends else "blank", CHILD, day, said=content, id=copy)
        store.replace_reply(session, thread, reply)
