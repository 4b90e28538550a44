"""A6: words are functions of the bands only, and never say all or none."""

import pytest
from hypothesis import given, settings, strategies as st

from youthvoice.privacy.disclosure.bands import Band, band_ranges
from youthvoice.privacy.disclosure.phrasing import Phrase, compare_waves, phrase_band


def test_three_ranges_are_few_about_half_and_most() -> None:
    assert [phrase_band(band, 24).code for band in band_ranges(24)] == ["few", "about_half", "most"]
    assert phrase_band(Band(15, 24), 24) == Phrase("most", None, 15, 24, 24)


def test_two_ranges_are_fewer_and_more_than_half() -> None:
    assert [phrase_band(band, 11).code for band in band_ranges(11)] == ["fewer_than_half", "more_than_half"]


def test_seven_ranges_are_tenths_between_two_ends_that_print_as_ranges() -> None:
    said = [(words.code, words.tenths) for words in (phrase_band(band, 60) for band in band_ranges(60))]
    assert said[0] == said[-1] == ("between", None)
    assert said[1:-1] == [("about_tenths", tenths) for tenths in (2, 4, 5, 6, 8)]


def test_eleven_ranges_are_one_to_nine_tenths() -> None:
    assert [phrase_band(band, 100).tenths for band in band_ranges(100)] == [None, *range(1, 10), None]


@settings(deadline=None)
@given(st.integers(10, 3000))
def test_a_band_and_its_mirror_say_the_same_and_a_higher_band_never_says_less(n: int) -> None:
    said = [phrase_band(band, n) for band in band_ranges(n)]
    tenths = [words.tenths for words in said if words.tenths]
    assert tenths == sorted(tenths)
    assert tenths == [10 - k for k in reversed(tenths)]
    assert all(1 <= k <= 9 for k in tenths)


@pytest.mark.parametrize("band", [Band(17, 17), Band(0, 24), Band(15, 23)])
def test_what_is_no_band_has_no_words(band: Band) -> None:
    with pytest.raises(ValueError, match="not one of the bands"):
        phrase_band(band, 24)


@pytest.mark.parametrize(
    ("before", "n_before", "after", "n_after", "said"),
    [
        (Band(0, 9), 24, Band(15, 24), 24, "more"),
        (Band(15, 24), 24, Band(0, 9), 24, "fewer"),
        (Band(0, 9), 24, Band(10, 14), 24, "too_wide"),
        (Band(10, 14), 24, Band(10, 14), 24, "too_wide"),
        (Band(0, 8), 60, Band(18, 25), 60, "more"),
        (Band(0, 8), 60, Band(9, 17), 60, "too_wide"),
        (Band(0, 10), 100, Band(20, 30), 100, "more"),
        (Band(0, 10), 100, Band(19, 30), 100, "too_wide"),
        (Band(0, 9), 24, Band(34, 60), 60, "more"),
    ],
)
def test_a_change_is_claimed_only_a_tenth_apart(
    before: Band, n_before: int, after: Band, n_after: int, said: str
) -> None:
    assert compare_waves(before, n_before, after, n_after) == said


bands_of = st.integers(10, 300).flatmap(lambda n: st.tuples(st.sampled_from(band_ranges(n)), st.just(n)))


@given(bands_of, bands_of)
def test_a_change_looked_at_backwards_is_its_opposite(one: tuple[Band, int], two: tuple[Band, int]) -> None:
    opposite = {"more": "fewer", "fewer": "more", "too_wide": "too_wide"}
    assert compare_waves(*two, *one) == opposite[compare_waves(*one, *two)]
