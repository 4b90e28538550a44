"""`ReportContext`: a report opened by one reader, with its entries, its other readers and its case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.accounts.store import Reader, Readers, find_readers, names_of_people
from youthvoice.grievances.time_limits import with_follow_up_deadline
from youthvoice.grievances.transcripts import NO, QUESTION
from youthvoice.sites.store import Site, get_site
from youthvoice.threads import store
from youthvoice.threads.case_state import HANDED_BACK, CaseState
from youthvoice.threads.entities import CHILD, OpenedThread, ThreadEntry
from youthvoice.threads.readership import excluded_readers, reader_key


@dataclass(frozen=True, slots=True)
class ReportContext:
    """One report, opened by one reader for the time of a request.

    Attributes:
        thread: the conversation, with its key.
        entries: all entries, in order.
        site: of the report.
        caller_id: the reader; row of `people`.
        readers: everybody at the site to whom a report may be sealed.
        reading: those of them who read this report.
        names: names of everybody who wrote in it or reads it, by row of `people`.
        now: UTC.
    """

    thread: OpenedThread
    entries: Sequence[ThreadEntry] = field(repr=False)
    site: Site
    caller_id: int
    readers: Readers
    reading: frozenset[int]
    names: dict[int, str]
    now: datetime

    @property
    def id(self) -> bytes:
        """Of the thread, 16 bytes."""
        return self.thread.id

    @property
    def case(self) -> CaseState:
        """The state of the case."""
        return self.thread.case

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the site."""
        return ZoneInfo(self.site.time_zone)

    @property
    def today(self) -> date:
        """The day at the site."""
        return context.day_at(self.now, self.site.time_zone)

    @property
    def excluded_readers(self) -> frozenset[int]:
        """People whom the child left out, and people who stepped back; rows of `people`."""
        return excluded_readers(self.entries)

    @property
    def others(self) -> list[Reader]:
        """The other readers of the report, advocates first."""
        return [reader for reader in self.readers.everybody if reader.person_id in self.reading - {self.caller_id}]

    @property
    def next_turn(self) -> str:
        """The number of entries so far. A form holds it, to notice entries that were added while it was open."""
        return str(max((entry.turn for entry in self.entries), default=-1) + 1)

    def authors_since(self, turn: str) -> list[int]:
        """Who else added an entry since a form was made at this turn; `CHILD` for the child.

        Changes that a job makes, such as a new deadline, do not stop anybody from sending a form.
        """
        first = int(turn) if turn.isascii() and turn.isdecimal() else 0
        later = (entry.by for entry in self.entries if entry.turn >= first and entry.by != self.caller_id)
        return list(dict.fromkeys(later))

    def already_submitted(self, form_number: str) -> bool:
        """Whether the caller sent the form with this number before."""
        return bool(form_number) and any(
            entry.by == self.caller_id and entry.said.get("form") == form_number for entry in self.entries
        )

    @property
    def unanswered(self) -> list[ThreadEntry]:
        """What the child wrote or said after the first message and since the last answer.

        Wishes to stop and plain yeses are not part of it.
        """
        return [entry for entry in self._since_answer if _wants_an_answer(entry)]

    @property
    def waits_for_transcript(self) -> bool:
        """Whether all that the child did since the last answer is that something in a transcript is different."""
        kinds = {entry.kind for entry in self._since_answer if entry.by == CHILD}
        return kinds == {QUESTION}

    @property
    def _since_answer(self) -> Sequence[ThreadEntry]:
        last = max(
            (
                nth
                for nth, thread_entry in enumerate(self.entries)
                if thread_entry.kind == "advocate" and "ask" not in thread_entry.said
            ),
            default=0,
        )
        return self.entries[last + 1 :]

    def of_kind(self, *kinds: str) -> list[ThreadEntry]:
        """The entries of some kinds."""
        return [entry for entry in self.entries if entry.kind in kinds]


def _wants_an_answer(entry: ThreadEntry) -> bool:
    if entry.by != CHILD:
        return False
    if entry.kind == "put_right":
        return entry.said.get("answer") != "yes"
    said_so = (entry.kind, entry.said.get("answer")) in {("trouble", "yes"), (QUESTION, NO)}
    return said_so or entry.kind in {"told", "child", "child_voice"}


def load_report_context(session: Session, caller: Caller, thread_id: bytes) -> ReportContext | None:
    """A report that the caller can open; None where the caller has no such report.

    Args:
        session: only read.
        caller: the reader.
        thread_id: 16 bytes.

    Raises:
        CannotOpen, KeyGone: its month has ended, or it was altered.
    """
    thread = store.open_thread(session, reader_key(session, caller), thread_id, open_private_key(caller))
    if thread is None:
        return None
    entries = _without_links(session, caller, store.read_entries(session, thread))
    site = get_site(session, thread.site_id)
    readers = find_readers(session, site.id)
    holders = [(reader.person_id, reader.public_key) for reader in readers.everybody]
    reading = frozenset(store.find_thread_readers(session, thread_id, holders))
    names = names_of_people(session, (_people_in(entries) | reading) - {CHILD})
    return ReportContext(thread, entries, site, caller.person_id, readers, reading, names, context.now())


def _without_links(session: Session, caller: Caller, entries: Sequence[ThreadEntry]) -> Sequence[ThreadEntry]:
    """Remove links to reports that the caller was left out of (S14)."""
    linked = {bytes.fromhex(entry.said["to_thread"]) for entry in entries if entry.kind == "linked"}
    if not linked:
        return entries
    readable = {summary.id.hex() for summary in store.list_threads(session, reader_key(session, caller), linked)}
    return [entry for entry in entries if entry.kind != "linked" or entry.said["to_thread"] in readable]


def _people_in(entries: Sequence[ThreadEntry]) -> frozenset[int]:
    contents = [entry.said for entry in entries]
    left_out = [person_id for content in contents for person_id in content.get("left_out", ())]
    recipients = [content["to"] for content in contents if isinstance(content.get("to"), int)]
    return frozenset([*(entry.by for entry in entries), *left_out, *recipients])


def note_first_look(session: Session, report: ReportContext) -> None:
    """Record that the caller opened the report: the first look of anybody, and that a written reply was read.

    Args:
        session: may write.
        report: as the caller has it open.

    Raises:
        ConcurrentUpdate: somebody else changed the report; nothing was written.
    """
    case = report.case.unflagged(HANDED_BACK)
    first = case.state == "new"
    if first:
        case = case.having(state="open").without_clock("first_look").on("first_look", report.today)
    if case == report.case:
        return
    store.change_case_state(session, report.thread, with_follow_up_deadline(report.site, case, report.now))
    if first and case.answerable:
        store.add_timeline_step(session, report.thread, "looked", report.today)
