"""Where a child told: the tablet's site, the one that is written on her strip, or what she writes.

A place that does not exist is not told from one that does: shelters may be secret, so whoever tries names learns
nothing. It counts its wrong tries as a place does, apart from all others - were they counted together, a name that is
slowed at its first try would be told from one that is not - and no code opens anything there.
"""

import hashlib
import hmac
from typing import Final

from flask import request

from youthvoice import context as running
from youthvoice import db
from youthvoice.privacy.keys.names import PEPPER
from youthvoice.sites import store as places
from youthvoice.sites.tablets.current import here
from youthvoice.threads.child_codes.lookup import Place

MOST_LETTERS: Final = 120


def is_asked(told: str) -> bool:
    """Whether this device has to say where the child told.

    Args:
        told: what its address says already.
    """
    if here() is not None or told:
        return False
    with db.reading(db.engine()) as session:
        return places.only_site(session) is None


def told() -> str:
    """What this request says about the place, as it was written; empty on a tablet."""
    return "" if here() is not None else request.values.get("at", "").replace("\0", "")[:MOST_LETTERS].strip()


def place(said: str) -> Place:
    """The place of this device, or the one that was written.

    Args:
        said: from `told`.
    """
    if at := here():
        return Place(at.site.id, running.today(at.site.time_zone), at.tablet_id)
    with db.reading(db.engine()) as session:
        found = places.site_told(session, said) if said else places.only_site(session)
        if found is not None:
            return Place(found.id, running.today(found.time_zone), told=said)
    return Place(_nowhere(said), running.today(), told=said)


def _nowhere(said: str) -> int:
    """The number of a place that does not exist: below zero, the same for the same name, one of 65,536."""
    name = places.as_told(said).encode("utf-8", "surrogatepass")
    digest = hmac.digest(running.keyring().key(PEPPER), b"nowhere|" + name, hashlib.sha256)
    return -1 - int.from_bytes(digest[:2], "big")
