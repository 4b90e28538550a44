"""What is inside an item, locked: what children put on an agenda is for them, not for whoever takes the database.

Source: PRIVACY.md, the second promise, and T6.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from youthvoice.committees.entities import Held, ItemBody, Moved
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS

_ROOM_OF_AN_ITEM: Final = 2000  # bytes: its words in two languages; longer ones are longer by whole buckets
_ROOM_OF_A_COUNT: Final = 64


def lock_body(keyring: Keyring, item_id: bytes, body: ItemBody) -> bytes:
    """Lock what an item says.

    Raises:
        KeyFileError: as `keep`.
    """
    return keep(keyring, KEPT_WORDS, _plain(body), _purpose("item", item_id), _ROOM_OF_AN_ITEM)


def open_body(keyring: Keyring, item_id: bytes, blob: bytes) -> ItemBody:
    """What an item says.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `open_kept`.
    """
    return _body(open_kept(keyring, KEPT_WORDS, blob, _purpose("item", item_id)))


def lock_support(keyring: Keyring, item_id: bytes, number: int) -> bytes:
    """Lock how many said "me too"."""
    return keep(keyring, KEPT_WORDS, number, _purpose("support", item_id), _ROOM_OF_A_COUNT)


def open_support(keyring: Keyring, item_id: bytes, blob: bytes) -> int:
    """How many said "me too".

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `open_kept`.
    """
    return int(open_kept(keyring, KEPT_WORDS, blob, _purpose("support", item_id)))


def _plain(body: ItemBody) -> dict[str, Any]:
    kept = asdict(body) | {"words": dict(body.words)}
    for name in ("held", "moved"):
        if kept[name]:
            kept[name]["until"] = kept[name]["until"].isoformat()
    return {name: value for name, value in kept.items() if value}


def _body(kept: Mapping[str, Any]) -> ItemBody:
    parts = dict(kept)
    if held := parts.get("held"):
        parts["held"] = Held(**held | {"until": date.fromisoformat(held["until"])})
    if moved := parts.get("moved"):
        parts["moved"] = Moved(tuple(moved["names"]), date.fromisoformat(moved["until"]))
    return ItemBody(**parts)


def _purpose(what: str, item_id: bytes) -> Context:
    return context("committee", what, item_id.hex())
