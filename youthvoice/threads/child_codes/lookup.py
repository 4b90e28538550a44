"""From seven pictures to a visit: counted, stretched, looked up; the same steps whether the code is right or not.

Argon2 runs outside every transaction: nobody waits in the queue of writers behind it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.privacy.credentials.picture_codes import Code, CodeKeys, keys_of
from youthvoice.privacy.keys.keyring import KeyGone, Keyring, destruction_key
from youthvoice.privacy.keys.names import PEPPER
from youthvoice.threads import store as thread_store
from youthvoice.threads.child_codes import attempt_limits as code_tries
from youthvoice.threads.child_codes.attempt_limits import Trying
from youthvoice.threads.child_codes.visit_cookie import Visit
from youthvoice.threads.entities import ThreadFacts


@dataclass(frozen=True, slots=True)
class Place:
    """Where a child says that she told.

    Attributes:
        site_id: row of `sites`; below zero where there is no such place, which nothing shows.
        day: it is there.
        tablet_id: of an enrolled tablet; None on any other device.
        told: as she typed it; empty on a tablet.
    """

    site_id: int
    day: date
    tablet_id: int | None = None
    told: str = ""


def visit_by(engine: Engine, keyring: Keyring, code: Code, place: Place, now: datetime) -> Visit:
    """What a code opens at a place; a visit to nowhere where it opens nothing. Commits in transactions of its own.

    Args:
        engine: of the house.
        keyring: the key files.
        code: as the child chose it.
        place: where.
        now: UTC.

    Raises:
        TooOften: nothing was tried.
    """
    pepper = keyring.key(PEPPER)
    counted = _counted(pepper, place)
    with db.writing(engine) as session:
        for trying in counted:
            code_tries.begin(session, pepper, trying, now)
    keys = keys_of(code, place.site_id, pepper)
    with db.writing(engine) as session:
        found = _found(session, keyring, place, keys)
        for trying in counted:
            code_tries.finish(session, trying, right=found is not None)
    return Visit(found.id, keys.reply.private, place.told) if found else Visit.nowhere(place.told)


def _counted(pepper: bytes, place: Place) -> tuple[Trying, ...]:
    """Where a try counts."""
    if place.tablet_id is None:
        return (code_tries.of_place(pepper, place.site_id, place.day),)
    tablet = code_tries.of_tablet(pepper, place.tablet_id, place.day)
    return tablet, code_tries.of_tablets(pepper, place.site_id, place.day)


def is_there(keyring: Keyring, thread: ThreadFacts) -> bool:
    """Whether a thread can still be opened: the key of its month is there."""
    try:
        keyring.key(destruction_key(thread.month))
    except KeyGone:
        return False
    return True


def _found(session: Session, keyring: Keyring, place: Place, keys: CodeKeys) -> ThreadFacts | None:
    found = thread_store.by_locator(session, keyring, place.site_id, keys.locator)
    return found if found and is_there(keyring, found) else None
