"""A picture for each adult whom children meet, so that a child who cannot read can tell the adults apart. Pure.

No two adults of a site share a picture. An adult who chose none gets one by the number of the row in `people`; rows are
numbered one after the other, so it stays when others come. No picture here is also on a slip or in a picture code: no
child confuses an adult's picture with one of a code.
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
"""The pictures that an adult can choose: OpenMoji code, and name."""

_CODES: Final = tuple(ADULT_PICTURES)


def assign_pictures(people: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The picture of each adult of one site, by person id.

    Two share one only if there are more adults than pictures; then the last in the list do.

    Args:
        people: person id and chosen picture, or an empty text; those who must be distinguishable first.
    """
    listed = list(people)
    pictures: dict[int, str] = {}
    for person_id, chosen in listed:
        if chosen in ADULT_PICTURES and chosen not in pictures.values():
            pictures[person_id] = chosen
    # who came first keeps a picture; where there are too few for all, those come first who must be distinguishable
    for person_id, _chosen in sorted(listed) if len(listed) <= len(_CODES) else listed:
        if person_id not in pictures:
            pictures[person_id] = _first_free(person_id, pictures.values())
    return pictures


def _first_free(person_id: int, taken: Iterable[str]) -> str:
    in_use = frozenset(taken)
    candidates = [_CODES[(person_id + step) % len(_CODES)] for step in range(len(_CODES))]
    return next((code for code in candidates if code not in in_use), candidates[0])
