"""Every query of the clocks of letters that nobody opened in time, and of suggestions that nobody decided in time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from youthvoice.compiled_sql import adding
from youthvoice.grievances.models import LateClock, LetterClock, SuggestionClock

Box = Literal["letters", "suggestions"]

_TABLES: Final[dict[Box, type[LateClock]]] = {"letters": LetterClock, "suggestions": SuggestionClock}


@dataclass(frozen=True, slots=True)
class Late:
    """How far the letters of a day have climbed.

    Attributes:
        box: which of the two.
        site_id: whose letter box.
        day: on which letters were shown, there; until which suggestions were to be decided.
        step: how many rungs were asked.
        until: the next one is asked from this moment, UTC.
    """

    box: Box
    site_id: int
    day: date
    step: int
    until: datetime


def all_late(session: Session, box: Box) -> list[Late]:
    """Every clock of a box that was over once."""
    table = _TABLES[box]
    rows = session.scalars(select(table).order_by(table.site_id, table.day))
    return [Late(box, row.site_id, row.day, row.step, row.until) for row in rows]


def held(session: Session, box: Box, site_id: int, day: date, over: datetime) -> Late:
    """One of them, as it is now; it stays so until the transaction ends. A new one has asked nobody yet.

    Args:
        session: may write.
        box: which of the two.
        site_id: whose letter box.
        day: as of `Late`.
        over: the moment from which a new one is late.
    """
    table = _TABLES[box]
    new = adding(table, session.get_bind().dialect).values(site_id=site_id, day=day, step=0, until=over)
    session.execute(new.on_conflict_do_nothing())
    same = select(table).where(table.site_id == site_id, table.day == day).with_for_update()
    row = session.scalars(same.execution_options(populate_existing=True)).one()
    return Late(box, row.site_id, row.day, row.step, row.until)


def climb(session: Session, late: Late, until: datetime) -> None:
    """One more rung was asked; `late` is held."""
    row = session.get_one(_TABLES[late.box], (late.site_id, late.day))
    row.step, row.until = late.step + 1, until
    session.flush()


def forget(session: Session, box: Box, days: Collection[tuple[int, date]]) -> None:
    """Every letter of these days was opened, or every suggestion decided."""
    table = _TABLES[box]
    session.execute(delete(table).where(tuple_(table.site_id, table.day).in_(list(days))))
