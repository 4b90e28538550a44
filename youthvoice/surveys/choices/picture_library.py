"""Pictures for everyday choices, by the names under which `pictures` finds them: a shelf to look through. Pure."""

from typing import Final, NamedTuple

from youthvoice.surveys.questionnaires.pictures import picture_code

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


class Shown(NamedTuple):
    """One picture of the shelf."""

    name: str
    code: str


def shelf(wanted: str = "", kind: str = "") -> tuple[Shown, ...]:
    """The pictures of the shelf, each once; those of a kind first.

    Args:
        wanted: part of a name; everything where it is empty.
        kind: of the choice.
    """
    looked_for = "-".join(wanted.lower().split())
    kinds = sorted(_SHELF, key=lambda one: one != kind)  # stable: the rest as they stand
    names = dict.fromkeys(name for one in kinds for name in _SHELF[one] if looked_for in name)
    return tuple(Shown(name, code) for name in names if (code := picture_code(name)))


def name_of(code: str) -> str:
    """What a picture is called on the shelf; its code where it does not stand there."""
    return next((one.name for one in shelf() if one.code == code), code)
