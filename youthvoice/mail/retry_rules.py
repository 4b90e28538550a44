"""When a mail is tried again, and when it is given up. Pure."""

from datetime import datetime, timedelta
from typing import Final, Literal

Result = Literal["sent", "again", "never"]

WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    *(timedelta(days=1),) * 4,
)  # in all four days and nine hours; the try after the last wait is the last
LEASE: Final = timedelta(minutes=10)
AT_ONCE: Final = 5  # mails that one process takes in one lease; also the slowest server is done within it


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many failed tries; None gives up."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None


def result_of(code: int) -> Result:
    """What a reply code of a server means for one mail (RFC 5321: 4xx passes, 5xx stays)."""
    if code < 400:  # noqa: PLR2004 - RFC 5321
        return "sent"
    return "again" if code < 500 else "never"  # noqa: PLR2004 - the same
