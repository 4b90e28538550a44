"""A representative's pictures: a word from her facilitator shows them to her at a tablet, and they sign her in.

Tries are counted before they are made, and taken back when they were right; Argon2 runs once, whether there is somebody
or not, outside every transaction. Of a sign-in nothing stays: no row, no log, no time. Source: PRIVACY.md C.
"""

import hmac
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.entities import RepFacts
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.credentials.picture_codes import Code
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import PEPPER
from youthvoice.sites.store import Here
from youthvoice.sites.tablets import spoken_codes as codes
from youthvoice.threads.child_codes import attempt_limits as code_tries
from youthvoice.threads.child_codes.attempt_limits import Trying

_WORD: Final = "representative-code"
_NOBODY: Final = bytes(16)


@dataclass(frozen=True, slots=True)
class Where:
    """The tablet at which somebody tries, and what day it is there."""

    at: Here
    day: date


def new_word(session: Session, keyring: Keyring, representative_id: bytes, now: datetime) -> str:
    """A word such as `KITE-4821` that shows her new pictures once, within 15 minutes; the old ones open nothing.

    Args:
        session: may write.
        keyring: the key files.
        representative_id: hers.
        now: UTC.
    """
    word = codes.new_code()
    hashed = codes.code_hash(word, keyring.key(PEPPER), _WORD)
    representatives.expect_code(session, representative_id, hashed, now + codes.LASTS)
    return word


def pictures_for(engine: Engine, keyring: Keyring, word: str, where: Where, now: datetime) -> Code | None:
    """Seven new pictures for whoever has the word; None where it is wrong, spent or too old. Commits by itself.

    Raises:
        TooOften: nothing was tried.
    """
    pepper, code = keyring.key(PEPPER), picture_codes.drawn_anew()
    hashed = codes.code_hash(word, pepper, _WORD)
    with _tried(engine, pepper, where, now) as right:
        with db.reading(engine) as session:
            hers = representatives.waits_for(session, hashed, now)
            is_hers = hers is not None and _here(session, keyring, hers, where) is not None
        verifier = picture_codes.verifier_of(code, hers or _NOBODY, pepper)
        with db.writing(engine) as session:
            dealt = is_hers and hers is not None and representatives.deal(session, hers, hashed, verifier)
        if dealt:
            right.append(True)
    return code if dealt else None


def who_signs_in(  # noqa: PLR0913, PLR0917 - who, with what, where, when
    engine: Engine, keyring: Keyring, representative_id: bytes | None, code: Code, where: Where, now: datetime
) -> RepFacts | None:
    """The representative whose pictures these are; None where they are not, or she is not in office here.

    Args:
        engine: of the house.
        keyring: the key files.
        representative_id: as the form says; None where it says nothing of the kind.
        code: as somebody chose it.
        where: the tablet.
        now: UTC.

    Raises:
        TooOften: nothing was tried.
    """
    pepper, wanted = keyring.key(PEPPER), representative_id or _NOBODY
    with _tried(engine, pepper, where, now) as right:
        verifier = picture_codes.verifier_of(code, wanted, pepper)
        with db.reading(engine) as session:
            kept = representatives.verifier_of(session, wanted) or secrets.token_bytes(len(verifier))
            hers = _here(session, keyring, wanted, where)
        is_right = hmac.compare_digest(verifier, kept) and hers is not None
        if is_right:
            right.append(True)
    return hers if is_right else None


def _here(session: Session, keyring: Keyring, representative_id: bytes, where: Where) -> RepFacts | None:
    """Somebody in office at this site; the same question whether there is such a one or not."""
    found = representatives.in_office(session, keyring, [where.at.site.id], where.day)
    return next((one for one in found if one.id == representative_id), None)


@contextmanager
def _tried(engine: Engine, pepper: bytes, where: Where, now: datetime) -> Iterator[list[bool]]:
    """Count a try before it is made; put something into the list when it was right."""
    counted = _counted(pepper, where)
    with db.writing(engine) as session:
        for trying in counted:
            code_tries.begin(session, pepper, trying, now)
    right: list[bool] = []
    yield right
    with db.writing(engine) as session:
        for trying in counted:
            code_tries.finish(session, trying, right=bool(right))


def _counted(pepper: bytes, where: Where) -> Sequence[Trying]:
    """Where a try counts: at this tablet, and at all tablets of the site, whose advocates see it."""
    return (
        code_tries.of_representatives(pepper, where.at.tablet_id, where.day),
        code_tries.of_tablets(pepper, where.at.site.id, where.day),
    )
