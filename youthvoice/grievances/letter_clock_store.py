"""Every query of the clocks of letters that nobody opened in time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from youthvoice.grievances.models import LetterClock
from youthvoice.statements import adding


@dataclass(frozen=True, slots=True)
class Late:
    """How far the letters of a day have climbed.

    Attributes:
        site_id: whose letter box.
        day: on which they were shown, there.
        step: how many rungs were asked.
        until: the next one is asked from this moment, UTC.
    """

    site_id: int
    day: date
    step: int
    until: datetime


def all_late(session: Session) -> list[Late]:
    """Every clock that was over once."""
    rows = session.scalars(select(LetterClock).order_by(LetterClock.site_id, LetterClock.day))
    return [Late(row.site_id, row.day, row.step, row.until) for row in rows]


def held(session: Session, site_id: int, day: date, over: datetime) -> Late:
    """One of them, as it is now; it stays so until the transaction ends. A new one has asked nobody yet.

    Args:
        session: may write.
        site_id: whose letter box.
        day: on which they were shown, there.
        over: the moment from which a new one is late.
    """
    new = adding(LetterClock, session.get_bind().dialect).values(site_id=site_id, day=day, step=0, until=over)
    session.execute(new.on_conflict_do_nothing())
    same = select(LetterClock).where(LetterClock.site_id == site_id, LetterClock.day == day).with_for_update()
    row = session.scalars(same.execution_options(populate_existing=True)).one()
    return Late(row.site_id, row.day, row.step, row.until)


def climb(session: Session, late: Late, until: datetime) -> None:
    """One more rung was asked; `late` is held."""
    row = session.get_one(LetterClock, (late.site_id, late.day))
    row.step, row.until = late.step + 1, until
    session.flush()


def forget(session: Session, days: Collection[tuple[int, date]]) -> None:
    """Every letter of these days was opened."""
    session.execute(delete(LetterClock).where(tuple_(LetterClock.site_id, LetterClock.day).in_(list(days))))
