"""Counts are kept locked, and tell nothing by their size (PRIVACY.md A2)."""

from pathlib import Path

import pytest

from youthvoice.privacy.keyring import Keyring
from youthvoice.privacy.sealing import CannotOpen, context, unlock_padded
from youthvoice.surveys.counts import lock_counts


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.open(tmp_path / "keys", create=True, development=True)


def test_the_length_does_not_tell_how_many(keyring: Keyring) -> None:
    few = lock_counts(keyring, 7, {"food": {"good": 9, "bad": 1}}, {})
    many = lock_counts(keyring, 7, {"food": {"good": 900_000, "bad": 100_000}}, {})
    assert len(few) == len(many)
    assert b"food" not in few


def test_they_open_only_for_their_batch_and_with_the_kept_key(keyring: Keyring) -> None:
    locked = lock_counts(keyring, 7, {"food": {"good": 9, "bad": 1}}, {})
    key = keyring.key("kept-counts")
    assert b'"good":9' in unlock_padded(key, locked, context("counts", 7))
    with pytest.raises(CannotOpen):
        unlock_padded(key, locked, context("counts", 8))
