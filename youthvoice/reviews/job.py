"""What the work process does about reviews: on the day of each its decisions are due, and its slip leads nowhere."""

from youthvoice import context, db
from youthvoice.reviews import decisions, store
from youthvoice.reviews.statements.review_slip import forget_slip
from youthvoice.sites.store import list_all_sites


def reviews_due() -> None:
    """The job: each review in a transaction of its own, once; it may run in two processes."""
    with db.reading(db.engine()) as session:
        days = {site.id: context.today(site.time_zone) for site in list_all_sites(session)}
        due = [one for one in store.list_undecided(session) if days[one.site_id] >= one.day]
    for review in due:
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            if held is not None and held.day <= days[held.site_id]:
                decisions.open_for_decisions(session, held, days[held.site_id])
                forget_slip(session, held)
