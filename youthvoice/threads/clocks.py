"""The first look at a day's letters is owed by the advocates of the site, and settled when all were opened."""

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import db, running
from youthvoice.access.permissions import ADVOCATE
from youthvoice.answers import store as answers
from youthvoice.answers.store import OwedFacts
from youthvoice.places import store as places
from youthvoice.threads import store
from youthvoice.threads.rules import first_look_due, shown_day
from youthvoice.web.languages import TRANSLATED

KIND = "letters"


def letters_due() -> None:
    """The job: from the daily hour on, the first look at letters is owed; without letters nothing is written."""
    now = running.now()
    with db.reading(db.engine()) as session:
        days = _days(session, store.waiting(session, now))
        new = [(site_id, day) for site_id, day in days if _owed(session, site_id, day) is None]
    if new:
        with db.writing(db.engine()) as session:
            for site_id, day in new:
                owe_first_look(session, site_id, day)


def owe_first_look(session: Session, site_id: int, day: date) -> None:
    """Write down that the letters shown on a day are to be looked at; once, however often it is called."""
    answers.owe(
        session,
        running.keyring(),
        site_id=site_id,
        kind=KIND,
        subject=f"{day}",
        about=_about(day),
        due=first_look_due(day),
        owner_role=ADVOCATE,
    )


def settle_if_looked_at(session: Session, site_id: int, shown: datetime, time_zone: str, today: date) -> None:
    """Nothing is owed any more for a day when none of its letters waits.

    Args:
        session: of the look.
        site_id: whose letter box.
        shown: when the letter that was opened was first shown, UTC.
        time_zone: the site's.
        today: at the site.
    """
    day = shown_day(shown, time_zone)
    if any(site == site_id and shown_day(each, time_zone) == day for site, each in store.waiting(session, shown)):
        return
    owed = _owed(session, site_id, day)
    if owed is not None:
        answers.settle(session, owed.id, today)


def _owed(session: Session, site_id: int, day: date) -> OwedFacts | None:
    return answers.about(session, running.keyring(), KIND, f"{day}", site_id)


def _days(session: Session, boxes: Collection[tuple[int, datetime]]) -> list[tuple[int, date]]:
    zones = {site.id: site.time_zone for site in places.sites_of(session, {site_id for site_id, _shown in boxes})}
    return list(dict.fromkeys((site_id, shown_day(shown, zones[site_id])) for site_id, shown in boxes))


def _about(day: date) -> dict[str, str]:
    """The same words whatever was written, and however much (S22)."""
    said = {}
    for language in TRANSLATED:
        with force_locale(language):
            said[language] = str(_("Letter box, %(day)s", day=format_date(day, "d MMMM")))
    return said
