"""Accounts: made, changed, ended; each vouched for by the key file `people`."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from youthvoice.access import sessions
from youthvoice.privacy.passwords import Cost, PersonSecret
from youthvoice.privacy.vouching import person_mac
from youthvoice.staff.models import Person, PersonSite
from youthvoice.staff.store import is_vouched_for, sites_of


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who shall get an account; the secret was made before any transaction began.

    Attributes:
        handle: what she will sign in with; never changes.
        name: as shown.
        role: one of `permissions.ROLES`.
        secret: from `passwords.make_secret`, bound to `binding(handle, 1)`.
        language: of her staff pages.
    """

    handle: str
    name: str
    role: str
    secret: PersonSecret = field(repr=False)
    language: str = "en"


def binding(handle: str, key_version: int) -> bytes:
    """What a person's wrapped key is bound to."""
    return f"{handle}|{key_version}".encode()


def add(session: Session, newcomer: Newcomer, site_ids: Collection[int], people_key: bytes) -> Person:
    """Write an account and vouch for it.

    Raises:
        IntegrityError: the handle is taken.
    """
    secret = newcomer.secret
    person = Person(
        handle=newcomer.handle, name=newcomer.name, role=newcomer.role, language=newcomer.language, seal=b""
    )
    _keep(person, secret)
    session.add(person)
    session.flush()
    session.add_all(PersonSite(person_id=person.id, site_id=site_id) for site_id in sorted(set(site_ids)))
    person.seal = person_mac(people_key, person.id, person.role, set(site_ids), person.public_key, person.key_version)
    session.flush()
    return person


def work_at(session: Session, person: Person, site_id: int, people_key: bytes) -> None:
    """Let a person work at one more site.

    Raises:
        ValueError: her row is not as this house wrote it; vouching anew would hide that.
    """
    before = sites_of(session, [person.id])[person.id]
    if not is_vouched_for(person, before, people_key):
        raise ValueError("This person's row was altered")
    if site_id not in before:
        session.add(PersonSite(person_id=person.id, site_id=site_id))
    after = before | {site_id}
    person.seal = person_mac(people_key, person.id, person.role, after, person.public_key, person.key_version)
    session.flush()


def secret_of(person: Person) -> PersonSecret:
    """What is stored of a person's password and key."""
    return PersonSecret(
        person.salt, person.verifier_hash, person.public_key, person.wrapped_private_key, Cost(**person.cost)
    )


def _keep(person: Person, secret: PersonSecret) -> None:
    person.salt, person.verifier_hash = secret.salt, secret.verifier_hash
    person.public_key, person.wrapped_private_key = secret.public, secret.wrapped_private
    person.cost = {"time": secret.params.time, "memory_kib": secret.params.memory_kib}


def change_secret(session: Session, person: Person, secret: PersonSecret) -> None:
    """Keep the same key under a new password.

    Raises:
        ValueError: the secret holds another key.
    """
    if secret.public != person.public_key:
        raise ValueError("A new password keeps the key")
    _keep(person, secret)
    session.flush()


def leave(session: Session, person: Person, day: date) -> None:
    """End an account for good: sessions, password and private key are gone, the name stays beside what she did."""
    sessions.end_all(session, person.id)
    person.left_on = day
    person.verifier_hash, person.wrapped_private_key = bytes(32), b""
    session.flush()
