"""How a representative signs in at a tablet: her pictures and her cookie.

Tries are counted before they are made, and taken back when they were right; Argon2 runs once, whether there is somebody
or not, outside every transaction. Of a sign-in nothing stays: no row, no log, no time. Source: PRIVACY.md C.

It is good on the tablet on which she chose her pictures, for fifteen minutes after her last tap, and for thirty in all.
A new code, or the end of her term, ends it: whoever reads it looks her up. Source: PRIVACY.md C, "Codes" and "Times".
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
from youthvoice.web.locked_cookie import CookieContent, LockedCookie

_WORD: Final = "representative-code"

_NOBODY: Final = bytes(16)

_ID: Final = 16

_MARK: Final = 8

SESSION_COOKIE: Final = "representative"

COOKIE_PATH: Final = "/agenda"

SESSIONS: Final = LockedCookie(SESSION_COOKIE, COOKIE_PATH, idle_seconds=900, max_seconds=1800, head_bytes=_ID + _MARK)


def new_word(session: Session, representative: Representative, by: int, day: date) -> str:
    """A word such as `KITE-4821` that shows her new pictures once, within 15 minutes; the old ones open nothing.

    Args:
        session: may write.
        representative: whose.
        by: row of the adult who gives her pictures; her page and her committee's say so.
        day: today at the site.
    """
    word = pairing.new_spoken_code()
    hashed = pairing.hash_spoken_code(word, context.keyring().key(PEPPER), _WORD)
    store.expect_code_word(session, representative, hashed, context.now() + pairing.CODE_LASTS, by=by, day=day)
    return word


def deal_pictures(word: str, tablet: CurrentTablet) -> PictureCode | None:
    """Seven new pictures for whoever has the word; None where it is wrong, spent or too old. Commits by itself.

    Raises:
        TooManyCodeAttempts: nothing was tried.
    """
    engine, now, code = db.engine(), context.now(), new_code()
    pepper = context.keyring().key(PEPPER)
    hashed = pairing.hash_spoken_code(word, pepper, _WORD)
    with code_attempts.counted_attempt(pepper, _counted(pepper, tablet), now) as attempt:
        with db.reading(engine) as session:
            representative_id = store.find_by_code_word(session, hashed, now)
            is_here = representative_id is not None and _find_here(session, representative_id, tablet) is not None
        verifier = derive_verifier(code, representative_id or _NOBODY, pepper)
        with db.writing(engine) as session:
            dealt = (
                is_here
                and representative_id is not None
                and store.store_picture_verifier(session, representative_id, hashed, verifier)
            )
        attempt.right = dealt
    return code if dealt else None


def find_signing_in(representative_id: bytes | None, code: PictureCode, tablet: CurrentTablet) -> Representative | None:
    """The representative whose pictures these are; None where they are not, or she is not in office here.

    Args:
        representative_id: as the form says; None where it says nothing of the kind.
        code: as somebody chose it.
        tablet: the tablet.

    Raises:
        TooManyCodeAttempts: nothing was tried.
    """
    pepper, wanted, now = context.keyring().key(PEPPER), representative_id or _NOBODY, context.now()
    counted = _counted(pepper, tablet)
    code_attempts.refuse_waiting(pepper, counted, now)
    verifier = derive_verifier(code, wanted, pepper)

    def find(session: Session) -> Representative | None:
        stored_verifier = store.find_picture_verifier(session, wanted) or secrets.token_bytes(len(verifier))
        representative = _find_here(session, wanted, tablet)
        return representative if hmac.compare_digest(verifier, stored_verifier) else None

    return code_attempts.weigh_attempt(pepper, counted, now, find)


def _find_here(session: Session, representative_id: bytes, tablet: CurrentTablet) -> Representative | None:
    """Somebody in office at this site; the same question whether there is such a one or not."""
    in_office = store.list_in_office(session, [tablet.site.id], context.today(tablet.site.time_zone))
    return next((representative for representative in in_office if representative.id == representative_id), None)


def _counted(pepper: bytes, tablet: CurrentTablet) -> Sequence[code_attempts.CodeAttempt]:
    """Where an attempt counts: at this tablet, and at all tablets of the site, whose advocates see it."""
    day = context.today(tablet.site.time_zone)
    return (
        code_attempts.of_representatives(pepper, tablet.tablet_id, day),
        code_attempts.of_tablets(pepper, tablet.site.id, day).by_line(pepper, tablet.line),
    )


@dataclass(frozen=True, slots=True)
class RepresentativeSession:
    """Who signed in.

    Attributes:
        representative_id: 16 bytes.
        mark: 8 bytes that say which code she used.
        began: in seconds since 1970.
    """

    representative_id: bytes = field(repr=False)
    mark: bytes = field(repr=False)
    began: int = field(repr=False)


def write_cookie(key: bytes, representative_session: RepresentativeSession, tablet: bytes, now: datetime) -> str:
    """The cookie's value, for fifteen more minutes, though not beyond thirty in all; always of one length.

    Args:
        key: 32 bytes, for these visits only.
        representative_session: whose.
        tablet: the hash of the tablet's token; on another tablet the cookie opens nothing.
        now: this moment, UTC.
    """
    content = CookieContent(
        representative_session.representative_id + representative_session.mark, representative_session.began
    )
    return SESSIONS.seal(key, _bound(tablet), content, now)


def read_cookie(key: bytes, value: str, tablet: bytes, now: datetime) -> RepresentativeSession | None:
    """The visit of a cookie; None where it is none of ours, another tablet's, or over."""
    cookie_content = SESSIONS.open(key, _bound(tablet), value, now)
    return (
        RepresentativeSession(cookie_content.head[:_ID], cookie_content.head[_ID:], cookie_content.began)
        if cookie_content
        else None
    )


def _bound(tablet: bytes) -> symmetric_encryption.SealingContext:
    return symmetric_encryption.sealing_context("representative", "visit", 1, tablet.hex())
