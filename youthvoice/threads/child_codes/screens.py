"""Seven screens of nine pictures, as a form asks for them: of a thread's code, and of a representative's."""

from collections.abc import Mapping
from typing import Final

from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.credentials.picture_codes import PER_SCREEN, SCREENS, Code
from youthvoice.web.i18n.picture_labels import words

FIELDS: Final = tuple(f"p{nth}" for nth in range(1, len(SCREENS) + 1))
"""Names of the boxes, one a screen; their values are digits, 0 to 8."""

PICKS: Final = tuple(str(nth) for nth in range(PER_SCREEN))
"""Their values, a picture each."""

Tile = tuple[str, str, str]


def screens() -> list[tuple[str, list[Tile]]]:
    """Each screen: the name of its box and its pictures as value, name in the page's language, OpenMoji code."""
    return [
        (name, [(str(nth), words(picture.name), picture.code) for nth, picture in enumerate(pictures)])
        for name, pictures in zip(FIELDS, SCREENS, strict=True)
    ]


def read(form: Mapping[str, str]) -> Code | None:
    """The code that a form brings; None where a picture is missing."""
    return picture_codes.read([form.get(name, "") for name in FIELDS])


def shown(code: Code) -> list[tuple[str, str]]:
    """The pictures of a code, in order, as name in the page's language and OpenMoji code."""
    return [(words(one.name), one.code) for one in code.pictures]
