"""What `youthvoice doctor` checks of the reporting channel.

It says nothing about a report: neither whether there is one, nor how many, nor where.
"""

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import LazyString, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.grievances.deadlines import letter_job, report_escalation
from youthvoice.threads.case_state import REPORT
from youthvoice.threads.letters.due_job import DUE_KINDS
from youthvoice.threads.retention.job import count_lost
from youthvoice.threads.store import find_damaged_threads, list_all_threads

_SOON = 2
"""Hours within which the work process escalates an overdue deadline, at the latest."""


def list_complaints(session: Session) -> Iterator[LazyString]:
    """What is wrong, one sentence each."""
    now = context.now()
    hour = int(now.timestamp() // 3600) - _SOON
    stuck = any(
        report_escalation.overdue_deadlines(thread.case, hour) for thread in list_all_threads(session, (REPORT,))
    )
    before = now - timedelta(hours=_SOON)
    if stuck or any(letter_job.list_due_now(session, box, before) for box in DUE_KINDS):
        yield _l("A clock has been over for hours and was not handed on. See the log of the work process.")
    if count_lost(session, now):
        yield _l("Sealed things do not open: the database is older than its key files. Restore newer ones.")
    if find_damaged_threads(session):
        yield _l("Rows of threads do not open and no clock runs for them. Restore them from a backup.")
