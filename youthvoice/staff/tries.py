"""Tries of passwords, counted in rows so that every process knows them."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from youthvoice.staff.models import WrongTry
from youthvoice.statements import adding

MOST = 10
"""Wrong passwords in an hour for one handle, whether anybody has that handle or not."""


def handle_hash(handle: str, pepper: bytes) -> bytes:
    """What a handle is counted under: it may be a password that was typed into the wrong box."""
    return hmac.digest(pepper, b"tries|" + handle.encode("utf-8", "surrogatepass"), hashlib.sha256)


def begin(session: Session, hashed: bytes, now: datetime) -> bool:
    """Count a try before it is made, so that many at once cannot slip through; False when there were too many."""
    row = adding(WrongTry, session.get_bind().dialect).values(handle_hash=hashed, hour=_hour(now), tries=1)
    counted = row.on_conflict_do_update(
        index_elements=[WrongTry.handle_hash, WrongTry.hour],
        set_={"tries": WrongTry.tries + 1},
        where=WrongTry.tries < MOST,
    )
    return session.scalar(counted.returning(WrongTry.tries)) is not None


def forgive(session: Session, hashed: bytes, now: datetime) -> None:
    """The try was right after all."""
    session.execute(
        update(WrongTry)
        .where(WrongTry.handle_hash == hashed, WrongTry.hour == _hour(now), WrongTry.tries > 0)
        .values(tries=WrongTry.tries - 1)
    )


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
