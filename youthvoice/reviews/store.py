"""Store and find reviews, with the answers that are due about them; each change is checked against the version."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.accountability import replies, store as due_store
from youthvoice.accountability.entities import AnswerablePart, AnswerDue
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.mail import ask_all_to_sign_in
from youthvoice.audit.audit_log import Log
from youthvoice.context import AppCache
from youthvoice.db import count_changed
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.privacy.encrypted_json import check_opening
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

_MAX_NEW_PICTURES = 20


def open_review(  # noqa: PLR0913 - each of them is part of it
    session: Session, log: Log, *, site_id: int, day: date, advocate_id: int, reviewer_id: int, body: ReviewBody
) -> Review:
    """Store a review and its two answers due: asking the child, and a decision about the plan.

    Args:
        session: may write; its caller commits.
        log: in the name of the person who opens it.
        site_id: where.
        day: of the review.
        advocate_id: the advocate who is asked to carry it.
        reviewer_id: the person who decides.
        body: the encrypted part.
    """
    review = Review(
        id=secrets.token_bytes(_ID_BYTES), site_id=site_id, day=day, advocate_id=advocate_id, reviewer_id=reviewer_id,
        decided_on=None, version=1, body=body,
    )  # fmt: skip
    columns = {name: getattr(review, name) for name in _COLUMNS}
    session.execute(insert(ReviewRow).values(**columns, locked=encryption.encrypt_body(review.id, body)))
    offer_due, decided_by = rules.offer_due(day, body.opened_on), rules.decisions_due(day)
    _create_answer_due(session, review, "statement", advocate_id, offer_due, body.opened_on)
    _create_answer_due(session, review, "review", reviewer_id, decided_by, None)
    set_wishes(session, review.key, ())
    log.add(session, "review.open", review.key)
    if body.carried_since is None:
        ask_all_to_sign_in(session, [advocate_id], "review", review.key)
    return review


def _create_answer_due(  # noqa: PLR0913, PLR0917 - each of them is part of it
    session: Session, review: Review, kind: str, owner_id: int, due: date, day: date | None
) -> None:
    due_store.create_answer_due(
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
    """One review; None where there is none. `to_change` locks its row until the transaction ends."""
    query = select(ReviewRow).where(ReviewRow.id == review_id).execution_options(populate_existing=True)
    row = session.scalar(query.with_for_update() if to_change else query)
    return _decrypt(row) if row else None


def list_reviews(
    session: Session, site_ids: Collection[int], person_id: int | None = None, until: date | None = None
) -> list[Review]:
    """Reviews of some sites: those without a decided plan first, the oldest day first; then the others, newest first.

    A damaged row hides no other; `youthvoice doctor` counts damaged rows.

    Args:
        session: only read.
        site_ids: where.
        person_id: only reviews that this person carries or decides.
        until: only reviews up to this day.
    """
    query = select(*_ROW).where(ReviewRow.site_id.in_(site_ids))
    if person_id is not None:
        query = query.where((ReviewRow.advocate_id == person_id) | (ReviewRow.reviewer_id == person_id))
    if until is not None:
        query = query.where(ReviewRow.day <= until)
    reviews = list(_decrypt_all(session.execute(query.order_by(ReviewRow.day, ReviewRow.id))))
    waiting = [review for review in reviews if not review.is_decided(knows=False)]
    return [*waiting, *(review for review in reversed(reviews) if review.is_decided(knows=False))]


def has_days(session: Session, person_id: int) -> bool:
    """Whether a person carries or decides any review."""
    condition = (ReviewRow.advocate_id == person_id) | (ReviewRow.reviewer_id == person_id)
    return session.scalar(select(ReviewRow.id).where(condition).limit(1)) is not None


def sites_with_reviews(session: Session, site_ids: Collection[int]) -> set[int]:
    """Which of these sites have a review."""
    return set(session.scalars(select(ReviewRow.site_id).where(ReviewRow.site_id.in_(site_ids)).distinct()))


def list_unasked(session: Session, site_ids: Collection[int], today: date) -> list[Review]:
    """The undecided reviews of some sites with an alarm about asking the child (`rules.asking_alarm`)."""
    late = due_store.list_late_subjects(session, "statement", site_ids, today, settled_late=True)
    query = select(*_ROW).where(ReviewRow.id.in_([bytes.fromhex(key) for key in late]), ReviewRow.decided_on.is_(None))
    reviews = _decrypt_all(session.execute(query.order_by(ReviewRow.day, ReviewRow.id)))
    return [review for review in reviews if not review.is_decided(knows=False) and review.asking_alarm(today)]


def list_by_ids(session: Session, ids: Collection[bytes]) -> list[Review]:
    """The reviews with these ids, the oldest day first; a damaged row is left out."""
    query = select(*_ROW).where(ReviewRow.id.in_(ids))
    return list(_decrypt_all(session.execute(query.order_by(ReviewRow.day, ReviewRow.id))))


def list_pages(  # noqa: PLR0913 - of whom, and which page
    session: Session,
    site_ids: Collection[int],
    first: int,
    most: int,
    *,
    of_person: int | None = None,
    or_keys: Collection[str] = (),
) -> dict[int, tuple[int, list[Review]]]:
    """How many reviews each site has, and one page of them, sorted as by `list_reviews`, which tells nothing of wishes.

    Only the reviews of the page are decrypted each time.

    Args:
        session: only read.
        site_ids: where.
        first: how many to skip of each site.
        most: how many of each site at most.
        of_person: only reviews that this person carries or decides,
        or_keys: or that have one of these keys.
    """
    columns = (ReviewRow.id, ReviewRow.site_id, ReviewRow.version, ReviewRow.decided_on)
    query = select(*columns).where(ReviewRow.site_id.in_(site_ids))
    if of_person is not None:
        ids = [bytes.fromhex(key) for key in or_keys]
        condition = (ReviewRow.advocate_id == of_person) | (ReviewRow.reviewer_id == of_person) | ReviewRow.id.in_(ids)
        query = query.where(condition)
    rows = session.execute(query.order_by(ReviewRow.day, ReviewRow.id)).all()
    undecided = _find_undecided_plans(session, {row.id: row.version for row in rows if row.decided_on is None})
    waiting = [row for row in rows if row.id in undecided]
    in_order = [*waiting, *(row for row in reversed(rows) if row.id not in undecided)]
    there: dict[int, list[bytes]] = {site_id: [] for site_id in site_ids}
    for row in in_order:
        there[row.site_id].append(row.id)
    pages = {site_id: ids[first : first + most] for site_id, ids in there.items()}
    reviews = {review.id: review for review in list_by_ids(session, [each for ids in pages.values() for each in ids])}
    return {
        site_id: (len(there[site_id]), [reviews[review_id] for review_id in ids if review_id in reviews])
        for site_id, ids in pages.items()
    }


def sites_with_waiting(
    session: Session, site_ids: Collection[int], today: date, of_person: int | None = None
) -> set[int]:
    """The sites with a review whose day has come and whose plan is not decided; of one person where there is one."""
    waits = (ReviewRow.site_id.in_(site_ids), ReviewRow.decided_on.is_(None), ReviewRow.day <= today)
    query = select(ReviewRow.id, ReviewRow.site_id, ReviewRow.version).where(*waits)
    if of_person is not None:
        query = query.where((ReviewRow.advocate_id == of_person) | (ReviewRow.reviewer_id == of_person))
    rows = session.execute(query).all()
    undecided = _find_undecided_plans(session, {row.id: row.version for row in rows})
    return {row.site_id for row in rows if row.id in undecided}


_DECRYPTED_TOGETHER = 200  # rows

_plan_is_decided: AppCache[tuple[bytes, int], bool] = AppCache(3_000)
"""Whether the plan is decided, by id and version. No column says it: beside `decided_on` it would tell of wishes."""


def _find_undecided_plans(session: Session, versions: Mapping[bytes, int]) -> set[bytes]:
    """The ids of reviews whose plan is not decided; each version of a review is decrypted once.

    A damaged row counts as undecided, so that it is not lost among those that are done.

    Args:
        session: only read.
        versions: of reviews that are not decided as a whole, by id.
    """
    decided = {review_id: _plan_is_decided.find((review_id, version)) for review_id, version in versions.items()}
    uncached = [review_id for review_id, is_decided in decided.items() if is_decided is None]
    for at in range(0, len(uncached), _DECRYPTED_TOGETHER):
        for review in list_by_ids(session, uncached[at : at + _DECRYPTED_TOGETHER]):
            is_decided = partial(review.is_decided, knows=False)
            decided[review.id] = _plan_is_decided.get((review.id, versions[review.id]), is_decided)
    return {review_id for review_id, is_decided in decided.items() if not is_decided}


def list_open_reviews(
    session: Session,
    site_ids: Collection[int],
    today: date,
    or_keys: Collection[str],
    person_id: int,
) -> list[Review]:
    """The reviews of somebody whose day has come and that are not decided, and those with some keys.

    Args:
        session: only read.
        site_ids: where.
        today: there.
        or_keys: keys of reviews that are listed although they are decided.
        person_id: who carries them as an advocate, or is the decision-maker of their site.
    """
    is_open = ReviewRow.decided_on.is_(None) & (ReviewRow.day <= today)
    has_key = ReviewRow.id.in_([bytes.fromhex(key) for key in or_keys])
    decided_at = due_store.sites_decided_by(session, person_id, site_ids)
    is_own = (ReviewRow.advocate_id == person_id) | ReviewRow.site_id.in_(decided_at)
    query = select(ReviewRow.id).where(ReviewRow.site_id.in_(site_ids), is_open | has_key, is_own)
    return list_by_ids(session, session.scalars(query).all())


def list_ids(session: Session, *, undecided: bool = True) -> list[tuple[bytes, int, date]]:
    """Id, site and day of every review, or of every undecided one; for the jobs."""
    query = select(ReviewRow.id, ReviewRow.site_id, ReviewRow.day).order_by(ReviewRow.id)
    if undecided:
        query = query.where(ReviewRow.decided_on.is_(None))
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def check_reviews() -> Iterator[bool]:
    """Whether each review opens with the present key files."""
    rows = db.walk_rows(select(ReviewRow.id, ReviewRow.locked), ReviewRow.id)
    return check_opening(rows, lambda row: encryption.open_body(row.id, row.locked))


def list_same_day(session: Session, site_id: int, case_number: str, day: date) -> list[Review]:
    """The reviews of a case on one day at a site, so that nobody opens a second one without knowing."""
    folded_number = rules.fold_case_number(case_number)
    query = select(*_ROW).where(ReviewRow.site_id == site_id, ReviewRow.day == day).order_by(ReviewRow.id)
    reviews = _decrypt_all(session.execute(query))
    return [review for review in reviews if rules.fold_case_number(review.body.case_number) == folded_number]


def list_reviews_between(session: Session, site_id: int, first: date, last: date) -> list[Review]:
    """The reviews of a site from the first to the last day, both included."""
    on_days = select(ReviewRow).where(ReviewRow.site_id == site_id, ReviewRow.day.between(first, last))
    return [_decrypt(row) for row in session.scalars(on_days.order_by(ReviewRow.id))]


def list_first_days(session: Session) -> dict[int, date]:
    """The day of the first review, by site."""
    return dict(session.execute(select(ReviewRow.site_id, func.min(ReviewRow.day)).group_by(ReviewRow.site_id)).all())


def list_earlier_reviews(session: Session, review: Review) -> list[Review]:
    """The reviews of the same case before this one, the newest first."""
    folded_number = rules.fold_case_number(review.body.case_number)
    before = select(*_ROW).where(
        ReviewRow.site_id == review.site_id, ReviewRow.day < review.day, ReviewRow.id != review.id
    )
    reviews = _decrypt_all(session.execute(before.order_by(ReviewRow.day.desc(), ReviewRow.id)))
    return [review for review in reviews if rules.fold_case_number(review.body.case_number) == folded_number]


def find_newest_of_case(session: Session, review: Review) -> Review:
    """The review of the same case with the latest day: this one, or a later one."""
    folded_number = rules.fold_case_number(review.body.case_number)
    query = select(*_ROW).where(ReviewRow.site_id == review.site_id, ReviewRow.day > review.day)
    reviews = _decrypt_all(session.execute(query))
    later = (other for other in reviews if rules.fold_case_number(other.body.case_number) == folded_number)
    return max(later, key=lambda candidate: (candidate.day, candidate.id), default=review)


def change_review(
    session: Session,
    review: Review,
    body: ReviewBody | None = None,
    *,
    quiet: bool = False,
    of_wish: bool = False,
    **columns: Any,
) -> Review:
    """Store a changed review.

    Args:
        session: may write.
        review: as it was.
        body: the new encrypted part; None keeps the present one.
        quiet: whether the version stays, because the change affects nothing that an open form shows.
        of_wish: whether the change is about a wish: it is counted in the encrypted part, because the column would tell
            how many wishes there are.
        columns: `day`, `advocate_id`, `reviewer_id` or `decided_on`.

    Raises:
        ConcurrentUpdate: somebody else changed it since.
    """
    body, stored_version = body or review.body, review.version - review.body.turns
    body = replace(body, turns=body.turns + of_wish)
    version = stored_version + (not quiet and not of_wish)
    unchanged_row = update(ReviewRow).where(ReviewRow.id == review.id, ReviewRow.version == stored_version)
    values = {**columns, "locked": encryption.encrypt_body(review.id, body), "version": version}
    if not count_changed(session, unchanged_row.values(**values)):
        raise ConcurrentUpdate
    return replace(review, body=body, version=version + body.turns, **columns)


def carry_review(session: Session, review: Review, log: Log) -> Review:
    """The advocate accepts to carry it."""
    log.add(session, "review.carry", review.key)
    return change_review(session, review, replace(review.body, carried_since=log.day))


def change_advocate(session: Session, review: Review, to: int, log: Log, *, cannot: bool = False) -> Review:
    """Ask another advocate to carry it; `carriers.ask_carrier` also transfers the child's words.

    Args:
        session: may write.
        review: locked.
        to: the next advocate; 0 without one: then it stays with the advocate who declined, and raises an alarm.
        log: in the name of the person who does it.
        cannot: whether the advocate who was asked declined.
    """
    log.add(session, "review.cannot" if cannot else "review.hand_over", review.key)
    change = CarrierChange(review.advocate_id, to, log.day, cannot)
    body = replace(review.body, carriers=(*review.body.carriers, change), carried_since=None)
    if not to:
        return change_review(session, review, body)
    due_store.change_owner(session, "statement", review.key, to)
    ask_all_to_sign_in(session, [to], "review", review.key, len(body.carriers))
    return change_review(session, review, body, advocate_id=to)


def record_offer(session: Session, review: Review, offer: Offer, log: Log) -> Review:
    """Record that the child was asked; where the child chose to say nothing, asking is settled."""
    log.add(session, "review.ask_child", review.key)
    if offer.outcome == "chose_not":
        settle_offer(session, review, offer.day)
    asked_on = review.body.asked_on or offer.day
    return change_review(session, review, replace(review.body, offer=offer, asked_on=asked_on))


def record_attendance(session: Session, review: Review, attendance: Attendance, log: Log) -> Review:
    """Record how the child took part on the day."""
    log.add(session, "review.attendance", review.key)
    return change_review(session, review, replace(review.body, attendance=attendance))


def record_opening(session: Session, review: Review, person_id: int, log: Log) -> Review:
    """Record that somebody opened the statement, once a day; the advocate sees it."""
    log.add(session, "review.open_statement", review.key)
    return _add_opening(session, review, Opening(person_id, log.day))


def record_pack_handover(session: Session, review: Review, handover: PackHandover, log: Log) -> Review:
    """Record that the pack went to another organisation; the child sees which, and with which consent or ground."""
    if handover.ground is None:
        log.add(session, "review.hand_over_pack", review.key)
    else:
        log.add(session, "review.hand_over_by_law", f"{review.key} with {handover.ground.agreed_by}")
    return change_review(session, review, replace(review.body, handed=(*review.body.handed, handover)))


def record_printing(session: Session, review: Review, person_id: int, log: Log, *, with_words: bool) -> Review:
    """Record that somebody printed the pack; the advocate sees it where the statement is in it."""
    log.add(session, "review.print", review.key)
    return _add_opening(session, review, Opening(person_id, log.day, printed=True)) if with_words else review


def record_earlier_openings(
    session: Session, review_ids: Iterable[bytes], person_id: int, log: Log, *, printed: bool = False
) -> None:
    """Record that statements of earlier reviews were opened or printed with a later one; their advocates see it."""
    for review_id in review_ids:
        if (review := find_review(session, review_id, to_change=True)) is not None:
            log.add(session, "review.print" if printed else "review.open_statement", review.key)
            _add_opening(session, review, Opening(person_id, log.day, printed))


def _add_opening(session: Session, review: Review, opening: Opening) -> Review:
    """Add an opening without a new version, so that it makes no open form stale."""
    openings = review.body.openings
    if opening in openings:
        return review
    body = replace(review.body, openings=(*openings, opening)[-rules.MAX_OPENINGS :])
    return change_review(session, review, body, quiet=True)


def move_review(session: Session, review: Review, day: date, log: Log) -> Review:
    """Change the day, and the days of the answers due with it."""
    log.add(session, "review.move", review.key)
    due_store.move_answer_due(session, "statement", review.key, rules.offer_due(day, review.body.opened_on))
    due_store.move_answer_due(session, "review", review.key, rules.decisions_due(day))
    body = replace(review.body, moved_from=(*review.body.moved_from, review.day))
    return change_review(session, review, body, day=day)


def settle_offer(session: Session, review: Review, day: date) -> None:
    """Settle that the child is to be asked: the child made a statement, or chose to say nothing."""
    if answer_due := due_store.find_by_subjects(session, "statement", [review.key]).get(review.key):
        replies.settle(session, answer_due.id, day)


def record_statement(
    session: Session, review: Review, facts: StatementFacts, pictures: tuple[NewPictures, ...] | None = None
) -> Review:
    """Record that a statement was stored, changed or taken back; each of its wishes gets a decision.

    Args:
        session: may write.
        review: locked.
        facts: of the statement.
        pictures: the slips for new pictures, where the statement came with one; None keeps the present ones.
    """
    settle_offer(session, review, facts.day)
    set_wishes(session, review.key, facts.wishes if facts.taken_back_on is None else ())
    asked_on = review.body.asked_on or facts.day
    new_pictures = review.body.new_pictures if pictures is None else pictures
    body = replace(review.body, statement=facts, asked_on=asked_on, new_pictures=new_pictures)
    return change_review(session, review, body)


def record_new_pictures(session: Session, review: Review, by: int, log: Log) -> Review:
    """Record that a statement may be replaced: a slip was dealt for it, or the child gives it beside the advocate.

    The child sees it. The present statement counts until a new one replaces it.
    """
    log.add(session, "review.new_pictures", review.key)
    earlier, new_slip = review.body.new_pictures, NewPictures(by, log.day)
    if earlier[-1:] == (new_slip,):
        return review
    return change_review(session, review, replace(review.body, new_pictures=(*earlier, new_slip)[-_MAX_NEW_PICTURES:]))


def remove_review(session: Session, review: Review) -> None:
    """Delete a review."""
    session.execute(delete(ReviewRow).where(ReviewRow.id == review.id))


def set_wishes(session: Session, key: str, wishes: Collection[str], day: date | None = None) -> None:
    """Set what is to be decided: the plan, and each wish; from `day` on it can be."""
    parts = [AnswerablePart(name, {}) for name in (PLAN, *wishes)]
    due_store.set_answerable_parts(session, "review", key, parts, day)


def find_answer_due(session: Session, review: Review) -> AnswerDue | None:
    """The answer due about the plan and the wishes of a review, with all decisions."""
    return list_answers_due(session, [review]).get(review.key)


def list_answers_due(session: Session, reviews: Collection[Review]) -> dict[str, AnswerDue]:
    """The answers due about several reviews, with all decisions, by key of the review."""
    return due_store.find_by_subjects(session, "review", [review.key for review in reviews])


_ROW = tuple(getattr(ReviewRow, name) for name in (*_COLUMNS, "locked"))


def _decrypt_all(rows: Iterable[Any]) -> Iterator[Review]:
    for row in rows:
        with suppress(CannotOpen, KeyGone):
            yield _decrypt(row)


def _decrypt(row: Any) -> Review:
    body = encryption.open_body(row.id, row.locked)
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return Review(**{**columns, "version": row.version + body.turns}, body=body)
