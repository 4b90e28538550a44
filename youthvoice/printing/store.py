"""PDFs as they are kept: sealed, by kind, subject and language; and which of them somebody waits for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.printing.document import SetDocument
from youthvoice.printing.models import KeptPdfRow
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import lock_json, unlock_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS

_ROOM: Final = 160_000  # bytes of a sheet as JSON: how long it is shall not tell what stands on it

MADE, PARTLY, NO_GLYPH, FAILED = "made", "partly", "no_glyph", "failed"

SHOWN: Final = frozenset({MADE, PARTLY})
"""States of a PDF that can be read."""


class PaperKey(NamedTuple):
    """Which document: its kind, what it is about, the code of its language."""

    kind: str
    subject: str
    language: str


@dataclass(frozen=True, slots=True)
class KeptPdf:
    """One PDF as it is kept.

    Attributes:
        state: `asked`, not made yet; `made`; `partly`, something stands in it for letters that have no font here;
            `no_glyph`, the font of its language is missing; `failed`.
        digest: MAC of what it was made of; None before.
        made: what came of it, opened; empty before.
        asked: whether somebody waits for it already.
    """

    state: str
    digest: bytes | None
    made: SetDocument
    asked: bool


def find_pdf(session: Session, key: PaperKey) -> KeptPdf | None:
    """A PDF, opened; None where there is none, or none that the key files here open: it is made anew."""
    row = session.scalar(select(KeptPdfRow).where(*_named(key)))
    if row is None:
        return None
    document = _open(key, row.locked)
    return KeptPdf(row.state, row.digest, document, row.asked) if document else None


def _open(key: PaperKey, locked: bytes | None) -> SetDocument | None:
    if locked is None:
        return SetDocument()
    try:
        return unlock_json(context.keyring(), KEPT_WORDS, locked, _purpose(key), SetDocument)
    except (CannotOpen, KeyGone):
        return None


class KeptDigest(NamedTuple):
    """What is known of a PDF without opening it: what it was made of, its state, whether somebody waits, its day."""

    digest: bytes | None
    state: str
    asked: bool
    made_on: date | None

    def says(self, digest: bytes, today: date) -> bool:
        """Whether it says this still; what lacks letters is tried again each day, for a font may have come."""
        return self.digest == digest and (self.state == MADE or (self.state == PARTLY and self.made_on == today))


def list_digests(session: Session) -> dict[PaperKey, KeptDigest]:
    """By key, what is known of every PDF."""
    columns = (KeptPdfRow.kind, KeptPdfRow.subject, KeptPdfRow.language)
    rows = session.execute(select(*columns, KeptPdfRow.digest, KeptPdfRow.state, KeptPdfRow.asked, KeptPdfRow.made_on))
    return {PaperKey(*row[:3]): KeptDigest(*row[3:]) for row in rows}


def list_asked(session: Session) -> list[PaperKey]:
    """What somebody opened that is not there, or says something else by now."""
    columns = (KeptPdfRow.kind, KeptPdfRow.subject, KeptPdfRow.language)
    return [PaperKey(*row) for row in session.execute(select(*columns).where(KeptPdfRow.asked))]


def ask_for_pdf(session: Session, key: PaperKey) -> None:
    """Note that somebody waits for it; again changes nothing."""
    new = insert_into(KeptPdfRow, session.get_bind().dialect).values(**key._asdict(), asked=True)
    session.execute(new.on_conflict_do_update(index_elements=["kind", "subject", "language"], set_={"asked": True}))


def keep_pdf(session: Session, key: PaperKey, document: SetDocument, digest: bytes, day: date) -> None:
    """Keep what came of a document, in place of what was there."""
    state = (PARTLY if document.letters else MADE) if document.pdf else NO_GLYPH if document.letters else FAILED
    values = {
        "digest": digest,
        "locked": lock_json(context.keyring(), KEPT_WORDS, document, _purpose(key), _ROOM),
        "state": state,
        "asked": False,
        "made_on": day,
    }
    new = insert_into(KeptPdfRow, session.get_bind().dialect).values(**key._asdict(), **values)
    session.execute(new.on_conflict_do_update(index_elements=["kind", "subject", "language"], set_=values))


def answer_asked(session: Session, key: PaperKey) -> None:
    """It is what it should be: nobody waits any more."""
    session.execute(update(KeptPdfRow).where(*_named(key)).values(asked=False))


def remove_pdfs(session: Session, keys: Collection[PaperKey]) -> None:
    """Take away what nobody may see any more."""
    columns = tuple_(KeptPdfRow.kind, KeptPdfRow.subject, KeptPdfRow.language)
    for some in (list(keys)[at : at + 200] for at in range(0, len(keys), 200)):
        session.execute(delete(KeptPdfRow).where(columns.in_([tuple(key) for key in some])))


def list_faults(session: Session) -> list[SetDocument]:
    """What became of some documents that could not be set."""
    columns = (KeptPdfRow.kind, KeptPdfRow.subject, KeptPdfRow.language, KeptPdfRow.locked)
    rows = session.execute(select(*columns).where(KeptPdfRow.state.in_([PARTLY, NO_GLYPH, FAILED])).limit(_FAULTS))
    set_documents = (_open(PaperKey(*row[:3]), row[3]) for row in rows)
    return [document for document in set_documents if document]


_FAULTS: Final = 50  # are looked at


def _named(key: PaperKey) -> tuple[ColumnElement[bool], ...]:
    return KeptPdfRow.kind == key.kind, KeptPdfRow.subject == key.subject, KeptPdfRow.language == key.language


def _purpose(key: PaperKey) -> SealingContext:
    return sealing_context("paper", key.kind, key.subject, key.language)
