"""Receipts are kept for twelve months, then swept away; and every hour what SQLite's log holds is let go.

In that log the last writes lie in the order they came, a sheet beside the letter that was sent with it.
"""

from youthvoice import context as running
from youthvoice import db
from youthvoice.threads import receipts


def sweep_due() -> None:
    """The job: forget receipts that are older than twelve months, and the order of what came in the last hour."""
    today = running.today()
    with db.reading(db.engine()) as session:
        are_any = receipts.are_any_old(session, today)
    if are_any:
        with db.writing(db.engine()) as session:
            receipts.forget(session, today)
    db.forget_what_was_deleted(db.engine())
