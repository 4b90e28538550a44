"""What a slip is."""

import pytest
from hypothesis import given, strategies as st

from youthvoice.slips.rules import GUESSES_FOR_ONE, MAX_SLIPS, slip_length
from youthvoice.slips.store import (
    draw_slips,
    hash_picks,
    read_picks,
    slip_fields,
    slip_pictures,
    slip_screens,
)

PEPPER = bytes(range(32))
OF = "round/calm-river-1234/1"


@pytest.mark.parametrize(
    ("children", "length"), [(1, 4), (32, 4), (33, 5), (295, 5), (296, 6), (2657, 6), (MAX_SLIPS, 7)]
)
def test_more_children_need_more_pictures(children: int, length: int) -> None:
    assert slip_length(children) == length == len(slip_screens(length)) == len(slip_fields(length))


@given(st.integers(1, MAX_SLIPS))
def test_a_guess_hits_one_slip_in_two_hundred_at_most(children: int) -> None:
    """Of 729 slips four hundred were dealt, and 27 of 47 guesses hit one."""
    assert children * GUESSES_FOR_ONE <= 9 ** slip_length(children)


@given(st.integers(1, 729), st.sampled_from([3, 4, 7]))
def test_what_is_drawn_is_different_and_has_a_picture_of_each_screen(number: int, length: int) -> None:
    slips = draw_slips(PEPPER, OF, number, length, ())
    assert len(set(slips)) == number
    assert all(read_picks([str(pick) for pick in one], length) == one for one in slips)
    assert all(one in screen for one, screen in zip(slip_pictures(slips[0]), slip_screens(length), strict=True))


def test_what_was_spent_is_not_drawn_again() -> None:
    spent = {hash_picks(PEPPER, OF, one) for one in draw_slips(PEPPER, OF, 728, 3, ())}
    (left,) = draw_slips(PEPPER, OF, 1, 3, spent)
    assert hash_picks(PEPPER, OF, left) not in spent
    with pytest.raises(ValueError, match=r"larger than population|negative"):
        draw_slips(PEPPER, OF, 2, 3, spent)


def test_they_lie_in_no_order() -> None:
    """Two deals that are alike would be one in ten to the hundred."""
    first, second = draw_slips(PEPPER, OF, 100, 3, ()), draw_slips(PEPPER, OF, 100, 3, ())
    assert first != second
    assert first != sorted(first)


@pytest.mark.parametrize("sent", [(), ("1", "2"), ("1", "2", "9"), ("1", "2", ""), ("1", "2", "12"), ("1", "2", "३")])
def test_what_is_no_slip_is_none(sent: tuple[str, ...]) -> None:
    assert read_picks(sent, 3) is None


def test_the_same_pictures_for_another_purpose_are_another_slip() -> None:
    hashes = {hash_picks(PEPPER, of, (1, 2, 3)) for of in ("election/1", "election/11", "round/a/1")}
    assert len({*hashes, hash_picks(bytes(32), "election/1", (1, 2, 3))}) == 4
