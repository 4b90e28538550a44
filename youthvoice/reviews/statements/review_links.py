"""Links for an outside team: the database operations to make, try, open and end them.

A wrong number is counted before it is checked, so that many parallel attempts cannot avoid the limit; a right one takes
its count back. Five wrong numbers end a link. So do its last day, its advocate or reviewer, and the review's last
decision. No key of an ended link remains.
Source: PRIVACY.md C, "Codes".
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials.shared_links import (
    SALT_BYTES,
    LinkSecrets,
    decrypt_for_link,
    encrypt_for_link,
    new_number,
    read_number,
)
from youthvoice.privacy.crypto.session_keys import session_token, token_hash
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.reviews import encryption
from youthvoice.reviews.entities import Review, ReviewLink, ReviewLinkBody
from youthvoice.reviews.models import ReviewLinkRow
from youthvoice.reviews.rules import MAX_OPENINGS

MAX_WRONG_NUMBERS: Final = 5

_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class NewReviewLink:
    """A link before it is stored. Its token and number are shown once and stored nowhere."""

    id: bytes
    link_secrets: LinkSecrets = field(repr=False)
    salt: bytes
    wrapped: bytes = field(repr=False)
    until: datetime


def prepare_link(private: bytes, days: int) -> NewReviewLink:
    """Encrypt the key of a statement for a new link. Runs Argon2: call it outside every transaction.

    Args:
        private: key of the thread, 32 bytes.
        days: how long it works; its end is rounded up to the hour.
    """
    until = (context.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    link_id, salt = secrets.token_bytes(_ID_BYTES), secrets.token_bytes(SALT_BYTES)
    link_secrets = LinkSecrets(session_token(), new_number())
    pepper = context.keyring().key(PEPPER)
    wrapped = encrypt_for_link(private, link_secrets, salt, pepper, _purpose(link_id))
    return NewReviewLink(link_id, link_secrets, salt, wrapped, until)


def add_link(session: Session, review: Review, new_review_link: NewReviewLink, by: int, log: Log) -> None:
    """Store a new link.

    Args:
        session: may write.
        review: that it opens.
        new_review_link: from `prepare_link`.
        by: the person who makes it.
        log: in that person's name.
    """
    body = encryption.encrypt_link(new_review_link.id, ReviewLinkBody(made_by=by, made_on=log.day))
    session.execute(
        insert(ReviewLinkRow).values(
            id=new_review_link.id,
            review_id=review.id,
            token_hash=token_hash(new_review_link.link_secrets.token),
            until=new_review_link.until,
            salt=new_review_link.salt,
            wrapped=new_review_link.wrapped,
            tries=0,
            locked=body,
        )
    )
    log.add(session, "review.link", review.key)


def list_links(session: Session, review_id: bytes) -> list[ReviewLink]:
    """The links of a review, the newest first."""
    rows = session.scalars(select(ReviewLinkRow).where(ReviewLinkRow.review_id == review_id))
    return sorted((_decrypt(row) for row in rows), key=lambda link: (link.until, link.id), reverse=True)


def begin_try(session: Session, token: str) -> ReviewLink | None:
    """Count an attempt before it is made; None where the token belongs to no open link.

    Args:
        session: may write; commit it before the number is checked.
        token: of the address.
    """
    open_link = update(ReviewLinkRow).where(
        ReviewLinkRow.token_hash == token_hash(token),
        ReviewLinkRow.tries < MAX_WRONG_NUMBERS,
        ReviewLinkRow.until > context.now(),
        ReviewLinkRow.wrapped != b"",
    )
    link_id = session.scalar(open_link.values(tries=ReviewLinkRow.tries + 1).returning(ReviewLinkRow.id))
    row = session.get(ReviewLinkRow, link_id) if link_id is not None else None
    return _decrypt(row) if row else None


def decrypt_key(link: ReviewLink | None, token: str, typed: str) -> bytes | None:
    """The key of the statement, 32 bytes; None where the number is wrong or there is no link.

    It always runs Argon2 once: call it outside every transaction.

    Args:
        link: from `begin_try`.
        token: of the address.
        typed: the number as typed.
    """
    link_id, salt, wrapped = (link.id, link.salt, link.wrapped) if link else (bytes(_ID_BYTES), bytes(SALT_BYTES), b"")
    link_secrets = LinkSecrets(token, read_number(typed))
    try:
        return decrypt_for_link(wrapped, link_secrets, salt, context.keyring().key(PEPPER), _purpose(link_id))
    except CannotOpen:
        return None


def note_wrong_number(session: Session, link: ReviewLink, log: Log) -> None:
    """Log a wrong number, which stays counted; the last one ends the link."""
    _change(session, link.id, lambda body: replace(body, wrong=(*body.wrong, log.day)))
    used_up = update(ReviewLinkRow).where(ReviewLinkRow.id == link.id, ReviewLinkRow.tries >= MAX_WRONG_NUMBERS)
    session.execute(used_up.values(wrapped=b""))
    log.add(session, "review.link_wrong", link.review_id.hex())


def take_back_try(session: Session, link: ReviewLink) -> None:
    """Take back the count of a right number."""
    tried_link = update(ReviewLinkRow).where(ReviewLinkRow.id == link.id, ReviewLinkRow.tries > 0)
    session.execute(tried_link.values(tries=ReviewLinkRow.tries - 1))


def note_opening(session: Session, link: ReviewLink, log: Log) -> None:
    """Record that the outside team opened the statement; the advocate sees it beside the openings of staff."""
    _change(session, link.id, lambda body: replace(body, openings=(*body.openings, log.day)[-MAX_OPENINGS:]))
    log.add(session, "review.link_open", link.review_id.hex())


def revoke_link(session: Session, review: Review, link_id: bytes, log: Log) -> bool:
    """End a link now; False where this review has no such open link."""
    is_open = (ReviewLinkRow.id == link_id, ReviewLinkRow.review_id == review.id, ReviewLinkRow.wrapped != b"")
    if session.scalar(select(ReviewLinkRow.id).where(*is_open).with_for_update()) is None:
        return False
    _end(session, link_id, log.day)
    log.add(session, "review.link_end", review.key)
    return True


def end_links(session: Session, review_id: bytes, day: date) -> None:
    """End all links of a review that is decided."""
    is_open = (ReviewLinkRow.review_id == review_id, ReviewLinkRow.wrapped != b"")
    for link_id in session.scalars(select(ReviewLinkRow.id).where(*is_open).with_for_update()).all():
        _end(session, link_id, day)


def remove_links(session: Session, review_id: bytes) -> None:
    """Delete all links of a review that ends."""
    session.execute(delete(ReviewLinkRow).where(ReviewLinkRow.review_id == review_id))


def has_expired_links(session: Session, now: datetime) -> bool:
    """Whether the key of an expired link is still stored."""
    has_expired = (ReviewLinkRow.until <= now, ReviewLinkRow.wrapped != b"")
    return session.scalar(select(ReviewLinkRow.id).where(*has_expired).limit(1)) is not None


def delete_expired_keys(session: Session, now: datetime) -> None:
    """Delete the keys of expired links."""
    has_expired = (ReviewLinkRow.until <= now, ReviewLinkRow.wrapped != b"")
    session.execute(update(ReviewLinkRow).where(*has_expired).values(wrapped=b""))


def _end(session: Session, link_id: bytes, day: date) -> None:
    _change(session, link_id, lambda body: replace(body, ended_on=day))
    session.execute(update(ReviewLinkRow).where(ReviewLinkRow.id == link_id).values(wrapped=b""))


def _change(session: Session, link_id: bytes, change: Callable[[ReviewLinkBody], ReviewLinkBody]) -> None:
    query = select(ReviewLinkRow.locked).where(ReviewLinkRow.id == link_id).with_for_update()
    body = change(encryption.open_link(link_id, session.execute(query).scalar_one()))
    locked = encryption.encrypt_link(link_id, body)
    session.execute(update(ReviewLinkRow).where(ReviewLinkRow.id == link_id).values(locked=locked))


def _decrypt(row: ReviewLinkRow) -> ReviewLink:
    body = encryption.open_link(row.id, row.locked)
    return ReviewLink(row.id, row.review_id, row.until, row.tries, row.salt, row.wrapped, body)


def _purpose(link_id: bytes) -> SealingContext:
    return sealing_context("review-link", link_id.hex(), "key")
