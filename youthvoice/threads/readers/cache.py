"""Who reads at a site, remembered for a few seconds: looking up and vouching for keys is dear.

An advocate who leaves may get a letter sealed to her for at most five seconds more; she cannot sign in to open it.
"""

import time

from flask import current_app

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as people
from youthvoice.accounts.store import Reader, Readers

KEPT_SECONDS = 5.0


def forget(site_id: int) -> None:
    """Ask the database the next time: somebody came, went or took a new key."""
    current_app.extensions.get("youthvoice.readers", {}).pop(site_id, None)


def readers_at(site_id: int) -> tuple[Reader, ...]:
    """The advocates of a site, by name: they read its letters."""
    return everybody_at(site_id).advocates


def everybody_at(site_id: int) -> Readers:
    """Everybody to whom a report of a site may be sealed; asks the database at most every five seconds."""
    kept: dict[int, tuple[float, Readers]] = current_app.extensions.setdefault("youthvoice.readers", {})
    asked_at, readers = kept.get(site_id, (0.0, None))
    if readers is None or not readers.everybody or time.monotonic() - asked_at > KEPT_SECONDS:
        with db.reading(db.engine()) as session:
            readers = people.readers(session, site_id, running.keyring().key_or_new("people"), running.now())
        kept[site_id] = (time.monotonic(), readers)
    return readers
