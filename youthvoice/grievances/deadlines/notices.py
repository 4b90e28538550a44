"""Ask people to sign in, without a word about what, whom or how much: daily, and where somebody guesses codes.

Every advocate gets the same mail every day at the site's daily hour, whether anything is there or not. Whoever is told
of a clock gets that very mail once more: it has the same words and the same size.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts import mail
from youthvoice.accounts.sign_in import password_attempts
from youthvoice.accounts.store import find_person, find_readers, list_people, site_ids_of_people
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.grievances.models import DailyNoticeRow
from youthvoice.jobs.daily import days_due, do_once
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import list_all_sites
from youthvoice.threads.child_codes import code_attempts


def ask_to_sign_in(session: Session, person_ids: Iterable[int], *once: str | int) -> None:
    """Ask some people to sign in.

    Args:
        session: of what they are told about.
        person_ids: only people who read the thread.
        once: what makes it the same mail when it is put into the outbox again; it shows in no mail.
    """
    for person_id in sorted(set(person_ids)):
        person = find_person(session, person_id)
        if person is not None and person.left_on is None:
            mail.ask_to_sign_in(session, person, *once)


def daily_notice_due() -> None:
    """The job: once a day, from the daily hour of each site on, every advocate there is asked to sign in.

    Who works at several sites with the same hour gets one mail.

    Days of the rota that are over are forgotten then: whoever takes the database reads no history of who was on call.
    """
    with db.reading(db.engine()) as session:
        due = days_due(list_all_sites(session))
    do_once(DailyNoticeRow.day, due, _notify)


def _notify(session: Session, site_id: int, day: date) -> None:
    on_call_rota.forget_past_duties(session, site_id, day)
    readers = find_readers(session, site_id)
    ask_to_sign_in(session, (reader.person_id for reader in readers.advocates), "daily", f"{context.now():%Y-%m-%dT%H}")


_KEPT = timedelta(days=2)  # somewhere it is still yesterday


def guessing_due() -> None:
    """The job: ask those who are not asked yet today, and forget the tries of days that are over everywhere."""
    pepper, before = context.keyring().key(PEPPER), context.today() - _KEPT
    with db.reading(db.engine()) as session:
        days = _days(session)
        slowed, old = code_attempts.slowed_sites(session, pepper, days), code_attempts.has_old_attempts(session, before)
    if slowed or old:
        with db.writing(db.engine()) as session:
            for site_id in code_attempts.sites_to_warn(session, pepper, days):
                _ask(session, site_id, days[site_id])
            code_attempts.forget_old_attempts(session, before)
    _passwords()


def _passwords() -> None:
    """The same for passwords: whose are tried is told to the advocates of her sites, and old tries are forgotten."""
    pepper, now = context.keyring().key(PEPPER), context.now()
    with db.reading(db.engine()) as session:
        sites = [site.id for site in list_all_sites(session)]
        handles = {person.handle: person.id for person in list_people(session, sites)}
        due = password_attempts.find_attacked_people(
            session, pepper, handles, now
        ) or password_attempts.has_old_attempts(session, now)
    if due:
        with db.writing(db.engine()) as session:
            people = password_attempts.find_people_to_warn(session, pepper, handles, now)
            for site_id in {at for one in site_ids_of_people(session, list(people)).values() for at in one}:
                _ask(session, site_id, context.today())
            password_attempts.delete_old_attempts(session, now)


def _days(session: Session) -> dict[int, date]:
    return {site.id: context.day_at(context.now(), site.time_zone) for site in list_all_sites(session)}


def _ask(session: Session, site_id: int, day: date) -> None:
    readers = find_readers(session, site_id)
    ask_to_sign_in(session, (reader.person_id for reader in readers.advocates), "guessing", site_id, day.isoformat())
