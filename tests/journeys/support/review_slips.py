"""A review of a journey's site, and the slip with pictures with which its child says something to it."""

from typing import Any

from tests.journeys.support.sites import Place
from tests.support.people import make_person
from tests.support.reviews import review_at
from youthvoice import db
from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import review_slip


def review_tomorrow(place: Place, **more: Any) -> Review:
    """Rosa decides it, Asha carries it."""
    with place.house.app.app_context():
        with db.writing(db.engine()) as session:
            rosa = make_person(session, "reviewer", place.site_id, handle=f"rosa-{place.site_id}", name="Rosa Example")
        return review_at(place.site_id, place.people["asha"], rosa, 1, **more)


def deal_slip(place: Place, review: Review) -> tuple[Picture, ...]:
    """Deal the slip of a review; gives its pictures."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        return review_slip.deal_slip(session, review)
