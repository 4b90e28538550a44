"""T1: from what is published, work back to all the tables it may have been."""

import re
from collections.abc import Sequence

import pytest
from flask import Flask
from hypothesis import given, strategies as st

from tests.publications.test_paper import document, frozen
from tests.support import papers
from tests.support.attacks.adversary import Publisher, betrayed, images, left, sweep, unions, victims
from tests.support.attacks.naive_publishers import NAIVE
from youthvoice.printing.document import typeset_documents
from youthvoice.privacy.disclosure.bands import band_widths, demands_of, max_categories
from youthvoice.privacy.disclosure.safe_table import feasible_band, protect

SMALL = [
    *[(n, 2) for n in range(10, 61)],
    *[(n, 3) for n in (11, *range(13, 31), 60)],
    *[(n, 4) for n in (11, 13, 14, 15, 18, 21, 24)],
    *[(n, 5) for n in (11, 13, 16)],
    *[(n, 6) for n in (11, 13)],
]


@pytest.mark.parametrize(("n", "k"), SMALL)
def test_every_table_there_could_have_been_leaves_a_wide_range(n: int, k: int) -> None:
    assert list(victims(protect, n, k, demands_of(n).width)) == []


@pytest.mark.parametrize("n", range(10, 201))
def test_no_pattern_of_bands_and_no_union_leaves_a_narrow_range_or_says_all_or_none(n: int) -> None:
    ranges = sweep(n, band_widths(n), max_categories(n))
    assert min(high - low + 1 for low, high in ranges) >= demands_of(n).width
    assert min(high for _, high in ranges) > 0
    assert max(low for low, _ in ranges) < n


@pytest.mark.parametrize("n", [201, 2310, 4619, 10_000, 27_720, 999_999, 1_000_000])
def test_the_same_holds_where_no_table_is_committed(n: int) -> None:
    assert min(high - low + 1 for low, high in sweep(n, band_widths(n), max_categories(n))) >= demands_of(n).width


@pytest.mark.parametrize(("n", "k"), [(10, 2), (13, 3), (15, 4), (18, 3), (24, 4), (60, 3)])
def test_adding_up_ends_sees_exactly_what_writing_down_every_table_sees(n: int, k: int) -> None:
    """And our own judgement sees neither more nor less: what `protect` relies on is what a reader is left with."""
    for image in images(protect, n, k):
        published = protect(image[0]).bands
        for union in unions(k):
            seen = feasible_band(published, n, union)
            assert (seen.low, seen.high) == left(image, union)[:2]
    written = {
        left(image, union)[:2]
        for size in range(2, k + 1)
        for image in images(protect, n, size)
        for union in unions(size)
    }
    assert sweep(n, band_widths(n), k) == written


@given(st.lists(st.integers(0, 90), min_size=2, max_size=6).filter(lambda counts: sum(counts) > 12))
def test_what_a_reader_works_out_holds_the_truth_and_more(counts: list[int]) -> None:
    n = sum(counts)
    for union in unions(len(counts)):
        seen = feasible_band(protect(counts).bands, n, union)
        assert seen.low <= sum(counts[position] for position in union) <= seen.high
        assert seen.high - seen.low + 1 >= demands_of(n).width
        assert seen.high > demands_of(n).friends
        assert seen.low < n - demands_of(n).friends


@pytest.mark.parametrize("name", ["daily-life-10-12", "needs-check"])
@pytest.mark.parametrize("n", [13, 24, 70])
def test_a_sheet_of_paper_tells_no_number_but_the_ends_of_bands(app: Flask, name: str, n: int) -> None:
    """What can be read in a PDF - for eyes, aloud, by a program - is what T1 holds of tables, and no count."""
    papers.need_font("hi")
    views = [frozen(name, n, audience) for audience in ("guardians", "review")]
    made = typeset_documents([document(app, view, language) for view in views for language in ("en", "hi")])
    for view, one in zip([view for view in views for _language in ("en", "hi")], made, strict=True):
        lines = [line for question in view["questions"] for line in question["lines"]]
        published = {line[end] for line in lines for end in ("low", "high", "n", "tenths")}
        pages = int(papers.facts_of(one.pdf)["Pages"])
        around = {n, 10, 24, 2026, 1098, *range(1, pages + 1)}  # children, "in 10", the day, the helpline, pages
        said = {int(number) for number in re.findall(r"\d+", papers.text_of(one.pdf))}
        assert said <= published | around


@pytest.mark.parametrize("publish", NAIVE)
@pytest.mark.parametrize(("n", "k"), [(14, 2), (24, 3), (40, 2), (44, 3)])
def test_naive_publishers_give_children_away(publish: Publisher, n: int, k: int) -> None:
    assert next(victims(publish, n, k, demands_of(n).width), None) is not None


@pytest.mark.parametrize("n", [10, 12])
def test_a_third_category_would_give_children_away_among_ten_or_twelve(n: int) -> None:
    def cut_anyway(counts: Sequence[int]) -> tuple[object, ...]:
        return tuple(protect([count, n - count]).bands[0] for count in counts)

    width, friends = demands_of(n)
    assert [*victims(cut_anyway, n, 3, width), *betrayed(cut_anyway, n, 3, friends)]
