"""What several forms of this room refuse in the same words."""

from collections.abc import Sequence

from flask_babel import gettext as _
from wtforms import (
    ValidationError,
)

from youthvoice.accounts import labels as words
from youthvoice.accounts.mail.addresses import NotAnAddress, plain_address
from youthvoice.privacy.credentials.password_strength import weakness

LONGEST_PASSWORD = 500
LONGEST_CODE = 40


def refuse_wrong_address(address: str) -> None:
    """Take one plain address, or none.

    Raises:
        ValidationError: with words for the page.
    """
    try:
        if address.strip():
            plain_address(address)
    except NotAnAddress:
        raise ValidationError(_("This is not an e-mail address, such as name@example.org.")) from None


def refuse_weak_password(password: str, hers: Sequence[str]) -> None:
    """Take what is hard to guess, also for somebody who knows her.

    Raises:
        ValidationError: with what helps.
    """
    if refusal := weakness(password, hers):
        raise ValidationError(words.not_password(refusal))
