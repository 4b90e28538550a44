"""Answers as bytes, all of one length for a questionnaire (PRIVACY.md A2), and counting them, a column at a time.

A question with one answer is one byte: 0 did not say, 1 to k the options or bins in their order,
255 "I don't know". A `choose_many` is a byte that says whether it was answered (0, 1 or 255), then one
byte an option, 0 or 1.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Question, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer, Answers

SKIPPED = 0

SAID = 1

UNKNOWN = 255


class NotACodedAnswer(ValueError):
    """An answer that its question does not take.

    Attributes:
        question: name of the question.
    """

    def __init__(self, question: str) -> None:
        super().__init__(f"{question} does not take this answer")
        self.question = question


@dataclass(frozen=True, slots=True)
class AnswerSlot:
    """Where a question stands in a sheet."""

    question: Question
    start: int
    length: int


def answer_codes(questionnaire: Questionnaire) -> tuple[AnswerSlot, ...]:
    """The place of every coded question, in order."""
    return tuple(_places(questionnaire))


def _places(questionnaire: Questionnaire) -> Iterator[AnswerSlot]:
    start = 0
    for question in questionnaire.coded:
        length = 1 if question.single else 1 + len(question.options)
        yield AnswerSlot(question, start, length)
        start += length


def encode_answers(questionnaire: Questionnaire, answers: Answers) -> bytes:
    """One child's coded answers.

    Args:
        questionnaire: what was asked.
        answers: by question name; a key, digits for a number, a tuple of keys for `choose_many`, None for
            a skip. Letter boxes and answers that `when` rules out are left out.

    Returns:
        As many bytes for every child: those of `answer_codes`.

    Raises:
        NotACodedAnswer: for a number outside the bins or an unknown key.
    """
    kept = questionnaire.kept(answers)
    return b"".join(_encoded(slot, kept.get(slot.question.name)) for slot in answer_codes(questionnaire))


def _encoded(slot: AnswerSlot, answer: Answer) -> bytes:
    question = slot.question
    if not question.takes(answer):
        raise NotACodedAnswer(question.name)
    if answer is None or answer in {"", ()}:
        return bytes(slot.length)
    if answer in (DONT_KNOW, (DONT_KNOW,)):
        return bytes([UNKNOWN]) + bytes(slot.length - 1)
    if not question.single:
        chosen = (answer,) if isinstance(answer, str) else answer
        return bytes([SAID, *(key in chosen for key in question.keys)])
    assert isinstance(answer, str)
    return bytes([1 + question.keys.index(_stored(question, answer))])


def _stored(question: Question, answer: str) -> str:
    bin_ = question.bin_of(int(answer)) if question.bins else None
    return bin_.key if bin_ else answer


Counts = Mapping[str, int]  # category -> children


def tally_answers(questionnaire: Questionnaire, sheets: Iterable[bytes]) -> dict[str, dict[str, int]]:
    """Exact counts of every coded question.

    Returns:
        By question name, in order: for a single answer, children per option or bin, then `dont_know` and
        `did_not_say`, together all sheets. For `choose_many`, children per chosen option, then the same two;
        a child may be in several options.

    Raises:
        ValueError: a sheet has another length.
    """
    rows = list(sheets)
    table = b"".join(rows)
    places = answer_codes(questionnaire)
    width = sum(slot.length for slot in places)
    if any(len(row) != width for row in rows):
        raise ValueError("A sheet is not of this questionnaire.")
    return {slot.question.name: _counted(slot, table, width) for slot in places}


def _counted(slot: AnswerSlot, table: bytes, width: int) -> dict[str, int]:
    columns = [table[slot.start + at :: width] for at in range(slot.length)]
    if slot.question.single:
        said = {key: columns[0].count(code) for code, key in enumerate(slot.question.keys, start=1)}
    else:
        said = {key: column.count(SAID) for key, column in zip(slot.question.keys, columns[1:], strict=True)}
    return said | {DONT_KNOW: columns[0].count(UNKNOWN), DID_NOT_SAY: columns[0].count(SKIPPED)}


def count_harmed(questionnaire: Questionnaire, sheets: Iterable[bytes]) -> tuple[str, ...]:
    """Names of the safety questions to which at least one child answered with harm (PRIVACY.md A9)."""
    counts = tally_answers(questionnaire, sheets)
    return tuple(
        question.name
        for question in questionnaire.coded
        if question.safety and any(counts[question.name][key] for key in question.harm)
    )
