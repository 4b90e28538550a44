"""What the work process prints: what is missing, what somebody waits for, and what says something else by now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.context import AppCache, Port
from youthvoice.printing.document import Document, SetDocument, digest_document, is_installed, set_documents
from youthvoice.printing.fonts import LATIN, installed_fonts
from youthvoice.printing.store import (
    PaperKey,
    answer_asked,
    keep_pdf,
    list_asked,
    list_digests,
    list_faults,
    remove_pdfs,
)

Unit = tuple[str, str]  # kind and subject

_AT_ONCE: Final = 40  # documents in one process: about three seconds

_UNITS_AT_ONCE: Final = 12  # are looked at, each in its languages: a fifth of a second where nothing has changed


class PaperSource(Protocol):
    """A kind of document, as the package that knows it gives it."""

    def subjects(self, session: Session) -> Iterable[str]:
        """What there shall always be a PDF of, without opening anything; what else there is, is made when asked for."""

    def languages(self, session: Session, subject: str) -> Sequence[str]:
        """The codes of the languages that such a document can be read in; none where there is nothing any more."""

    def document(self, session: Session, subject: str, language: str) -> Document | None:
        """The document as it is now; None where there is nothing any more."""


paper_sources: Port[Mapping[str, PaperSource]] = Port("paper_sources")


def print_due() -> None:
    """Make what somebody waits for, and what is missing: as much as fits between two looks of other jobs."""
    with db.reading(db.engine()) as session:
        keys = {key[:2] for key in list_digests(session)}
        wanted = list_asked(session)[:_AT_ONCE]
        for unit in _always(session):
            if len(wanted) >= _AT_ONCE:
                break
            if unit not in keys:  # whole, or its other languages would be missed at the next look
                wanted += [PaperKey(*unit, language) for language in _languages(session, unit)]
    _print(list(dict.fromkeys(wanted)))


def print_changed() -> None:
    """Make again what says something else by now or could not be made, and take away what nobody may see any more.

    A few documents at each look, one after the other round and round, so that mail and clocks never wait for paper.
    """
    with db.reading(db.engine()) as session:
        always, kept_digests = set(_always(session)), list_digests(session)
        chosen = _next_units(sorted(always | {key[:2] for key in kept_digests}))
        keys = [
            PaperKey(*unit, language) for unit in chosen if unit in always for language in _languages(session, unit)
        ]
    _print(list(dict.fromkeys((*keys, *(key for key in kept_digests if key[:2] in chosen)))))


_last_looked_at: AppCache[str, Unit] = AppCache(1)


def _next_units(units: Sequence[Unit]) -> Sequence[Unit]:
    """The next few after those of the last look."""
    last = _last_looked_at.get("unit", lambda: ("", ""))
    later = [unit for unit in units if unit > last]
    chosen = [*later, *(unit for unit in units if unit <= last)][:_UNITS_AT_ONCE]
    if chosen:
        _last_looked_at.forget("unit")
        _last_looked_at.get("unit", lambda: chosen[-1])
    return chosen


def _always(session: Session) -> Iterator[Unit]:
    for kind, source in paper_sources().items():
        for subject in source.subjects(session):
            yield kind, subject


def _languages(session: Session, unit: Unit) -> Sequence[str]:
    kind, subject = unit
    return paper_sources()[kind].languages(session, subject)


def _print(keys: Sequence[PaperKey]) -> None:
    if not keys:
        return
    with db.reading(db.engine()) as session:
        kept_digests = list_digests(session)
        now = {key: _document(session, key) for key in keys}
    gone = [key for key, document in now.items() if document is None]
    documents = {key: document for key, document in now.items() if document is not None}
    digests = {key: digest_document(document) for key, document in documents.items()}
    today = context.today()
    same = [key for key in documents if key in kept_digests and kept_digests[key].says(digests[key], today)]
    todo = [key for key in documents if key not in same]
    made = dict(zip(todo, set_documents([documents[key] for key in todo]), strict=True)) if todo else {}
    paper_keys = [key for key in same if kept_digests[key].asked]
    if gone or made or paper_keys:
        _write(gone, paper_keys, made, digests)


def _document(session: Session, key: PaperKey) -> Document | None:
    source = paper_sources().get(key.kind)
    return source.document(session, key.subject, key.language) if source else None


def _write(
    gone: Sequence[PaperKey],
    paper_keys: Sequence[PaperKey],
    documents: Mapping[PaperKey, SetDocument],
    digests: Mapping[PaperKey, bytes],
) -> None:
    with db.writing(db.engine()) as session:
        remove_pdfs(session, gone)
        for key in paper_keys:
            answer_asked(session, key)
        for key, document in documents.items():
            keep_pdf(session, key, document, digests[key], context.today())


def paper_complaints(session: Session) -> Iterator[str]:
    """What `flask doctor` says about paper: the library that sets it, the fonts, what could not be set."""
    if not is_installed():
        yield "Nothing is printed as PDF: the extra `print` is not installed. Run: make install"
        return
    folder = context.settings().fonts
    if not installed_fonts([LATIN], folder):
        yield f"{folder} has no {LATIN.file}: nothing is printed as PDF. Install the Debian package {LATIN.package}."
    letters: dict[tuple[str, bool], set[str]] = {}
    other = ""
    for document in list_faults(session):
        if document.letters:
            letters.setdefault((document.package, bool(document.pdf)), set()).update(document.letters)
        else:
            other = other or document.fault
    for (package, is_printed), missing in sorted(letters.items()):
        shown = "".join(sorted(missing)[:_SHOWN])
        then = "printed with marks or numbers in their place" if is_printed else "not printed"
        yield f"No font draws {shown}: what holds them is {then}. Install the Debian package {package}."
    if other:
        yield f"A PDF could not be set: {other}"


_SHOWN: Final = 40  # letters
