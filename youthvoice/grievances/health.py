"""What `flask doctor` says of the channel: nothing of a report, neither that there is one, nor how many, nor where."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.grievances.deadlines import escalation
from youthvoice.grievances.deadlines import letter_job as letter_clocks
from youthvoice.threads import store as threads
from youthvoice.threads.retention import job as ending

_SOON = 2
"""Hours in which the work process hands a clock on that is over, at the very latest."""


def complaints(session: Session) -> Iterator[str]:
    """What is wrong, a sentence each, in English as all of `flask doctor`."""
    keyring, now = running.keyring(), running.now()
    hour = int(now.timestamp() // 3600) - _SOON
    stuck = any(escalation.over(facts.marks, hour) for facts in threads.all_facts(session, keyring))
    before = now - timedelta(hours=_SOON)
    if stuck or any(letter_clocks.due_now(session, box, before) for box in letter_clocks.KINDS):
        yield "A clock has been over for hours and was not handed on. Look into the log of: flask work"
    if lost := ending.closed_for_good(session, keyring, now):
        yield f"{lost} sealed things do not open: the database is older than its key files. Restore newer ones."
    if broken := len(threads.damaged(session, keyring)):
        yield f"{broken} rows of threads do not open and no clock runs for them. Restore them from a backup."
