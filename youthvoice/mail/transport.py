"""Send the mails that are due, by SMTP or, in development, into a folder of `.eml` files. No address is ever logged.

An `.eml` file holds an address and a link in clear: in production without a server nothing is sent, and every mail
stays in the outbox, encrypted, until there is one.

Several work processes may send in parallel.

`smtps://` uses TLS from the first byte. `smtp://` requires STARTTLS, except to this very machine.
"""

import contextlib
import logging
import os
import secrets
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.jobs.turns import Turn
from youthvoice.jobs.worker_health import SERVER_FAILED, record_heartbeat
from youthvoice.mail import outbox
from youthvoice.mail.messages import read_message
from youthvoice.mail.outbox import DeliveryAttempt, DeliveryReason, reason_of, result_of

ANSWER_SECONDS = 20  # that a server may take for one answer

TAKING_SECONDS = 60  # for that to a whole mail: one that is left before its answer comes again, and is there twice

MAIL_SECONDS = 70.0  # for all of a mail: less than a lane of the work process may be silent

_QUIT_SECONDS: Final = 5.0

_END_OF_MAIL: Final = b"\r\n.\r\n"

_SENT = DeliveryAttempt("sent")

_CLOSING = 421  # RFC 5321: the server ends the connection after it


class _NoTlsError(smtplib.SMTPException):
    """A remote server without TLS."""


_HERE = frozenset({"127.0.0.1", "localhost", "::1"})

_PORTS = {"smtp": 587, "smtps": 465}


class Transport(Protocol):
    """Something that accepts mails."""

    def deliver(self, data: bytes) -> DeliveryAttempt:
        """Deliver one composed mail, or return why not and whether to try again."""


@contextlib.contextmanager
def open_transport(settings: Settings) -> Iterator[Transport]:
    """The transport of these settings, for the duration of the block."""
    if settings.smtp_url is None:
        yield FolderTransport(settings.outbox)
        return
    server = SmtpTransport(settings.smtp_url)
    try:
        yield server
    finally:
        server.quit()


class FolderTransport:
    """Writes `.eml` files atomically, named by Message-ID; a mail that is written again has the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, data: bytes) -> DeliveryAttempt:
        """Write one file, mode 0600."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = _read_headers(data)["Message-ID"].strip().strip("<>").split("@")[0]
        beside = self._folder / f".{secrets.token_hex(8)}"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
            beside.replace(self._folder / f"{name}.eml")
        finally:
            beside.unlink(missing_ok=True)  # on a full disk
        return _SENT


class _Connection(smtplib.SMTP):
    """A connection whose socket is known before the server says anything, so that it can be cut.

    Args:
        host: of the server.
        port: of the server.
        tls: for TLS from the first byte.
        note_socket: gets the socket.
    """

    def __init__(
        self, host: str, port: int, tls: ssl.SSLContext | None, note_socket: Callable[[socket.socket], None]
    ) -> None:
        self._tls, self._note_socket = tls, note_socket
        super().__init__(host, port, timeout=ANSWER_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc] # as SMTP_SSL does it
        self._note_socket(plain)
        return self._tls.wrap_socket(plain, server_hostname=host) if self._tls else plain

    def send(self, s: Any) -> None:
        """Send something; after a whole mail its server has more time to answer."""
        super().send(s)
        if self.sock is not None:
            is_mail = isinstance(s, bytes) and s.endswith(_END_OF_MAIL)
            self.sock.settimeout(TAKING_SECONDS if is_mail else ANSWER_SECONDS)


class SmtpTransport:
    """One connection to an SMTP server, opened on first use and again after it was lost."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._connection: smtplib.SMTP | None = None
        self._socket: socket.socket | None = None
        self._is_cut = False

    def deliver(self, data: bytes) -> DeliveryAttempt:
        """Send one mail; a permanent refusal is `never`, any other failure is `again`."""
        with self._limiting():
            return self._deliver(data)

    @contextlib.contextmanager
    def _limiting(self, seconds: float | None = None) -> Iterator[None]:
        """Cut the connection where all takes too long: each byte of a slow answer has its own time."""
        self._is_cut = False
        timer = threading.Timer(MAIL_SECONDS if seconds is None else seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self._is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _note_socket(self, plain: socket.socket) -> None:
        self._forget_socket()
        self._socket = plain.dup()  # TLS takes the other one over
        if self._is_cut:  # while the server was looked for
            self._cut()

    def _forget_socket(self) -> None:
        copied, self._socket = self._socket, None
        if copied is not None:
            copied.close()

    def _deliver(self, data: bytes) -> DeliveryAttempt:  # noqa: PLR0911 - a server can refuse in many ways
        try:
            connection = self._connection = self._open_connection() or self._connect()
        except (smtplib.SMTPException, OSError) as error:
            return DeliveryAttempt("again", self._why_not_reached(error), reached=False)
        try:
            _send(connection, data)
        except smtplib.SMTPHeloError as error:
            self._drop_connection()
            return DeliveryAttempt("again", self._why_not_reached(error), reached=False)
        except smtplib.SMTPNotSupportedError:
            return DeliveryAttempt("never", "no_address")  # the server supports no such characters
        except smtplib.SMTPRecipientsRefused as refused:
            (reply,) = refused.recipients.values()  # a mail has one recipient
            return self._refused(*reply)
        except smtplib.SMTPSenderRefused as refused:  # the sender is the same for all mails, and can be corrected
            attempt = self._refused(refused.smtp_code, refused.smtp_error)
            if attempt.reason == "too_large":  # MAIL FROM names the size
                return attempt
            return DeliveryAttempt("again", "refused" if attempt.reason in {"no_box", "full"} else attempt.reason)
        except smtplib.SMTPResponseException as refused:
            return self._refused(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self._drop_connection()  # perhaps only this mail makes it hang: the next one gets a new connection
            return DeliveryAttempt("again", self._why_not_reached(error))
        return _SENT

    def check(self) -> DeliveryReason:
        """Sign in, as for a mail, without sending one; why that did not succeed, or empty."""
        with self._limiting():
            try:
                self._connection = self._connect()
                self._connection.noop()
            except (smtplib.SMTPException, OSError) as error:
                return self._why_not_reached(error)
        return ""

    def _open_connection(self) -> smtplib.SMTP | None:
        """The connection of the mail before, if its server still answers: some take one mail only."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if self._connection is not None and result_of(self._connection.noop()[0]) == "sent":
                return self._connection
        self._drop_connection()
        return None

    def _why_not_reached(self, error: Exception) -> DeliveryReason:
        return "slow" if self._is_cut else _why_not_reached(error)

    def _refused(self, code: int, server_text: bytes | str) -> DeliveryAttempt:
        if code == _CLOSING:
            self._drop_connection()
        detail = server_text.decode("ascii", "replace") if isinstance(server_text, bytes) else server_text
        reason = reason_of(code, detail[:6])
        is_final = result_of(code) == "never" and reason != "sign_in"
        return DeliveryAttempt("never" if is_final else "again", reason)  # an answer that fits nowhere accepts nothing

    def _drop_connection(self) -> None:
        """Close the connection without waiting for an answer."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        self._forget_socket()

    def quit(self) -> None:
        """End the connection politely."""
        with self._limiting(_QUIT_SECONDS), contextlib.suppress(smtplib.SMTPException, OSError):
            if self._connection is not None:
                self._connection.quit()
        self._drop_connection()

    def _connect(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        port = self._url.port or _PORTS.get(self._url.scheme, 587)
        safe = ssl.create_default_context()
        if self._url.scheme == "smtps":
            return self._signed_in(_Connection(host, port, safe, self._note_socket))
        connection = _Connection(host, port, None, self._note_socket)
        try:
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=safe)
                return self._signed_in(connection)
            return self._signed_in(_require_local(connection, host))
        except BaseException:
            connection.close()
            raise

    def _signed_in(self, connection: smtplib.SMTP) -> smtplib.SMTP:
        if self._url.username:
            try:
                connection.login(unquote(self._url.username), unquote(self._url.password or ""))
            except (smtplib.SMTPNotSupportedError, UnicodeEncodeError):  # letters that no sign-in of SMTP has
                raise smtplib.SMTPAuthenticationError(535, "no sign-in") from None
        return connection


def _send(connection: smtplib.SMTP, data: bytes) -> None:
    """Send a mail as it was composed: to take it apart and put it together again takes longer than to send it."""
    headers = _read_headers(data)
    (_name, sender), (_no_name, recipient) = getaddresses([str(headers["From"]), str(headers["To"])])
    if (sender + recipient).isascii() and _ENCODED not in sender + recipient:
        connection.sendmail(sender, [recipient], data)
    else:  # not every server takes such an address
        connection.send_message(read_message(data))


_ENCODED: Final = "=?"  # RFC 2047: letters that are not ASCII


def _read_headers(data: bytes) -> Message:
    return BytesHeaderParser().parsebytes(data)


def _why_not_reached(error: Exception) -> DeliveryReason:
    if isinstance(error, _NoTlsError):
        return "no_tls"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "sign_in"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, smtplib.SMTPResponseException):
        return "busy" if result_of(error.smtp_code) == "again" else "refused"
    late = any(isinstance(cause, TimeoutError) for cause in (error, error.__context__))  # smtplib wraps it
    return "slow" if late else "no_server"


def _require_local(connection: smtplib.SMTP, host: str) -> smtplib.SMTP:
    if host not in _HERE:
        raise _NoTlsError("no TLS")
    return connection


class MailServerFailed(RuntimeError):
    """The mail server let nobody in; why, is recorded."""


def check_server() -> None:
    """The job: sign in at the mail server, so that it is known whether it works before there is a mail.

    Raises:
        MailServerFailed: it could not; the job counts as failed.
    """
    if (url := context.settings().smtp_url) is None:
        return
    server = SmtpTransport(url)
    try:
        reason = server.check()
    finally:
        server.quit()
    if reason:
        record_heartbeat(db.engine(), f"{SERVER_FAILED}{reason}")
        raise MailServerFailed(reason)


_log = logging.getLogger(__name__)

_SILENT = frozenset({"slow", "no_server"})

_MAX_SILENT_ATTEMPTS = 2  # in a row; then the server is at fault, not one mail


def send_due() -> bool:
    """The job: send mails that are due.

    Returns:
        Whether some are left for the next turn.
    """
    turn = Turn()
    send_all_due(db.engine(), context.settings(), context.now, turn)
    return turn.is_cut


def send_all_due(engine: Engine, settings: Settings, clock: context.Clock, turn: Turn | None = None) -> int:
    """Send every mail that is due, or what a turn has time for.

    A mail is deleted after the server accepted it; a process that dies in between sends it again, under the same
    Message-ID. The clock is read for every lease, which is renewed while a server takes its time. If no server
    answers, this counts as an attempt of every mail that is due, and the other jobs of this process go on.

    Returns:
        How many were sent.
    """
    if not settings.sends_mail:
        return 0
    with open_transport(settings) as transport:
        return send_due_by(transport, outbox.MAIL_SERVER, engine, clock, turn)


def send_due_by(
    transport: Transport, channel: outbox.Channel, engine: Engine, clock: context.Clock, turn: Turn | None = None
) -> int:
    """Send every message of one channel that is due; see `send_all_due`."""
    sent = silences = 0
    leases = iter(lambda: _lease_due(engine, clock(), channel), [])
    for leased in leases if turn is None else turn.take(leases):
        with _renewing(engine, clock, leased):
            for place, leased_mail in enumerate(leased):
                if not _is_own(engine, leased_mail):
                    continue
                attempt = _accepted.find(leased_mail.message_id) or _deliver(transport, leased_mail)
                silences = silences + 1 if attempt.reason in _SILENT else 0
                lost = not attempt.reached or silences == _MAX_SILENT_ATTEMPTS
                is_over = turn is not None and turn.is_over
                if attempt.result == "sent":
                    _accepted.put(leased_mail.message_id, attempt)
                settle = partial(_settle, leased[place:], attempt, clock, channel if lost else None, is_over=is_over)
                _write_surely(engine, settle)
                _accepted.forget(leased_mail.message_id)
                sent += attempt.result == "sent"
                if lost:
                    return sent
                if is_over:
                    break
    return sent


def _settle(  # noqa: PLR0913 - what a transaction is given
    mails: Sequence[outbox.LeasedMail],
    attempt: DeliveryAttempt,
    clock: context.Clock,
    lost_channel: outbox.Channel | None,
    session: Session,
    *,
    is_over: bool,
) -> None:
    """Record an attempt at the first of some mails; all others that are due count as tried where a channel is lost."""
    for mail in mails if lost_channel else mails[:1]:
        outbox.settle(session, mail, attempt, clock())
    if lost_channel:
        outbox.settle_unreached(session, attempt, clock(), lost_channel)
    elif is_over:
        outbox.release(session, mails[1:])


_accepted: Final = context.AppCache[str, DeliveryAttempt](1000)
"""What a server accepted and no row says yet, by Message-ID: it is not sent again when the database is back."""

_INSISTS_SECONDS: Final = 10.0


def _write_surely(engine: Engine, write: Callable[[Session], None]) -> None:
    """Write in a transaction, again and again while the database restarts, cuts connections or is full for a moment."""
    until = time.monotonic() + _INSISTS_SECONDS
    while True:
        try:
            with db.writing(engine) as session:
                write(session)
        except Exception as error:
            if not db.is_write_failure(error) or time.monotonic() >= until:
                raise
            time.sleep(0.1)
        else:
            return


@contextlib.contextmanager
def _renewing(engine: Engine, clock: context.Clock, leased: Sequence[outbox.LeasedMail]) -> Iterator[None]:
    """Renew the lease of mails while a server takes its time; a process that is killed renews nothing."""
    is_over = threading.Event()

    def renew() -> None:
        while not is_over.wait(outbox.RENEWAL_SECONDS):
            try:
                with db.writing(engine) as session:
                    outbox.renew(session, leased, clock())
            except Exception as error:  # noqa: BLE001 - without a database the sending fails, which says why
                _log.warning("mails stay with another process: %s", type(error).__name__)

    renewer = threading.Thread(target=copy_context().run, args=(renew,), name="renew mails", daemon=True)
    renewer.start()
    try:
        yield
    finally:
        is_over.set()
        renewer.join()


def _lease_due(engine: Engine, now: datetime, channel: outbox.Channel) -> list[outbox.LeasedMail]:
    """Lease mails, if any are due; checks without queueing, so that an empty outbox never delays a writer."""
    with db.reading(engine) as session:
        if not outbox.is_due(session, now, channel):
            return []
    with db.writing(engine) as session:
        return outbox.lease(session, now, channel=channel)


def _is_own(engine: Engine, mail: outbox.LeasedMail) -> bool:
    """Whether this process still has a mail: it may have been suspended for longer than its lease."""
    with db.reading(engine) as session:
        return outbox.is_own(session, mail)


def _deliver(transport: Transport, mail: outbox.LeasedMail) -> DeliveryAttempt:
    try:
        data = outbox.decrypt_mail(mail)
    except (CannotOpen, KeyGone):
        _log.error("a mail of the outbox does not open")
        return DeliveryAttempt("again", "unreadable")
    attempt = transport.deliver(data)
    if attempt.result != "sent":
        _log.warning("a mail was not taken: %s, %s", attempt.result, attempt.reason)
    return attempt
