"""Mails that ask people to sign in: daily, after a deadline, and where somebody guesses codes or passwords.

The mail says nothing about a report, a child or a number. Each advocate gets it every day at the site's daily hour,
whether there is anything to read or not. A deadline sends the same mail once more, with the same text and size.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from limits import parse
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE, INTERPRETER
from youthvoice.accounts import mail
from youthvoice.accounts.interpreters import list_interpreters
from youthvoice.accounts.sign_in import password_attempts
from youthvoice.accounts.store import (
    Person,
    find_person,
    find_readers,
    list_people,
    site_ids_of_people,
    trusted_people_by_site,
)
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.grievances.models import DailyNoticeRow
from youthvoice.jobs.clock_check import find_leap
from youthvoice.jobs.daily import days_due, do_once
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import days_at_sites, list_site_clocks
from youthvoice.threads import handover_items
from youthvoice.threads.child_codes import code_attempts
from youthvoice.web.rate_limits import flood_counts

_ONE_TEXT: Final = parse("1 per 10 minutes")


def ask_to_sign_in(session: Session, person_ids: Iterable[int], *once: str | int) -> None:
    """Ask some people to sign in.

    Args:
        session: of the transaction that the mail belongs to.
        person_ids: only people who may know what the mail is about, such as readers of a report.
        once: identifies the mail, so that a repeat adds no second one to the outbox; it appears in no mail.
    """
    for person_id in sorted(set(person_ids)):
        person = find_person(session, person_id)
        if person is not None and person.left_on is None:
            mail.ask_to_sign_in(session, person, *once)


def warn_of_danger(session: Session, person_ids: Iterable[int], *once: str | int) -> None:
    """Ask some people by text message, too, to sign in: somebody may be in danger, and mail is read late.

    A person who was asked less than ten minutes ago is asked once more when they are over, however many reports came:
    a flood of invented ones does not use up the card of the modem.

    Args:
        session: of the transaction that the messages belong to.
        person_ids: readers of the thread who are on call.
        once: as `ask_to_sign_in`.
    """
    pause_seconds = _ONE_TEXT.get_expiry()
    later = context.now() + timedelta(seconds=pause_seconds)
    for person_id in sorted(set(person_ids)):
        person = find_person(session, person_id)
        if person is None or person.left_on is not None:
            continue
        if flood_counts.hit(_ONE_TEXT, "sms", str(person_id)):
            mail.ask_to_sign_in_by_sms(session, person, context.now(), *once)
        else:
            mail.ask_to_sign_in_by_sms(session, person, later, "later", int(later.timestamp() // pause_seconds))


def send_daily_notices() -> bool:
    """Ask every advocate to sign in, once a day from each site's daily hour on. A job; as `do_once`.

    An advocate of several sites with the same hour gets one mail, however long the job takes. An interpreter gets it
    while something that was sealed to her is unopened: at this hour, so that no mail tells when a child said yes.

    The job also deletes past days of the rota, so that a stolen database holds no history of who was on call.
    """
    with db.reading(db.engine()) as session:
        clocks = list_site_clocks(session)
    due = days_due(clocks)
    hours = {
        clock.id: datetime.combine(due[clock.id], time(clock.daily_hour), ZoneInfo(clock.time_zone)).astimezone(UTC)
        for clock in clocks
        if clock.id in due
    }
    return do_once(DailyNoticeRow.day, due, partial(_notify, hours))


def _notify(hours: Mapping[int, datetime], session: Session, site_ids: Sequence[int], day: date) -> None:
    """Notify the people of some sites: each by the first of her sites with this hour, whenever the others are done."""
    if find_leap(session) is None:
        on_call_rota.forget_past_duties(session, site_ids, day)
    people: dict[tuple[int, int], Person] = {}
    for site_id, trusted in trusted_people_by_site(session, site_ids, {ADVOCATE, INTERPRETER}).items():
        people |= {(person.id, site_id): person for person in trusted if person.role == ADVOCATE}
        if any(person.role == INTERPRETER for person in trusted):
            interpreters = {interpreter.reader.person_id for interpreter in list_interpreters(session, site_id)}
            waited_for = {each for each in interpreters if handover_items.count_unopened(session, each)}
            people |= {(person.id, site_id): person for person in trusted if person.id in waited_for}
    sites = site_ids_of_people(session, {person_id for person_id, _site_id in people})
    for (person_id, site_id), person in sorted(people.items()):
        if site_id == min(other for other in sites[person_id] if hours.get(other) == hours[site_id]):
            mail.ask_to_sign_in(session, person, "daily", f"{context.now():%Y-%m-%dT%H}")


_KEPT = timedelta(days=2)  # in some time zones it is still yesterday


def warn_about_guessing() -> None:
    """Warn the advocates of sites where somebody guesses codes or passwords; delete old attempts. A job.

    Each site is warned once a day. Attempts are deleted once their day is over in every time zone.
    """
    pepper = context.keyring().key(PEPPER)
    with db.reading(db.engine()) as session:
        before = (find_leap(session) or context.now()).date() - _KEPT
        days = days_at_sites(session)
        slowed, old = code_attempts.slowed_sites(session, pepper, days), code_attempts.has_old_attempts(session, before)
    if slowed or old:
        with db.writing(db.engine()) as session:
            for site_id in code_attempts.sites_to_warn(session, pepper, days):
                _warn_advocates(session, site_id, days[site_id])
            code_attempts.forget_old_attempts(session, before)
    _warn_about_passwords()


def _warn_about_passwords() -> None:
    """Warn the advocates of a person's sites where somebody guesses that person's password; delete old attempts."""
    pepper, now = context.keyring().key(PEPPER), context.now()
    with db.reading(db.engine()) as session:
        is_due = password_attempts.has_many_attempts(session, now) or password_attempts.has_old_attempts(session, now)
    if is_due:
        with db.writing(db.engine()) as session:
            handles = {person.handle: person.id for person in list_people(session, list(days_at_sites(session)))}
            people = password_attempts.find_people_to_warn(session, pepper, handles, now)
            for site_id in frozenset[int]().union(*site_ids_of_people(session, list(people)).values()):
                _warn_advocates(session, site_id, context.today())
            password_attempts.delete_old_attempts(session, now)


def _warn_advocates(session: Session, site_id: int, day: date) -> None:
    readers = find_readers(session, site_id)
    ask_to_sign_in(session, (reader.person_id for reader in readers.advocates), "guessing", site_id, day.isoformat())
