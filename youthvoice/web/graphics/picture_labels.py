"""Names of the pictures of a picture code, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext

from youthvoice.privacy.credentials.picture_codes import SCREENS

_NAMES: Final[Mapping[str, object]] = {
    "fish": lazy_gettext("fish"),
    "tree": lazy_gettext("tree"),
    "key": lazy_gettext("key"),
    "sun": lazy_gettext("sun"),
    "chair": lazy_gettext("chair"),
    "bus": lazy_gettext("bus"),
    "apple": lazy_gettext("apple"),
    "drum": lazy_gettext("drum"),
    "cloud": lazy_gettext("cloud"),
    "house": lazy_gettext("house"),
    "bee": lazy_gettext("bee"),
    "spoon": lazy_gettext("spoon"),
    "boat": lazy_gettext("boat"),
    "carrot": lazy_gettext("carrot"),
    "kite": lazy_gettext("kite"),
    "horse": lazy_gettext("horse"),
    "book": lazy_gettext("book"),
    "candle": lazy_gettext("candle"),
    "elephant": lazy_gettext("elephant"),
    "bell": lazy_gettext("bell"),
    "banana": lazy_gettext("banana"),
    "tent": lazy_gettext("tent"),
    "ladder": lazy_gettext("ladder"),
    "leaf": lazy_gettext("leaf"),
    "clock": lazy_gettext("clock"),
    "ball": lazy_gettext("ball"),
    "gift": lazy_gettext("gift"),
    "umbrella": lazy_gettext("umbrella"),
    "rabbit": lazy_gettext("rabbit"),
    "bicycle": lazy_gettext("bicycle"),
    "flower": lazy_gettext("flower"),
    "cup": lazy_gettext("cup"),
    "guitar": lazy_gettext("guitar"),
    "mountain": lazy_gettext("mountain"),
    "comb": lazy_gettext("comb"),
    "egg": lazy_gettext("egg"),
    "turtle": lazy_gettext("turtle"),
    "train": lazy_gettext("train"),
    "scissors": lazy_gettext("scissors"),
    "mushroom": lazy_gettext("mushroom"),
    "hat": lazy_gettext("hat"),
    "fire": lazy_gettext("fire"),
    "bucket": lazy_gettext("bucket"),
    "balloon": lazy_gettext("balloon"),
    "giraffe": lazy_gettext("giraffe"),
    "butterfly": lazy_gettext("butterfly"),
    "rainbow": lazy_gettext("rainbow"),
    "basket": lazy_gettext("basket"),
    "pencil": lazy_gettext("pencil"),
    "whale": lazy_gettext("whale"),
    "grapes": lazy_gettext("grapes"),
    "rope": lazy_gettext("rope"),
    "lamp": lazy_gettext("lamp"),
    "anchor": lazy_gettext("anchor"),
    "monkey": lazy_gettext("monkey"),
    "bridge": lazy_gettext("bridge"),
    "thread": lazy_gettext("thread"),
    "snail": lazy_gettext("snail"),
    "glasses": lazy_gettext("glasses"),
    "pineapple": lazy_gettext("pineapple"),
    "feather": lazy_gettext("feather"),
    "frog": lazy_gettext("frog"),
    "backpack": lazy_gettext("backpack"),
}

_BY_CODE: Final = {pic.code: pic.name for screen in SCREENS for pic in screen}


def picture_label_of(code: str) -> str:
    """The name of an OpenMoji code's picture; empty where picture codes do not use it."""
    return picture_label(_BY_CODE[code]) if code in _BY_CODE else ""


def picture_emoji(code: str) -> str:
    """The emoji of a picture, which a telephone or mail program draws itself, so that a mail loads nothing."""
    return "".join(chr(int(part, 16)) for part in code.split("-")) + "\N{VARIATION SELECTOR-16}"


def picture_label(name: str) -> str:
    """The name of a picture.

    Args:
        name: `picture_codes.Picture.name`, its English name.

    Raises:
        KeyError: with the name, if there is no such picture.
    """
    return str(_NAMES[name])
