"""What the page that connects a tablet shows: the address and its picture for a camera."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Pairing:
    """A tablet that waits for its device.

    Attributes:
        name: where it stays.
        code: shown once.
        address: what somebody types into the device, without `https://`.
        picture: inline SVG without styles.
        until: hour and minute at the site, such as `14:35`.
        open_line: the address is not encrypted: whoever listens on the network sees what is sent.
    """

    name: str
    code: str
    address: str
    picture: Markup
    until: str
    open_line: bool


def pairing(name: str, code: str, url: str, ends: datetime, words: str) -> Pairing:
    """What to show.

    Args:
        name: of the tablet.
        code: from `start_enrolment`.
        url: of the house, without a slash at the end.
        ends: when the code stops working, by the site's clock.
        words: what the picture is, for those who do not see it.
    """
    import segno  # noqa: PLC0415 - large, and few processes ever show a code

    picture = segno.make(f"{url}/enrol?code={quote(code)}", error="m").svg_inline(
        svgclass="qr", lineclass=None, omitsize=True, border=2, title=words, dark="#2b2621"
    )
    return Pairing(
        name=name,
        code=code,
        address=url.split("://", 1)[-1] + "/enrol",
        picture=Markup(picture),  # noqa: S704 - made by segno from our own address; it escapes the title
        until=ends.strftime("%H:%M"),
        open_line=not url.startswith("https://"),
    )
