"""The pictures of codes in one file that a browser keeps: a page of all sixty-three would be heavy every time."""

from functools import lru_cache
from typing import Final

from youthvoice.privacy.picture_codes import SCREENS
from youthvoice.web.pictures import drawing

NAME: Final = "code-pictures.svg"


@lru_cache(maxsize=1)
def drawn() -> bytes:
    """An SVG with a symbol `p-CODE` for each picture; drawn when the first page needs it."""
    symbols = "".join(drawing(picture.code) for screen in SCREENS for picture in screen)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()
