"""What the work process prints: what is missing, what somebody waits for, and what says something else by now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.context import Port
from youthvoice.printing.document import Document, SetDocument, digest_document, is_installed, set_documents
from youthvoice.printing.fonts import LATIN, installed_fonts
from youthvoice.printing.store import (
    MADE,
    PaperKey,
    answer_asked,
    keep_pdf,
    list_asked,
    list_digests,
    list_faults,
    remove_pdfs,
)

_AT_ONCE: Final = 40  # documents in one process: about three seconds


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
    """Make what is missing, and what somebody waits for."""
    with db.reading(db.engine()) as session:
        kept = {(key.kind, key.subject) for key in list_digests(session)}
        missing = [
            PaperKey(kind, subject, language)
            for kind, source in paper_sources().items()
            for subject in source.subjects(session)
            if (kind, subject) not in kept
            for language in source.languages(session, subject)
        ]
        wanted = list(dict.fromkeys((*list_asked(session), *missing)))
    _print_all(wanted)


def print_changed() -> None:
    """Make again what says something else by now or could not be made, and take away what nobody may see any more."""
    with db.reading(db.engine()) as session:
        always = {
            PaperKey(kind, subject, language)
            for kind, source in paper_sources().items()
            for subject in source.subjects(session)
            for language in source.languages(session, subject)
        }
        known = list_digests(session)
    _print_all([*always, *(key for key in known if key not in always)])


def _print_all(keys: Sequence[PaperKey]) -> None:
    for at in range(0, len(keys), _AT_ONCE):
        _print_some(keys[at : at + _AT_ONCE])


def _print_some(keys: Sequence[PaperKey]) -> None:
    engine = db.engine()
    with db.reading(engine) as session:
        known = list_digests(session) if keys else {}
        now = {key: _document(session, key) for key in keys}
    gone = [key for key, document in now.items() if document is None]
    documents = {key: document for key, document in now.items() if document is not None}
    digests = {key: digest_document(document) for key, document in documents.items()}
    same = [key for key in documents if known.get(key, (None, "", False))[:2] == (digests[key], MADE)]
    todo = [key for key in documents if key not in same]
    made = dict(zip(todo, set_documents([documents[key] for key in todo]), strict=True)) if todo else {}
    asked = [key for key in same if known[key][2]]
    if gone or made or asked:
        _write(gone, asked, made, digests)


def _document(session: Session, key: PaperKey) -> Document | None:
    source = paper_sources().get(key.kind)
    return source.document(session, key.subject, key.language) if source else None


def _write(
    gone: Sequence[PaperKey],
    asked: Sequence[PaperKey],
    made: Mapping[PaperKey, SetDocument],
    digests: Mapping[PaperKey, bytes],
) -> None:
    with db.writing(db.engine()) as session:
        remove_pdfs(session, gone)
        for key in asked:
            answer_asked(session, key)
        for key, one in made.items():
            keep_pdf(session, key, one, digests[key], context.today())


def paper_complaints(session: Session) -> Iterator[str]:
    """What `flask doctor` says about paper: the library that sets it, the fonts, what could not be set."""
    if not is_installed():
        yield "Nothing is printed as PDF: the extra `print` is not installed. Run: make install"
        return
    folder = context.settings().fonts
    if not installed_fonts([LATIN], folder):
        yield f"{folder} has no {LATIN.file}: nothing is printed as PDF. Install the Debian package {LATIN.package}."
    letters: dict[str, set[str]] = {}
    other = ""
    for made in list_faults(session):
        if made.letters:
            letters.setdefault(made.package, set()).update(made.letters)
        else:
            other = other or made.fault
    for package, missing in sorted(letters.items()):
        shown = "".join(sorted(missing)[:_SHOWN])
        yield f"No font draws {shown}: what holds them is not printed. Install the Debian package {package}."
    if other:
        yield f"A PDF could not be set: {other}"


_SHOWN: Final = 40  # letters
