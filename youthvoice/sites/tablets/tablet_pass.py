"""Passes: what identifies a tablet inside an envelope in place of its cookie, even after the tablet was retired.

A pass names the tablet's row and the day of issue, with a keyed hash of both: nobody can forge one, and the database
stores none. Each day's manifest brings a new one. Earlier ones are valid for what waits, until the tablet itself
reports that nothing waits any longer (`tablet_status`): then a copied one ends.
"""

import base64
import hashlib
import hmac
from datetime import date
from typing import NamedTuple

from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.privacy.keys.keyring import Keyring

_CONTENT_BYTES, _DAY_BYTES, _ID_BYTES, _MARK_BYTES = 8, 3, 5, 16


class TabletPass(NamedTuple):
    """A valid pass.

    Attributes:
        tablet_id: row of the tablet.
        issued: the day of issue, as its proleptic number (`date.toordinal`); 0 for a box, whose pass names no day.
    """

    tablet_id: int
    issued: int


def make_pass(keyring: Keyring, tablet_id: int, issued_on: date | None = None) -> str:
    """The pass of a tablet, 32 characters.

    Args:
        keyring: the key files.
        tablet_id: row of the tablet.
        issued_on: today; None for a box, whose pass does not end.
    """
    day = issued_on.toordinal() if issued_on else 0
    content = day.to_bytes(_DAY_BYTES, "big") + tablet_id.to_bytes(_ID_BYTES, "big")
    return base64.urlsafe_b64encode(content + _mark(keyring, content)).decode()


def read_pass(keyring: Keyring, pass_text: str) -> TabletPass | None:
    """Read a pass, which must be spelled exactly as it was issued; None where it is not valid.

    Base64 accepts other spellings of the same bytes: a `=` at the end, `+` in place of `-`. Each would count as another
    pass wherever passes are counted by their text.
    """
    try:
        blob = base64.b64decode(pass_text, altchars=b"-_", validate=True)
    except ValueError:
        return None
    if base64.urlsafe_b64encode(blob).decode() != pass_text:
        return None
    content, mark = blob[:_CONTENT_BYTES], blob[_CONTENT_BYTES:]
    if not hmac.compare_digest(mark, _mark(keyring, content)):
        return None
    return TabletPass(int.from_bytes(content[_DAY_BYTES:], "big"), int.from_bytes(content[:_DAY_BYTES], "big"))


def name_of_tablet(keyring: Keyring, tablet_id: int) -> str:
    """By what a tablet recognises that a new manifest is still its own, 16 hexadecimal digits; it gives no access."""
    return hmac.digest(keyring.derive(PEPPER, "tablet-name"), str(tablet_id).encode(), hashlib.sha256).hex()[:16]


def _mark(keyring: Keyring, content: bytes) -> bytes:
    return hmac.digest(keyring.derive(PEPPER, "tablet-pass"), content, hashlib.sha256)[:_MARK_BYTES]
