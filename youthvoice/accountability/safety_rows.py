"""Rows of what is owed as they lie there, locked.

Tasks about safety are `QUIET`: a row of one says nothing, neither by being there nor by its dates, its length, or by
when it was written last.
"""

from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from youthvoice.accountability import rules
from youthvoice.accountability.encryption import locked, opened
from youthvoice.accountability.models import Owed
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring

QUIET: Final = rules.kinds_that("quiet")


def quiet_ones() -> Select[Owed]:
    """Every quiet row, held until the commit, in one order: two who write them wait for each other."""
    again = select(Owed).where(Owed.kind.in_(QUIET)).order_by(Owed.id).with_for_update()
    return again.execution_options(populate_existing=True)


def are_quiet_ones_there(session: Session) -> bool:
    """Whether there is a quiet row at all."""
    return session.scalar(select(Owed.id).where(Owed.kind.in_(QUIET)).limit(1)) is not None


def lock_again(session: Session, keyring: Keyring) -> None:
    """Write every quiet row anew, the blank ones too, under the newest key: which one was answered does not show.

    What does not open stays as it is; `flask doctor` tells of it.
    """
    for owed in session.scalars(quiet_ones()):
        try:
            inside = opened(keyring, owed.kind, owed.id, owed.locked)
        except (CannotOpen, KeyGone):
            continue
        owed.locked = locked(keyring, owed.kind, owed.id, inside)
    session.flush()


def closed_for_good(session: Session, keyring: Keyring) -> int:
    """How many rows do not open with the key files that are here."""
    return sum(not _opens(keyring, owed) for owed in session.scalars(select(Owed)))


def _opens(keyring: Keyring, owed: Owed) -> bool:
    try:
        opened(keyring, owed.kind, owed.id, owed.locked)
    except (CannotOpen, KeyGone):
        return False
    return True
