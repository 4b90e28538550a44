"""QR codes, drawn in one place: for a page of staff, for a child's code page, and for paper."""

import io
from typing import Any

from markupsafe import Markup

_INK = "#2b2621"


def qr_code(content: str, words: str) -> Markup:
    """A QR code as inline SVG, as large as its place on the page.

    Args:
        content: what the camera reads.
        words: its label, for people who do not see it.
    """
    drawn = _make(content).svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=2, title=words, dark=_INK)
    return Markup(drawn)  # noqa: S704 - made by segno, which escapes the title


def printed_qr_code(content: str) -> Markup:
    """A QR code as inline SVG of a fixed size, black, for a page that is printed."""
    return Markup(_make(content).svg_inline(scale=4, border=2))  # noqa: S704 - made by segno, without a title


def qr_svg(content: str) -> str:
    """A QR code as an SVG document of its own, for paper."""
    drawn = io.BytesIO()
    _make(content).save(drawn, kind="svg", xmldecl=False, omitsize=True, border=2, dark=_INK)
    return drawn.getvalue().decode()


def _make(content: str) -> Any:
    import segno  # noqa: PLC0415 - large, and few processes ever draw one

    return segno.make_qr(content, error="m")
