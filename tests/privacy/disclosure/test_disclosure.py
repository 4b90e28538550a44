"""A4 and A5: the only maker of a SafeTable, and what it refuses."""

import copy
import dataclasses
import json
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from youthvoice.privacy.disclosure.bands import Band, band_widths, max_categories
from youthvoice.privacy.disclosure.safe_table import (
    SafeTable,
    bands_together,
    feasible_band,
    from_data,
    protect,
    to_data,
)

some_counts = st.lists(st.integers(0, 60), min_size=2, max_size=6).filter(
    lambda counts: sum(counts) >= 10 and len(counts) <= max_categories(sum(counts))
)


def test_counts_become_the_bands_they_lie_in() -> None:
    table = protect({"good": 17, "rest": 7})
    assert (table.n, table.keys) == (24, ("good", "rest"))
    assert table.band("good") == Band(15, 24)
    assert list(table) == [("good", (15, 24)), ("rest", (0, 9))]
    assert len(table) == 2


@given(some_counts)
def test_every_count_lies_in_its_band_and_every_band_is_one_of_the_table(counts: list[int]) -> None:
    table = protect(counts)
    assert table.keys == tuple(str(place) for place in range(len(counts)))
    for count, band in zip(counts, table.bands, strict=True):
        assert band.low <= count <= band.high
        assert band.high - band.low + 1 in band_widths(sum(counts))


@given(some_counts, st.data())
def test_tables_are_equal_exactly_when_they_render_equal(counts: list[int], data: st.DataObject) -> None:
    giver, taker = data.draw(st.permutations(range(len(counts))))[:2]
    assume(counts[giver] > 0)
    other = [count - (place == giver) + (place == taker) for place, count in enumerate(counts)]
    one, two = protect(counts), protect(other)
    assert (one == two) == (json.dumps(to_data(one)) == json.dumps(to_data(two)))
    assert (one == two) == (repr(one) == repr(two))
    assert one != two or hash(one) == hash(two)


def test_the_order_of_categories_is_part_of_what_is_shown() -> None:
    assert protect({"good": 12, "rest": 12}) != protect({"rest": 12, "good": 12})


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ([4, 5], "never published"),
        ([], "never published"),
        ([20], "1 categories"),
        ([5, 3, 2], "2 to 2"),
        ([5, 5, 2], "2 to 2"),
        ([3] * 7, "2 to 6"),
        ([12, -1], "whole number"),
        ([12.0, 3], "whole number"),
        ([True, 12], "whole number"),
        (["12", 3], "whole number"),
        ({"": 12, "rest": 3}, "needs a name"),
        ({1: 12, 2: 3}, "needs a name"),
    ],
)
def test_what_cannot_be_published_safely_is_refused(counts: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        protect(counts)


def test_a_refusal_never_says_a_count() -> None:
    with pytest.raises(ValueError, match="afraid") as refused:
        protect({"afraid": -17, "not": 40})
    assert "17" not in str(refused.value)


def test_nobody_else_can_make_a_table() -> None:
    with pytest.raises(TypeError):
        SafeTable(24, ("a", "b"), (Band(3, 3), Band(21, 21)), object())
    with pytest.raises(TypeError):
        SafeTable(24, ("a", "b"), (Band(3, 3), Band(21, 21)))  # type: ignore[call-arg]
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(protect([12, 12]), n=25)  # type: ignore[call-arg]


def test_a_table_cannot_be_changed_or_pickled_or_copied() -> None:
    table = protect([12, 12])
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.n = 3  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        table.note = "17"  # type: ignore[attr-defined]
    for keep in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            keep(table)


def test_a_table_remembers_no_count() -> None:
    table = protect({"good": 17, "rest": 7})
    assert "17" not in repr(table)
    assert [field.name for field in dataclasses.fields(table)] == ["n", "keys", "bands"]
    assert not hasattr(table, "__dict__")


def test_a_category_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        protect([12, 12]).band("sad")


@given(some_counts)
def test_a_frozen_table_thaws_as_it_was(counts: list[int]) -> None:
    table = protect(counts)
    assert from_data(json.loads(json.dumps(to_data(table)))) == table


def _frozen(n: object, *rows: tuple[object, object, object]) -> Mapping[str, object]:
    return {"n": n, "categories": [{"key": key, "low": low, "high": high} for key, low, high in rows]}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"n": 24},
        {"n": 24, "categories": 5},
        {"n": 24, "categories": [[0, 9], [15, 24]]},
        {"n": 24, "categories": ["few", "most"]},
        _frozen(24, ("good", 17, 17), ("rest", 7, 7)),
        _frozen(24, ("good", 15, 24), ("rest", 0, 8)),
        _frozen(24, ("good", 15, 24), ("rest", 15, 24)),
        _frozen(24, ("good", 0, 9), ("rest", 0, 9)),
        _frozen(24, ("good", 15, 24), ("good", 0, 9)),
        _frozen(24, (7, 15, 24), ("rest", 0, 9)),
        _frozen(24, ("good", 15, 24)),
        _frozen(24, ("good", 15.0, 24), ("rest", 0, 9)),
        _frozen(24, ("good", 15, 24), ("rest", False, 9)),
        _frozen("24", ("good", 15, 24), ("rest", 0, 9)),
        _frozen(9, ("good", 0, 4), ("rest", 5, 9)),
        _frozen(10, ("a", 0, 3), ("b", 0, 3), ("c", 7, 10)),
    ],
)
def test_what_was_never_published_does_not_thaw(data: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_data(data)


@pytest.mark.parametrize(
    ("published", "members", "seen"),
    [
        ([(15, 24), (0, 9)], [0], (15, 24)),
        ([(10, 14), (0, 9), (0, 9)], [1], (1, 9)),
        ([(10, 14), (10, 14), (0, 9)], [2], (0, 4)),
        ([(10, 14), (0, 9), (0, 9)], [1, 2], (10, 14)),
        ([(10, 14), (0, 9), (0, 9)], [0, 1, 2], (24, 24)),
    ],
)
def test_a_reader_adds_and_subtracts(
    published: Sequence[tuple[int, int]], members: list[int], seen: tuple[int, int]
) -> None:
    assert feasible_band([Band(*band) for band in published], 24, members) == seen


def test_bands_that_no_counts_have_are_an_error() -> None:
    with pytest.raises(ValueError, match="No counts"):
        feasible_band([Band(0, 9), Band(0, 9)], 24, [0])


def test_bands_are_added_from_the_lows_to_the_highs() -> None:
    assert bands_together([Band(0, 9), Band(15, 24), Band(4, 6)]) == Band(19, 39)
    with pytest.raises(ValueError, match="no band"):
        bands_together([])
