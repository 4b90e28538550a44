"""Anonymous taps of children, locked until they are counted: "is it really done?", "me too".

The id of a tap follows from the random number of its page's sheet, which nobody but the page holds, and from what was
tapped about: one page counts once about one thing, however often it is sent, and two taps of one page cannot be told
to be of one page. Nothing else stands beside a tap, every one is as long as any other, and counting deletes it.
Source: PRIVACY.md A2 (locked until counted) and A10 (such taps move once a day, "me too" once a week).
"""

import hashlib
import hmac
import json
from collections import Counter
from contextlib import suppress
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from youthvoice.accountability.models import Tap
from youthvoice.compiled_sql import adding
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS, PEPPER

ID_BYTES: Final = 16
MOST_BYTES: Final = 400  # of what is about what, and what was tapped
LONGEST_KIND: Final = 40  # letters; as the column


def tap(  # noqa: PLR0913, PLR0917 - whose page, about what, what
    session: Session, keyring: Keyring, sheet: bytes, kind: str, subject: str, what: str
) -> None:
    """Keep one tap; again from the same sheet replaces it.

    Args:
        session: may write.
        keyring: the key files.
        sheet: the 16 bytes of the page's sheet.
        kind: what is counted together, such as `really_done/3`; it stands in clear, so no word of a child's.
        subject: about what.
        what: what was tapped.

    Raises:
        ValueError: the kind is longer than 40 letters, or subject and what together than some 380 bytes.
    """
    tap_id = _id(keyring, sheet, kind, subject)
    kept = [subject, what]
    if len(kind) > LONGEST_KIND or len(json.dumps(kept, ensure_ascii=False).encode()) > MOST_BYTES:
        raise ValueError("A tap is short, so that all are of one length")
    blob = keep(keyring, KEPT_WORDS, kept, _purpose(kind, tap_id), MOST_BYTES)
    new = adding(Tap, session.get_bind().dialect).values(id=tap_id, kind=kind, blob=blob)
    session.execute(new.on_conflict_do_update(index_elements=[Tap.id], set_={"blob": blob}))


def untap(session: Session, keyring: Keyring, sheet: bytes, kind: str, subject: str) -> None:
    """Take a tap back, as long as it was not counted; without one nothing happens."""
    session.execute(delete(Tap).where(Tap.id == _id(keyring, sheet, kind, subject)))


def take_all(session: Session, keyring: Keyring, kind: str) -> Counter[tuple[str, str]]:
    """Count every tap of a kind and delete it; of two who count at once one gets a tap, never both.

    A tap that does not open any more, for its key is gone, is deleted and counts nothing.

    Args:
        session: the transaction of whatever follows from it.
        keyring: the key files.
        kind: as in `tap`.

    Returns:
        How often what was tapped about what.
    """
    gone = session.execute(delete(Tap).where(Tap.kind == kind).returning(Tap.id, Tap.blob)).all()
    counted = Counter[tuple[str, str]]()
    for tap_id, blob in gone:
        with suppress(CannotOpen, KeyGone):
            subject, what = open_kept(keyring, KEPT_WORDS, bytes(blob), _purpose(kind, bytes(tap_id)))
            counted[subject, what] += 1
    return counted


def _id(keyring: Keyring, sheet: bytes, kind: str, subject: str) -> bytes:
    named = json.dumps(["tap", sheet.hex(), kind, subject]).encode()  # whatever the subject is, no two are named alike
    return hmac.digest(keyring.key_or_new(PEPPER), named, hashlib.sha256)[:ID_BYTES]


def _purpose(kind: str, tap_id: bytes) -> Context:
    return context("tap", kind, tap_id.hex())
