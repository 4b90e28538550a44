"""Makes the inside of an SVG picture as small as it can be without changing what is seen.

Pictures come as files of one to five kilobytes with ids, empty groups and four digits after the point. A page of
questions carries thirty of them, on a bad network. Only presentation attributes are kept: a strict content policy
forbids style attributes, and ids would clash between pictures.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as Tree

_KEPT = frozenset(
    "d points x y x1 x2 y1 y2 cx cy r rx ry width height transform opacity fill fill-rule fill-opacity clip-rule "
    "stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-opacity".split()
)
_DRAWN = frozenset("path circle line rect polyline polygon ellipse g".split())
_STROKED = ("stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(r"[MmLlHhVvCcSsQqTtAaZz][^MmLlHhVvCcSsQqTtAaZz]*")
_BLACK = frozenset({"#000", "#000000", "black"})


def shrink(svg: str) -> str:
    """The drawing inside an `<svg>` without anything that is not seen.

    Args:
        svg: a whole SVG document drawn with shapes only.

    Returns:
        Elements to put into a `<symbol>`. Black becomes `currentColor`, so ink stays ink on every paper.

    Raises:
        ValueError: if the drawing needs an element that is not a plain shape.
    """
    root = Tree.fromstring(svg)  # noqa: S314 - our own package data, never an upload
    drawn = [child for child in root if _tidied(child)]
    shared = _shared_strokes(drawn)
    body = "".join(_written(child) for child in drawn)
    attributes = "".join(f' {name}="{value}"' for name, value in shared.items())
    return f'<g fill="currentColor"{attributes}>{body}</g>'


def _name(element: Tree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _tidied(element: Tree.Element) -> bool:
    """Drop what is not seen, in place; false if nothing is left."""
    if _name(element) not in _DRAWN:
        raise ValueError(f"<{_name(element)}> is not a plain shape")
    for name in [name for name in element.attrib if name not in _KEPT]:
        del element.attrib[name]
    for paint in ("fill", "stroke"):
        if element.get(paint, "").lower() in _BLACK:
            element.set(paint, "currentColor")
    if element.get("stroke") == "none":
        del element.attrib["stroke"]
    if "stroke" not in element.attrib and _name(element) != "g":
        for name in _STROKED:
            element.attrib.pop(name, None)
    if element.get("stroke-linejoin") == "round":
        element.attrib.pop("stroke-miterlimit", None)
    for child in [child for child in element if not _tidied(child)]:
        element.remove(child)
    return _name(element) != "g" or len(element) > 0


def _shared_strokes(drawn: list[Tree.Element]) -> dict[str, str]:
    """Stroke attributes that every stroked shape has alike are said once, around all of them."""
    shapes = [shape for top in drawn for shape in top.iter() if shape.get("stroke")]
    shared: dict[str, str] = {}
    for name in _STROKED:
        values = {shape.get(name) for shape in shapes}
        if len(values) == 1 and (value := values.pop()):
            shared[name] = value
            for shape in shapes:
                del shape.attrib[name]
    return shared


def _written(element: Tree.Element) -> str:
    inside = "".join(_written(child) for child in element)
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
    return _short(value) if _NUMBER.fullmatch(value) else value.lower() if value.startswith("#") else value


def _steps(path: str) -> Iterator[str]:
    """The steps of a path, rounded; arcs stay as they are, for their flags may be written without spaces."""
    for step in _STEP.findall(path):
        yield " ".join(step.replace(",", " ").split()) if step[0] in "aA" else step[0] + _numbers(step[1:])


def _numbers(text: str) -> str:
    written = ""
    for number in map(_short, _NUMBER.findall(text)):
        glued = not written or number.startswith("-") or (number.startswith(".") and _has_point(written))
        written += number if glued else " " + number
    return written


def _has_point(written: str) -> bool:
    return "." in re.split(r"[ -]", written)[-1]


def _short(number: str) -> str:
    """Two digits after the point: a picture 224 px wide is then drawn to a thirtieth of a pixel."""
    text = f"{float(number):.2f}".rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
