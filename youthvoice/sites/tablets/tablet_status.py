"""Status of a tablet that works without a network, as it reports it: what waits on it, its disk space, its clock.

Coordinators see the status of the daily hour: nothing on their page changes when a child sends something.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from youthvoice.sites.models import TabletRow
from youthvoice.sites.store import Site, get_site

_MAX_CODES: Final = 32

_MAX_LETTERS: Final = 32


class TabletReport(msgspec.Struct, frozen=True):
    """What a tablet reports each time it has a network.

    Attributes:
        waiting: whether an envelope waits on it.
        since: the tablet's own day since which, such as `2026-11-27`; empty where none waits.
        room: whether there is space for another child.
        version: of the pages stored on it; empty without any.
        clock: the tablet's clock, milliseconds since 1970 UTC.
        clips: languages of the recorded voices stored on it.
        refused: whether an envelope on it does not open on the server, and never will.
        closed: whether nothing more can be begun on it with its current pass.
    """

    waiting: bool
    room: bool
    clock: int
    since: str = ""
    version: str = ""
    clips: tuple[str, ...] = ()
    refused: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class TabletHealth:
    """The status of a tablet that coordinators see, as it was at the last daily hour.

    Attributes:
        seen_on: the day on which it was last online.
        since: the tablet's own day since which an envelope waits on it; None where none does.
        room: whether there is space for another child.
        clock_minutes: by how many minutes its clock is ahead of ours; negative when it is behind.
        version: of the pages stored on it.
        clips: languages of the recorded voices stored on it.
        refused: whether an envelope on it does not open here, and never will: it is too old, or was altered.
        cleared: whether an adult has read so since the tablet was online, so that it deletes it next time.
    """

    seen_on: date
    since: date | None
    room: bool
    clock_minutes: int
    version: str
    clips: tuple[str, ...]
    refused: bool = False
    cleared: bool = False


HELD_DAYS: Final = 7
"""After how many days with a waiting envelope an adult is asked to bring the tablet to a network."""

MAX_CLOCK_MINUTES: Final = 30
"""Coordinators are warned of a clock that is further off; the tablet works all the same."""

_A_MINUTE: Final = 60_000

_NEVER: Final = datetime.min.replace(tzinfo=UTC)

_MAX_MINUTES: Final = 100 * 366 * 24 * 60
"""A clock that is further off than a century is stored as a century."""


def record_report(  # noqa: PLR0913, PLR0917 - tablet, report, and its moments
    session: Session,
    tablet_id: int,
    tablet_report: TabletReport,
    now: datetime,
    emptied_at: datetime | None = None,
    passes_from: int = 0,
) -> None:
    """Store what a tablet reports; the caller commits.

    Args:
        session: may write.
        tablet_id: of the tablet.
        tablet_report: its report.
        now: UTC.
        emptied_at: until when everything sent there has arrived, where that is earlier than now.
        passes_from: the day of its current pass (`TabletPass.issued`): where nothing waits, no envelope was sealed
            with an earlier one.
    """
    row = session.get(TabletRow, tablet_id, with_for_update=True)
    if row is None:
        return
    site = get_site(session, row.site_id)
    if row.status_at is not None and row.status_at < last_daily_hour(site, now):
        row.shown = row.status
    ahead = max(-_MAX_MINUTES, min(tablet_report.clock // _A_MINUTE - int(now.timestamp()) // 60, _MAX_MINUTES))
    day = now.astimezone(ZoneInfo(site.time_zone)).date()
    row.status = msgspec.to_builtins(tablet_report) | {
        "clock": ahead,
        "seen_on": day.isoformat(),
        "since": tablet_report.since[:_MAX_LETTERS],
        "version": tablet_report.version[:_MAX_LETTERS],
        "clips": [code[:_MAX_LETTERS] for code in tablet_report.clips[:_MAX_CODES]],
    }
    row.status_at = now
    if not tablet_report.waiting:
        if row.retired_on is None or tablet_report.closed:  # a retired one may not know it yet
            row.emptied_at = emptied_at or now
        row.passes_from = max(row.passes_from, passes_from)
        if row.lost_on is None:  # a report by its finder must not invalidate a child's slip
            row.waits_since = max(row.waits_since or _NEVER, emptied_at or now)
    row.clears = row.clears and tablet_report.refused  # an adult has to read of the next one first


def holds_unopened(session: Session, tablet_id: int) -> bool:
    """Whether a tablet last reported that an envelope on it never opens here."""
    status = session.scalar(select(TabletRow.status).where(TabletRow.id == tablet_id))
    return bool(status and status.get("refused"))


def list_health(session: Session, sites: Iterable[Site], now: datetime) -> dict[int, TabletHealth]:
    """Status of tablets at the last daily hour of their site, by id; without those that have not reported by then."""
    return {row.id: health for row, health in _at_daily_hour(session, sites, now)}


def _holds_nothing(status: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether nothing waits on a tablet by a report; as text, for PostgreSQL opens no JSON with a NUL in it."""
    text = cast(status, String)
    return or_(text.is_(None), text == "null", text.like('%"since": ""%') & text.not_like('%"refused": true%'))


def _at_daily_hour(
    session: Session, sites: Iterable[Site], now: datetime, *, holds: bool = False
) -> Iterator[tuple[TabletRow, TabletHealth]]:
    """What coordinators see of each tablet, or of those on which something may wait."""
    hours = {site.id: last_daily_hour(site, now) for site in sites}
    at_sites = select(TabletRow).where(TabletRow.site_id.in_(hours), TabletRow.status_at.is_not(None))
    if holds:  # few of all those of a thousand sites
        at_sites = at_sites.where(~(_holds_nothing(TabletRow.status) & _holds_nothing(TabletRow.shown)))
    for row in session.scalars(at_sites.order_by(TabletRow.name, TabletRow.id)):
        hour = hours[row.site_id]
        status = row.status if row.status_at is not None and row.status_at < hour else row.shown
        if status:
            yield row, _health(status, row.cleared_on)


def list_held_up(session: Session, sites: Sequence[Site], now: datetime) -> list[tuple[int, str, date]]:
    """Tablets on which an envelope has waited for more than a week, and since when: as at the last daily hour.

    Those whose envelope no longer opens are left out, because no network helps; so are lost ones, which nobody can
    bring.
    """
    newest = {site.id: last_daily_hour(site, now).date() - timedelta(days=HELD_DAYS) for site in sites}
    return [
        (row.site_id, row.name, tablet_health.since)
        for row, tablet_health in _at_daily_hour(session, sites, now, holds=True)
        if tablet_health.since is not None
        and tablet_health.since < newest[row.site_id]
        and not (tablet_health.refused or row.lost_on)
    ]


def sites_in_need(session: Session, sites: Sequence[Site], now: datetime) -> set[int]:
    """The sites with a tablet on which an envelope has waited too long, or never opens and no adult has read it."""
    here = _at_daily_hour(session, sites, now, holds=True)
    unopened = {row.site_id for row, tablet_health in here if tablet_health.refused and not tablet_health.cleared}
    return unopened | {site_id for site_id, _name, _since in list_held_up(session, sites, now)}


def list_unopened(session: Session, sites: Iterable[Site], now: datetime) -> list[tuple[int, int, str]]:
    """Tablets with an envelope that no longer opens, as at the last daily hour, of which no adult has read yet.

    Returns:
        Site, id and name of each, by name.
    """
    here = _at_daily_hour(session, sites, now, holds=True)
    stuck = [
        (row, tablet_health) for row, tablet_health in here if tablet_health.refused and tablet_health.since is not None
    ]
    rows = (row for row, tablet_health in stuck if row.retired_on is None and not tablet_health.cleared)
    return [(row.site_id, row.id, row.name) for row in rows]


LOSS_SHOWN_DAYS: Final = 14
"""For how many days children read that something was lost."""


def clear_unopened(session: Session, tablet_id: int, day: date) -> None:
    """Note that an adult has read of an unopenable envelope: the tablet deletes it, and children are asked again."""
    row = session.get_one(TabletRow, tablet_id)
    row.cleared_on, row.clears = day, True


def is_to_be_cleared(session: Session, tablet_id: int) -> bool:
    """Whether an adult has read of an unopenable envelope that the tablet has not deleted yet."""
    return bool(session.scalar(select(TabletRow.clears).where(TabletRow.id == tablet_id)))


def is_loss_shown(session: Session, site: Site, now: datetime) -> bool:
    """Whether children of a site read that something was lost: from the daily hour after an adult read it."""
    newest = last_daily_hour(site, now).date()
    days = (newest - timedelta(days=LOSS_SHOWN_DAYS), newest - timedelta(days=1))
    query = select(TabletRow.id).where(TabletRow.site_id == site.id, TabletRow.cleared_on.between(*days))
    return session.scalar(query.limit(1)) is not None


def list_shown_waiting(session: Session, site: Site, ended_at: datetime, now: datetime) -> list[str]:
    """Names of the tablets that a round may wait for, as adults see it: as at the last daily hour.

    A tablet that was connected since then may hold something, whatever it has reported: nobody sees it until the next.

    Args:
        session: only read.
        site: where.
        ended_at: UTC, when the round ended.
        now: UTC.
    """
    ended_on = ended_at.astimezone(ZoneInfo(site.time_zone)).date()
    at_hour = list(_at_daily_hour(session, [site], now))
    here = [
        (row, tablet_health)
        for row, tablet_health in at_hour
        if row.lost_on is None and (row.retired_on is None or tablet_health.since)
    ]
    names = [
        row.name for row, tablet_health in here if tablet_health.since is not None or tablet_health.seen_on <= ended_on
    ]
    return sorted([*names, *_list_new(session, site, now, {row.id for row, _ in at_hour})])


def _list_new(session: Session, site: Site, now: datetime, ids_at_hour: Collection[int]) -> Iterable[str]:
    is_new = (TabletRow.enrolled_on >= last_daily_hour(site, now).date(), TabletRow.retired_on.is_(None))
    return session.scalars(
        select(TabletRow.name).where(TabletRow.site_id == site.id, *is_new, TabletRow.id.not_in(ids_at_hour))
    )


def list_waiting_tablets(
    session: Session, site_ids: Collection[int], ended_at: datetime, began_at: datetime | None = None
) -> list[str]:
    """Names of the tablets of these sites that may hold envelopes from before a moment, so that a round waits for them.

    A tablet that never reported has no queue. A retired one counts only if it reported a queue, and only for what had
    begun by then, because it got no page afterwards. Nothing from a lost one counts any longer.

    Args:
        session: only read.
        site_ids: where.
        ended_at: UTC.
        began_at: from when on there was something to send; UTC.
    """
    query = select(TabletRow).where(
        TabletRow.site_id.in_(site_ids), TabletRow.status_at.is_not(None), TabletRow.lost_on.is_(None)
    )
    rows = session.scalars(query.order_by(TabletRow.name, TabletRow.id))
    return [row.name for row in rows if _may_hold(row, ended_at, began_at)]


def _may_hold(tablet: TabletRow, ended_at: datetime, began_at: datetime | None) -> bool:
    if tablet.emptied_at is not None and tablet.emptied_at >= ended_at:
        return False
    if tablet.retired_on is None:
        return True
    too_late = began_at is not None and began_at.date() > tablet.retired_on + timedelta(days=1)  # in any time zone
    return not too_late and bool((tablet.status or {}).get("waiting"))


def last_daily_hour(site: Site, now: datetime) -> datetime:
    """The last moment at which a site's page of tablets changed."""
    return _last_hour(site.time_zone, site.daily_hour, now)


@lru_cache(maxsize=64)  # most of a thousand sites share one
def _last_hour(time_zone: str, hour: int, now: datetime) -> datetime:
    here = now.astimezone(ZoneInfo(time_zone))
    today = datetime.combine(here.date(), time(hour), ZoneInfo(time_zone))
    return today if today <= here else today - timedelta(days=1)


def _health(status: dict[str, object], cleared_on: date | None) -> TabletHealth:
    since, seen_on = str(status.get("since") or ""), date.fromisoformat(str(status["seen_on"]))
    return TabletHealth(
        seen_on=seen_on,
        since=_day(since) if status.get("waiting") else None,
        room=bool(status.get("room")),
        clock_minutes=int(str(status.get("clock") or 0)),
        version=str(status.get("version") or ""),
        clips=tuple(str(clip) for clip in status.get("clips") or ()),  # type: ignore[attr-defined]
        refused=bool(status.get("refused")),
        cleared=cleared_on is not None and seen_on <= cleared_on,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
