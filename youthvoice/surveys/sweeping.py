"""Receipts are kept for twelve months, then swept away."""

from sqlalchemy import select

from youthvoice import db, running
from youthvoice.surveys.models import Receipt
from youthvoice.surveys.responses import forget_receipts, oldest_month


def sweep_due() -> None:
    """The job: forget receipts that are older than twelve months; a look that finds none writes nothing."""
    today = running.today()
    with db.reading(db.engine()) as session:
        found = session.scalar(select(Receipt.month).where(Receipt.month < oldest_month(today)).limit(1))
    if found is not None:
        with db.writing(db.engine()) as session:
            forget_receipts(session, today)
