"""Slips are dealt, spent once, and forgotten. With what one was spent is written nowhere: no time, no order.

Source: PRIVACY.md A1, A11 and T8.
"""

import secrets
from typing import Final, NamedTuple

from sqlalchemy import Connection, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import PEPPER
from youthvoice.slips.models import Slip
from youthvoice.slips.pictures import MOST, Picks, drawn, hash_of, length_for, pictures

_ID_BYTES: Final = 16


class Dealt(NamedTuple):
    """How many slips there are for something, and how many of them were spent; shown to nobody."""

    dealt: int
    spent: int


class TooMany(Exception):
    """Fewer children than that may still get a slip, or nobody would; nothing was dealt."""


def deal(  # noqa: PLR0913 - what is dealt, and how much of it there may be
    session: Session, keyring: Keyring, of: str, number: int, *, most: int | None = None, within: str = ""
) -> list[tuple[Picture, ...]]:
    """Deal slips, one a child; those that were dealt before and not spent are no good any more.

    Args:
        session: may write.
        keyring: the key files.
        of: what they are for, such as `election/7`; at most 60 letters.
        number: how many, at least one.
        most: children who may have one in all, spent ones too; as many as are dealt when it is None. From it follows
            how many pictures a slip has.
        within: where several are dealt under one roof, what the names of all of them begin with; `most` is for all.

    Returns:
        The pictures of each, in random order. They are known to nobody but the caller.

    Raises:
        TooMany: see there.
    """
    whole = number if most is None else most
    _hold(session, within or of)
    kept = _kept(session, of, within) if most is not None else 0
    if not 1 <= number <= whole - kept or whole > MOST:
        raise TooMany
    session.execute(delete(Slip).where(Slip.of == of, Slip.spent.is_(False)))
    pepper = keyring.key(PEPPER)
    spent = frozenset(session.scalars(select(Slip.code_hash).where(Slip.of == of)))
    slips = drawn(pepper, of, number, length_for(whole), spent)
    rows = [
        {"id": secrets.token_bytes(_ID_BYTES), "of": of, "code_hash": hash_of(pepper, of, one), "spent": False}
        for one in slips
    ]
    session.execute(insert(Slip), rows)
    return [pictures(one) for one in slips]


def spend(session: Session | Connection, keyring: Keyring, of: str, picks: Picks) -> bool:
    """Spend a slip, once, however many try at the same moment.

    A slip that was spent and one that was never dealt are told apart by nothing: the same question is asked of both.

    Args:
        session: may write; what the slip is for is written in the same transaction.
        keyring: the key files.
        of: what it is for.
        picks: its pictures.
    """
    mine = (Slip.of == of, Slip.code_hash == hash_of(keyring.key(PEPPER), of, picks), Slip.spent.is_(False))
    result = session.execute(update(Slip).where(*mine).values(spent=True).execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined] # an UPDATE has it


def counted(session: Session, of: str, *, beginning: bool = False) -> Dealt:
    """How many there are.

    Args:
        session: only read.
        of: what they are for.
        beginning: whether `of` is only what the names of several begin with.
    """
    these = Slip.of.startswith(of, autoescape=True) if beginning else Slip.of == of
    query = select(func.count(), func.coalesce(func.sum(case((Slip.spent, 1), else_=0)), 0)).where(these)
    dealt, spent = session.execute(query).one()
    return Dealt(int(dealt), int(spent))


def forget(session: Session, of: str) -> None:
    """What they were for is over: all are gone, of everything whose name is this or begins with it and a stroke."""
    session.execute(delete(Slip).where((Slip.of == of) | Slip.of.startswith(f"{of}/", autoescape=True)))


def _kept(session: Session, of: str, within: str) -> int:
    """Slips that stay when those of one name are dealt anew."""
    mine = counted(session, of)
    everything = counted(session, within, beginning=True) if within else mine
    return everything.dealt - mine.dealt + mine.spent


def _hold(session: Session, name: str) -> None:
    """Whoever deals at the same moment waits; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"slips/{name}"))))
