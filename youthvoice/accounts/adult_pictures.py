"""A picture for each adult whom children meet, so that who cannot read can tell one from the other. Pure.

Nobody shares hers with another adult of the same site. Whoever chose none has one by the number of her row; as rows are
numbered one after the other, it stays hers when others come. None lies on the screens of a code or on a slip: no child
takes an adult for a picture of hers.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from flask_babel import lazy_gettext

ADULT_PICTURES: Final[Mapping[str, object]] = {
    "1F427": lazy_gettext("penguin"),
    "1F335": lazy_gettext("cactus"),
    "1F353": lazy_gettext("strawberry"),
    "1F3BA": lazy_gettext("trumpet"),
    "1F980": lazy_gettext("crab"),
    "1F69C": lazy_gettext("tractor"),
    "1F99C": lazy_gettext("parrot"),
    "1F334": lazy_gettext("palm tree"),
    "1F349": lazy_gettext("watermelon"),
    "1FAD6": lazy_gettext("teapot"),
    "1F42A": lazy_gettext("camel"),
    "1F681": lazy_gettext("helicopter"),
    "1F419": lazy_gettext("octopus"),
    "1F337": lazy_gettext("tulip"),
    "1F34B": lazy_gettext("lemon"),
    "1F3BB": lazy_gettext("violin"),
    "1F994": lazy_gettext("hedgehog"),
    "1F52D": lazy_gettext("telescope"),
    "1F993": lazy_gettext("zebra"),
    "1F352": lazy_gettext("cherries"),
    "1F9E9": lazy_gettext("puzzle"),
    "1F986": lazy_gettext("duck"),
    "1F42C": lazy_gettext("dolphin"),
    "1F43F": lazy_gettext("squirrel"),
}
"""What an adult can choose: its OpenMoji name, and what it is called."""

_CODES: Final = tuple(ADULT_PICTURES)


def assign_pictures(people: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The picture of each of the adults of one site, by the id of her row.

    Two share one only where there are more adults than pictures, and then those who come last.

    Args:
        people: id and what she chose, or nothing; first those who must be told apart.
    """
    listed = list(people)
    found: dict[int, str] = {}
    for person_id, chosen in listed:
        if chosen in ADULT_PICTURES and chosen not in found.values():
            found[person_id] = chosen
    for person_id, _chosen in listed:
        if person_id not in found:
            found[person_id] = _first_free(person_id, found.values())
    return found


def _first_free(person_id: int, taken: Iterable[str]) -> str:
    gone = frozenset(taken)
    turned = [_CODES[(person_id + step) % len(_CODES)] for step in range(len(_CODES))]
    return next((code for code in turned if code not in gone), turned[0])
