"""The job that ends what boards say of good news that is not there, and thank-yous."""

from datetime import timedelta

from youthvoice import context, db
from youthvoice.good_news.store import delete_ended


def end_reasons() -> None:
    """Delete reasons and thank-yous that were shown long enough, a day after the last site could show them. A job."""
    with db.writing(db.engine()) as session:
        delete_ended(session, context.today() - timedelta(days=1))
