"""How a representative signs in at a tablet: picture code and session cookie.

Attempts are counted before they are checked, and uncounted if they were right. Argon2 runs once, whether the
representative exists or not, outside every transaction. A sign-in leaves nothing behind: no row, no log line, no time.
Source: PRIVACY.md C.

The session is valid on the same tablet, for fifteen minutes after the last request and for thirty minutes in all.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.committees.representatives import store
from youthvoice.committees.representatives.rules import Representative
from youthvoice.privacy.credentials.picture_codes import PictureCode, derive_verifier, new_code
from youthvoice.privacy.crypto import symmetric_encryption
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import CurrentTablet
from youthvoice.sites.tablets import pairing
from youthvoice.threads.child_codes import code_attempts
from youthvoice.web.encrypted_cookie import CookieContent, EncryptedCookie

_WORD_PURPOSE: Final = "representative-code"  # of the hash of a word that shows new pictures

_ID_BYTES: Final = 16

_MARK_BYTES: Final = 8

_NO_REPRESENTATIVE: Final = bytes(_ID_BYTES)

SESSION_COOKIE: Final = "representative"

COOKIE_PATH: Final = "/agenda"

SESSIONS: Final = EncryptedCookie(
    SESSION_COOKIE, COOKIE_PATH, idle_seconds=900, max_seconds=1800, head_bytes=_ID_BYTES + _MARK_BYTES
)


def new_word(session: Session, representative: Representative, by: int, day: date) -> str:
    """A word such as `KITE-4821` that shows new pictures once, within 15 minutes; the old pictures stop working.

    Args:
        session: may write.
        representative: the child who gets them.
        by: row of the adult who gives them out; the representative's page and the committee's page show it.
        day: today at the site.
    """
    word = pairing.new_spoken_code()
    word_hash = pairing.hash_spoken_code(word, context.keyring().key(PEPPER), _WORD_PURPOSE)
    store.expect_code_word(session, representative, word_hash, context.now() + pairing.CODE_LASTS, by=by, day=day)
    return word


def deal_pictures(word: str, tablet: CurrentTablet) -> PictureCode | None:
    """Seven new pictures for the child who typed the word; None if it is wrong, used or too old.

    It commits on a connection of its own.

    Raises:
        TooManyCodeAttempts: the attempt was not checked.
    """
    engine, now, code = db.engine(), context.now(), new_code()
    pepper = context.keyring().key(PEPPER)
    word_hash = pairing.hash_spoken_code(word, pepper, _WORD_PURPOSE)
    with code_attempts.counted_attempt(pepper, _attempt_counters(pepper, tablet), now) as attempt:
        with db.reading(engine) as session:
            representative_id = store.find_by_code_word(session, word_hash, now)
            is_here = representative_id is not None and _find_here(session, representative_id, tablet) is not None
        verifier = derive_verifier(code, representative_id or _NO_REPRESENTATIVE, pepper)
        with db.writing(engine) as session:
            is_right = (
                is_here
                and representative_id is not None
                and store.store_picture_verifier(session, representative_id, word_hash, verifier)
            )
        attempt.right = is_right
    return code if is_right else None


def find_signing_in(representative_id: bytes | None, code: PictureCode, tablet: CurrentTablet) -> Representative | None:
    """The representative who has these pictures; None if they are wrong, or the child is not in office here.

    Args:
        representative_id: as the form says; None if it says nothing valid.
        code: the pictures that were selected.
        tablet: the tablet.

    Raises:
        TooManyCodeAttempts: the attempt was not checked.
    """
    pepper, claimed_id, now = context.keyring().key(PEPPER), representative_id or _NO_REPRESENTATIVE, context.now()
    counters = _attempt_counters(pepper, tablet)
    code_attempts.refuse_if_slowed(pepper, counters, now)
    verifier = derive_verifier(code, claimed_id, pepper)

    def find(session: Session) -> Representative | None:
        stored_verifier = store.find_picture_verifier(session, claimed_id) or secrets.token_bytes(len(verifier))
        representative = _find_here(session, claimed_id, tablet)
        return representative if hmac.compare_digest(verifier, stored_verifier) else None

    return code_attempts.try_and_count(pepper, counters, now, find)


def _find_here(session: Session, representative_id: bytes, tablet: CurrentTablet) -> Representative | None:
    """The representative in office at this site who has this id; an unknown id takes the same query."""
    in_office = store.list_in_office(session, [tablet.site.id], context.today(tablet.site.time_zone))
    return next((representative for representative in in_office if representative.id == representative_id), None)


def _attempt_counters(pepper: bytes, tablet: CurrentTablet) -> Sequence[code_attempts.AttemptCounter]:
    """The counters of an attempt: this tablet, and all tablets of the site, which advocates see."""
    day = context.today(tablet.site.time_zone)
    return (
        code_attempts.representatives_counter(pepper, tablet.tablet_id, day),
        code_attempts.tablets_counter(pepper, tablet.site.id, day).by_line(pepper, tablet.line),
    )


@dataclass(frozen=True, slots=True)
class RepresentativeSession:
    """The session of a representative.

    Attributes:
        representative_id: 16 bytes.
        mark: 8 bytes of a hash of the picture code's verifier: new pictures end every session of the old ones.
        began: seconds since 1970.
    """

    representative_id: bytes = field(repr=False)
    mark: bytes = field(repr=False)
    began: int = field(repr=False)


def write_cookie(key: bytes, representative_session: RepresentativeSession, tablet: bytes, now: datetime) -> str:
    """The value of the session cookie, for fifteen more minutes, though not beyond thirty in all; always of one length.

    Args:
        key: 32 bytes, only for these sessions.
        representative_session: the session.
        tablet: the hash of the tablet's token; on another tablet the cookie is not valid.
        now: this moment, UTC.
    """
    content = CookieContent(
        representative_session.representative_id + representative_session.mark, representative_session.began
    )
    return SESSIONS.seal(key, _cookie_context(tablet), content, now)


def read_cookie(key: bytes, value: str, tablet: bytes, now: datetime) -> RepresentativeSession | None:
    """The session of a cookie; None if it is invalid, another tablet's, or expired."""
    cookie_content = SESSIONS.open(key, _cookie_context(tablet), value, now)
    return (
        RepresentativeSession(cookie_content.head[:_ID_BYTES], cookie_content.head[_ID_BYTES:], cookie_content.began)
        if cookie_content
        else None
    )


def _cookie_context(tablet: bytes) -> symmetric_encryption.SealingContext:
    return symmetric_encryption.sealing_context("representative", "visit", 1, tablet.hex())  # "visit" is in cookies
