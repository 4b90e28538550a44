"""Chosen words of a report, sealed to one adult: how they are sealed, and every query of them.

Source: PRIVACY.md C, "Handing over seals the chosen items to the new reader".
"""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from youthvoice.privacy.crypto.sealing import SealedText, lock_outer, open_sealed, seal, unlock_outer
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.keys.key_names import destruction_key
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.key_wraps import KeyHolder
from youthvoice.threads.models import HandoverItemRow


@dataclass(frozen=True, slots=True)
class HandoverItem:
    """What the store keeps of something handed over.

    Attributes:
        id: 16 bytes.
        person_id: to whom.
        day: at the site.
        month: destruction month of the report it comes from.
        body: sealed to her.
    """

    id: bytes
    person_id: int
    day: date
    month: str
    body: SealedText = field(repr=False)


def seal_handover(keyring: Keyring, to: KeyHolder, day: date, month: str, said: Mapping[str, Any]) -> HandoverItem:
    """Seal something to one adult.

    Args:
        keyring: the key files.
        to: to whom, with her key of today.
        day: at the site.
        month: destruction month of the report.
        said: words and what else belongs to them, as JSON can say it.

    Raises:
        KeyGone: the report's month has ended.
    """
    item_id = secrets.token_bytes(16)
    plain = json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")
    inner = seal(plain, to.public_key, _bound(item_id, to.person_id))
    body = lock_outer(inner, keyring.key(destruction_key(month)), _bound(item_id, to.person_id, "outer"))
    return HandoverItem(item_id, to.person_id, day, month, body)


def open_handover(keyring: Keyring, item: HandoverItem, private_key: bytes) -> dict[str, Any]:
    """What was sealed to her.

    Raises:
        CannotOpen: not her key, or altered.
        KeyGone: its month has ended.
    """
    key = keyring.key(destruction_key(item.month))
    inner = unlock_outer(item.body, key, _bound(item.id, item.person_id, "outer"))
    plain = open_sealed(inner, private_key, _bound(item.id, item.person_id))
    found: dict[str, Any] = json.loads(plain.decode("utf-8", "surrogatepass"))
    return found


def handover_under_month(keyring: Keyring, item: HandoverItem, after: str) -> HandoverItem:
    """The same item under the key of a later month; what is inside stays sealed.

    Raises:
        CannotOpen, KeyGone: it does not lie under its month's key.
    """
    bound = _bound(item.id, item.person_id, "outer")
    inner = unlock_outer(item.body, keyring.key(destruction_key(item.month)), bound)
    return replace(item, month=after, body=lock_outer(inner, keyring.key_or_new(destruction_key(after)), bound))


def _bound(item_id: bytes, person_id: int, *more: str) -> str:
    return sealing_context("handed", item_id.hex(), person_id, *more)


_COLUMNS = (
    HandoverItemRow.id,
    HandoverItemRow.person_id,
    HandoverItemRow.day,
    HandoverItemRow.destruction_month,
    HandoverItemRow.body,
)


def add_handover(session: Session, item: HandoverItem) -> None:
    """Keep something that was handed over."""
    session.add(
        HandoverItemRow(
            id=item.id, person_id=item.person_id, day=item.day, destruction_month=item.month, body=item.body.blob
        )
    )
    session.flush()


def select_handovers() -> "Select[Any]":
    """All of them; for `read_handovers`."""
    return select(*_COLUMNS)  # type: ignore[return-value] # its own rows


def read_handovers(session: Session, query: Select[Any]) -> list[HandoverItem]:
    """What a query finds, unopened."""
    return [
        HandoverItem(row.id, row.person_id, row.day, row.destruction_month, SealedText.stored(row.body))
        for row in session.execute(query)
    ]


def list_handovers(session: Session, person_id: int) -> list[HandoverItem]:
    """What was handed to somebody, the newest day first."""
    query = select_handovers().where(HandoverItemRow.person_id == person_id)
    return read_handovers(session, query.order_by(HandoverItemRow.day.desc(), HandoverItemRow.id))


def find_handover(session: Session, person_id: int, item_id: bytes) -> HandoverItem | None:
    """One thing that was handed to her; None where there is none of hers."""
    query = select_handovers().where(HandoverItemRow.id == item_id, HandoverItemRow.person_id == person_id)
    return next(iter(read_handovers(session, query)), None)


def remove_handovers(session: Session, person_id: int, item_ids: Collection[bytes]) -> None:
    """What was handed to somebody is hers no more."""
    session.execute(
        delete(HandoverItemRow).where(HandoverItemRow.person_id == person_id, HandoverItemRow.id.in_(item_ids))
    )


def count_unopened(session: Session, person_id: int) -> int:
    """How many things that were handed to her she has not opened yet."""
    query = select(func.count()).select_from(HandoverItemRow)
    return session.scalar(query.where(HandoverItemRow.person_id == person_id, HandoverItemRow.opened_on.is_(None))) or 0


def mark_opened(session: Session, item_id: bytes, day: date) -> None:
    """Note the day of the first look; later ones change nothing."""
    hers = update(HandoverItemRow).where(HandoverItemRow.id == item_id, HandoverItemRow.opened_on.is_(None))
    session.execute(hers.values(opened_on=day))
