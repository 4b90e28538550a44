"""One view in parts: by which question, in which parts, and what is told of each. Pure.

All that is known of a child's age, group or gender is what she taps on her own sheet, so a question that is marked for
it makes the parts; it is never published itself in such a round, nor does any other question depend on it. Every child
is in exactly one part: who does not say is with the last one, and its label says so.

Source: PRIVACY.md A3, A5 and A7.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from youthvoice.privacy.disclosure.split_table import PART_WORDS, SafeSplit, protect_parts
from youthvoice.surveys.questionnaires.answer_encoding import answer_codes, tally_answers
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire, Words


class SplitPart(NamedTuple):
    """Some children of a batch: by the answers they gave to the question that splits it."""

    key: str
    text: Words
    answers: tuple[str, ...]


def split_question(questionnaire: Questionnaire, by: str) -> Question | None:
    """The question that splits a view by age, group or gender; None where there is none, or by nothing."""
    return next((question for question in questionnaire.splitting if by and question.split == by), None)


def parts_of(question: Question) -> tuple[SplitPart, ...]:
    """The parts in their order; who does not say is in the last one."""
    if question.merge:
        return tuple(SplitPart(key, merge.text, merge.options) for key, merge in question.merge.items())
    return tuple(SplitPart(tile.key, tile.text, (tile.key,)) for tile in question.tiles)


def told_of_parts(question: Question) -> Mapping[str, tuple[str, ...]]:
    """What of a question can be told of each part, by option (empty: its one good side), with the answers that count.

    A question with other answers than two sides is published whole.
    """
    if not question.single:
        return {key: (key,) for key in question.keys}
    if question.right is not None and question.publish == "right":
        return {"": (question.right,)}
    return {"": question.good} if question.traits.scale and question.good else {}


def row_name(question: Question, option: str) -> str:
    """What a row of a `SafeSplit` is called; a slash is in no name of a question."""
    return f"{question.name}/{option}"


def questions_told(questionnaire: Questionnaire, by: str) -> Iterator[Question]:
    """The questions of which each part is told, where every part is large enough."""
    asked = split_question(questionnaire, by)
    return (question for question in questionnaire.coded if question is not asked and told_of_parts(question))


def split_sheets(questionnaire: Questionnaire, by: str, sheets: Sequence[bytes]) -> SafeSplit | None:
    """What may be told of the parts of a batch; None where one of them has fewer than ten children.

    Args:
        questionnaire: what was asked.
        by: what the round declared when it opened.
        sheets: coded, each of one child.

    Raises:
        LookupError: no question asks that.
    """
    asked = split_question(questionnaire, by)
    if asked is None:
        raise LookupError(by)
    slot = next(slot for slot in answer_codes(questionnaire) if slot.question is asked)
    parts = parts_of(asked)
    of_answer = {asked.keys.index(key) + 1: part.key for part in parts for key in part.answers}
    sorted_out: dict[str, list[bytes]] = {part.key: [] for part in parts}
    for sheet in sheets:
        sorted_out[of_answer.get(sheet[slot.start], parts[-1].key)].append(sheet)
    tallies = {key: tally_answers(questionnaire, of_part) for key, of_part in sorted_out.items()}
    counts = {
        row_name(question, option): {
            key: sum(tally[question.name][answer] for answer in answers) for key, tally in tallies.items()
        }
        for question in questions_told(questionnaire, by)
        for option, answers in told_of_parts(question).items()
    }
    return protect_parts({key: len(of_part) for key, of_part in sorted_out.items()}, counts)


@dataclass(frozen=True, slots=True)
class DeclaredSplit:
    """What may be told of the parts of a batch whose round declared a split.

    Attributes:
        safe: words; None where a part has fewer than ten, and nothing of any part is kept.
        room: bytes that no words of it exceed, so that nothing is told by how much is kept.
    """

    safe: SafeSplit | None
    room: int


_AROUND: Final = 8  # bytes of quotes, colons, commas and braces around one word

_A_WORD: Final = max(map(len, PART_WORDS)) + _AROUND


def declared_split(questionnaire: Questionnaire, by: str, sheets: Sequence[bytes]) -> DeclaredSplit:
    """Look at the parts of a batch, in memory; no size and no count of one is kept anywhere. As `split_sheets`."""
    return DeclaredSplit(split_sheets(questionnaire, by, sheets), split_room(questionnaire, by))


def split_room(questionnaire: Questionnaire, by: str) -> int:
    """Bytes that no words about parts exceed: of the questionnaire and the declaration, never of an answer."""
    question = split_question(questionnaire, by)
    parts = [len(part.key.encode()) + _AROUND for part in parts_of(question)] if question else []
    row_names = [
        row_name(question, key) for question in questions_told(questionnaire, by) for key in told_of_parts(question)
    ]
    rows = sum(len(name.encode()) + _AROUND + len(parts) * _A_WORD for name in row_names)
    return rows + sum(parts) + 4 * _AROUND + len("split" + "parts" + "rows")
