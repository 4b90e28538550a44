"""The picture shelf: OpenMoji pictures that adults may choose for children's screens, in groups, each with a name.

It lists what may be chosen, not what may not: no weapon, blood, alcohol, tobacco, needle or skull is on it. A person
who needs another picture can still write its OpenMoji name, which an advocate sees before a child does.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from flask_babel import get_locale, gettext


def _l(words: str) -> str:
    """Mark a text for the catalogues; it is translated when shown, because it is searched in English too."""
    return words


class PictureGroup(NamedTuple):
    """A group of pictures in the list.

    Attributes:
        label: in English.
        pictures: the English name of each OpenMoji code.
    """

    label: str
    pictures: dict[str, str]


GROUPS: Final[dict[str, PictureGroup]] = {
    "people": PictureGroup(_l("People"), {
        "1F9D2": _l("child"), "1F466": _l("boy"), "1F467": _l("girl"), "1F476": _l("baby"), "1F9D1": _l("adult"),
        "1F469": _l("woman"), "1F468": _l("man"), "1F9D3": _l("older person"), "1F475": _l("older woman"),
        "1F474": _l("older man"), "1F46A": _l("family"), "1F464": _l("one person"), "1F465": _l("several people"),
        "1F9D1-200D-1F91D-200D-1F9D1": _l("two people holding hands"), "1F9D1-200D-1F9D2": _l("adult and child"),
        "1F9D1-200D-1F3EB": _l("teacher"), "1F9D1-200D-1F373": _l("cook"),
        "1F9D1-200D-2695-FE0F": _l("doctor or nurse"), "1F9D1-200D-1F33E": _l("farmer"),
        "1F9D1-200D-1F393": _l("student"), "1F9D1-200D-2696-FE0F": _l("judge"), "1F46E": _l("police officer"),
        "1F64B": _l("person raising a hand"), "1F6B6": _l("person walking"), "1F91D": _l("handshake"),
    }),
    "feelings": PictureGroup(_l("Feelings"), {
        "1F600": _l("very happy face"), "1F642": _l("happy face"), "1F610": _l("face in between"),
        "1F641": _l("sad face"), "1F622": _l("crying face"), "1F602": _l("laughing face"),
        "1F914": _l("thinking face"), "1F61F": _l("worried face"), "1F628": _l("scared face"),
        "1F620": _l("angry face"), "1F62B": _l("tired face"), "1F634": _l("sleeping face"),
        "1F62E": _l("surprised face"), "1F60A": _l("shy face"), "1F917": _l("hugging face"),
        "1F910": _l("closed mouth"), "2764": _l("heart"), "2B50": _l("star"), "2728": _l("sparkles"),
        "1F44D": _l("thumbs up"), "1F44E": _l("thumbs down"), "1F44F": _l("clapping hands"),
        "1F44B": _l("waving hand"),
    }),
    "body": PictureGroup(_l("Body and health"), {
        "1F442": _l("ear"), "1F441": _l("eye"), "1F440": _l("eyes"), "1F443": _l("nose"), "1F444": _l("mouth"),
        "1F9B7": _l("tooth"), "270B": _l("hand"), "1F9B6": _l("foot"), "1F463": _l("footprints"),
        "1F912": _l("face with a thermometer"), "1F927": _l("sneezing face"), "1FA7A": _l("stethoscope"),
        "1FA79": _l("plaster"), "1F321": _l("thermometer"), "1F3E5": _l("hospital"), "1F691": _l("ambulance"),
        "1FAA5": _l("toothbrush"), "1F9FC": _l("soap"), "1FAAE": _l("comb"), "1F6BF": _l("shower"),
        "1F6C1": _l("bathtub"), "1F6BD": _l("toilet"), "1FAE7": _l("bubbles"), "1F9BD": _l("wheelchair"),
        "1F9BB": _l("hearing aid"), "1F453": _l("glasses"),
    }),
    "home": PictureGroup(_l("Home"), {
        "1F3E0": _l("house"), "1F6CF": _l("bed"), "1FA91": _l("chair"), "1F6AA": _l("door"), "1FA9F": _l("window"),
        "1FA94": _l("lamp"), "1F4A1": _l("light bulb"), "1F56F": _l("candle"), "1F511": _l("key"),
        "1F512": _l("lock"), "1F570": _l("clock"), "23F0": _l("alarm clock"), "1F9F9": _l("broom"),
        "1FAA3": _l("bucket"), "1F9FD": _l("sponge"), "1F9FA": _l("basket"), "1F5D1": _l("bin"),
        "1F455": _l("T-shirt"), "1F456": _l("trousers"), "1F457": _l("dress"), "1F45F": _l("shoe"),
        "1F9E6": _l("socks"), "1F9F5": _l("sewing thread"), "1F528": _l("hammer"), "1F6E0": _l("tools"),
        "260E": _l("telephone"), "1F4F1": _l("mobile phone"), "1F4FA": _l("television"), "1F4FB": _l("radio"),
        "1FA9C": _l("ladder"),
    }),
    "food": PictureGroup(_l("Food and drink"), {
        "1F35A": _l("rice"), "1F35B": _l("curry and rice"), "1F372": _l("stew"), "1F35C": _l("noodle soup"),
        "1F963": _l("bowl with a spoon"), "1F37D": _l("plate with fork and knife"), "1F944": _l("spoon"),
        "1F371": _l("lunch box"), "1F35D": _l("spaghetti"), "1FAD3": _l("flatbread"), "1F35E": _l("bread"),
        "1F95E": _l("pancakes"), "1F373": _l("fried egg"), "1F95A": _l("egg"), "1F957": _l("salad"),
        "1F33D": _l("maize"), "1F954": _l("potato"), "1F345": _l("tomato"), "1F955": _l("carrot"),
        "1F346": _l("aubergine"), "1F96C": _l("leafy greens"), "1F9C5": _l("onion"), "1FAD8": _l("beans"),
        "1F34C": _l("banana"), "1F34E": _l("apple"), "1F34A": _l("orange"), "1F96D": _l("mango"),
        "1F349": _l("watermelon"), "1F347": _l("grapes"), "1F34D": _l("pineapple"), "1F965": _l("coconut"),
        "1F9C0": _l("cheese"), "1F95B": _l("milk"), "1F4A7": _l("water"), "1F375": _l("cup of tea"),
        "1F9C3": _l("juice"), "1F366": _l("ice cream cone"), "1F36A": _l("biscuit"), "1F370": _l("cake"),
        "1F37F": _l("popcorn"), "1F357": _l("chicken leg"), "1F9C6": _l("falafel"), "1F95F": _l("dumpling"),
    }),
    "school": PictureGroup(_l("School"), {
        "1F3EB": _l("school"), "1F392": _l("backpack"), "1F4D6": _l("open book"), "1F4DA": _l("books"),
        "1F4D3": _l("notebook"), "270F": _l("pencil"), "1F58D": _l("crayon"), "2702": _l("scissors"),
        "1F4CF": _l("ruler"), "1F9EE": _l("abacus"), "1F4BB": _l("computer"), "1F5FA": _l("world map"),
        "1F30F": _l("globe"), "1F393": _l("graduation cap"), "1F4C4": _l("page"), "1F4C5": _l("calendar"),
        "2709": _l("letter"), "1F4F0": _l("newspaper"), "1F4BC": _l("briefcase"), "1F514": _l("bell"),
        "1F524": _l("letters ABC"), "1F522": _l("numbers 1234"),
    }),
    "play": PictureGroup(_l("Play and fun"), {
        "26BD": _l("football"), "1F3CF": _l("cricket bat and ball"), "1F3C0": _l("basketball"),
        "1F3D0": _l("volleyball"), "1F3F8": _l("badminton"), "1FA81": _l("kite"), "1FA80": _l("yo-yo"),
        "1F6B2": _l("bicycle"), "1F6F9": _l("skateboard"), "1F3CA": _l("swimming"), "1F3C3": _l("person running"),
        "1F483": _l("dancing"), "1F3B5": _l("music"), "1F3B8": _l("guitar"), "1F941": _l("drum"),
        "1F3A4": _l("singing"), "1F3A8": _l("painting"), "1F9F6": _l("knitting"), "1F9E9": _l("jigsaw puzzle"),
        "1F3B2": _l("dice"), "1F388": _l("balloon"), "1F381": _l("gift"), "1F9F8": _l("teddy bear"),
        "1F3AD": _l("theatre"), "1F3AC": _l("film"), "1F4FD": _l("film projector"), "1F916": _l("robot"),
        "1F680": _l("rocket"), "1F3CE": _l("racing car"), "1F3F0": _l("castle"), "1F451": _l("crown"),
        "1F9B8": _l("superhero"), "1F47B": _l("funny ghost"), "1F3C6": _l("trophy"), "1F4F7": _l("camera"),
    }),
    "animals": PictureGroup(_l("Animals"), {
        "1F415": _l("dog"), "1F408": _l("cat"), "1F404": _l("cow"), "1F410": _l("goat"), "1F40E": _l("horse"),
        "1FACF": _l("donkey"), "1F423": _l("chick"), "1F426": _l("bird"), "1F41F": _l("fish"), "1F422": _l("turtle"),
        "1F438": _l("frog"), "1F407": _l("rabbit"), "1F418": _l("elephant"), "1F405": _l("tiger"),
        "1F981": _l("lion"), "1F412": _l("monkey"), "1F992": _l("giraffe"), "1F42A": _l("camel"),
        "1F40B": _l("whale"), "1F42C": _l("dolphin"), "1F98B": _l("butterfly"), "1F41D": _l("bee"),
        "1F40C": _l("snail"), "1F41C": _l("ant"),
    }),
    "nature": PictureGroup(_l("Nature and weather"), {
        "1F333": _l("tree"), "1F334": _l("palm"), "1F331": _l("seedling"), "1FAB4": _l("plant in a pot"),
        "1F33B": _l("flower"), "1F339": _l("rose"), "1F343": _l("leaf"), "1F344": _l("mushroom"), "2600": _l("sun"),
        "1F319": _l("moon"), "2601": _l("cloud"), "1F327": _l("rain"), "2602": _l("umbrella"), "2744": _l("snow"),
        "1F308": _l("rainbow"), "1F32C": _l("wind"), "1F525": _l("fire"), "26F0": _l("mountain"),
        "1F30A": _l("sea wave"), "1F3D6": _l("beach"), "1F3DE": _l("river and park"), "1F303": _l("night"),
        "1F305": _l("sunrise"),
    }),
    "places": PictureGroup(_l("Places and ways"), {
        "1F3D9": _l("town"), "1F3E1": _l("garden house"), "1F3E2": _l("office building"), "1F3EA": _l("shop"),
        "1F6CD": _l("shopping bags"), "1F3DB": _l("museum"), "1F3DF": _l("stadium"), "1F6DD": _l("playground"),
        "1F3A1": _l("big wheel"), "1F3AA": _l("circus"), "26FA": _l("tent"), "1F3D5": _l("campsite"),
        "26F2": _l("fountain"), "1F68C": _l("bus"), "1F686": _l("train"), "1F697": _l("car"), "1F6FA": _l("rickshaw"),
        "1F69A": _l("lorry"), "26F5": _l("boat"), "2708": _l("aeroplane"), "1F693": _l("police car"),
        "1F692": _l("fire engine"), "1F309": _l("bridge"), "1F6E3": _l("road"), "1F6A6": _l("traffic light"),
        "1F9ED": _l("compass"),
    }),
    "signs": PictureGroup(_l("Signs"), {
        "2705": _l("tick"), "274C": _l("cross"), "2753": _l("question mark"), "1F4AC": _l("speech bubble"),
        "1F4AD": _l("thought bubble"), "1F4E2": _l("megaphone"), "1F507": _l("no sound"), "2696": _l("scales"),
        "1F6E1": _l("shield"), "1F5F3": _l("ballot box"), "1F50D": _l("magnifying glass"), "231B": _l("hourglass"),
        "1FA99": _l("coin"), "267B": _l("recycling"), "1F534": _l("red circle"), "1F7E1": _l("yellow circle"),
        "1F7E2": _l("green circle"), "1F535": _l("blue circle"), "2B06": _l("arrow up"), "2B07": _l("arrow down"),
    }),
}  # fmt: skip

ENGLISH_NAMES: Final = {code: name for group in GROUPS.values() for code, name in group.pictures.items()}

CODES: Final = {name.lower(): code for code, name in ENGLISH_NAMES.items()}
"""The code of each English name, in lower case."""

GROUP_OF: Final = {code: key for key, group in GROUPS.items() for code in group.pictures}

FILES: Final = {f"shelf-{key}.svg": tuple(group.pictures) for key, group in GROUPS.items()}
"""The file with the pictures of each group, which a browser caches."""


def shelf_name(code: str) -> str:
    """The name of a picture in the reader's language; empty where it is not in the list."""
    return gettext(ENGLISH_NAMES[code]) if code in ENGLISH_NAMES else ""


def code_of_shelf_name(name: str) -> str:
    """The code of the picture with this name in the reader's language; empty where there is none."""
    return _codes_in(str(get_locale())).get(_plain(name), "")


def find_on_shelf(wanted: str, within: str = "") -> tuple[str, ...]:
    """Search pictures by a part of their name, in the reader's language or in English.

    Args:
        wanted: part of a name; empty for all.
        within: key of a group; empty for the whole list.
    """
    looked_for = _plain(wanted)
    listed = GROUPS[within].pictures if within in GROUPS else ENGLISH_NAMES
    return tuple(
        code for code, name in listed.items() if looked_for in _plain(name) or looked_for in _plain(gettext(name))
    )


def _plain(name: str) -> str:
    return " ".join(name.replace("-", " ").replace("_", " ").lower().split())


@lru_cache(maxsize=8)
def _codes_in(language: str) -> dict[str, str]:  # noqa: ARG001 - what `gettext` says depends on it
    return {_plain(gettext(name)): code for code, name in ENGLISH_NAMES.items()}
