"""Who reads a thread may change; that somebody reads it, and that nobody reads it who was left out, may not.

What the child said about readers, every hand-over and every stepping back are entries of the thread itself: whoever
gives a key on has opened it and sees them. The rules here hold in whatever order people come, go and lose keys.
Source: PRIVACY.md C, "A report"; S14.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import THREADS
from youthvoice.threads import store
from youthvoice.threads.entities import Line, Opened, ThreadFacts
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.key_wraps import Holder, decoy_for, wrap_for
from youthvoice.threads.readers.access import read_by
from youthvoice.threads.store import Me

FROM_LETTER: Final = "from_letter"
"""Kind of the entry in which an advocate says that a letter became this report, and whom she left out; also a flag."""

FROM_AGENDA: Final = "from_agenda"
"""The same of something that was suggested for an agenda, or stood on it."""

MADE_BY_HAND: Final = frozenset({FROM_LETTER, FROM_AGENDA})


class LeftOut(Exception):
    """The child left this person out, or she stepped back herself: nobody gives her the key."""


class LastReader(Exception):
    """Nobody else reads this thread; it would be lost."""


def kept_out(entries: Iterable[Entry]) -> frozenset[int]:
    """Whom the child left out, or who made a report of a letter, and who stepped back, for good; rows of `people`."""
    out: set[int] = set()
    for entry in entries:
        if entry.by == CHILD or entry.kind in MADE_BY_HAND:
            out.update(entry.said.get("left_out", ()))
        elif entry.kind == "recused":
            out.add(entry.by)
    return frozenset(out)


def were_given(entries: Iterable[Entry]) -> frozenset[int]:
    """Who was to read it, at first or by a hand-over, and was not kept out since."""
    found: set[int] = set()
    listed = list(entries)
    for entry in listed:
        found.update(entry.said.get("reads", ()))
    return frozenset(found) - kept_out(listed)


def give(session: Session, keyring: Keyring, thread: Opened, entries: Collection[Entry], to: Holder) -> None:
    """Let one more person read a thread; the caller writes the entry that says so (`said.reads`), and logs it.

    Args:
        session: may write.
        keyring: the key files.
        thread: opened by whoever gives.
        entries: everything in it.
        to: trusted, with her key of today.

    Raises:
        LeftOut: she may not have it.
    """
    if to.person_id in kept_out(entries):
        raise LeftOut
    wrapped = wrap_for(keyring.key(THREADS), thread.facts.id, thread.private, to)
    store.put_wrap(session, thread.facts.id, wrapped)


def step_back(
    session: Session, keyring: Keyring, thread: ThreadFacts, person_id: int, present: Sequence[Holder]
) -> None:
    """Somebody does not read a thread any more; the caller writes the entry `recused` in her name.

    Args:
        session: may write; the thread's row is held (`facts(to_change=True)`), so that two cannot leave at once.
        keyring: the key files.
        thread: which.
        person_id: who steps back.
        present: everybody who could read at the site and in its name: trusted, not left, with their keys of today.

    Raises:
        LastReader: nobody else of them reads it.
    """
    if not _others(session, keyring, thread.id, person_id, present):
        raise LastReader
    store.put_wrap(session, thread.id, decoy_for(person_id))


def leave_out(
    session: Session, keyring: Keyring, thread: ThreadFacts, people: Collection[int], present: Sequence[Holder]
) -> bool:
    """The child leaves people out who could read it so far; the caller writes the entry that says so (`left_out`).

    Args:
        session: may write; the thread's row is held.
        keyring: the key files.
        thread: which.
        people: rows of `people`.
        present: as of `step_back`.

    Returns:
        False where nobody else would read it: then nothing was changed, for it would be lost.
    """
    if not store.readers_of(session, keyring, thread.id, [_key_of(one) for one in present]) - set(people):
        return False
    for person_id in people:
        store.put_wrap(session, thread.id, decoy_for(person_id))
    return True


def only_hers(session: Session, keyring: Keyring, me: Me, present: Sequence[Holder]) -> list[Line]:
    """The threads that nobody else reads: she cannot leave, nor take a new key, before somebody else does."""
    others = read_by(session, keyring, [_key_of(one) for one in present if one.person_id != me.person_id])
    return [line for line in store.mine(session, keyring, me) if line.id not in others]


def _others(
    session: Session, keyring: Keyring, thread_id: bytes, person_id: int, present: Sequence[Holder]
) -> set[int]:
    people = [_key_of(one) for one in present if one.person_id != person_id]
    return store.readers_of(session, keyring, thread_id, people)


def _key_of(one: Holder) -> tuple[int, bytes]:
    return one.person_id, one.public_key
