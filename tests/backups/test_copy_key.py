"""A copy for two people opens with the key files and both halves, and with nothing less."""

import pytest
from hypothesis import given, strategies as st

from youthvoice.backups.copy_key import (
    CopyKey,
    WrongHalves,
    chunk_key,
    join_halves,
    make_halves,
    new_own_key,
)
from youthvoice.privacy.credentials.published_keys import PRIVATE_KEY_WORD, format_key
from youthvoice.privacy.crypto.sealing import WRAPPED_KEY_BYTES, public_of

KEY = bytes(range(32))
WRAPPED = (
    "75ed3b3f7e0cdc061cdb6beec2adda52d19cc79a87a1fb7e0fb6bd7e88fb9550733f04d08a3eb494"
    "b0ab2cbe81c11fa7920ccc0bf0980b98d5f8a2ef0e93926a1cc7816b908258a4d640f3c7bc77c286"
)
CHUNK_KEY = "9ba98dd04d2f5c8f3fa8e8d2b804b020a12211c848365ce3b2e629a7106ccf70"


def test_both_halves_join_to_the_private_key_in_either_order() -> None:
    first, second, public = make_halves()
    for halves in ((first, second), (second, first)):
        private = join_halves(halves)
        assert private is not None
        assert public_of(private) == public


def test_what_are_not_two_halves_joins_to_nothing() -> None:
    first, second, _public = make_halves()
    wrong = format_key(KEY, PRIVATE_KEY_WORD)
    for lines in ((first,), (first, first), (first, second, second), (first, wrong), (first, f"{second[:-1]}0"), ()):
        assert join_halves(lines) is None


@given(st.binary(min_size=32, max_size=32))
def test_any_other_half_joins_to_another_key(other: bytes) -> None:
    """One half alone says nothing of the key: with it every key is as likely."""
    first, _second, public = make_halves()
    private = join_halves((first, format_key(other, "youthvoice-backup-half")))
    assert private is None or public_of(private) != public


def test_it_takes_both_halves_and_the_key_files() -> None:
    first, second, public = make_halves()
    private = join_halves((first, second))
    assert private is not None
    own, wrapped = new_own_key(public)
    assert len(wrapped) == WRAPPED_KEY_BYTES
    assert CopyKey(KEY, private).open_wrapped(wrapped) == CopyKey(KEY, own=own).open_wrapped(wrapped)
    assert CopyKey(bytes(32), private).open_wrapped(wrapped) != chunk_key(KEY, own)
    others = join_halves(make_halves()[:2])
    assert others is not None
    for key, code in ((CopyKey(KEY), "needs_halves"), (CopyKey(KEY, others), "other_halves")):
        with pytest.raises(WrongHalves) as refused:
            key.open_wrapped(wrapped)
        assert refused.value.code == code


def test_what_was_sealed_for_two_opens_in_later_versions() -> None:
    """Wrapped once and for all, with the private key of 32 bytes 7."""
    wrapped = bytes.fromhex(WRAPPED)
    assert CopyKey(KEY, b"\x07" * 32).open_wrapped(wrapped) == chunk_key(KEY, KEY)
    assert chunk_key(KEY, KEY).hex() == CHUNK_KEY
