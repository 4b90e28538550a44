"""Every query of what was handed over; only what is sealed gets in."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from youthvoice.privacy.crypto.sealing import Sealed
from youthvoice.threads.handover.items import SealedItem
from youthvoice.threads.models import HandedItem

_COLUMNS = (HandedItem.id, HandedItem.person_id, HandedItem.day, HandedItem.destruction_month, HandedItem.body)


def add(session: Session, item: SealedItem) -> None:
    """Keep something that was handed over."""
    session.add(
        HandedItem(
            id=item.id, person_id=item.person_id, day=item.day, destruction_month=item.month, body=item.body.blob
        )
    )
    session.flush()


def handed_to(session: Session, person_id: int) -> list[SealedItem]:
    """What was handed to somebody, the newest day first."""
    query = select(*_COLUMNS).where(HandedItem.person_id == person_id)
    rows = session.execute(query.order_by(HandedItem.day.desc(), HandedItem.id))
    return [SealedItem(*row[:-1], Sealed.stored(row.body)) for row in rows]


def one(session: Session, person_id: int, item_id: bytes) -> SealedItem | None:
    """One thing that was handed to her; None where there is none of hers."""
    query = select(*_COLUMNS).where(HandedItem.id == item_id, HandedItem.person_id == person_id)
    row = session.execute(query).first()
    return SealedItem(*row[:-1], Sealed.stored(row.body)) if row else None


def take_away(session: Session, person_id: int, item_ids: Collection[bytes]) -> None:
    """What was handed to somebody is hers no more."""
    session.execute(delete(HandedItem).where(HandedItem.person_id == person_id, HandedItem.id.in_(item_ids)))


def waiting(session: Session, person_id: int) -> int:
    """How many things that were handed to her she has not opened yet."""
    query = select(func.count()).select_from(HandedItem)
    return session.scalar(query.where(HandedItem.person_id == person_id, HandedItem.opened_on.is_(None))) or 0


def was_opened(session: Session, item_id: bytes, day: date) -> None:
    """Note the day of the first look; later ones change nothing."""
    hers = update(HandedItem).where(HandedItem.id == item_id, HandedItem.opened_on.is_(None))
    session.execute(hers.values(opened_on=day))
