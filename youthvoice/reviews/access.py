"""Who may see a review, and who may decide about it. `statements.store` decides who may read the child's words."""

from collections.abc import Collection, Mapping
from datetime import date

from flask import abort, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import Caller, current_caller
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, REVIEWER, SAFEGUARDING_LEAD
from youthvoice.accountability import store as due_store
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.wish_readers import list_wish_deciders
from youthvoice.sites.store import get_site
from youthvoice.witnesses.log_scopes import LogSubject


def may_see(session: Session, review: Review, caller: Caller) -> bool:
    """Whether the caller may see a review.

    - Advocates and coordinators of the site may.
    - The advocate who carries it and the reviewer may.
    - A person who was asked to decide after the reviewer's silence may.
    - Invited people may from its day on.
    - The safeguarding lead may where there is an alarm about asking the child (`rules.asking_alarm`).
    """
    if review.site_id not in caller.site_ids:
        return False
    today = context.today(get_site(session, review.site_id).time_zone)
    return _sees(review, caller, today, ()) or review.key in _keys_to_decide(session, review, caller)


def _sees(review: Review, caller: Caller, today: date, keys_to_decide: Collection[str]) -> bool:
    if caller.role in {ADVOCATE, COORDINATOR} or caller.person_id in {review.advocate_id, review.reviewer_id}:
        return True
    invited = caller.role in review.body.invited and caller.person_id not in review.body.uninvited
    if review.key in keys_to_decide or (invited and today >= review.day):
        return True
    return caller.role == SAFEGUARDING_LEAD and review.asking_alarm(today) is not None


def may_decide(session: Session, review: Review, caller: Caller) -> bool:
    """Whether the caller may decide: the reviewer, the advocate who carries it, or who is asked after silence (S13)."""
    if review.site_id not in caller.site_ids or not caller.may("reviews.decide"):
        return False
    if caller.person_id in {review.advocate_id, review.reviewer_id} or review.key in _keys_to_decide(
        session, review, caller
    ):
        return True
    if review.body.wishes_asked_on is not None and caller.person_id in list_wish_deciders(session, review):
        return True
    answer_due = store.find_answer_due(session, review) if caller.role == ADVOCATE else None
    return answer_due is not None and answer_due.rung == "advocates"


def _keys_to_decide(session: Session, review: Review, caller: Caller) -> set[str]:
    return due_store.list_subjects_asked(session, "review", caller.person_id, [review.site_id])


def find_visible_review(session: Session, key: str, caller: Caller, *, to_change: bool = False) -> Review | None:
    """The review with this key; None where it does not exist or the caller may not see it, which look the same."""
    try:
        review_id = bytes.fromhex(key)
    except ValueError:
        return None
    review = store.find_review(session, review_id, to_change=to_change)
    return review if review and may_see(session, review, caller) else None


def review_or_404(key: str, *, to_change: bool = False) -> Review:
    """The review of an address; 404 where the caller may not see it, as for one that does not exist."""
    return find_visible_review(db.session(), key, current_caller(), to_change=to_change) or abort(404)


def list_visible_pages(
    session: Session, days: Mapping[int, date], caller: Caller, first: int, most: int
) -> dict[int, tuple[int, list[Review]]]:
    """How many reviews of each site the caller may see, and one page of them; `days`: today, by site.

    Where the caller sees all of them, only those of the page are decrypted.
    """
    if caller.role in {ADVOCATE, COORDINATOR}:
        return store.list_pages(session, days, first, most)
    subjects_asked = due_store.list_subjects_asked(session, "review", caller.person_id, days)
    if caller.role == REVIEWER:  # no review invites this role: the columns tell which reviews are the caller's
        return store.list_pages(session, days, first, most, of_person=caller.person_id, or_keys=subjects_asked)
    there: dict[int, list[Review]] = {site_id: [] for site_id in days}
    for review in store.list_reviews(session, days):
        if _sees(review, caller, days[review.site_id], subjects_asked):
            there[review.site_id].append(review)
    return {site_id: (len(reviews), reviews[first : first + most]) for site_id, reviews in there.items()}


def sites_with_waiting(session: Session, caller: Caller, today: date) -> set[int]:
    """The sites with a review that waits for its decision, as far as the caller may see it."""
    sees_all = caller.role in {ADVOCATE, COORDINATOR}
    return store.sites_with_waiting(session, caller.site_ids, today, None if sees_all else caller.person_id)


def review_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """The reviews whose log lines the caller may see: those that they carry, as they see each opening anyway."""
    if not caller.may("reviews.carry"):
        return {}
    reviews = [
        review for review in store.list_reviews(session, caller.site_ids) if review.advocate_id == caller.person_id
    ]
    return {
        review.key: LogSubject(
            _("Review %(case)s", case=review.body.case_number), url_for("reviews.detail", key=review.key)
        )
        for review in reviews
    }
