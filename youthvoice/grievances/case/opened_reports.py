"""Which reports the caller has opened since she signed in: an opening is logged once, then she may come back to it.

Kept in the form session, which belongs to one sign-in and ends with it.
"""

from typing import Final

from flask import session

_KEY: Final = "reports"
_MOST: Final = 8  # she who works through more of them opens the first one anew


def begin(thread_id: bytes) -> None:
    """She opens it now; the log says so."""
    opened = [one for one in session.get(_KEY, ()) if one != thread_id.hex()]
    session[_KEY] = [*opened, thread_id.hex()][-_MOST:]


def is_open(thread_id: bytes) -> bool:
    """Whether she has opened it since she signed in."""
    return thread_id.hex() in session.get(_KEY, ())


def end(thread_id: bytes) -> None:
    """She has nothing to do with it any more."""
    session[_KEY] = [one for one in session.get(_KEY, ()) if one != thread_id.hex()]
