"""Before somebody leaves who reads reports: what she reads, and who else does. Nothing is left that nobody reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import Reader, find_person, find_readers, list_key_holders, site_ids_of_people
from youthvoice.grievances.status import short_name
from youthvoice.sites.store import list_sites
from youthvoice.threads.case_state import STATEMENT
from youthvoice.threads.letters import letter_readers
from youthvoice.threads.letters.store import list_letters
from youthvoice.threads.readership import reader_key, readers_by_thread, threads_only_she_reads
from youthvoice.threads.store import ReaderKey, list_threads
from youthvoice.threads.thread_ports import sealed_words


@dataclass(frozen=True, slots=True)
class ReadReport:
    """One report that somebody reads.

    Attributes:
        key: its id as hexadecimal digits.
        name: its short name.
        topic: code of what it is about.
        site: where.
        others: the names of whoever else reads it; nobody where it would be lost.
    """

    key: str
    name: str
    topic: str
    site: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadLetters:
    """The letters of one site that somebody opens.

    Attributes:
        site: where.
        number: how many.
        alone: how many of them nobody else opens.
    """

    site: str
    number: int
    alone: int


def list_read_reports(session: Session, caller: Caller) -> list[ReadReport]:
    """Everything the caller reads, what nobody else reads first."""
    present = {
        reader.person_id: reader
        for reader in _present(session, caller.site_ids)
        if reader.person_id != caller.person_id
    }
    read = readers_by_thread(session, [(reader.person_id, reader.public_key) for reader in present.values()])
    names = {site.id: site.name for site in list_sites(session, caller.site_ids)}
    read_reports = [
        ReadReport(
            summary.id.hex(),
            short_name(summary.id),
            summary.case.topic,
            names[summary.site_id],
            tuple(sorted(present[person_id].name for person_id in read.get(summary.id, ()))),
        )
        for summary in list_threads(session, reader_key(session, caller))
    ]
    return sorted(read_reports, key=lambda report: (bool(report.others), report.site, report.name))


def list_read_letters(session: Session, caller: Caller) -> list[ReadLetters]:
    """The letters that the caller opens, by site; those that are not shown yet stay unsaid."""
    if not caller.may("letters.read"):
        return []
    key = reader_key(session, caller)
    read_by = letter_readers.letters_opened_by(session, key, letter_readers.advocates_by_site(session, caller.site_ids))
    letter_envelopes = list_letters(session, key, context.now())
    found = [
        (site, [envelope for envelope in letter_envelopes if envelope.site_id == site.id])
        for site in list_sites(session, caller.site_ids)
    ]
    return [
        ReadLetters(site.name, len(some), sum(not read_by[envelope.id] for envelope in some))
        for site, some in found
        if some
    ]


def sites_with_own_statements(session: Session, caller: Caller) -> list[str]:
    """The sites where somebody alone opens what a child says to a review of her care plan; how many stays unsaid."""
    alone = _own_statements(session, reader_key(session, caller), caller.site_ids)
    return [site.name for site in list_sites(session, caller.site_ids) if site.id in alone]


def reads_alone(session: Session, person_id: int) -> bool:
    """Whether something would be lost if somebody left: asked by the people pages, through a port."""
    person = find_person(session, person_id)
    if person is None:
        return False
    site_ids = site_ids_of_people(session, [person_id])[person_id]
    reader_key = ReaderKey(person_id, person.public_key, site_ids)
    if threads_only_she_reads(session, reader_key, _present(session, site_ids)):
        return True
    if _own_statements(session, reader_key, site_ids):
        return True
    return bool(
        letter_readers.letters_only_she_opens(session, reader_key, letter_readers.advocates_by_site(session, site_ids))
    )


def _own_statements(session: Session, reader_key: ReaderKey, site_ids: frozenset[int]) -> set[int]:
    """The sites where nobody else opens a statement, or what was said after one to its advocate alone.

    A reviewer whom the child chose counts there, too.
    """
    everybody = [reader for site_id in site_ids for reader in list_key_holders(session, site_id)]
    found = {summary.site_id for summary in threads_only_she_reads(session, reader_key, everybody, (STATEMENT,))}
    return found | sealed_words()(session, reader_key.person_id, site_ids)


def _present(session: Session, site_ids: frozenset[int]) -> Sequence[Reader]:
    return [reader for site_id in site_ids for reader in find_readers(session, site_id).everybody]
