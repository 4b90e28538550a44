"""Prove who somebody is, by handle, password and code: the same words and time, whichever of them was wrong."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import browsers, store
from youthvoice.accounts.people.store import binding, secret_of
from youthvoice.accounts.sign_in import second_factor as codes
from youthvoice.accounts.sign_in.attempt_limits import TooOften, Trying
from youthvoice.audit.log import Log
from youthvoice.privacy.credentials.passwords import PersonSecret, WrongPassword, spend_the_same_time, unlock_person
from youthvoice.privacy.keys.names import PEPPER


class WrongSignIn(Exception):
    """Nobody was let in.

    Attributes:
        code: `wrong`, `too_many` wrong tries for this handle from there in this hour, or `wait`: it is slowed.
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
        password_known: somebody else knows this password, so it proves nothing where she signs for something.
    """

    person_id: int
    handle: str
    name: str
    role: str
    site_ids: frozenset[int]
    private_key: bytes = field(repr=False)
    password_known: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    person_id: int
    handle: str
    name: str
    role: str
    site_ids: frozenset[int]
    secret: PersonSecret
    key_version: int
    codes: bytes | None
    password_known: bool


def prove(handle: str, password: str, code: str = "", *, by_password: bool = False) -> Proven:
    """Who this is. Takes as long as Argon2 does and opens short transactions of its own before and after.

    Call it before the request's own session is opened: Argon2 never runs while a write transaction is open.

    Args:
        handle: as typed.
        password: as typed.
        code: as typed; needed by whoever has one-time codes, else it does not matter.
        by_password: her password alone is enough: she is signed in already.

    Raises:
        WrongSignIn: not with this password, not with this code, or too many tries; the first two are never told apart.
    """
    handle = handle.strip().casefold()
    origin = browsers.origin(handle)
    trying = Trying(running.keyring().key(PEPPER), handle, origin.where, origin.known, running.now())
    try:
        with db.writing(db.engine()) as session:
            trying.begin(session)
            known = _known(session, handle)
    except TooOften as error:
        raise WrongSignIn(error.code) from None
    private_key = _unlocked(known, password)
    with db.writing(db.engine()) as session:
        right = private_key is not None and (by_password or _code_is_right(session, known, private_key, code))
        if right:
            trying.forgive(session)
        else:
            _tell_once_an_hour(session, trying, "unknown" if known is None else known.handle)
    if known is None or private_key is None or not right:
        raise WrongSignIn("wrong")
    return Proven(
        known.person_id, known.handle, known.name, known.role, known.site_ids, private_key, known.password_known
    )


def _tell_once_an_hour(session: Session, trying: Trying, told: str) -> None:
    """Names that nobody has share a line: whoever makes them up does not make the log grow."""
    if trying.is_first_of_hour(session, told):
        log(told).add(session, "sign-in.wrong")


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
    claims = (person.codes, person.password_known)
    return _Known(person.id, person.handle, person.name, role, sites, secret, version, *claims)


def _code_is_right(session: Session, known: _Known | None, private_key: bytes, code: str) -> bool:
    if known is None or known.codes is None:
        return True
    pepper = running.keyring().key(PEPPER)
    return codes.takes(session, known.person_id, known.codes, private_key, code, pepper, running.now())


def _unlocked(known: _Known | None, password: str) -> bytes | None:
    pepper = running.keyring().key(PEPPER)
    if known is None:
        spend_the_same_time(password, pepper)
        return None
    try:
        return unlock_person(password, known.secret, pepper, binding(known.handle, known.key_version))
    except WrongPassword:
        return None
