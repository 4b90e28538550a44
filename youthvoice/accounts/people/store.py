"""Creating, changing and ending accounts; the key file `people` vouches for each row."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access import sessions
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import InterpreterRow, PersonRow, PersonSiteRow, RecoveryCodeRow
from youthvoice.accounts.store import (
    get_person_row,
    is_vouched_for,
    list_every_person_row,
    list_person_rows,
    site_ids_of_people,
)
from youthvoice.context import Port
from youthvoice.db import count_changed
from youthvoice.privacy.credentials.passwords import PersonSecret
from youthvoice.privacy.crypto import record_macs
from youthvoice.privacy.crypto.argon2 import Argon2Cost
from youthvoice.privacy.keys.key_names import PEOPLE

forget_introduction: Final = Port[Callable[[Session, int], None]]("forget_introduction")
"""Deletes everything by which a person who leaves introduced herself to children."""

FROM_THE_START: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The first people of an installation are trusted from here on, since nobody was there to confirm them."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who will get an account; the secret was made before any transaction began.

    Attributes:
        handle: the sign-in name; never changes.
        name: as shown.
        role: one of `permissions.ROLES`.
        secret: from `passwords.make_secret`, bound to `key_binding(handle, 1)`.
        language: of this person's staff pages.
        trusted_from: from this moment the role counts and texts are sealed to the person; None if the key must be
            compared first, or an advocate must meet the person.
        mail: the mail address, encrypted; or None.
        trained_until: the last day of the training (S35).
        tested_on: of an outside recipient whom a test has reached.
        password_known: somebody else read the password; a new one must be chosen before anything else.
    """

    handle: str
    name: str
    role: str
    secret: PersonSecret = field(repr=False)
    language: str = "en"
    trusted_from: datetime | None = None
    mail: bytes | None = field(default=None, repr=False)
    trained_until: date | None = None
    tested_on: date | None = None
    password_known: bool = False


def key_binding(handle: str, key_version: int) -> bytes:
    """What a person's wrapped key is bound to."""
    return f"{handle}|{key_version}".encode()


def add_person(session: Session, newcomer: Newcomer, site_ids: Collection[int]) -> PersonRow:
    """Store an account and vouch for it.

    Raises:
        IntegrityError: the handle is taken.
    """
    columns = {name: getattr(newcomer, name) for name in Newcomer.__slots__ if name != "secret"}
    person = PersonRow(**columns, seal=b"")
    _set_secret(person, newcomer.secret)
    session.add(person)
    session.flush()
    session.add_all(PersonSiteRow(person_id=person.id, site_id=site_id) for site_id in sorted(set(site_ids)))
    vouch_for_person(session, person, set(site_ids))
    return person


def vouch_for_person(session: Session, person: PersonRow, site_ids: Collection[int]) -> None:
    """Seal a person's row as it is now: a new one, or one that the caller has checked with `is_vouched_for`."""
    standing = record_macs.PersonClaims(person.trusted_from, person.codes or b"", person.name)
    claims = (person.id, person.role, site_ids, person.public_key, person.key_version)
    person.seal = record_macs.person_mac(context.keyring().key(PEOPLE), *claims, standing)
    session.flush()


def change_person(session: Session, person: PersonRow, **columns: object) -> None:
    """Set columns that are vouched for, by name, and seal the row again.

    Raises:
        ValueError: the row is not as this installation wrote it; a new seal would hide that.
    """
    sites = site_ids_of_people(session, [person.id])[person.id]
    if not is_vouched_for(person, sites):
        raise ValueError("This person's row was altered")
    for name, value in columns.items():
        setattr(person, name, value)
    vouch_for_person(session, person, sites)


def set_address(session: Session, person_id: int, address: str) -> None:
    """Set a person's mail address; it is stored encrypted."""
    get_person_row(session, person_id).mail = encrypt_address(address)


def add_workplace(session: Session, person: PersonRow, site_id: int) -> None:
    """Let a person work at one more site.

    Raises:
        ValueError: the row is not as this installation wrote it; a new seal would hide that.
    """
    change_person(session, person)  # checks the row before anything is added to it
    before = site_ids_of_people(session, [person.id])[person.id]
    if site_id not in before:
        session.add(PersonSiteRow(person_id=person.id, site_id=site_id))
    vouch_for_person(session, person, before | {site_id})


def secret_of_person(person: PersonRow) -> PersonSecret:
    """What is stored of a person's password and key."""
    return PersonSecret(
        person.salt, person.verifier_hash, person.public_key, person.wrapped_private_key, Argon2Cost(**person.cost)
    )


def _set_secret(person: PersonRow, secret: PersonSecret) -> None:
    person.salt, person.verifier_hash = secret.salt, secret.verifier_hash
    person.public_key, person.wrapped_private_key = secret.public, secret.wrapped_private
    person.cost = {"time": secret.params.time, "memory_kib": secret.params.memory_kib}


def change_person_secret(session: Session, person: PersonRow, secret: PersonSecret) -> None:
    """Keep the same key under a new password that the person chose and nobody else knows.

    Raises:
        ValueError: the secret holds another key.
    """
    if secret.public != person.public_key:
        raise ValueError("A new password keeps the key")
    _set_secret(person, secret)
    person.password_known = False
    session.flush()


def renew_key(session: Session, person: PersonRow, secret: PersonSecret, trusted_from: datetime | None) -> None:
    """Give a person who lost the password a new key; what was wrapped to the old one stays closed.

    Args:
        session: may write.
        person: whose row is as this installation wrote it.
        secret: a new pair, bound to `key_binding(handle, key_version + 1)`.
        trusted_from: as of `Newcomer`; None if the new key must be compared first, or an advocate must meet the person.

    Raises:
        ValueError: the row was altered.
    """
    sessions.end_all(session, person.id)
    change_person(session, person)  # checks the row before anything is changed
    _set_secret(person, secret)
    person.password_known = False  # the person chose it, behind a link
    person.key_version += 1
    person.trusted_from = trusted_from
    person.codes = person.code_used = None
    vouch_for_person(session, person, site_ids_of_people(session, [person.id])[person.id])


def replace_unused_key(session: Session, person: PersonRow, secret: PersonSecret) -> None:
    """Give a person who never chose a password another key, under another password that somebody else reads.

    Args:
        session: may write.
        person: with `password_known`, so that nothing is wrapped to the key that she has.
        secret: a new pair, bound to the `key_binding` of the same version.

    Raises:
        ValueError: she chose a password, or the row was altered.
    """
    if not person.password_known:
        raise ValueError("This person has chosen a password")
    sessions.end_all(session, person.id)
    change_person(session, person)  # checks the row before anything is changed
    _set_secret(person, secret)
    vouch_for_person(session, person, site_ids_of_people(session, [person.id])[person.id])


def close_account(session: Session, person: PersonRow, day: date) -> None:
    """End an account permanently: delete sessions, password, key, address, languages; the name stays in what they did.

    After the commit the departure is recorded beside the keys, so that an older backup does not restore the account.
    """
    keyring, handle = context.keyring(), person.handle
    line = record_macs.departure_line(keyring.key("people"), handle)
    event.listen(
        session, "after_commit", lambda _session: record_macs.remember_departure(keyring.folder, line), once=True
    )
    sessions.end_all(session, person.id)
    forget_introduction()(session, person.id)
    person.left_on = day
    person.verifier_hash, person.wrapped_private_key, person.seal = bytes(32), b"", bytes(32)
    person.mail = person.telephone = person.codes = person.code_used = None
    session.execute(delete(InterpreterRow).where(InterpreterRow.person_id == person.id))
    session.flush()


def leave_site(session: Session, site_id: int, day: date) -> None:
    """Let everybody leave a site that ends; who works at no other one loses the account.

    The caller deletes the rows that say who works there.
    """
    people = list_person_rows(session, [site_id])
    sites = site_ids_of_people(session, [person.id for person in people])
    for person in people:
        others = sites[person.id] - {site_id}
        if not others:
            close_account(session, person, day)
        elif is_vouched_for(person, sites[person.id]):
            vouch_for_person(session, person, others)


def close_accounts_again(session: Session, day: date) -> int:
    """End accounts again that had ended before an older backup was restored; returns how many."""
    keyring = context.keyring()
    departures, key = record_macs.list_departures(keyring.folder), keyring.key("people")
    restored = [
        person
        for person in list_every_person_row(session)
        if person.left_on is None and record_macs.departure_line(key, person.handle) in departures
    ]
    for person in restored:
        close_account(session, person, day)
    return len(restored)


def replace_recovery_codes(session: Session, person_id: int, hashes: Iterable[bytes]) -> None:
    """Store the hashes of new recovery codes; the earlier ones end."""
    delete_recovery_codes(session, person_id)
    session.add_all(RecoveryCodeRow(person_id=person_id, code_hash=hashed) for hashed in hashes)
    session.flush()


def spend_recovery_code(session: Session, person_id: int, hashed: bytes) -> bool:
    """Delete the recovery code with this hash; whether there was one."""
    same = (RecoveryCodeRow.person_id == person_id, RecoveryCodeRow.code_hash == hashed)
    return bool(count_changed(session, delete(RecoveryCodeRow).where(*same)))


def delete_recovery_codes(session: Session, person_id: int) -> None:
    """Delete a person's recovery codes."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))
