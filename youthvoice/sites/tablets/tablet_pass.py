"""What a tablet shows in place of its cookie, inside of an envelope: it may lie there until the tablet was let go.

A pass names the tablet's row and the day on which it was given, and bears a keyed hash of both: nobody makes one up,
and the database holds none. Each day's manifest brings another one. Those of before are good for what waits, until the
tablet itself says that nothing waits any more (`tablet_status`): whoever copied one has it no longer.
"""

import base64
import hashlib
import hmac
from datetime import date
from typing import NamedTuple

from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.privacy.keys.keyring import Keyring

_ROW_BYTES, _DAY_BYTES, _ID_BYTES, _MARK_BYTES = 8, 3, 5, 16


class TabletPass(NamedTuple):
    """A pass of ours.

    Attributes:
        tablet_id: row of the tablet.
        given: the day on which it was given, as its proleptic number (`date.toordinal`); 0 of the one that names no
            day, by which a box is known.
    """

    tablet_id: int
    given: int


def make_pass(keyring: Keyring, tablet_id: int, given: date | None = None) -> str:
    """The pass of a tablet, 32 letters.

    Args:
        keyring: the key files.
        tablet_id: row of the tablet.
        given: today; None for the one by which a box is known for ever.
    """
    day = given.toordinal() if given else 0
    row = day.to_bytes(_DAY_BYTES, "big") + tablet_id.to_bytes(_ID_BYTES, "big")
    return base64.urlsafe_b64encode(row + _mark(keyring, row)).decode()


def read_pass(keyring: Keyring, shown: str) -> TabletPass | None:
    """The pass that is shown, letter by letter as it was given; None where it is none of ours.

    Base64 takes other spellings of the same bytes: a `=` behind them, `+` in place of `-`. Each would be another name
    to whatever counts by the letters of a pass.
    """
    try:
        blob = base64.b64decode(shown, altchars=b"-_", validate=True)
    except ValueError:
        return None
    if base64.urlsafe_b64encode(blob).decode() != shown:
        return None
    row, mark = blob[:_ROW_BYTES], blob[_ROW_BYTES:]
    if not hmac.compare_digest(mark, _mark(keyring, row)):
        return None
    return TabletPass(int.from_bytes(row[_DAY_BYTES:], "big"), int.from_bytes(row[:_DAY_BYTES], "big"))


def name_of_tablet(keyring: Keyring, tablet_id: int) -> str:
    """By what a tablet knows that another manifest is still its own, 16 hexadecimal digits; it lets nobody in."""
    return hmac.digest(keyring.derive(PEPPER, "tablet-name"), str(tablet_id).encode(), hashlib.sha256).hex()[:16]


def _mark(keyring: Keyring, row: bytes) -> bytes:
    return hmac.digest(keyring.derive(PEPPER, "tablet-pass"), row, hashlib.sha256)[:_MARK_BYTES]
