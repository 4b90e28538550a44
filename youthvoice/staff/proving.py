"""Prove who somebody is, by handle and password: the same words and the same time whether the handle exists or not."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from youthvoice import db, running
from youthvoice.audit.store import Log
from youthvoice.privacy.passwords import PersonSecret, WrongPassword, spend_the_same_time, unlock_person
from youthvoice.staff import store, tries
from youthvoice.staff.accounts import binding, secret_of


class WrongSignIn(Exception):
    """Nobody was let in.

    Attributes:
        code: `wrong`, or `too_many` wrong tries for this handle in this hour.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody who knows her password.

    Attributes:
        person_id: her row.
        handle: what she signs in with.
        name: as shown.
        role: one of `permissions.ROLES`, or `permissions.NEWCOMER`.
        site_ids: where she works.
        private_key: 32 bytes; opens what is wrapped to her.
    """

    person_id: int
    handle: str
    name: str
    role: str
    site_ids: frozenset[int]
    private_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    person_id: int
    handle: str
    name: str
    role: str
    site_ids: frozenset[int]
    secret: PersonSecret
    key_version: int


def prove(handle: str, password: str) -> Proven:
    """Who this is. Takes as long as Argon2 does and opens short transactions of its own before and after.

    Call it before the request's own session is opened: Argon2 never runs while a write transaction is open.

    Raises:
        WrongSignIn: not with this password, or too many tries.
    """
    handle = handle.strip().casefold()
    hashed = tries.handle_hash(handle, running.keyring().key("pepper"))
    with db.writing(db.engine()) as session:
        allowed = tries.begin(session, hashed, running.now())
        known = _known(session, handle)
    if not allowed:
        raise WrongSignIn("too_many")
    private_key = _unlocked(known, password)
    with db.writing(db.engine()) as session:
        if known is None or private_key is None:
            log("unknown" if known is None else known.handle).add(session, "sign-in.wrong")
        else:
            tries.forgive(session, hashed, running.now())
    if known is None or private_key is None:
        raise WrongSignIn("wrong")
    return Proven(known.person_id, known.handle, known.name, known.role, known.site_ids, private_key)


def log(handle: str) -> Log:
    """The log in the name of somebody who proves, or fails to prove, who she is."""
    return Log(running.keyring().key("audit"), running.today(), handle)


def _known(session: Session, handle: str) -> _Known | None:
    person = store.by_handle(session, handle)
    if person is None or person.left_on is not None:
        return None
    sites = store.sites_of(session, [person.id])[person.id]
    if not store.is_vouched_for(person, sites, running.keyring().key("people")):
        return None
    secret, version = secret_of(person), person.key_version
    role = store.acting_role(person, sites, running.keyring().key("people"), running.now())
    return _Known(person.id, person.handle, person.name, role, sites, secret, version)


def _unlocked(known: _Known | None, password: str) -> bytes | None:
    pepper = running.keyring().key("pepper")
    if known is None:
        spend_the_same_time(password, pepper)
        return None
    try:
        return unlock_person(password, known.secret, pepper, binding(known.handle, known.key_version))
    except WrongPassword:
        return None
