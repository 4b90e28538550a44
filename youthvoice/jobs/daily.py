"""Actions that run once per site and day, or week, from the site's daily hour on, in whichever process comes first."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar, cast
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


_SITES_TOGETHER: Final = 10


def do_once(
    done: InstrumentedAttribute[_Period],
    due: Mapping[int, _Period],
    do: Callable[[Session, Sequence[int], _Period], None],
) -> bool:
    """Run an action at each site where it was not done in this period yet, in the transaction that notes it.

    Ten sites share a transaction, whatever there is to do at them: what was written together says nothing. Where it
    fails, they are tried one by one, in any order, until one fails again; the next run goes on.

    Args:
        done: the column with the last period, beside `site_id`, of a table of its own.
        due: the due period by site: a day, or a week such as `2026-W48`.
        do: the action: gets a writing session, some sites in the order of their rows, and their period.

    Returns:
        Whether some sites are left for the next turn of the job.
    """
    turn, table = Turn(), cast(Any, done.class_)
    with db.reading(db.engine()) as session:
        last_periods = {row[0]: row[1] for row in session.execute(select(table.site_id, done))}
    groups: dict[tuple[_Period, int], list[int]] = {}
    for site_id, period in sorted(due.items()):
        if not _is_done(last_periods.get(site_id), period):  # the same groups in each process, so that they seldom meet
            groups.setdefault((period, site_id // _SITES_TOGETHER), []).append(site_id)
    for (period, _part), site_ids in turn.take_shuffled(groups.items()):
        try:
            _do(done, site_ids, period, do)
        except Exception:  # noqa: BLE001 - the others do not wait for the one that fails
            for site_id in random.sample(site_ids, len(site_ids)):
                _do(done, [site_id], period, do)
    return turn.is_cut


def _do(
    done: InstrumentedAttribute[_Period],
    site_ids: Sequence[int],
    period: _Period,
    do: Callable[[Session, Sequence[int], _Period], None],
) -> None:
    engine, table = db.engine(), cast(Any, done.class_)
    upsert = insert_into(table, engine.dialect).on_conflict_do_update(
        index_elements=[table.site_id],
        set_={done.key: period},
        where=or_(done < period, done >= _far_ahead(period)),
    )
    rows = [{"site_id": site_id, done.key: period} for site_id in site_ids]
    with db.writing(engine) as session:
        noted = session.connection().execute(upsert.returning(table.site_id), rows).scalars().all()
        if noted:  # another process has done the others
            do(session, sorted(noted), period)
    db.truncate_write_ahead_log(engine)


def _is_done(last_period: _Period | None, period: _Period) -> bool:
    return last_period is not None and period <= last_period < _far_ahead(period)


def _far_ahead(period: _Period) -> _Period:
    """The first period that a clock wrote which was wrong then: two days later it is that day nowhere on earth."""
    if isinstance(period, date):
        return period + _TWO_DAYS
    day, hour = period[:10], period[10:]
    return f"{date.fromisoformat(day) + _TWO_DAYS}" if hour else _NO_WEEK
