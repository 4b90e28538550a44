"""Secret votes at the tablet: cast once with a slip, counted once in memory, then gone with their key.

A ballot is a random number and a locked choice of one length: nothing stands beside it (PRIVACY.md A11). Two processes
that count at once count once; a vote is counted or late, never lost between.
"""

import logging
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.audit.log import Log
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.elections.entities import ElectionFacts, open_body
from youthvoice.committees.elections.rules import AT_THE_TABLET, result
from youthvoice.committees.elections.store import KEY_PREFIX
from youthvoice.committees.models import Ballot, Election
from youthvoice.compiled_sql import adding
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.crypto.symmetric_encryption import lock_padded, unlock_padded
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.privacy.keys.names import AUDIT
from youthvoice.slips import store as slips
from youthvoice.slips.pictures import Picks

NOBODY = 255
"""The choice of a child who wants nobody of these."""

_SIZE = 16  # bytes of a choice, padded
_log = logging.getLogger(__name__)


class VoteIsOver(Exception):
    """It was counted, or its hour has come; nothing is kept."""


class SlipIsNoGood(Exception):
    """It was spent already or never dealt; the transaction must be rolled back."""


def cast(  # noqa: PLR0913, PLR0917 - a vote is these things
    session: Session,
    keyring: Keyring,
    election: ElectionFacts,
    ballot_id: bytes,
    choice: int,
    picks: Picks,
    now: datetime,
) -> None:
    """Put one ballot into the box. The same again, whatever is in it, changes nothing and is a success.

    Args:
        session: may write; the caller commits.
        keyring: the key files.
        election: which.
        ballot_id: 16 random bytes that only the page holds.
        choice: place of who stands, or `NOBODY`.
        picks: the slip.
        now: this moment.

    Raises:
        VoteIsOver, SlipIsNoGood: see there.
    """
    query = select(Election.state, Election.ends_at, Election.key).where(Election.id == election.id)
    state, ends_at, key_name = session.execute(query.with_for_update(read=True)).one()
    if state != "open" or now >= ends_at:
        raise VoteIsOver
    blob = locked(keyring, election.slug, key_name, ballot_id, choice)
    row = adding(Ballot, session.get_bind().dialect).values(id=ballot_id, election_id=election.id, blob=blob)
    if session.scalar(row.on_conflict_do_nothing().returning(Ballot.id)) is None:
        return
    if not slips.spend(session, keyring, election.slips, picks):
        raise SlipIsNoGood


def locked(keyring: Keyring, slug: str, key_name: str, ballot_id: bytes, choice: int) -> bytes:
    """A choice, locked; of one length whatever it is. The key is made with the first ballot."""
    return lock_padded(keyring.key_or_new(key_name), bytes([choice]), _SIZE, _purpose(slug, ballot_id))


def all_have_voted(session: Session, election: ElectionFacts) -> bool:
    """Whether every child who may vote has."""
    return 0 < election.body.voters <= slips.counted(session, election.slips).spent


def close(session: Session, keyring: Keyring, election_id: int, now: datetime, log: Log) -> bool:
    """Count in memory, keep who won, delete the rest; False where somebody else has just done it. The caller commits.

    After the commit `end_unused` destroys the key.
    """
    row = election_store.held(session, election_id)
    if row is None or row.state != "open" or row.way != AT_THE_TABLET:
        return False
    votes = Counter(_choices(session, keyring, row))
    counts = [votes[place] for place in range(len(open_body(keyring, row.slug, row.body).standing))]
    found = result(counts, votes[NOBODY], way=row.way, tie=row.tie, draw=secrets.choice)
    election_store.finish(session, keyring, row, found, now, log)
    return True


def elections_due() -> None:
    """The job: count every vote whose hour has come, and end the keys that nothing needs any more."""
    engine, keyring, now = db.engine(), running.keyring(), running.now()
    due = select(Election.id).where(Election.way == AT_THE_TABLET, Election.state == "open", Election.ends_at <= now)
    with db.reading(engine) as session:
        waiting = list(session.scalars(due))
    for election_id in waiting:
        try:
            with db.writing(engine) as session:
                close(session, keyring, election_id, now, Log(keyring.key(AUDIT), running.today(), "work"))
        except Exception as error:  # noqa: BLE001 - one that cannot be counted must not keep the others open
            _log.error("counting %s: %s", election_id, type(error).__name__)
    end_unused(engine, keyring)


def end_unused(engine: Engine, keyring: Keyring) -> None:
    """Destroy every key of ballots whose election is over. A key is made only while its election is open."""
    names = [name for name in keyring.names() if name.startswith(KEY_PREFIX)]
    if not names:
        return
    with db.reading(engine) as session:
        still = set(session.scalars(select(Election.key).where(Election.key.in_(names), Election.state == "open")))
    over = [name for name in names if name not in still]
    for name in over:
        keyring.destroy(name)
    if over:
        db.forget_what_was_deleted(engine)


def _choices(session: Session, keyring: Keyring, row: Election) -> Iterator[int]:
    """What is in the box; a ballot that somebody altered is none."""
    try:
        key = keyring.key(row.key)
    except KeyGone:
        return
    for ballot_id, blob in session.execute(select(Ballot.id, Ballot.blob).where(Ballot.election_id == row.id)):
        try:
            yield unlock_padded(key, blob, _purpose(row.slug, ballot_id))[0]
        except CannotOpen:
            _log.error("a ballot of %s cannot be opened", row.slug)


def _purpose(slug: str, ballot_id: bytes) -> Context:
    return context("ballot", slug, ballot_id.hex())
