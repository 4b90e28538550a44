"""Chosen words of a report, sealed anew to one adult: she never gets the report's key. Pure.

Source: PRIVACY.md C, "Handing over seals the chosen items to the new reader".
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from youthvoice.privacy.crypto.sealing import Sealed, context, lock_outer, open_sealed, seal, unlock_outer
from youthvoice.privacy.keys.keyring import Keyring, destruction_key
from youthvoice.threads.key_wraps import Holder


@dataclass(frozen=True, slots=True)
class SealedItem:
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
    body: Sealed = field(repr=False)


def seal_item(keyring: Keyring, to: Holder, day: date, month: str, said: Mapping[str, Any]) -> SealedItem:
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
    return SealedItem(item_id, to.person_id, day, month, body)


def open_item(keyring: Keyring, item: SealedItem, private_key: bytes) -> dict[str, Any]:
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


def item_under_month(keyring: Keyring, item: SealedItem, after: str) -> SealedItem:
    """The same item under the key of a later month; what is inside stays sealed.

    Raises:
        CannotOpen, KeyGone: it does not lie under its month's key.
    """
    bound = _bound(item.id, item.person_id, "outer")
    inner = unlock_outer(item.body, keyring.key(destruction_key(item.month)), bound)
    return replace(item, month=after, body=lock_outer(inner, keyring.key_or_new(destruction_key(after)), bound))


def _bound(item_id: bytes, person_id: int, *more: str) -> str:
    return context("handed", item_id.hex(), person_id, *more)
