"""A square that a telephone's camera reads: an address, or the secret of one-time codes."""

from markupsafe import Markup


def square(content: str, words: str) -> Markup:
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
