"""Whether the clock of this machine can be believed: nothing ends because a clock leaps.

A dead battery or a wrong date by hand takes a clock away by years. The work process keeps the last moment that it
believed. Where the clock is then a week further, or an hour back, jobs that need it wait: until it is set, a server of
time confirms it, or somebody does (`youthvoice work --clock-is-right`). A machine that was off for a week looks the
same. Reports of danger are passed on, and mail is sent.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.jobs.worker_health import WORK, last_heartbeat

CLOCK: Final = "clock"

MAX_LEAP, MAX_RETURN = timedelta(days=7), timedelta(hours=1)
"""How far a clock goes on, and goes back, before it is in doubt."""

SYNCHRONIZED: Final = Path("/run/systemd/timesync/synchronized")
"""Its time is that of the last answer of a server of time. Source: systemd-timesyncd.service(8)."""


def find_leap(session: Session) -> datetime | None:
    """The last moment that was believed, where the clock is far from it and nobody confirmed it; else None."""
    believed_at, now = _find_believed(session), context.now()
    return None if believed_at is None or _follows(now, believed_at) or _is_confirmed(now) else believed_at


def moment_to_believe(session: Session, passed: timedelta) -> datetime:
    """The moment to keep as `CLOCK`; while the clock is in doubt, the one before and the time that has passed since."""
    if (believed_at := find_leap(session)) is not None:
        return believed_at + passed
    now = context.now()
    return now if _is_confirmed(now) else max(now, _find_believed(session) or now)


def _find_believed(session: Session) -> datetime | None:
    return last_heartbeat(session, CLOCK) or last_heartbeat(session, WORK)


def _follows(now: datetime, earlier: datetime) -> bool:
    return -MAX_RETURN <= now - earlier <= MAX_LEAP


def _is_confirmed(now: datetime) -> bool:
    """Whether a server of time was asked within the last week, by the clock as it is now."""
    try:
        confirmed_at = SYNCHRONIZED.stat().st_mtime
    except OSError:
        return False
    return _follows(now, datetime.fromtimestamp(confirmed_at, UTC))
