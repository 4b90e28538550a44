"""Ask people to sign in, without a word about what, whom or how much (S22).

Every advocate gets the same mail every day at the site's daily hour, whether anything is there or not. Whoever is told
of a clock gets that very mail once more: it has the same words and the same size.
"""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as people
from youthvoice.accounts.mail import send as writing
from youthvoice.compiled_sql import adding
from youthvoice.grievances.models import DailyNotice
from youthvoice.grievances.rota import store as on_call
from youthvoice.privacy.keys.names import PEOPLE
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts


def ask(session: Session, person_ids: Iterable[int], *once: str | int) -> None:
    """Ask some people to sign in.

    Args:
        session: of what they are told about.
        person_ids: only people who read the thread.
        once: what makes it the same mail when it is put into the outbox again; it shows in no mail.
    """
    for person_id in sorted(set(person_ids)):
        person = people.find(session, person_id)
        if person is not None and person.left_on is None:
            writing.please_sign_in(session, person, *once)


def daily_due() -> None:
    """The job: once a day, from the daily hour of each site on, every advocate there is asked to sign in.

    Who works at several sites with the same hour gets one mail.

    Days of the rota that are over are forgotten then: whoever takes the database reads no history of who was on call.
    """
    with db.reading(db.engine()) as session:
        due = [
            (site.id, day)
            for site in places.every_site(session)
            if (day := _due(session, places.facts(site))) is not None
        ]
    for site_id, day in due:
        with db.writing(db.engine()) as session:
            if _is_first(session, site_id, day):
                on_call.forget(session, site_id, day)
                readers = people.readers(session, site_id, running.keyring().key_or_new(PEOPLE), running.now())
                ask(session, (one.person_id for one in readers.advocates), "daily", f"{running.now():%Y-%m-%dT%H}")


def _due(session: Session, site: SiteFacts) -> date | None:
    """The day at a site whose mail has not gone out though its hour has come."""
    here = running.now().astimezone(ZoneInfo(site.time_zone))
    if here.hour < site.daily_hour:
        return None
    last = session.scalar(select(DailyNotice.day).where(DailyNotice.site_id == site.id))
    return here.date() if last is None or last < here.date() else None


def _is_first(session: Session, site_id: int, day: date) -> bool:
    """Note the day; False when another process did already."""
    new = adding(DailyNotice, session.get_bind().dialect).values(site_id=site_id, day=day)
    noted = new.on_conflict_do_update(
        index_elements=[DailyNotice.site_id], set_={"day": day}, where=DailyNotice.day < day
    )
    return session.scalar(noted.returning(DailyNotice.site_id)) is not None
