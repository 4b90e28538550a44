"""Encode a child's answers as bytes, of one length per questionnaire (PRIVACY.md A2), and count them column by column.

A question with one answer is one byte: 0 for "did not say", 1 to k for the options or bins in their order, 255 for "I
don't know". A `choose_many` is one byte that says whether it was answered (0, 1 or 255), then one byte per option, 0 or
1.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Question, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer, Answers

SKIPPED = 0

ANSWERED = 1

UNKNOWN = 255


class NotACodedAnswer(ValueError):
    """An answer that its question does not accept.

    Attributes:
        question: name of the question.
    """

    def __init__(self, question: str) -> None:
        super().__init__(f"{question} does not take this answer")
        self.question = question


@dataclass(frozen=True, slots=True)
class AnswerSlot:
    """Where the answer to a question is in the bytes of a response."""

    question: Question
    start: int
    length: int


def answer_slots(questionnaire: Questionnaire) -> tuple[AnswerSlot, ...]:
    """The slot of every coded question, in order."""
    return tuple(_slots(questionnaire))


def _slots(questionnaire: Questionnaire) -> Iterator[AnswerSlot]:
    start = 0
    for question in questionnaire.coded:
        length = 1 if question.single else 1 + len(question.options)
        yield AnswerSlot(question, start, length)
        start += length


def encode_answers(questionnaire: Questionnaire, answers: Answers) -> bytes:
    """Encode one child's answers.

    Args:
        questionnaire: of the round.
        answers: by question name; a key, digits for a number, a tuple of keys for `choose_many`, None for
            a skip. Letter boxes and answers to questions that are not relevant are left out.

    Returns:
        The same number of bytes for every child: those of `answer_slots`.

    Raises:
        NotACodedAnswer: for an answer that its question does not accept, such as a number outside the bins.
    """
    answers = questionnaire.kept(answers)
    return b"".join(_encode(slot, answers.get(slot.question.name)) for slot in answer_slots(questionnaire))


def _encode(slot: AnswerSlot, answer: Answer) -> bytes:
    question = slot.question
    if not question.takes(answer):
        raise NotACodedAnswer(question.name)
    if answer is None or answer in {"", ()}:
        return bytes(slot.length)
    if answer in (DONT_KNOW, (DONT_KNOW,)):
        return bytes([UNKNOWN]) + bytes(slot.length - 1)
    if not question.single:
        answer = (answer,) if isinstance(answer, str) else answer
        return bytes([ANSWERED, *(key in answer for key in question.keys)])
    assert isinstance(answer, str)
    return bytes([1 + question.keys.index(_stored_key(question, answer))])


def _stored_key(question: Question, answer: str) -> str:
    bin_ = question.bin_of(int(answer)) if question.bins else None
    return bin_.key if bin_ else answer


Counts = Mapping[str, int]  # category -> children


def tally_answers(questionnaire: Questionnaire, responses: Iterable[bytes]) -> dict[str, dict[str, int]]:
    """Count every coded question exactly.

    Returns:
        By question name, in order: for a single answer, children per option or bin, then `dont_know` and
        `did_not_say`, together all responses. For `choose_many`, children per chosen option, then the same two;
        a child may be in several options.

    Raises:
        ValueError: a response has another length.
    """
    responses = list(responses)
    coded = b"".join(responses)
    slots = answer_slots(questionnaire)
    width = sum(slot.length for slot in slots)
    if any(len(response) != width for response in responses):
        raise ValueError("A response is not of this questionnaire.")
    return {slot.question.name: _count_slot(slot, coded, width) for slot in slots}


def _count_slot(slot: AnswerSlot, coded: bytes, width: int) -> dict[str, int]:
    columns = [coded[slot.start + at :: width] for at in range(slot.length)]
    if slot.question.single:
        counts = {key: columns[0].count(code) for code, key in enumerate(slot.question.keys, start=1)}
    else:
        counts = {key: columns[at].count(ANSWERED) for at, key in enumerate(slot.question.keys, start=1)}
    return counts | {DONT_KNOW: columns[0].count(UNKNOWN), DID_NOT_SAY: columns[0].count(SKIPPED)}


def find_questions_with_harm(questionnaire: Questionnaire, responses: Iterable[bytes]) -> tuple[str, ...]:
    """Names of the safety questions that at least one child answered with harm (PRIVACY.md A9)."""
    counts = tally_answers(questionnaire, responses)
    return tuple(
        question.name
        for question in questionnaire.coded
        if question.safety and any(counts[question.name][key] for key in question.harm)
    )
