"""Which tables a question of a batch is published in: one tabulation, the same for every audience. Pure.

Source: PRIVACY.md A3, A4, A5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from youthvoice.privacy.disclosure.band_cuts import FULL_CATEGORIES
from youthvoice.privacy.disclosure.safe_table import SafeTable
from youthvoice.privacy.disclosure.tabulation import RIGHT, Kind, tabulate, tabulate_options
from youthvoice.surveys.batches.tally import WRONG
from youthvoice.surveys.questionnaires.question import DID_NOT_SAY, DONT_KNOW, Question

Counts = Mapping[str, int]
As = Literal["choices", "right"]

SCALES = ("faces", "yes_no")


@dataclass(frozen=True, slots=True)
class Tabulated:
    """A question of one batch as it is published.

    Attributes:
        as_: `right` for a knowledge item that is published as right or wrong, else `choices`.
        tables: by option for `choose_many`, else one table under the empty name; none where n does not bear it.
    """

    as_: As
    tables: Mapping[str, SafeTable]


def tabulated(question: Question, counts: Counts, n: int) -> Tabulated:
    """Tabulate a question as it is declared.

    Args:
        question: of the questionnaire, coded.
        counts: children per answer, as `surveys.tally` gives them.
        n: children in the batch, ten or more.
    """
    if question.kind == "choose_many":
        chosen = {key: counts[key] for key in question.keys}
        return Tabulated("choices", tabulate_options(chosen, n))
    if question.publish == "right" and question.right is not None:
        return Tabulated("right", _named(tabulate(_right(question, counts), kind="right")))
    if question.kind in SCALES and not question.good and n < FULL_CATEGORIES:
        return Tabulated("choices", {})  # without a declared good side there are no two sides
    groups = {key: merge.options for key, merge in (question.merge or {}).items()}
    kind = cast(Kind, question.kind)
    return Tabulated("choices", _named(tabulate(counts, kind=kind, good=question.good, groups=groups or None)))


def _named(tables: tuple[SafeTable, ...]) -> dict[str, SafeTable]:
    return dict(zip([""], tables, strict=False))


def _right(question: Question, counts: Counts) -> dict[str, int]:
    wrong = sum(counts[key] for key in question.keys if key != question.right)
    silent = counts[DONT_KNOW] + counts[DID_NOT_SAY]
    return {RIGHT: counts[cast(str, question.right)], WRONG: wrong, DID_NOT_SAY: silent}
