"""Locked blobs, their padding, and the files of their keys."""

import os
from pathlib import Path

import pytest

from tests.support.full_disk import room_for
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import (
    BUCKETS,
    LENGTH_BYTES,
    NONCE_BYTES,
    bucket_for,
    decrypt_padded,
    encrypt,
    encrypt_padded,
    pad,
    unpad,
)
from youthvoice.privacy.keys import key_files
from youthvoice.privacy.keys.keyring import Keyring

pytestmark = pytest.mark.usefixtures("really_flushed")

KEY = bytes(range(32))


def test_the_same_words_are_never_locked_the_same_way_twice() -> None:
    """One nonce twice, and two answers can be read from each other."""
    blobs = [encrypt(KEY, b"the same", "test") for _ in range(50)]
    assert len({blob[:NONCE_BYTES] for blob in blobs}) == 50
    assert len({blob[NONCE_BYTES:] for blob in blobs}) == 50


def test_what_opens_but_is_no_padded_text_is_not_opened() -> None:
    assert decrypt_padded(KEY, encrypt_padded(KEY, b"words", 64, "test"), "test") == b"words"
    with pytest.raises(CannotOpen):
        decrypt_padded(KEY, encrypt(KEY, b"\xff" * 64, "test"), "test")


@pytest.mark.parametrize("size", BUCKETS)
def test_a_text_that_just_fits_lies_in_the_smallest_bucket(size: int) -> None:
    just = size - LENGTH_BYTES
    assert bucket_for(just) == size
    assert bucket_for(just + 1) > size
    assert unpad(pad(bytes(just))) == bytes(just)


def test_of_two_processes_that_make_a_key_the_first_wins(tmp_path: Path) -> None:
    path = tmp_path / "pepper.v1.key"
    for secret in (b"a" * 32, b"b" * 32):
        key_files.write_if_first(path, "pepper", 1, key_files.PRODUCTION, secret)
    assert key_files.read(path).secret == b"a" * 32
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_full_disk_keeps_no_half_of_a_key(tmp_path: Path) -> None:
    with room_for(40), pytest.raises(OSError, match="File too large"):
        key_files.write_if_first(tmp_path / "pepper.v1.key", "pepper", 1, key_files.PRODUCTION, b"a" * 32)
    assert not list(tmp_path.iterdir())


def test_a_key_is_overwritten_on_the_disk_before_its_file_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overwriting that stays in the system's memory may never reach the disk once the file is removed."""
    path = tmp_path / "pepper.v1.key"
    key_files.write_if_first(path, "pepper", 1, key_files.PRODUCTION, b"a" * 32)
    whole, flushed = path.read_bytes(), list[bytes]()
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        flushed.extend(each.read_bytes() for each in tmp_path.glob(".ending-*"))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    key_files.destroy(path)
    assert flushed
    assert whole not in flushed
    assert [len(each) for each in flushed] == [len(whole)]
    assert not list(tmp_path.iterdir())


def test_a_destroyed_key_is_gone_in_every_version(tmp_path: Path) -> None:
    keyring = Keyring.open(tmp_path / "keys", create=True)
    keyring.key_or_new("kept-words")
    assert [keyring.renew("kept-words") for _ in range(2)] == [2, 3]
    keyring.destroy("kept-words")
    assert keyring.versions("kept-words") == []
    for version in (1, 2, 3, None):
        with pytest.raises(KeyGone):
            keyring.key("kept-words", version)
