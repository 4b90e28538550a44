"""Who reads what, of every thread at once: for whoever leaves."""

import hmac
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import THREADS
from youthvoice.threads.key_wraps import tag_of
from youthvoice.threads.models import ThreadWrap


def read_by(session: Session, keyring: Keyring, people: Collection[tuple[int, bytes]]) -> dict[bytes, set[int]]:
    """Who of these people can open what: their rows by thread; threads that none of them opens are left out.

    Args:
        session: only read.
        keyring: the key files.
        people: row and public key of each.
    """
    key, keys = keyring.key_or_new(THREADS), dict(people)
    query = select(ThreadWrap.thread_id, ThreadWrap.person_id, ThreadWrap.tag).where(ThreadWrap.person_id.in_(keys))
    found: dict[bytes, set[int]] = {}
    for thread_id, person_id, tag in session.execute(query):
        if hmac.compare_digest(tag, tag_of(key, thread_id, person_id, keys[person_id])):
            found.setdefault(thread_id, set()).add(person_id)
    return found
