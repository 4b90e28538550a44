"""Store PDFs, encrypted, by kind, subject and language; and which of them somebody waits for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, select, tuple_, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.printing.document import TypesetDocument
from youthvoice.printing.models import KeptPdfRow
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS

_PADDED_LENGTH: Final = 160_000  # bytes of a paper as JSON, so that the length reveals nothing of the content

MADE, PARTLY, NO_GLYPH, FAILED = "made", "partly", "no_glyph", "failed"

SHOWN: Final = frozenset({MADE, PARTLY})
"""States of a PDF that can be read."""


class PaperKey(NamedTuple):
    """Names a document: its kind, its subject, the code of its language."""

    kind: str
    subject: str
    language: str


@dataclass(frozen=True, slots=True)
class KeptPdf:
    """One stored PDF.

    Attributes:
        state: `asked`, not made yet; `made`; `partly`, with substitutes for letters that no font has;
            `no_glyph`, the font of its language is missing; `failed`.
        digest: MAC of its content; None before it is made.
        typeset_document: its result, opened; empty before it is made.
        asked: whether somebody waits for it already.
    """

    state: str
    digest: bytes | None
    typeset_document: TypesetDocument
    asked: bool


def find_pdf(session: Session, key: PaperKey) -> KeptPdf | None:
    """Find a PDF and open it; None where there is none or the present keys do not open it, so that it is made again."""
    row = session.scalar(select(KeptPdfRow).where(*_where(key)))
    if row is None:
        return None
    document = _open(key, row.locked)
    return KeptPdf(row.state, row.digest, document, row.asked) if document else None


def _open(key: PaperKey, locked: bytes | None) -> TypesetDocument | None:
    if locked is None:
        return TypesetDocument()
    try:
        return decrypt_json(context.keyring(), KEPT_WORDS, locked, _purpose(key), TypesetDocument)
    except (CannotOpen, KeyGone):
        return None


class KeptDigest(NamedTuple):
    """What is known of a PDF without opening it.

    Attributes:
        digest: MAC of its content; None before it is made.
        state: as of `KeptPdf`.
        asked: whether somebody waits for it.
        made_on: the day on which it was made.
    """

    digest: bytes | None
    state: str
    asked: bool
    made_on: date | None

    def is_current(self, digest: bytes, today: date) -> bool:
        """Whether the PDF is current. One with substitutes is made again each day, in case a font was installed."""
        return self.digest == digest and (self.state == MADE or (self.state == PARTLY and self.made_on == today))


def list_digests(session: Session, subjects: Collection[str]) -> dict[PaperKey, KeptDigest]:
    """What is known of the PDFs with some subjects, by key."""
    columns = (KeptPdfRow.kind, KeptPdfRow.subject, KeptPdfRow.language)
    query = select(*columns, KeptPdfRow.digest, KeptPdfRow.state, KeptPdfRow.asked, KeptPdfRow.made_on)
    rows = session.execute(query.where(KeptPdfRow.subject.in_(subjects)))
    return {PaperKey(*row[:3]): KeptDigest(*row[3:]) for row in rows}


def list_units(session: Session, after: tuple[str, str], most: int) -> dict[tuple[str, str], set[str]]:
    """The kinds and subjects after some other one, in their order, each with the languages in which it has a row."""
    unit = KeptPdfRow.kind, KeptPdfRow.subject
    query = select(*unit).where(tuple_(*unit) > after).distinct().order_by(*unit).limit(most)
    units: dict[tuple[str, str], set[str]] = {(row.kind, row.subject): set() for row in session.execute(query)}
    rows = session.execute(select(*unit, KeptPdfRow.language).where(tuple_(*unit).in_(units))) if units else ()
    for kind, subject, language in rows:
        units[kind, subject].add(language)
    return units


def has_pdf(kind: str, subject: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a document has a row, in some language."""
    return exists().where(KeptPdfRow.kind == kind, KeptPdfRow.subject == subject)


def list_asked(session: Session) -> list[PaperKey]:
    """List the PDFs that somebody opened when they were missing or out of date."""
    columns = (KeptPdfRow.kind, KeptPdfRow.subject, KeptPdfRow.language)
    return [PaperKey(*row) for row in session.execute(select(*columns).where(KeptPdfRow.asked))]


def ask_for_pdf(session: Session, key: PaperKey) -> None:
    """Record that somebody waits for a PDF; a repeat changes nothing."""
    new = insert_into(KeptPdfRow, session.get_bind().dialect).values(**key._asdict(), asked=True)
    session.execute(new.on_conflict_do_update(index_elements=["kind", "subject", "language"], set_={"asked": True}))


def keep_pdf(session: Session, key: PaperKey, document: TypesetDocument, digest: bytes, day: date) -> None:
    """Store the result of typesetting a document, in place of an earlier one."""
    state = (PARTLY if document.letters else MADE) if document.pdf else NO_GLYPH if document.letters else FAILED
    values = {
        "digest": digest,
        "locked": encrypt_json(context.keyring(), KEPT_WORDS, document, _purpose(key), _PADDED_LENGTH),
        "state": state,
        "asked": False,
        "made_on": day,
    }
    new = insert_into(KeptPdfRow, session.get_bind().dialect).values(**key._asdict(), **values)
    session.execute(new.on_conflict_do_update(index_elements=["kind", "subject", "language"], set_=values))


def clear_asked(session: Session, key: PaperKey) -> None:
    """Record that a PDF is current, so that nobody waits."""
    session.execute(update(KeptPdfRow).where(*_where(key)).values(asked=False))


def remove_pdfs(session: Session, keys: Collection[PaperKey]) -> None:
    """Delete PDFs that nobody may see any longer."""
    columns = tuple_(KeptPdfRow.kind, KeptPdfRow.subject, KeptPdfRow.language)
    for batch in (list(keys)[at : at + 200] for at in range(0, len(keys), 200)):
        session.execute(delete(KeptPdfRow).where(columns.in_([tuple(key) for key in batch])))


def list_faults(session: Session) -> list[TypesetDocument]:
    """List some documents that could not be made, or not completely."""
    columns = (KeptPdfRow.kind, KeptPdfRow.subject, KeptPdfRow.language, KeptPdfRow.locked)
    rows = session.execute(select(*columns).where(KeptPdfRow.state.in_([PARTLY, NO_GLYPH, FAILED])).limit(_MAX_FAULTS))
    typeset_documents = (_open(PaperKey(*row[:3]), row[3]) for row in rows)
    return [document for document in typeset_documents if document]


_MAX_FAULTS: Final = 50  # rows of which the faults are read


def _where(key: PaperKey) -> tuple[ColumnElement[bool], ...]:
    return KeptPdfRow.kind == key.kind, KeptPdfRow.subject == key.subject, KeptPdfRow.language == key.language


def _purpose(key: PaperKey) -> SealingContext:
    return sealing_context("paper", key.kind, key.subject, key.language)
