"""Setting up one-time codes and passkeys, taking them away, and new recovery codes.

Each runs Argon2, for it takes the password again: call it before the request's own session is opened.
"""

import secrets
from dataclasses import replace

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accounts import store
from youthvoice.accounts.people.store import delete_recovery_codes
from youthvoice.accounts.sign_in import factor_proofs, staff_session
from youthvoice.accounts.sign_in.authentication import authenticate, sign_in_log
from youthvoice.accounts.sign_in.factor_proofs import FactorProof
from youthvoice.accounts.sign_in.key_challenges import KeyChallenge
from youthvoice.errors import Refused
from youthvoice.privacy.credentials import one_time_codes, passkeys
from youthvoice.privacy.credentials.second_factors import NoRoom, SecondFactors, check_room, decrypt_second_factors


class WrongCode(Exception):
    """The telephone does not show this code now."""


def read_factors(caller: Caller) -> SecondFactors:
    """What the caller signs in with besides the password.

    Raises:
        SessionOver: the session has ended.
        CannotOpen: the record was altered.
    """
    private_key = staff_session.open_private_key(caller)
    with db.reading(db.engine()) as session:
        return decrypt_second_factors(store.get_person_row(session, caller.person_id).codes, private_key)


def set_up_codes(caller: Caller, password: str, secret: str, code: str, proof: FactorProof) -> tuple[str, ...]:
    """Turn on one-time codes.

    Args:
        caller: whose they are.
        password: as typed.
        secret: that the telephone has.
        code: that it shows.
        proof: of a passkey, if the caller has one.

    Returns:
        The recovery codes, which are shown once.

    Raises:
        AuthenticationFailed: the password or the passkey's answer is not right.
        WrongCode: the telephone does not have the secret, or another time.
    """
    step = one_time_codes.matching_step(secret, code, context.now())
    if step is None:
        raise WrongCode
    private_key = authenticate(caller.handle, password, proof).private_key
    with db.writing(db.engine()) as session:
        person = store.lock_person_row(session, caller.person_id)
        second_factors = decrypt_second_factors(person.codes, private_key)
        factor_proofs.keep_factors(session, person, replace(second_factors, secret=secret), private_key, step)
        recovery_codes = factor_proofs.create_recovery_codes(session, caller.person_id)
        sign_in_log(caller.handle).add(session, "codes.on", str(caller.person_id))
    return recovery_codes


def turn_codes_off(caller: Caller, password: str, proof: FactorProof) -> bool:
    """Turn off one-time codes; whether the password alone is enough from now on.

    Raises:
        AuthenticationFailed: password or second factor is not right.
    """
    private_key = authenticate(caller.handle, password, proof).private_key
    with db.writing(db.engine()) as session:
        person = store.lock_person_row(session, caller.person_id)
        second_factors = replace(decrypt_second_factors(person.codes, private_key), secret="")
        factor_proofs.keep_factors(session, person, second_factors, private_key, factor_proofs.earlier_step(person))
        return _finish_removal(session, caller, second_factors, "codes.off")


def renew_recovery_codes(caller: Caller, password: str, proof: FactorProof) -> tuple[str, ...]:
    """Make ten new recovery codes; the earlier ones end.

    Raises:
        AuthenticationFailed: password or second factor is not right.
    """
    authenticate(caller.handle, password, proof)
    with db.writing(db.engine()) as session:
        recovery_codes = factor_proofs.create_recovery_codes(session, caller.person_id)
        sign_in_log(caller.handle).add(session, "codes.recovery", str(caller.person_id))
    return recovery_codes


def begin_passkey(caller: Caller, password: str, proof: FactorProof, name: str) -> KeyChallenge:
    """Let the caller add a passkey within five minutes.

    Raises:
        AuthenticationFailed: password or second factor is not right.
    """
    private_key = authenticate(caller.handle, password, proof).private_key
    with db.reading(db.engine()) as session:
        second_factors = decrypt_second_factors(store.get_person_row(session, caller.person_id).codes, private_key)
    user_handle = second_factors.user_handle or secrets.token_bytes(passkeys.USER_HANDLE_BYTES)
    return KeyChallenge(caller.person_id, context.now(), user_handle=user_handle, name=name)


def add_passkey(caller: Caller, challenge: KeyChallenge | None, answer: str) -> tuple[str, ...]:
    """Add the passkey that a browser has made.

    Returns:
        Recovery codes, which are shown once; none if the caller has some already.

    Raises:
        Refused: `over` (the challenge), `wrong` (the answer), `same` (that key is there already) or `no_room`.
    """
    relying_party = passkeys.find_relying_party(context.settings().url)
    if relying_party is None or challenge is None or challenge.person_id != caller.person_id:
        raise Refused("over")
    try:
        passkey = passkeys.read_new_passkey(relying_party, challenge.challenge, challenge.name, context.today(), answer)
    except passkeys.WrongAnswer:
        raise Refused("wrong") from None
    private_key = staff_session.open_private_key(caller)
    with db.writing(db.engine()) as session:
        person = store.lock_person_row(session, caller.person_id)
        second_factors = decrypt_second_factors(person.codes, private_key)
        if not challenge.spend(session) or second_factors.user_handle not in {b"", challenge.user_handle}:
            raise Refused("over")
        if second_factors.find_passkey(passkey.mark):
            raise Refused("same")
        changed = replace(second_factors.with_passkey(passkey), user_handle=challenge.user_handle)
        try:
            check_room(changed)
            factor_proofs.keep_factors(session, person, changed, private_key, factor_proofs.earlier_step(person))
        except NoRoom:
            raise Refused("no_room") from None
        sign_in_log(caller.handle).add(session, "codes.key-on", str(caller.person_id))
        return () if second_factors else factor_proofs.create_recovery_codes(session, caller.person_id)


def remove_passkey(caller: Caller, password: str, proof: FactorProof, mark: str) -> bool:
    """Take a passkey away; whether the password alone is enough from now on.

    Raises:
        AuthenticationFailed: password or second factor is not right.
    """
    private_key = authenticate(caller.handle, password, proof).private_key
    with db.writing(db.engine()) as session:
        person = store.lock_person_row(session, caller.person_id)
        second_factors = decrypt_second_factors(person.codes, private_key).without_passkey(mark)
        factor_proofs.keep_factors(session, person, second_factors, private_key, factor_proofs.earlier_step(person))
        return _finish_removal(session, caller, second_factors, "codes.key-off")


def _finish_removal(session: Session, caller: Caller, second_factors: SecondFactors, action: str) -> bool:
    if not second_factors:
        delete_recovery_codes(session, caller.person_id)
    sign_in_log(caller.handle).add(session, action, str(caller.person_id))
    return not second_factors
