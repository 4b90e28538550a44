"""Every query of reviews: opened with what is owed about them, changed one version after the other."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from youthvoice.accountability import replies, store as owed_store
from youthvoice.accountability.entities import AnswerablePart, AnswerDue
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.mail import ask_all_to_sign_in
from youthvoice.audit.audit_log import Log
from youthvoice.db import count_changed
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.privacy.encrypted_json import count_unopenable
from youthvoice.reviews import encryption, rules
from youthvoice.reviews.entities import (
    Attendance,
    CarrierChange,
    NewPictures,
    Offer,
    Opening,
    PackHandover,
    Review,
    ReviewBody,
    StatementFacts,
)
from youthvoice.reviews.models import ReviewRow

_ID_BYTES = 16

_MOST_OPENINGS = 60

_MOST_NEW_PICTURES = 20


def open_review(  # noqa: PLR0913 - a review has as many sides
    session: Session, log: Log, *, site_id: int, day: date, advocate_id: int, reviewer_id: int, body: ReviewBody
) -> Review:
    """Write a review, and what is owed about it: that she is asked, and a decision about the plan.

    Args:
        session: may write; its caller commits.
        log: of whoever opens it.
        site_id: where.
        day: of the review.
        advocate_id: who is asked to carry it.
        reviewer_id: who decides.
        body: what is locked.
    """
    review = Review(
        id=secrets.token_bytes(_ID_BYTES), site_id=site_id, day=day, advocate_id=advocate_id, reviewer_id=reviewer_id,
        decided_on=None, version=1, body=body,
    )  # fmt: skip
    columns = {name: getattr(review, name) for name in _COLUMNS}
    session.execute(insert(ReviewRow).values(**columns, locked=encryption.lock_body(review.id, body)))
    offer_due, decided_by = rules.offer_due(day, body.opened_on), rules.decisions_due(day)
    _owe(session, review, "statement", advocate_id, offer_due, body.opened_on)
    _owe(session, review, "review", reviewer_id, decided_by, None)
    set_wishes(session, review.key, ())
    log.add(session, "review.open", review.key)
    if body.carried_since is None:
        ask_all_to_sign_in(session, [advocate_id], "review", review.key)
    return review


def _owe(  # noqa: PLR0913, PLR0917 - what is owed has as many sides
    session: Session, review: Review, kind: str, owner_id: int, due: date, day: date | None
) -> None:
    owed_store.create_answer_due(
        session,
        site_id=review.site_id,
        kind=kind,
        subject=review.key,
        about={"en": review.body.case_number},
        due=due,
        owner_id=owner_id,
        day=day,
    )


_COLUMNS = ("id", "site_id", "day", "advocate_id", "reviewer_id", "decided_on", "version")


def find_review(session: Session, review_id: bytes, *, to_change: bool = False) -> Review | None:
    """One review; None where there is none. `to_change` holds its row until the transaction ends."""
    query = select(ReviewRow).where(ReviewRow.id == review_id).execution_options(populate_existing=True)
    row = session.scalar(query.with_for_update() if to_change else query)
    return _opened(row) if row else None


def list_reviews(
    session: Session, site_ids: Collection[int], person_id: int | None = None, until: date | None = None
) -> list[Review]:
    """Reviews at some sites: those without a decided plan first, the oldest day first; then the others, newest first.

    One damaged row hides nothing but itself; `flask doctor` counts them.

    Args:
        session: only read.
        site_ids: where.
        person_id: only those that she carries or decides.
        until: only those of this day and before.
    """
    query = select(*_ROW).where(ReviewRow.site_id.in_(site_ids))
    if person_id is not None:
        query = query.where((ReviewRow.advocate_id == person_id) | (ReviewRow.reviewer_id == person_id))
    if until is not None:
        query = query.where(ReviewRow.day <= until)
    reviews = list(_opened_all(session.execute(query.order_by(ReviewRow.day, ReviewRow.id))))
    waiting = [review for review in reviews if not review.is_decided(knows=False)]
    return [*waiting, *(review for review in reversed(reviews) if review.is_decided(knows=False))]


def has_days(session: Session, person_id: int) -> bool:
    """Whether somebody carries or decides a review."""
    condition = (ReviewRow.advocate_id == person_id) | (ReviewRow.reviewer_id == person_id)
    return session.scalar(select(ReviewRow.id).where(condition).limit(1)) is not None


def list_unasked(session: Session, site_id: int, today: date) -> list[Review]:
    """The reviews of a site with an alarm about asking the child (`rules.asking_alarm`), while they are not decided."""
    late = owed_store.list_late_subjects(session, "statement", [site_id], today, settled_late=True)
    query = select(*_ROW).where(ReviewRow.id.in_([bytes.fromhex(key) for key in late]), ReviewRow.decided_on.is_(None))
    reviews = _opened_all(session.execute(query.order_by(ReviewRow.day, ReviewRow.id)))
    return [review for review in reviews if not review.is_decided(knows=False) and review.asking_alarm(today)]


def list_by_ids(session: Session, ids: Collection[bytes]) -> list[Review]:
    """These reviews, the oldest day first; a damaged row is left out."""
    query = select(*_ROW).where(ReviewRow.id.in_(ids))
    return list(_opened_all(session.execute(query.order_by(ReviewRow.day, ReviewRow.id))))


def list_ids(session: Session, *, undecided: bool = True) -> list[tuple[bytes, int, date]]:
    """Every review, wherever, or every one that was not decided: its id, site and day; for the job."""
    query = select(ReviewRow.id, ReviewRow.site_id, ReviewRow.day).order_by(ReviewRow.id)
    if undecided:
        query = query.where(ReviewRow.decided_on.is_(None))
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def count_unopenable_reviews(session: Session) -> int:
    """How many rows do not open with the key files that are here."""
    rows = session.execute(select(ReviewRow.id, ReviewRow.locked))
    return count_unopenable(rows, lambda row: encryption.open_body(row.id, row.locked))


def list_same_day(session: Session, site_id: int, case_number: str, day: date) -> list[Review]:
    """The reviews of a case on one day at a site: whoever opens another perhaps does not know of them."""
    same = rules.same_case(case_number)
    query = select(*_ROW).where(ReviewRow.site_id == site_id, ReviewRow.day == day).order_by(ReviewRow.id)
    reviews = _opened_all(session.execute(query))
    return [review for review in reviews if rules.same_case(review.body.case_number) == same]


def list_reviews_between(session: Session, site_id: int, first: date, last: date) -> list[Review]:
    """The reviews of a site on some days, both included."""
    on_days = select(ReviewRow).where(ReviewRow.site_id == site_id, ReviewRow.day.between(first, last))
    return [_opened(row) for row in session.scalars(on_days.order_by(ReviewRow.id))]


def find_first_day(session: Session, site_id: int) -> date | None:
    """The day of the first review of a site; None where there was none."""
    return session.scalar(select(func.min(ReviewRow.day)).where(ReviewRow.site_id == site_id))


def list_earlier_reviews(session: Session, review: Review) -> list[Review]:
    """The reviews of the same case at the same site before this one, the newest first."""
    same = rules.same_case(review.body.case_number)
    before = select(*_ROW).where(
        ReviewRow.site_id == review.site_id, ReviewRow.day < review.day, ReviewRow.id != review.id
    )
    reviews = _opened_all(session.execute(before.order_by(ReviewRow.day.desc(), ReviewRow.id)))
    return [review for review in reviews if rules.same_case(review.body.case_number) == same]


def find_newest_of_case(session: Session, review: Review) -> Review:
    """The review of the same case at the same site with the latest day: this one, or one after it."""
    same, since = rules.same_case(review.body.case_number), review.day
    query = select(*_ROW).where(ReviewRow.site_id == review.site_id, ReviewRow.day > since)
    later = (
        review for review in _opened_all(session.execute(query)) if rules.same_case(review.body.case_number) == same
    )
    return max(later, key=lambda one: (one.day, one.id), default=review)


def change_review(
    session: Session,
    review: Review,
    body: ReviewBody | None = None,
    *,
    quiet: bool = False,
    of_wish: bool = False,
    **columns: Any,
) -> Review:
    """Write a review anew.

    Args:
        session: may write.
        review: as it was.
        body: what is locked from now on; as it was when it is None.
        quiet: whether forms that are open stay good, for nothing was changed that they show.
        of_wish: whether the change is about a wish: it is counted in the locked part, for the column would tell how
            many wishes there are.
        columns: `day`, `advocate_id`, `reviewer_id` or `decided_on`.

    Raises:
        ConcurrentUpdate: somebody else changed it since.
    """
    body, seen = body or review.body, review.version - review.body.turns
    body = replace(body, turns=body.turns + of_wish)
    version = seen + (not quiet and not of_wish)
    same = update(ReviewRow).where(ReviewRow.id == review.id, ReviewRow.version == seen)
    values = {**columns, "locked": encryption.lock_body(review.id, body), "version": version}
    if not count_changed(session, same.values(**values)):
        raise ConcurrentUpdate
    return replace(review, body=body, version=version + body.turns, **columns)


def carry_review(session: Session, review: Review, log: Log) -> Review:
    """The advocate says that she carries it."""
    log.add(session, "review.carry", review.key)
    return change_review(session, review, replace(review.body, carried_since=log.day))


def change_advocate(session: Session, review: Review, to: int, log: Log, *, cannot: bool = False) -> Review:
    """Another advocate is asked to carry it; her words are another question (`carriers.pass_on`).

    Args:
        session: may write.
        review: held.
        to: who is asked; 0 where nobody else is there: it stays with whoever said that she cannot, and alarms.
        log: of whoever says so.
        cannot: whether she who was asked says that she cannot.
    """
    log.add(session, "review.cannot" if cannot else "review.hand_over", review.key)
    change = CarrierChange(review.advocate_id, to, log.day, cannot)
    body = replace(review.body, carriers=(*review.body.carriers, change), carried_since=None)
    if not to:
        return change_review(session, review, body)
    owed_store.change_owner(session, "statement", review.key, to)
    ask_all_to_sign_in(session, [to], "review", review.key, len(body.carriers))
    return change_review(session, review, body, advocate_id=to)


def record_offer(session: Session, review: Review, offer: Offer, log: Log) -> Review:
    """She was asked; where she chose to say nothing, nobody owes her asking any more."""
    log.add(session, "review.ask_child", review.key)
    if offer.outcome == "chose_not":
        settle_offer(session, review, offer.day)
    asked_on = review.body.asked_on or offer.day
    return change_review(session, review, replace(review.body, offer=offer, asked_on=asked_on))


def record_attendance(session: Session, review: Review, attendance: Attendance, log: Log) -> Review:
    """Who was there for her on the day."""
    log.add(session, "review.attendance", review.key)
    return change_review(session, review, replace(review.body, attendance=attendance))


def record_opening(session: Session, review: Review, person_id: int, log: Log) -> Review:
    """Somebody opened her words; on one day once, as her advocate reads it."""
    log.add(session, "review.open_statement", review.key)
    return _keep_opening(session, review, Opening(person_id, log.day))


def record_pack_handover(session: Session, review: Review, handover: PackHandover, log: Log) -> Review:
    """The pack goes to another organisation; the child reads to whom, and on which yes or ground."""
    if handover.ground is None:
        log.add(session, "review.hand_over_pack", review.key)
    else:
        log.add(session, "review.hand_over_by_law", f"{review.key} with {handover.ground.agreed_by}")
    return change_review(session, review, replace(review.body, handed=(*review.body.handed, handover)))


def record_printing(session: Session, review: Review, person_id: int, log: Log, *, with_words: bool) -> Review:
    """Somebody took the pack with her on paper; her advocate reads it where words of the child are on it."""
    log.add(session, "review.print", review.key)
    return _keep_opening(session, review, Opening(person_id, log.day, printed=True)) if with_words else review


def record_before(
    session: Session, earlier: Iterable[bytes], person_id: int, log: Log, *, printed: bool = False
) -> None:
    """Words of earlier reviews, the newest first, were opened or printed with a later one: their advocates read it."""
    for review_id in earlier:
        if (review := find_review(session, review_id, to_change=True)) is not None:
            log.add(session, "review.print" if printed else "review.open_statement", review.key)
            _keep_opening(session, review, Opening(person_id, log.day, printed))


def _keep_opening(session: Session, review: Review, opening: Opening) -> Review:
    """Beside the version: what somebody types meanwhile is not stale because another, or she herself, has read."""
    openings = review.body.openings
    if opening in openings:
        return review
    body = replace(review.body, openings=(*openings, opening)[-_MOST_OPENINGS:])
    return change_review(session, review, body, quiet=True)


def move_review(session: Session, review: Review, day: date, log: Log) -> Review:
    """Another day: what is owed about it moves with it."""
    log.add(session, "review.move", review.key)
    owed_store.move_answer_due(session, "statement", review.key, rules.offer_due(day, review.body.opened_on))
    owed_store.move_answer_due(session, "review", review.key, rules.decisions_due(day))
    body = replace(review.body, moved_from=(*review.body.moved_from, review.day))
    return change_review(session, review, body, day=day)


def settle_offer(session: Session, review: Review, day: date) -> None:
    """She was asked, and said what she wants to say, or that she says nothing."""
    if owed := owed_store.find_by_subjects(session, "statement", [review.key]).get(review.key):
        replies.settle(session, owed.id, day)


def keep_statement(
    session: Session, review: Review, facts: StatementFacts, pictures: tuple[NewPictures, ...] | None = None
) -> Review:
    """Her statement lies sealed, or is said anew, or taken back; every wish of it will have a decision.

    Args:
        session: may write.
        review: held.
        facts: of it.
        pictures: those that were dealt anew, where it was given with them; as they were when it is None.
    """
    settle_offer(session, review, facts.day)
    set_wishes(session, review.key, facts.wishes if facts.taken_back_on is None else ())
    asked_on = review.body.asked_on or facts.day
    dealt = review.body.new_pictures if pictures is None else pictures
    body = replace(review.body, statement=facts, asked_on=asked_on, new_pictures=dealt)
    return change_review(session, review, body)


def record_new_pictures(session: Session, review: Review, by: int, log: Log) -> Review:
    """Pictures are dealt anew: the child reads by whom, and what is there counts until words are given with them."""
    log.add(session, "review.new_pictures", review.key)
    dealt, new = review.body.new_pictures, NewPictures(by, log.day)
    if dealt[-1:] == (new,):
        return review
    return change_review(session, review, replace(review.body, new_pictures=(*dealt, new)[-_MOST_NEW_PICTURES:]))


def remove_review(session: Session, review: Review) -> None:
    """Nothing of it is left."""
    session.execute(delete(ReviewRow).where(ReviewRow.id == review.id))


def set_wishes(session: Session, key: str, wishes: Collection[str], day: date | None = None) -> None:
    """What is to be decided at a review: the plan, and each wish; from a day on it can be."""
    parts = [AnswerablePart(name, {}) for name in (PLAN, *wishes)]
    owed_store.set_answerable_parts(session, "review", key, parts, day)


def decisions_of(session: Session, review: Review) -> AnswerDue | None:
    """What is owed about the wishes of a review, and every decision there is."""
    return list_decisions(session, [review]).get(review.key)


def list_decisions(session: Session, reviews: Collection[Review]) -> dict[str, AnswerDue]:
    """By the key of a review, what is owed about its wishes and every decision there is."""
    return owed_store.find_by_subjects(session, "review", [review.key for review in reviews])


_ROW = tuple(getattr(ReviewRow, name) for name in (*_COLUMNS, "locked"))


def _opened_all(rows: Iterable[Any]) -> Iterator[Review]:
    for row in rows:
        with suppress(CannotOpen, KeyGone):
            yield _opened(row)


def _opened(row: Any) -> Review:
    body = encryption.open_body(row.id, row.locked)
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return Review(**{**columns, "version": row.version + body.turns}, body=body)
