"""One-time codes: the telephone's six digits, once; recovery codes that a stolen database does not show."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import example, given, strategies as st

from youthvoice.privacy.credentials import one_time_codes
from youthvoice.privacy.credentials.passwords import EASY_TO_READ

PEPPER = bytes(32)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238, appendix B: 12345678901234567890


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert one_time_codes.matching_step(RFC_SECRET, code, moment) == seconds // 30
    assert one_time_codes.matching_step(RFC_SECRET, f" {code[:3]} {code[3:]} ", moment) == seconds // 30


@pytest.mark.parametrize(("off", "taken"), [(-59, True), (0, True), (30, True), (-60, False), (31, False)])
def test_a_telephone_may_be_half_a_minute_off(off: int, taken: bool) -> None:
    moment = datetime.fromtimestamp(1111111109 + off, UTC)
    assert (one_time_codes.matching_step(RFC_SECRET, "081804", moment) is not None) == taken


def test_a_code_that_was_taken_is_not_taken_again_nor_is_an_earlier_one() -> None:
    moment = datetime.fromtimestamp(59, UTC)
    assert one_time_codes.matching_step(RFC_SECRET, "287082", moment, last=0) == 1
    assert one_time_codes.matching_step(RFC_SECRET, "287082", moment, last=1) is None
    assert one_time_codes.matching_step(RFC_SECRET, "287082", moment + timedelta(seconds=30), last=1) is None


RIGHT = "081804"  # at second 1111111109
DIGITS = st.text("0123456789", max_size=8)


@given(st.one_of(st.text(max_size=60), DIGITS, st.text("٠١٢٣٤٥٦٧٨٩०१२३४५६७८९", min_size=6, max_size=6)))
@example(RIGHT)
@example(f"  {RIGHT[:3]}\N{NO-BREAK SPACE}{RIGHT[3:]}\n")
@example(RIGHT + "0")
@example("\x00" + RIGHT)
def test_of_all_that_can_be_typed_only_the_digits_of_now_are_taken(typed: str) -> None:
    moment = datetime.fromtimestamp(1111111109, UTC)
    now = {str(pyotp.TOTP(RFC_SECRET).at(1111111109 + 30 * off)) for off in (-1, 0, 1)}
    taken = one_time_codes.matching_step(RFC_SECRET, typed, moment)
    assert (taken is not None) == ("".join(typed.split()) in now)


CODES = st.text(EASY_TO_READ, min_size=12, max_size=12)


@given(CODES, CODES, st.text(max_size=60))
def test_a_recovery_code_is_known_however_it_is_spelled_and_nothing_else_is_taken_for_it(
    one: str, other: str, typed: str
) -> None:
    hashed = one_time_codes.recovery_hash(one, 1, PEPPER)
    for spelled in (one.upper(), f" {one[:4]}-{one[4:8]}-{one[8:]}\n", f"{one[:3]} {one[3:].upper()}"):
        assert one_time_codes.recovery_hash(spelled, 1, PEPPER) == hashed
    assert (one_time_codes.recovery_hash(other, 1, PEPPER) == hashed) == (other == one)
    for wrong in (one[:-1], f"{one}2", f"{one} {typed}"):
        assert (one_time_codes.recovery_hash(wrong, 1, PEPPER) != hashed) or not any(map(str.isalnum, typed))


@pytest.mark.parametrize("text", ["", "A" * 31, "A" * 33, "a" * 32, "1" * 32, "A" * 31 + "\n"])
def test_what_is_no_secret_is_not_taken_for_one(text: str) -> None:
    assert not one_time_codes.is_secret(text)


def test_recovery_codes_are_ten_hard_to_guess_and_bound_to_a_person_and_the_pepper() -> None:
    made = one_time_codes.new_recovery_codes()
    assert len(set(made)) == 10
    assert {tuple(map(len, code.split("-"))) for code in made} == {(4, 4, 4)}
    code, pepper = made[0], b"p" * 32
    hashed = one_time_codes.recovery_hash(code, 7, pepper)
    assert one_time_codes.recovery_hash(code.upper().replace("-", " "), 7, pepper) == hashed
    assert hashed not in {
        one_time_codes.recovery_hash(code, 8, pepper),
        one_time_codes.recovery_hash(code, 7, b"q" * 32),
    }
    assert hashed != one_time_codes.recovery_hash(made[1], 7, pepper)


def test_the_square_names_house_and_handle() -> None:
    told = one_time_codes.otpauth_address(RFC_SECRET, "asha", "voice.example.org")
    assert told.startswith("otpauth://totp/voice.example.org:asha?secret=" + RFC_SECRET)
