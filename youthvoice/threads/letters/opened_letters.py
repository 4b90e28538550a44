"""Which letters the caller has opened since she signed in: what is made of one needs no second opening.

Kept in the form session, which belongs to one sign-in and ends with it.
"""

from typing import Final

from flask import session

_KEY: Final = "letters"
_MOST: Final = 8  # whoever works through more of them opens the first one anew


def begin(letter_id: bytes) -> None:
    """She opens it now; the log says so."""
    opened = [one for one in session.get(_KEY, ()) if one != letter_id.hex()]
    session[_KEY] = [*opened, letter_id.hex()][-_MOST:]


def is_open(letter_id: bytes) -> bool:
    """Whether she has opened it since she signed in."""
    return letter_id.hex() in session.get(_KEY, ())


def end(letter_id: bytes) -> None:
    """She has nothing to do with it any more."""
    session[_KEY] = [one for one in session.get(_KEY, ()) if one != letter_id.hex()]
