"""Pictures in files of their own that a browser keeps: a page that holds all of them would be heavy every time."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.web.graphics.pictures import drawing

CODES: Final = "code-pictures.svg"
TELLING: Final = "tell-pictures.svg"
SHEETS: Final = {
    CODES: tuple(picture.code for screen in SCREENS for picture in screen),
    TELLING: (
        "1F35A", "1F528", "1F5EF", "1F6CF", "2602", "1F4AC", "1F9D2", "1F9D1-200D-1F91D-200D-1F9D1", "1F465", "1F9D3",
        "1F46A", "1F6B6", "1F4F1", "1F9F1", "1F64B", "1F91D", "1F6AA", "1F333", "1F3EB", "1F4CD", "1F9D1-200D-1F9D2",
        "1F3A4", "1F6DF", "1F4E1", "1F511", "1F512", "1F5D1",
    ),
}  # fmt: skip
"""What lies in which: the sixty-three of codes; what a child taps when she tells."""


@lru_cache(maxsize=len(SHEETS))
def drawn(name: str) -> bytes:
    """An SVG with a symbol `p-CODE` for each picture of a sheet; drawn when the first page needs it.

    Raises:
        KeyError: with the name, if there is no such sheet.
    """
    symbols = "".join(drawing(code) for code in SHEETS[name])
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def numbered(code: Sequence[tuple[str, str]]) -> list[tuple[int, tuple[str, str]]]:
    """The pictures of a code with their places from 1, in an order that has nothing to do with the code's.

    Args:
        code: name and OpenMoji code of each, in order.
    """
    return sorted(enumerate(code, start=1), key=lambda one: one[1][1])
