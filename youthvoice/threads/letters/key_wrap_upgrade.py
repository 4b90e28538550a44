"""Wraps of letters from before there were tags get theirs, once, when the house starts.

Whose key a wrap was made for is told by the days: nothing is sealed to a new key before it was compared and 48 hours
were gone, and a letter is shown within a day and an hour of its arrival.
"""

import secrets
from collections.abc import Iterable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.accounts import store as people
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import PEOPLE, THREADS
from youthvoice.threads.key_wraps import TAG_BYTES
from youthvoice.threads.letters import key_wrap_store as store
from youthvoice.threads.letters.key_wrap_store import WrapRow
from youthvoice.threads.letters.key_wraps import tag_of


def tag(engine: Engine, keyring: Keyring) -> None:
    """Give every wrap without a tag its own; those of somebody whose row this house did not write so wait."""
    with db.reading(engine) as session:
        if not store.are_any_without_tag(session):
            return
    with db.writing(engine) as session:
        rows = store.without_tag(session)
        for person_id in {row.person_id for row in rows}:
            _tag_hers(session, keyring, person_id, [row for row in rows if row.person_id == person_id])


def _tag_hers(session: Session, keyring: Keyring, person_id: int, rows: Iterable[WrapRow]) -> None:
    person, sites = people.find(session, person_id), people.sites_of(session, [person_id])[person_id]
    if person is None or not people.is_vouched_for(person, sites, keyring.key_or_new(PEOPLE)):
        return
    key, since = keyring.key_or_new(THREADS), person.trusted_from
    for row in rows:
        is_of_today = person.key_version == 1 or (since is not None and row.shown_from > since)
        known = tag_of(key, row.letter_id, person_id, person.public_key)
        store.set_tag(session, row, known if is_of_today else secrets.token_bytes(TAG_BYTES))
