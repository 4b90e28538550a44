"""A real mail server on 127.0.0.1 that keeps what it gets."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.journeys.support.server import free_port

PATIENCE = 10  # seconds until a letter must have come


@dataclass(frozen=True)
class Letter:
    """One delivered letter."""

    message: EmailMessage

    @property
    def subject(self) -> str:
        """Its subject line."""
        return str(self.message["Subject"])

    @property
    def link(self) -> str:
        """The address of the view, as the text has it."""
        found = re.search(r"http://127\.0\.0\.1:\d+/views/[\w.~-]+(?=\s)", self._text())
        assert found, self._text()
        return found[0]

    @property
    def unsubscribe(self) -> str:
        """The address that mail programs offer as a button (RFC 8058)."""
        assert "One-Click" in str(self.message["List-Unsubscribe-Post"])
        return str(self.message["List-Unsubscribe"]).strip("<>")

    def _text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body
        return str(body.get_content())


class Postbox:
    """What the server got, by recipient."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, Letter]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ARG002, N802 - the same
        """There is no box of anybody whose address begins with `nobody`."""
        if address.startswith("nobody"):
            return "550 5.1.1 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - the library's
        """Keep one letter."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters += [(recipient, Letter(message)) for recipient in envelope.rcpt_tos]
        return "250 OK"

    def only_letter_to(self, address: str) -> Letter:
        """The one letter that an address got."""
        until = time.monotonic() + PATIENCE
        while not (found := [letter for to, letter in self.letters if to == address]) and time.monotonic() < until:
            time.sleep(0.05)
        (letter,) = found
        return letter


@contextmanager
def post_office() -> Iterator[tuple[Postbox, str]]:
    """A server that takes letters until the block ends; gives the box and `smtp://` address."""
    postbox, port = Postbox(), free_port()
    office = Controller(postbox, hostname="127.0.0.1", port=port)
    office.start()
    try:
        yield postbox, f"smtp://127.0.0.1:{port}"
    finally:
        office.stop()
