"""Attempts at slips, counted as attempts at picture codes are, and what a child reads after too many.

Source: PRIVACY.md A1 (slips).
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.sites.tablets.store import list_tablets
from youthvoice.sites.tablets.tablet_status import last_daily_hour
from youthvoice.threads.child_codes.code_attempts import (
    MAX_SLIPS_OF_TABLET,
    AttemptCounter,
    CountedAttempt,
    counted_attempt,
    counter_id,
    list_counts,
    site_slips_counter,
)
from youthvoice.web.deliveries import is_delivered

_NEVER_SLOWED: Final = 2**62


def slip_counter(
    pepper: bytes, tablet: CurrentTablet, of: str, day: date, *, delivered: bool = False
) -> AttemptCounter:
    """The counter of slips of one round or vote on a tablet; these do not count against codes.

    Attempts from another line, such as with a copy of the tablet's cookie, or with only its pass, count separately.

    Args:
        pepper: the key `pepper`, 32 bytes.
        tablet: the tablet, and how it asks.
        of: what the slip is for.
        day: at the site.
        delivered: whether they came in an envelope.
    """
    way = f"{'slips by pass' if tablet.by_pass_alone else 'slips'}{' delivered' if delivered else ''}"
    return AttemptCounter(
        counter_id(pepper, f"{way}|{tablet.tablet_id}|{of}|{day}|{tablet.line}"), day, MAX_SLIPS_OF_TABLET
    )


def slips_in_name_counter(pepper: bytes, tablet_id: int, day: date) -> AttemptCounter:
    """The counter of all slips in a tablet's name. It limits nothing; where there are many, a coordinator sees it."""
    return AttemptCounter(counter_id(pepper, f"slips in the name of|{tablet_id}|{day}"), day, slow_from=_NEVER_SLOWED)


def slip_attempt(tablet: CurrentTablet, of: str) -> AbstractContextManager[CountedAttempt]:
    """One attempt at a slip, as `counted_attempt`.

    Args:
        tablet: the tablet.
        of: what the slip is for, such as `election/7`.
    """
    pepper, day = context.keyring().key(PEPPER), context.today(tablet.site.time_zone)
    counters = (
        slip_counter(pepper, tablet, of, day, delivered=is_delivered()),
        site_slips_counter(pepper, tablet.site.id, day, by_pass=tablet.by_pass_alone).by_line(pepper, tablet.line),
        slips_in_name_counter(pepper, tablet.tablet_id, day),
    )
    return counted_attempt(pepper, counters, context.now())


def list_wrong_slips(
    session: Session, pepper: bytes, sites: Iterable[Site], now: datetime
) -> list[tuple[int, int, str]]:
    """Tablets in whose name many wrong slips came on the day before the last daily hour, by name.

    The tablet itself still works at its own line; but somebody seems to have a copy of its cookie or pass.
    Tablets are read only where there were many at some site.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        sites: of the tablets.
        now: UTC.

    Returns:
        Site, id and name of each.
    """
    days = {site.id: last_daily_hour(site, now).date() - timedelta(days=1) for site in sites}
    if not (many := list_counts(session, days.values(), MAX_SLIPS_OF_TABLET)):
        return []
    tablets = list_tablets(session, days)
    counters = ((slips_in_name_counter(pepper, tablet.id, days[tablet.site_id]), tablet) for tablet in tablets)
    return [(tablet.site_id, tablet.id, tablet.name) for counter, tablet in counters if counter.who in many]


def slip_refusal(code: str) -> str:
    """The message for a child after too many wrong slips.

    Args:
        code: of `TooManyCodeAttempts`.
    """
    if code == "tablet":
        return str(_("This tablet has tried enough slips today. Ask the adult for another tablet."))
    return str(_("Many slips are tried here just now. Wait a little, and send again."))
