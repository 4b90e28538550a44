"""A real SMTP server on 127.0.0.1 that can be told how to answer."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Office:
    """Takes mail; `answers` are given first, one per mail, in order."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.answers: list[str] = []
        self.refuses: dict[str, str] = {}
        self.hangs: set[str] = set()
        self.pause = 0.0
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"smtps://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.hangs:
            await asyncio.sleep(60)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        await asyncio.sleep(self.pause)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250") or answer == "take and die":
            assert isinstance(envelope.content, bytes)
            self.taken.append(message_from_bytes(envelope.content))
        if answer.endswith("die"):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 gone"
        return answer


@contextmanager
def post_office(*, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Office]:
    """The server, on a free port, for the time of the block; it may insist on STARTTLS or speak TLS at once."""
    office = Office()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        office.port = free.getsockname()[1]
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=office.port,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
