"""Ranges as people write them: in a file, in a column of a spreadsheet, in a box of the builder."""

import pytest
from hypothesis import given, strategies as st

from youthvoice.surveys.questionnaires.drafts.draft import DraftQuestion, question_ranges, type_ranges, typed_ranges
from youthvoice.surveys.questionnaires.ranges import (
    OPEN_END,
    Range,
    are_in_order,
    range_text,
    read_ranges,
    write_ranges,
)


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("0-4, 5-9, 10+", [(0, 4), (5, 9), (10, OPEN_END)]),
        ("0–4; 5 to 9; 10 - 14, 15 +", [(0, 4), (5, 9), (10, 14), (15, OPEN_END)]),
        ("0-0, 1, 2-5", [(0, 0), (1, 1), (2, 5)]),
        ("4, 9", [(0, 4), (5, 9), (10, OPEN_END)]),
        ("0 3 9", [(0, 0), (1, 3), (4, 9), (10, OPEN_END)]),
        ("०-२, ३+", [(0, 2), (3, OPEN_END)]),
        ("", []),
        (" , ", []),
        ("few, many", []),
        ("1-2-3", []),
        ("0-4, many", []),
        ("12345678", []),
    ],
)
def test_what_people_write(text: str, ranges: list[Range]) -> None:
    assert read_ranges(text) == ranges


def test_of_ends_alone_the_first_range_begins_and_the_last_one_ends_where_it_is_told() -> None:
    assert read_ranges("3, 9", 1, 12) == [(1, 3), (4, 9), (10, 12)]
    assert read_ranges("0-3, 4+", 1, 12) == [(0, 3), (4, OPEN_END)], "whole ranges say it themselves"


@pytest.mark.parametrize("text", ["5, 3", "0, 0", "3, 12", "0", "0-3, 2-5", "0-3, 5-9", "9-4, 10+"])
def test_ends_that_do_not_rise_make_ranges_that_do_not_fit(text: str) -> None:
    ranges = read_ranges(text, 1, 12)
    assert ranges
    assert not are_in_order(ranges)


@st.composite
def fitting(draw: st.DrawFn) -> list[Range]:
    ends = sorted(draw(st.sets(st.integers(0, 500), min_size=2, max_size=5)))
    lows = [0, *(end + 1 for end in ends)]
    return list(zip(lows, [*ends, draw(st.sampled_from([OPEN_END, 501]))], strict=True))


@given(fitting())
def test_what_is_written_is_read_again(ranges: list[Range]) -> None:
    assert are_in_order(ranges)
    assert read_ranges(write_ranges(ranges)) == ranges


def test_single_numbers_are_never_taken_for_ends() -> None:
    assert write_ranges([(0, 0), (1, 1), (2, 2)]) == "0-0, 1, 2"
    assert read_ranges("0-0, 1, 2") == [(0, 0), (1, 1), (2, 2)]


def test_a_range_is_shown_in_figures() -> None:
    assert [range_text(*one) for one in [(3, 3), (0, 2), (6, OPEN_END)]] == ["3", "0–2", "6+"]


def _months() -> DraftQuestion:
    bins = [("few", 1, 3), ("more", 4, 12)]
    return {
        "name": "months", "kind": "number", "text": {"en": "How many months?"},
        "bins": [{"key": key, "low": low, "high": high, "en": key.title()} for key, low, high in bins],
    }  # fmt: skip


def test_ends_keep_where_the_ranges_began_and_ended_and_a_range_that_stays_keeps_its_words() -> None:
    question = _months()
    type_ranges(question, "3, 6")
    assert question_ranges(question) == [(1, 3), (4, 6), (7, 12)]
    assert [one["key"] for one in question["bins"]] == ["few", "from_4", "from_7"]
    assert question["bins"][0]["en"] == "Few"
    assert typed_ranges(question) == "1-3, 4-6, 7-12"


def test_ranges_that_do_not_fit_stay_as_typed_and_lose_nothing() -> None:
    question = _months()
    for text in ("6, 3", "some", "0", "1-3, 5+"):
        type_ranges(question, text)
    assert typed_ranges(question) == "1-3, 5+"
    assert question["bins"] == _months()["bins"], "the ones that fit are still known"
    type_ranges(question, "2")
    assert (question_ranges(question), "ends" in question) == ([(1, 2), (3, 12)], False)
    question = _months()
    type_ranges(question, "6, 3")
    type_ranges(question, "1-3, 4-12")
    assert question["bins"] == _months()["bins"]
