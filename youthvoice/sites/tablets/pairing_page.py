"""What the page that connects a tablet shows: the address and its picture for a camera."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup

from youthvoice.web.graphics.qr_codes import square


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
    return Pairing(
        name=name,
        code=code,
        address=url.split("://", 1)[-1] + "/enrol",
        picture=square(f"{url}/enrol?code={quote(code)}", words),
        until=ends.strftime("%H:%M"),
        open_line=not url.startswith("https://"),
    )
