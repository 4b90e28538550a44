"""A report as one reader has it open: what was said, who else reads it, how it stands."""

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
from youthvoice.sites.store import Site, get_site
from youthvoice.threads import store
from youthvoice.threads.case_state import HANDED_BACK, CaseState
from youthvoice.threads.entities import CHILD, OpenedThread, ThreadEntry
from youthvoice.threads.readership import excluded_readers, reader_key


@dataclass(frozen=True, slots=True)
class ReportContext:
    """One report, opened for the time of a request.

    Attributes:
        thread: with its key.
        entries: everything in it, in order.
        site: where.
        caller_id: who looks at it; row of `people`.
        readers: everybody at the site to whom a report may be sealed.
        reading: those of them who read this one.
        names: of everybody who wrote in it or reads it, by row.
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
        """16 bytes."""
        return self.thread.facts.id

    @property
    def case(self) -> CaseState:
        """How it stands."""
        return self.thread.facts.case

    @property
    def zone(self) -> ZoneInfo:
        """Of the site."""
        return ZoneInfo(self.site.time_zone)

    @property
    def today(self) -> date:
        """At the site."""
        return context.day_at(self.now, self.site.time_zone)

    @property
    def kept_out(self) -> frozenset[int]:
        """Whom the child left out, and who stepped back."""
        return excluded_readers(self.entries)

    @property
    def others(self) -> list[Reader]:
        """Who else reads it, advocates first."""
        return [reader for reader in self.readers.everybody if reader.person_id in self.reading - {self.caller_id}]

    @property
    def seen(self) -> str:
        """What stands in a form that was made now: how much there was to be seen."""
        return str(max((entry.turn for entry in self.entries), default=-1) + 1)

    def since(self, seen: str) -> list[int]:
        """Who else said or did something in it since a form was made; `CHILD` for the child.

        What happens by itself, such as moving a clock on, keeps nobody from sending a form.
        """
        known = int(seen) if seen.isascii() and seen.isdecimal() else 0
        later = (entry.by for entry in self.entries if entry.turn >= known and entry.by != self.caller_id)
        return list(dict.fromkeys(later))

    def did(self, form: str) -> bool:
        """Whether a form of the caller's, known by its number, was taken before."""
        return bool(form) and any(
            entry.by == self.caller_id and entry.said.get("form") == form for entry in self.entries
        )

    @property
    def unanswered(self) -> list[ThreadEntry]:
        """What the child said after her first words and since the last answer, but for wishes to stop and yeses."""
        last = max(
            (
                nth
                for nth, thread_entry in enumerate(self.entries)
                if thread_entry.kind == "advocate" and "ask" not in thread_entry.said
            ),
            default=0,
        )
        return [entry for entry in self.entries[last + 1 :] if _wants_an_answer(entry)]

    def of_kind(self, *kinds: str) -> list[ThreadEntry]:
        """What was said of some kinds."""
        return [entry for entry in self.entries if entry.kind in kinds]


def _wants_an_answer(entry: ThreadEntry) -> bool:
    if entry.by != CHILD:
        return False
    if entry.kind == "put_right":
        return entry.said.get("answer") != "yes"
    return entry.kind in {"told", "child", "child_voice"} or (
        entry.kind == "trouble" and entry.said.get("answer") == "yes"
    )


def load_report_context(session: Session, caller: Caller, thread_id: bytes) -> ReportContext | None:
    """A report that the caller can open; None where there is none for her.

    Args:
        session: only read.
        caller: who asks.
        thread_id: 16 bytes.

    Raises:
        CannotOpen, KeyGone: its month has ended, or it was altered.
    """
    thread = store.open_thread(session, reader_key(session, caller), thread_id, open_private_key(caller))
    if thread is None:
        return None
    thread_entries = _without_links(session, caller, store.read_entries(session, thread))
    site = get_site(session, thread.facts.line.site_id)
    readers = find_readers(session, site.id)
    holders = [(reader.person_id, reader.public_key) for reader in readers.everybody]
    reading = frozenset(store.find_thread_readers(session, thread_id, holders))
    names = names_of_people(session, _named(thread_entries) | reading - {CHILD})
    return ReportContext(thread, thread_entries, site, caller.person_id, readers, reading, names, context.now())


def _without_links(session: Session, caller: Caller, thread_entries: Sequence[ThreadEntry]) -> Sequence[ThreadEntry]:
    """A link to a report that she was left out of is not there for her (S14)."""
    linked = {bytes.fromhex(entry.said["to_thread"]) for entry in thread_entries if entry.kind == "linked"}
    if not linked:
        return thread_entries
    hers = {summary.id.hex() for summary in store.list_threads(session, reader_key(session, caller), linked)}
    return [entry for entry in thread_entries if entry.kind != "linked" or entry.said["to_thread"] in hers]


def _named(thread_entries: Sequence[ThreadEntry]) -> frozenset[int]:
    entry_texts = [entry.said for entry in thread_entries]
    left_out = [person_id for one in entry_texts for person_id in one.get("left_out", ())]
    others = [one["to"] for one in entry_texts if isinstance(one.get("to"), int)]
    return frozenset([*(entry.by for entry in thread_entries), *left_out, *others])


def note_first_look(session: Session, report: ReportContext) -> None:
    """Note the first look of anybody at the report, and at what an adult wrote back.

    Args:
        session: may write.
        report: of whoever opens it.

    Raises:
        ConcurrentUpdate: somebody else changed the report; nothing was written.
    """
    case = report.case.unflagged(HANDED_BACK)
    first = case.state == "new"
    if first:
        case = case.having(state="open").without_clock("first_look").on("first_look", report.today)
    if case == report.case:
        return
    store.change_case_state(session, report.thread.facts.line, with_follow_up_deadline(report.site, case, report.now))
    if first and case.answerable:
        store.add_timeline_step(session, report.thread.facts, "looked", report.today)
