"""Send what is due; any number of work processes at once."""

import logging
from datetime import datetime

from sqlalchemy import Engine

from youthvoice import context, db
from youthvoice.config import Settings
from youthvoice.mail import outbox
from youthvoice.mail.transport import Transport, open_transport
from youthvoice.privacy.crypto.symmetric_encryption import CannotOpen
from youthvoice.privacy.keys.key_files import KeyGone

_log = logging.getLogger(__name__)


def send_due() -> None:
    """Send every mail that is due; for the work process."""
    send_all_due(db.engine(), context.settings(), context.now)


def send_all_due(engine: Engine, settings: Settings, clock: context.Clock) -> int:
    """Send every mail that is due.

    A mail is deleted after the server took it; a process that dies in between sends it again, under the same
    Message-ID. The clock is asked for every lease, so that a long round of sending never works on old leases.

    Returns:
        How many were sent.
    """
    sent = 0
    while leased := _leased(engine, clock()):
        with open_transport(settings) as somebody:
            for one in leased:
                result = _handed_over(somebody, one)
                with db.writing(engine) as session:
                    outbox.settle(session, one, result, clock())
                sent += result == "sent"
    return sent


def _leased(engine: Engine, now: datetime) -> list[outbox.LeasedMail]:
    """Looks without queueing first, so that an empty outbox never holds a writer up."""
    with db.reading(engine) as session:
        if not outbox.is_due(session, now):
            return []
    with db.writing(engine) as session:
        return outbox.lease(session, now)


def _handed_over(somebody: Transport, leased: outbox.LeasedMail) -> outbox.DeliveryResult:
    try:
        message = outbox.unlock_mail(leased)
    except (CannotOpen, KeyGone):
        _log.error("a mail of the outbox does not open")
        return "again"
    result = somebody.hand_over(message)
    if result != "sent":
        _log.warning("a mail was not taken: %s", result)
    return result
