"""Questions to a child about single entries: is a transcript right, and may an interpreter read this? Pure.

A question waits thirty days for an answer, and the child may change an answer until the question is settled:

    about          answer       is settled                    then
    transcript     yes          when the next day is over     the recording ends, the words stay
    transcript     any other    when the next day is over     the recording stays as long as its report
    interpreter    yes          after two weeks               the interpreter can no longer read the entry
    interpreter    no           when the next day is over     as from the no on, the interpreter reads nothing
    interpreter    not now      after the thirty days         the same; after a yes, "not now" counts as a no
    either         none         after the thirty days         nothing changes for readers

A question that a reader replaces or takes back is settled when the next day is over. Each time the copy in the child's
replies ends, because a code otherwise opens only what adults say.

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
"""Is a transcript right? It is the code in the question (`ask`), in the child's answer (`kind`) and in `about`."""

INTERPRETER: Final = "interpreter"
"""May an interpreter read an entry? It is the code in the same three places."""

QUESTIONS: Final = (QUESTION, INTERPRETER)

YES: Final = "yes"

NO: Final = "no"

KEEP: Final = "keep"
"""The child wants the recording to stay; also from a child who cannot tell whether the words are right."""

LATER: Final = "later"

ANSWERS: Final = (YES, NO, KEEP)
"""The answers in the order in which the page shows them."""

ANSWERS_ABOUT_INTERPRETER: Final = (YES, NO, LATER)

MAX_QUESTIONS: Final = 4
"""Unsettled questions of one report: a case state has room for this many."""

_WAITS: Final = timedelta(days=30)
"""How long a question waits for its answer."""

_INTERPRETER_READS: Final = timedelta(days=14)

_TOMORROW: Final = timedelta(days=1)

_REPLACED: Final = "replaced"

_DIGITS: Final = 12
"""Hexadecimal digits of an id that the case state holds: 48 random bits tell the rows of one thread apart."""


class TranscriptQuestion(NamedTuple):
    """One unsettled question.

    Attributes:
        recording: first digits of the id of the child's entry: a recording, or what the interpreter reads.
        question: first digits of the id of the reply that asks.
        hour: from which it is settled, in whole hours since 1970 UTC.
        turn: of the recording among the entries.
        answer: one of `ANSWERS`, or of `ANSWERS_ABOUT_INTERPRETER`; empty while there is none.
        about: one of `QUESTIONS`.
    """

    recording: str
    question: str
    hour: int
    turn: int
    answer: str
    about: str = QUESTION

    @property
    def is_replaced(self) -> bool:
        """Whether other words were written since, or it was taken back; it takes no answer and is settled tomorrow."""
        return self.answer == _REPLACED

    def is_about(self, entry_id: bytes) -> bool:
        """Whether this is the id of the child's entry, or of the reply that asks."""
        return entry_id.hex()[:_DIGITS] in {self.recording, self.question}


def list_questions(case: CaseState) -> Iterator[TranscriptQuestion]:
    """The unsettled questions of a report, the newest last."""
    for key, (hour, turn, answer) in case.transcripts.items():
        about = INTERPRETER if key[2 * _DIGITS :] else QUESTION
        yield TranscriptQuestion(key[:_DIGITS], key[_DIGITS : 2 * _DIGITS], hour, turn, answer, about)


def find_question(case: CaseState, entry_id: bytes, about: str = QUESTION) -> TranscriptQuestion | None:
    """The newest question about an entry that takes an answer, or that of a reply; None where there is none."""
    questions = [
        question
        for question in list_questions(case)
        if question.about == about and question.is_about(entry_id) and not question.is_replaced
    ]
    return questions[-1] if questions else None


def with_question(  # noqa: PLR0913, PLR0917 - each of them matters
    case: CaseState, entry: ThreadEntry, question_id: bytes, day: date, time_zone: str, about: str = QUESTION
) -> CaseState:
    """The case once a child is asked; an earlier question about the same transcript takes no answer from now on.

    Args:
        case: with less than `MAX_QUESTIONS`.
        entry: with the recording.
        question_id: of the reply, 16 bytes.
        day: at the site.
        time_zone: of the site.
        about: one of `QUESTIONS`.
    """
    if about == QUESTION:
        case = without_answers(case, entry, day, time_zone)
    recording_digits, question_digits = entry.id.hex()[:_DIGITS], question_id.hex()[:_DIGITS]
    hour = _hour_over(day + _WAITS, time_zone)
    return _with(case, TranscriptQuestion(recording_digits, question_digits, hour, entry.turn, "", about))


def without_answers(case: CaseState, entry: ThreadEntry, day: date, time_zone: str) -> CaseState:
    """The case once other words are written: a question about the recording takes no answer, and is settled tomorrow.

    Otherwise a yes to the old words would end the recording, and stand beside words that the child never saw.
    """
    question = find_question(case, entry.id)
    return case if question is None else with_question_ended(case, question, day, time_zone)


def with_answer(  # noqa: PLR0913, PLR0917 - each of them matters
    case: CaseState, question_id: bytes, answer: str, day: date, time_zone: str, about: str = QUESTION
) -> CaseState | None:
    """The case after an answer of the child; None where the question is settled, replaced, or about something else."""
    question = find_question(case, question_id, about)
    if question is None:
        return None
    if about == INTERPRETER and answer == question.answer:
        return case  # the same yes once more prolongs nothing
    if answer == LATER and question.answer != YES:
        return _with(case, question._replace(answer=answer))  # the question keeps the rest of its time
    # "not now" after a yes is a no
    waits = _INTERPRETER_READS if about == INTERPRETER and answer == YES else _TOMORROW
    return _with(case, question._replace(answer=answer, hour=_hour_over(day + waits, time_zone)))


def is_late_yes(question: TranscriptQuestion, answer: str, before: str | None) -> bool:
    """Whether a yes comes after another answer of the child: a slow or repeated request.

    A yes ends a recording, or lets somebody read; it never takes the place of an answer that its page did not show.

    Args:
        question: as it is.
        answer: that comes now.
        before: the answer that its page showed; None where that does not matter.
    """
    return answer == YES and before is not None and question.answer not in {before, YES}


def with_question_ended(case: CaseState, question: TranscriptQuestion, day: date, time_zone: str) -> CaseState:
    """The case once a question takes no answer any longer; it is settled tomorrow."""
    return _with(case, question._replace(answer=_REPLACED, hour=_hour_over(day + _TOMORROW, time_zone)))


def without_question(case: CaseState, question: TranscriptQuestion) -> CaseState:
    """The case once a question is settled."""
    key = _key(question)
    return case.having(transcripts={other: value for other, value in case.transcripts.items() if other != key})


def list_due(case: CaseState, hour: int) -> list[TranscriptQuestion]:
    """The questions that are settled now. Something may stop those about transcripts, whatever the child answered."""
    stops = does_stop(case)
    return [
        question
        for question in list_questions(case)
        if question.hour <= hour and not (stops and question.about == QUESTION)
    ]


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
    return case.having(transcripts={**case.transcripts, _key(question): value})


def _key(question: TranscriptQuestion) -> str:
    return question.recording + question.question + ("i" if question.about == INTERPRETER else "")


def _hour_over(day: date, time_zone: str) -> int:
    return hour_after(context.day_over(day, time_zone), 0)
