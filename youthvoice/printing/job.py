"""Print in the work process: missing papers, papers that somebody waits for, and papers whose content has changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from flask_babel import LazyString, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.context import AppCache, Port
from youthvoice.jobs.turns import first_day_to_search, note_nothing_left
from youthvoice.printing import store
from youthvoice.printing.document import Document, TypesetDocument, digest_document, is_installed, typeset_documents
from youthvoice.printing.fonts import LATIN, installed_fonts

Unit = tuple[str, str]  # kind and subject

_DOCUMENTS_PER_RUN: Final = 40  # documents in one typesetting process: about three seconds

_UNITS_PER_RUN: Final = 12  # checked per run, each in its languages: a fifth of a second where nothing has changed


class PaperSource(Protocol):
    """A kind of document, provided by the package that knows its content; by default printed on request."""

    def missing(self, session: Session, since: date, most: int) -> Sequence[str]:  # noqa: ARG002 - none
        """The subjects that must always have a PDF, and have none; nothing is opened.

        Args:
            session: only read.
            since: only those whose content is of this day or later.
            most: at most this number of them.
        """
        return ()

    def is_always_printed(self, session: Session, subject: str) -> bool:  # noqa: ARG002 - none is
        """Whether it must always have a PDF, in each of its languages."""
        return False

    def languages(self, session: Session, subject: str) -> Sequence[str]:
        """The codes of the languages in which the document can be read; empty where it no longer exists."""

    def document(self, session: Session, subject: str, language: str) -> Document | None:
        """The document as it is now; None where it no longer exists."""


paper_sources: Port[Mapping[str, PaperSource]] = Port("paper_sources")


def print_due() -> None:
    """Print what somebody waits for and what is missing, as much as fits between two runs of other jobs."""
    since = first_day_to_search("papers")
    with db.reading(db.engine()) as session:
        wanted = store.list_asked(session)[:_DOCUMENTS_PER_RUN]
        missing = list(list_missing_units(session, since, _DOCUMENTS_PER_RUN))
        for unit in missing:
            if len(wanted) >= _DOCUMENTS_PER_RUN:
                break  # all languages of a unit at once: the next run only checks that the subject exists
            wanted += [store.PaperKey(*unit, language) for language in _languages(session, unit)]
    _print_if_changed(list(dict.fromkeys(wanted)))
    if not missing:
        note_nothing_left("papers", since)


def print_changed() -> None:
    """Print again what has changed or could not be made, and delete what nobody may see any longer.

    Each run checks a few documents, in turn, so that mail and deadlines never wait for printing.
    """
    with db.reading(db.engine()) as session:
        keys: list[store.PaperKey] = []
        for (kind, subject), languages in _next_units(session).items():
            source = paper_sources().get(kind)
            if source and source.is_always_printed(session, subject):
                languages.update(source.languages(session, subject))
            keys += [store.PaperKey(kind, subject, language) for language in sorted(languages)]
    _print_if_changed(keys)


_last_checked: Final = AppCache[str, Unit](1)


def _next_units(session: Session) -> Mapping[Unit, set[str]]:
    """The next few units after those of the last run, and after the last one the first again; see `list_units`."""
    units = store.list_units(session, _last_checked.find("unit") or ("", ""), _UNITS_PER_RUN)
    units |= store.list_units(session, ("", ""), _UNITS_PER_RUN - len(units))
    if units:
        _last_checked.put("unit", list(units)[-1])
    return units


def list_missing_units(session: Session, since: date, most: int) -> Iterator[Unit]:
    """The documents that must always have a PDF, of some day or later, and have none: at most this number a kind."""
    for kind, source in paper_sources().items():
        for subject in source.missing(session, since, most):
            yield kind, subject


def _languages(session: Session, unit: Unit) -> Sequence[str]:
    kind, subject = unit
    return paper_sources()[kind].languages(session, subject)


def _print_if_changed(keys: Sequence[store.PaperKey]) -> None:
    if not keys:
        return
    with db.reading(db.engine()) as session:
        kept_digests = store.list_digests(session, {key.subject for key in keys})
        documents_or_none = {key: _document(session, key) for key in keys}
    gone = [key for key, document in documents_or_none.items() if document is None]
    documents = {key: document for key, document in documents_or_none.items() if document is not None}
    digests = {key: digest_document(document) for key, document in documents.items()}
    today = context.today()
    same = [key for key in documents if key in kept_digests and kept_digests[key].is_current(digests[key], today)]
    todo = [key for key in documents if key not in same]
    typeset_by_key = dict(zip(todo, typeset_documents([documents[key] for key in todo]), strict=True)) if todo else {}
    still_requested = [key for key in same if kept_digests[key].asked]
    if gone or typeset_by_key or still_requested:
        _write(gone, still_requested, typeset_by_key, digests)


def _document(session: Session, key: store.PaperKey) -> Document | None:
    source = paper_sources().get(key.kind)
    return source.document(session, key.subject, key.language) if source else None


def _write(
    gone: Sequence[store.PaperKey],
    still_requested: Sequence[store.PaperKey],
    documents: Mapping[store.PaperKey, TypesetDocument],
    digests: Mapping[store.PaperKey, bytes],
) -> None:
    with db.writing(db.engine()) as session:
        store.remove_pdfs(session, gone)
        for key in still_requested:
            store.clear_asked(session, key)
        for key, document in documents.items():
            store.keep_pdf(session, key, document, digests[key], context.today())


def paper_complaints(session: Session) -> Iterator[LazyString]:
    """What `youthvoice doctor` reports about printing: a missing library or font, documents that could not be made."""
    if not is_installed():
        yield _l("Nothing is printed as PDF: the extra `print` is not installed. Run: make install")
        return
    folder = context.settings().fonts
    if not installed_fonts([LATIN], folder):
        yield _l(
            "%(folder)s has no %(file)s: nothing is printed as PDF. Install the Debian package %(package)s.",
            folder=folder,
            file=LATIN.file,
            package=LATIN.package,
        )
    letters: dict[tuple[str, bool], set[str]] = {}
    other = ""
    for document in store.list_faults(session):
        if document.letters:
            letters.setdefault((document.package, bool(document.pdf)), set()).update(document.letters)
        else:
            other = other or document.fault
    for (package, is_printed), missing in sorted(letters.items()):
        about = {"letters": "".join(sorted(missing)[:_MAX_LETTERS]), "package": package}
        yield (
            _l(
                "No font draws %(letters)s: marks or numbers are printed instead. Install the Debian package "
                "%(package)s.",
                **about,
            )
            if is_printed
            else _l(
                "No font draws %(letters)s: what holds them is not printed. Install the Debian package %(package)s.",
                **about,
            )
        )
    if other:
        yield _l("A PDF could not be set: %(why)s", why=other)


_MAX_LETTERS: Final = 40  # letters
