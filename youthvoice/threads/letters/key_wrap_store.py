"""Every query of who can open which letter, shown already or not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from youthvoice.threads.key_wraps import Wrapped
from youthvoice.threads.letters.store import wrap_row
from youthvoice.threads.models import Letter, Wrap


@dataclass(frozen=True, slots=True)
class WrapRow:
    """One row for one advocate.

    Attributes:
        letter_id: 16 bytes.
        site_id: whose letter box.
        shown_from: UTC.
        person_id: row of `people`.
        wrapped: a wrap or a decoy.
        tag: tells the house which; None of one from before there were tags.
    """

    letter_id: bytes
    site_id: int
    shown_from: datetime
    person_id: int
    wrapped: bytes = field(repr=False)
    tag: bytes | None = field(repr=False)


_COLUMNS = (Letter.id, Letter.site_id, Letter.shown_from, Wrap.person_id, Wrap.wrapped, Wrap.tag)


def at(session: Session, site_ids: Collection[int]) -> list[WrapRow]:
    """Every row of the letters of some sites."""
    query = select(*_COLUMNS).join(Wrap, Wrap.letter_id == Letter.id).where(Letter.site_id.in_(site_ids))
    return [WrapRow(*row) for row in session.execute(query)]


def of_letter(session: Session, letter_id: bytes) -> list[WrapRow]:
    """Every row of one letter."""
    query = select(*_COLUMNS).join(Wrap, Wrap.letter_id == Letter.id).where(Letter.id == letter_id)
    return [WrapRow(*row) for row in session.execute(query)]


def waiting_at(session: Session, site_id: int, now: datetime, box: str = "survey") -> list[WrapRow]:
    """Every row of the letters of a site that are shown and that nobody opened yet; of suggestions, decided."""
    query = select(*_COLUMNS).join(Wrap, Wrap.letter_id == Letter.id)
    waits = (Letter.site_id == site_id, Letter.box == box, Letter.shown_from <= now, Letter.looked_at_on.is_(None))
    return [WrapRow(*row) for row in session.execute(query.where(*waits))]


def hold(session: Session, letter_ids: Iterable[bytes]) -> None:
    """Nobody else changes who can open these letters until the transaction ends."""
    mine = select(Letter.id).where(Letter.id.in_(list(letter_ids))).order_by(Letter.id)
    session.execute(mine.with_for_update()).all()


def put(session: Session, letter_id: bytes, wrapped: Wrapped) -> None:
    """Give somebody a wrap, or a decoy, in place of what she had."""
    session.execute(delete(Wrap).where(Wrap.letter_id == letter_id, Wrap.person_id == wrapped.person_id))
    session.execute(insert(Wrap).values(wrap_row(letter_id, wrapped)))


def without_tag(session: Session) -> list[WrapRow]:
    """Rows from before there were tags."""
    query = select(*_COLUMNS).join(Wrap, Wrap.letter_id == Letter.id).where(Wrap.tag.is_(None))
    return [WrapRow(*row) for row in session.execute(query)]


def are_any_without_tag(session: Session) -> bool:
    """Whether there is such a row at all."""
    return session.scalar(select(Wrap.letter_id).where(Wrap.tag.is_(None)).limit(1)) is not None


def set_tag(session: Session, row: WrapRow, tag: bytes) -> None:
    """Write the tag of a row that had none."""
    hers = update(Wrap).where(Wrap.letter_id == row.letter_id, Wrap.person_id == row.person_id)
    session.execute(hers.values(tag=tag))
