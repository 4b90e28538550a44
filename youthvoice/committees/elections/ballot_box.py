"""Votes: cast at the tablet with a slip, or counted by two adults; counted once, then gone.

A ballot is a random number and a locked choice of one length: nothing stands beside it (PRIVACY.md A11). Two processes
that count at once count once; a vote is counted or late, never lost between.

The second never sees what the first counted. Where both are the same, who won is known and both counts are deleted;
where they differ, both are deleted too, and it is said only that they differ.
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
"""The choice of a child who wants nobody of these."""

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
    """Put one ballot into the box. The same again, whatever is in it, changes nothing and is a success.

    Args:
        session: may write; the caller commits.
        election: which.
        ballot_id: 16 random bytes that only the page holds.
        choice: place of who stands, or `NOBODY`.
        picks: the slip.
        now: this moment.
        waits_since: as for `spend_slip`.

    Raises:
        Refused: `over` where it was counted or its hour has come; `slip` where that was spent already or never
            dealt, and the transaction must be rolled back.
    """
    query = select(ElectionRow.state, ElectionRow.ends_at, ElectionRow.key).where(ElectionRow.id == election.id)
    state, ends_at, key_name = session.execute(query.with_for_update(read=True)).one()
    if state != "open" or now >= ends_at:
        raise Refused("over")
    blob = lock_choice(context.keyring(), election.slug, key_name, ballot_id, choice)
    row = insert_into(BallotRow, session.get_bind().dialect).values(id=ballot_id, election_id=election.id, blob=blob)
    if session.scalar(row.on_conflict_do_nothing().returning(BallotRow.id)) is None:
        return
    if not spend_slip(session, election.slips, picks, waits_since=waits_since):
        raise Refused("slip")


def lock_choice(keyring: Keyring, slug: str, key_name: str, ballot_id: bytes, choice: int) -> bytes:
    """A choice, locked; of one length whatever it is. The key is made with the first ballot."""
    return symmetric_encryption.lock_padded(
        keyring.key_or_new(key_name), bytes([choice]), _SIZE, _purpose(slug, ballot_id)
    )


def all_have_voted(session: Session, election: rules.Election) -> bool:
    """Whether every child who may vote has."""
    return 0 < election.body.voters <= count_slips(session, election.slips).spent


def close(session: Session, election_id: int, now: datetime, log: Log) -> bool:
    """Count in memory, keep who won, delete the rest; False where somebody else has just done it. The caller commits.

    After the commit `end_unused_keys` destroys the key.
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
    """The job: count every vote whose hour has come, and end the keys that nothing needs any more."""
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
        except Exception as error:  # noqa: BLE001 - one that cannot be counted must not keep the others open
            _log.error("counting %s: %s", election_id, type(error).__name__)
    end_unused_keys(engine)


def end_unused_keys(engine: Engine) -> None:
    """Destroy every key of ballots whose election is over. A key is made only while its election is open."""
    names = [name for name in context.keyring().names() if name.startswith(store.BALLOT_KEY_PREFIX)]
    if not names:
        return
    with db.reading(engine) as session:
        still = set(
            session.scalars(select(ElectionRow.key).where(ElectionRow.key.in_(names), ElectionRow.state == "open"))
        )
    over = [name for name in names if name not in still]
    for name in over:
        context.keyring().destroy(name)
    if over:
        db.forget_what_was_deleted(engine)


def _choices(session: Session, row: ElectionRow) -> Iterator[int]:
    """What is in the box; a ballot that somebody altered is none."""
    try:
        key = context.keyring().key(row.key)
    except KeyGone:
        return
    for ballot_id, blob in session.execute(select(BallotRow.id, BallotRow.blob).where(BallotRow.election_id == row.id)):
        try:
            yield symmetric_encryption.unlock_padded(key, blob, _purpose(row.slug, ballot_id))[0]
        except CannotOpen:
            _log.error("a ballot of %s cannot be opened", row.slug)


def _purpose(slug: str, ballot_id: bytes) -> symmetric_encryption.SealingContext:
    return symmetric_encryption.sealing_context("ballot", slug, ballot_id.hex())


CountOutcome = Literal["first", "same", "differ", "not_you", "over"]

_SAID = ("approved", "locked")


def enter_count(  # noqa: PLR0913, PLR0917 - a count is these things
    session: Session, election: rules.Election, count: tuple[int, ...], person_id: int, now: datetime, log: Log
) -> CountOutcome:
    """Take one adult's count; the caller commits.

    Args:
        session: may write.
        election: which.
        count: votes of each who stands, in their order, then those for nobody of these.
        person_id: who counted.
        now: this moment.
        log: in her name.

    Returns:
        `first` where a second adult has to count now; `same` where it is over; `differ` where both count anew;
        `not_you` where she counted already; `over` where somebody else was faster.
    """
    row = store.lock_election(session, election.id)
    if row is None or row.way not in rules.BY_ADULTS or row.state not in {"open", "counted_once"}:
        return "over"
    if row.state == "counted_once" and row.counted_by == person_id:
        return "not_you"
    log.add(session, "election.count", row.slug)
    if row.state == "open" or row.first_count is None:
        row.state, row.first_count, row.counted_by = (
            "counted_once",
            rules.lock_first_count(context.keyring(), row.slug, count),
            person_id,
        )
        return "first"
    first = rules.open_first_count(context.keyring(), row.slug, row.first_count)
    if not hmac.compare_digest(repr(first), repr(count)):
        row.state, row.first_count, row.counted_by = "open", None, None
        return "differ"
    election_result = rules.decide_result(count[:-1], count[-1], way=row.way, tie=row.tie, draw=secrets.choice)
    store.finish_election(session, row, election_result, now, log)
    return "same"


def confirm_nomination(session: Session, election: rules.Election, now: datetime, log: Log) -> bool:
    """A nomination is confirmed: her term begins. False where it was already.

    Who may confirm is asked by `may_confirm_nomination`; the caller commits.
    """
    row = store.lock_election(session, election.id)
    if row is None or row.way != rules.NOMINATION or row.state != "open":
        return False
    assert rules.open_election_body(context.keyring(), row.slug, row.body).standing  # whoever opened it named her
    store.finish_election(session, row, rules.ElectionResult("done", (0,)), now, log)
    return True


def may_confirm_nomination(session: Session, election: rules.Election, person_id: int, meeting_id: int | None) -> bool:
    """Whether a nomination has its second witness: another adult, or the minutes of a meeting of that committee."""
    return person_id != election.opened_by or any(
        one == meeting_id for one, _day in list_approved_minutes(session, election)
    )


def list_approved_minutes(session: Session, election: rules.Election) -> list[tuple[int, date]]:
    """Meetings of the committee whose minutes children approved: row and day, the newest first."""
    mine = (MeetingRow.committee_id == election.committee_id, MeetingRow.minutes.in_(_SAID))
    query = select(MeetingRow.id, MeetingRow.starts_at).where(*mine).order_by(MeetingRow.starts_at.desc()).limit(10)
    return [(meeting_id, starts_at.date()) for meeting_id, starts_at in session.execute(query)]
