"""The transactional outbox: a mail is put in the transaction of whatever it tells about, and tried again.

At least once, under a stable Message-ID. The whole message is locked, address and links included, and all messages are
of one size: how long a sentence is depends on the band it tells of.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from typing import Final, Literal, cast

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.compiled_sql import insert_into
from youthvoice.db import count_changed
from youthvoice.mail.messages import whole_lines
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.privacy.crypto.symmetric_encryption import LENGTH_BYTES, lock_padded, sealing_context, unlock_padded
from youthvoice.privacy.keys.key_names import MAIL

DeliveryResult = Literal["sent", "again", "never"]

DeliveryReason = Literal[
    "", "no_box", "full", "busy", "refused", "no_server", "slow", "no_tls", "sign_in", "no_address", "unreadable"
]
"""Why a mail was not taken; empty where it was, or was not tried yet."""


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """What came of handing one mail over.

    Attributes:
        result: sent, to be tried again, or never.
        reason: why not; nothing that a server said.
        reached: whether there was a server at all; without one there is no use in trying the next mail.
    """

    result: DeliveryResult
    reason: DeliveryReason = ""
    reached: bool = True


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


_BOX, _FULL, _SIGN_IN = frozenset({550, 551, 553}), frozenset({452, 552}), frozenset({530, 534, 535})


def reason_of(code: int, detail: str) -> DeliveryReason:
    """Why a server did not take a mail: from its codes, not its words.

    Args:
        code: of three digits (RFC 5321).
        detail: the enhanced code, such as `5.1.1` (RFC 3463), where it gives one; else anything.
    """
    subject = detail[2:4] if detail[:1] in {"4", "5"} and detail[1:2] == "." else ""
    if code in _SIGN_IN:
        return "sign_in"
    if code in _FULL or detail[2:5] == "2.2":
        return "full"
    if code < 500:  # noqa: PLR2004 - RFC 5321; greylisting is one of these
        return "busy"
    return "refused" if subject == "7." or code not in _BOX else "no_box"


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


def put(session: Session, message: EmailMessage, now: datetime, *, followed: bool = False) -> None:
    """Put a mail into the outbox; the same Message-ID only once.

    Args:
        session: the transaction of what it tells about.
        message: from `messages.compose`.
        now: it may be sent from this moment.
        followed: that it was sent stays known, see `list_deliveries`.
    """
    message_id = str(message["Message-ID"])
    data = message.as_bytes()
    size = -(-(len(data) + LENGTH_BYTES) // _STEP) * _STEP
    locked = lock_padded(context.keyring().key_or_new(MAIL), data, size, sealing_context("mail", message_id))
    values = {"message_id": message_id, "locked": locked, "tries": 0, "next_try_at": now, "given_up": False}
    _insert(session, {**values, "followed": followed})


def put_refused(session: Session, message_id: str, reason: DeliveryReason, now: datetime) -> None:
    """Keep that a mail could not even be written, so that whoever waits for it sees why.

    Args:
        session: the transaction of what it would have told about.
        message_id: what it would have had.
        reason: `no_address` or `unreadable`.
        now: the moment.
    """
    values = {"message_id": message_id, "locked": b"", "tries": 0, "next_try_at": now, "given_up": True}
    _insert(session, {**values, "followed": True, "reason": reason})


def _insert(session: Session, values: Mapping[str, object]) -> None:
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
    return _waits(), OutgoingMailRow.next_try_at <= now, free


def _waits() -> ColumnElement[bool]:
    return and_(OutgoingMailRow.given_up.is_(False), OutgoingMailRow.sent_on.is_(None))


def unlock_mail(mail: LeasedMail) -> EmailMessage:
    """The message of a leased mail.

    Raises:
        CannotOpen, KeyGone: the mail key is not the one it was locked under.
    """
    data = unlock_padded(context.keyring().key(MAIL), mail.locked, sealing_context("mail", mail.message_id))
    return message_from_bytes(data, _class=EmailMessage, policy=whole_lines())


def settle(session: Session, mail: LeasedMail, attempt: DeliveryAttempt, now: datetime) -> None:
    """Forget the words of what a server took; plan the next try of what failed for now; give up the rest."""
    mine = OutgoingMailRow.id == mail.id
    if attempt.result == "sent":
        if not count_changed(session, delete(OutgoingMailRow).where(mine, OutgoingMailRow.followed.is_(False))):
            taken = {"locked": b"", "sent_on": now.date(), "leased_until": None, "reason": ""}
            session.execute(update(OutgoingMailRow).where(mine).values(taken))
        return
    values = _failed(mail.tries + 1, attempt, now)
    session.execute(update(OutgoingMailRow).where(mine).values(values))


def settle_unreached(session: Session, attempt: DeliveryAttempt, now: datetime) -> None:
    """No server was there: it counts as a try of every mail that is due, so that none of them waits for it anew."""
    waiting = select(OutgoingMailRow.tries).where(*_due(now)).distinct()
    for tries in session.scalars(waiting).all():
        due = update(OutgoingMailRow).where(*_due(now), OutgoingMailRow.tries == tries)
        session.execute(due.values(_failed(tries + 1, attempt, now)))


def _failed(tries: int, attempt: DeliveryAttempt, now: datetime) -> dict[str, object]:
    again = next_try(tries, now) if attempt.result == "again" else None
    values = {"tries": tries, "leased_until": None, "reason": attempt.reason}
    return values | ({"next_try_at": again} if again else {"given_up": True})


def delivery_status(session: Session) -> DeliveryStatus:
    """How the outbox stands, for the coordinator."""
    count = select(OutgoingMailRow.given_up, func.count()).where(OutgoingMailRow.sent_on.is_(None))
    count = count.group_by(OutgoingMailRow.given_up)
    found = dict(session.execute(count).all())
    return DeliveryStatus(waiting=found.get(False, 0), given_up=found.get(True, 0))


DeliveryState = Literal["queued", "tried", "sent", "refused", "given_up"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where one mail stands.

    Attributes:
        state: `queued`, or `tried` and tried again; `sent`; `refused` for good by a server, or never written;
            `given_up` after four days.
        reason: what went wrong last.
        sent_on: the day a server took it, UTC.
        next_try_at: of one that waits.
    """

    state: DeliveryState
    reason: DeliveryReason
    sent_on: date | None
    next_try_at: datetime | None


def list_deliveries(session: Session, message_ids: Collection[str]) -> dict[str, Delivery]:
    """By Message-ID, where each of these mails stands; those that nobody follows are gone once they were sent."""
    rows = session.scalars(select(OutgoingMailRow).where(OutgoingMailRow.message_id.in_(message_ids)))
    return {outgoing_mail.message_id: _delivery(outgoing_mail) for outgoing_mail in rows}


def _delivery(mail_row: OutgoingMailRow) -> Delivery:
    reason = cast("DeliveryReason", mail_row.reason)
    if mail_row.sent_on is not None:
        return Delivery("sent", "", mail_row.sent_on, None)
    if mail_row.given_up:
        return Delivery("given_up" if mail_row.tries > len(RETRY_WAITS) else "refused", reason, None, None)
    return Delivery("tried" if mail_row.tries else "queued", reason, None, mail_row.next_try_at)


def forget_sent(session: Session, before: date) -> None:
    """Forget of mails that a server took before a day that it did."""
    session.execute(delete(OutgoingMailRow).where(OutgoingMailRow.sent_on < before))


def list_undelivered(session: Session, message_ids: Collection[str]) -> frozenset[str]:
    """Which of these mails could not be delivered."""
    query = select(OutgoingMailRow.message_id)
    return frozenset(
        session.scalars(query.where(OutgoingMailRow.given_up, OutgoingMailRow.message_id.in_(message_ids)))
    )


def take_back(session: Session, message_ids: Collection[str]) -> int:
    """Let those of these mails that wait not go out any more; returns how many. What was given up stays told of."""
    waiting = (OutgoingMailRow.message_id.in_(message_ids), _waits())
    return count_changed(session, delete(OutgoingMailRow).where(*waiting))


def forget(session: Session, message_ids: Collection[str]) -> None:
    """Forget these mails, wherever they stand: to whom they went is gone for good."""
    session.execute(delete(OutgoingMailRow).where(OutgoingMailRow.message_id.in_(message_ids)))


def try_again(session: Session, now: datetime, message_ids: Collection[str]) -> int:
    """Try those of these mails that were given up once more, from the beginning; returns how many."""
    values = {"given_up": False, "tries": 0, "next_try_at": now, "leased_until": None, "reason": ""}
    lost = (OutgoingMailRow.given_up, OutgoingMailRow.locked != b"", OutgoingMailRow.message_id.in_(message_ids))
    return count_changed(session, update(OutgoingMailRow).where(*lost).values(values))
