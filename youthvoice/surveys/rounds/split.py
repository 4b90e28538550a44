"""Split one view into parts: by which question, into which parts, and what may be published about each. Pure.

The only source about a child's age, group or gender is the child's own response, so a question that is marked for it
makes the parts. In such a round that question is never published, and no other question depends on it. Every child is
in exactly one part: children who do not say are in the last one, and its label says so.

Source: PRIVACY.md A3, A5 and A7.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from youthvoice.privacy.disclosure.split_table import PART_WORDS, SafeSplit, protect_parts
from youthvoice.surveys.questionnaires.answer_encoding import answer_slots, tally_answers
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire, Words


class SplitPart(NamedTuple):
    """Some children of a batch, selected by their answers to the question that splits it."""

    key: str
    text: Words
    answers: tuple[str, ...]


def split_question(questionnaire: Questionnaire, by: str) -> Question | None:
    """The question that splits a view by age, group or gender; None where no question does, or no split is declared."""
    return next((question for question in questionnaire.splitting if by and question.split == by), None)


def parts_of(question: Question) -> tuple[SplitPart, ...]:
    """The parts in order; children who do not say are in the last one."""
    if question.merge:
        return tuple(SplitPart(key, merge.text, merge.options) for key, merge in question.merge.items())
    return tuple(SplitPart(tile.key, tile.text, (tile.key,)) for tile in question.tiles)


def publishable_rows(question: Question) -> Mapping[str, tuple[str, ...]]:
    """What may be published of a question about each part: by option (empty: its one good side) the answers that count.

    A question without two sides is published for all children together.
    """
    if not question.single:
        return {key: (key,) for key in question.keys}
    if question.right is not None and question.publish == "right":
        return {"": (question.right,)}
    return {"": question.good} if question.traits.scale and question.good else {}


def row_name(question: Question, option: str) -> str:
    """The name of a row of a `SafeSplit`; question names hold no slash."""
    return f"{question.name}/{option}"


def publishable_questions(questionnaire: Questionnaire, by: str) -> Iterator[Question]:
    """The questions that are published for each part, where every part is large enough."""
    splitting = split_question(questionnaire, by)
    return (question for question in questionnaire.coded if question is not splitting and publishable_rows(question))


def split_responses(questionnaire: Questionnaire, by: str, responses: Sequence[bytes]) -> SafeSplit | None:
    """What may be published about the parts of a batch; None where a part has fewer than ten children.

    Args:
        questionnaire: of the batch.
        by: the split that the round declared when it opened.
        responses: coded, one of each child.

    Raises:
        LookupError: no question makes this split.
    """
    splitting = split_question(questionnaire, by)
    if splitting is None:
        raise LookupError(by)
    slot = next(slot for slot in answer_slots(questionnaire) if slot.question is splitting)
    parts = parts_of(splitting)
    part_of_answer = {splitting.keys.index(key) + 1: part.key for part in parts for key in part.answers}
    responses_by_part: dict[str, list[bytes]] = {part.key: [] for part in parts}
    for response in responses:
        responses_by_part[part_of_answer.get(response[slot.start], parts[-1].key)].append(response)
    tallies = {key: tally_answers(questionnaire, part_responses) for key, part_responses in responses_by_part.items()}
    counts = {
        row_name(question, option): {
            key: sum(tally[question.name][answer] for answer in answers) for key, tally in tallies.items()
        }
        for question in publishable_questions(questionnaire, by)
        for option, answers in publishable_rows(question).items()
    }
    return protect_parts({key: len(part_responses) for key, part_responses in responses_by_part.items()}, counts)


@dataclass(frozen=True, slots=True)
class DeclaredSplit:
    """What may be published about the parts of a batch whose round declared a split.

    Attributes:
        safe: the table in words; None where a part has fewer than ten, and then nothing of any part is stored.
        max_bytes: the largest possible length, so that the stored length reveals nothing.
    """

    safe: SafeSplit | None
    max_bytes: int


_AROUND: Final = 8  # bytes of quotes, colons, commas and braces around one word

_A_WORD: Final = max(map(len, PART_WORDS)) + _AROUND


def declared_split(questionnaire: Questionnaire, by: str, responses: Sequence[bytes]) -> DeclaredSplit:
    """Split a batch in memory, as `split_responses`; neither the size nor a count of a part is stored."""
    return DeclaredSplit(split_responses(questionnaire, by, responses), max_split_bytes(questionnaire, by))


def max_split_bytes(questionnaire: Questionnaire, by: str) -> int:
    """The largest length of the table about parts; it depends on the questionnaire and the split, never on answers."""
    question = split_question(questionnaire, by)
    parts = [len(part.key.encode()) + _AROUND for part in parts_of(question)] if question else []
    row_names = [
        row_name(question, key)
        for question in publishable_questions(questionnaire, by)
        for key in publishable_rows(question)
    ]
    rows = sum(len(name.encode()) + _AROUND + len(parts) * _A_WORD for name in row_names)
    return rows + sum(parts) + 4 * _AROUND + len("split" + "parts" + "rows")
