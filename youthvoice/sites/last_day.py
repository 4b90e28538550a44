"""The end of a site: the day on which it closes, from when telling stops, and who agreed to it.

Two adults of the site ask for a day, and the outside recipient confirms it; from then on children read it. Telling
stops in time for each report to be answered. Until the day passes the closing can be called off.
"""

from datetime import date, timedelta
from typing import Final, Protocol

from sqlalchemy.orm import Session

from youthvoice.errors import Refused
from youthvoice.sites.store import Site, change_site, get_site, lock_sites

ANSWER_DAYS: Final = 14
"""Days before the last one in which children's words are still answered, and no new ones are asked for."""

NOTICE_DAYS: Final = 28
"""The least number of days between the request and the last day."""

CHILDREN_KNOW_DAYS: Final = ANSWER_DAYS + 7
"""The least number of days between the confirmation and the last day: children read it a week before telling stops."""


class ClosingSite(Protocol):
    """What the rules about the end ask of a site; `sites.store.Site` is one."""

    @property
    def closes_on(self) -> date | None:
        """The last day of a site that closes."""


def stops_telling(site: ClosingSite, today: date) -> bool:
    """Whether what a child tells now could not be answered in time."""
    return site.closes_on is not None and today > site.closes_on - timedelta(days=ANSWER_DAYS)


def is_over(site: ClosingSite, today: date) -> bool:
    """Whether the last day of a site has passed: nothing is shown to children but whom they call."""
    return site.closes_on is not None and today > site.closes_on


def coming_last_day(site: ClosingSite, today: date) -> date | None:
    """The last day on which children read here; None where a site goes on, and once that day has passed."""
    return None if is_over(site, today) else site.closes_on


def limit_to_last_day(day: date, site: ClosingSite, today: date) -> date:
    """The day by which adults of a site keep a promise to children: its last day, where that comes first.

    Args:
        day: the day that holds at a site that goes on.
        site: of the children.
        today: there.
    """
    return min(day, coming_last_day(site, today) or day)


def ask_for_closing(session: Session, site_id: int, last_day: date, today: date) -> None:
    """Record the last day that two adults ask for; the caller checked who they are.

    Raises:
        Refused: `closing_already`, or `too_soon`.
    """
    site = _locked_site(session, site_id)
    if site.closes_on or site.closing_asked:
        raise Refused("closing_already")
    if last_day < today + timedelta(days=NOTICE_DAYS):
        raise Refused("too_soon")
    change_site(session, site_id, {"closing_asked": last_day})


def confirm_closing(session: Session, site_id: int, last_day: date, today: date) -> None:
    """Let the last day that was asked for be the last day; the caller checked that the outside recipient names it.

    Raises:
        Refused: `confirmed_already`, `nothing_asked`, `other_day`, or `too_soon`.
    """
    site = _locked_site(session, site_id)
    asked_day = site.closing_asked
    if asked_day is None:
        raise Refused("confirmed_already" if site.closes_on else "nothing_asked")
    if asked_day != last_day:
        raise Refused("other_day")
    if last_day < today + timedelta(days=CHILDREN_KNOW_DAYS):
        raise Refused("too_soon")
    change_site(session, site_id, {"closes_on": last_day, "closing_asked": None})


def call_off_closing(session: Session, site_id: int, today: date) -> None:
    """Let a site go on.

    Raises:
        Refused: `nothing_asked`, or `over`: the last day has passed.
    """
    site = _locked_site(session, site_id)
    if site.closes_on is None and site.closing_asked is None:
        raise Refused("nothing_asked")
    if is_over(site, today):
        raise Refused("over")
    change_site(session, site_id, {"closes_on": None, "closing_asked": None})


def _locked_site(session: Session, site_id: int) -> Site:
    lock_sites(session, [site_id])
    return get_site(session, site_id)
