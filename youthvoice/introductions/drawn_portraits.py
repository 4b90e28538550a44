"""Portraits that an adult puts together from drawn parts, as SVG. Pure.

For adults who show no photograph. A portrait is stored as the drawing that a colleague approved: a later change of the
parts here changes no portrait that children know.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from typing import Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

SKINS: Final[Mapping[str, object]] = {
    "f3d3b8": _l("very light"),
    "e2b48c": _l("rather light"),
    "c68e5f": _l("medium"),
    "9a653c": _l("brown"),
    "6a4227": _l("dark brown"),
}
"""Colours of skin: six hexadecimal digits, and name."""

HAIRSTYLES: Final[Mapping[str, object]] = {
    "short": _l("short"),
    "parted": _l("with a parting"),
    "curls": _l("curls"),
    "long": _l("long"),
    "braid": _l("a braid"),
    "bun": _l("a bun"),
    "none": _l("no hair"),
    "headscarf": _l("a headscarf"),
    "turban": _l("a turban"),
}

HAIR_COLOURS: Final[Mapping[str, object]] = {
    "2f2620": _l("black"),
    "6b4226": _l("brown"),
    "b5532a": _l("red"),
    "d9b35b": _l("fair"),
    "b9b4ad": _l("grey"),
    "5b4a8a": _l("plum"),
    "2e7d6b": _l("green"),
}
"""Colours of hair, headscarf and turban: six hexadecimal digits, and name."""

EXTRAS: Final[Mapping[str, object]] = {
    "none": _l("nothing else"),
    "glasses": _l("glasses"),
    "moustache": _l("a moustache"),
    "beard": _l("a beard"),
    "glasses_beard": _l("glasses and a beard"),
    "earrings": _l("earrings"),
}

CLOTHES: Final[Mapping[str, object]] = {
    "d9694a": _l("red"),
    "4f7fb5": _l("blue"),
    "6a9e5b": _l("green"),
    "e0a93b": _l("yellow"),
    "8a5a9c": _l("plum"),
    "8c8378": _l("grey"),
}
"""Colours of clothes: six hexadecimal digits, and name."""

_GROUNDS: Final = {
    "d9694a": "a9cdea", "4f7fb5": "f3cd6e", "6a9e5b": "f1b59a",
    "e0a93b": "b6d8c0", "8a5a9c": "dfe7a8", "8c8378": "c9bde6",
}  # fmt: skip
"""The background for each colour of clothes, so that two adults in other clothes differ from afar."""

_INK: Final = "#2b2621"
_LINE: Final = f'stroke="{_INK}" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"'

_HAIR_BEHIND: Final = {
    "long": '<path d="M26 76V38Q26 14 48 14T70 38V76Q60 80 48 80T26 76z"/>',
    "braid": (
        '<path d="M28 50V38Q28 16 48 16T68 38V50z"/>'
        '<path d="M65 46Q75 53 71 61Q77 68 71 78Q65 81 64 74Q68 67 64 61Q67 55 63 53z"/>'
    ),
    "bun": '<circle cx="48" cy="13" r="8"/><path d="M28 46V38Q28 17 48 17T68 38V46z"/>',
    "curls": (
        '<path d="M29 50Q20 48 24 40Q19 32 27 28Q27 18 37 19Q41 11 49 15Q58 11 61 19'
        'Q70 19 69 28Q77 33 72 41Q76 48 67 50z"/>'
    ),
}

_HAIR_BEFORE: Final = {
    "short": '<path d="M30 42Q27 18 48 18T66 42Q64 32 58 30Q46 33 36 29Q31 34 30 42z"/>',
    "parted": '<path d="M29 44Q25 17 48 17T67 44Q66 33 56 25Q45 33 34 32Q30 36 29 44z"/>',
    "curls": '<path d="M31 38Q33 28 41 30Q44 24 50 29Q57 25 59 31Q64 31 65 38Q68 22 48 20T31 38z"/>',
    "long": '<path d="M30 44Q28 19 48 19T66 44Q62 30 50 25Q38 31 30 44z"/>',
    "braid": '<path d="M30 43Q28 19 48 18T66 43Q62 31 46 24Q35 32 30 43z"/>',
    "bun": '<path d="M30 42Q28 20 48 19T66 42Q62 28 48 26Q34 28 30 42z"/>',
    "headscarf": (
        '<path fill-rule="evenodd" d="M23 79Q22 56 27 40Q29 12 48 12T69 40Q74 56 73 79Q60 87 48 87T23 79z'
        'M48 24Q33 24 33 43T48 61.500T63 43T48 24z"/><path fill="none" d="M62 55Q60 68 44 74"/>'
    ),
    "turban": (
        '<path d="M27 36Q24 13 48 11T69 36Q60 27 48 27T27 36z"/>'
        '<path d="M30 31Q46 16 66 22M38 14Q52 14 66 30" fill="none"/>'
    ),
}

_GLASSES: Final = (
    '<g fill="none"><circle cx="40.500" cy="43" r="6.200"/><circle cx="55.500" cy="43" r="6.200"/>'
    '<path d="M46.700 42q1.300-1 2.600 0M34.300 42l-4-1M61.700 42l4-1"/></g>'
)
_BEARD: Final = (
    '<path fill="#{hair}" d="M31 46Q31 65 48 66T65 46Q63 54 56 52Q48 49 40 52Q33 54 31 46z"/>'
    '<path fill="none" d="M43 56.500q5 3 10 0" stroke="#f3d3b8"/>'
)
_MOUSTACHE: Final = '<path fill="#{hair}" d="M38 52Q42 48 48 50Q54 48 58 52Q53 54 48 52.500Q43 54 38 52z"/>'
_EARRINGS: Final = (
    '<circle cx="30" cy="51" r="2.600" fill="#e0a93b"/><circle cx="66" cy="51" r="2.600" fill="#e0a93b"/>'
)

_DRAWN_EXTRAS: Final = {
    "none": "",
    "glasses": _GLASSES,
    "moustache": _MOUSTACHE,
    "beard": _BEARD,
    "glasses_beard": _BEARD + _GLASSES,
    "earrings": _EARRINGS,
}


@dataclass(frozen=True, slots=True)
class DrawnPortrait:
    """The parts of one portrait: keys of the mappings above.

    Raises:
        ValueError: there is no such part.
    """

    skin: str
    hairstyle: str
    hair_colour: str
    extra: str
    clothes: str

    def __post_init__(self) -> None:
        for part, allowed in zip(astuple(self), (SKINS, HAIRSTYLES, HAIR_COLOURS, EXTRAS, CLOTHES), strict=True):
            if part not in allowed:
                raise ValueError(part)

    def svg(self) -> str:
        """The drawing as an SVG document of its own: plain shapes, without style, script or reference."""
        behind = _HAIR_BEHIND.get(self.hairstyle, "")
        before = _HAIR_BEFORE.get(self.hairstyle, "")
        ears = '<circle cx="30.500" cy="44" r="4"/><circle cx="65.500" cy="44" r="4"/>'
        extra = _DRAWN_EXTRAS[self.extra].replace("{hair}", self.hair_colour)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">'
            f'<circle cx="48" cy="48" r="48" fill="#{_GROUNDS[self.clothes]}"/>'
            f"<g {_LINE}>"
            f'<g fill="#{self.hair_colour}">{behind}</g>'
            f'<path fill="#{self.clothes}" d="M16 84Q21 67 40 65h16Q75 67 80 84A48 48 0 0 1 16 84z"/>'
            f'<g fill="#{self.skin}"><path d="M41 56v10q7 7 14 0V56z"/>'
            f'{"" if self.hairstyle == "headscarf" else ears}<ellipse cx="48" cy="42" rx="17.500" ry="20.500"/></g>'
            f'<g fill="#{self.hair_colour}">{before}</g>'
            '<path fill="none" d="M41 53q7 6.500 14 0"/>'
            f"{extra}</g>"
            f'<g fill="{_INK}"><circle cx="41" cy="43" r="2.300"/><circle cx="55" cy="43" r="2.300"/></g>'
            f'<path fill="none" stroke="{_INK}" stroke-width="1.900" stroke-linecap="round"'
            ' d="M37.500 37.500q3.500-2 6 0M52.500 37.500q3-2 6 0M47.500 44q-1.500 4 1 5"/></svg>'
        )


def samples() -> Mapping[str, Mapping[str, Markup]]:
    """A picture of each part for the page on which it is chosen: by its name in `DrawnPortrait`, then by part."""
    plain = DrawnPortrait(skin="c68e5f", hairstyle="short", hair_colour="2f2620", extra="none", clothes="8c8378")
    colours = {"hair_colour": HAIR_COLOURS, "skin": SKINS, "clothes": CLOTHES}
    return {
        "hairstyle": {part: _sample(replace(plain, hairstyle=part).svg()) for part in HAIRSTYLES},
        "extra": {part: _sample(replace(plain, extra=part).svg()) for part in EXTRAS},
        **{name: {part: _sample(_SWATCH.format(part)) for part in parts} for name, parts in colours.items()},
    }


_SWATCH: Final = '<svg viewBox="0 0 24 24"><circle cx="12" cy="12" r="11" fill="#{}" stroke="#2b2621"/></svg>'


def _sample(svg: str) -> Markup:
    return Markup(svg.replace("<svg", '<svg aria-hidden="true"', 1))  # noqa: S704 - our own drawings
