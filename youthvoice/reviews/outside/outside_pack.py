"""The pack as an outside team reads it: with a link and a number, without an account.

It opens only where the team is invited, the child agreed to it, and the last decision is still to come. A wrong number,
an ended link and a link that never existed look the same from outside.
Source: S31.
"""

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts.store import find_person
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review, ReviewLink
from youthvoice.reviews.pack import Pack, read_pack_outside
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import read_with_key
from youthvoice.sites.store import get_site

ACTOR = "outside"
"""The name in log lines about attempts with a link."""


def open_outside_pack(token: str, typed: str) -> Pack | None:
    """The pack, where link and number are right; else None.

    It uses short transactions of its own, with Argon2 between them: call it before the request opens its own session.

    Args:
        token: of the address.
        typed: the number as typed.
    """
    with db.writing(db.engine()) as session:
        link = review_links.begin_try(session, token)
    private = review_links.decrypt_key(link, token, typed)  # also without a link, so that both take the same time
    if link is None:
        return None
    with db.writing(db.engine()) as session:
        if private is None:
            review_links.note_wrong_number(session, link, _log())
            return None
        review_links.take_back_try(session, link)
        return _read_pack(session, link, private)


def _read_pack(session: Session, link: ReviewLink, private: bytes) -> Pack | None:
    review = store.find_review(session, link.review_id)
    maker = find_person(session, link.body.made_by)
    if review is None or maker is None or maker.left_on is not None or not may_have_links(session, review):
        return None
    statement = _statement(session, review, private)
    if statement is None or not statement.outside:
        return None
    review_links.note_opening(session, link, _log())
    return read_pack_outside(session, review, statement)


def may_have_links(session: Session, review: Review) -> bool:
    """Whether an outside team may read the review now: invited, from its day on, not yet decided."""
    today = context.today(get_site(session, review.site_id).time_zone)
    return review.body.outside and review.day <= today and review.decided_on is None


def _statement(session: Session, review: Review, private: bytes) -> Statement | None:
    try:
        return read_with_key(session, review, private)
    except (CannotOpen, KeyGone):
        return None


def _log() -> Log:
    return Log(context.today(), ACTOR)
