"""Say something in a thread, and read what was said: the one way for desk, child and work process.

Whoever writes needs no key; whoever reads has opened the thread first.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads import entry_store, store
from youthvoice.threads.entities import Opened, ThreadFacts
from youthvoice.threads.entries import CHILD, Entry, open_entry, seal_entry


def say(session: Session, keyring: Keyring, thread: ThreadFacts, entry: Entry) -> None:
    """Add an entry for the readers of a thread, after everything that is in it."""
    turn = entry_store.turns(session, thread.id)
    month = store.month_of(session, thread.id) or thread.month
    sealed = seal_entry(keyring, thread.id, thread.public_key, month, replace(entry, turn=turn))
    entry_store.add_entry(session, thread.id, sealed)


def tell_child(session: Session, keyring: Keyring, thread: ThreadFacts, reply: Entry) -> None:
    """Add a reply that the child's code opens."""
    turn = entry_store.reply_turns(session, thread.id)
    month = store.month_of(session, thread.id) or thread.month
    sealed = seal_entry(keyring, thread.id, thread.reply_key, month, replace(reply, turn=turn))
    entry_store.add_reply(session, thread.id, sealed)


def step(session: Session, keyring: Keyring, thread: ThreadFacts, name: str, day: date, /, **said: Any) -> None:
    """Add a step to the child's timeline, such as `looked` or `closed`."""
    tell_child(session, keyring, thread, Entry("step", CHILD, day, said={"step": name, **said}))


def said_in(session: Session, keyring: Keyring, thread: Opened) -> list[Entry]:
    """Everything in a thread, in order.

    Raises:
        CannotOpen, KeyGone: see `open_entry`.
    """
    month = thread.facts.month
    found = entry_store.entries(session, thread.facts.id)
    return _ordered(open_entry(keyring, thread.facts.id, thread.private, month, kept) for kept in found)


def said_to_child(session: Session, keyring: Keyring, thread: ThreadFacts, private: bytes) -> list[Entry]:
    """Everything that was said to the child, in order.

    Args:
        session: only read.
        keyring: the key files.
        thread: hers.
        private: the private key of her code, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `open_entry`.
    """
    found = entry_store.replies(session, thread.id)
    return _ordered(open_entry(keyring, thread.id, private, thread.month, kept) for kept in found)


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.turn, entry.day, entry.id))
