"""Every query of a box: envelopes that wait, and what it shows."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from youthvoice.box.bundle import Shelf, ShelfPage
from youthvoice.box.models import BoxEnvelopeRow, BoxPageRow
from youthvoice.compiled_sql import insert_into

MANIFEST = "manifest"


def keep_envelope(session: Session, sheet: bytes, blob: bytes) -> None:
    """Keep an envelope until the house has it; the same number again changes nothing. The caller commits.

    Args:
        session: may write.
        sheet: number of the sheet, 16 bytes.
        blob: as the tablet sealed it.
    """
    kept = insert_into(BoxEnvelopeRow, session.get_bind().dialect).values(sheet=sheet, blob=blob)
    session.execute(kept.on_conflict_do_nothing())


def list_envelopes(session: Session) -> list[bytes]:
    """Everything that waits, in no order that tells when it came."""
    return list(session.scalars(select(BoxEnvelopeRow.blob).order_by(BoxEnvelopeRow.sheet)))


def forget_envelopes(session: Session, sheets: Collection[bytes]) -> None:
    """The house has these."""
    for sheet in sheets:
        session.execute(delete(BoxEnvelopeRow).where(BoxEnvelopeRow.sheet == sheet))


def replace_shelf(session: Session, shelf: Shelf) -> None:
    """Show this from now on, and nothing of what was shown before: never two versions of one page."""
    session.execute(delete(BoxPageRow))
    session.execute(insert(BoxPageRow).values(name=MANIFEST, headers=shelf.manifest, body=b""))
    for page in shelf.pages:
        session.execute(insert(BoxPageRow).values(name=page.name, headers=page.headers, body=page.body))


def find_manifest(session: Session) -> dict[str, Any] | None:
    """What the shelf holds; None before the first bundle came back."""
    return session.scalar(select(BoxPageRow.headers).where(BoxPageRow.name == MANIFEST))


def find_page(session: Session, name: str) -> ShelfPage | None:
    """One page or file; None where there is none."""
    row = session.get(BoxPageRow, name)
    return ShelfPage(row.name, row.headers, row.body) if row else None
