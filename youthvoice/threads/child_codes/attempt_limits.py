"""Tries of picture codes, and of codes that connect a tablet, counted in rows so that every process knows them.

A tablet has twenty wrong ones a day, ten of the slips of one round or vote. The phones of a place are slowed from a
hundred on, and never locked; so are all its tablets together, from forty on where they are slips, for whoever connects
tablets could connect one after the other. A try is counted before it is made, so that many at once cannot slip through,
and taken back when it was right; both ways ask the database the same.
Source: PRIVACY.md C, "Codes".
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice.compiled_sql import adding
from youthvoice.threads.models import CodeTry

MOST_OF_A_TABLET: Final = 20
MOST_SLIPS_OF_A_TABLET: Final = 10
SLOW_FROM: Final = 100
SLIPS_SLOW_FROM: Final = 40
_FIRST_PAUSE: Final = 5
_LONGEST_PAUSE: Final = 600


class TooOften(Exception):
    """No try now: `code` is `tablet` (enough for today) or `wait` (the place is slowed)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Trying:
    """Whose try it is, on which day.

    Attributes:
        who: 32 bytes, what the row is found by.
        day: at the site.
        most: wrong ones after which it ends for the day, as those of one tablet do; None where it is slowed instead.
        slow_from: wrong ones from which on it is slowed; of no meaning where it ends instead.
    """

    who: bytes = field(repr=False)
    day: date
    most: int | None = None
    slow_from: int = 0


def of_tablet(pepper: bytes, tablet_id: int, day: date) -> Trying:
    """A try on an enrolled tablet."""
    return Trying(_hash(pepper, f"tablet|{tablet_id}|{day}"), day, MOST_OF_A_TABLET)


def of_place(pepper: bytes, site_id: int, day: date) -> Trying:
    """A try on any other device, for a place."""
    return Trying(_hash(pepper, f"place|{site_id}|{day}"), day, slow_from=SLOW_FROM)


def of_tablets(pepper: bytes, site_id: int, day: date) -> Trying:
    """The same try as one of all enrolled tablets of a place."""
    return Trying(_hash(pepper, f"tablets|{site_id}|{day}"), day, slow_from=SLOW_FROM)


def of_slips(pepper: bytes, tablet_id: int, of: str, day: date) -> Trying:
    """A try of a slip of one round or vote on a tablet; whoever guesses takes no try of a code from anybody."""
    return Trying(_hash(pepper, f"slips|{tablet_id}|{of}|{day}"), day, MOST_SLIPS_OF_A_TABLET)


def of_slips_at(pepper: bytes, site_id: int, day: date) -> Trying:
    """The same try as one of all slips that are tried at a place."""
    return Trying(_hash(pepper, f"slips at|{site_id}|{day}"), day, slow_from=SLIPS_SLOW_FROM)


def of_representatives(pepper: bytes, tablet_id: int, day: date) -> Trying:
    """A try at a representative's code on an enrolled tablet; it takes none from children who come for an answer."""
    return Trying(_hash(pepper, f"representatives|{tablet_id}|{day}"), day, MOST_OF_A_TABLET)


def of_enrolment(pepper: bytes, day: date) -> Trying:
    """A try at the code that connects a tablet, from anywhere in the world; the day is UTC."""
    return Trying(_hash(pepper, f"enrolment|{day}"), day, slow_from=SLOW_FROM)


def pause(tries: int, slow_from: int = SLOW_FROM) -> int:
    """Seconds between two tries at a place, after so many wrong ones; 0 while it is not slowed."""
    if tries < slow_from:
        return 0
    return min(_LONGEST_PAUSE, _FIRST_PAUSE << min(10, tries // slow_from - 1))


def begin(session: Session, pepper: bytes, trying: Trying, now: datetime) -> None:
    """Count a try before it is made.

    Args:
        session: may write.
        pepper: the key `pepper`, 32 bytes.
        trying: whose.
        now: UTC.

    Raises:
        TooOften: nothing was counted, and no code is to be stretched.
    """
    row = adding(CodeTry, session.get_bind().dialect).values(who=trying.who, day=trying.day)
    session.execute(row.on_conflict_do_update(index_elements=[CodeTry.who], set_={"day": trying.day}))  # and hold it
    held = session.execute(select(CodeTry.tries, CodeTry.slot).where(CodeTry.who == trying.who).with_for_update()).one()
    if trying.most is not None and held.tries >= trying.most:
        raise TooOften("tablet")
    slot = held.slot
    if trying.most is None and (seconds := pause(held.tries, trying.slow_from)):
        slot = _hash(pepper, f"slot|{trying.who.hex()}|{seconds}|{int(now.timestamp()) // seconds}")
        if hmac.compare_digest(slot, held.slot):
            raise TooOften("wait")
    mine = update(CodeTry).where(CodeTry.who == trying.who)
    session.execute(mine.values(tries=CodeTry.tries + 1, slot=slot))


def finish(session: Session, trying: Trying, *, right: bool) -> None:
    """Take a try back that was right; a row that counts nothing goes. A wrong one is written to the disk as well."""
    mine = update(CodeTry).where(CodeTry.who == trying.who, CodeTry.tries > 0)
    session.execute(mine.values(tries=CodeTry.tries - int(right), noise=secrets.token_bytes(8)))
    session.execute(delete(CodeTry).where(CodeTry.who == trying.who, CodeTry.tries == 0))


def is_slow(session: Session, trying: Trying) -> bool:
    """Whether these tries are slowed by now."""
    return (session.scalar(select(CodeTry.tries).where(CodeTry.who == trying.who)) or 0) >= trying.slow_from


def slowed(session: Session, pepper: bytes, sites: Mapping[int, date]) -> set[int]:
    """Which sites are slowed today: their advocates see a line about it.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        sites: the day it is at each, by row.
    """
    return set(_slowed(session, pepper, sites).values())


def to_warn(session: Session, pepper: bytes, sites: Mapping[int, date]) -> set[int]:
    """Which sites are slowed and were not told of here today; each once a day. For whoever sends "please sign in".

    Args:
        session: may write.
        pepper: the key `pepper`, 32 bytes.
        sites: as for `slowed`.
    """
    found = _slowed(session, pepper, sites)
    fresh = update(CodeTry).where(CodeTry.who.in_(found), CodeTry.warned.is_(False)).values(warned=True)
    return {found[who] for who in session.scalars(fresh.returning(CodeTry.who))}


def has_any(session: Session, before: date) -> bool:
    """Whether there are tries of days before a day."""
    return session.scalar(select(CodeTry.day).where(CodeTry.day < before).limit(1)) is not None


def sweep(session: Session, before: date) -> None:
    """Forget the tries of days before a day."""
    session.execute(delete(CodeTry).where(CodeTry.day < before))


def _slowed(session: Session, pepper: bytes, sites: Mapping[int, date]) -> dict[bytes, int]:
    counted = (of_place, of_tablets, of_slips_at)
    tried = [(of(pepper, site_id, day), site_id) for site_id, day in sites.items() for of in counted]
    asked = {trying.who: (trying.slow_from, site_id) for trying, site_id in tried}
    rows = session.execute(select(CodeTry.who, CodeTry.tries).where(CodeTry.who.in_(asked)))
    return {row.who: asked[row.who][1] for row in rows if row.tries >= asked[row.who][0]}


def _hash(pepper: bytes, words: str) -> bytes:
    return hmac.digest(pepper, b"code tries|" + words.encode(), hashlib.sha256)
