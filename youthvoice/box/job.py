"""What the work process of a box does, and nothing of what it does in a house: visits there, and mixing what waits."""

import random
import time
from dataclasses import dataclass

from flask import current_app

from youthvoice import context, db
from youthvoice.box import store
from youthvoice.box.bundle import MAX_PART_BYTES
from youthvoice.box.house_visit import hand_over
from youthvoice.box.network import HouseNotReached
from youthvoice.context import AppCache
from youthvoice.jobs.worker import Job

_RHYTHM_SECONDS = 600.0
"""Between two visits: always as long, so that whoever watches the line does not see when a child sends."""

_FIRST_PAUSE_SECONDS = 30.0

_REFUSED_SECONDS = 24 * 3600.0  # after which what the house refused is brought again


@dataclass(slots=True)
class Visits:
    """What the work process remembers of its visits; another one begins anew.

    Attributes:
        next_at: of `time.monotonic()`.
        failures: visits without an answer since the last with one.
        refused: digests of the envelopes that the house did not take.
        refused_since: of `time.monotonic()`.
    """

    next_at: float = 0.0
    failures: int = 0
    refused: frozenset[bytes] = frozenset()
    refused_since: float = 0.0


_visits = AppCache[str, Visits](1)


def visit_house() -> None:
    """Bring what waits to the house when its time has come; where no network is, look again soon, then less often."""
    house, visits = context.settings().box_house, _visits.get("visits", Visits)
    if house is None or time.monotonic() < visits.next_at:
        return
    if time.monotonic() - visits.refused_since > _REFUSED_SECONDS:
        visits.refused, visits.refused_since = frozenset(), time.monotonic()
    try:
        done = hand_over(house, MAX_PART_BYTES >> min(visits.failures, 5), visits.refused)
    except LookupError:
        return
    except HouseNotReached as error:
        visits.failures += 1
        wait = min(_RHYTHM_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** min(visits.failures, 10))
        visits.next_at = time.monotonic() + wait * random.uniform(0.5, 1)  # noqa: S311 - not all boxes at one moment
        if error.code != "network":
            current_app.logger.warning("the main house was not reached: %s", error.code)
        return
    visits.failures, visits.refused, visits.next_at = 0, done.refused, time.monotonic() + _RHYTHM_SECONDS


_mixed = AppCache[str, frozenset[bytes]](1)


def mix_when_something_came() -> None:
    """Let nothing in the file tell in which order envelopes came, once an hour when any did."""
    with db.reading(db.engine()) as session:
        waits = store.list_waiting(session)
    if waits != _mixed.get("waits", frozenset):
        store.mix_what_waits(db.engine())
        _mixed.forget()
        _mixed.get("waits", lambda: waits)


JOBS = (
    Job("mixing", 3600, mix_when_something_came),
    Job("visiting", 10, visit_house),
)
