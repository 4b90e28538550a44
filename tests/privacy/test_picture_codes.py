"""A code of pictures: drawn by the system, kept nowhere, another one at every site."""

import secrets

import pytest

from youthvoice.privacy.credentials.picture_codes import (
    HOW_MANY,
    LENGTH,
    PER_SCREEN,
    SCREENS,
    Code,
    drawn,
    keys_of,
    read,
)
from youthvoice.privacy.crypto.argon2 import Cost
from youthvoice.privacy.crypto.sealing import context, open_sealed, seal
from youthvoice.web.graphics.pictures import drawing

CHEAP = Cost(time=1, memory_kib=8)
PEPPER = bytes(range(32))
NOT_FOR_CHILDREN = {"crescent", "cow", "pig", "dog", "owl", "snake", "shoe", "hand", "face", "flag", "knife"}
LOOK_ALIKES = ({"tree", "broccoli"}, {"corn", "carrot"}, {"sun", "star"}, {"candle", "lamp"}, {"thread", "rope"})


def test_there_are_63_pictures_on_seven_screens_and_each_is_drawn() -> None:
    names = [picture.name for screen in SCREENS for picture in screen]
    assert len(set(names)) == len(names) == LENGTH * PER_SCREEN == 63
    assert HOW_MANY == 4_782_969
    assert all(drawing(picture.code) for screen in SCREENS for picture in screen)


def test_no_screen_shows_two_that_look_alike_nor_one_that_is_not_for_children() -> None:
    for screen in SCREENS:
        names = {picture.name for picture in screen}
        assert not names & NOT_FOR_CHILDREN
        assert not any(pair <= names for pair in LOOK_ALIKES)


def test_the_same_sheet_draws_the_same_code_again_and_another_turn_another_one() -> None:
    key, sheet = secrets.token_bytes(32), secrets.token_bytes(16)
    assert drawn(key, sheet) == drawn(key, sheet)
    assert len({drawn(key, sheet, turn).picks for turn in range(20)}) > 15


def test_codes_are_drawn_evenly_from_every_screen() -> None:
    key = secrets.token_bytes(32)
    codes = [drawn(key, number.to_bytes(16, "big")) for number in range(9000)]
    for screen in range(LENGTH):
        counts = [sum(code.picks[screen] == pick for code in codes) for pick in range(PER_SCREEN)]
        assert min(counts) > 850
        assert max(counts) < 1150


def test_a_code_opens_what_was_sealed_to_it_and_its_neighbour_does_not() -> None:
    code, other = Code((0, 1, 2, 3, 4, 5, 6)), Code((0, 1, 2, 3, 4, 5, 7))
    keys = keys_of(code, 1, PEPPER, CHEAP)
    sealed = seal("We mended the lamp.", keys.reply.public, context("test"))
    assert open_sealed(sealed, keys_of(code, 1, PEPPER, CHEAP).reply.private, context("test")) == b"We mended the lamp."
    assert keys_of(other, 1, PEPPER, CHEAP).locator != keys.locator


def test_the_same_pictures_at_another_site_or_under_another_pepper_are_another_code() -> None:
    code = Code((8,) * 7)
    here = keys_of(code, 1, PEPPER, CHEAP)
    assert keys_of(code, 2, PEPPER, CHEAP).locator != here.locator
    assert keys_of(code, 1, bytes(32), CHEAP).reply.private != here.reply.private


@pytest.mark.parametrize(
    "picks", [["1"] * 6, ["1"] * 8, ["9"] * 7, ["x"] * 7, ["", *"111111"], ["11", *"11111"], ["٣"] * 7]
)
def test_what_is_no_code_is_none(picks: list[str]) -> None:
    assert read(picks) is None


def test_a_code_never_shows_itself() -> None:
    code = Code((1, 2, 3, 4, 5, 6, 7))
    assert "1" not in repr(code)
    assert "x" not in repr(keys_of(code, 1, PEPPER, CHEAP)).replace("CodeKeys()", "")
    with pytest.raises(ValueError, match="seven picks"):
        Code((1, 2, 3))
