"""Parts of one batch in three words (PRIVACY.md A4, A5, A7)."""

import copy
import pickle
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from youthvoice.privacy.disclosure.bands import demands_of, is_safe_cut
from youthvoice.privacy.disclosure.split_table import (
    MAX_PARTS,
    PART_WORDS,
    SafeSplit,
    compare_words,
    protect_parts,
    split_from_data,
    split_to_data,
    thirds,
)


@pytest.mark.parametrize("size", [*range(10, 130), 999, 10_000, 1_000_003])
def test_thirds_are_a_safe_cut_of_every_part_also_for_whoever_knows_its_size(size: int) -> None:
    """A4 (i) and (ii) for two categories: wide enough, and friends who pool their answers learn of no other child."""
    few, half, most = thirds(size)
    widths = [band.high - band.low + 1 for band in (few, half, most)]
    assert is_safe_cut(widths, size, 2)
    assert min(widths) >= demands_of(size).width
    assert few.high > demands_of(size).friends
    assert (few.low, most.high) == (0, size)
    assert all(after.low == one.high + 1 for one, after in pairwise((few, half, most)))
    assert 3 * few.high <= size < 3 * (few.high + 1), "few is a third at most"
    assert 3 * most.low >= 2 * size > 3 * (most.low - 1), "most is two thirds at least"


@given(
    sizes=st.lists(st.integers(0, 40), min_size=2, max_size=MAX_PARTS),
    shares=st.lists(st.integers(0, 100), min_size=MAX_PARTS, max_size=MAX_PARTS),
)
def test_parts_are_told_of_where_each_has_ten_and_only_then(sizes: list[int], shares: list[int]) -> None:
    named = {f"part-{at}": size for at, size in enumerate(sizes)}
    counts = {key: size * share // 100 for (key, size), share in zip(named.items(), shares, strict=False)}
    found = protect_parts(named, {"food/": counts})
    assert (found is None) == (min(sizes) < 10)
    if found is None:
        return
    assert found.parts == tuple(named)
    for word, key in zip(found.rows["food/"], named, strict=True):
        band = thirds(named[key])[PART_WORDS.index(word)]
        assert band.low <= counts[key] <= band.high
    assert split_from_data(split_to_data(found)) == found
    assert not any(digit in str(split_to_data(found)["rows"]) for digit in "0123456789"), "no number leaves"


def test_a_word_means_the_same_for_parts_of_every_size() -> None:
    """So that two parts of other sizes, answered alike, are told of alike: no size can be read from a word."""
    seen = [protect_parts({"a": 10, "b": size}, {"q/": {"a": 2, "b": size // 5}}) for size in range(10, 60)]
    assert len({str(split_to_data(one)) for one in seen if one}) == 1


@pytest.mark.parametrize(
    ("sizes", "counts"),
    [
        ({"a": 20}, {"a": 3}),
        (dict.fromkeys("abcdef", 20), dict.fromkeys("abcdef", 3)),
        ({"a": 20, "b": 20}, {"a": 3}),
        ({"a": 20, "b": 20}, {"a": 3, "c": 3}),
        ({"a": 20, "b": 20}, {"a": 3, "b": 21}),
        ({"a": 20, "b": 20}, {"a": -1, "b": 2}),
        ({"a": 20, "b": True}, {"a": 1, "b": 1}),
        ({"a": 20, "b": 9}, {"a": 1, "b": 10}),
    ],
)
def test_what_is_no_count_of_these_parts_is_refused_without_saying_it(
    sizes: dict[str, int], counts: dict[str, int]
) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its words are looked at
        protect_parts(sizes, {"food": counts})
    assert "21" not in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"parts": ["a", "b"]},
        {"parts": ["a"], "rows": {}},
        {"parts": ["a", "a"], "rows": {}},
        {"parts": ["a", 2], "rows": {}},
        {"parts": ["a", "b"], "rows": {"q": ["few"]}},
        {"parts": ["a", "b"], "rows": {"q": ["few", "none"]}},
        {"parts": ["a", "b"], "rows": {"q": ["few", 7]}},
    ],
)
def test_nothing_is_thawed_that_could_not_have_been_frozen(data: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        split_from_data(data)


def test_only_this_module_makes_one() -> None:
    with pytest.raises(TypeError):
        SafeSplit(("a", "b"), {"q": ("few", "most")}, object())
    made = protect_parts({"a": 10, "b": 10}, {"q": {"a": 0, "b": 10}})
    for take in (copy.copy, pickle.dumps):
        with pytest.raises(TypeError):
            take(made)


def test_a_change_is_claimed_only_over_a_whole_third() -> None:
    assert compare_words("few", "most") == "more"
    assert compare_words("most", "few") == "fewer"
    rest = [(one, other) for one in PART_WORDS for other in PART_WORDS if {one, other} != {"few", "most"}]
    assert {compare_words(*pair) for pair in rest} == {"too_wide"}
