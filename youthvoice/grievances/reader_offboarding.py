"""What a reader of reports can read, and who else can, before that reader leaves. Nothing may lose its last reader."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.rules import HOLDING_KEYS
from youthvoice.accounts.store import (
    Reader,
    find_person,
    key_holders_by_site,
    site_ids_of_people,
)
from youthvoice.grievances.short_names import short_name
from youthvoice.sites.store import list_site_names
from youthvoice.threads.case_state import STATEMENT
from youthvoice.threads.letters import letter_readers
from youthvoice.threads.letters.store import list_letters
from youthvoice.threads.readership import list_threads_read_alone, reader_key, readers_by_thread
from youthvoice.threads.store import ReaderKey, list_threads
from youthvoice.threads.thread_ports import sealed_words


@dataclass(frozen=True, slots=True)
class ReadReport:
    """One report that the leaving reader can read.

    Attributes:
        key: its id as hexadecimal digits.
        name: its short name.
        topic: its code.
        site: name of the site.
        others: names of the other readers; empty where the report would be lost.
    """

    key: str
    name: str
    topic: str
    site: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadLetters:
    """The letters of one site that the leaving reader can open.

    Attributes:
        site: name of the site.
        number: how many.
        alone: how many of them nobody else can open.
    """

    site: str
    number: int
    alone: int


def list_read_reports(session: Session, caller: Caller) -> list[ReadReport]:
    """All reports that the caller can read, those without another reader first."""
    summaries = list_threads(session, reader_key(session, caller))
    colleagues = {
        reader.person_id: reader
        for reader in _present_readers(session, {summary.site_id for summary in summaries})
        if reader.person_id != caller.person_id
    }
    reader_ids = readers_by_thread(session, [(reader.person_id, reader.public_key) for reader in colleagues.values()])
    site_names = list_site_names(session, caller.site_ids)
    read_reports = [
        ReadReport(
            summary.id.hex(),
            short_name(summary.id),
            summary.case.topic,
            site_names[summary.site_id],
            tuple(sorted(colleagues[person_id].name for person_id in reader_ids.get(summary.id, ()))),
        )
        for summary in summaries
    ]
    return sorted(read_reports, key=lambda report: (bool(report.others), report.site, report.name))


def list_read_letters(session: Session, caller: Caller) -> list[ReadLetters]:
    """The letters that the caller can open, by site, without those that are not shown yet."""
    if not caller.may("letters.read"):
        return []
    key = reader_key(session, caller)
    letter_envelopes = list_letters(session, key, context.now())
    advocates = letter_readers.advocates_by_site(session, {envelope.site_id for envelope in letter_envelopes})
    openers = letter_readers.letters_opened_by(session, key, advocates)
    letters_by_site = defaultdict(list)
    for envelope in letter_envelopes:
        letters_by_site[envelope.site_id].append(envelope)
    return [
        ReadLetters(name, len(envelopes), sum(not openers[envelope.id] for envelope in envelopes))
        for site_id, name in list_site_names(session, letters_by_site.keys() & caller.site_ids).items()
        for envelopes in [letters_by_site[site_id]]
    ]


def sites_with_own_statements(session: Session, caller: Caller) -> list[str]:
    """The names of sites where only the caller can open a child's statement for a review. The number stays secret."""
    site_ids = _sites_with_own_statements(session, reader_key(session, caller), caller.site_ids)
    return [*list_site_names(session, site_ids & caller.site_ids).values()]


def reads_alone(session: Session, person_id: int) -> bool:
    """Whether something would be lost if the person left. The people pages call it through a port."""
    person = find_person(session, person_id)
    if person is None:
        return False
    site_ids = site_ids_of_people(session, [person_id])[person_id]
    reader_key = ReaderKey(person_id, person.public_key, site_ids)
    if list_threads_read_alone(session, reader_key, _present_readers(session, site_ids)):
        return True
    if _sites_with_own_statements(session, reader_key, site_ids):
        return True
    return bool(
        letter_readers.list_letters_read_alone(session, reader_key, letter_readers.advocates_by_site(session, site_ids))
    )


def _sites_with_own_statements(session: Session, reader_key: ReaderKey, site_ids: frozenset[int]) -> set[int]:
    """The sites where nobody else can open a statement, or words that came after it for its advocate only.

    A reviewer whom the child chose counts as a reader.
    """
    statements_at = {summary.site_id for summary in list_threads(session, reader_key, kinds=(STATEMENT,))}
    everybody = _each_once(key_holders_by_site(session, statements_at).values())
    site_ids_alone = {
        summary.site_id for summary in list_threads_read_alone(session, reader_key, everybody, (STATEMENT,))
    }
    return site_ids_alone | sealed_words()(session, reader_key.person_id, site_ids)


def _present_readers(session: Session, site_ids: Collection[int]) -> Sequence[Reader]:
    return _each_once(key_holders_by_site(session, site_ids, HOLDING_KEYS).values())


def _each_once(by_site: Iterable[Iterable[Reader]]) -> list[Reader]:
    return list({reader.person_id: reader for there in by_site for reader in there}.values())
