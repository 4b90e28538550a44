"""Whether the clock of this machine can be believed: nothing ends because a clock leaps.

A dead battery or a wrong date by hand takes a clock away by years. The work process keeps the last moment that it
believed. Where the clock is then a week further, or an hour back, jobs that need it wait: until it is set, a server of
time confirms it, or somebody does (`youthvoice work --clock-is-right`). A machine that was off for a week looks the
same. Reports of danger are passed on, and mail is sent.

An owner of the network can answer as a server of time, and set the clock on again and again. So the kernel counts the
time that passes while a work process runs, and all leaps together take the clock no further ahead than a summer.
"""

import ctypes
import time
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.jobs.worker_health import WORK, last_heartbeat, record_moments

CLOCK: Final = "clock"

_CONFIRMED: Final = "clock confirmed"

MAX_LEAP, MAX_RETURN = timedelta(days=7), timedelta(hours=1)
"""How far a clock goes on, and goes back, before it is in doubt."""

MAX_AHEAD = timedelta(days=100)
"""How far all leaps take it on together, by the word of a server of time, too: a machine is off for a summer."""

_TIME_ERROR: Final = 5
"""Nothing keeps the clock. Source: adjtimex(2)."""


def find_leap(session: Session) -> datetime | None:
    """The last moment that was believed, where the clock is far from it and nobody confirmed it; else None."""
    believed_at, now = _find_believed(session), context.now()
    if believed_at is None:
        return None
    is_near = now - _find_expected(session, believed_at) <= MAX_AHEAD
    return None if is_near and (_follows(now, believed_at) or is_synchronized()) else believed_at


def confirm_clock() -> None:
    """Record that somebody has looked at the clock, and it is right; for every work process."""
    now = context.now()
    record_moments(db.engine(), {CLOCK: now, _CONFIRMED: now})


def moment_to_believe(session: Session) -> datetime:
    """The moment to keep as `CLOCK`; while the clock is in doubt, the one before and the time that has passed since.

    It is the time between two reports, of any work process: a clock that is wrong counts it, too.
    """
    now = context.now()
    if (believed_at := find_leap(session)) is not None:
        passed = now - (last_heartbeat(session, WORK) or now)
        return believed_at + passed if timedelta(0) <= passed <= MAX_RETURN else believed_at
    return now if is_synchronized() else max(now, _find_believed(session) or now)


_starts: Final = context.AppCache[datetime | None, datetime](10)
"""By the last word of somebody: when the kernel began to count, by the clock that was believed then."""


def _find_expected(session: Session, believed_at: datetime) -> datetime:
    """The moment that was believed when this process began, or when somebody confirmed it, and the time since."""
    counted = timedelta(seconds=time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)))
    return _starts.get(last_heartbeat(session, _CONFIRMED), lambda: believed_at - counted) + counted


def _find_believed(session: Session) -> datetime | None:
    return last_heartbeat(session, CLOCK) or last_heartbeat(session, WORK)


def _follows(now: datetime, earlier: datetime) -> bool:
    return -MAX_RETURN <= now - earlier <= MAX_LEAP


def is_synchronized() -> bool:
    """Whether a server of time keeps the clock, as timedatectl says it; in a container, too.

    The kernel forgets it when somebody sets the clock, and some hours after the last answer of a server.
    """
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(208))  # the size of its struct
    except AttributeError:  # another system than Linux
        return False
    return 0 <= int(state) < _TIME_ERROR
