"""Passkeys: what a browser is asked, and which answers are right; and the record in which they are kept."""

import html
import json
import logging
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fido2 import cbor
from fido2.cose import RS256
from fido2.utils import websafe_encode
from hypothesis import given, strategies as st

from tests.support.software_key import ORIGIN, SoftwareKey
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials import passkeys, second_factors
from youthvoice.privacy.credentials.passkeys import Passkey, RelyingParty, WrongAnswer, find_relying_party
from youthvoice.privacy.credentials.second_factors import (
    NoRoom,
    SecondFactors,
    decrypt_second_factors,
    encrypt_second_factors,
)
from youthvoice.privacy.crypto.sealing import new_pair

HERE = RelyingParty("voice.example.org", ORIGIN)
CHALLENGE, HANDLE, TODAY = b"c" * 32, b"h" * 32, date(2026, 12, 1)
PASSKEY = Passkey("Key", TODAY, b"i" * 32, b"p" * 77)


def page(options: str) -> str:
    return f'<div data-key="{html.escape(options)}">'


def added(key: SoftwareKey) -> Passkey:
    asked = page(passkeys.creation_options(HERE, CHALLENGE, HANDLE, "Key", ()))
    return passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, key.made_for(asked))


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://voice.example.org", HERE),
        ("https://Voice.Example.org:443", HERE),
        ("https://voice.example.org:8443", RelyingParty("voice.example.org", "https://voice.example.org:8443")),
        ("http://localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("http://voice.example.org", None),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::7]", None),
    ],
)
def test_keys_are_offered_at_a_name_with_https(url: str, there: RelyingParty | None) -> None:
    assert find_relying_party(url) == there


def test_an_answer_is_right_once_for_its_challenge() -> None:
    key = SoftwareKey(counts=True)
    passkey = added(key)
    asked = page(passkeys.request_options(HERE, CHALLENGE, [passkey]))
    answer = key.answers(asked)
    assert passkeys.check_answer(HERE, CHALLENGE, HANDLE, [passkey], answer) == replace(passkey, sign_count=2)
    with pytest.raises(WrongAnswer):
        passkeys.check_answer(HERE, b"d" * 32, HANDLE, [passkey], answer)
    with pytest.raises(WrongAnswer):
        passkeys.check_answer(HERE, CHALLENGE, HANDLE, [], answer)
    with pytest.raises(WrongAnswer):
        passkeys.check_answer(HERE, CHALLENGE, HANDLE, [replace(passkey, sign_count=2)], answer)
    with pytest.raises(WrongAnswer):
        passkeys.check_answer(RelyingParty("voice.example.com", ORIGIN), CHALLENGE, HANDLE, [passkey], answer)


def test_an_answer_of_one_kind_is_none_of_the_other() -> None:
    key = SoftwareKey()
    asked = page(passkeys.creation_options(HERE, CHALLENGE, HANDLE, "Key", ()))
    made = key.made_for(asked)
    passkey = passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, made)
    answer = key.answers(page(passkeys.request_options(HERE, CHALLENGE, [passkey])))
    with pytest.raises(WrongAnswer):
        passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, answer)
    with pytest.raises(WrongAnswer):
        passkeys.check_answer(HERE, CHALLENGE, HANDLE, [passkey], made)


def test_a_new_key_is_refused_for_another_address_or_challenge() -> None:
    key, asked = SoftwareKey(), page(passkeys.creation_options(HERE, CHALLENGE, HANDLE, "Key", ()))
    for answer in (
        key.made_for(asked, "https://voice.example.com"),
        key.made_for(asked, cross_origin=True),
        key.made_for(asked, rp={"id": "example.org"}),
        key.made_for(asked, challenge="ZGRk"),
    ):
        with pytest.raises(WrongAnswer):
            passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, answer)


def test_a_key_too_large_or_of_a_kind_that_was_not_asked_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongAnswer):
        added(SoftwareKey(credential_id=b"i" * (passkeys.MAX_CREDENTIAL_ID_BYTES + 1)))
    monkeypatch.setattr(passkeys, "MAX_PUBLIC_KEY_BYTES", len(added(SoftwareKey()).public_key) - 1)
    with pytest.raises(WrongAnswer):
        added(SoftwareKey())
    monkeypatch.undo()
    monkeypatch.setattr(passkeys, "_ALGORITHMS", (-8,))
    with pytest.raises(WrongAnswer):
        added(SoftwareKey())


def test_an_rsa_key_of_a_computer_fits() -> None:
    longest = rsa.RSAPublicNumbers(65537, 2**4096 - 1).public_key()
    public_key = RS256.from_cryptography_key(longest)  # type: ignore[no-untyped-call]
    assert len(cbor.encode(public_key)) <= passkeys.MAX_PUBLIC_KEY_BYTES


_JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_PART_NAMES = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
_PARTS = st.fixed_dictionaries({}, optional=dict.fromkeys(_PART_NAMES, _JSON))
_ANSWERS = st.fixed_dictionaries({"rawId": _JSON}, optional={"id": _JSON, "type": _JSON, "response": _PARTS | _JSON})


@given(sent=st.text(max_size=60) | (_ANSWERS | _JSON).map(json.dumps))
def test_whatever_is_sent_is_a_wrong_answer_and_no_error(sent: str) -> None:
    for check in (
        lambda: passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, sent),
        lambda: passkeys.check_answer(HERE, CHALLENGE, HANDLE, [PASSKEY], sent),
    ):
        with pytest.raises(WrongAnswer):
            check()  # type: ignore[no-untyped-call]


@given(attestation=st.binary(max_size=200))
def test_whatever_a_key_is_said_to_have_made_is_a_wrong_answer_and_no_error(attestation: bytes) -> None:
    key, asked = SoftwareKey(), page(passkeys.creation_options(HERE, CHALLENGE, HANDLE, "Key", ()))
    answer = json.loads(key.made_for(asked))
    answer["response"]["attestationObject"] = websafe_encode(attestation)
    with pytest.raises(WrongAnswer):
        passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, json.dumps(answer))


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
def test_a_number_in_place_of_bytes_of_a_new_key_takes_no_memory(part: str) -> None:
    """The library makes `bytes(n)` of a number n: one short line would end the process."""
    asked = page(passkeys.creation_options(HERE, CHALLENGE, HANDLE, "Key", ()))
    answer = json.loads(SoftwareKey().made_for(asked))
    answer["response"][part] = 10**13
    with pytest.raises(WrongAnswer):
        passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, json.dumps(answer))


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
def test_a_number_in_place_of_bytes_of_an_answer_takes_no_memory(part: str) -> None:
    key = SoftwareKey()
    passkey = added(key)
    answer = json.loads(key.answers(page(passkeys.request_options(HERE, CHALLENGE, [passkey]))))
    answer["response"][part] = 10**13
    with pytest.raises(WrongAnswer):
        passkeys.check_answer(HERE, CHALLENGE, HANDLE, [passkey], json.dumps(answer))


def test_a_number_in_an_attestation_takes_no_memory() -> None:
    asked = page(passkeys.creation_options(HERE, CHALLENGE, HANDLE, "Key", ()))
    answer = json.loads(SoftwareKey().made_for(asked))
    made = cbor.encode({"fmt": "none", "authData": 10**13, "attStmt": {}})
    answer["response"]["attestationObject"] = websafe_encode(made)
    with pytest.raises(WrongAnswer):
        passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, json.dumps(answer))


@pytest.mark.parametrize("nested", [b"\x81" * 6000, b"\xa1" * 6000, b"\xbb" + b"\xff" * 8])
def test_a_deep_or_endless_attestation_is_a_wrong_answer(nested: bytes) -> None:
    key, asked = SoftwareKey(), page(passkeys.creation_options(HERE, CHALLENGE, HANDLE, "Key", ()))
    answer = json.loads(key.made_for(asked))
    answer["response"]["attestationObject"] = websafe_encode(nested)
    with pytest.raises(WrongAnswer):
        passkeys.read_new_passkey(HERE, CHALLENGE, "Key", TODAY, json.dumps(answer))


def test_no_line_of_a_log_holds_the_id_of_a_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = SoftwareKey()
    passkey = added(key)
    answer = key.answers(page(passkeys.request_options(HERE, CHALLENGE, [passkey])))
    passkeys.check_answer(HERE, CHALLENGE, HANDLE, [passkey], answer)
    assert key.credential_id.hex() not in caplog.text


def test_the_library_is_loaded_by_the_first_page_that_needs_it() -> None:
    asks = "import sys, youthvoice.factory; print(any(name.startswith('fido2') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_record_is_always_as_long_and_opens_with_her_own_key_only() -> None:
    hers, other = new_pair().private, new_pair().private
    most = tuple(replace(PASSKEY, name="ü" * 40, credential_id=bytes([n]) * 64) for n in range(5))
    kept = [
        SecondFactors("A" * 32),
        SecondFactors(user_handle=HANDLE, passkeys=(PASSKEY,)),
        SecondFactors("A" * 32, HANDLE, most),
    ]
    blobs = [encrypt_second_factors(factors, hers) for factors in kept]
    assert len({len(blob) for blob in blobs}) == 1
    assert [decrypt_second_factors(blob, hers) for blob in blobs] == kept
    assert not any(b"A" * 32 in blob or PASSKEY.credential_id in blob for blob in blobs)
    with pytest.raises(CannotOpen):
        decrypt_second_factors(blobs[0], other)
    assert not decrypt_second_factors(None, hers)


def test_what_does_not_fit_is_refused_and_never_cut() -> None:
    hers = new_pair().private
    six = tuple(replace(PASSKEY, credential_id=bytes([n]) * 32) for n in range(6))
    long = tuple(replace(PASSKEY, credential_id=bytes([n]) * 512, public_key=b"p" * 640) for n in range(5))
    for passkey_list in (six, long):
        with pytest.raises(NoRoom):
            encrypt_second_factors(SecondFactors(passkeys=passkey_list), hers)
    assert second_factors.MAX_PASSKEYS == 5
