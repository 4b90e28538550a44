"""Counting coded sheets, a column at a time."""

from collections.abc import Iterable, Mapping

from youthvoice.surveys.questionnaires.answer_encoding import SAID, SKIPPED, UNKNOWN, Place, codes
from youthvoice.surveys.questionnaires.question import DID_NOT_SAY, DONT_KNOW
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire

Counts = Mapping[str, int]  # category -> children
RIGHT = "right"
WRONG = "wrong"


def tally(questionnaire: Questionnaire, sheets: Iterable[bytes]) -> dict[str, dict[str, int]]:
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
    places = codes(questionnaire)
    width = sum(place.length for place in places)
    if any(len(row) != width for row in rows):
        raise ValueError("A sheet is not of this questionnaire.")
    return {place.question.name: _counted(place, table, width) for place in places}


def _counted(place: Place, table: bytes, width: int) -> dict[str, int]:
    columns = [table[place.start + at :: width] for at in range(place.length)]
    if place.question.single:
        said = {key: columns[0].count(code) for code, key in enumerate(place.question.keys, start=1)}
    else:
        said = {key: column.count(SAID) for key, column in zip(place.question.keys, columns[1:], strict=True)}
    return said | {DONT_KNOW: columns[0].count(UNKNOWN), DID_NOT_SAY: columns[0].count(SKIPPED)}


def right_or_wrong(questionnaire: Questionnaire, counts: Mapping[str, Counts]) -> dict[str, dict[str, int]]:
    """The counts of knowledge items as right and wrong; "I don't know" and skips stay apart.

    Args:
        questionnaire: what was asked.
        counts: what `tally` returned.
    """
    return {
        question.name: {
            RIGHT: counts[question.name][question.right],
            WRONG: sum(counts[question.name][key] for key in question.keys if key != question.right),
            DONT_KNOW: counts[question.name][DONT_KNOW],
            DID_NOT_SAY: counts[question.name][DID_NOT_SAY],
        }
        for question in questionnaire.coded
        if question.right is not None
    }


def harmed(questionnaire: Questionnaire, sheets: Iterable[bytes]) -> tuple[str, ...]:
    """Names of the safety questions to which at least one child answered with harm (PRIVACY.md A9)."""
    counts = tally(questionnaire, sheets)
    return tuple(
        question.name
        for question in questionnaire.coded
        if question.safety and any(counts[question.name][key] for key in question.harm)
    )
