"""Whether the clock of this machine can be believed: nothing ends because a clock leaps.

A dead battery or a wrong date by hand takes a clock away by years. The work process keeps the last moment that it
believed. Where the clock is then a week further, or an hour back, jobs that need it wait: until it is set, a server of
time confirms it, or somebody does (`youthvoice work --clock-is-right`). A machine that was off for a week looks the
same. Reports of danger are passed on, and mail is sent.
"""

import ctypes
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.jobs.worker_health import WORK, last_heartbeat

CLOCK: Final = "clock"

MAX_LEAP, MAX_RETURN = timedelta(days=7), timedelta(hours=1)
"""How far a clock goes on, and goes back, before it is in doubt."""

_TIME_ERROR: Final = 5
"""Nothing keeps the clock. Source: adjtimex(2)."""


def find_leap(session: Session) -> datetime | None:
    """The last moment that was believed, where the clock is far from it and nobody confirmed it; else None."""
    believed_at, now = _find_believed(session), context.now()
    return None if believed_at is None or _follows(now, believed_at) or is_synchronized() else believed_at


def moment_to_believe(session: Session) -> datetime:
    """The moment to keep as `CLOCK`; while the clock is in doubt, the one before and the time that has passed since.

    It is the time between two reports, of any work process: a clock that is wrong counts it, too.
    """
    now = context.now()
    if (believed_at := find_leap(session)) is not None:
        passed = now - (last_heartbeat(session, WORK) or now)
        return believed_at + passed if timedelta(0) <= passed <= MAX_RETURN else believed_at
    return now if is_synchronized() else max(now, _find_believed(session) or now)


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
