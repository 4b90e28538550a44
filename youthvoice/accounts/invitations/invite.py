"""Invite somebody: the row, the line in the log, and the mail where she has an address."""

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller, log
from youthvoice.accounts import store
from youthvoice.accounts.directory import OnePerson
from youthvoice.accounts.invitations import store as invitations
from youthvoice.accounts.invitations.store import Guest
from youthvoice.accounts.mail import addresses as mail_addresses
from youthvoice.accounts.mail import send as writing
from youthvoice.accounts.mail.send import To
from youthvoice.accounts.models import Person


class AddressTaken(Exception):
    """Somebody here has this address: one human gets no second account by a mistake, or by a trick."""


def invite(session: Session, caller: Caller, guest: Guest, mail: str, language: str) -> str:
    """Invite a guest.

    Args:
        session: of the request; the caller commits.
        caller: who invites.
        guest: who is invited; `mail` is set here.
        mail: her address as it was typed, or empty.
        language: of the mail.

    Returns:
        The token of the link.

    Raises:
        AddressTaken: another account has this address, of whoever comes for the first time.
    """
    keyring = running.keyring()
    if mail.strip() and guest.person_id is None and _has_it(session, mail):
        raise AddressTaken
    locked = mail_addresses.locked(keyring, mail)
    whole = Guest(guest.name, guest.role, guest.site_ids, locked, guest.person_id)
    token = invitations.invite(session, whole, caller.person_id, keyring.key("people"), running.now())
    if locked is not None:
        writing.invite(session, To(mail.strip(), min(guest.site_ids), language), token)
    log().add(session, "person.invite", guest.role if guest.person_id is None else str(guest.person_id))
    return token


def invite_anew(session: Session, caller: Caller, person: OnePerson) -> tuple[Guest, str, bool]:
    """Invite somebody who lost her password; the caller commits.

    Returns:
        Who is invited, the token of the link, and whether it goes to her by mail, too.
    """
    row = session.get_one(Person, person.person_id)
    address = mail_addresses.plain(running.keyring(), row.mail)
    guest = Guest(person.name, person.role, person.site_ids, person_id=person.person_id)
    return guest, invite(session, caller, guest, address, row.language), bool(address)


def _has_it(session: Session, mail: str) -> bool:
    wanted = mail.strip().casefold()
    others = [person for person in store.everybody(session) if person.left_on is None]
    return any(_address_of(person) == wanted for person in others)


def _address_of(person: Person) -> str:
    return mail_addresses.plain(running.keyring(), person.mail).casefold()
