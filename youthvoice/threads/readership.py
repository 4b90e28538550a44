"""Who can read at a site and who can read a thread: the reader's key, what they have opened, and who gets a key.

For at most five seconds a letter may still be sealed to an advocate who leaves; they cannot sign in to open it. What
the child chose about readers, every handover and every stepping back are entries of the thread itself: a person who
gives a key on has opened the thread and sees them. The rules hold in whatever order people come, go and lose keys.
Source: PRIVACY.md C, "A report"; DESIGN.md 4, "A channel opens only with ..."; S14.
"""

import hmac
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from flask import session as form_session
from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accounts.people import directory
from youthvoice.accounts.store import Reader, Readers, find_person, find_readers
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.sites.last_day import stops_telling
from youthvoice.sites.store import Site
from youthvoice.threads.case_state import REPORT
from youthvoice.threads.entities import CHILD, OpenedThread, Thread, ThreadEntry, ThreadSummary
from youthvoice.threads.key_wraps import KeyHolder, decoy_wrap_for, thread_tag, wrap_thread_key
from youthvoice.threads.models import ThreadKeyWrapRow
from youthvoice.threads.store import ReaderKey, find_thread_readers, list_threads, put_thread_wrap
from youthvoice.threads.thread_ports import has_rota


def reader_key(session: Session, caller: Caller) -> ReaderKey:
    """The caller with their current public key.

    Raises:
        LookupError: the caller has no row, which a signed-in person has.
    """
    person = find_person(session, caller.person_id)
    if person is None:
        raise LookupError(caller.person_id)
    return ReaderKey(person.id, person.public_key, caller.site_ids)


def reader_key_at(session: Session, person_id: int, site_id: int) -> ReaderKey | None:
    """A person at one site, with their current public key; None where the row does not exist."""
    person = find_person(session, person_id)
    return ReaderKey(person.id, person.public_key, frozenset({site_id})) if person else None


_readers: Final = context.AppCache[int, Readers](500, seconds=5)


def forget_readers(site_id: int) -> None:
    """Drop a site's cached readers, because somebody came, went or got a new key."""
    _readers.forget(site_id)


def readers_at(site_id: int) -> tuple[Reader, ...]:
    """The advocates of a site, by name: they read its letters."""
    return everybody_at(site_id).advocates


def letter_readers_at(site: Site) -> tuple[Reader, ...]:
    """The advocates for whom a child may write a letter now; nobody where the site closes before they could answer."""
    return () if stops_telling(site, context.today(site.time_zone)) else readers_at(site.id)


_rotas: Final = context.AppCache[int, bool](500, seconds=5)


def reads_daily(site: Site) -> bool:
    """Whether a letter is read within a day: all who read it have signed in, and somebody is on call."""

    def read() -> bool:
        with db.reading(db.engine()) as session:
            return has_rota()(session, site.id)

    return all(reader.has_signed_in for reader in readers_at(site.id)) and _rotas.get(site.id, read)


def everybody_at(site_id: int) -> Readers:
    """Everybody to whom a report of a site may be sealed; queries the database at most every five seconds."""

    def read() -> Readers:
        with db.reading(db.engine()) as session:
            return find_readers(session, site_id)

    return _readers.get(site_id, read, lambda readers: bool(readers.everybody))


def missing_for_channel(site: Site) -> tuple[str, ...]:
    """Codes of what a site still needs before its channel opens, see `labels.CHANNEL_LABELS`; empty when it is open."""
    return directory.missing_with_readers(everybody_at(site.id), site)


def is_channel_open(site: Site) -> bool:
    """Whether a child can send a report here now."""
    return not missing_for_channel(site)


_MAX_OPENED: Final = 8  # a person who works through more of them has to open the first one again


class OpenedThings:
    """Ids of one kind of thing that the caller has opened since signing in; the log records each opening.

    Args:
        name: of the kind, in the form session, which belongs to one sign-in and ends with it.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __contains__(self, its_id: bytes) -> bool:
        return its_id.hex() in form_session.get(self._name, ())

    def note(self, its_id: bytes) -> None:
        """Remember that the caller opens it now."""
        self.forget(its_id)
        form_session[self._name] = [*form_session[self._name], its_id.hex()][-_MAX_OPENED:]

    def forget(self, its_id: bytes) -> None:
        """Forget an id; the caller no longer works with it."""
        form_session[self._name] = [hex_id for hex_id in form_session.get(self._name, ()) if hex_id != its_id.hex()]


opened_letters: Final = OpenedThings("letters")
opened_reports: Final = OpenedThings("reports")
"""Reports and handovers of them."""


def readers_by_thread(session: Session, people: Collection[tuple[int, bytes]]) -> dict[bytes, set[int]]:
    """Which of these people can open which thread: rows of `people` by thread; threads that nobody opens are left out.

    Args:
        session: only read.
        people: row and public key of each.
    """
    key, public_keys = context.keyring().key_or_new(THREADS), dict(people)
    query = select(ThreadKeyWrapRow.thread_id, ThreadKeyWrapRow.person_id, ThreadKeyWrapRow.tag).where(
        ThreadKeyWrapRow.person_id.in_(public_keys)
    )
    readers: dict[bytes, set[int]] = {}
    for thread_id, person_id, tag in session.execute(query):
        if hmac.compare_digest(tag, thread_tag(key, thread_id, person_id, public_keys[person_id])):
            readers.setdefault(thread_id, set()).add(person_id)
    return readers


FROM_LETTER: Final = "from_letter"
"""Kind of the entry in which an advocate makes this report of a letter and lists the people excluded; also a flag."""

FROM_AGENDA: Final = "from_agenda"
"""The same for a report made of a suggestion or an agenda item."""

FROM_REVIEW: Final = "from_review"
"""The same for a report made of a statement to a care-plan review."""

FROM_GOOD_NEWS: Final = "from_good_news"
"""The same for a report made of good news."""

MADE_BY_HAND: Final = frozenset({FROM_LETTER, FROM_AGENDA, FROM_REVIEW, FROM_GOOD_NEWS})


class ReaderExcluded(Exception):
    """The child excluded this person, or the person stepped back: nobody may give them the key."""


class LastReader(Exception):
    """Nobody else reads this thread; it would be lost."""


def excluded_readers(entries: Iterable[ThreadEntry]) -> frozenset[int]:
    """Rows of `people` whom the child, or the person who made the report of a letter, excluded, or who stepped back."""
    excluded: set[int] = set()
    for entry in entries:
        if entry.by == CHILD or entry.kind in MADE_BY_HAND:
            excluded.update(entry.said.get("left_out", ()))
        elif entry.kind == "recused":
            excluded.add(entry.by)
    return frozenset(excluded)


def granted_readers(entries: Iterable[ThreadEntry]) -> frozenset[int]:
    """Rows of `people` who got access at first or by a handover, and were not excluded since."""
    granted: set[int] = set()
    all_entries = list(entries)
    for entry in all_entries:
        granted.update(entry.said.get("reads", ()))
    return frozenset(granted) - excluded_readers(all_entries)


def grant_access(session: Session, thread: OpenedThread, entries: Collection[ThreadEntry], holder: KeyHolder) -> None:
    """Give one more person access to a thread; the caller adds the entry (`reads`) and logs it.

    Args:
        session: may write.
        thread: opened by the person who gives access.
        entries: everything in it.
        holder: trusted, with their current key.

    Raises:
        ReaderExcluded: they may not have it.
    """
    if holder.person_id in excluded_readers(entries):
        raise ReaderExcluded
    wrap = wrap_thread_key(context.keyring().key(THREADS), thread.id, thread.private, holder)
    put_thread_wrap(session, thread.id, wrap)


def step_back(session: Session, thread: Thread, person_id: int, present: Sequence[KeyHolder]) -> None:
    """Take a person's access away at their own wish; the caller writes the entry `recused` in their name.

    Args:
        session: may write; the thread's row is held (`find_thread(to_change=True)`), so that two cannot leave at once.
        thread: which.
        person_id: who steps back.
        present: everybody to whom a report of the site may be sealed: trusted, not left, with their current keys.

    Raises:
        LastReader: nobody else of them can read it.
    """
    colleagues = [_key_of(holder) for holder in present if holder.person_id != person_id]
    if not find_thread_readers(session, thread.id, colleagues):
        raise LastReader
    put_thread_wrap(session, thread.id, decoy_wrap_for(person_id))


def exclude_readers(session: Session, thread: Thread, people: Collection[int], present: Sequence[KeyHolder]) -> bool:
    """Take access away from people whom the child excludes; the caller writes the entry that says so (`left_out`).

    Args:
        session: may write; the thread's row is held.
        thread: which.
        people: rows of `people`.
        present: as of `step_back`.

    Returns:
        False where nobody else could read it: then nothing was changed, because it would be lost.
    """
    if not find_thread_readers(session, thread.id, [_key_of(holder) for holder in present]) - set(people):
        return False
    for person_id in people:
        put_thread_wrap(session, thread.id, decoy_wrap_for(person_id))
    return True


def list_threads_read_alone(
    session: Session, reader_key: ReaderKey, present: Sequence[KeyHolder], kinds: Collection[str] = (REPORT,)
) -> list[ThreadSummary]:
    """The threads that nobody else can read: the reader must share them before leaving or getting a new key."""
    other_readers = readers_by_thread(
        session, [_key_of(holder) for holder in present if holder.person_id != reader_key.person_id]
    )
    return [summary for summary in list_threads(session, reader_key, kinds=kinds) if summary.id not in other_readers]


def _key_of(holder: KeyHolder) -> tuple[int, bytes]:
    """Row and public key, as `find_thread_readers` takes them."""
    return holder.person_id, holder.public_key
