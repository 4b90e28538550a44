"""Who reads letters at a site, remembered for a few seconds: looking up and vouching for keys is dear.

An advocate who leaves may get a letter sealed to her for at most five seconds more; she cannot sign in to open it.
"""

import time

from flask import current_app

from youthvoice import db, running
from youthvoice.staff import store as people
from youthvoice.staff.store import Reader

KEPT_SECONDS = 5.0


def readers_at(site_id: int) -> tuple[Reader, ...]:
    """The advocates of a site, by name; asks the database at most every five seconds."""
    kept: dict[int, tuple[float, tuple[Reader, ...]]] = current_app.extensions.setdefault("youthvoice.readers", {})
    asked_at, readers = kept.get(site_id, (0.0, ()))
    if not readers or time.monotonic() - asked_at > KEPT_SECONDS:
        with db.reading(db.engine()) as session:
            readers = people.advocates(session, site_id, running.keyring().key_or_new("people"))
        kept[site_id] = (time.monotonic(), readers)
    return readers
