"""One-time codes: the telephone's six digits, once; recovery codes that a stolen database does not show."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthvoice.privacy import one_time_codes as codes
from youthvoice.privacy.sealing import CannotOpen, new_pair

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238, appendix B: 12345678901234567890


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert codes.step_of(RFC_SECRET, code, moment) == seconds // 30
    assert codes.step_of(RFC_SECRET, f" {code[:3]} {code[3:]} ", moment) == seconds // 30


@pytest.mark.parametrize(("off", "taken"), [(-59, True), (0, True), (30, True), (-60, False), (31, False)])
def test_a_telephone_may_be_half_a_minute_off(off: int, taken: bool) -> None:
    moment = datetime.fromtimestamp(1111111109 + off, UTC)
    assert (codes.step_of(RFC_SECRET, "081804", moment) is not None) == taken


def test_a_code_that_was_taken_is_not_taken_again_nor_is_an_earlier_one() -> None:
    moment = datetime.fromtimestamp(59, UTC)
    assert codes.step_of(RFC_SECRET, "287082", moment, last=0) == 1
    assert codes.step_of(RFC_SECRET, "287082", moment, last=1) is None
    assert codes.step_of(RFC_SECRET, "287082", moment + timedelta(seconds=30), last=1) is None


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_breaks_it(typed: str) -> None:
    assert codes.step_of(RFC_SECRET, typed, NOW) is None or typed.strip().isdigit()
    assert len(codes.recovery_hash(typed, 1, b"p" * 32)) == 32


def test_the_secret_opens_with_her_own_key_only_and_is_always_as_long() -> None:
    hers, other = new_pair().private, new_pair().private
    secrets = [codes.new_secret() for _ in range(20)]
    assert all(codes.is_secret(secret) for secret in secrets)
    blobs = [codes.locked(secret, hers) for secret in secrets]
    assert {len(blob) for blob in blobs} == {60}
    assert codes.unlocked(blobs[0], hers) == secrets[0]
    assert secrets[0].encode() not in blobs[0]
    with pytest.raises(CannotOpen):
        codes.unlocked(blobs[0], other)


@pytest.mark.parametrize("text", ["", "A" * 31, "A" * 33, "a" * 32, "1" * 32, "A" * 31 + "\n"])
def test_what_is_no_secret_is_not_taken_for_one(text: str) -> None:
    assert not codes.is_secret(text)


def test_recovery_codes_are_ten_hard_to_guess_and_bound_to_a_person_and_the_pepper() -> None:
    made = codes.new_recovery_codes()
    assert len(set(made)) == 10
    assert {tuple(map(len, code.split("-"))) for code in made} == {(4, 4, 4)}
    code, pepper = made[0], b"p" * 32
    hashed = codes.recovery_hash(code, 7, pepper)
    assert codes.recovery_hash(code.upper().replace("-", " "), 7, pepper) == hashed
    assert hashed not in {codes.recovery_hash(code, 8, pepper), codes.recovery_hash(code, 7, b"q" * 32)}
    assert hashed != codes.recovery_hash(made[1], 7, pepper)


def test_the_square_names_house_and_handle() -> None:
    told = codes.address(RFC_SECRET, "asha", "voice.example.org")
    assert told.startswith("otpauth://totp/voice.example.org:asha?secret=" + RFC_SECRET)
