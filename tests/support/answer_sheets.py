"""One sheet read as answers again. The house only counts sheets, a column at a time."""

from youthvoice.surveys.questionnaires.answer_encoding import SKIPPED, UNKNOWN, answer_slots
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW, Question, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer


def decode_answers(questionnaire: Questionnaire, sheet: bytes) -> dict[str, Answer]:
    """The answers of a sheet, by question name; a number comes back as the key of its bin."""
    return {
        slot.question.name: _decoded(slot.question, sheet[slot.start : slot.start + slot.length])
        for slot in answer_slots(questionnaire)
    }


def _decoded(question: Question, part: bytes) -> Answer:
    if part[0] == SKIPPED:
        return None
    if part[0] == UNKNOWN:
        return DONT_KNOW if question.single else (DONT_KNOW,)
    if question.single:
        return question.keys[part[0] - 1]
    return tuple(key for key, said in zip(question.keys, part[1:], strict=True) if said)
