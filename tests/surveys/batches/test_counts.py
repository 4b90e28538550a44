"""Counts are kept locked, and tell nothing by their size (PRIVACY.md A2)."""

from pathlib import Path

import pytest

from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.surveys.batches.store import encrypt_counts, encrypt_winners


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.open(tmp_path / "keys", create=True, development=True)


def test_the_length_does_not_tell_how_many(keyring: Keyring) -> None:
    few = encrypt_counts(keyring, 7, 10, {"food": {"good": 9, "bad": 1}}, {})
    many = encrypt_counts(keyring, 7, 1_000_000, {"food": {"good": 900_000, "bad": 100_000}}, {})
    assert len(few) == len(many)
    assert b"food" not in few


@pytest.mark.parametrize("questions", [1, 2, 5, 12, 20])
def test_the_length_does_not_tell_who_moved_from_which_answer_to_which(keyring: Keyring, questions: int) -> None:
    """However near the edge of a size the smallest counts are."""
    keys = ("always", "often", "sometimes", "never", "dont_know", "did_not_say")
    names = [f"question_{number}" for number in range(questions)]
    still = {name: dict.fromkeys(keys, 0) | {"always": 12} for name in names}
    moved = {name: dict.fromkeys(keys, 2_000_000) for name in names}
    nobody = encrypt_counts(keyring, 7, 12, still, {name: {"always": {"always": 12}} for name in names})
    everybody = encrypt_counts(
        keyring, 7, 12_000_000, moved, {name: {key: dict.fromkeys(keys, 333_333) for key in keys} for name in names}
    )
    assert len(nobody) == len(everybody)


def test_that_nothing_won_is_as_long_as_what_won(keyring: Keyring) -> None:
    won = {f"question_{number}": "an_option_with_a_long_name" for number in range(20)}
    assert len(encrypt_winners(keyring, 7, {})) == len(encrypt_winners(keyring, 7, won))


def test_they_open_only_for_their_batch_and_with_the_kept_key(keyring: Keyring) -> None:
    locked = encrypt_counts(keyring, 7, 10, {"food": {"good": 9, "bad": 1}}, {})
    kept = decrypt_json(keyring, "kept-counts", locked, sealing_context("counts", 7))
    assert (kept["n"], kept["counts"]) == (10, {"food": {"good": 9, "bad": 1}})
    with pytest.raises(CannotOpen):
        decrypt_json(keyring, "kept-counts", locked, sealing_context("counts", 8))
