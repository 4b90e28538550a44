"""The transactional outbox: a mail is stored in the transaction that causes it, and sent with repeated attempts.

It is sent at least once, under a stable Message-ID. The whole message is encrypted, address and links included, and all
messages have one size, because the length of a sentence depends on the band in it.
"""

import secrets
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Final, Literal, cast

from sqlalchemy import ColumnElement, delete, func, not_, or_, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.compiled_sql import insert_into
from youthvoice.db import count_changed
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.privacy.crypto.symmetric_encryption import LENGTH_BYTES, decrypt_padded, encrypt_padded, sealing_context
from youthvoice.privacy.keys.key_names import MAIL

DeliveryResult = Literal["sent", "again", "never"]

DeliveryReason = Literal[
    "", "no_box", "full", "busy", "refused", "no_server", "slow", "no_tls", "certificate", "sign_in", "no_address",
    "too_large", "unreadable",
]  # fmt: skip
"""Why a mail was not accepted; empty where it was, or was not tried yet."""


Channel = Literal["mail", "sms"]
MAIL_SERVER: Final[Channel] = "mail"
SMS: Final[Channel] = "sms"
"""How a message leaves. Each channel is sent apart, so that one that does not answer holds up no other."""


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """The result of an attempt to deliver one mail.

    Attributes:
        result: sent, to be tried again, or never.
        reason: of a failure; nothing that a server wrote.
        reached: whether a server answered; otherwise the next mail need not be tried.
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
)  # four days and eight hours in all, see `next_try`; the attempt after the last wait is the last

LEASE: Final = timedelta(seconds=6)
"""How long a mail stays with its process, unless that renews it: then another one sends what a killed one had."""

RENEWAL_SECONDS: Final = 1.0

MAX_LEASED: Final = 5  # mails of one lease


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after this many failed attempts; None gives up.

    From two hours on at a full hour, as notices leave: else the minute of a mail that waits tells one of danger.
    """
    again = now + RETRY_WAITS[tries - 1] if tries <= len(RETRY_WAITS) else None
    return again.replace(minute=0, second=0, microsecond=0) if again and again - now >= timedelta(hours=2) else again


def result_of(code: int) -> DeliveryResult:
    """The result that a server's reply code means for one mail (RFC 5321: 4xx is temporary, 5xx permanent)."""
    if code < 400:  # noqa: PLR2004 - RFC 5321
        return "sent"
    return "again" if code < 500 else "never"  # noqa: PLR2004 - the same


_BOX, _FULL, _SIGN_IN = frozenset({550, 551, 553}), frozenset({452, 552}), frozenset({530, 534, 535})
"""Reply codes of a server: it has no such mailbox, no space, or wants another sign-in."""

_TOO_LARGE: Final = frozenset({"2.3", "3.4"})
"""Of enhanced codes. Source: RFC 3463, 3.3 and 3.4."""


def reason_of(code: int, detail: str) -> DeliveryReason:
    """The reason why a server did not accept a mail: from its codes, not its text.

    Args:
        code: of three digits (RFC 5321).
        detail: the enhanced code, such as `5.1.1` (RFC 3463), or anything else where there is none.
    """
    subject = detail[2:4] if detail[:1] in {"4", "5"} and detail[1:2] == "." else ""
    if code in _SIGN_IN:
        return "sign_in"
    if detail[2:5] in _TOO_LARGE:
        return "too_large"
    if code in _FULL or detail[2:5] == "2.2":
        return "full"
    if code < 500:  # noqa: PLR2004 - RFC 5321; greylisting is one of these
        return "busy"
    return "refused" if subject == "7." or code not in _BOX else "no_box"


_STEP: Final = 64 * 1024
"""Size in bytes to which a mail is padded, three times our largest one so far; a larger mail has a multiple of it."""


class Lease:
    """What one process has leased together; it owns a row as long as that bears a moment which it wrote there.

    A process that was suspended beyond its lease knows by this that another one has a mail now.
    """

    def __init__(self) -> None:
        self._moments: deque[datetime] = deque(maxlen=2 * round(LEASE.total_seconds() / RENEWAL_SECONDS))

    def extend(self, now: datetime) -> datetime:
        """The moment until which it lasts from now on, which no other lease has."""
        self._moments.append(now + LEASE - timedelta(microseconds=secrets.randbelow(100_000)))
        return self._moments[-1]

    def owns(self) -> ColumnElement[bool]:
        """Whether a row is its own; also one of which it does not know yet whether the last renewal was kept."""
        return OutgoingMailRow.leased_until.in_(list(self._moments))


@dataclass(frozen=True, slots=True)
class LeasedMail:
    """A mail that one process has exclusively, as long as it renews its lease.

    Attributes:
        id: row of the outbox.
        message_id: its Message-ID.
        locked: the whole message.
        tries: failed attempts before.
        lease: with which the process has it.
    """

    id: int
    message_id: str
    locked: bytes
    tries: int
    lease: Lease = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """The number of mails that wait, and that were given up."""

    waiting: int
    given_up: int


def put(
    session: Session, message: EmailMessage, now: datetime, *, followed: bool = False, channel: Channel = MAIL_SERVER
) -> None:
    """Add a mail to the outbox; the same Message-ID only once.

    Args:
        session: the transaction that causes it.
        message: from `messages.compose`.
        now: it may be sent from this moment.
        followed: whether to keep its result, see `list_deliveries`.
        channel: by which it leaves.
    """
    message_id = str(message["Message-ID"])
    data = message.as_bytes()
    size = -(-(len(data) + LENGTH_BYTES) // _STEP) * _STEP
    locked = encrypt_padded(context.keyring().key_or_new(MAIL), data, size, sealing_context("mail", message_id))
    values = {"message_id": message_id, "locked": locked, "tries": 0, "next_try_at": now, "given_up": False}
    _insert(session, {**values, "followed": followed, "channel": channel})


def put_refused(session: Session, message_id: str, reason: DeliveryReason, now: datetime) -> None:
    """Record that a mail could not even be composed, so that its sender sees why.

    Args:
        session: the transaction that would have caused it.
        message_id: which it would have had.
        reason: `no_address` or `unreadable`.
        now: UTC.
    """
    values = {"message_id": message_id, "locked": b"", "tries": 0, "next_try_at": now, "given_up": True}
    _insert(session, {**values, "followed": True, "reason": reason})


def _insert(session: Session, values: Mapping[str, object]) -> None:
    session.execute(insert_into(OutgoingMailRow, session.get_bind().dialect).values(values).on_conflict_do_nothing())


def lease(session: Session, now: datetime, most: int = MAX_LEASED, channel: Channel = MAIL_SERVER) -> list[LeasedMail]:
    """Lease mails that are due, so that no other process sends them; commit before sending.

    Those to staff go before letters to families, and the newest of them first: so none that says "please sign in"
    because of danger waits behind a thousand others, and none has to bear a mark of danger.
    """
    newest, oldest = OutgoingMailRow.next_try_at.desc(), OutgoingMailRow.next_try_at
    rows: list[OutgoingMailRow] = []
    for is_followed, order in ((False, newest), (True, oldest)):
        due = select(OutgoingMailRow).where(*_due(now, channel), OutgoingMailRow.followed.is_(is_followed))
        due = due.order_by(order, OutgoingMailRow.id).limit(most - len(rows))
        rows += session.scalars(due.with_for_update(skip_locked=True)) if len(rows) < most else ()
    new_lease = Lease()
    until = new_lease.extend(now)
    for row in rows:
        row.leased_until = until
    return [LeasedMail(row.id, row.message_id, row.locked, row.tries, new_lease) for row in rows]


def renew(session: Session, mails: Sequence[LeasedMail], now: datetime) -> None:
    """Keep what was leased together from other processes, but what is settled, or was lost to them."""
    own_lease = mails[0].lease
    own_rows = OutgoingMailRow.id.in_([mail.id for mail in mails]), own_lease.owns()
    session.execute(update(OutgoingMailRow).where(*own_rows).values(leased_until=own_lease.extend(now)))


def is_own(session: Session, mail: LeasedMail) -> bool:
    """Whether no other process took over a mail, or settled it, since it was leased."""
    own_row = OutgoingMailRow.id == mail.id, mail.lease.owns()
    return session.scalar(select(OutgoingMailRow.id).where(*own_row)) is not None


def release(session: Session, mails: Collection[LeasedMail]) -> None:
    """Give back the lease of some mails that were not tried."""
    for mail in mails:
        own_row = OutgoingMailRow.id == mail.id, mail.lease.owns()
        session.execute(update(OutgoingMailRow).where(*own_row).values(leased_until=None))


def is_due(session: Session, now: datetime, channel: Channel = MAIL_SERVER) -> bool:
    """Whether any mail could be leased."""
    return session.scalar(select(OutgoingMailRow.id).where(*_due(now, channel)).limit(1)) is not None


def _due(now: datetime, channel: Channel) -> tuple[ColumnElement[bool], ...]:
    """What can be leased; moments further away than any wait were reckoned by a wrong clock."""
    until, next_try_at = OutgoingMailRow.leased_until, OutgoingMailRow.next_try_at
    not_leased = or_(until.is_(None), until <= now, until > now + 2 * LEASE)
    is_time = or_(next_try_at <= now, next_try_at > now + 2 * RETRY_WAITS[-1])
    return *_waits(), is_time, not_leased, OutgoingMailRow.channel == channel


def _waits() -> tuple[ColumnElement[bool], ...]:
    return not_(OutgoingMailRow.given_up), OutgoingMailRow.sent_on.is_(None)


def decrypt_mail(mail: LeasedMail) -> bytes:
    """The message of a leased mail, as it was composed.

    Raises:
        CannotOpen, KeyGone: the mail key is not the one it was encrypted under.
    """
    return decrypt_padded(context.keyring().key(MAIL), mail.locked, sealing_context("mail", mail.message_id))


def settle(session: Session, mail: LeasedMail, attempt: DeliveryAttempt, now: datetime) -> None:
    """Record the result of an attempt: delete an accepted mail, plan the next attempt, or give up.

    Nothing is recorded of a failure with a mail that another process has now.
    """
    own_row = OutgoingMailRow.id == mail.id
    if attempt.result == "sent":
        if not count_changed(session, delete(OutgoingMailRow).where(own_row, OutgoingMailRow.followed.is_(False))):
            values_when_sent = {"locked": b"", "sent_on": now.date(), "leased_until": None, "reason": ""}
            session.execute(update(OutgoingMailRow).where(own_row).values(values_when_sent))
        return
    values = _values_of_failure(mail.tries + 1, attempt, now)
    session.execute(update(OutgoingMailRow).where(own_row, mail.lease.owns()).values(values))


def settle_unreached(session: Session, attempt: DeliveryAttempt, now: datetime, channel: Channel = MAIL_SERVER) -> None:
    """Count an unreachable server as an attempt of every mail that is due, so that not each of them waits for it."""
    waiting = select(OutgoingMailRow.tries).where(*_due(now, channel)).distinct()
    for tries in session.scalars(waiting).all():
        due = update(OutgoingMailRow).where(*_due(now, channel), OutgoingMailRow.tries == tries)
        session.execute(due.values(_values_of_failure(tries + 1, attempt, now)))


def _values_of_failure(tries: int, attempt: DeliveryAttempt, now: datetime) -> dict[str, object]:
    again = next_try(tries, now) if attempt.result == "again" else None
    values = {"tries": tries, "leased_until": None, "reason": attempt.reason, "given_up": again is None}
    return values | {"next_try_at": again or now.replace(hour=0, minute=0, second=0, microsecond=0)}


def delivery_status(session: Session) -> DeliveryStatus:
    """The state of the outbox, for the coordinator."""
    count = select(OutgoingMailRow.given_up, func.count()).where(OutgoingMailRow.sent_on.is_(None))
    count = count.group_by(OutgoingMailRow.given_up)
    counts = dict(session.execute(count).all())
    return DeliveryStatus(waiting=counts.get(False, 0), given_up=counts.get(True, 0))


_STUCK_TRIES: Final = 5
"""Failed attempts after which a mail has waited for more than two and a half hours (`RETRY_WAITS`)."""


def is_any_stuck(session: Session) -> bool:
    """Whether a message waits for more than two and a half hours though it was tried; never how many."""
    stuck = select(OutgoingMailRow.id).where(*_waits(), OutgoingMailRow.tries >= _STUCK_TRIES)
    return session.scalar(stuck.limit(1)) is not None


DeliveryState = Literal["queued", "tried", "sent", "refused", "given_up"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The state of one mail.

    Attributes:
        state: `queued`, or `tried` and tried again; `sent`; `refused` permanently by a server, or never composed;
            `given_up` after four days.
        reason: of the last failure.
        sent_on: the day on which a server accepted it, UTC.
        next_try_at: while it waits.
    """

    state: DeliveryState
    reason: DeliveryReason
    sent_on: date | None
    next_try_at: datetime | None


def list_deliveries(session: Session, message_ids: Collection[str]) -> dict[str, Delivery]:
    """The state of each of these mails, by Message-ID; mails that are not followed are deleted once they are sent."""
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
    """Delete the records of mails that a server accepted before a day."""
    session.execute(delete(OutgoingMailRow).where(OutgoingMailRow.sent_on < before))


def list_undelivered(session: Session, message_ids: Collection[str]) -> frozenset[str]:
    """Which of these mails could not be delivered."""
    lost = OutgoingMailRow.given_up, OutgoingMailRow.message_id.in_(message_ids)
    return frozenset(session.scalars(select(OutgoingMailRow.message_id).where(*lost)))


def take_back(session: Session, message_ids: Collection[str]) -> int:
    """Withdraw those of these mails that wait; returns how many. Mails that were given up stay listed."""
    waiting = (OutgoingMailRow.message_id.in_(message_ids), *_waits())
    return count_changed(session, delete(OutgoingMailRow).where(*waiting))


def forget(session: Session, message_ids: Collection[str]) -> None:
    """Delete these mails, whatever their state, with the record of their addresses."""
    session.execute(delete(OutgoingMailRow).where(OutgoingMailRow.message_id.in_(message_ids)))


def try_again(session: Session, now: datetime, message_ids: Collection[str]) -> int:
    """Retry those of these mails that were given up; returns how many."""
    values = {"given_up": False, "tries": 0, "next_try_at": now, "leased_until": None, "reason": ""}
    lost = (OutgoingMailRow.given_up, OutgoingMailRow.locked != b"", OutgoingMailRow.message_id.in_(message_ids))
    return count_changed(session, update(OutgoingMailRow).where(*lost).values(values))
