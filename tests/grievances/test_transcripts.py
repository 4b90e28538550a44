"""Questions about transcripts: answered, answered otherwise, replaced, stopped; all in one length (C, "Times")."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest

from youthvoice.grievances import transcripts
from youthvoice.grievances.time_limits import AUTHORITY, CLOCKS, GO_ON, SECOND
from youthvoice.grievances.transcripts import KEEP, NO, YES
from youthvoice.threads import case_state
from youthvoice.threads.case_state import CaseState, encrypt_case_state, open_case_state
from youthvoice.threads.entities import CHILD, ThreadEntry

DAY, ZONE = date(2026, 11, 24), "Asia/Kolkata"
VOICE = ThreadEntry("child_voice", CHILD, DAY, 7, sound=b"voice", id=secrets.token_bytes(16))
OVER = datetime(2026, 11, 25, 18, 30, tzinfo=UTC)
"""The end of the next day there."""


def asked(case: CaseState | None = None, voice: ThreadEntry = VOICE, day: date = DAY) -> tuple[CaseState, bytes]:
    question_id = secrets.token_bytes(16)
    return transcripts.with_question(case or CaseState(), voice, question_id, day, ZONE), question_id


def answered(case: CaseState, question_id: bytes, answer: str, day: date = DAY) -> CaseState:
    after = transcripts.with_answer(case, question_id, answer, day, ZONE)
    assert after
    return after


def due(case: CaseState, moment: datetime) -> list[str]:
    hour = int(moment.timestamp() // 3600)
    return [question.answer for question in transcripts.list_due(case, hour)]


@pytest.mark.parametrize("answer", transcripts.ANSWERS)
def test_every_answer_is_settled_when_the_next_day_is_over_whenever_the_child_came(answer: str) -> None:
    case = answered(*asked(), answer)
    assert due(case, OVER - timedelta(minutes=1)) == []
    assert due(case, OVER + timedelta(minutes=30)) == [answer], "rounded up to the hour"
    (question,) = transcripts.list_questions(case)
    assert transcripts.last_day(question, ZONE) == DAY + timedelta(days=1)


def test_until_then_the_last_answer_counts_and_its_day_begins_anew() -> None:
    case, question = asked()
    case = answered(answered(case, question, YES), question, KEEP, DAY + timedelta(days=1))
    assert due(case, OVER + timedelta(hours=1)) == []
    assert due(case, OVER + timedelta(hours=25)) == [KEEP]


def test_a_question_without_an_answer_is_over_after_thirty_days() -> None:
    case, _question = asked()
    assert due(case, OVER + timedelta(days=28)) == []
    assert due(case, OVER + timedelta(days=30)) == [""]


def test_asked_anew_the_earlier_words_take_no_answer() -> None:
    case, first = asked()
    case, second = asked(answered(case, first, NO))
    assert transcripts.with_answer(case, first, YES, DAY, ZONE) is None
    newest = transcripts.find_question(answered(case, second, YES), VOICE.id)
    assert newest
    assert newest.answer == YES


@pytest.mark.parametrize(
    ("stands", "before", "is_late"),
    [("", "", False), (KEEP, "", True), (NO, "", True), (KEEP, KEEP, False), (YES, "", False), (KEEP, None, False)],
)
def test_a_yes_counts_only_where_its_page_showed_what_stands(stands: str, before: str | None, is_late: bool) -> None:
    """A slow yes would end the sound that she meanwhile asked to keep; a slow keep ends nothing."""
    case, question_id = asked()
    case = answered(case, question_id, stands) if stands else case
    question = transcripts.find_question(case, question_id)
    assert question
    assert transcripts.is_late_yes(question, YES, before) is is_late
    assert not transcripts.is_late_yes(question, KEEP, before)


def test_a_question_that_is_settled_or_was_never_asked_takes_no_answer() -> None:
    case, question = asked()
    assert transcripts.with_answer(case, secrets.token_bytes(16), YES, DAY, ZONE) is None
    settled = transcripts.without_question(case, next(transcripts.list_questions(case)))
    assert transcripts.with_answer(settled, question, YES, DAY, ZONE) is None


@pytest.mark.parametrize("answer", ["", *transcripts.ANSWERS])
@pytest.mark.parametrize(
    "stop",
    [
        lambda case: case.flagged(case_state.HELD),
        lambda case: case.flagged(case_state.REPORTED),
        lambda case: case.with_clock(AUTHORITY, 1),
        lambda case: case.with_clock(SECOND, 1),
    ],
)
def test_what_keeps_a_record_keeps_it_whatever_the_child_said(answer: str, stop: object) -> None:
    case, question = asked()
    case = answered(case, question, answer) if answer else case
    assert callable(stop)
    assert due(stop(case), OVER + timedelta(days=60)) == []
    assert due(case, OVER + timedelta(days=60)) == [answer]


def test_the_fullest_state_has_the_length_of_every_other_one() -> None:
    codes = {name: value for name, value in vars(case_state).items() if name.isupper() and isinstance(value, str)}
    flags = {value for name, value in codes.items() if name not in {"REPORT", "STATEMENT", "CONTEXT_PREFIX"}}
    days = ("first_look", "answered", "acted", "closed", "put_right", "reopened", "trouble_asked", "authority")
    clocks = set(CLOCKS) - {GO_ON}  # which never runs beside a first look (`with_follow_up_deadline`)
    case = CaseState(
        topic="x" * 14, harm=True, urgent=True, severity=3, owner=99_999, language="zh_Hant",
        clocks=dict.fromkeys(clocks, 500_000), steps=dict.fromkeys(clocks, 99), days=dict.fromkeys(days, "2029-11-11"),
        flags=tuple(flags), keys="k" * 22, sent="s" * 33, wrote="w" * 16, notice_from=500_000,
    )  # fmt: skip
    for nth in range(transcripts.MAX_QUESTIONS):
        voice = ThreadEntry("child_voice", CHILD, DAY, 100 + nth, id=secrets.token_bytes(16))
        case, question = asked(case, voice)
        case = answered(case, question, KEEP)
    key, thread_id = secrets.token_bytes(32), secrets.token_bytes(16)
    blob = encrypt_case_state(key, thread_id, case)
    assert len(blob) == len(encrypt_case_state(key, thread_id, CaseState()))
    assert open_case_state(key, thread_id, blob) == case
