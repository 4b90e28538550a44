"""The days of reviews as a calendar file: a neutral title and a link, and nothing about a case.

Source: RFC 5545; RFC 2104 (HMAC), shortened to 160 bits.
"""

import hmac
from collections.abc import Iterable
from typing import Final

from flask import url_for

from youthvoice import context
from youthvoice.privacy.keys.key_names import LINKS
from youthvoice.reviews.entities import Review

CALENDAR_TYPE: Final = "text/calendar; charset=utf-8"

_MAC: Final = 20


def write_calendar(reviews: Iterable[Review], name: str) -> bytes:
    """The days of reviews in the format of RFC 5545. The large library is imported only here.

    Args:
        reviews: of the caller.
        name: title of each event; nothing about a child.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - see above

    calendar = Calendar()
    calendar.add("prodid", "-//Calendar//EN")
    calendar.add("version", "2.0")
    for review in reviews:
        event = Event()
        event.add("uid", f"{_uid(review)}@calendar")
        event.add("dtstamp", context.now())
        event.add("dtstart", review.day)
        event.add("sequence", len(review.body.moved_from))
        event.add("summary", name)
        event.add("url", url_for("reviews.detail", key=review.key, _external=True))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(review: Review) -> str:
    message = b"youthvoice/1|review-day|" + review.id
    return hmac.digest(context.keyring().key(LINKS), message, "sha256")[:_MAC].hex()
