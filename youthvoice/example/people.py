"""The example's site, its people, and their addresses: plainly invented."""

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access import permissions
from youthvoice.accounts.interpreters import record_languages
from youthvoice.accounts.people.bootstrap import NewAccount, PreparedAccount, add_first_people
from youthvoice.accounts.people.store import set_address
from youthvoice.accounts.store import find_person_by_handle
from youthvoice.audit.audit_log import Log
from youthvoice.example.rounds import log_of, require
from youthvoice.grievances.deadlines.on_call_rota import Duty, add_duty
from youthvoice.sites import service_directory, store
from youthvoice.translation.store import sign_as_example
from youthvoice.witnesses.store import WitnessAddress, confirm_witness, enter_witness

SLUG: Final = "example-house"

TIME_ZONE: Final = "Asia/Kolkata"

PEOPLE: Final = (
    NewAccount("Tomas Example", permissions.COORDINATOR, "tomas"),
    NewAccount("Asha Example", permissions.ADVOCATE, "asha"),
    NewAccount("Ravi Example", permissions.ADVOCATE, "ravi"),
    NewAccount("Meera Example", permissions.SAFEGUARDING_LEAD, "meera"),
    NewAccount("Olga Example", permissions.OUTSIDE_RECIPIENT, "olga"),
    NewAccount("Fatima Example", permissions.FACILITATOR, "fatima"),
    NewAccount("Lata Example", permissions.FACILITATOR, "lata"),
    NewAccount("Reva Example", permissions.REVIEWER, "reva"),
    NewAccount("Bela Example", permissions.INTERPRETER, "bela"),
)

_TRAINED: Final = timedelta(days=365)

_SITE: Final = {
    "name": "Example House",
    "mail_name": "Family letter",
    "time_zone": TIME_ZONE,
    "daily_hour": 17,
    "languages": ["en", "hi", "ar"],
    "checked_languages": ["en"],
    "helpline_name": "Example Child Line",
    "helpline_number": "0800 555 010",
    "helpline_hours": "24/7",
    "helpline_languages": ["en", "hi", "mr", "gom"],
    "danger_number": "555",
    "danger_adult": "Fatima Example",
    "mail_picture": "1F418",
    "mail_word": "Marigold",
    "staff_word": "Teapot",
    "ask_number": "0800 555 020",
    "ask_hours": "10:00-16:00",
}


def ready(today: date) -> list[NewAccount]:
    """The accounts, trained for a year from now, with a tested outside recipient, so that children can report.

    Nobody is asked to choose a password: a visitor plays all of these people, and the example holds nothing real.
    """
    trained = [replace(account, trained_until=today + _TRAINED, password_known=False) for account in PEOPLE]
    return [
        replace(account, tested_on=today) if account.role == permissions.OUTSIDE_RECIPIENT else account
        for account in trained
    ]


def add_site(session: Session, today: date) -> int:
    """Add Example House, with a helpline that was tested today. Returns its id."""
    site = store.add_site(session, SLUG, {**_SITE, "helpline_tested": today})
    for group in ("Class 5", "Dormitory 2"):
        store.add_group(session, site.id, group)
    sign_as_example(session, site.id, PEOPLE[0].name, Log(today, PEOPLE[0].handle))
    return site.id


def add_people(session: Session, prepared: list[PreparedAccount], site_id: int) -> None:
    """Add everybody, through the same code as `youthvoice staff found`."""
    add_first_people(session, prepared, [site_id])


def keep_passwords(folder: Path, people: list[PreparedAccount]) -> Path:
    """Write the first passwords beside the development keys, readable by this account only."""
    file = folder / "example-sign-ins.txt"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        for account in people:
            out.write(
                f"{account.newcomer.handle}:{account.password}  {account.newcomer.name}, {account.newcomer.role}\n"
            )
    return file


_WEEKLY_ROTA: Final = ("asha", "ravi", "asha", "ravi", "asha", "ravi", "asha")  # from Monday on

_ROTA_ONCE: Final = ("meera", timedelta(days=7), timedelta(days=9))  # first and last day from today

# slot -> address, who entered it, who confirmed it; one of the two is of another organisation
_WITNESSES: Final = {
    1: ("log-one@example.org", "asha", "olga"),
    2: ("log-two@example.org", "olga", "ravi"),
}

# name, what for, telephone, languages
_SERVICES: Final = (
    ("Example Clinic", "health", "0800 555 020", ["en", "hi"]),
    ("Example Room to Talk", "counselling", "0800 555 030", ["en", "hi", "ar"]),
    ("Example Legal Aid", "law", "0800 555 040", ["en", "hi"]),
)


def reach_everybody(session: Session, site_id: int) -> None:
    """Add mail addresses, what the interpreter speaks, a rota, two witnesses of the log, and three services."""
    ids = {account.handle: _with_address(session, account.handle) for account in PEOPLE}
    record_languages(session, ids["bela"], ["bn", "en", "hi"], (), log_of("asha"))
    handle, first, last = _ROTA_ONCE
    today = context.today()
    duties = [Duty(site_id=site_id, person_id=ids[name], weekday=day) for day, name in enumerate(_WEEKLY_ROTA)]
    duties.append(Duty(site_id=site_id, person_id=ids[handle], first_day=today + first, last_day=today + last))
    for duty in duties:
        add_duty(session, duty)
        log_of("asha").add(session, "rota.add", SLUG)
    for slot, (address, entered_by, confirmed_by) in _WITNESSES.items():
        _write_outside(session, WitnessAddress(slot, address, entered_by=ids[entered_by]), ids[confirmed_by])
        log_of(entered_by).add(session, "witness.enter")
        log_of(confirmed_by).add(session, "witness.confirm", str(slot))
    for name, kind, phone, languages in _SERVICES:
        values = {"name": name, "kind": kind, "phone": phone, "languages": languages, "verified_on": today}
        log_of("tomas").add(session, "service.add", str(service_directory.add_service(session, site_id, values)))


def _write_outside(session: Session, address: WitnessAddress, confirmed_by: int) -> None:
    enter_witness(session, address)
    confirm_witness(session, address, confirmed_by)


def _with_address(session: Session, handle: str) -> int:
    person = require(find_person_by_handle(session, handle))
    set_address(session, person.id, f"{handle}@example.org")
    return person.id
