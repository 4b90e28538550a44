"""CSRF tokens of staff forms: each belongs to one sign-in and names the person to whom it was issued.

A token of an earlier sign-in is refused. The program still reads from it to whom it was issued: so it can return what
that person typed, and to nobody else.
"""

import secrets
from collections.abc import MutableMapping
from typing import Any, Final

from flask import current_app, g, session
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms.csrf.core import CSRFTokenField

from youthvoice.privacy.crypto.session_keys import token_hash

CSRF_FIELD: Final = "csrf_token"

_SIGN_IN: Final = "of"
"""Field of the form session: the hash of the staff cookie of the sign-in that began it."""

_SALT: Final = "wtf-csrf-token"  # Flask-WTF's


class TokenField(CSRFTokenField):
    """The hidden field of a token; without an id, for a page may have several forms."""

    def __call__(self, **more: Any) -> Any:
        """Draw the hidden field."""
        return super().__call__(**{"id": False, **more})


class FormTokens(FlaskForm.Meta.csrf_class):  # Flask-WTF's way, with a field of our own
    """How Flask-WTF makes the token of a form."""

    field_class = TokenField


FlaskForm.Meta.csrf_class = FormTokens


def clear_other_sign_in(form_session: MutableMapping[str, Any], staff_token: str) -> bool:
    """Empty the form session of a browser unless this same sign-in began it.

    Args:
        form_session: as the browser sent it: Flask's session, which holds the tokens of staff forms.
        staff_token: its staff cookie, which is renewed at every sign-in.

    Returns:
        Whether it was emptied.
    """
    sign_in = token_hash(staff_token).hex()
    if form_session.get(_SIGN_IN) == sign_in:
        return False
    form_session.clear()
    form_session[_SIGN_IN] = sign_in
    return True


def set_owner(person_id: int) -> None:
    """Set to whom the forms of this page belong; call it before one of them is drawn."""
    session.setdefault(CSRF_FIELD, f"{person_id}.{secrets.token_hex(20)}")


def find_owner(token: str) -> int:
    """The person (row of `people`) to whom we issued a token, even after the sign-in ended; 0 for any other text."""
    try:
        content = URLSafeTimedSerializer(str(current_app.secret_key), salt=_SALT).loads(token)
    except BadData:
        return 0
    person, _, _rest = str(content).partition(".")
    return int(person) if person.isdecimal() else 0


def begin(staff_token: str, person_id: int) -> None:
    """Start the form session of a sign-in, so that the forms in this same response belong to it."""
    clear_other_sign_in(session, staff_token)
    g.pop(CSRF_FIELD, None)
    set_owner(person_id)
