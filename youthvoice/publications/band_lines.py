"""The published tables of a question, and the lines of bands made from them. Pure.

Source: PRIVACY.md A3-A5.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from youthvoice.privacy.disclosure import phrasing, tabulation
from youthvoice.privacy.disclosure.bands import FULL_CATEGORIES, Band, band_ranges
from youthvoice.privacy.disclosure.change_verdicts import JudgedChange, say_change
from youthvoice.privacy.disclosure.safe_table import SafeTable, bands_together
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Question

GOOD_SIDE = "*side"
"""The key of the line about a scale's good side; no key of an option contains a star."""

RIGHT, WRONG = "right", "wrong"
"""The two answers of a knowledge question that is published as right or wrong."""

BandLine = dict[str, Any]


def lines_of_table(
    table: SafeTable, before: SafeTable | None, key: str, good: Collection[str], change: JudgedChange | None = None
) -> list[BandLine]:
    """The lines of one table, in the order of the page.

    Args:
        table: of a question or of one option of it.
        before: of the wave before, if there was one.
        key: the option, if the table is about one option.
        good: the good side of a scale; empty for other questions.
        change: the test's verdict on the one answer that these tables separate from everything else.

    Returns:
        `{"key", "low", "high", "n", "code", "tenths", "before", "change"}` each; `before` has the same five
        without a key, or is None; `change` is of `change_verdicts.Change`, or None. A view for reviews may add `since`
        (`review.verdict_history`).
    """
    if key:
        return [
            _line(
                key,
                table.band(tabulation.CHOSEN),
                table.n,
                (before.band(tabulation.CHOSEN), before.n) if before else None,
                change,
            )
        ]
    return list(_lines_of_whole(table, before, good, change if is_two_sides(table) else None))


def _lines_of_whole(
    table: SafeTable, before: SafeTable | None, good: Collection[str], change: JudgedChange | None
) -> Iterator[BandLine]:
    only_good_key = ""
    if good:
        only_good_key = next(iter(good)) if len(good) == 1 else ""
        earlier = (_side(before, good), before.n) if before else None
        yield _line(GOOD_SIDE, _side(table, good), table.n, earlier, change)
    if not is_two_sides(table):
        same = before is not None and before.keys == table.keys
        for key, band in table:
            if key != only_good_key:  # this answer is the whole good side, which has its line
                yield _line(key, band, table.n, (before.band(key), before.n) if before is not None and same else None)


def is_two_sides(table: SafeTable) -> bool:
    """Whether a table has only the good side and everything else."""
    return table.keys == (tabulation.GOOD, tabulation.REST)


def _side(table: SafeTable, good: Collection[str]) -> Band:
    """The band of the good side: its own below 60 children, else the sum of the bands of its answers."""
    if is_two_sides(table):
        return table.band(tabulation.GOOD)
    bands = [band for key, band in table if key in good]
    if len(bands) == 1:
        return bands[0]
    band = bands_together(bands)
    return Band(band.low, min(band.high, table.n))


def _line(
    key: str, band: Band, n: int, before: tuple[Band, int] | None, change: JudgedChange | None = None
) -> BandLine:
    earlier = _band_values(*before) if before else None
    moved = say_change(*before, band, n, change) if before else None
    return {"key": key, **_band_values(band, n), "before": earlier, "change": moved}


def _band_values(band: Band, n: int) -> BandLine:
    if band not in band_ranges(n):  # a sum of bands has no word of its own
        return {"low": band.low, "high": band.high, "n": n, "code": "between", "tenths": None}
    words = phrasing.phrase_band(band, n)
    return {"low": band.low, "high": band.high, "n": n, "code": words.code, "tenths": words.tenths}


Counts = Mapping[str, int]

As = Literal["choices", "right"]


@dataclass(frozen=True, slots=True)
class TabulatedQuestion:
    """The published tables of one question of a batch.

    Attributes:
        as_: `right` for a knowledge question that is published as right or wrong, else `choices`.
        tables: by option if several can be chosen, else one under the empty name; none if n is too small.
    """

    as_: As
    tables: Mapping[str, SafeTable]


def tabulate_question(question: Question, counts: Counts, n: int) -> TabulatedQuestion:
    """Tabulate a question as it is declared.

    Args:
        question: of the questionnaire, coded.
        counts: children per answer, as `answer_encoding.tally_answers` gives them.
        n: children in the batch, ten or more.
    """
    if not question.single:
        return TabulatedQuestion("choices", tabulation.tabulate_options({key: counts[key] for key in question.keys}, n))
    if question.publish == "right" and question.right is not None:
        tables = tabulation.tabulate(_right_and_wrong(question, counts), scale=True, good=[RIGHT])
        return TabulatedQuestion("right", _named_tables(tables))
    if question.traits.scale and not question.good and n < FULL_CATEGORIES:
        return TabulatedQuestion("choices", {})  # without a declared good side there are no two sides
    groups = {key: merge.options for key, merge in (question.merge or {}).items()}
    tables = tabulation.tabulate(counts, scale=question.traits.scale, good=question.good, groups=groups)
    return TabulatedQuestion("choices", _named_tables(tables))


def _named_tables(tables: tuple[SafeTable, ...]) -> dict[str, SafeTable]:
    """The table under the empty name; nothing if n was too small for one."""
    return dict(zip([""], tables, strict=False))


def _right_and_wrong(question: Question, counts: Counts) -> dict[str, int]:
    return {
        RIGHT: counts[cast(str, question.right)],
        WRONG: sum(counts[key] for key in question.keys if key != question.right),
        DID_NOT_SAY: counts[DONT_KNOW] + counts[DID_NOT_SAY],
    }
