"""Votes: cast at the tablet with a slip, or counted by two adults; counted once, then deleted.

A ballot is a random number and an encrypted choice of one length; no other column says anything about it (PRIVACY.md
A11). Two parallel processes count once. A vote is counted or comes too late; none is lost between.

The second adult never sees the first count. If both counts are equal, the winner is known and both are deleted. If they
differ, both are deleted, and adults learn only that they differ.
"""

import hmac
import logging
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.committees.elections import rules, store
from youthvoice.committees.models import BallotRow, ElectionRow, MeetingRow
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import CannotOpen, KeyGone, Refused
from youthvoice.privacy.crypto import symmetric_encryption
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.slips.store import Picks, count_slips, spend_slip

NOBODY = 255
"""The choice of a child who wants none of the candidates."""

_SIZE = 16  # bytes of a choice, padded

_log = logging.getLogger(__name__)


def cast(  # noqa: PLR0913, PLR0917 - a vote is these things
    session: Session,
    election: rules.Election,
    ballot_id: bytes,
    choice: int,
    picks: Picks,
    now: datetime,
    waits_since: datetime | None = None,
) -> None:
    """Cast one vote. While the election is open, the same ballot number again changes nothing, and is a success.

    Args:
        session: may write; the caller commits.
        election: an election at the tablet.
        ballot_id: 16 random bytes that only the page holds.
        choice: position of the candidate, or `NOBODY`.
        picks: the pictures of the slip.
        now: this moment.
        waits_since: as for `spend_slip`.

    Raises:
        Refused: `over` if the election was counted or its end has come; `slip` if the slip was used or never dealt,
            and then the transaction must be rolled back.
    """
    query = select(ElectionRow.state, ElectionRow.ends_at, ElectionRow.key).where(ElectionRow.id == election.id)
    # a shared lock: votes do not wait for each other, but the count waits for them (`store.lock_election`)
    state, ends_at, key_name = session.execute(query.with_for_update(read=True)).one()
    if state != "open" or now >= ends_at:
        raise Refused("over")
    blob = encrypt_choice(context.keyring(), election.slug, key_name, ballot_id, choice)
    row = insert_into(BallotRow, session.get_bind().dialect).values(id=ballot_id, election_id=election.id, blob=blob)
    if session.scalar(row.on_conflict_do_nothing().returning(BallotRow.id)) is None:
        return
    if not spend_slip(session, election.slips, picks, waits_since=waits_since):
        raise Refused("slip")


def encrypt_choice(keyring: Keyring, slug: str, key_name: str, ballot_id: bytes, choice: int) -> bytes:
    """Encrypt a choice, always to the same length. The key is made with the first ballot."""
    return symmetric_encryption.encrypt_padded(
        keyring.key_or_new(key_name), bytes([choice]), _SIZE, _purpose(slug, ballot_id)
    )


def all_have_voted(session: Session, election: rules.Election) -> bool:
    """Whether every child who may vote has voted."""
    return 0 < election.body.voters <= count_slips(session, election.slips).spent


def close(session: Session, election_id: int, now: datetime, log: Log) -> bool:
    """Count in memory, store the winner, delete the rest; False if somebody else has just done it. The caller commits.

    After the commit, call `end_unused_keys` to destroy the key.
    """
    row = store.lock_election(session, election_id)
    if row is None or row.state != "open" or row.way != rules.AT_THE_TABLET:
        return False
    votes = Counter(_choices(session, row))
    counts = [
        votes[place] for place in range(len(rules.open_election_body(context.keyring(), row.slug, row.body).standing))
    ]
    election_result = rules.decide_result(counts, votes[NOBODY], way=row.way, tie=row.tie, draw=secrets.choice)
    store.finish_election(session, row, election_result, now, log)
    return True


def elections_due() -> None:
    """The job: count every vote whose end has come, and destroy ballot keys that are no longer needed."""
    engine, now = db.engine(), context.now()
    due = select(ElectionRow.id).where(
        ElectionRow.way == rules.AT_THE_TABLET, ElectionRow.state == "open", ElectionRow.ends_at <= now
    )
    with db.reading(engine) as session:
        waiting = list(session.scalars(due))
    for election_id in waiting:
        try:
            with db.writing(engine) as session:
                close(session, election_id, now, Log(context.today(), "work"))
        except Exception as error:  # noqa: BLE001 - one broken vote must not block the others
            _log.error("counting %s: %s", election_id, type(error).__name__)
    end_unused_keys(engine)


def end_unused_keys(engine: Engine) -> None:
    """Destroy every ballot key whose election is over. A key is made only while its election is open."""
    names = [name for name in context.keyring().names() if name.startswith(store.BALLOT_KEY_PREFIX)]
    if not names:
        return
    with db.reading(engine) as session:
        needed = set(
            session.scalars(select(ElectionRow.key).where(ElectionRow.key.in_(names), ElectionRow.state == "open"))
        )
    unused = [name for name in names if name not in needed]
    for name in unused:
        context.keyring().destroy(name)
    if unused:
        db.truncate_write_ahead_log(engine)


def _choices(session: Session, row: ElectionRow) -> Iterator[int]:
    """The choices in the ballot box, without ballots that somebody altered."""
    try:
        key = context.keyring().key(row.key)
    except KeyGone:
        return
    for ballot_id, blob in session.execute(select(BallotRow.id, BallotRow.blob).where(BallotRow.election_id == row.id)):
        try:
            yield symmetric_encryption.decrypt_padded(key, blob, _purpose(row.slug, ballot_id))[0]
        except CannotOpen:
            _log.error("a ballot of %s cannot be opened", row.slug)


def _purpose(slug: str, ballot_id: bytes) -> symmetric_encryption.SealingContext:
    return symmetric_encryption.sealing_context("ballot", slug, ballot_id.hex())


CountOutcome = Literal["first", "same", "differ", "not_you", "over"]

_APPROVED = ("approved", "locked")


def enter_count(  # noqa: PLR0913, PLR0917 - a count is these things
    session: Session, election: rules.Election, count: tuple[int, ...], person_id: int, now: datetime, log: Log
) -> CountOutcome:
    """Record one adult's count; the caller commits.

    Args:
        session: may write.
        election: an election on paper or by raised hands.
        count: votes of each candidate in their order, then those for nobody of these.
        person_id: the adult who counted.
        now: this moment.
        log: in the name of that adult.

    Returns:
        `first` if a second adult has to count now; `same` if the election is over; `differ` if both have to count
        again; `not_you` if this adult has counted before; `over` if somebody else has just ended it.
    """
    row = store.lock_election(session, election.id)
    if row is None or row.way not in rules.BY_ADULTS or row.state not in {"open", "counted_once"}:
        return "over"
    if row.state == "counted_once" and row.counted_by == person_id:
        return "not_you"
    log.add(session, "election.count", row.slug)
    if row.state == "open" or row.first_count is None:
        row.state = "counted_once"
        row.first_count = rules.encrypt_first_count(context.keyring(), row.slug, count)
        row.counted_by = person_id
        return "first"
    first = rules.open_first_count(context.keyring(), row.slug, row.first_count)
    if not hmac.compare_digest(repr(first), repr(count)):
        row.state = "open"
        row.first_count = row.counted_by = None
        return "differ"
    election_result = rules.decide_result(count[:-1], count[-1], way=row.way, tie=row.tie, draw=secrets.choice)
    store.finish_election(session, row, election_result, now, log)
    return "same"


def confirm_nomination(session: Session, election: rules.Election, now: datetime, log: Log) -> bool:
    """Confirm a nomination: the term of the child begins. False if it was confirmed before.

    Check `may_confirm_nomination` first; the caller commits.
    """
    row = store.lock_election(session, election.id)
    if row is None or row.way != rules.NOMINATION or row.state != "open":
        return False
    assert rules.open_election_body(context.keyring(), row.slug, row.body).standing  # it was opened with one candidate
    store.finish_election(session, row, rules.ElectionResult("done", (0,)), now, log)
    return True


def may_confirm_nomination(session: Session, election: rules.Election, person_id: int, meeting_id: int | None) -> bool:
    """Whether a nomination has a second witness: another adult, or the minutes of a meeting of that committee."""
    return person_id != election.opened_by or any(
        approved_id == meeting_id for approved_id, _day in list_approved_minutes(session, election)
    )


def list_approved_minutes(session: Session, election: rules.Election) -> list[tuple[int, date]]:
    """Meetings of the committee whose minutes the children approved: row and day, the newest first."""
    conditions = (MeetingRow.committee_id == election.committee_id, MeetingRow.minutes.in_(_APPROVED))
    meetings = select(MeetingRow.id, MeetingRow.starts_at).where(*conditions)
    query = meetings.order_by(MeetingRow.starts_at.desc()).limit(10)
    return [(meeting_id, starts_at.date()) for meeting_id, starts_at in session.execute(query)]
