"""The job that ends what boards say of good news that is not there."""

from datetime import timedelta

from youthvoice import context, db
from youthvoice.good_news.store import delete_ended_reasons


def end_reasons() -> None:
    """Delete, a day after the last site could show them, the reasons that boards have said long enough. A job."""
    with db.writing(db.engine()) as session:
        delete_ended_reasons(session, context.today() - timedelta(days=1))
