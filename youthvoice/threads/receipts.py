"""Receipts: what a child sent counts once, however often a bad line makes her tablet send it. Kept twelve months.

A receipt is a keyed hash of the sheet's id and a month; nothing leads from it to what was sent.
Source: PRIVACY.md C, "The tablet's queue".
"""

import hashlib
import hmac
from datetime import date

from sqlalchemy import Connection, Table, bindparam, delete, select
from sqlalchemy.orm import Session

from youthvoice.compiled_sql import CompiledStatement, insert_into
from youthvoice.db import count_changed
from youthvoice.errors import KeyGone
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads import retention_periods
from youthvoice.threads.models import ReceiptRow

_receipts: Table = ReceiptRow.__table__  # type: ignore[assignment] # Core, not objects: written with every sheet

_FIND = CompiledStatement(select(_receipts.c.month).where(_receipts.c.id_hash == bindparam("receipt")))

_ADD = CompiledStatement(
    lambda dialect: insert_into(_receipts, dialect).on_conflict_do_nothing().returning(_receipts.c.month)
)


def receipt_of(keyring: Keyring, kind: str, sheet_id: bytes) -> bytes:
    """The keyed hash by which a sheet is known, 32 bytes.

    Args:
        keyring: the key files.
        kind: what became of it: `receipt` and `late-receipt` of a response, `suggestion`.
        sheet_id: 16 bytes.
    """
    pepper = first_key(keyring, "pepper")
    return hmac.digest(pepper, f"youthvoice/1|{kind}|".encode() + sheet_id, hashlib.sha256)


def content_receipt(keyring: Keyring, sheet_id: bytes, *content: str | bytes) -> bytes:
    """The keyed hash by which free words of a sheet are known, 32 bytes: other words under its number are not lost.

    Args:
        keyring: the key files.
        sheet_id: 16 bytes.
        content: what was said, a part for each field.
    """
    parts = (part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in content)
    digest = b"".join(hashlib.sha256(part).digest() for part in parts)
    return receipt_of(keyring, "content", sheet_id + digest)


def receipt_month(day: date) -> str:
    """What is kept of a day, such as `2026-11`."""
    return f"{day:%Y-%m}"


def has_receipt(connection: Connection, receipt: bytes) -> bool:
    """Whether the sheet came before."""
    return _FIND.first(connection, {"receipt": receipt}) is not None


def add_receipt(connection: Connection, receipt: bytes, month: str) -> bool:
    """Keep a receipt; False when the sheet came before."""
    return bool(_ADD.rows(connection, {"id_hash": receipt, "month": month}))


def has_old_receipts(session: Session, today: date) -> bool:
    """Whether there are receipts to forget."""
    old = select(ReceiptRow.month).where(ReceiptRow.month < oldest_month(today)).limit(1)
    return session.scalar(old) is not None


def forget_old_receipts(session: Session, today: date) -> int:
    """Delete receipts that are older than twelve months; returns how many."""
    old = delete(ReceiptRow).where(ReceiptRow.month < oldest_month(today))
    return count_changed(session.connection(), old)


def oldest_month(today: date) -> str:
    """The oldest month whose receipts are kept, such as `2025-11`."""
    months = today.year * 12 + today.month - 1 - retention_periods.RECEIPT_MONTHS
    return f"{months // 12:04}-{months % 12 + 1:02}"


def first_key(keyring: Keyring, name: str) -> bytes:
    """A key that is never renewed: its first version, made now if there is none. Found without listing the folder."""
    try:
        return keyring.key(name, 1)
    except KeyGone:
        return keyring.key_or_new(name)
