"""Who is reached and how: addresses, who is on call, where the head of the log goes, services near. All invented."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accounts import store as staff
from youthvoice.accounts.mail import addresses as mail_addresses
from youthvoice.example.people import PEOPLE, SLUG
from youthvoice.example.rounds import log_of
from youthvoice.grievances.rota import store as on_call
from youthvoice.grievances.rota.store import Duty
from youthvoice.sites.services import store as services
from youthvoice.witnesses import store as witnesses
from youthvoice.witnesses.store import Outside

_WEEK: Final = ("asha", "ravi", "asha", "ravi", "asha", "ravi", "asha")  # from Monday on
_ONCE: Final = ("meera", timedelta(days=7), timedelta(days=9))
# slot -> address, who entered it, who confirmed it; one of the two is of another organisation
_OUTSIDE: Final = {
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
    """Addresses of everybody, a rota, two addresses outside for the head of the log, and three services."""
    ids = {one.handle: _with_address(session, one.handle) for one in PEOPLE}
    handle, first, last = _ONCE
    today = running.today()
    duties = [Duty(0, site_id, ids[each], weekday=day) for day, each in enumerate(_WEEK)]
    duties.append(Duty(0, site_id, ids[handle], first_day=today + first, last_day=today + last))
    for duty in duties:
        on_call.add(session, duty)
        log_of("asha").add(session, "rota.add", SLUG)
    for slot, (address, entered_by, confirmed_by) in _OUTSIDE.items():
        _write_outside(session, Outside(slot, address, entered_by=ids[entered_by]), ids[confirmed_by])
        log_of(entered_by).add(session, "witness.enter")
        log_of(confirmed_by).add(session, "witness.confirm", str(slot))
    for name, kind, phone, languages in _SERVICES:
        values = {"name": name, "kind": kind, "phone": phone, "languages": languages, "verified_on": today}
        log_of("tomas").add(session, "service.add", str(services.add(session, site_id, values)))


def _write_outside(session: Session, entered: Outside, confirmed_by: int) -> None:
    witnesses.enter(session, running.keyring(), entered)
    witnesses.confirm(session, running.keyring(), entered, confirmed_by)


def _with_address(session: Session, handle: str) -> int:
    found = staff.by_handle(session, handle)
    if found is None:
        raise LookupError(handle)
    found.mail = mail_addresses.locked(running.keyring(), f"{handle}@example.org")
    return found.id
