"""Sign in and out, find who holds a session, open her private key for the time of a request."""

from flask import g
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access import sessions
from youthvoice.access.guard import Caller
from youthvoice.access.sessions import Held
from youthvoice.accounts import store
from youthvoice.accounts.sign_in import authenticate as proving
from youthvoice.accounts.sign_in.authenticate import WrongSignIn
from youthvoice.privacy.crypto.sealing import public_of
from youthvoice.privacy.crypto.session_keys import CannotOpen, open_for_session, session_token
from youthvoice.web.i18n import languages

__all__ = ["SessionOver", "WrongSignIn", "find_caller", "private_key", "sign_in", "sign_out", "sign_out_everywhere"]


class SessionOver(Exception):
    """The session ended while the request ran."""


def sign_in(handle: str, password: str, before: str = "", code: str = "") -> str:
    """Begin a session.

    Args:
        handle: as typed.
        password: as typed.
        before: the token that the browser held so far; its session ends.
        code: as typed, for whoever has one-time codes.

    Returns:
        The token for the cookie, 43 characters.

    Raises:
        WrongSignIn: nobody was let in.
    """
    proven = proving.prove(handle, password, code)
    token = session_token()
    with db.writing(db.engine()) as session:
        sessions.end(session, before)
        sessions.start(session, proven.person_id, proven.private_key, token, running.now())
        proving.log(proven.handle).add(session, "sign-in")
    return token


def sign_out(caller: Caller) -> None:
    """End the caller's session."""
    with db.writing(db.engine()) as session:
        sessions.end(session, caller.token)
        proving.log(caller.handle).add(session, "sign-out")


def sign_out_everywhere(session: Session, caller: Caller) -> None:
    """End all of the caller's sessions, whoever holds them."""
    sessions.end_all(session, caller.person_id)


def find_caller(token: str) -> Caller | None:
    """Who holds a token, in whose language the request is answered from now on; None when nobody does.

    Nobody does, either, when her row was altered behind the house's back, or when the session's row holds another
    person's key: who can write into the database cannot make himself an advocate.
    """
    now = running.now()
    with db.reading(db.engine()) as session:
        held = sessions.find(session, token, now)
        person = store.find(session, held.person_id) if held else None
        if held is None or person is None or person.left_on is not None:
            return None
        sites = store.sites_of(session, [person.id])[person.id]
        if not store.is_vouched_for(person, sites, running.keyring().key("people")):
            return None
        if not _is_hers(held, token, person.public_key):
            return None
        role = store.acting_role(person, sites, running.keyring().key("people"), now)
        caller = Caller(
            person.id, person.handle, person.name, role, sites, person.language, token, person.password_known
        )
    if now - held.seen_at >= sessions.TOUCH_EVERY and "session" not in g:  # never behind our own open transaction
        with db.writing(db.engine()) as session:
            sessions.touch(session, token, now)
    languages.say_in(caller.language)
    return caller


def _is_hers(held: Held, token: str, public_key: bytes) -> bool:
    try:
        return public_of(open_for_session(held.sealed_private_key, token)) == public_key
    except CannotOpen:
        return False


def private_key(caller: Caller) -> bytes:
    """The caller's private key, 32 bytes; keep it no longer than the request.

    Raises:
        SessionOver: the session ended meanwhile, or its row was altered.
    """
    with db.reading(db.engine()) as session:
        held = sessions.find(session, caller.token, running.now())
    if held is None:
        raise SessionOver
    try:
        return open_for_session(held.sealed_private_key, caller.token)
    except CannotOpen:
        raise SessionOver from None
