"""The first look at a day's letters is owed by the advocates of the site, and settled when all were opened."""

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import store as answers
from youthvoice.accountability.store import OwedFacts
from youthvoice.sites import store as places
from youthvoice.threads.letters import store
from youthvoice.threads.letters.rules import first_look_due, shown_day
from youthvoice.web.i18n.languages import TRANSLATED

KIND = "letters"


def letters_due() -> None:
    """The job: from the daily hour on, the first look at letters is owed; without letters nothing is written.

    What was opened in the very moment in which it was written down as owed is settled by the next look.
    """
    with db.reading(db.engine()) as session:
        new, done = _new_and_done(session)
    if new or done:
        with db.writing(db.engine()) as session:
            new, done = _new_and_done(session)
            for site_id, day in new:
                owe_first_look(session, site_id, day)
            for owed in done:
                answers.settle(session, owed.id, running.today())


def _new_and_done(session: Session) -> tuple[list[tuple[int, date]], list[OwedFacts]]:
    """Days whose letters wait and are not owed yet, and what is owed of days whose letters were all opened."""
    days = waiting_days(session, running.now())
    new = [(site_id, day) for site_id, day in days if _owed(session, site_id, day) is None]
    wait = {(site_id, f"{day}") for site_id, day in days}
    owed = answers.unsettled(session, running.keyring(), KIND)
    return new, [one for one in owed if (one.site_id, one.subject) not in wait]


def waiting_days(session: Session, now: datetime) -> list[tuple[int, date]]:
    """(site, day) of every box whose hour has come and where a letter waits; the day on which it was shown, there."""
    return _days(session, store.waiting(session, now))


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
