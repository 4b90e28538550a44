"""What a store gives of a thread."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import date

from youthvoice.threads.case_state import Marks


@dataclass(frozen=True, slots=True)
class Line:
    """A thread as its reader sees it in a list: nothing of it is opened.

    Attributes:
        id: 16 bytes.
        site_id: where.
        day: it began, at the site.
        version: goes up with every change of `marks`.
        marks: how it stands.
    """

    id: bytes
    site_id: int
    day: date
    version: int
    marks: Marks


def fingerprint(public_key: bytes, reply_key: bytes, locator: bytes) -> str:
    """What the locked marks vouch for, 22 characters.

    Whoever writes in the database would otherwise put the key of a code of her own into another child's thread, and be
    answered in that child's place.
    """
    found = hashlib.sha256(b"youthvoice/1|thread-keys|" + public_key + reply_key + locator).digest()
    return base64.urlsafe_b64encode(found[:16]).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """A thread as the house knows it, without a key to open it.

    Attributes:
        public_key: entries are sealed to it, 32 bytes.
        reply_key: replies to the child are sealed to it, 32 bytes.
        month: its destruction month.
    """

    line: Line
    public_key: bytes
    reply_key: bytes
    month: str

    @property
    def id(self) -> bytes:
        """16 bytes."""
        return self.line.id

    @property
    def marks(self) -> Marks:
        """How it stands."""
        return self.line.marks


@dataclass(frozen=True, slots=True)
class Opened:
    """A thread with its private key, for the time of a request.

    Attributes:
        facts: of the thread.
        private: 32 bytes.
    """

    facts: ThreadFacts
    private: bytes = field(repr=False)
