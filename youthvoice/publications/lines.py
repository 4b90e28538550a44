"""What is said of a published table: lines of bands, with codes for the words. Functions of the bands only. Pure.

Source: PRIVACY.md A6.
"""

from collections.abc import Collection, Iterator
from typing import Any

from youthvoice.privacy.disclosure.bands import Band, ranges
from youthvoice.privacy.disclosure.phrasing import change, phrase
from youthvoice.privacy.disclosure.safe_table import SafeTable, together
from youthvoice.privacy.disclosure.tabulation import CHOSEN, GOOD, REST

SIDE = "*side"
"""The key of the line about a scale's good side; a star is in no key of an option."""

Line = dict[str, Any]


def lines(table: SafeTable, before: SafeTable | None, key: str, good: Collection[str]) -> list[Line]:
    """The lines of one table, in the order they are shown.

    Args:
        table: of a question or of one option of it.
        before: of the wave before, if there was one.
        key: the option, where the table is of one.
        good: the good side of a scale; none for other questions.

    Returns:
        `{"key", "low", "high", "n", "code", "tenths", "before", "change"}` each; `before` has the same five
        without a key, or is None.
    """
    if key:
        return [_line(key, table.band(CHOSEN), table.n, (before.band(CHOSEN), before.n) if before else None)]
    return list(_of_a_whole(table, before, good))


def _of_a_whole(table: SafeTable, before: SafeTable | None, good: Collection[str]) -> Iterator[Line]:
    alone = ""
    if good:
        alone = next(iter(good)) if len(good) == 1 else ""
        yield _line(SIDE, _side(table, good), table.n, (_side(before, good), before.n) if before else None)
    if not is_two_sides(table):
        same = before is not None and before.keys == table.keys
        for key, band in table:
            if key != alone:  # one answer is the whole good side: it is said already
                yield _line(key, band, table.n, (before.band(key), before.n) if before is not None and same else None)


def is_two_sides(table: SafeTable) -> bool:
    """Whether it says the good side and everything else, and nothing more."""
    return table.keys == (GOOD, REST)


def _side(table: SafeTable, good: Collection[str]) -> Band:
    """The good side: a band of its own below 60 children, else the bands of its answers added up."""
    if is_two_sides(table):
        return table.band(GOOD)
    bands = [band for key, band in table if key in good]
    if len(bands) == 1:
        return bands[0]
    added = together(bands)
    return Band(added.low, min(added.high, table.n))


def _line(key: str, band: Band, n: int, before: tuple[Band, int] | None) -> Line:
    earlier = _said(*before) if before else None
    moved = change(before[0], before[1], band, n) if before else None
    return {"key": key, **_said(band, n), "before": earlier, "change": moved}


def _said(band: Band, n: int) -> Line:
    if band not in ranges(n):  # several bands together have no word of their own
        return {"low": band.low, "high": band.high, "n": n, "code": "between", "tenths": None}
    words = phrase(band, n)
    return {"low": band.low, "high": band.high, "n": n, "code": words.code, "tenths": words.tenths}
