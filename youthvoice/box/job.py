"""Jobs of a box's work process: visit the main server, and shuffle the waiting envelopes in the file."""

import random
import time
from dataclasses import dataclass

from flask import current_app

from youthvoice import context, db
from youthvoice.box import store
from youthvoice.box.bundle import MAX_PART_BYTES
from youthvoice.box.network import ServerNotReached
from youthvoice.box.server_visit import exchange_with_server
from youthvoice.context import AppCache
from youthvoice.jobs.file_order import rewrite_file
from youthvoice.jobs.worker import Job

_RHYTHM_SECONDS = 600.0
"""Between two visits: always the same, so that somebody who watches the line does not see when a child sends."""

_FIRST_PAUSE_SECONDS = 30.0

_REFUSED_SECONDS = 24 * 3600.0  # after which refused envelopes are sent again


@dataclass(slots=True)
class Visits:
    """What the work process remembers of its visits; a new process starts without it.

    Attributes:
        next_at: earliest next visit, as `time.monotonic()`.
        failures: visits without an answer since the last answered one.
        refused: digests of the envelopes that the server did not accept.
        refused_since: as `time.monotonic()`.
    """

    next_at: float = 0.0
    failures: int = 0
    refused: frozenset[bytes] = frozenset()
    refused_since: float = 0.0


_visits = AppCache[str, Visits](1)


def visit_server() -> None:
    """Visit the server when it is time; without a network try again soon, then less often."""
    server, visits = context.settings().box_server, _visits.get("visits", Visits)
    if server is None or time.monotonic() < visits.next_at:
        return
    if time.monotonic() - visits.refused_since > _REFUSED_SECONDS:
        visits.refused, visits.refused_since = frozenset(), time.monotonic()
    try:
        done = exchange_with_server(server, MAX_PART_BYTES >> min(visits.failures, 5), visits.refused)
    except LookupError:  # this box is not set up yet
        return
    except ServerNotReached as error:
        visits.failures += 1
        wait = min(_RHYTHM_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** min(visits.failures, 10))
        visits.next_at = time.monotonic() + wait * random.uniform(0.5, 1)  # noqa: S311 - not all boxes at one moment
        if error.code != "network":
            current_app.logger.warning("the main server was not reached: %s", error.code)
        return
    visits.failures, visits.refused, visits.next_at = 0, done.refused, time.monotonic() + _RHYTHM_SECONDS


_shuffled = AppCache[str, frozenset[bytes]](1)
"""Under `waits` the digests of the envelopes that waited at the last shuffle."""


def shuffle_new_envelopes() -> None:
    """Shuffle the envelopes once an hour if any came, so that the file does not show in which order."""
    with db.reading(db.engine()) as session:
        digests = store.list_waiting(session)
    if digests != _shuffled.get("waits", frozenset):
        rewrite_file()
        _shuffled.forget()  # then `get` stores the new ones
        _shuffled.get("waits", lambda: digests)


JOBS = (
    Job("mixing", 3600, shuffle_new_envelopes),
    Job("visiting", 10, visit_server, "sending"),
)
