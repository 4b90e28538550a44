"""Threads and their entries, as values. Pure; `sealed_thread` says how they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from youthvoice.threads import case_state


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """A thread in the list of its reader: nothing of it is opened.

    Attributes:
        id: 16 bytes.
        site_id: row of `sites`.
        day: it began, at the site.
        version: increases with every change of `case`.
        case: its state.
    """

    id: bytes
    site_id: int
    day: date
    version: int
    case: case_state.CaseState


@dataclass(frozen=True, slots=True)
class Thread(ThreadSummary):
    """A thread as the installation sees it, without a key to open it.

    Attributes:
        public_key: entries are sealed to it, 32 bytes.
        reply_key: replies to the child are sealed to it, 32 bytes.
        month: its destruction month.
    """

    public_key: bytes
    reply_key: bytes
    month: str

    def open_with(self, private: bytes) -> "OpenedThread":
        """The thread with its private key, 32 bytes."""
        return OpenedThread(**{name: getattr(self, name) for name in Thread.__match_args__}, private=private)


@dataclass(frozen=True, slots=True)
class OpenedThread(Thread):
    """A thread with its private key, for the duration of a request.

    Attributes:
        private: 32 bytes.
    """

    private: bytes = field(repr=False)


CHILD: Final = 0
"""The author of an entry by the child."""


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One entry of a thread: a text or an action.

    Attributes:
        kind: such as `told`, `child`, `advocate`, `note`, `action`; for a reply `message`, `step`, `ask`.
        by: the author: a row of `people`, or `CHILD`.
        day: at the site.
        turn: 0, 1, 2, ... the order within the thread.
        said: its content, texts and picks, as JSON values.
        sound: a voice, as recorded; empty without one.
        id: 16 bytes; empty while it is not stored.
    """

    kind: str
    by: int
    day: date
    turn: int = 0
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    sound: bytes = field(default=b"", repr=False)
    id: bytes = b""
