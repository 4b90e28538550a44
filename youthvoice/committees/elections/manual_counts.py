"""Votes that adults count: two of them, each by herself; and a nomination, which a second adult or the minutes confirm.

The second never sees what the first counted. Where both are the same, who won is known and both counts are deleted;
where they differ, both are deleted too, and it is said only that they differ.
"""

import hmac
import secrets
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.audit.log import Log
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.elections.entities import ElectionFacts, lock_count, open_body, open_count
from youthvoice.committees.elections.rules import BY_ADULTS, NOMINATION, Result, result
from youthvoice.committees.models import Meeting
from youthvoice.privacy.keys.keyring import Keyring

Counted = Literal["first", "same", "differ", "not_you", "over"]
_SAID = ("approved", "locked")


def enter(  # noqa: PLR0913, PLR0917 - a count is these things
    session: Session,
    keyring: Keyring,
    election: ElectionFacts,
    count: tuple[int, ...],
    person_id: int,
    now: datetime,
    log: Log,
) -> Counted:
    """Take one adult's count; the caller commits.

    Args:
        session: may write.
        keyring: the key files.
        election: which.
        count: votes of each who stands, in their order, then those for nobody of these.
        person_id: who counted.
        now: this moment.
        log: in her name.

    Returns:
        `first` where a second adult has to count now; `same` where it is over; `differ` where both count anew;
        `not_you` where she counted already; `over` where somebody else was faster.
    """
    row = election_store.held(session, election.id)
    if row is None or row.way not in BY_ADULTS or row.state not in {"open", "counted_once"}:
        return "over"
    if row.state == "counted_once" and row.counted_by == person_id:
        return "not_you"
    log.add(session, "election.count", row.slug)
    if row.state == "open" or row.first_count is None:
        row.state, row.first_count, row.counted_by = "counted_once", lock_count(keyring, row.slug, count), person_id
        return "first"
    first = open_count(keyring, row.slug, row.first_count)
    if not hmac.compare_digest(repr(first), repr(count)):
        row.state, row.first_count, row.counted_by = "open", None, None
        return "differ"
    found = result(count[:-1], count[-1], way=row.way, tie=row.tie, draw=secrets.choice)
    election_store.finish(session, keyring, row, found, now, log)
    return "same"


def confirm(session: Session, keyring: Keyring, election: ElectionFacts, now: datetime, log: Log) -> bool:
    """A nomination is confirmed: her term begins. False where it was already.

    Who may confirm is asked by `may_confirm`; the caller commits.
    """
    row = election_store.held(session, election.id)
    if row is None or row.way != NOMINATION or row.state != "open":
        return False
    assert open_body(keyring, row.slug, row.body).standing  # whoever opened it named her
    election_store.finish(session, keyring, row, Result("done", (0,)), now, log)
    return True


def may_confirm(session: Session, election: ElectionFacts, person_id: int, meeting_id: int | None) -> bool:
    """Whether a nomination has its second witness: another adult, or the minutes of a meeting of that committee."""
    return person_id != election.opened_by or any(one == meeting_id for one, _day in minuted(session, election))


def minuted(session: Session, election: ElectionFacts) -> list[tuple[int, date]]:
    """Meetings of the committee whose minutes children approved: row and day, the newest first."""
    mine = (Meeting.committee_id == election.committee_id, Meeting.minutes.in_(_SAID))
    query = select(Meeting.id, Meeting.starts_at).where(*mine).order_by(Meeting.starts_at.desc()).limit(10)
    return [(meeting_id, starts_at.date()) for meeting_id, starts_at in session.execute(query)]
