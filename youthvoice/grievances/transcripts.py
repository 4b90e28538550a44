"""Questions to a child about transcripts: did a reader write down what the child said? Pure.

After a yes the recording ends when the next day is over, and the words stay; until then the child may say something
else. After any other answer, or none in thirty days, the recording stays as long as its report. Each time the child's
own copy ends, because a code otherwise opens only what adults say.

The case state holds the unsettled questions, encrypted and always of the same length: nobody reads from a stolen
database that a child answered, or what. All that is settled becomes due when a day is over, whenever the child came.
Source: PRIVACY.md C, "Ends" and "Times".
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from youthvoice import context
from youthvoice.grievances.time_limits import AUTHORITY, SECOND
from youthvoice.threads.case_state import HELD, REPORTED, CaseState, hour_after, moment_of
from youthvoice.threads.entities import ThreadEntry

QUESTION: Final = "transcript_right"
"""The code of the question, the kind of the child's answer, and what both say that they are about."""

YES: Final = "yes"

NO: Final = "no"

KEEP: Final = "keep"

ANSWERS: Final = (YES, NO, KEEP)
"""The answers in the order in which the page shows them."""

MAX_QUESTIONS: Final = 4
"""Unsettled questions of one report: a case state has room for this many."""

_WAITS: Final = timedelta(days=30)
"""How long a question waits for its answer."""

_TOMORROW: Final = timedelta(days=1)

_REPLACED: Final = "replaced"

_DIGITS: Final = 12
"""Hexadecimal digits of an id that the case state holds: 48 random bits tell the rows of one thread apart."""


class TranscriptQuestion(NamedTuple):
    """One unsettled question.

    Attributes:
        recording: first digits of the id of the entry with the recording.
        question: first digits of the id of the reply that asks.
        hour: from which it is settled, in whole hours since 1970 UTC.
        turn: of the recording among the entries.
        answer: one of `ANSWERS`; empty while there is none.
    """

    recording: str
    question: str
    hour: int
    turn: int
    answer: str

    def is_about(self, entry_id: bytes) -> bool:
        """Whether an entry holds the recording, or a reply asks the question."""
        return entry_id.hex()[:_DIGITS] in {self.recording, self.question}


def list_questions(case: CaseState) -> Iterator[TranscriptQuestion]:
    """The unsettled questions of a report, the newest last."""
    for key, (hour, turn, answer) in case.transcripts.items():
        yield TranscriptQuestion(key[:_DIGITS], key[_DIGITS:], hour, turn, answer)


def find_question(case: CaseState, entry_id: bytes) -> TranscriptQuestion | None:
    """The newest question about a recording that takes an answer, or that of a reply; None where there is none."""
    questions = [
        question for question in list_questions(case) if question.is_about(entry_id) and question.answer != _REPLACED
    ]
    return questions[-1] if questions else None


def with_question(case: CaseState, entry: ThreadEntry, question_id: bytes, day: date, time_zone: str) -> CaseState:
    """The case once a child is asked; an earlier question about the recording takes no answer from now on.

    Args:
        case: with less than `MAX_QUESTIONS`.
        entry: with the recording.
        question_id: of the reply, 16 bytes.
        day: at the site.
        time_zone: of the site.
    """
    case = without_answers(case, entry, day, time_zone)
    recording_digits, question_digits = entry.id.hex()[:_DIGITS], question_id.hex()[:_DIGITS]
    hour = _hour_over(day + _WAITS, time_zone)
    return _with(case, TranscriptQuestion(recording_digits, question_digits, hour, entry.turn, ""))


def without_answers(case: CaseState, entry: ThreadEntry, day: date, time_zone: str) -> CaseState:
    """The case once other words are written: a question about the recording takes no answer, and is settled tomorrow.

    Otherwise a yes to the old words would end the recording, and stand beside words that the child never saw.
    """
    question = find_question(case, entry.id)
    if question is None:
        return case
    return _with(case, question._replace(answer=_REPLACED, hour=_hour_over(day + _TOMORROW, time_zone)))


def with_answer(case: CaseState, question_id: bytes, answer: str, day: date, time_zone: str) -> CaseState | None:
    """The case after an answer of the child; None where the question is settled, or was replaced by another one."""
    question = find_question(case, question_id)
    if question is None:
        return None
    return _with(case, question._replace(answer=answer, hour=_hour_over(day + _TOMORROW, time_zone)))


def without_question(case: CaseState, question: TranscriptQuestion) -> CaseState:
    """The case once a question is settled."""
    key = question.recording + question.question
    return case.having(transcripts={other: value for other, value in case.transcripts.items() if other != key})


def list_due(case: CaseState, hour: int) -> list[TranscriptQuestion]:
    """The questions that are settled now; none while something stops it, whatever the child answered."""
    if does_stop(case):
        return []
    return [question for question in list_questions(case) if question.hour <= hour]


def does_stop(case: CaseState) -> bool:
    """Whether no recording of a report ends: it is held, an authority has or must get it, or a second person is asked.

    A hold needs two people, so a question that waits for the second one counts already.
    """
    return bool({HELD, REPORTED} & set(case.flags) or {AUTHORITY, SECOND} & set(case.clocks))


def last_day(question: TranscriptQuestion, time_zone: str) -> date:
    """The last day, at the site, on which the child can answer, or answer otherwise."""
    return context.day_at(moment_of(question.hour - 1), time_zone)


def _with(case: CaseState, question: TranscriptQuestion) -> CaseState:
    value = question.hour, question.turn, question.answer
    return case.having(transcripts={**case.transcripts, question.recording + question.question: value})


def _hour_over(day: date, time_zone: str) -> int:
    return hour_after(context.day_over(day, time_zone), 0)
