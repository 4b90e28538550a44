"""What a child says in her own thread, written down: one transaction, and nothing is lost when two act at once.

Beside each entry for her readers lies a step for herself: it says that she acted, never what she told. What a broken
line makes her tablet send twice is written once.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.grievances.child_thread import rules
from youthvoice.grievances.child_thread.rules import Said
from youthvoice.grievances.follow_up import kept_going
from youthvoice.grievances.intake import fingerprints
from youthvoice.grievances.time_limits import CHILD_WROTE, after, rules_of
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import THREADS
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import entry_store
from youthvoice.threads import messages as conversation
from youthvoice.threads import store as thread_store
from youthvoice.threads.case_state import Marks
from youthvoice.threads.child_codes.lookup import is_there
from youthvoice.threads.entities import ThreadFacts
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.store import Meanwhile

_TRIES: Final = 5

MOST_VOICES: Final = 30
"""In one thread: its page opens all of it at once. Words are taken without end."""

_LARGE: Final = 64 * 1024  # bytes, sealed; twenty seconds of a voice


class TooManyVoices(Exception):
    """Nothing was written; words can be."""


def take(engine: Engine, keyring: Keyring, thread_id: bytes, said: Said, now: datetime) -> bool:
    """Write down what a child said; commits in a transaction of its own.

    Args:
        engine: of the house.
        keyring: the key files.
        thread_id: hers, 16 bytes.
        said: what.
        now: UTC.

    Returns:
        False where the thread has ended meanwhile: nothing was written.

    Raises:
        Meanwhile: somebody else changed it again and again; nothing was written.
        TooManyVoices: see there.
    """
    return retried(engine, lambda session: _taken(session, keyring, thread_id, said, now))


def retried(engine: Engine, write: Callable[[Session], bool]) -> bool:
    """Do what `write` does in a transaction of its own, and once more where somebody else was faster.

    Raises:
        Meanwhile: again and again; nothing was written.
    """
    for _again in range(_TRIES - 1):
        with suppress(Meanwhile), db.writing(engine) as session:
            return write(session)
    with db.writing(engine) as session:
        return write(session)


def _taken(session: Session, keyring: Keyring, thread_id: bytes, said: Said, now: datetime) -> bool:
    thread = thread_store.facts(session, keyring, thread_id, to_change=True)
    if thread is None or not is_there(keyring, thread):
        return False
    if said.sound and entry_store.of_size(session, thread_id, _LARGE) >= MOST_VOICES:
        raise TooManyVoices
    marks, site = thread.marks, _site_of(session, thread)
    if said.number:
        wrote = fingerprints.of_message(keyring.key(THREADS), said.number, said)
        if marks.wrote == wrote:
            return True
        marks = marks.having(wrote=wrote)
    entries = _entries(said, now.astimezone(ZoneInfo(site.time_zone)).date())
    write_down(session, keyring, thread, site, said, entries, marks, now)
    return True


def write_down(  # noqa: PLR0913, PLR0917 - what is written hangs on as many things
    session: Session,
    keyring: Keyring,
    thread: ThreadFacts,
    site: SiteFacts,
    said: Said,
    entries: Sequence[Entry],
    marks: Marks,
    now: datetime,
) -> None:
    """Entries for her readers, steps for herself, and how the thread stands then.

    Args:
        session: may write; the thread's row is held.
        keyring: the key files.
        thread: hers.
        site: where.
        said: what she did.
        entries: what of it her readers get.
        marks: how the thread stands, but for what follows from `said`.
        now: UTC.

    Raises:
        Meanwhile: somebody else changed the thread.
    """
    day = now.astimezone(ZoneInfo(site.time_zone)).date()
    for entry in entries:
        conversation.say(session, keyring, thread, entry)
    for name, more in _steps(said):
        conversation.step(session, keyring, thread, name, day, **more)
    if rules.reopens(marks, said):
        _say_that_it_opens_again(session, keyring, thread, day)
    after_it = rules.marks_after(marks, said, day, _until(site, marks, said, now))
    thread_store.change(session, keyring, thread.line, kept_going(site, after_it, now))


def _entries(said: Said, day: date) -> list[Entry]:
    """For her readers."""
    told: dict[str, Any] = {"words": said.words} if said.words else {}
    if said.kind != "child":
        told_of = (("answer", said.answer), ("ask", said.ask), ("question", said.question))
        told |= {name: value for name, value in told_of if value}
    entries = [Entry(said.kind, CHILD, day, said=told)] if told or said.kind != "child" else []
    if said.sound:
        entries.append(Entry("child_voice", CHILD, day, said={"kind": said.sound_kind}, sound=said.sound))
    return entries


def _steps(said: Said) -> list[tuple[str, dict[str, str]]]:
    """For herself."""
    if said.kind == "child":
        return [("you_wrote", {})]
    if said.kind == "withdraw":
        return [("withdraw_asked", {})]
    return [("you_said", {"about": said.kind, "answer": said.answer, "ask": said.ask})]


def _say_that_it_opens_again(session: Session, keyring: Keyring, thread: ThreadFacts, day: date) -> None:
    conversation.say(session, keyring, thread, Entry("reopened", CHILD, day))
    conversation.step(session, keyring, thread, "reopened", day)


def _site_of(session: Session, thread: ThreadFacts) -> SiteFacts:
    site = places.site(session, thread.line.site_id)
    assert site is not None  # a foreign key says so
    return places.facts(site)


def _until(site: SiteFacts, marks: Marks, said: Said, now: datetime) -> int:
    """Until when she gets an answer; trouble is as urgent as danger."""
    urgent = marks.urgent or said.is_trouble
    return after(rules_of(site.jurisdiction), CHILD_WROTE, harm=marks.harm, urgent=urgent, now=now)
