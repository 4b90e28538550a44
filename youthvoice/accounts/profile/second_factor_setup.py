"""Set one's codes up, turn them off, take new recovery codes: each after typing the password once more."""

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import Caller
from youthvoice.accounts import store
from youthvoice.accounts.models import Person
from youthvoice.accounts.sign_in import authenticate as proving
from youthvoice.accounts.sign_in import second_factor as codes
from youthvoice.privacy.credentials import one_time_codes


class WrongCode(Exception):
    """The telephone does not show this code now."""


def set_up(caller: Caller, password: str, secret: str, code: str) -> tuple[str, ...]:
    """Let her sign in with codes from now on.

    Runs Argon2, like all of this module: call it before the request's own session is opened.

    Returns:
        Her recovery codes, shown this once.

    Raises:
        WrongSignIn: the password is not right.
        WrongCode: the telephone does not have the secret, or another time.
    """
    step = one_time_codes.step_of(secret, code, running.now())
    if step is None:
        raise WrongCode
    blob = one_time_codes.locked(secret, proving.prove(caller.handle, password).private_key)
    with db.writing(db.engine()) as session:
        codes.switch_on(session, _me(session, caller), blob, step, running.keyring().key("people"))
        made = codes.new_recovery_codes(session, caller.person_id, running.keyring().key("pepper"))
        proving.log(caller.handle).add(session, "codes.on", str(caller.person_id))
    return made


def turn_off(caller: Caller, password: str, code: str) -> None:
    """Let her sign in with her password alone.

    Raises:
        WrongSignIn: password or code is not right.
    """
    proving.prove(caller.handle, password, code)
    with db.writing(db.engine()) as session:
        codes.switch_off(session, _me(session, caller), running.keyring().key("people"))
        proving.log(caller.handle).add(session, "codes.off", str(caller.person_id))


def renew_recovery(caller: Caller, password: str, code: str) -> tuple[str, ...]:
    """Ten new recovery codes; the earlier ones end.

    Raises:
        WrongSignIn: password or code is not right.
    """
    proving.prove(caller.handle, password, code)
    with db.writing(db.engine()) as session:
        made = codes.new_recovery_codes(session, caller.person_id, running.keyring().key("pepper"))
        proving.log(caller.handle).add(session, "codes.recovery", str(caller.person_id))
    return made


def _me(session: Session, caller: Caller) -> Person:
    person = store.find(session, caller.person_id)
    assert person is not None  # she just proved who she is
    return person
