"""Authentication: check password and second factor at sign-in, and change the password."""

from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import Caller
from youthvoice.accounts import store
from youthvoice.accounts.people.store import change_person_secret, key_binding, secret_of_person
from youthvoice.accounts.sign_in.factor_proofs import FactorProof, use_factor
from youthvoice.accounts.sign_in.key_challenges import KeyChallenge
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed, PasswordAttempt, origin_of_attempt
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials import passkeys, passwords
from youthvoice.privacy.credentials.second_factors import SecondFactors, decrypt_second_factors
from youthvoice.privacy.crypto.sealing import KeyPair, public_of
from youthvoice.privacy.keys.key_names import PEPPER

_NO_PROOF: Final = FactorProof()


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


class KeyNeeded(AuthenticationFailed):
    """The password was right, and the person has a passkey, but showed no second factor. The attempt stays counted.

    Attributes:
        challenge: for `authenticate_with_key`.
        second_factors: of the person.
    """

    def __init__(self, challenge: KeyChallenge, second_factors: SecondFactors) -> None:
        super().__init__("wrong")
        self.challenge, self.second_factors = challenge, second_factors


def authenticate(
    handle: str, password: str, proof: FactorProof = _NO_PROOF, *, by_password: bool = False
) -> AuthenticatedPerson:
    """Check a sign-in. It takes as long as Argon2 does and opens short transactions of its own before and after.

    Call it before the request's own session is opened: Argon2 never runs while a write transaction is open.

    Args:
        handle: as typed.
        password: as typed.
        proof: the second factor; required if the account has one, else ignored.
        by_password: no second factor is asked for, because the person is signed in already.

    Raises:
        KeyNeeded: only the second factor is missing, and a passkey could be it.
        AuthenticationFailed: wrong password, wrong second factor, or too many attempts; the message never tells the
            first two apart.
    """
    handle = handle.strip().casefold()
    origin = origin_of_attempt(handle)
    password_attempt = PasswordAttempt(context.keyring().key(PEPPER), handle, *origin, context.now())
    with db.writing(db.engine()) as session:
        password_attempt.begin(session)
        stored_sign_in = _find_stored_sign_in(session, handle)
    private_key = _decrypt_key(stored_sign_in, password)
    if stored_sign_in is None or private_key is None:
        with db.writing(db.engine()) as session:
            log_name = "unknown" if stored_sign_in is None else stored_sign_in.signer.handle
            _log_wrong_attempt(session, password_attempt, log_name)
        raise AuthenticationFailed("wrong")
    person = replace(stored_sign_in.signer, private_key=private_key)
    if by_password:
        with db.writing(db.engine()) as session:
            password_attempt.forgive(session)
        return person
    if proof == _NO_PROOF:
        _ask_for_key(stored_sign_in, person, password_attempt)
    return _check_proof(person, proof, password_attempt)


def authenticate_with_key(challenge: KeyChallenge | None, proof: FactorProof) -> AuthenticatedPerson:
    """Check the second factor of a person whose password was right before, see `KeyNeeded`.

    Raises:
        AuthenticationFailed: `key`: wrong, too late, or a second time; the password is needed again.
    """
    if challenge is None:
        raise AuthenticationFailed("key")
    attempt = PasswordAttempt(
        context.keyring().key(PEPPER), challenge.name, challenge.origin, is_known=True, now=challenge.asked_at
    )
    with db.reading(db.engine()) as session:
        stored_sign_in = _find_stored_sign_in(session, challenge.name)
    if stored_sign_in is None or challenge.salt != stored_sign_in.secret.salt:  # there is another password now
        raise AuthenticationFailed("key")
    if public_of(challenge.private_key) != stored_sign_in.secret.public:
        raise AuthenticationFailed("key")
    person = replace(stored_sign_in.signer, private_key=challenge.private_key)
    try:
        return _check_proof(person, replace(proof, challenge=challenge), attempt)
    except AuthenticationFailed:
        raise AuthenticationFailed("key") from None


def _ask_for_key(stored_sign_in: _StoredSignIn, person: AuthenticatedPerson, attempt: PasswordAttempt) -> None:
    """Raise `KeyNeeded` if the person has a passkey."""
    try:
        second_factors = decrypt_second_factors(stored_sign_in.codes, person.private_key)
    except CannotOpen:
        return
    if second_factors.passkeys:
        challenge = KeyChallenge(
            person.person_id,
            attempt.now,
            name=attempt.handle,
            origin=attempt.origin,
            private_key=person.private_key,
            salt=stored_sign_in.secret.salt,
        )
        raise KeyNeeded(challenge, second_factors)


def _check_proof(person: AuthenticatedPerson, proof: FactorProof, attempt: PasswordAttempt) -> AuthenticatedPerson:
    if proof.answer:
        passkeys.load_library()
    with db.writing(db.engine()) as session:
        is_right = use_factor(session, person.person_id, person.private_key, proof)
        if is_right:
            attempt.forgive(session)
        else:
            _log_wrong_attempt(session, attempt, person.handle)
    if not is_right:
        raise AuthenticationFailed("wrong")
    return person


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
