"""Reports that went to the next person because a clock was over, for somebody who reads them."""

from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.access.guard import Caller
from youthvoice.grievances.reader import me
from youthvoice.threads import thread_store as threads


def how_many(session: Session, caller: Caller) -> int:
    """How many of the reports that she can open were handed on, and are not settled since."""
    if not caller.may("reports.read"):
        return 0
    return sum(bool(line.marks.steps) for line in threads.mine(session, running.keyring(), me(session, caller)))
