"""The transactional outbox: a mail is put in the transaction of whatever it tells about; work processes send it.

At least once, under a stable Message-ID. The whole message is locked, address and links included, and all messages are
of one size: how long a sentence is depends on the band it tells of.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from youthvoice.compiled_sql import adding
from youthvoice.mail import retry_rules as rules
from youthvoice.mail.messages import WHOLE_LINES
from youthvoice.mail.models import OutgoingMail
from youthvoice.privacy.crypto.padding import LENGTH_BYTES
from youthvoice.privacy.crypto.sealing import context, lock_padded, unlock_padded
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import MAIL

_STEP: Final = 64 * 1024
"""Bytes of a locked mail, three times the largest that the questionnaires of the house have made; else a multiple."""


@dataclass(frozen=True, slots=True)
class Leased:
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
class Standing:
    """How many mails wait, and how many were given up."""

    waiting: int
    given_up: int


def put(session: Session, keyring: Keyring, message: EmailMessage, now: datetime) -> None:
    """Put a mail into the outbox; the same Message-ID only once.

    Args:
        session: the transaction of what it tells about.
        keyring: holds the key `mail`.
        message: from `messages.compose`.
        now: it may be sent from this moment.
    """
    message_id = str(message["Message-ID"])
    data = message.as_bytes()
    size = -(-(len(data) + LENGTH_BYTES) // _STEP) * _STEP
    locked = lock_padded(keyring.key_or_new(MAIL), data, size, context("mail", message_id))
    values = {"message_id": message_id, "locked": locked, "tries": 0, "next_try_at": now, "given_up": False}
    session.execute(adding(OutgoingMail, session.get_bind().dialect).values(values).on_conflict_do_nothing())


def lease(session: Session, now: datetime, most: int = rules.AT_ONCE) -> list[Leased]:
    """Take mails that are due, so that no other process sends them; commit before sending."""
    due = select(OutgoingMail).where(*_due(now)).order_by(OutgoingMail.next_try_at, OutgoingMail.id).limit(most)
    rows = session.scalars(due.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.leased_until = now + rules.LEASE
    return [Leased(row.id, row.message_id, row.locked, row.tries) for row in rows]


def is_due(session: Session, now: datetime) -> bool:
    """Whether anything could be leased."""
    return session.scalar(select(OutgoingMail.id).where(*_due(now)).limit(1)) is not None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(OutgoingMail.leased_until.is_(None), OutgoingMail.leased_until <= now)
    return OutgoingMail.given_up.is_(False), OutgoingMail.next_try_at <= now, free


def opened(keyring: Keyring, leased: Leased) -> EmailMessage:
    """The message of a leased mail.

    Raises:
        CannotOpen, KeyGone: the mail key is not the one it was locked under.
    """
    data = unlock_padded(keyring.key(MAIL), leased.locked, context("mail", leased.message_id))
    return message_from_bytes(data, _class=EmailMessage, policy=WHOLE_LINES)


def settle(session: Session, leased: Leased, result: rules.Result, now: datetime) -> None:
    """Delete what a server took; plan the next try of what failed for now; give up what failed for good."""
    mine = OutgoingMail.id == leased.id
    if result == "sent":
        session.execute(delete(OutgoingMail).where(mine))
        return
    tries = leased.tries + 1
    again = rules.next_try(tries, now) if result == "again" else None
    values: dict[str, object] = {"tries": tries, "leased_until": None}
    values |= {"next_try_at": again} if again else {"given_up": True}
    session.execute(update(OutgoingMail).where(mine).values(values))


def standing(session: Session) -> Standing:
    """How the outbox stands, for the coordinator."""
    count = select(OutgoingMail.given_up, func.count()).group_by(OutgoingMail.given_up)
    found = dict(session.execute(count).all())
    return Standing(waiting=found.get(False, 0), given_up=found.get(True, 0))


def given_up(session: Session, message_ids: Collection[str]) -> frozenset[str]:
    """Which of these mails could not be delivered."""
    query = select(OutgoingMail.message_id)
    return frozenset(session.scalars(query.where(OutgoingMail.given_up, OutgoingMail.message_id.in_(message_ids))))


def take_back(session: Session, message_ids: Collection[str]) -> int:
    """Let those of these mails that wait not go out any more; returns how many. What was given up stays told of."""
    waiting = (OutgoingMail.message_id.in_(message_ids), OutgoingMail.given_up.is_(False))
    return int(session.execute(delete(OutgoingMail).where(*waiting)).rowcount)  # type: ignore[attr-defined]


def try_again(session: Session, now: datetime, message_ids: Collection[str]) -> int:
    """Try those of these mails that were given up once more, from the beginning; returns how many."""
    values = {"given_up": False, "tries": 0, "next_try_at": now, "leased_until": None}
    lost = (OutgoingMail.given_up, OutgoingMail.message_id.in_(message_ids))
    return int(session.execute(update(OutgoingMail).where(*lost).values(values)).rowcount)  # type: ignore[attr-defined]
