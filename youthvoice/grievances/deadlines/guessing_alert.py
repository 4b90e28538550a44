"""Where somebody guesses at codes or passwords, advocates are asked to sign in, once a day; old tries are forgotten."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as people
from youthvoice.accounts.sign_in import attempt_limits as tries
from youthvoice.grievances.deadlines import notices
from youthvoice.privacy.keys.names import PEOPLE, PEPPER
from youthvoice.sites import store as places
from youthvoice.threads.child_codes import attempt_limits as code_tries

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
    _passwords()


def _passwords() -> None:
    """The same for passwords: whose are tried is told to the advocates of her sites, and old tries are forgotten."""
    pepper, now = running.keyring().key(PEPPER), running.now()
    with db.reading(db.engine()) as session:
        sites = [site.id for site in places.every_site(session)]
        handles = {one.handle: one.id for one in people.people_of(session, sites)}
        due = tries.guessed(session, pepper, handles, now) or tries.has_old(session, now)
    if due:
        with db.writing(db.engine()) as session:
            told = tries.to_warn(session, pepper, handles, now)
            for site_id in {at for one in people.sites_of(session, list(told)).values() for at in one}:
                _ask(session, site_id, running.today())
            tries.sweep(session, now)


def _days(session: Session) -> dict[int, date]:
    now = running.now()
    return {site.id: now.astimezone(ZoneInfo(site.time_zone)).date() for site in places.every_site(session)}


def _ask(session: Session, site_id: int, day: date) -> None:
    readers = people.readers(session, site_id, running.keyring().key_or_new(PEOPLE), running.now())
    notices.ask(session, (one.person_id for one in readers.advocates), "guessing", site_id, day.isoformat())
