"""What `flask doctor` says of the log and those outside who hold its head."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.audit import heads
from youthvoice.witnesses import head_job as sending

_LATE = timedelta(days=1)


def complaints(session: Session) -> Iterator[str]:
    """What is wrong, a sentence each, in English as all of `flask doctor`."""
    today = running.today()
    kept = heads.last_kept(session)
    if heads.last(session) is not None and (kept is None or today - kept[0] > _LATE):
        yield "The head of the log was not kept, nor mailed, since yesterday. Is the work process running?"
    if any(sending.undelivered(session, today - timedelta(days=back)) for back in range(7)):
        yield "A daily note to an address outside was refused. Advocates see its address under The log."
