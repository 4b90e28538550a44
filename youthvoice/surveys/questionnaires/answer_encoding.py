"""Answers as bytes: every sheet of a questionnaire has the same length, whatever was said (PRIVACY.md A2).

A question with one answer is one byte: 0 did not say, 1 to k the options or bins in their order,
255 "I don't know". A `choose_many` is a byte that says whether it was answered (0, 1 or 255), then one
byte an option, 0 or 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from youthvoice.surveys.questionnaires.question import DONT_KNOW, Question
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer, Answers

SKIPPED = 0
SAID = 1
UNKNOWN = 255
MOST_OPTIONS = 200  # leaves room under UNKNOWN


class NotAnAnswer(ValueError):
    """An answer that its question does not take.

    Attributes:
        question: name of the question.
    """

    def __init__(self, question: str) -> None:
        super().__init__(f"{question} does not take this answer")
        self.question = question


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands in a sheet."""

    question: Question
    start: int
    length: int


def codes(questionnaire: Questionnaire) -> tuple[Place, ...]:
    """The place of every coded question, in order."""
    return tuple(_places(questionnaire))


def _places(questionnaire: Questionnaire) -> Iterator[Place]:
    start = 0
    for question in questionnaire.coded:
        length = 1 if question.single else 1 + len(question.options)
        yield Place(question, start, length)
        start += length


def length(questionnaire: Questionnaire) -> int:
    """Bytes of one coded sheet."""
    return sum(place.length for place in codes(questionnaire))


def encode(questionnaire: Questionnaire, answers: Answers) -> bytes:
    """One child's coded answers.

    Args:
        questionnaire: what was asked.
        answers: by question name; a key, digits for a number, a tuple of keys for `choose_many`, None for
            a skip. Letter boxes and answers that `when` rules out are left out.

    Returns:
        `length(questionnaire)` bytes.

    Raises:
        NotAnAnswer: for a number outside the bins or an unknown key.
    """
    kept = questionnaire.kept(answers)
    return b"".join(_encoded(place, kept.get(place.question.name)) for place in codes(questionnaire))


def _encoded(place: Place, answer: Answer) -> bytes:
    question = place.question
    if not question.takes(answer):
        raise NotAnAnswer(question.name)
    if answer is None or answer in {"", ()}:
        return bytes(place.length)
    if answer in (DONT_KNOW, (DONT_KNOW,)):
        return bytes([UNKNOWN]) + bytes(place.length - 1)
    if question.kind == "choose_many":
        chosen = (answer,) if isinstance(answer, str) else answer
        return bytes([SAID, *(key in chosen for key in question.keys)])
    assert isinstance(answer, str)
    return bytes([1 + question.keys.index(_stored(question, answer))])


def _stored(question: Question, answer: str) -> str:
    bin_ = question.bin_of(int(answer)) if question.kind == "number" else None
    return bin_.key if bin_ else answer


def decode(questionnaire: Questionnaire, sheet: bytes) -> dict[str, Answer]:
    """The answers of a sheet, by question name; a number comes back as the key of its bin.

    Raises:
        ValueError: the sheet is not one of this questionnaire.
    """
    if len(sheet) != length(questionnaire):
        raise ValueError("This sheet is not of this questionnaire.")
    return {
        place.question.name: _decoded(place.question, sheet[place.start : place.start + place.length])
        for place in codes(questionnaire)
    }


def _decoded(question: Question, part: bytes) -> Answer:
    if part[0] == SKIPPED:
        return None
    if part[0] == UNKNOWN:
        return DONT_KNOW if question.single else (DONT_KNOW,)
    if question.single:
        if part[0] > len(question.keys):
            raise ValueError("This sheet is not of this questionnaire.")
        return question.keys[part[0] - 1]
    return tuple(key for key, said in zip(question.keys, part[1:], strict=True) if said)
