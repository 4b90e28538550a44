"""Shrink an SVG picture as far as possible without changing how it looks.

Picture files have one to five kilobytes, with ids, empty groups and four decimals. A page of questions has thirty of
them, on a bad network. Only presentation attributes are kept: a strict content policy forbids style attributes, and ids
would clash between pictures.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree as ET

_KEPT_ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        """d points x y x1 x2 y1 y2 cx cy r rx ry width height transform opacity fill fill-rule fill-opacity
        clip-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray
        stroke-opacity""",
    )
)

_SHAPES = frozenset({"path", "circle", "line", "rect", "polyline", "polygon", "ellipse", "g"})

_STROKED = ("stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit")

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")

_STEP = re.compile(r"[MmLlHhVvCcSsQqTtAaZz][^MmLlHhVvCcSsQqTtAaZz]*")

# OpenMoji's palette in our colours: a lemon yellow face is too bright on a warm page.
_OUR_COLOURS = {
    "#000": "currentColor",
    "#000000": "currentColor",
    "black": "currentColor",
    "#fff": "#fffdf8",
    "#ffffff": "#fffdf8",
    "#d0cfce": "#d8cebc",
    "#9b9b9a": "#a3978a",
    "#3f3f3f": "#4a4239",
    "#fcea2b": "#f9cf57",
    "#f1b31c": "#e0a03c",
    "#e27022": "#d9763f",
    "#ea5a47": "#e0694f",
    "#d22f27": "#b8452f",
    "#ffa7c0": "#f2b3b6",
    "#e67a94": "#d98391",
    "#b1cc33": "#a9cb78",
    "#5c9e31": "#6fa35a",
    "#186648": "#3b7252",
    "#92d3f5": "#9ccbec",
    "#61b2e4": "#6fa8d6",
    "#1e50a0": "#34639f",
    "#b399c8": "#bda3d3",
    "#8967aa": "#8a6aa8",
    "#a57939": "#b88a56",
    "#6a462f": "#74513a",
}


def shrink_svg(svg: str) -> str:
    """The drawing inside an `<svg>`, without anything invisible.

    Args:
        svg: a whole SVG document drawn with shapes only.

    Returns:
        Elements for a `<symbol>`. Black becomes `currentColor`, and other colours become ours, so that ink has the
        colour of the page's text.

    Raises:
        ValueError: if the drawing needs an element that is not a plain shape.
    """
    root = ET.fromstring(svg)  # noqa: S314 - our own package data, never an upload
    drawn = [child for child in root if _is_visible_after_cleaning(child)]
    shared = _shared_strokes(drawn)
    body = "".join(_write_element(child) for child in drawn)
    attributes = "".join(f' {name}="{value}"' for name, value in shared.items())
    return f'<g fill="currentColor"{attributes}>{body}</g>'


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_visible_after_cleaning(element: ET.Element) -> bool:
    """Remove what is invisible, in place; False if nothing is left."""
    if _name(element) not in _SHAPES:
        raise ValueError(f"<{_name(element)}> is not a plain shape")
    for name in [name for name in element.attrib if name not in _KEPT_ATTRIBUTES]:
        del element.attrib[name]
    for paint in ("fill", "stroke"):
        if ink := _OUR_COLOURS.get(element.get(paint, "").lower()):
            element.set(paint, ink)
    if element.get("stroke") == "none":
        del element.attrib["stroke"]
    if "stroke" not in element.attrib and _name(element) != "g":
        for name in _STROKED:
            element.attrib.pop(name, None)
    if element.get("stroke-linejoin") == "round":
        element.attrib.pop("stroke-miterlimit", None)
    for child in [child for child in element if not _is_visible_after_cleaning(child)]:
        element.remove(child)
    return _name(element) != "g" or len(element) > 0


def _shared_strokes(drawn: list[ET.Element]) -> dict[str, str]:
    """Move stroke attributes that all stroked shapes share to a group around them."""
    shapes = [shape for top in drawn for shape in top.iter() if shape.get("stroke")]
    shared: dict[str, str] = {}
    for name in _STROKED:
        values = {shape.get(name) for shape in shapes}
        if len(values) == 1 and (value := values.pop()):
            shared[name] = value
            for shape in shapes:
                del shape.attrib[name]
    return shared


def _write_element(element: ET.Element) -> str:
    inside = "".join(_write_element(child) for child in element)
    name = _name(element)
    if name == "g" and not element.attrib:
        return inside
    attributes = "".join(f' {key}="{_value(key, value)}"' for key, value in element.attrib.items())
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


def _value(name: str, value: str) -> str:
    value = value.replace("&", "").replace('"', "").replace("<", "").strip()
    if name == "d":
        return "".join(_steps(value))
    if name == "points":
        return _numbers(value)
    if name == "transform":
        return " ".join(value.split())
    return _rounded(value) if _NUMBER.fullmatch(value) else value.lower() if value.startswith("#") else value


_POINTS = {"m": 1, "l": 1, "t": 1, "h": 1, "v": 1, "s": 2, "q": 2, "c": 3}
"""How many points each step of a path takes; of `h` and `v` one half."""


def _steps(path: str) -> Iterator[str]:
    """The steps of a path with one decimal; arcs stay as they are, because their flags may lack spaces.

    A step to a point beside the last one makes up for what that one was rounded by: however long the path, no point is
    drawn further than a twentieth from where it was. On a picture 224 px wide that is a sixth of a pixel.
    """
    error = start = 0j  # where the pen is, less where it should be
    for step in _STEP.findall(path):
        kind = step[0]
        if kind in "aA":
            error = error if kind == "a" else 0j
            yield " ".join(step.replace(",", " ").split())
            continue
        numbers, written = [float(number) for number in _NUMBER.findall(step[1:])], []
        points = list(_points(kind.lower(), numbers))
        for place, point in enumerate(points, start=1):
            drawn = point - error if kind.islower() else point
            drawn = complex(round(drawn.real, 1), round(drawn.imag, 1))
            written += [drawn.real] * (kind not in "vV") + [drawn.imag] * (kind not in "hH")
            if place % _POINTS.get(kind.lower(), 1) == 0:
                error = _error_at(kind, error, drawn, point)
            start = error if kind in "mM" and place == 1 else start
        error = start if kind in "zZ" else error
        yield kind + _joined(_rounded(number, 1) for number in written)


def _points(kind: str, numbers: Sequence[float]) -> Iterator[complex]:
    if kind in "hv":
        return (complex(number, 0) if kind == "h" else complex(0, number) for number in numbers)
    return (complex(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True))


def _error_at(kind: str, error: complex, drawn: complex, point: complex) -> complex:
    """By how much the pen misses a point that it has just come to; `h` and `v` move it along one axis alone."""
    moved = drawn - point
    match kind:
        case "h" | "H":
            return complex(moved.real + (error.real if kind == "h" else 0), error.imag)
        case "v" | "V":
            return complex(error.real, moved.imag + (error.imag if kind == "v" else 0))
    return moved + (error if kind.islower() else 0)


def _numbers(text: str) -> str:
    return _joined(map(_rounded, _NUMBER.findall(text)))


def _joined(numbers: Iterable[str]) -> str:
    written = ""
    for number in numbers:
        glued = not written or number.startswith("-") or (number.startswith(".") and _has_point(written))
        written += number if glued else " " + number
    return written


def _has_point(written: str) -> bool:
    return "." in re.split(r"[ -]", written)[-1]


def _rounded(number: str | float, decimals: int = 2) -> str:
    text = f"{float(number):.{decimals}f}".rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
