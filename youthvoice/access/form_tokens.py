"""The token of a staff form belongs to one sign-in, and tells whose form it was when that sign-in is over.

A token of an earlier sign-in is worth nothing: it is refused. Only who it was given to is still read from it, so that
her words can be handed back to her, and to nobody else.
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

_OF: Final = "of"

_SALT: Final = "wtf-csrf-token"  # Flask-WTF's


class TokenField(CSRFTokenField):
    """The hidden field of a token; without an id, for a page may have several forms."""

    def __call__(self, **more: Any) -> Any:
        """Draw it."""
        return super().__call__(**{"id": False, **more})


class FormTokens(FlaskForm.Meta.csrf_class):  # Flask-WTF's way, with a field of our own
    """How forms get their token."""

    field_class = TokenField


FlaskForm.Meta.csrf_class = FormTokens


def forget_others(form: MutableMapping[str, Any], staff_token: str) -> bool:
    """Empty a form session that was begun before this sign-in, or in another's.

    Args:
        form: what the browser brought.
        staff_token: its staff cookie, which is renewed at every sign-in.

    Returns:
        Whether it was emptied.
    """
    of = token_hash(staff_token).hex()
    if form.get(_OF) == of:
        return False
    form.clear()
    form[_OF] = of
    return True


def name(person_id: int) -> None:
    """Whose the forms of this page are, before one of them is drawn."""
    session.setdefault(CSRF_FIELD, f"{person_id}.{secrets.token_hex(20)}")


def whose(sent: str) -> int:
    """Who was given a token, whatever became of her sign-in: her row of `people`; 0 when it is none of ours."""
    try:
        content = URLSafeTimedSerializer(str(current_app.secret_key), salt=_SALT).loads(sent)
    except BadData:
        return 0
    person, _, _rest = str(content).partition(".")
    return int(person) if person.isdecimal() else 0


def begin(staff_token: str, person_id: int) -> None:
    """What this very answer still draws belongs to the sign-in that it begins."""
    forget_others(session, staff_token)
    g.pop(CSRF_FIELD, None)
    name(person_id)
