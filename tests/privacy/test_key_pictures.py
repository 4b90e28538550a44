"""The pictures of a key: the same for the same key, others for another, each with a drawing and a name."""

from collections import Counter

from youthvoice.privacy.credentials.key_pictures import PICTURES, SHOWN, pictures_of
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.web.graphics.pictures import drawing


def test_a_key_has_eight_pictures_and_always_the_same() -> None:
    key = new_pair().public
    first = pictures_of(key)
    pictures_of.cache_clear()
    assert pictures_of(key) == first
    assert len(first) == SHOWN == 8


def test_pictures_stay_what_they_are() -> None:
    """Two people may compare before and after an update of the house."""
    assert [one.name for one in pictures_of(bytes(range(32)))] == KNOWN


def test_one_other_bit_gives_other_pictures() -> None:
    key = new_pair().public
    near = bytes([key[0] ^ 1, *key[1:]])
    assert pictures_of(key) != pictures_of(near)


def test_every_picture_comes_and_none_much_more_often() -> None:
    seen = Counter(one for number in range(120) for one in pictures_of(number.to_bytes(32, "big")))
    assert set(seen) == set(PICTURES)
    assert max(seen.values()) < 60  # 15 on average


def test_every_picture_can_be_drawn_and_has_a_name_of_its_own() -> None:
    assert len({one.name for one in PICTURES}) == len({one.code for one in PICTURES}) == 63
    assert all(drawing(one.code) for one in PICTURES)


KNOWN = ["umbrella", "scissors", "train", "guitar", "hat", "lamp", "bridge", "cloud"]
