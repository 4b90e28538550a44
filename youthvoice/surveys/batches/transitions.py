"""Count exactly how answers changed from before to now. Pure.

For advocates only, never published.

Source: PRIVACY.md A5, A13.
"""

from collections import Counter
from collections.abc import Sequence

from youthvoice.surveys.questionnaires.answer_encoding import SKIPPED, UNKNOWN, AnswerSlot, answer_slots
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Questionnaire

Transitions = dict[str, dict[str, dict[str, int]]]
"""By question: children by their answer before, then now."""


def count_transitions(questionnaire: Questionnaire, responses: Sequence[bytes]) -> Transitions:
    """Count how answers changed from before to now, for the pairs of questions in one response.

    Args:
        questionnaire: with pairs of questions.
        responses: coded.
    """
    slots = {slot.question.name: slot for slot in answer_slots(questionnaire)}
    pairs = [
        (slots[slot.question.pair], slot)
        for slot in slots.values()
        if slot.question.single and slot.question.pair in slots
    ]
    twice = [(response, response) for response in responses]  # both questions are in the same response
    return {later.question.name: _table(earlier, later, twice) for earlier, later in pairs}


def count_changes(questionnaire: Questionnaire, pairs: Sequence[tuple[bytes, bytes]]) -> Transitions:
    """Count how answers changed from the first wave to the second, for every question with one answer.

    Args:
        questionnaire: of both waves.
        pairs: the two coded responses of each child.
    """
    slots = [slot for slot in answer_slots(questionnaire) if slot.question.single]
    return {slot.question.name: _table(slot, slot, pairs) for slot in slots}


def _table(
    before_slot: AnswerSlot, after_slot: AnswerSlot, pairs: Sequence[tuple[bytes, bytes]]
) -> dict[str, dict[str, int]]:
    children_by_codes = Counter((before[before_slot.start], after[after_slot.start]) for before, after in pairs)
    table: dict[str, dict[str, int]] = {}
    for (before_code, after_code), children in sorted(children_by_codes.items()):
        table.setdefault(_category(before_slot, before_code), {})[_category(after_slot, after_code)] = children
    return table


def _category(slot: AnswerSlot, code: int) -> str:
    if code == SKIPPED:
        return DID_NOT_SAY
    return DONT_KNOW if code == UNKNOWN else slot.question.keys[code - 1]
