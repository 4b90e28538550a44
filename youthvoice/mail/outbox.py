"""The transactional outbox: a mail is put in the transaction of whatever it tells about, and tried again.

At least once, under a stable Message-ID. The whole message is locked, address and links included, and all messages are
of one size: how long a sentence is depends on the band it tells of.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from typing import Final, Literal

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.compiled_sql import insert_into
from youthvoice.mail.messages import whole_lines
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.privacy.crypto.symmetric_encryption import LENGTH_BYTES, lock_padded, sealing_context, unlock_padded
from youthvoice.privacy.keys.key_names import MAIL

DeliveryResult = Literal["sent", "again", "never"]


RETRY_WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    *(timedelta(days=1),) * 4,
)  # in all four days and nine hours; the try after the last wait is the last


LEASE: Final = timedelta(minutes=10)


MAX_LEASED: Final = 5  # mails that one process takes in one lease; also the slowest server is done within it


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many failed tries; None gives up."""
    return now + RETRY_WAITS[tries - 1] if tries <= len(RETRY_WAITS) else None


def result_of(code: int) -> DeliveryResult:
    """What a reply code of a server means for one mail (RFC 5321: 4xx passes, 5xx stays)."""
    if code < 400:  # noqa: PLR2004 - RFC 5321
        return "sent"
    return "again" if code < 500 else "never"  # noqa: PLR2004 - the same


_STEP: Final = 64 * 1024
"""Bytes of a locked mail, three times the largest that our questionnaires have made; else a multiple."""


@dataclass(frozen=True, slots=True)
class LeasedMail:
    """A mail that one process has to itself for ten minutes.

    Attributes:
        id: row of the outbox.
        message_id: its Message-ID.
        locked: the whole message.
        tries: how often it failed before.
    """

    id: int
    message_id: str
    locked: bytes
    tries: int


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """How many mails wait, and how many were given up."""

    waiting: int
    given_up: int


def put(session: Session, message: EmailMessage, now: datetime) -> None:
    """Put a mail into the outbox; the same Message-ID only once.

    Args:
        session: the transaction of what it tells about.
        message: from `messages.compose`.
        now: it may be sent from this moment.
    """
    message_id = str(message["Message-ID"])
    data = message.as_bytes()
    size = -(-(len(data) + LENGTH_BYTES) // _STEP) * _STEP
    locked = lock_padded(context.keyring().key_or_new(MAIL), data, size, sealing_context("mail", message_id))
    values = {"message_id": message_id, "locked": locked, "tries": 0, "next_try_at": now, "given_up": False}
    session.execute(insert_into(OutgoingMailRow, session.get_bind().dialect).values(values).on_conflict_do_nothing())


def lease(session: Session, now: datetime, most: int = MAX_LEASED) -> list[LeasedMail]:
    """Take mails that are due, so that no other process sends them; commit before sending."""
    due = (
        select(OutgoingMailRow).where(*_due(now)).order_by(OutgoingMailRow.next_try_at, OutgoingMailRow.id).limit(most)
    )
    rows = session.scalars(due.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.leased_until = now + LEASE
    return [LeasedMail(row.id, row.message_id, row.locked, row.tries) for row in rows]


def is_due(session: Session, now: datetime) -> bool:
    """Whether anything could be leased."""
    return session.scalar(select(OutgoingMailRow.id).where(*_due(now)).limit(1)) is not None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(OutgoingMailRow.leased_until.is_(None), OutgoingMailRow.leased_until <= now)
    return OutgoingMailRow.given_up.is_(False), OutgoingMailRow.next_try_at <= now, free


def unlock_mail(leased: LeasedMail) -> EmailMessage:
    """The message of a leased mail.

    Raises:
        CannotOpen, KeyGone: the mail key is not the one it was locked under.
    """
    data = unlock_padded(context.keyring().key(MAIL), leased.locked, sealing_context("mail", leased.message_id))
    return message_from_bytes(data, _class=EmailMessage, policy=whole_lines())


def settle(session: Session, leased: LeasedMail, result: DeliveryResult, now: datetime) -> None:
    """Delete what a server took; plan the next try of what failed for now; give up what failed for good."""
    mine = OutgoingMailRow.id == leased.id
    if result == "sent":
        session.execute(delete(OutgoingMailRow).where(mine))
        return
    tries = leased.tries + 1
    again = next_try(tries, now) if result == "again" else None
    values: dict[str, object] = {"tries": tries, "leased_until": None}
    values |= {"next_try_at": again} if again else {"given_up": True}
    session.execute(update(OutgoingMailRow).where(mine).values(values))


def delivery_status(session: Session) -> DeliveryStatus:
    """How the outbox stands, for the coordinator."""
    count = select(OutgoingMailRow.given_up, func.count()).group_by(OutgoingMailRow.given_up)
    found = dict(session.execute(count).all())
    return DeliveryStatus(waiting=found.get(False, 0), given_up=found.get(True, 0))


def list_undelivered(session: Session, message_ids: Collection[str]) -> frozenset[str]:
    """Which of these mails could not be delivered."""
    query = select(OutgoingMailRow.message_id)
    return frozenset(
        session.scalars(query.where(OutgoingMailRow.given_up, OutgoingMailRow.message_id.in_(message_ids)))
    )


def take_back(session: Session, message_ids: Collection[str]) -> int:
    """Let those of these mails that wait not go out any more; returns how many. What was given up stays told of."""
    waiting = (OutgoingMailRow.message_id.in_(message_ids), OutgoingMailRow.given_up.is_(False))
    return int(session.execute(delete(OutgoingMailRow).where(*waiting)).rowcount)  # type: ignore[attr-defined]


def try_again(session: Session, now: datetime, message_ids: Collection[str]) -> int:
    """Try those of these mails that were given up once more, from the beginning; returns how many."""
    values = {"given_up": False, "tries": 0, "next_try_at": now, "leased_until": None}
    lost = (OutgoingMailRow.given_up, OutgoingMailRow.message_id.in_(message_ids))
    return int(session.execute(update(OutgoingMailRow).where(*lost).values(values)).rowcount)  # type: ignore[attr-defined]
