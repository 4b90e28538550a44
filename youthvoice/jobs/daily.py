"""Actions that run once per site and day, or week, from the site's daily hour on, in whichever process comes first."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from youthvoice import context, db
from youthvoice.compiled_sql import insert_into
from youthvoice.jobs.turns import Turn

_Period = TypeVar("_Period", date, str)

_TWO_DAYS: Final = timedelta(days=2)

_NO_WEEK: Final = "9999"


class DailySite(Protocol):
    """A site with its time zone and daily hour."""

    @property
    def id(self) -> int:
        """Its row."""

    @property
    def time_zone(self) -> str:
        """Such as `Asia/Kolkata`."""

    @property
    def daily_hour(self) -> int:
        """0 to 23."""


def days_due(sites: Collection[DailySite]) -> dict[int, date]:
    """The current day at each site whose daily hour has passed."""
    now, here = context.now(), dict[str, datetime]()
    for site in sites:
        if site.time_zone not in here:
            here[site.time_zone] = now.astimezone(ZoneInfo(site.time_zone))
    return {site.id: here[site.time_zone].date() for site in sites if here[site.time_zone].hour >= site.daily_hour}


def do_once(
    done: InstrumentedAttribute[_Period], due: Mapping[int, _Period], do: Callable[[Session, int, _Period], None]
) -> bool:
    """Run an action at each site where it was not done in this period yet, in the transaction that notes it.

    Args:
        done: the column with the last period, beside `site_id`, of a table of its own.
        due: the due period by site: a day, or a week such as `2026-W48`.
        do: the action: gets a writing session, the site and the period.

    Returns:
        Whether some sites are left for the next turn of the job.
    """
    engine, turn = db.engine(), Turn()
    table: Any = done.class_
    with db.reading(engine) as session:
        last_periods = {row[0]: row[1] for row in session.execute(select(table.site_id, done))}
    left = [item for item in due.items() if not _is_done(last_periods.get(item[0]), item[1])]
    for site_id, period in turn.take_shuffled(left):
        with db.writing(engine) as session:
            row = insert_into(table, engine.dialect).values({"site_id": site_id, done.key: period})
            upsert = row.on_conflict_do_update(
                index_elements=[table.site_id],
                set_={done.key: period},
                where=or_(done < period, done >= _far_ahead(period)),
            )
            if session.scalar(upsert.returning(table.site_id)) is not None:  # else another process has done it
                do(session, site_id, period)
        db.truncate_write_ahead_log(engine)
    return turn.is_cut


def _is_done(last_period: _Period | None, period: _Period) -> bool:
    return last_period is not None and period <= last_period < _far_ahead(period)


def _far_ahead(period: _Period) -> _Period:
    """The first period that a clock wrote which was wrong then: two days later it is that day nowhere on earth."""
    if isinstance(period, date):
        return period + _TWO_DAYS
    day, hour = period[:10], period[10:]
    return f"{date.fromisoformat(day) + _TWO_DAYS}" if hour else _NO_WEEK
