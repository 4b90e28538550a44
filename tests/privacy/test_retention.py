"""What is kept for years: opened with the version of its key, of one length whatever it says."""

from pathlib import Path

import pytest

from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.keyring import Keyring

NAME = "kept-words"
HERE = sealing_context("owed", 7)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.open(tmp_path / "keys", create=True, development=True)


def test_it_comes_back_as_it_was(keyring: Keyring) -> None:
    said: dict[str, object] = {"about": {"hi": "क्या रात को डर लगता है?"}, "parts": [], "settled_on": None}
    assert decrypt_json(keyring, NAME, encrypt_json(keyring, NAME, said, HERE), HERE) == said


def test_within_its_room_it_is_as_long_as_nothing(keyring: Keyring) -> None:
    lengths = {len(encrypt_json(keyring, NAME, "x" * size, HERE, room=3000)) for size in (0, 1, 250, 1020, 2998)}
    assert len(lengths) == 1


def test_what_outgrows_its_room_is_kept_all_the_same(keyring: Keyring) -> None:
    assert decrypt_json(keyring, NAME, encrypt_json(keyring, NAME, "x" * 5000, HERE, room=100), HERE) == "x" * 5000


def test_it_opens_for_its_row_only(keyring: Keyring) -> None:
    with pytest.raises(CannotOpen):
        decrypt_json(keyring, NAME, encrypt_json(keyring, NAME, "words", HERE), sealing_context("owed", 8))


def test_a_renewed_key_opens_what_is_old_and_locks_what_is_new(keyring: Keyring) -> None:
    old = encrypt_json(keyring, NAME, "old", HERE)
    keyring.renew(NAME)
    new = encrypt_json(keyring, NAME, "new", HERE)
    assert (decrypt_json(keyring, NAME, old, HERE), decrypt_json(keyring, NAME, new, HERE)) == ("old", "new")
    keyring.destroy(NAME, 1)
    assert decrypt_json(keyring, NAME, new, HERE) == "new"
    with pytest.raises(KeyGone):
        decrypt_json(keyring, NAME, old, HERE)


@pytest.mark.parametrize("at", [2, 20, -1])
def test_an_altered_one_does_not_open(keyring: Keyring, at: int) -> None:
    blob = bytearray(encrypt_json(keyring, NAME, "words", HERE))
    blob[at] ^= 1
    with pytest.raises(CannotOpen):
        decrypt_json(keyring, NAME, bytes(blob), HERE)


@pytest.mark.parametrize("blob", [b"", b"\0", b"\0\0" + bytes(40)])
def test_what_is_none_of_ours_does_not_open(keyring: Keyring, blob: bytes) -> None:
    with pytest.raises(CannotOpen):
        decrypt_json(keyring, NAME, blob, HERE)
