"""The end of a site: what keeps it from ending, the note of it, and what goes.

Where others go on, its rows go in the transaction that logs it. The last site ends the installation: once the end is
noted beside the database, nothing opens it, and `destruction` finishes what was begun.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, MetaData
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts.people.store import leave_site
from youthvoice.accounts.sign_in.staff_session import Signer
from youthvoice.accounts.store import lock_readers
from youthvoice.audit.audit_log import Log, last_head
from youthvoice.audit.log_lines import LogLine, list_lines
from youthvoice.backups.durable_file import durable_file, write_new_file
from youthvoice.backups.rotation import WEEKS, mark_of
from youthvoice.closing.destruction import list_places
from youthvoice.closing.ended_page import render_ended_page
from youthvoice.closing.note import NoteKey, fingerprint_of
from youthvoice.closing.open_matters import OpenMatter, list_open_matters
from youthvoice.closing.records import holder_has_letter, holder_has_thread, holder_proof, is_record
from youthvoice.closing.records_file import Document, new_file_key, write_records
from youthvoice.closing.site_rows import erase_site, rewrite_database
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.published_keys import format_key
from youthvoice.sites.store import Site, find_site_by_slug, list_slugs, lock_sites
from youthvoice.startup import PAGE_FILE, InstallationEnd, keep_end
from youthvoice.threads.letters.store import list_letter_states
from youthvoice.threads.store import find_damaged_threads, list_all_threads

RECORDS_WRITTEN: Final = "site.close.records"
"""Action of the log: site, SHA-256 of a file, and the fingerprint of its holder's key."""

FINISHED: Final = "site.close.finish"
"""Action of the log: site, the fingerprint of the key that signed its note, and the two others who signed in."""

_SLUG_CHARACTERS: Final = 24  # of a site, in a line of the log; its id tells it from others with the same beginning

_LOG_BEGINS: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Finish:
    """How a site ends.

    Attributes:
        site: whose last day has passed.
        people: a coordinator, an advocate and the outside recipient.
        public_key: of the legal holder of records.
        note: where the note will be written.
        received: digits that the holder read out, of each file of records.
        accepts_damaged: whether it ends although something of it no longer opens.
    """

    site: Site
    people: Sequence[Signer]
    public_key: bytes
    note: Path
    received: Sequence[str] = ()
    accepts_damaged: bool = False

    @property
    def proofs(self) -> list[bytes]:
        """The proof of each file that the holder has opened."""
        return [holder_proof(self.public_key, digits) for digits in self.received]

    @property
    def log_file(self) -> Path:
        """Where the log goes when the last site ends, sealed to the holder."""
        return self.note.with_name(f"{self.note.name}.log")


def subject_of(site: Site, *parts: str) -> str:
    """The subject of a line of the log about the end of a site."""
    return " ".join([f"{site.slug[:_SLUG_CHARACTERS]}/{site.id}", *parts])


def list_lines_of(session: Session, site: Site, action: str) -> list[LogLine]:
    """The lines of the log with one action about the end of a site."""
    lines = list_lines(session, _LOG_BEGINS, context.today() + timedelta(days=1))
    return [line for line in lines if line.action == action and line.subject.split(" ")[0] == subject_of(site)]


def is_finished(session: Session, site: Site) -> bool:
    """Whether a site has ended, so that none of its rows is left."""
    return bool(list_lines_of(session, site, FINISHED))


def is_last_site(session: Session, site: Site) -> bool:
    """Whether every other site of the installation has ended."""
    others = (find_site_by_slug(session, slug) for slug in list_slugs(session) - {site.slug})
    return all(other is None or is_finished(session, other) for other in others)


def list_known(session: Session, finish: Finish) -> list[OpenMatter]:
    """What keeps a site open, as far as each of the three may know it: they read it together."""
    first, *others = (list_open_matters(session, finish.site, person) for person in finish.people)
    return [matter for matter in first if all(matter in matters for matters in others)]


def find_unended(session: Session, finish: Finish) -> str:
    """Why a site cannot end, as a code, by everything that it has, for all its readers; empty where it can.

    The code says no number, and is the same for a report, a statement, a letter, a suggestion and a record: an adult
    whom a child left out learns only that the site cannot end yet.
    """
    site_id = finish.site.id
    for thread in list_all_threads(session):
        if thread.site_id == site_id:
            is_open = thread.case.state != "closed"
            if is_open or (is_record(thread.case) and not holder_has_thread(session, finish.proofs, thread.id)):
                return "unended"
    for letter in list_letter_states(session, site_id):
        if letter.waits or (letter.is_on_hold and not holder_has_letter(session, finish.proofs, letter.id)):
            return "unended"
    if find_damaged_threads(session, site_id) and not finish.accepts_damaged:
        return "damaged"
    return ""


def end_site(engine: Engine, metadata: MetaData, finish: Finish) -> InstallationEnd | None:
    """Write the note of a site's end, and end it: delete its rows, or note that the installation has ended.

    Args:
        engine: of the database.
        metadata: with every table.
        finish: three people agreed to it.

    Returns:
        The end of the installation, which `destroy_installation` finishes; None where other sites go on.

    Raises:
        Refused: a code of `find_unended`: something came since the caller looked.
        OSError: the note cannot be written; nothing changed.
    """
    site, today, note_key = finish.site, context.today(finish.site.time_zone), NoteKey()
    with db.writing(engine) as session:
        lock_readers(session, alone=True)  # what a child sends now comes before we look, or finds no reader
        lock_sites(session, [site.id])
        if code := find_unended(session, finish):
            raise Refused(code)
        is_last = is_last_site(session, site)
        signed = [note_key.fingerprint, "with", *(str(person.person_id) for person in finish.people[1:])]
        Log(context.today(), finish.people[0].handle).add(session, FINISHED, subject_of(site, *signed))
        log_digest = _write_log(session, finish) if is_last else ""
        lines = [*_list_note_lines(session, finish, today), *_list_destroyed(today, log_digest, is_last=is_last)]
        write_new_file(finish.note, note_key.sign(lines).encode())
        if is_last:
            return _end_installation(finish, today)
        leave_site(session, site.id, today)
        erase_site(session, metadata, site.id)
    rewrite_database(engine)
    return None


def _end_installation(finish: Finish, today: date) -> InstallationEnd:
    """Note that the installation has ended, beside the page that children see from now on."""
    settings, note = context.settings(), str(finish.note)
    with durable_file(settings.data / PAGE_FILE) as out:
        out.write(render_ended_page(finish.site))
    mark = mark_of(context.keyring().bound_to or "")
    names = (finish.site.slug, finish.site.name, today.isoformat(), note, mark)
    keep_end(settings.data, end := InstallationEnd(*names, places=list_places(settings)))
    return end


def _write_log(session: Session, finish: Finish) -> str:
    lines = list_lines(session, _LOG_BEGINS, context.today() + timedelta(days=1))
    entries = [{"head": " ".join([line.day.isoformat(), *line[1:]]), "words": [], "voice": ""} for line in lines]
    document: Document = {"kind": "log", "title": f"The log of {finish.site.name}", "values": [], "entries": entries}
    return write_records(finish.log_file, finish.public_key, [document], new_file_key())


def _list_note_lines(session: Session, finish: Finish, today: date) -> Iterator[str]:
    site, head = finish.site, last_head(session)
    yield f"Youth Voice: {site.name} ({site.slug}) has ended."
    yield f"Ended on: {today.isoformat()}. Its last day was: {site.closes_on}."
    for person in finish.people:
        yield f"Signed in: {person.name}, {person.role.replace('_', ' ')}."
    yield f"Public key of the legal holder: {format_key(finish.public_key)}"
    for line in list_lines_of(session, site, RECORDS_WRITTEN):
        _slug, digest, holder = line.subject.split(" ")
        whose = "" if holder == fingerprint_of(finish.public_key) else ", sealed to another key than this"
        yield f"Records, written by {line.actor} on {line.day.isoformat()}: SHA-256 {digest}{whose}"
    if finish.accepts_damaged and find_damaged_threads(session, site.id):
        yield "Something that children told did not open any more. The three knew it, and ended the site."
    yield f"Head of the log: {head}"


def _list_destroyed(today: date, log_digest: str, *, is_last: bool) -> Iterator[str]:
    if is_last:
        yield f"The log, sealed to the legal holder: SHA-256 {log_digest}"
        yield "Destroyed with it: every key, the database, mail that waited, and the backups in the folder of backups."
        yield "Not reached: copies of the key folder elsewhere, backups on other machines. Destroy the first by hand."
        return
    until = today + timedelta(weeks=WEEKS)
    yield "Destroyed: every row of the site. Other sites go on with the same keys."
    yield "Words that were handed to an adult who works at another site, too, end within a year."
    yield f"Backups made before still open with these keys. The rotation ends whole ones by {until.isoformat()};"
    yield "copies of a month stay thirteen months, and hold nothing that a timer ends: no words, voices or letters."
