"""A new password for the same key."""

from youthvoice import context as running
from youthvoice import db
from youthvoice.access import sessions
from youthvoice.access.guard import Caller
from youthvoice.accounts import store
from youthvoice.accounts.people import store as accounts
from youthvoice.accounts.sign_in import authenticate as proving
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.crypto.sealing import Pair, public_of


def change(caller: Caller, current: str, new: str) -> None:
    """Wrap the caller's key under a new password and end her other sessions.

    Runs Argon2 twice: call it before the request's own session is opened.

    Raises:
        WrongSignIn: the current password is not right.
    """
    private_key = proving.prove(caller.handle, current, by_password=True).private_key
    pair = Pair(public_of(private_key), private_key)
    with db.reading(db.engine()) as session:
        person = store.find(session, caller.person_id)
        assert person is not None  # she just proved who she is
        bound = accounts.binding(person.handle, person.key_version)
    secret = make_secret(new, running.keyring().key("pepper"), bound, pair=pair)
    with db.writing(db.engine()) as session:
        person = store.find(session, caller.person_id)
        assert person is not None  # rows of people are never deleted
        accounts.change_secret(session, person, secret)
        sessions.end_all(session, person.id, but=caller.token)
        proving.log(caller.handle).add(session, "password.change", str(person.id))
