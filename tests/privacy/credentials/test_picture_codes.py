"""A code of pictures: drawn by the system, kept nowhere, another one at every site."""

import secrets

import pytest

from youthvoice.privacy.credentials.picture_codes import (
    CODE_COUNT,
    CODE_LENGTH,
    PER_SCREEN,
    SCREENS,
    PictureCode,
    code_of_submission,
    derive_code_keys,
    read_code,
)
from youthvoice.privacy.crypto.argon2 import Argon2Cost
from youthvoice.privacy.crypto.sealing import open_sealed, seal
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.web.graphics.pictures import draw_symbol

CHEAP = Argon2Cost(time=1, memory_kib=8)
PEPPER = bytes(range(32))
NOT_FOR_CHILDREN = {"crescent", "cow", "pig", "dog", "owl", "snake", "shoe", "hand", "face", "flag", "knife"}
LOOK_ALIKES = ({"tree", "broccoli"}, {"corn", "carrot"}, {"sun", "star"}, {"candle", "lamp"}, {"thread", "rope"})


def test_there_are_63_pictures_on_seven_screens_and_each_is_drawn() -> None:
    names = [picture.name for screen in SCREENS for picture in screen]
    assert len(set(names)) == len(names) == CODE_LENGTH * PER_SCREEN == 63
    assert CODE_COUNT == 4_782_969
    assert all(draw_symbol(picture.code) for screen in SCREENS for picture in screen)


def test_no_screen_shows_two_that_look_alike_nor_one_that_is_not_for_children() -> None:
    for screen in SCREENS:
        names = {picture.name for picture in screen}
        assert not names & NOT_FOR_CHILDREN
        assert not any(pair <= names for pair in LOOK_ALIKES)


def test_the_same_sheet_draws_the_same_code_again_and_another_turn_another_one() -> None:
    key, sheet = secrets.token_bytes(32), secrets.token_bytes(16)
    assert code_of_submission(key, sheet) == code_of_submission(key, sheet)
    assert len({code_of_submission(key, sheet, turn).picks for turn in range(20)}) > 15


def test_codes_are_drawn_evenly_from_every_screen() -> None:
    key = secrets.token_bytes(32)
    codes = [code_of_submission(key, number.to_bytes(16, "big")) for number in range(9000)]
    for screen in range(CODE_LENGTH):
        counts = [sum(code.picks[screen] == pick for code in codes) for pick in range(PER_SCREEN)]
        assert min(counts) > 850
        assert max(counts) < 1150


def test_a_code_opens_what_was_sealed_to_it_and_its_neighbour_does_not() -> None:
    code, other = PictureCode((0, 1, 2, 3, 4, 5, 6)), PictureCode((0, 1, 2, 3, 4, 5, 7))
    keys = derive_code_keys(code, 1, PEPPER, CHEAP)
    sealed_text = seal("We mended the lamp.", keys.reply.public, sealing_context("test"))
    assert (
        open_sealed(sealed_text, derive_code_keys(code, 1, PEPPER, CHEAP).reply.private, sealing_context("test"))
        == b"We mended the lamp."
    )
    assert derive_code_keys(other, 1, PEPPER, CHEAP).locator != keys.locator


def test_the_same_pictures_at_another_site_or_under_another_pepper_are_another_code() -> None:
    code = PictureCode((8,) * 7)
    keys = derive_code_keys(code, 1, PEPPER, CHEAP)
    assert derive_code_keys(code, 2, PEPPER, CHEAP).locator != keys.locator
    assert derive_code_keys(code, 1, bytes(32), CHEAP).reply.private != keys.reply.private


@pytest.mark.parametrize(
    "picks", [["1"] * 6, ["1"] * 8, ["9"] * 7, ["x"] * 7, ["", *"111111"], ["11", *"11111"], ["٣"] * 7]
)
def test_what_is_no_code_is_none(picks: list[str]) -> None:
    assert read_code(picks) is None


def test_a_code_never_shows_itself() -> None:
    code = PictureCode((1, 2, 3, 4, 5, 6, 7))
    assert "1" not in repr(code)
    assert "x" not in repr(derive_code_keys(code, 1, PEPPER, CHEAP)).replace("CodeKeys()", "")
    with pytest.raises(ValueError, match="seven picks"):
        PictureCode((1, 2, 3))
