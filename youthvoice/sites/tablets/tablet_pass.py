"""What a tablet shows in place of its cookie, inside of an envelope: it may lie there until the tablet was let go.

A pass names the tablet's row and bears a keyed hash of it: nobody makes one up, and the database holds none.
"""

import base64
import hashlib
import hmac

from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.privacy.keys.keyring import Keyring

_ROW_BYTES, _MARK_BYTES = 8, 16


def make_pass(keyring: Keyring, tablet_id: int) -> str:
    """The pass of a tablet, 32 letters."""
    row = tablet_id.to_bytes(_ROW_BYTES, "big")
    return base64.urlsafe_b64encode(row + _mark(keyring, row)).decode()


def read_pass(keyring: Keyring, shown: str) -> int | None:
    """The row of the tablet that shows a pass; None where it is none of ours."""
    try:
        blob = base64.b64decode(shown, altchars=b"-_", validate=True)
    except ValueError:
        return None
    row, mark = blob[:_ROW_BYTES], blob[_ROW_BYTES:]
    return int.from_bytes(row, "big") if hmac.compare_digest(mark, _mark(keyring, row)) else None


def _mark(keyring: Keyring, row: bytes) -> bytes:
    return hmac.digest(keyring.derive(PEPPER, "tablet-pass"), row, hashlib.sha256)[:_MARK_BYTES]
