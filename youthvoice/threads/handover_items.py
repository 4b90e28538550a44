"""Handovers: content that is sealed to one adult, outside of the thread it belongs to; their seals and queries.

- Texts of a report that a reader selected for one more adult.
- An entry of a report for an interpreter, for some days, with the child's yes.
- What a child said after a review for its advocate alone; `transfer_item` gives it to the next advocate.

Source: PRIVACY.md C, "Handing over seals the chosen items to the new reader".
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from youthvoice.db import count_changed
from youthvoice.privacy.crypto import sealing, symmetric_encryption
from youthvoice.privacy.keys.key_names import THREADS, destruction_key
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.key_wraps import KeyHolder
from youthvoice.threads.models import HandoverItemRow

HandoverItem = HandoverItemRow
"""A handover, unopened: it is sealed to one adult."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What is particular about an item for an interpreter: one of `interpreted_item_ids`, and its last day."""

    item_id: bytes
    ends_on: date


def seal_handover(  # noqa: PLR0913, PLR0917 - keys, person, period and content
    keyring: Keyring,
    holder: KeyHolder,
    day: date,
    month: str,
    data: Mapping[str, Any],
    interpretation: Interpretation | None = None,
) -> HandoverItem:
    """Seal content to one adult; all texts for interpreters have one length.

    Args:
        keyring: the key files.
        holder: the recipient, with their current key.
        day: at the site.
        month: destruction month of the thread.
        data: texts and what belongs to them, as JSON values.
        interpretation: of an entry for an interpreter; None for other handovers.

    Raises:
        KeyGone: the thread's month has ended.
    """
    item_id = interpretation.item_id if interpretation else secrets.token_bytes(16)
    fixed_size = _TEXT_BYTES if interpretation else 0
    item = HandoverItem(id=item_id, person_id=holder.person_id, day=day, destruction_month=month)
    item.body = _seal_and_encrypt(keyring, item_id, holder, month, data, fixed_size).blob
    item.ends_on = interpretation.ends_on if interpretation else None
    return item


_TEXT_BYTES: Final = 16 * 1024
"""Size of every sealed text for an interpreter, which has room for the longest one."""

MAX_INTERPRETED: Final = 8
"""Items that one yes of a child to an interpreter can make: the entry, and adults' answers to it."""


def interpreted_item_ids(keyring: Keyring, thread_id: bytes, question: str) -> list[bytes]:
    """The ids of all items that one yes to an interpreter can make; the first is of the child's own entry.

    Nothing is stored that leads from the report to them: only the key file `threads` does.

    Args:
        keyring: the key files.
        thread_id: 16 bytes.
        question: digits of the question that the case state holds.
    """
    key = keyring.key(THREADS)
    words = b"youthvoice/1|interpreted|" + thread_id + question.encode()
    return [hmac.digest(key, words + bytes([nth]), hashlib.sha256)[:16] for nth in range(MAX_INTERPRETED)]


def transfer_item(keyring: Keyring, item: HandoverItem, holder: KeyHolder, day: date, data: Mapping[str, Any]) -> None:
    """Seal an item to another adult in place of its recipient, whose key opened it; the caller flushes.

    Args:
        keyring: the key files.
        item: of the session; its row is changed.
        holder: the new recipient, with their current key.
        day: at the site.
        data: its content, from `open_handover`.

    Raises:
        KeyGone: the thread's month has ended.
    """
    item.body = _seal_and_encrypt(keyring, item.id, holder, item.destruction_month, data).blob
    item.person_id, item.day, item.opened_on = holder.person_id, day, None


def _seal_and_encrypt(  # noqa: PLR0913, PLR0917 - as `seal_handover`
    keyring: Keyring, item_id: bytes, holder: KeyHolder, month: str, data: Mapping[str, Any], fixed_size: int = 0
) -> sealing.SealedText:
    """Seal JSON to one adult, in `fixed_size` bytes; what does not fit, a recording, by its length."""
    plain = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    size = fixed_size if len(plain) + symmetric_encryption.LENGTH_BYTES + sealing.HEAD_BYTES <= fixed_size else None
    sealed_text = sealing.seal(plain, holder.public_key, _bound(item_id, holder.person_id), size)
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


def remove_interpreted(session: Session, item_ids: Collection[bytes]) -> None:
    """Delete what interpreters read; other handovers stay."""
    session.execute(delete(HandoverItem).where(HandoverItem.id.in_(item_ids), HandoverItem.ends_on.is_not(None)))


def remove_ended(session: Session, today: date) -> int:
    """Delete the items for interpreters whose last day is before today; returns how many."""
    return count_changed(session, delete(HandoverItem).where(HandoverItem.ends_on < today))


def has_ended_items(session: Session, today: date) -> bool:
    """Whether there is something that `remove_ended` deletes."""
    return session.scalar(select(HandoverItem.id).where(HandoverItem.ends_on < today).limit(1)) is not None


def count_unopened(session: Session, person_id: int) -> int:
    """How many handovers the recipient has not opened yet."""
    query = select(func.count()).select_from(HandoverItem)
    return session.scalar(query.where(HandoverItem.person_id == person_id, HandoverItem.opened_on.is_(None))) or 0


def mark_opened(session: Session, item_id: bytes, day: date) -> None:
    """Note the day of the first look; later looks change nothing."""
    first_look = update(HandoverItem).where(HandoverItem.id == item_id, HandoverItem.opened_on.is_(None))
    session.execute(first_look.values(opened_on=day))


def count_rendering(session: Session, item_id: bytes, most: int) -> bool:
    """Count one more rendering of an entry; False, and nothing is counted, where there are `most` already."""
    fewer = update(HandoverItem).where(HandoverItem.id == item_id, HandoverItem.renderings < most)
    return count_changed(session, fewer.values(renderings=HandoverItem.renderings + 1)) == 1
