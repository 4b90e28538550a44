"""A password opens one person's key; stored records, session rows and the clock tell a thief nothing."""

import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials.passwords import (
    EASY_TO_READ,
    PersonSecret,
    WrongPassword,
    decrypt_private_key,
    make_secret,
    random_password,
    spend_the_same_time,
)
from youthvoice.privacy.crypto.argon2 import CODE_COST, PASSWORD_COST, Argon2Cost, derive_root
from youthvoice.privacy.crypto.record_macs import (
    PersonClaims,
    check_person_mac,
    check_record_mac,
    person_mac,
    record_mac,
)
from youthvoice.privacy.crypto.sealing import KeyPair, new_pair, public_of
from youthvoice.privacy.crypto.session_keys import decrypt_for_session, encrypt_for_session, session_token, token_hash

TOP = Path(__file__).resolve().parents[3]
CHEAP = Argon2Cost(time=1, memory_kib=64)
PEPPER = b"p" * 32
ASHA = b"person-7|key-1"
PASSWORD = "correct horse example"


@pytest.fixture
def secret() -> PersonSecret:
    return make_secret(PASSWORD, PEPPER, ASHA, cost=CHEAP)


def test_the_password_opens_the_private_key_of_its_public_one(secret: PersonSecret) -> None:
    assert public_of(decrypt_private_key(PASSWORD, secret, PEPPER, ASHA)) == secret.public


def test_the_real_cost_is_three_passes_over_64_mebibytes_and_works() -> None:
    secret = make_secret(PASSWORD, PEPPER, ASHA)
    assert (secret.params, PASSWORD_COST, CODE_COST) == (
        Argon2Cost(3, 65536),
        Argon2Cost(3, 65536),
        Argon2Cost(2, 19456),
    )
    assert public_of(decrypt_private_key(PASSWORD, secret, PEPPER, ASHA)) == secret.public


def test_a_changed_password_keeps_the_key_so_old_reports_still_open(secret: PersonSecret) -> None:
    private = decrypt_private_key(PASSWORD, secret, PEPPER, ASHA)
    changed = make_secret("another example", PEPPER, ASHA, pair=KeyPair(secret.public, private), cost=CHEAP)
    assert decrypt_private_key("another example", changed, PEPPER, ASHA) == private
    assert changed.salt != secret.salt
    with pytest.raises(WrongPassword):
        decrypt_private_key(PASSWORD, changed, PEPPER, ASHA)


@pytest.mark.parametrize(
    ("password", "pepper", "associated"),
    [
        ("wrong", PEPPER, ASHA),
        ("", PEPPER, ASHA),
        (PASSWORD, b"q" * 32, ASHA),
        (PASSWORD, PEPPER, b"person-8|key-1"),
    ],
    ids=["password", "empty", "pepper", "person"],
)
def test_anything_wrong_gives_the_same_error(
    secret: PersonSecret, password: str, pepper: bytes, associated: bytes
) -> None:
    with pytest.raises(WrongPassword) as error:
        decrypt_private_key(password, secret, pepper, associated)
    assert str(error.value) == "Wrong password"


@pytest.mark.parametrize(
    "alter",
    [
        lambda secret: replace(secret, public=new_pair().public),
        lambda secret: replace(secret, wrapped_private=bytes(60)),
        lambda secret: replace(secret, params=Argon2Cost(2, 64)),
        lambda secret: replace(secret, salt=bytes(16)),
    ],
    ids=["public", "wrapped", "params", "salt"],
)
def test_an_altered_record_does_not_open(secret: PersonSecret, alter: Callable[[PersonSecret], PersonSecret]) -> None:
    with pytest.raises(WrongPassword):
        decrypt_private_key(PASSWORD, alter(secret), PEPPER, ASHA)


def test_the_same_password_from_another_keyboard_is_the_same_password() -> None:
    composed, decomposed = "n\u00e4chste \u0915\u093c", "na\u0308chste \u0958"
    secret = make_secret(composed, PEPPER, ASHA, cost=CHEAP)
    assert public_of(decrypt_private_key(decomposed, secret, PEPPER, ASHA)) == secret.public


def test_two_people_with_one_password_have_nothing_stored_in_common(secret: PersonSecret) -> None:
    other = make_secret(PASSWORD, PEPPER, ASHA, cost=CHEAP)
    assert other.salt != secret.salt
    assert other.verifier_hash != secret.verifier_hash
    assert other.wrapped_private != secret.wrapped_private


def test_a_record_printed_by_mistake_shows_no_secret(secret: PersonSecret) -> None:
    shown = repr(secret)
    for hidden in (secret.salt, secret.verifier_hash, secret.wrapped_private):
        assert repr(hidden) not in shown


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    cost = Argon2Cost(time=2, memory_kib=8 * 1024)
    secret = make_secret(PASSWORD, PEPPER, ASHA, cost=cost)

    def wrong() -> None:
        with pytest.raises(WrongPassword):
            decrypt_private_key("wrong", secret, PEPPER, ASHA)

    def fastest(work: Callable[[], None]) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        return min(times)

    unknown, known = fastest(lambda: spend_the_same_time("wrong", PEPPER, cost=cost)), fastest(wrong)
    assert 1 / 3 < unknown / known < 3


def test_however_many_sign_in_at_once_one_thread_stretches() -> None:
    def sign_in() -> None:
        derive_root(b"x", b"salt", PEPPER, Argon2Cost(1, 1024))

    people = [threading.Thread(target=sign_in) for _ in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("argon2")]) == 1


def test_a_forked_worker_can_still_check_passwords() -> None:
    program = (
        "import os; from youthvoice.privacy.crypto.argon2 import Argon2Cost, derive_root\n"
        "ask = lambda: derive_root(b'x', b'salt', b'p' * 32, Argon2Cost(1, 64))\n"
        "first = ask(); child = os.fork()\n"
        "if child == 0: os._exit(0 if ask() == first else 1)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=TOP, timeout=30, check=False)
    assert done.returncode == 0


def test_the_root_is_argon2id_under_the_peppered_salt() -> None:
    """The same computed by the steps of PRIVACY.md C, apart from the code."""
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415

    from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415

    salt = hmac.new(PEPPER, b"salt", hashlib.sha256).digest()
    expected = hash_secret_raw(b"code", salt, time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, type=Type.ID)
    assert derive_root(b"code", b"salt", PEPPER, CODE_COST) == expected


def test_a_cost_is_stored_as_a_word_and_read_again() -> None:
    assert str(PASSWORD_COST) == "argon2id-t3-m65536-p1"
    assert Argon2Cost.parse(str(PASSWORD_COST)) == PASSWORD_COST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "argon2i-t3-m65536-p1",
        "argon2id-t3-m65536-p2",
        "argon2id-t99-m64-p1",
        "argon2id-t1-m9999999-p1",
        "a-b-c-d",
    ],
)
def test_a_cost_from_an_altered_row_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason, it is refused
        Argon2Cost.parse(text)


def test_a_session_opens_with_its_cookie_only() -> None:
    private, token = new_pair().private, session_token()
    blob = encrypt_for_session(private, token)
    assert decrypt_for_session(blob, token) == private
    assert private not in blob
    with pytest.raises(CannotOpen):
        decrypt_for_session(blob, session_token())
    with pytest.raises(CannotOpen):
        decrypt_for_session(blob, token_hash(token).hex())


def test_a_token_is_256_bits_and_the_database_knows_its_hash() -> None:
    tokens = {session_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    assert len(token_hash(tokens.pop())) == 32


def test_nobody_becomes_an_advocate_by_writing_in_the_database() -> None:
    key, public = b"k" * 32, bytes(32)
    mac = person_mac(key, 7, "advocate", ["north", "south"], public, 1, PersonClaims())
    assert check_person_mac(mac, key, 7, "advocate", {"south", "north"}, public, 1, PersonClaims())
    assert not check_person_mac(mac, b"l" * 32, 7, "advocate", ["north", "south"], public, 1, PersonClaims())
    assert not check_person_mac(mac, key, 8, "advocate", ["north", "south"], public, 1, PersonClaims())
    assert not check_person_mac(mac, key, 7, "coordinator", ["north", "south"], public, 1, PersonClaims())
    assert not check_person_mac(mac, key, 7, "advocate", ["north"], public, 1, PersonClaims())
    assert not check_person_mac(mac, key, 7, "advocate", ["north,south"], public, 1, PersonClaims())
    assert not check_person_mac(mac, key, 7, "advocate", ["north", "south"], b"1" * 32, 1, PersonClaims())
    assert not check_person_mac(mac, key, 7, "advocate", ["north", "south"], public, 2, PersonClaims())


def test_trust_and_one_time_codes_are_vouched_for_too() -> None:
    key, claims = b"k" * 32, (7, "advocate", ["north"], bytes(32), 1)
    moment = datetime(2026, 11, 26, 9, tzinfo=UTC)
    mac = person_mac(key, *claims, PersonClaims(moment, b"locked"))
    assert check_person_mac(mac, key, *claims, PersonClaims(moment.astimezone(ZoneInfo("Asia/Kolkata")), b"locked"))
    for other in (
        PersonClaims(),
        PersonClaims(moment),
        PersonClaims(None, b"locked"),
        PersonClaims(moment, b"other"),
    ):
        assert not check_person_mac(mac, key, *claims, other)


def test_a_row_of_one_kind_does_not_pass_for_another() -> None:
    key = b"k" * 32
    mac = record_mac(key, "invitation", 7, "advocate", None)
    assert check_record_mac(mac, key, "invitation", 7, "advocate", None)
    assert not check_record_mac(mac, key, "comparison", 7, "advocate", None)
    assert not check_record_mac(mac, key, "invitation", 7, "advocate", "")
    assert not check_record_mac(mac, key, "invitation", "7", "advocate", None)
    assert not check_record_mac(mac, b"l" * 32, "invitation", 7, "advocate", None)


def test_a_first_password_is_readable_and_cannot_be_guessed() -> None:
    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    assert all(set(password) <= {*EASY_TO_READ, "-"} for password in made)
    assert {tuple(map(len, password.split("-"))) for password in made} == {(4, 4, 4, 4)}
    assert 16 * math.log2(len(set(EASY_TO_READ))) >= 64
