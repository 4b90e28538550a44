"""The pictures of a key: the same for the same key, others for another, each with a drawing and a name."""

from collections import Counter

from youthvoice.privacy.credentials.picture_codes import ALL_PICTURES, KEY_PICTURES, key_pictures
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.web.graphics.pictures import draw_symbol


def test_a_key_has_eight_pictures_and_always_the_same() -> None:
    key = new_pair().public
    first = key_pictures(key)
    key_pictures.cache_clear()
    assert key_pictures(key) == first
    assert len(first) == KEY_PICTURES == 8


def test_pictures_stay_what_they_are() -> None:
    """Two people may compare before and after an update of the house."""
    assert [one.name for one in key_pictures(bytes(range(32)))] == KNOWN


def test_one_other_bit_gives_other_pictures() -> None:
    key = new_pair().public
    near = bytes([key[0] ^ 1, *key[1:]])
    assert key_pictures(key) != key_pictures(near)


def test_every_picture_comes_and_none_much_more_often() -> None:
    seen = Counter(one for number in range(120) for one in key_pictures(number.to_bytes(32, "big")))
    assert set(seen) == set(ALL_PICTURES)
    assert max(seen.values()) < 60  # 15 on average


def test_every_picture_can_be_drawn_and_has_a_name_of_its_own() -> None:
    assert len({one.name for one in ALL_PICTURES}) == len({one.code for one in ALL_PICTURES}) == 63
    assert all(draw_symbol(one.code) for one in ALL_PICTURES)


KNOWN = ["umbrella", "scissors", "train", "guitar", "hat", "lamp", "bridge", "cloud"]
