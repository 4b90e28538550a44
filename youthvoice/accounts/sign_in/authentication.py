"""Authentication: check password and one-time code at sign-in, set them up and change them."""

from dataclasses import dataclass, field, replace

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import Caller
from youthvoice.accounts import store
from youthvoice.accounts.models import PersonRow, RecoveryCodeRow
from youthvoice.accounts.people.store import change_person, change_person_secret, key_binding, secret_of_person
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed, PasswordAttempt, origin_of_attempt
from youthvoice.audit.audit_log import Log
from youthvoice.db import count_changed
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials import one_time_codes, passwords
from youthvoice.privacy.crypto.sealing import KeyPair, public_of
from youthvoice.privacy.keys.key_names import PEPPER


def _create_recovery_codes(session: Session, person_id: int) -> tuple[str, ...]:
    """Make ten recovery codes, which are shown once; the earlier ones end."""
    delete_recovery_codes(session, person_id)
    pepper = context.keyring().key(PEPPER)
    recovery_codes = one_time_codes.new_recovery_codes()
    hashes = [one_time_codes.recovery_hash(code, person_id, pepper) for code in recovery_codes]
    session.add_all(RecoveryCodeRow(person_id=person_id, code_hash=hashed) for hashed in hashes)
    session.flush()
    return recovery_codes


def delete_recovery_codes(session: Session, person_id: int) -> None:
    """Delete a person's recovery codes."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))


@dataclass(frozen=True, slots=True)
class AuthenticatedPerson:
    """A person whose password was right.

    Attributes:
        person_id: row of `people`.
        handle: the sign-in name.
        name: as pages show it.
        role: one of `permissions.ROLES`, or `permissions.NEWCOMER`.
        site_ids: where the person works.
        private_key: 32 bytes; opens what is wrapped to the person; empty before it is decrypted.
        password_known: somebody else knows this password, so it is no signature.
    """

    person_id: int
    handle: str
    name: str
    role: str
    site_ids: frozenset[int]
    private_key: bytes = field(default=b"", repr=False)
    password_known: bool = False


@dataclass(frozen=True, slots=True)
class _StoredSignIn:
    signer: AuthenticatedPerson  # without the key
    secret: passwords.PersonSecret
    key_version: int
    codes: bytes | None


def authenticate(handle: str, password: str, code: str = "", *, by_password: bool = False) -> AuthenticatedPerson:
    """Check a sign-in. It takes as long as Argon2 does and opens short transactions of its own before and after.

    Call it before the request's own session is opened: Argon2 never runs while a write transaction is open.

    Args:
        handle: as typed.
        password: as typed.
        code: as typed; required if the account has one-time codes, else ignored.
        by_password: no code is asked for, because the person is signed in already.

    Raises:
        AuthenticationFailed: wrong password, wrong code, or too many attempts; the message never tells the first two
            apart.
    """
    handle = handle.strip().casefold()
    origin = origin_of_attempt(handle)
    password_attempt = PasswordAttempt(context.keyring().key(PEPPER), handle, *origin, context.now())
    with db.writing(db.engine()) as session:
        password_attempt.begin(session)
        stored_sign_in = _find_stored_sign_in(session, handle)
    private_key = _decrypt_key(stored_sign_in, password)
    with db.writing(db.engine()) as session:
        right = private_key is not None and (by_password or _is_code_right(session, stored_sign_in, private_key, code))
        if right:
            password_attempt.forgive(session)
        else:
            _log_wrong_attempt(
                session, password_attempt, "unknown" if stored_sign_in is None else stored_sign_in.signer.handle
            )
    if stored_sign_in is None or private_key is None or not right:
        raise AuthenticationFailed("wrong")
    return replace(stored_sign_in.signer, private_key=private_key)


def _log_wrong_attempt(session: Session, password_attempt: PasswordAttempt, log_name: str) -> None:
    """Log a wrong sign-in, once an hour a name. Unknown names share one line, so made-up names do not fill the log."""
    if password_attempt.is_first_of_hour(session, log_name):
        sign_in_log(log_name).add(session, "sign-in.wrong")


def sign_in_log(handle: str) -> Log:
    """The audit log, in the name of the person who signs in or tries to."""
    return Log(context.today(), handle)


def _find_stored_sign_in(session: Session, handle: str) -> _StoredSignIn | None:
    """What is stored for a sign-in name; None if unknown, left, or altered in the database."""
    person = store.find_person_row_by_handle(session, handle)
    if person is None or person.left_on is not None:
        return None
    sites = store.site_ids_of_people(session, [person.id])[person.id]
    role = store.find_acting_role(person, sites)
    if role is None:
        return None
    signer = AuthenticatedPerson(
        person.id, person.handle, person.name, role, sites, password_known=person.password_known
    )
    return _StoredSignIn(signer, secret_of_person(person), person.key_version, person.codes)


def _is_code_right(session: Session, stored_sign_in: _StoredSignIn | None, private_key: bytes, code: str) -> bool:
    """Whether a code of the telephone, or a recovery code, is valid now; it is used up."""
    if stored_sign_in is None or stored_sign_in.codes is None:
        return True
    person_id = stored_sign_in.signer.person_id
    try:
        step = one_time_codes.matching_step(
            one_time_codes.decrypt_secret(stored_sign_in.codes, private_key), code, context.now()
        )
    except CannotOpen:
        return False
    if step is not None:
        newer = or_(PersonRow.code_used.is_(None), PersonRow.code_used < step)
        spent = update(PersonRow).where(PersonRow.id == person_id, newer).values(code_used=step)
        return bool(count_changed(session, spent))
    hashed = one_time_codes.recovery_hash(code, person_id, context.keyring().key(PEPPER))
    same = (RecoveryCodeRow.person_id == person_id, RecoveryCodeRow.code_hash == hashed)
    return bool(count_changed(session, delete(RecoveryCodeRow).where(*same)))


def _decrypt_key(stored_sign_in: _StoredSignIn | None, password: str) -> bytes | None:
    """The private key that a password opens; None if it is wrong. It always takes as long."""
    pepper = context.keyring().key(PEPPER)
    if stored_sign_in is None:
        passwords.spend_the_same_time(password, pepper)
        return None
    try:
        return passwords.decrypt_private_key(
            password,
            stored_sign_in.secret,
            pepper,
            key_binding(stored_sign_in.signer.handle, stored_sign_in.key_version),
        )
    except passwords.WrongPassword:
        return None


class WrongCode(Exception):
    """The telephone does not show this code now."""


def set_up_codes(caller: Caller, password: str, secret: str, code: str) -> tuple[str, ...]:
    """Turn on one-time codes.

    Runs Argon2, like all of this module: call it before the request's own session is opened.

    Returns:
        The recovery codes, which are shown once.

    Raises:
        AuthenticationFailed: the password is not right.
        WrongCode: the telephone does not have the secret, or another time.
    """
    step = one_time_codes.matching_step(secret, code, context.now())
    if step is None:
        raise WrongCode
    blob = one_time_codes.encrypt_secret(secret, authenticate(caller.handle, password).private_key)
    with db.writing(db.engine()) as session:
        change_person(session, store.get_person_row(session, caller.person_id), codes=blob, code_used=step)
        recovery_codes = _create_recovery_codes(session, caller.person_id)
        sign_in_log(caller.handle).add(session, "codes.on", str(caller.person_id))
    return recovery_codes


def turn_codes_off(caller: Caller, password: str, code: str) -> None:
    """Turn off one-time codes: the password alone is enough.

    Raises:
        AuthenticationFailed: password or code is not right.
    """
    authenticate(caller.handle, password, code)
    with db.writing(db.engine()) as session:
        change_person(session, store.get_person_row(session, caller.person_id), codes=None, code_used=None)
        delete_recovery_codes(session, caller.person_id)
        sign_in_log(caller.handle).add(session, "codes.off", str(caller.person_id))


def renew_recovery_codes(caller: Caller, password: str, code: str) -> tuple[str, ...]:
    """Make ten new recovery codes; the earlier ones end.

    Raises:
        AuthenticationFailed: password or code is not right.
    """
    authenticate(caller.handle, password, code)
    with db.writing(db.engine()) as session:
        recovery_codes = _create_recovery_codes(session, caller.person_id)
        sign_in_log(caller.handle).add(session, "codes.recovery", str(caller.person_id))
    return recovery_codes


def change_password(caller: Caller, current: str, new: str) -> None:
    """Wrap the caller's key under a new password and end the caller's other sessions.

    Runs Argon2 twice: call it before the request's own session is opened.

    Raises:
        AuthenticationFailed: the current password is not right.
    """
    private_key = authenticate(caller.handle, current, by_password=True).private_key
    pair = KeyPair(public_of(private_key), private_key)
    with db.reading(db.engine()) as session:
        person = store.get_person_row(session, caller.person_id)
        bound = key_binding(person.handle, person.key_version)
    secret = passwords.make_secret(new, context.keyring().key("pepper"), bound, pair=pair)
    with db.writing(db.engine()) as session:
        person = store.get_person_row(session, caller.person_id)
        change_person_secret(session, person, secret)
        sessions.end_all(session, person.id, but=caller.token)
        sign_in_log(caller.handle).add(session, "password.change", str(person.id))
