"""Send what is due, to an SMTP server or, in development, into a folder of `.eml` files. No address reaches a log.

An `.eml` file holds an address and a link in clear: in production without a server nothing is sent, and every mail
stays in the outbox, locked, until there is one.

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
from youthvoice.mail.outbox import DeliveryAttempt, DeliveryReason, reason_of, result_of

ANSWER_SECONDS = 20  # that a server may take for one answer

_SENT = DeliveryAttempt("sent")

_CLOSING = 421  # RFC 5321: the server ends the connection after it


class _NoTlsError(smtplib.SMTPException):
    """A server elsewhere that speaks no TLS."""


_HERE = frozenset({"127.0.0.1", "localhost", "::1"})

_PORTS = {"smtp": 587, "smtps": 465}


class Transport(Protocol):
    """Somebody who takes mails."""

    def hand_over(self, message: EmailMessage) -> DeliveryAttempt:
        """Take one mail, or say why not and whether to come again."""


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

    def hand_over(self, message: EmailMessage) -> DeliveryAttempt:
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
        return _SENT


class SmtpTransport:
    """One connection to an SMTP server, made when first needed and again when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._connection: smtplib.SMTP | None = None

    def hand_over(self, message: EmailMessage) -> DeliveryAttempt:  # noqa: PLR0911 - a server can refuse in many ways
        """Send one mail; what a server refuses for good is `never`, anything else that fails is `again`."""
        try:
            connection = self._connection = self._connection or self._connect()
        except (smtplib.SMTPException, OSError) as error:
            return DeliveryAttempt("again", _why_not_reached(error), reached=False)
        try:
            connection.send_message(message)
        except smtplib.SMTPNotSupportedError:
            return DeliveryAttempt("never", "no_address")  # an address this server has no letters for
        except smtplib.SMTPRecipientsRefused as refused:
            (told,) = refused.recipients.values()  # a mail has one
            return self._refused(*told)
        except smtplib.SMTPSenderRefused as refused:  # who sends is the same for all of them, and can be put right
            attempt = self._refused(refused.smtp_code, b"")
            return DeliveryAttempt("again", "busy" if attempt.result == "again" else "refused")
        except smtplib.SMTPResponseException as refused:
            return self._refused(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()  # it may be this mail alone that it hangs at: the next one gets a new connection
            return DeliveryAttempt("again", _why_not_reached(error))
        return _SENT

    def _refused(self, code: int, said: bytes | str) -> DeliveryAttempt:
        if code == _CLOSING:
            self._hang_up()
        detail = said.decode("ascii", "replace") if isinstance(said, bytes) else said
        return DeliveryAttempt(result_of(code), reason_of(code, detail[:6]))

    def _hang_up(self) -> None:
        """Without waiting for a word of who has stopped answering."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def leave(self) -> None:
        """Say goodbye."""
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
                raise smtplib.SMTPAuthenticationError(535, "no sign-in") from None
        return connection


def _why_not_reached(error: Exception) -> DeliveryReason:
    if isinstance(error, _NoTlsError):
        return "no_tls"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "sign_in"
    late = any(isinstance(one, TimeoutError) for one in (error, error.__context__))  # smtplib wraps it
    return "slow" if late else "no_server"


def _only_here(connection: smtplib.SMTP, host: str) -> smtplib.SMTP:
    if host not in _HERE:
        raise _NoTlsError("no TLS")
    return connection


_log = logging.getLogger(__name__)

_SILENT = frozenset({"slow", "no_server"})

_MOST_SILENCES = 2  # in a row: then it is the server, not one mail


def send_due() -> None:
    """Send every mail that is due; for the work process."""
    send_all_due(db.engine(), context.settings(), context.now)


def send_all_due(engine: Engine, settings: Settings, clock: context.Clock) -> int:
    """Send every mail that is due.

    A mail is deleted after the server took it; a process that dies in between sends it again, under the same
    Message-ID. The clock is asked for every lease, so that a long round of sending never works on old leases. Where no
    server answers, this counts as a try of all that is due, and the other jobs of this process go on.

    Returns:
        How many were sent.
    """
    if not settings.sends_mail:
        return 0
    sent = silences = 0
    with open_transport(settings) as somebody:
        while leased := _leased(engine, clock()):
            for place, leased_mail in enumerate(leased):
                attempt = _handed_over(somebody, leased_mail)
                silences = silences + 1 if attempt.reason in _SILENT else 0
                lost = not attempt.reached or silences == _MOST_SILENCES
                with db.writing(engine) as session:
                    for mail in leased[place:] if lost else (leased_mail,):
                        outbox.settle(session, mail, attempt, clock())
                    if lost:
                        outbox.settle_unreached(session, attempt, clock())
                sent += attempt.result == "sent"
                if lost:
                    return sent
    return sent


def _leased(engine: Engine, now: datetime) -> list[outbox.LeasedMail]:
    """Looks without queueing first, so that an empty outbox never holds a writer up."""
    with db.reading(engine) as session:
        if not outbox.is_due(session, now):
            return []
    with db.writing(engine) as session:
        return outbox.lease(session, now)


def _handed_over(transport: Transport, mail: outbox.LeasedMail) -> DeliveryAttempt:
    try:
        message = outbox.unlock_mail(mail)
    except (CannotOpen, KeyGone):
        _log.error("a mail of the outbox does not open")
        return DeliveryAttempt("again", "unreadable")
    attempt = transport.hand_over(message)
    if attempt.result != "sent":
        _log.warning("a mail was not taken: %s, %s", attempt.result, attempt.reason)
    return attempt
