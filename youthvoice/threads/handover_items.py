"""Handovers: texts of a report that an advocate selected and sealed to one other adult; their seals and queries.

Source: PRIVACY.md C, "Handing over seals the chosen items to the new reader".
"""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from youthvoice.privacy.crypto import sealing, symmetric_encryption
from youthvoice.privacy.keys.key_names import destruction_key
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.key_wraps import KeyHolder
from youthvoice.threads.models import HandoverItemRow

HandoverItem = HandoverItemRow
"""A handover, unopened: it is sealed to one adult."""


def seal_handover(keyring: Keyring, holder: KeyHolder, day: date, month: str, data: Mapping[str, Any]) -> HandoverItem:
    """Seal content to one adult.

    Args:
        keyring: the key files.
        holder: the recipient, with their current key.
        day: at the site.
        month: destruction month of the report.
        data: texts and what belongs to them, as JSON values.

    Raises:
        KeyGone: the report's month has ended.
    """
    item_id = secrets.token_bytes(16)
    sealed_text = _seal_and_encrypt(keyring, item_id, holder, month, data)
    return HandoverItem(id=item_id, person_id=holder.person_id, day=day, destruction_month=month, body=sealed_text.blob)


def transfer_item(keyring: Keyring, item: HandoverItem, holder: KeyHolder, day: date, data: Mapping[str, Any]) -> None:
    """Seal an item to another adult in place of its recipient, whose key opened it; the caller flushes.

    Args:
        keyring: the key files.
        item: of the session; its row is changed.
        holder: the new recipient, with their current key.
        day: at the site.
        data: its content, from `open_handover`.

    Raises:
        KeyGone: the report's month has ended.
    """
    item.body = _seal_and_encrypt(keyring, item.id, holder, item.destruction_month, data).blob
    item.person_id, item.day, item.opened_on = holder.person_id, day, None


def _seal_and_encrypt(
    keyring: Keyring, item_id: bytes, holder: KeyHolder, month: str, data: Mapping[str, Any]
) -> sealing.SealedText:
    plain = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    sealed_text = sealing.seal(plain, holder.public_key, _bound(item_id, holder.person_id))
    return sealing.encrypt_outer(
        sealed_text, keyring.key(destruction_key(month)), _bound(item_id, holder.person_id, "outer")
    )


def open_handover(keyring: Keyring, item: HandoverItem, private_key: bytes) -> dict[str, Any]:
    """Open a handover with its recipient's key.

    Raises:
        CannotOpen: another person's key, or altered.
        KeyGone: its month has ended.
    """
    key = keyring.key(destruction_key(item.destruction_month))
    sealed_text = sealing.decrypt_outer(
        sealing.SealedText.stored(item.body), key, _bound(item.id, item.person_id, "outer")
    )
    plain = sealing.open_sealed(sealed_text, private_key, _bound(item.id, item.person_id))
    data: dict[str, Any] = json.loads(plain.decode("utf-8", "surrogatepass"))
    return data


def handover_under_month(keyring: Keyring, item: HandoverItem, after: str) -> sealing.SealedText:
    """Move an item's body under the key of a later month; its inner seal stays.

    Raises:
        CannotOpen, KeyGone: it is not encrypted under its month's key.
    """
    keys = keyring.key(destruction_key(item.destruction_month)), keyring.key_or_new(destruction_key(after))
    return sealing.reencrypt_outer(
        sealing.SealedText.stored(item.body), *keys, _bound(item.id, item.person_id, "outer")
    )


def _bound(item_id: bytes, person_id: int, *more: str) -> str:
    return symmetric_encryption.sealing_context("handed", item_id.hex(), person_id, *more)


def add_handover(session: Session, item: HandoverItem) -> None:
    """Store a handover."""
    session.add(item)
    session.flush()


def list_handovers(session: Session, person_id: int) -> Sequence[HandoverItem]:
    """The handovers of a recipient, unopened, the newest day first."""
    query = select(HandoverItem).where(HandoverItem.person_id == person_id)
    return session.scalars(query.order_by(HandoverItem.day.desc(), HandoverItem.id)).all()


def find_handover(session: Session, person_id: int, item_id: bytes) -> HandoverItem | None:
    """One handover of this recipient; None where they have no such item."""
    own_item = (HandoverItem.id == item_id, HandoverItem.person_id == person_id)
    return session.scalar(select(HandoverItem).where(*own_item))


def remove_handovers(session: Session, person_id: int, item_ids: Collection[bytes]) -> None:
    """Delete handovers of a recipient."""
    session.execute(delete(HandoverItem).where(HandoverItem.person_id == person_id, HandoverItem.id.in_(item_ids)))


def count_unopened(session: Session, person_id: int) -> int:
    """How many handovers the recipient has not opened yet."""
    query = select(func.count()).select_from(HandoverItem)
    return session.scalar(query.where(HandoverItem.person_id == person_id, HandoverItem.opened_on.is_(None))) or 0


def mark_opened(session: Session, item_id: bytes, day: date) -> None:
    """Note the day of the first look; later looks change nothing."""
    first_look = update(HandoverItem).where(HandoverItem.id == item_id, HandoverItem.opened_on.is_(None))
    session.execute(first_look.values(opened_on=day))
