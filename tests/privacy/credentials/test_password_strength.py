"""A password is hard to guess, or the page says what makes it easy."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from youthvoice.privacy.credentials.passwords import MIN_PASSWORD_LENGTH, find_weakness, random_password

HERS = ("Asha Example", "asha", "Example House")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "too_short"),
        ("elevenlett3", "too_short"),
        ("passwordpassword", "repeat"),
        ("aaaaaaaaaaaaaaaa", "repeat"),
        ("abcdefghijklmnop", "sequence"),
        ("123456789012345", "common"),
        ("qwertyuiop1234", "common"),
        ("zxcvbnm,./asdf", "keyboard"),
        ("iloveyou2026", "common"),
        ("ASHA EXAMPLE 2026!", "hers"),
        ("at example house", "hers"),
        ("asha12345678", "hers"),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_its_reason(password: str, why: str) -> None:
    assert find_weakness(password, HERS) == why


@pytest.mark.parametrize(
    "password",
    ["seven green boats at noon", "correct horse battery staple", "हमारे घर में चार पेड़", "قارب أخضر وسبعة أقمار"],
)
def test_words_that_do_not_belong_together_are_taken_in_any_script(password: str) -> None:
    assert find_weakness(password, HERS) is None


def test_the_passwords_of_the_first_people_are_taken() -> None:
    assert not [one for one in (random_password() for _ in range(50)) if find_weakness(one, HERS)]


@given(st.text(max_size=600))
def test_whatever_is_typed_is_judged_by_its_length_and_by_what_is_hers(password: str) -> None:
    found = find_weakness(password, HERS)
    assert (found == "too_short") == (len(password) < MIN_PASSWORD_LENGTH)
    assert found in {None, "too_short", "hers", "repeat", "sequence", "keyboard", "date", "common", "too_easy"}
    assert find_weakness(f"{password}{'x' * MIN_PASSWORD_LENGTH}{HERS[1].upper()}", HERS) == "hers"
    assert find_weakness(f"{password}seven green boats at noon"[-MIN_PASSWORD_LENGTH - 10 :], HERS) is None


@given(st.characters(), st.integers(MIN_PASSWORD_LENGTH, 600))
@example("\n", MIN_PASSWORD_LENGTH)
def test_one_sign_over_and_over_is_refused_however_long(sign: str, times: int) -> None:
    assert find_weakness(sign * times, HERS) is not None


def test_the_word_lists_are_not_loaded_before_somebody_chooses_a_password() -> None:
    asks = "import sys, youthvoice.factory; print('zxcvbn' in sys.modules, 'pyotp' in sys.modules)"
    top = Path(__file__).resolve().parents[3]
    told = subprocess.run([sys.executable, "-c", asks], cwd=top, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]


def test_no_password_holds_a_worker() -> None:
    """Look-alike letters, 72 of them, took 4 to 6 s of a core."""
    find_weakness("warmed up before it is timed", HERS)
    for crafted in (
        "4@8({[<" * 11,
        "4@8({[<369&#!1/|0$5+7%2" * 4,
        "6#5%[9!|<7/0|@[/{+4@+<7$+5{+$|0111/{8+[+$(4|&{!6|34{%11!(+/",
    ):
        begun = time.process_time()
        find_weakness(crafted[:72], HERS)
        assert time.process_time() - begun <= 0.3
