"""Invitations: create, mail, withdraw and accept them. Each is a one-time link that is valid for seven days."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import Caller, caller_log
from youthvoice.access.permissions import may
from youthvoice.accounts import mail as accounts_mail, store
from youthvoice.accounts.mail import MailRecipient
from youthvoice.accounts.models import InvitationRow, PersonRow
from youthvoice.accounts.people import key_comparison
from youthvoice.accounts.people.directory import PersonOverview
from youthvoice.accounts.people.offboarding import reads_alone
from youthvoice.accounts.people.person_names import list_names_in_use, why_not_name
from youthvoice.accounts.people.store import Newcomer, add_person, delete_recovery_codes, key_binding, renew_key
from youthvoice.accounts.rules import HOLDING_KEYS, INVITATION_LASTS
from youthvoice.accounts.sign_in import authentication
from youthvoice.db import count_changed
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.passwords import PersonSecret, make_secret
from youthvoice.privacy.crypto.argon2 import PASSWORD_COST, Argon2Cost
from youthvoice.privacy.crypto.record_macs import check_record_mac, record_mac
from youthvoice.privacy.crypto.session_keys import session_token, token_hash
from youthvoice.privacy.keys.key_names import PEOPLE
from youthvoice.web.graphics.qr_codes import qr_code

_REMEMBERED: Final = timedelta(days=30)  # for this long a used or expired link says which of the two it is


@dataclass(frozen=True, slots=True)
class Guest:
    """The person who is invited.

    Attributes:
        name: as others know this person.
        role: one of `permissions.ROLES`.
        site_ids: where this person will work.
        mail: the mail address, encrypted; or None.
        person_id: of a person who has an account and lost the password; else None.
    """

    name: str
    role: str
    site_ids: frozenset[int]
    mail: bytes | None = field(default=None, repr=False)
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that can still be accepted."""

    id: int
    guest: Guest
    invited_by: int
    until: datetime


def add_invitation(session: Session, guest: Guest, invited_by: int) -> str:
    """Store an invitation; an earlier one of the same person ends.

    Returns:
        The token of the link, 43 characters; it is kept nowhere.
    """
    now = context.now()
    session.execute(delete(InvitationRow).where(InvitationRow.until <= now - _REMEMBERED))
    if guest.person_id is not None:
        session.execute(
            delete(InvitationRow).where(InvitationRow.person_id == guest.person_id, InvitationRow.used_on.is_(None))
        )
    token = session_token()
    row = InvitationRow(
        token_hash=token_hash(token),
        name=guest.name,
        role=guest.role,
        site_ids=sorted(guest.site_ids),
        person_id=guest.person_id,
        invited_by=invited_by,
        mail=guest.mail,
        until=now + INVITATION_LASTS,
        seal=b"",
    )
    row.seal = record_mac(context.keyring().key(PEOPLE), "invitation", *_claims(row))
    session.add(row)
    session.flush()
    return token


def _claims(row: InvitationRow) -> tuple[str | int | None, ...]:
    """What the MAC of an invitation covers."""
    sites = ",".join(str(site_id) for site_id in row.site_ids)
    until = row.until.astimezone(UTC).isoformat()
    return row.token_hash.hex(), row.name, row.role, sites, row.person_id, row.invited_by, until


def find_invitation(session: Session, token: str) -> Invitation:
    """The invitation of a link.

    Raises:
        Refused: the link is not valid.
    """
    row = session.scalar(select(InvitationRow).where(InvitationRow.token_hash == token_hash(token)))
    if row is None or not check_record_mac(row.seal, context.keyring().key(PEOPLE), "invitation", *_claims(row)):
        raise Refused("unknown")
    host = store.find_person_row(session, row.invited_by)
    if host is None or host.left_on is not None:
        raise Refused("unknown")
    if row.used_on is not None:
        raise Refused("used")
    if row.until <= context.now():
        raise Refused("over")
    return _to_invitation(row)


def spend_invitation(session: Session, invitation: Invitation, day: date) -> None:
    """Mark the link as used, in the transaction that makes the account, and delete the mail address.

    Raises:
        Refused: the link has been used at the same moment.
    """
    mine = (InvitationRow.id == invitation.id, InvitationRow.used_on.is_(None))
    if not count_changed(session, update(InvitationRow).where(*mine).values(used_on=day, mail=None)):
        raise Refused("used")


def list_open_invitations(session: Session, site_ids: Collection[int]) -> list[Invitation]:
    """The open invitations to any of these sites, by name."""
    query = select(InvitationRow).where(InvitationRow.used_on.is_(None), InvitationRow.until > context.now())
    rows = session.scalars(query.order_by(InvitationRow.name, InvitationRow.id))
    return [_to_invitation(row) for row in rows if set(row.site_ids) & set(site_ids)]


def rename_guest(session: Session, person_id: int, name: str) -> None:
    """Put a person's new name into their open invitation; the caller commits."""
    key = context.keyring().key(PEOPLE)
    waiting = select(InvitationRow).where(InvitationRow.person_id == person_id, InvitationRow.used_on.is_(None))
    for row in session.scalars(waiting):
        if check_record_mac(row.seal, key, "invitation", *_claims(row)):
            row.name = name
            row.seal = record_mac(key, "invitation", *_claims(row))
    session.flush()


def list_invited_names(session: Session) -> list[str]:
    """The names in all open invitations of people who have no account yet."""
    waiting = (InvitationRow.used_on.is_(None), InvitationRow.person_id.is_(None), InvitationRow.until > context.now())
    return list(session.scalars(select(InvitationRow.name).where(*waiting)))


def delete_invitation(session: Session, invitation_id: int) -> None:
    """End an invitation; its link is unknown from now on."""
    session.execute(delete(InvitationRow).where(InvitationRow.id == invitation_id, InvitationRow.used_on.is_(None)))


def _to_invitation(row: InvitationRow) -> Invitation:
    guest = Guest(row.name, row.role, frozenset(row.site_ids), row.mail, row.person_id)
    return Invitation(row.id, guest, row.invited_by, row.until)


class AddressTaken(Exception):
    """An account has this mail address: one person gets no second account by mistake, or by a trick."""


def invite_guest(session: Session, caller: Caller, guest: Guest, mail: str, language: str) -> str:
    """Invite a guest, by mail if there is an address.

    Args:
        session: of the request; the caller commits.
        caller: who invites.
        guest: the person who is invited; `mail` is set here.
        mail: the address as it was typed, or empty.
        language: of the mail.

    Returns:
        The token of the link.

    Raises:
        AddressTaken: the guest has no account yet, and another account has this address.
    """
    if mail.strip() and guest.person_id is None and _is_address_in_use(session, mail):
        raise AddressTaken
    locked = accounts_mail.encrypt_address(mail)
    whole = Guest(guest.name, guest.role, guest.site_ids, locked, guest.person_id)
    token = add_invitation(session, whole, caller.person_id)
    if locked is not None:
        accounts_mail.mail_invitation(session, MailRecipient(mail.strip(), min(guest.site_ids), language), token)
    caller_log().add(session, "person.invite", guest.role if guest.person_id is None else str(guest.person_id))
    return token


def reinvite_person(session: Session, caller: Caller, person: PersonOverview) -> tuple[Guest, str, bool]:
    """Invite a person who lost the password again; the caller commits.

    Returns:
        Who is invited, the token of the link, and whether it is also sent by mail.
    """
    row = session.get_one(PersonRow, person.person_id)
    address = accounts_mail.open_address(row.mail)
    guest = Guest(person.name, person.role, person.site_ids, person_id=person.person_id)
    return guest, invite_guest(session, caller, guest, address, row.language), bool(address)


def render_invitation_link(guest: Guest, token: str, *, mailed: bool) -> str:
    """The page with the link, shown once to the person who invited."""
    link = context.settings().url + url_for("people.join", token=token)
    until = (context.now() + INVITATION_LASTS).date()
    square = qr_code(link, _("Square code of the link"))
    template_values = {
        "guest": guest,
        "link": link,
        "square": square,
        "until": until,
        "mailed": mailed and context.settings().sends_mail,
    }
    return render_template("accounts/invitations/link.html", **template_values)


def _is_address_in_use(session: Session, mail: str) -> bool:
    """Whether somebody with an account has this mail address."""
    wanted = mail.strip().casefold()
    others = [person for person in store.list_every_person_row(session) if person.left_on is None]
    return any(_address_of(person) == wanted for person in others)


def _address_of(person: PersonRow) -> str:
    return accounts_mail.open_address(person.mail).casefold()


class HandleTaken(Exception):
    """Another person has this sign-in name."""


def handle_of_invited(session: Session, invitation: Invitation) -> str | None:
    """The sign-in name of an invited person who has an account; None for a new person.

    Raises:
        Refused: the person has left.
    """
    person = _find_invited_person(session, invitation)
    return person.handle if person else None


def accept_invitation(token: str, handle: str, password: str, language: str, cost: Argon2Cost = PASSWORD_COST) -> int:
    """Make the account, or the new key of a person who lost the password.

    Runs Argon2: call it before the request's own session is opened.

    Args:
        token: of the link.
        handle: the chosen sign-in name; a person with an account keeps the old one.
        password: the chosen one.
        language: of this person's pages.
        cost: for tests only.

    Returns:
        The id of the person.

    Raises:
        Refused: the link is not valid, or has been used at the same moment; `name`: somebody has this name by now;
            `reads_alone`: see `_refuse_if_reads_alone`.
        HandleTaken: somebody signs in with this handle.
    """
    with db.reading(db.engine()) as session:
        person_row = _find_invited_person(session, find_invitation(session, token))
        bound = key_binding(person_row.handle, person_row.key_version + 1) if person_row else key_binding(handle, 1)
    secret = make_secret(password, context.keyring().key("pepper"), bound, cost=cost)
    try:
        with db.writing(db.engine()) as session:
            invitation = find_invitation(session, token)
            spend_invitation(session, invitation, context.today())
            person = _accept(session, invitation, handle, secret, language)
            action = "person.join" if invitation.guest.person_id is None else "key.renew"
            authentication.sign_in_log(person.handle).add(session, action, str(person.id))
            return person.id
    except IntegrityError:
        raise HandleTaken from None


def _refuse_if_reads_alone(session: Session, person: PersonRow) -> None:
    """Keep the old key of a person who alone can open something.

    Otherwise two colleagues who were excluded from a report could end it by giving this person a new key.

    Raises:
        Refused: the person needs a new account; the old one stays and waits for its password.
    """
    store.lock_people(session)
    if person.role in HOLDING_KEYS and reads_alone()(session, person.id):
        raise Refused("reads_alone")


def _find_invited_person(session: Session, invitation: Invitation) -> PersonRow | None:
    """The row of an invited person who has an account; None for a new person."""
    if invitation.guest.person_id is None:
        return None
    person = store.find_person_row(session, invitation.guest.person_id)
    if person is None or person.left_on is not None:
        raise Refused("unknown")
    return person


def _accept(session: Session, invitation: Invitation, handle: str, secret: PersonSecret, language: str) -> PersonRow:
    """Make the account of a guest, or renew the key of one who has an account."""
    guest = invitation.guest
    person_row = _find_invited_person(session, invitation)
    if person_row is not None:
        _refuse_if_reads_alone(session, person_row)
        renew_key(session, person_row, secret, trusted_from=None)
        key_comparison.delete_all_comparisons(session, person_row.id)
        delete_recovery_codes(session, person_row.id)
        accounts_mail.mail_about_account(session, person_row, "renewed")
        _ask_to_meet(session, person_row)
        return person_row
    store.lock_people(session)
    if why_not_name(guest.name, list_names_in_use(session)):
        raise Refused("name")
    newcomer = Newcomer(handle, guest.name, guest.role, secret, language, mail=guest.mail)
    person = add_person(session, newcomer, guest.site_ids)
    _ask_to_meet(session, person)
    return person


def _ask_to_meet(session: Session, person: PersonRow) -> None:
    """Ask the advocates by mail to sign in: a new person without keys waits until one has met them."""
    if person.role in HOLDING_KEYS:
        return
    site_ids = store.site_ids_of_people(session, [person.id])[person.id]
    for other in store.list_trusted_person_rows(session, site_ids):
        if may(other.role, "people.meet"):
            accounts_mail.ask_to_sign_in(session, other, "meet", person.id, person.key_version)
