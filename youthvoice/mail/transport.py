"""Send what is due, to an SMTP server or into a folder of `.eml` files. No address reaches a log or an error.

Any number of work processes may send at once.

`smtps://` speaks TLS from the first byte. `smtp://` asks for STARTTLS and sends nothing without it, except to this
very machine.
"""

import contextlib
import logging
import os
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine

from youthvoice import context, db
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.mail import outbox
from youthvoice.mail.outbox import DeliveryResult, result_of

ANSWER_SECONDS = 20  # that a server may take for one answer


_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


_PORTS = {"smtp": 587, "smtps": 465}


class Transport(Protocol):
    """Somebody who takes mails."""

    def hand_over(self, message: EmailMessage) -> DeliveryResult:
        """Take one mail, or say whether to come again."""


@contextlib.contextmanager
def open_transport(settings: Settings) -> Iterator[Transport]:
    """Whoever takes mails here, for the time of the block."""
    if settings.smtp_url is None:
        yield FolderTransport(settings.outbox)
        return
    server = SmtpTransport(settings.smtp_url)
    try:
        yield server
    finally:
        server.leave()


class FolderTransport:
    """Writes `.eml` files, whole and at once, named by Message-ID; a mail that is written again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, message: EmailMessage) -> DeliveryResult:
        """Write one file, mode 0600."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        beside = self._folder / f".{secrets.token_hex(8)}"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(handle)
        beside.replace(self._folder / f"{name}.eml")
        return "sent"


class SmtpTransport:
    """One connection to an SMTP server, made when first needed and again when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._connection: smtplib.SMTP | None = None

    def hand_over(self, message: EmailMessage) -> DeliveryResult:
        """Send one mail; what a server refuses for good is `never`, anything else that fails is `again`."""
        try:
            self._connection = self._connection or self._connect()
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            return max((result_of(code) for code, _ in refused.recipients.values()), key=("again", "never").index)
        except smtplib.SMTPDataError as refused:
            return result_of(refused.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return "never"  # an address this server has no letters for
        except (smtplib.SMTPException, OSError):
            self.leave()
            return "again"
        return "sent"

    def leave(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.quit()

    def _connect(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        port = self._url.port or _PORTS.get(self._url.scheme, 587)
        safe = ssl.create_default_context()
        if self._url.scheme == "smtps":
            return self._signed_in(smtplib.SMTP_SSL(host, port, timeout=ANSWER_SECONDS, context=safe))
        connection = smtplib.SMTP(host, port, timeout=ANSWER_SECONDS)
        try:
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=safe)
                return self._signed_in(connection)
            return self._signed_in(_only_here(connection, host))
        except BaseException:
            connection.close()
            raise

    def _signed_in(self, connection: smtplib.SMTP) -> smtplib.SMTP:
        if self._url.username:
            try:
                connection.login(unquote(self._url.username), unquote(self._url.password or ""))
            except smtplib.SMTPNotSupportedError:
                raise smtplib.SMTPException("no sign-in") from None
        return connection


def _only_here(connection: smtplib.SMTP, host: str) -> smtplib.SMTP:
    if host not in _HERE:
        raise smtplib.SMTPException("no TLS")
    return connection


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
