"""Sessions of staff, in a browser or for a command: start, find and end them; and keep a form beyond its session.

A kept form is a hidden field of the sign-in page: nothing of it is stored here or in a cookie. It is sealed, because
the next person at the same computer could read the page and a child's words may be in it. It opens only after the same
person has signed in. Passwords and codes are never kept.
"""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

import click
from flask import Request, g
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import NEWCOMER
from youthvoice.accounts import store
from youthvoice.accounts.sign_in import authentication
from youthvoice.accounts.sign_in.factor_proofs import FactorProof
from youthvoice.accounts.sign_in.key_challenges import KeyChallenge
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.sealing import public_of
from youthvoice.privacy.crypto.session_keys import decrypt_for_session, session_token
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, decrypt, encrypt, sealing_context
from youthvoice.web.i18n import languages


class SessionOver(Exception):
    """The session ended while the request ran."""


def sign_in(handle: str, password: str, old_token: str = "", code: str = "") -> str:
    """Start a session.

    Args:
        handle: as typed.
        password: as typed.
        old_token: the token that the browser held before; its session ends.
        code: as typed, if the account has a second factor.

    Returns:
        The token for the cookie, 43 characters.

    Raises:
        KeyNeeded: a passkey could be the second factor, which is missing.
        AuthenticationFailed: the sign-in was refused.
    """
    return _start(authentication.authenticate(handle, password, FactorProof(code)), old_token)


def sign_in_with_key(challenge: KeyChallenge | None, proof: FactorProof, old_token: str = "") -> tuple[str, str]:
    """Start a session for a person whose password was right before, see `authentication.KeyNeeded`.

    Returns:
        The sign-in name and the token.

    Raises:
        AuthenticationFailed: the sign-in was refused.
    """
    person = authentication.authenticate_with_key(challenge, proof)
    return person.handle, _start(person, old_token)


def _start(person: authentication.AuthenticatedPerson, old_token: str) -> str:
    token = session_token()
    with db.writing(db.engine()) as session:
        sessions.end(session, old_token)
        sessions.start(session, person.person_id, person.private_key, token, context.now())
        authentication.sign_in_log(person.handle).add(session, "sign-in")
    return token


def sign_out(caller: Caller) -> None:
    """End the caller's session."""
    with db.writing(db.engine()) as session:
        sessions.end(session, caller.token)
        authentication.sign_in_log(caller.handle).add(session, "sign-out")


def sign_out_everywhere(session: Session, caller: Caller) -> None:
    """End all sessions of the caller, in every browser."""
    sessions.end_all(session, caller.person_id)


def find_caller(token: str) -> Caller | None:
    """The person who holds a token, or None; from here on the response is in that person's language.

    Also None if the person's row was altered in the database, or if the session's row holds another person's key:
    somebody who can write to the database cannot become an advocate.
    """
    now = context.now()
    with db.reading(db.engine()) as session:
        active_session = sessions.find(session, token, now)
        if active_session is None:
            return None
        person, sites = store.find_with_sites(session, active_session.person_id)
        if person is None or person.left_on is not None:
            return None
        role = store.find_acting_role(person, sites)
        if role is None or not _holds_own_key(active_session, token, person.public_key):
            return None
        caller = Caller(
            person.id, person.handle, person.name, role, sites, person.language, token, person.password_known
        )
    if (
        now - active_session.seen_at >= sessions.TOUCH_EVERY and "session" not in g
    ):  # never while our own transaction is open
        with db.writing(db.engine()) as session:
            sessions.touch(session, token, now)
    if caller.language in languages.STAFF_LANGUAGES:
        languages.set_language(caller.language)
    return caller


def _holds_own_key(active_session: sessions.ActiveSession, token: str, public_key: bytes) -> bool:
    """Whether the session holds the private key of the person it names."""
    try:
        return public_of(decrypt_for_session(active_session.sealed_private_key, token)) == public_key
    except CannotOpen:
        return False


def open_private_key(caller: Caller) -> bytes:
    """The caller's private key, 32 bytes; keep it no longer than the request.

    Raises:
        SessionOver: the session has ended, or its row was altered.
    """
    with db.reading(db.engine()) as session:
        active_session = sessions.find(session, caller.token, context.now())
    if active_session is None:
        raise SessionOver
    try:
        return decrypt_for_session(active_session.sealed_private_key, caller.token)
    except CannotOpen:
        raise SessionOver from None


Signer = authentication.AuthenticatedPerson


def sign_in_for_command(variable: str = "YOUTHVOICE_SIGN_IN") -> Signer:
    """The person for whom a command acts; ends the command if the sign-in fails.

    Args:
        variable: holds `name:password`, with `:code` after it if the account has one-time codes; the name is the
            sign-in name or the full name.

    Raises:
        ClickException: says what to do.
    """
    name, colon, secret = os.environ.get(variable, "").partition(":")
    if not (name and colon and secret):
        raise click.ClickException(f"This acts for a person: set {variable} to name:password.")
    with db.reading(db.engine()) as session:
        person = store.find_person_row_by_name(session, name)
        handle = person.handle if person else name
        with_code = person is not None and person.codes is not None
    password, _, code = secret.rpartition(":") if with_code else (secret, "", "")
    try:
        person_signed_in = authentication.authenticate(handle, password, FactorProof(code))
    except AuthenticationFailed as error:
        if error.code == "too_many":
            raise click.ClickException(
                f"{variable}: too many wrong tries with this name; it works again at the next full hour."
            ) from None
        raise click.ClickException(
            f"{variable}: the name or the password is not right, or the one-time code (name:password:code)."
        ) from None
    if person_signed_in.password_known:
        raise click.ClickException(
            f"{variable}: whoever founded this house knows this password. {person_signed_in.name} signs in at "
            f"{context.settings().url}/staff/ first and chooses one of her own."
        )
    return person_signed_in


def sign_in_second_for_command(first: Signer, variable: str = "YOUTHVOICE_SECOND_SIGN_IN") -> Signer:
    """The second adult of a command that needs two.

    Raises:
        ClickException: nobody, or the same person again.
    """
    second = sign_in_for_command(variable)
    if second.person_id == first.person_id:
        raise click.ClickException(f"{variable}: the second adult must be somebody else than the first.")
    if second.role == NEWCOMER:
        raise click.ClickException(f"{variable}: {second.name} is not confirmed yet; somebody else must sign.")
    return second


def require_role(person: Signer, *roles: str, site_id: int | None = None) -> None:
    """End the command unless a person has one of these roles and works at the site.

    Raises:
        ClickException: says whose sign-in it needs.
    """
    if person.role not in roles:
        wanted = " or ".join(role.replace("_", " ") for role in roles)
        raise click.ClickException(f"{person.name} cannot do this; it needs the sign-in of: {wanted}.")
    if site_id is not None and site_id not in person.site_ids:
        raise click.ClickException(f"{person.name} does not work at this site.")


def safe_redirect(back: str | None) -> str | None:
    """The address if it is a path of the staff pages of this installation, else None.

    Args:
        back: as the browser sent it, possibly from somebody else's link.
    """
    if not back or not back.isprintable() or "\\" in back:
        return None
    try:
        parts = urlsplit(back)
    except ValueError:  # such as //[
        return None
    if parts.scheme or parts.netloc or not (parts.path == "/staff" or parts.path.startswith("/staff/")):
        return None
    return None if parts.path.startswith("/staff/sign-") or ".." in parts.path else back


SECRET_FIELDS: Final = frozenset(
    {"csrf_token", "password", "current", "new", "again", "code", "secret", "key_answer", "key_challenge"}
)
"""Fields that must be typed again."""

MAX_KEPT_CHARACTERS: Final = 96 * 1024
"""Length of a sealed form; the texts of every form fit."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that somebody sent without a valid session.

    Attributes:
        path: its address, with the query.
        fields: names and values, in order; no password and no code.
        files: names of fields that held a file. The file itself is not kept and must be chosen again.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]

    @classmethod
    def of(cls, sent: Request) -> Self:
        """The form of a request."""
        fields = tuple((name, value) for name, value in sent.form.items(multi=True) if name not in SECRET_FIELDS)
        files = tuple(name for name, file in sent.files.items() if file.filename)
        return cls(sent.full_path.rstrip("?"), fields, files)

    def sealed(self, key: bytes, person_id: int) -> str:
        """The form for a hidden field, sealed to one person; empty if it is too long."""
        content = json.dumps([self.path, self.fields, self.files], ensure_ascii=False)
        blob = base64.urlsafe_b64encode(encrypt(key, content.encode(), _form_context(person_id))).decode()
        return blob if len(blob) <= MAX_KEPT_CHARACTERS else ""


def open_kept_form(key: bytes, blob: str, person_id: int) -> KeptForm | None:
    """The form again; None if it belongs to another person, or is invalid."""
    try:
        path, fields, files = json.loads(decrypt(key, base64.urlsafe_b64decode(blob), _form_context(person_id)))
    except (CannotOpen, binascii.Error, ValueError):
        return None
    return KeptForm(path, tuple((name, value) for name, value in fields), tuple(files))


def _form_context(person_id: int) -> SealingContext:
    return sealing_context("kept-form", person_id)
