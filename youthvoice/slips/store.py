"""Slips: pictures of four to seven screens, dealt, spent once and forgotten; on what is written nowhere.

The more children are asked, the more screens: of all slips there could be, at most one in two hundred is dealt, so that
a guess seldom hits one (four hundred of 729 were hit by every second guess).

Source: PRIVACY.md A1, A11 and T8.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Final, NamedTuple

from sqlalchemy import Connection, case, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from youthvoice import context
from youthvoice.db import count_changed
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import PER_SCREEN, SCREENS, Picture
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.slips.models import SlipRow

GUESSES_FOR_ONE: Final = 200
"""How many guesses hit one slip on average, at least."""

MAX_SLIPS: Final = 4000
"""Slips that can be dealt for one purpose."""

MIN_SLIP_LENGTH: Final = 4

_MOST_OF_ALL: Final = 20
"""With those that were withdrawn at most one in so many that there could be is dealt: ten whole decks."""

Picks = tuple[int, ...]
"""Which picture of each screen, 0 to 8."""


def slip_length(children: int) -> int:
    """How many pictures a slip has where so many children may get one."""
    enough = (
        length for length in range(MIN_SLIP_LENGTH, len(SCREENS)) if children * GUESSES_FOR_ONE <= PER_SCREEN**length
    )
    return next(enough, len(SCREENS))


def slip_fields(length: int) -> tuple[str, ...]:
    """What the boxes of a page are called, one a screen; their values are digits, 0 to 8."""
    return tuple(f"slip/{nth}" for nth in range(1, length + 1))


def slip_screens(length: int) -> tuple[tuple[Picture, ...], ...]:
    """The screens that a child taps on, in order."""
    return SCREENS[:length]


def slip_pictures(picks: Picks) -> tuple[Picture, ...]:
    """The pictures on one slip."""
    return tuple(screen[pick] for screen, pick in zip(SCREENS, picks, strict=False))


def read_picks(picks: Sequence[str], length: int) -> Picks | None:
    """The slip that a form brings; None where it is none."""
    if len(picks) != length or not all(len(pick) == 1 and pick in "012345678" for pick in picks):
        return None
    return tuple(int(pick) for pick in picks)


def hash_picks(pepper: bytes, of: str, picks: Picks) -> bytes:
    """What is kept of a slip.

    Args:
        pepper: the key `pepper`, 32 bytes.
        of: what it is for.
        picks: its pictures.

    Returns:
        32 bytes; for another purpose the same pictures are others.
    """
    return hmac.digest(pepper, b"youthvoice/1|slip|" + f"{of}|".encode() + bytes(picks), hashlib.sha256)


def hash_twin(pepper: bytes, hashed: bytes) -> bytes:
    """What is kept of the second half of a slip: whoever has the rows alone cannot lay the two beside each other.

    Args:
        pepper: as for `hash_picks`.
        hashed: what is kept of the first half.
    """
    return hmac.digest(pepper, b"youthvoice/1|slip-twin|" + hashed, hashlib.sha256)


def draw_slips(pepper: bytes, of: str, number: int, length: int, spent: Collection[bytes]) -> list[Picks]:
    """As many different slips, at random and in no order; none of those that were spent already.

    Raises:
        ValueError: more than there are.
    """
    tried = secrets.SystemRandom().sample(range(PER_SCREEN**length), number + len(spent))
    free = (picks for picks in (_picks(nth, length) for nth in tried) if hash_picks(pepper, of, picks) not in spent)
    return list(islice(free, number))


def _picks(number: int, length: int) -> Picks:
    picks = []
    for _ in range(length):
        number, pick = divmod(number, PER_SCREEN)
        picks.append(pick)
    return tuple(picks)


_ID_BYTES: Final = 16


class DealtSlips(NamedTuple):
    """How many slips there are for something, and how many of them were spent; shown to nobody."""

    dealt: int
    spent: int


def deal_slips(  # noqa: PLR0913 - what is dealt, how many there may be, what else it is good for
    session: Session, of: str, number: int, *, most: int | None = None, twin: str = "", name: str = "", within: str = ""
) -> list[tuple[Picture, ...]]:
    """Deal slips, one a child, beside those that were dealt before: none of them ends.

    How many were spent decides nothing here: who deals would else learn it, by dealing one less each time. Who spends
    more than there are children is found when they are counted.

    Args:
        session: may write.
        of: what they are for, such as `election/7`; at most 60 letters.
        number: how many, at least one.
        most: children there are, and so slips that may be dealt until they are withdrawn; no limit beside `number`
            when it is None. From it follows how many pictures a slip has.
        twin: what each is good for a second time, as a card with two halves is; empty for a slip.
        name: what is hashed with its pictures, where both halves are to be known as one, or where a slip alone says
            what under one roof it is for (`find_slip`); `of` when it is empty.
        within: what the names of all under that roof begin with: no two of their slips are alike; empty without one.

    Returns:
        The pictures of each, in random order. They are known to nobody but the caller.

    Raises:
        Refused: `too_many_slips`, there are fewer children than were dealt one with these, or nobody;
            `withdrawn_too_often`. Nothing was dealt.
    """
    whole = number if most is None else most
    if not 1 <= number <= whole or whole > MAX_SLIPS:
        raise Refused("too_many_slips")
    _hold(session, within or of)
    if most is not None and number + _count_not_withdrawn(session, of) > most:
        raise Refused("too_many_slips")
    pepper, length = context.keyring().key(PEPPER), slip_length(whole)
    taken = frozenset(session.scalars(select(SlipRow.code_hash).where(SlipRow.of == of)))
    if number + len(taken) > PER_SCREEN**length // _MOST_OF_ALL:
        raise Refused("withdrawn_too_often")
    taken |= _others(session, of, within) if within else frozenset()
    slips = draw_slips(pepper, name or of, number, length, taken)
    hashes = [hash_picks(pepper, name or of, one) for one in slips]
    halves = [(of, one) for one in hashes] + [(twin, hash_twin(pepper, one)) for one in hashes if twin]
    rows = [
        {"id": secrets.token_bytes(_ID_BYTES), "of": half, "code_hash": hashed, "spent": False}
        for half, hashed in halves
    ]
    session.execute(insert(SlipRow), sorted(rows, key=itemgetter("id")))  # no half lies beside its twin
    return [slip_pictures(one) for one in slips]


def withdraw_slips(session: Session, *of: str) -> None:
    """All that were dealt so far, spent or not, count no more among those that may be dealt; the caller commits.

    What was not spent is no good from now on, but where a tablet brings it that may have kept it since before, and but
    for a half whose other half was spent.

    Args:
        session: may write.
        of: what they are for, and their second halves.
    """
    for one in of:
        _hold(session, one)
    these = (SlipRow.of.in_(of), SlipRow.withdrawn_at.is_(None))
    session.execute(update(SlipRow).where(*these).values(withdrawn_at=context.now()))


def delete_unspent_slips(session: Session, of: str) -> None:
    """What nobody used ends at once and for good, wherever it waits: another slip takes its place."""
    _hold(session, of)
    session.execute(delete(SlipRow).where(SlipRow.of == of, SlipRow.spent.is_(False)))


def _count_not_withdrawn(session: Session, of: str) -> int:
    return session.scalar(select(func.count()).where(SlipRow.of == of, SlipRow.withdrawn_at.is_(None))) or 0


def find_slip(session: Session, within: str, picks: Picks, name: str, *, spent: bool = False) -> str | None:
    """What under a roof a slip is for that was dealt; None where it is none.

    Args:
        session: only read.
        within: what the names of all of them begin with.
        picks: its pictures.
        name: what all of them are hashed with.
        spent: whether one that was spent is found, too: a sheet may come twice.
    """
    hashed = hash_picks(context.keyring().key(PEPPER), name, picks)
    query = select(SlipRow.of).where(SlipRow.code_hash == hashed, SlipRow.of.startswith(within, autoescape=True))
    return session.scalar(query if spent else query.where(SlipRow.spent.is_(False)))


def spend_slip(  # noqa: PLR0913 - which slip, which half, since when it may have waited
    session: Session | Connection,
    of: str,
    picks: Picks,
    name: str = "",
    is_twin: bool = False,  # noqa: FBT001, FBT002 - which half
    *,
    waits_since: datetime | None = None,
) -> bool:
    """Spend a slip, once, however many try at the same moment.

    A slip that was spent and one that was never dealt are told apart by nothing: the same question is asked of both.

    Args:
        session: may write; what the slip is for is written in the same transaction.
        of: what it is for.
        picks: its pictures.
        name: as it was dealt.
        is_twin: whether it is the second half of one.
        waits_since: the moment since which it may have waited on the tablet that brings it; None where a child sends
            it now. What was withdrawn after that moment is good.
    """
    pepper = context.keyring().key(PEPPER)
    hashed = hash_picks(pepper, name or of, picks)
    twin = hash_twin(pepper, hashed)
    hashed, other = (twin, hashed) if is_twin else (hashed, twin)
    half = aliased(SlipRow)
    is_good = SlipRow.withdrawn_at.is_(None) | exists().where(half.code_hash == other, half.spent)
    if waits_since is not None:
        is_good |= SlipRow.withdrawn_at > waits_since
    mine = (SlipRow.of == of, SlipRow.code_hash == hashed, SlipRow.spent.is_(False), is_good)
    result = count_changed(
        session, update(SlipRow).where(*mine).values(spent=True).execution_options(synchronize_session=False)
    )
    return bool(result)


def count_slips(session: Session, of: str) -> DealtSlips:
    """How many there are for something, withdrawn ones too."""
    query = select(func.count(), func.coalesce(func.sum(case((SlipRow.spent, 1), else_=0)), 0)).where(SlipRow.of == of)
    dealt, spent = session.execute(query).one()
    return DealtSlips(int(dealt), int(spent))


def count_cards(session: Session, first: str, second: str) -> int:
    """Cards that count: all that were dealt but those that were withdrawn before a half of them was spent.

    Args:
        session: only read.
        first: what the names of the first halves begin with.
        second: and of the second ones.
    """
    begins = SlipRow.of.startswith(first, autoescape=True) | SlipRow.of.startswith(second, autoescape=True)
    rows = session.execute(select(SlipRow.of, SlipRow.code_hash, SlipRow.spent, SlipRow.withdrawn_at).where(begins))
    halves = [(of.startswith(first), hashed, spent or withdrawn_at is None) for of, hashed, spent, withdrawn_at in rows]
    pepper, good = context.keyring().key(PEPPER), {hashed for _first, hashed, is_good in halves if is_good}
    return sum(is_first and (is_good or hash_twin(pepper, hashed) in good) for is_first, hashed, is_good in halves)


def forget_slips(session: Session, of: str) -> None:
    """What they were for is over: all are gone, of everything whose name is this or begins with it and a stroke."""
    session.execute(delete(SlipRow).where((SlipRow.of == of) | SlipRow.of.startswith(f"{of}/", autoescape=True)))


def _others(session: Session, of: str, within: str) -> frozenset[bytes]:
    """Slips of other names under the same roof: no two are alike, where a slip alone says what it is for."""
    under = select(SlipRow.code_hash).where(SlipRow.of.startswith(within, autoescape=True), SlipRow.of != of)
    return frozenset(session.scalars(under))


def _hold(session: Session, name: str) -> None:
    """Whoever deals at the same moment waits; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"slips/{name}"))))
