"""Where somebody guesses at picture codes, the advocates are asked to sign in, once a day; old tries are forgotten."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import db, running
from youthvoice.grievances import notices
from youthvoice.places import store as places
from youthvoice.privacy.key_names import PEOPLE, PEPPER
from youthvoice.staff import store as people
from youthvoice.threads import code_tries

_KEPT = timedelta(days=2)  # somewhere it is still yesterday


def guessing_due() -> None:
    """The job: ask those who are not asked yet today, and forget the tries of days that are over everywhere."""
    pepper, before = running.keyring().key(PEPPER), running.today() - _KEPT
    with db.reading(db.engine()) as session:
        days = _days(session)
        slowed, old = code_tries.slowed(session, pepper, days), code_tries.has_any(session, before)
    if slowed or old:
        with db.writing(db.engine()) as session:
            for site_id in code_tries.to_warn(session, pepper, days):
                _ask(session, site_id, days[site_id])
            code_tries.sweep(session, before)


def _days(session: Session) -> dict[int, date]:
    now = running.now()
    return {site.id: now.astimezone(ZoneInfo(site.time_zone)).date() for site in places.every_site(session)}


def _ask(session: Session, site_id: int, day: date) -> None:
    readers = people.readers(session, site_id, running.keyring().key_or_new(PEOPLE), running.now())
    notices.ask(session, (one.person_id for one in readers.advocates), "guessing", site_id, day.isoformat())
