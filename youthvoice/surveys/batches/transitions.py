"""How answers went from before to now, exactly: for advocates alone, never published (PRIVACY.md A5, A13). Pure."""

from collections import Counter
from collections.abc import Sequence

from youthvoice.surveys.questionnaires.answer_encoding import SKIPPED, UNKNOWN, AnswerSlot, answer_codes
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Questionnaire

Transitions = dict[str, dict[str, dict[str, int]]]
"""By question: children by their answer before, then now."""


def count_transitions(questionnaire: Questionnaire, sheets: Sequence[bytes]) -> Transitions:
    """How answers went from before to now, for the pairs of questions on one sheet.

    Args:
        questionnaire: what was asked.
        sheets: coded.
    """
    places = {slot.question.name: slot for slot in answer_codes(questionnaire)}
    pairs = [
        (places[place.question.pair], place)
        for place in places.values()
        if place.question.single and place.question.pair in places
    ]
    return {now.question.name: _moved(before, now, sheets) for before, now in pairs}


def count_changes(questionnaire: Questionnaire, pairs: Sequence[tuple[bytes, bytes]]) -> Transitions:
    """How answers went from the first wave to the second, for every question with one answer.

    Args:
        questionnaire: what was asked, both times.
        pairs: the coded sheets of each child.
    """
    places = [slot for slot in answer_codes(questionnaire) if slot.question.single]
    return {slot.question.name: _table(slot, slot, pairs) for slot in places}


def _moved(before: AnswerSlot, slot: AnswerSlot, sheets: Sequence[bytes]) -> dict[str, dict[str, int]]:
    return _table(before, slot, [(sheet, sheet) for sheet in sheets])


def _table(before: AnswerSlot, slot: AnswerSlot, pairs: Sequence[tuple[bytes, bytes]]) -> dict[str, dict[str, int]]:
    moved = Counter((first[before.start], then[slot.start]) for first, then in pairs)
    table: dict[str, dict[str, int]] = {}
    for (first, then), children in sorted(moved.items()):
        table.setdefault(_category(before, first), {})[_category(slot, then)] = children
    return table


def _category(slot: AnswerSlot, code: int) -> str:
    if code == SKIPPED:
        return DID_NOT_SAY
    return DONT_KNOW if code == UNKNOWN else slot.question.keys[code - 1]
