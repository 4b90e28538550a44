"""Receipts are kept for twelve months, then swept away; and every hour what SQLite's log holds is let go.

In that log the last writes lie in the order they came, a sheet beside the letter that was sent with it.
"""

from sqlalchemy import select

from youthvoice import db, running
from youthvoice.surveys.models import Receipt
from youthvoice.surveys.responses import forget_receipts, oldest_month


def sweep_due() -> None:
    """The job: forget receipts that are older than twelve months, and the order of what came in the last hour."""
    today = running.today()
    with db.reading(db.engine()) as session:
        found = session.scalar(select(Receipt.month).where(Receipt.month < oldest_month(today)).limit(1))
    if found is not None:
        with db.writing(db.engine()) as session:
            forget_receipts(session, today)
    db.forget_what_was_deleted(db.engine())
