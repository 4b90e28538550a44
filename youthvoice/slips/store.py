"""Deal, spend and delete slips: pictures of four to seven screens that stand for one child and are linked to nothing.

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

from sqlalchemy import Connection, bindparam, case, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from youthvoice import context
from youthvoice.db import count_changed
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import PER_SCREEN, SCREENS, Picture
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.slips.models import SlipRow
from youthvoice.slips.rules import MAX_SLIPS, slip_length

_POSSIBLE_PER_DEALT: Final = 20
"""At most one in this many possible slips is ever dealt, withdrawn ones included: ten times as many as children."""

_half = aliased(SlipRow)
_SPEND = (  # built once, for it runs with every response that bears a slip: to build it takes longer than to run it
    update(SlipRow)
    .where(SlipRow.of == bindparam("purpose"), SlipRow.code_hash == bindparam("hashed"), SlipRow.spent.is_(False))
    .where(
        SlipRow.withdrawn_at.is_(None)
        | (SlipRow.withdrawn_at > bindparam("since"))
        | exists().where(_half.code_hash == bindparam("other"), _half.spent)
    )
    .values(spent=True)
    .execution_options(synchronize_session=False)
)

Picks = tuple[int, ...]
"""The chosen picture of each screen, 0 to 8."""


def slip_fields(length: int) -> tuple[str, ...]:
    """The names of a page's form fields, one per screen; their values are digits, 0 to 8."""
    return tuple(f"slip/{nth}" for nth in range(1, length + 1))


def slip_screens(length: int) -> tuple[tuple[Picture, ...], ...]:
    """The screens of pictures that a child chooses from, in order."""
    return SCREENS[:length]


def slip_pictures(picks: Picks) -> tuple[Picture, ...]:
    """The pictures on one slip."""
    return tuple(screen[pick] for screen, pick in zip(SCREENS, picks, strict=False))


def read_picks(picks: Sequence[str], length: int) -> Picks | None:
    """Read the picks of a slip from a form; None where they are invalid."""
    if len(picks) != length or not all(len(pick) == 1 and pick in "012345678" for pick in picks):
        return None
    return tuple(int(pick) for pick in picks)


def hash_picks(pepper: bytes, purpose: str, picks: Picks) -> bytes:
    """The keyed hash that is stored of a slip.

    Args:
        pepper: the key `pepper`, 32 bytes.
        purpose: what it is for.
        picks: its pictures.

    Returns:
        32 bytes; for another purpose the same pictures give another hash.
    """
    return hmac.digest(pepper, b"youthvoice/1|slip|" + f"{purpose}|".encode() + bytes(picks), hashlib.sha256)


def hash_second(pepper: bytes, hashed: bytes) -> bytes:
    """The keyed hash that is stored of a card's second half; it does not show which first half it belongs to.

    Args:
        pepper: as for `hash_picks`.
        hashed: the hash of the first half.
    """
    return hmac.digest(pepper, b"youthvoice/1|slip-twin|" + hashed, hashlib.sha256)


def draw_slips(pepper: bytes, purpose: str, number: int, length: int, taken: Collection[bytes]) -> list[Picks]:
    """Draw different slips at random, none of which was dealt before: their hashes are `taken`.

    Raises:
        ValueError: there are not enough.
    """
    numbers = secrets.SystemRandom().sample(range(PER_SCREEN**length), number + len(taken))
    drawn = (_picks_of_number(nth, length) for nth in numbers)
    free = (picks for picks in drawn if hash_picks(pepper, purpose, picks) not in taken)
    return list(islice(free, number))


def _picks_of_number(number: int, length: int) -> Picks:
    picks = []
    for _ in range(length):
        number, pick = divmod(number, PER_SCREEN)
        picks.append(pick)
    return tuple(picks)


_ID_BYTES: Final = 16


class DealtSlips(NamedTuple):
    """How many slips exist for a purpose, and how many of them were spent; shown to nobody."""

    dealt: int
    spent: int


def deal_slips(  # noqa: PLR0913 - what is dealt, and the limits
    session: Session,
    purpose: str,
    number: int,
    *,
    most: int | None = None,
    second_purpose: str = "",
    name: str = "",
    prefix: str = "",
) -> list[tuple[Picture, ...]]:
    """Deal slips, one for each child, in addition to earlier ones, which stay valid.

    How many were spent has no influence: adults who deal could otherwise learn it by dealing one less each time. If
    more are spent than there are children, the count shows it.

    Args:
        session: may write.
        purpose: what they are for, such as `election/7`; at most 60 letters.
        number: how many, at least one.
        most: the number of children, and so of valid slips; it sets how many pictures a slip has. None: no limit but
            `number`.
        second_purpose: of the second half of a card; empty for a slip.
        name: hashed with its pictures, where both halves must be linked, or where the slip alone says what it is
            for (`find_slip`); `purpose` when it is empty.
        prefix: how all purposes begin among which no two slips may be equal; empty without such a group.

    Returns:
        The pictures of each, in random order. Only the caller knows them.

    Raises:
        Refused: `too_many_slips`, more than there are children, or none;
            `withdrawn_too_often`. Nothing was dealt.
    """
    children = number if most is None else most
    if not 1 <= number <= children or children > MAX_SLIPS:
        raise Refused("too_many_slips")
    _lock_purpose(session, prefix or purpose)
    if most is not None and number + _count_not_withdrawn(session, purpose) > most:
        raise Refused("too_many_slips")
    pepper, length = context.keyring().key(PEPPER), slip_length(children)
    taken = frozenset(session.scalars(select(SlipRow.code_hash).where(SlipRow.of == purpose)))
    if number + len(taken) > PER_SCREEN**length // _POSSIBLE_PER_DEALT:
        raise Refused("withdrawn_too_often")
    taken |= _hashes_of_others(session, purpose, prefix) if prefix else frozenset()
    slips = draw_slips(pepper, name or purpose, number, length, taken)
    hashes = [hash_picks(pepper, name or purpose, picks) for picks in slips]
    halves = [(purpose, first) for first in hashes]
    if second_purpose:
        halves += [(second_purpose, hash_second(pepper, first)) for first in hashes]
    rows = [{"id": secrets.token_bytes(_ID_BYTES), "of": of, "code_hash": half, "spent": False} for of, half in halves]
    session.execute(insert(SlipRow), sorted(rows, key=itemgetter("id")))  # halves of a card are not stored together
    return [slip_pictures(picks) for picks in slips]


def withdraw_slips(session: Session, *purposes: str) -> None:
    """Withdraw all slips that were dealt so far: they no longer count towards the limit; the caller commits.

    An unspent slip is invalid from now on, except where a tablet delivers one that may have waited since before, and
    except for a half whose other half was spent.

    Args:
        session: may write.
        purposes: theirs, and those of their second halves.
    """
    for purpose in purposes:
        _lock_purpose(session, purpose)
    these = (SlipRow.of.in_(purposes), SlipRow.withdrawn_at.is_(None))
    session.execute(update(SlipRow).where(*these).values(withdrawn_at=context.now()))


def delete_unspent_slips(session: Session, purpose: str) -> None:
    """Delete all unspent slips immediately, also those waiting on tablets; new slips replace them."""
    _lock_purpose(session, purpose)
    session.execute(delete(SlipRow).where(SlipRow.of == purpose, SlipRow.spent.is_(False)))


def _count_not_withdrawn(session: Session, purpose: str) -> int:
    return session.scalar(select(func.count()).where(SlipRow.of == purpose, SlipRow.withdrawn_at.is_(None))) or 0


def find_slip(session: Session, prefix: str, picks: Picks, name: str, *, spent: bool = False) -> str | None:
    """Find the purpose of a slip among those that share a prefix; None where it was never dealt.

    Args:
        session: only read.
        prefix: how all their purposes begin.
        picks: its pictures.
        name: the name that all of them are hashed with.
        spent: whether to find spent ones too, since a submission may be sent twice.
    """
    hashed = hash_picks(context.keyring().key(PEPPER), name, picks)
    query = select(SlipRow.of).where(SlipRow.code_hash == hashed, SlipRow.of.startswith(prefix, autoescape=True))
    return session.scalar(query if spent else query.where(SlipRow.spent.is_(False)))


def spend_slip(  # noqa: PLR0913 - which slip, which half, since when it waits
    session: Session | Connection,
    purpose: str,
    picks: Picks,
    name: str = "",
    is_second_half: bool = False,  # noqa: FBT001, FBT002 - which half
    *,
    waits_since: datetime | None = None,
) -> bool:
    """Spend a slip once, however many requests try at the same moment.

    One that was spent and one that was never dealt cannot be told apart: both run the same query.

    Args:
        session: may write; what the child sends is stored in the same transaction.
        purpose: what it is for.
        picks: its pictures.
        name: as when it was dealt.
        is_second_half: whether it is the second half of a card.
        waits_since: the moment since which it may have waited on the tablet that delivers it; None where a child sends
            it now. A slip that was withdrawn after that moment is valid.
    """
    pepper = context.keyring().key(PEPPER)
    hashed = hash_picks(pepper, name or purpose, picks)
    second_hash = hash_second(pepper, hashed)
    hashed, other_hash = (second_hash, hashed) if is_second_half else (hashed, second_hash)
    values = {"purpose": purpose, "hashed": hashed, "other": other_hash, "since": waits_since}
    return bool(count_changed(session, _SPEND, values))


def count_slips(session: Session, purpose: str) -> DealtSlips:
    """Count the slips of a purpose, withdrawn ones included."""
    query = select(func.count(), func.coalesce(func.sum(case((SlipRow.spent, 1), else_=0)), 0)).where(
        SlipRow.of == purpose
    )
    dealt, spent = session.execute(query).one()
    return DealtSlips(int(dealt), int(spent))


def count_cards(session: Session, first: str, second: str) -> int:
    """Count the valid cards: all that were dealt except those withdrawn before a half of them was spent.

    Args:
        session: only read.
        first: how the purposes of the first halves begin.
        second: how those of the second halves begin.
    """
    begins = SlipRow.of.startswith(first, autoescape=True) | SlipRow.of.startswith(second, autoescape=True)
    rows = session.execute(select(SlipRow.of, SlipRow.code_hash, SlipRow.spent, SlipRow.withdrawn_at).where(begins))
    halves = [(of.startswith(first), hashed, spent or withdrawn_at is None) for of, hashed, spent, withdrawn_at in rows]
    pepper, valid = context.keyring().key(PEPPER), {hashed for _first, hashed, is_valid in halves if is_valid}
    return sum(is_first and (is_valid or hash_second(pepper, hashed) in valid) for is_first, hashed, is_valid in halves)


def forget_slips(session: Session, purpose: str) -> None:
    """Delete all slips of a purpose that is over, and of every purpose below it (its name and a slash)."""
    below = SlipRow.of.startswith(f"{purpose}/", autoescape=True)
    session.execute(delete(SlipRow).where((SlipRow.of == purpose) | below))


def _hashes_of_others(session: Session, purpose: str, prefix: str) -> frozenset[bytes]:
    """Hashes of slips with other purposes and the same prefix, since no two of them may be equal."""
    query = select(SlipRow.code_hash).where(SlipRow.of.startswith(prefix, autoescape=True), SlipRow.of != purpose)
    return frozenset(session.scalars(query))


def _lock_purpose(session: Session, name: str) -> None:
    """Make others who deal at the same moment wait; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"slips/{name}"))))
