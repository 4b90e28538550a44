"""The example's reviews: one with an overdue promise, the next of the same child, and one whose child was not asked.

Another child wrote everything in Hindi, and asked for the review. Two more are in a counted quarter, so that the care
stages show one without and one with a gap.
"""

import secrets
from datetime import datetime, time, timedelta
from typing import Final

from youthvoice import context, db
from youthvoice.accountability.rules import PLAN
from youthvoice.example.people import SLUG
from youthvoice.example.rounds import log_of, person_id, pretend_moment, require
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.publications.care_steps.quarters import freeze_care_quarters_due, last_due_quarter
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.duties.invited_people import keep_invitation
from youthvoice.reviews.entities import Attendance, Offer, Review, ReviewBody
from youthvoice.reviews.job import process_due_reviews
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.reviews.statements.store import store_statement
from youthvoice.sites.store import find_site_by_slug
from youthvoice.threads.child_codes.submission_codes import candidate_codes

_CASE: Final = "K-17"

_FIRST_DAYS_AGO: Final = 75

_NOW_DAYS_AGO: Final = 2

_HINDI_DAYS_AGO: Final = 9

_SAID_NOTHING: Final = (("K-09", "admission", 20, -4), ("K-12", "recovery", 30, 1))
"""Case, step, day of the quarter, and how many days after the review the child was asked: before it, or too late."""


def hold_reviews_of_last_quarter(now: datetime) -> None:
    """Two children who chose to say nothing, one asked before the review, one after it; then the quarter is counted."""
    first = last_due_quarter(now.date())
    for case, step, day, asked_after in _SAID_NOTHING:
        moment = datetime.combine(first, time(9), now.tzinfo) + timedelta(days=day)
        review = _open_review(moment - timedelta(days=14), 14, "first", step, case=case, asked=False)
        with pretend_moment(moment + timedelta(days=asked_after)), db.writing(db.engine()) as session:
            offer = Offer(context.today(), review.advocate_id, "chose_not", alone=True)
            review_to_change = require(store.find_review(session, review.id, to_change=True))
            store.record_offer(session, review_to_change, offer, log_of("asha"))
        with pretend_moment(moment + timedelta(days=2)):
            kept_words = {"en": "You stay here. We ask you again.", "hi": "आप यहीं रहेंगे। हम आपसे फिर पूछेंगे।"}
            _decide(review, Decision(PLAN, "kept", kept_words))
    freeze_care_quarters_due()


def hold_reviews(now: datetime) -> PictureCode:
    """Open, prepare and decide the reviews; returns the picture code of the child whose review was two days ago."""
    first = _open_review(now - timedelta(days=_FIRST_DAYS_AGO + 12), 12, "first", "admission")
    with pretend_moment(now - timedelta(days=_FIRST_DAYS_AGO + 3)):
        _submit_statement(
            first,
            Statement(
                good=("friends",), change=("school",), comes="yes", speaks="both", readers=frozenset({_id("reva")})
            ),
        )
    with pretend_moment(now - timedelta(days=_FIRST_DAYS_AGO)):
        process_due_reviews()
        late = context.today() + timedelta(days=30)
        promise = {"en": "You can go to the school by the river.", "hi": "आप नदी के पास वाले स्कूल जा सकते हैं।"}
        _decide(first, Decision("school", "yes", promise, _id("lata"), late))
        values = {"en": "You stay here. Here you are safe.", "hi": "आप यहीं रहेंगे। यहाँ आप सुरक्षित हैं।"}
        _decide(first, Decision(PLAN, "kept", values))
        with db.writing(db.engine()) as session:
            review = require(store.find_review(session, first.id, to_change=True))
            attendance = Attendance("there", alone=True, spoken_for_by=review.advocate_id)
            store.record_attendance(session, review, attendance, log_of("reva"))
    _hold_review_in_hindi(now)
    second = _open_review(now - timedelta(days=_NOW_DAYS_AGO + 14), 14, "regular", "recovery")
    with pretend_moment(now - timedelta(days=_NOW_DAYS_AGO + 4)):
        statement = Statement(
            good=("friends", "food", "play"),
            good_words="Ravi helps me with reading.",
            change=("school",),
            words="I want to visit my grandmother on Sundays.",
            comes="part",
            speaks="both",
            hears="tablet",
            not_there=(_id("tomas"),),
            readers=frozenset({_id("reva")}),
        )
        code = _submit_statement(second, statement)
    with pretend_moment(now - timedelta(days=_NOW_DAYS_AGO + 3)), db.writing(db.engine()) as session:
        review = require(store.find_review(session, second.id, to_change=True))
        stays = {"en": "Tomas brings the letters from your family."}
        keep_invitation(session, review, _id("tomas"), stays, review.advocate_id, log_of("asha"))
    with pretend_moment(now - timedelta(days=_NOW_DAYS_AGO)):
        process_due_reviews()
        visits = {"en": "Lata goes there with you every Sunday.", "hi": "लता हर रविवार आपके साथ वहाँ जाएँगी।"}
        _decide(second, Decision(OWN_WISH, "yes", visits, _id("lata"), context.today() + timedelta(days=5)))
        with db.writing(db.engine()) as session:
            review = require(store.find_review(session, second.id, to_change=True))
            store.record_attendance(session, review, Attendance("part", alone=True), log_of("reva"))
    _open_review(now - timedelta(days=20), 21, "regular", "reintegration", case="K-21", asked=False)
    hold_reviews_of_last_quarter(now)
    return code


def _hold_review_in_hindi(now: datetime) -> None:
    """The review that a child asked for: a statement, two wishes, and a paused plan."""
    review = _open_review(now - timedelta(days=_HINDI_DAYS_AGO + 14), 14, "wish", "reintegration", case="K-24")
    with pretend_moment(now - timedelta(days=_HINDI_DAYS_AGO + 3)):
        statement = Statement(
            good=("friends", "play"),
            good_words="शाम को हम सब साथ में गाते हैं।",
            change=("family",),
            words="मैं पहले सिलाई सीखना चाहती हूँ, फिर घर जाऊँगी।",
            comes="yes",
            speaks="both",
            hears="told",
            there=(_id("lata"),),
            readers=frozenset({_id("reva"), _id("tomas")}),
            language="hi",
        )
        _submit_statement(review, statement)
    with pretend_moment(now - timedelta(days=_HINDI_DAYS_AGO)):
        process_due_reviews()
        later = context.today() + timedelta(days=21)
        for part, kind, english, hindi in (
            (OWN_WISH, "yes", "You learn to sew on Saturdays.", "आप हर शनिवार को सिलाई सीखेंगी।"),
            ("family", "partly", "You phone your sister on Sundays.", "आप हर रविवार को अपनी बहन को फ़ोन करेंगी।"),
            (PLAN, "paused", "You stay here until you can sew.", "सिलाई सीखने तक आप यहीं रहेंगी।"),
        ):
            _decide(review, Decision(part, kind, {"hi": hindi, "en": english}, _id("lata"), later))
        with db.writing(db.engine()) as session:
            review_to_change = require(store.find_review(session, review.id, to_change=True))
            attendance = Attendance("there", alone=True, spoken_for_by=review_to_change.advocate_id)
            store.record_attendance(session, review_to_change, attendance, log_of("reva"))


def _open_review(  # noqa: PLR0913 - a review has this many parts
    begins: datetime, days: int, kind: str, step: str, *, case: str = _CASE, asked: bool = True
) -> Review:
    with pretend_moment(begins), db.writing(db.engine()) as session:
        site = require(find_site_by_slug(session, SLUG))
        today = context.today(site.time_zone)
        review = store.open_review(
            session,
            log_of("tomas"),
            site_id=site.id,
            day=today + timedelta(days=days),
            advocate_id=person_id(session, "asha"),
            reviewer_id=person_id(session, "reva"),
            body=ReviewBody(
                case_number=case,
                step=step,
                kind=kind,
                invited=("coordinator", "facilitator"),
                opened_by=person_id(session, "tomas"),
                opened_on=today,
                carried_since=today,
            ),
        )
        if not asked:
            return review
        return store.record_offer(
            session, review, Offer(today, review.advocate_id, "prepares", alone=True), log_of("asha")
        )


def _submit_statement(review: Review, statement: Statement) -> PictureCode:
    submission_id = secrets.token_bytes(16)
    code, keys = next(candidate_codes(submission_id, review.site_id))
    with db.writing(db.engine()) as session:
        locked = require(store.find_review(session, review.id, to_change=True))
        require(store_statement(session, locked, statement, submission_id, keys) or None)
    return code


def _decide(review: Review, decision: Decision) -> None:
    with db.writing(db.engine()) as session:
        locked = require(store.find_review(session, review.id, to_change=True))
        decisions.decide(session, locked, decision, locked.version, person_id(session, "reva"), log_of("reva"))


def _id(handle: str) -> int:
    with db.reading(db.engine()) as session:
        return person_id(session, handle)
