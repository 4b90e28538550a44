"""A wrap is good for one thread, one person and one key; a decoy is told from it by nothing (S14, PRIVACY.md C)."""

import secrets

import pytest

from tests.support.seed_rows import Reader
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.threads.key_wraps import TAG_BYTES, decoy_wrap_for, thread_tag, unwrap_thread_key, wrap_thread_key

KEY, THREAD, OTHER = b"k" * 32, bytes(16), b"o" * 16
ASHA, RAVI = Reader(1, new_pair()), Reader(2, new_pair())


def test_a_tag_is_good_for_one_thread_one_person_and_one_key() -> None:
    """Copied to another row, or kept after a new key, it would make the house believe that somebody can read."""
    hers = thread_tag(KEY, THREAD, ASHA.person_id, ASHA.public_key)
    others = {
        thread_tag(KEY, OTHER, ASHA.person_id, ASHA.public_key),
        thread_tag(KEY, THREAD, RAVI.person_id, ASHA.public_key),
        thread_tag(KEY, THREAD, ASHA.person_id, RAVI.public_key),
        thread_tag(bytes(32), THREAD, ASHA.person_id, ASHA.public_key),
    }
    assert len({hers, *others}) == 5
    assert hers == thread_tag(KEY, THREAD, ASHA.person_id, ASHA.public_key)


def test_a_wrap_that_is_moved_to_another_row_opens_nothing() -> None:
    private = secrets.token_bytes(32)
    wrapped = wrap_thread_key(KEY, THREAD, private, ASHA).wrapped
    assert unwrap_thread_key(THREAD, ASHA.person_id, wrapped, ASHA.pair.private) == private
    for thread, person_id in ((OTHER, ASHA.person_id), (THREAD, RAVI.person_id)):
        with pytest.raises(CannotOpen):
            unwrap_thread_key(thread, person_id, wrapped, ASHA.pair.private)


def test_a_decoy_shows_by_no_byte_that_it_is_one() -> None:
    decoys = [decoy_wrap_for(RAVI.person_id) for _ in range(8)]
    wrap = wrap_thread_key(KEY, THREAD, secrets.token_bytes(32), RAVI)
    assert {len(wrap.tag) for wrap in decoys} == {len(wrap.tag)} == {TAG_BYTES}
    assert {len(wrap.wrapped) for wrap in decoys} == {len(wrap.wrapped)}
    assert len({wrap.tag for wrap in decoys}) == len({wrap.wrapped for wrap in decoys}) == len(decoys)
    assert all(any(wrap.tag) for wrap in decoys)
