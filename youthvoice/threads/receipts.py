"""Receipts: what a child sends counts once, however often the tablet repeats it. They are stored for twelve months.

A receipt is a keyed hash of the submission id, stored with its month; nothing leads from it to the content.
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

_receipts: Table = ReceiptRow.__table__  # type: ignore[assignment] # Core, not objects: written with every submission

_FIND = CompiledStatement(select(_receipts.c.month).where(_receipts.c.id_hash == bindparam("receipt")))

_ADD = CompiledStatement(
    lambda dialect: insert_into(_receipts, dialect).on_conflict_do_nothing().returning(_receipts.c.month)
)


def receipt_of(keyring: Keyring, kind: str, submission_id: bytes) -> bytes:
    """The keyed hash that identifies a submission, 32 bytes.

    Args:
        keyring: the key files.
        kind: of the receipt: `receipt` and `late-receipt` of a response, `suggestion`, `good-news`; `content` as
            `content_receipt`, which is all that a knock has; `good-letter` is no receipt, its first bytes are the id
            of a letter.
        submission_id: the submission id, 16 bytes.
    """
    pepper = first_key(keyring, "pepper")
    return hmac.digest(pepper, f"youthvoice/1|{kind}|".encode() + submission_id, hashlib.sha256)


def content_receipt(keyring: Keyring, submission_id: bytes, *content: str | bytes) -> bytes:
    """The keyed hash of what a submission says, 32 bytes: something else under the same id is not lost.

    Args:
        keyring: the key files.
        submission_id: the submission id, 16 bytes.
        content: texts, picks and recordings, one part per field.
    """
    parts = (part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in content)
    digest = b"".join(hashlib.sha256(part).digest() for part in parts)
    return receipt_of(keyring, "content", submission_id + digest)


def add_content(
    connection: Connection, keyring: Keyring, receipt: bytes, submission_id: bytes, month: str, *content: str | bytes
) -> bool:
    """Store the receipts of a submission and of its content; False if it came before with the same content.

    Args:
        connection: may write.
        keyring: the key files.
        receipt: of the submission, from `receipt_of`.
        submission_id: the submission id, 16 bytes.
        month: from `receipt_month`.
        content: as for `content_receipt`.
    """
    is_new = add_receipt(connection, receipt, month)
    return add_receipt(connection, content_receipt(keyring, submission_id, *content), month) or is_new


def receipt_month(day: date) -> str:
    """The month that is stored for a day, such as `2026-11`."""
    return f"{day:%Y-%m}"


def has_receipt(connection: Connection, receipt: bytes) -> bool:
    """Whether the submission came before."""
    return _FIND.first(connection, {"receipt": receipt}) is not None


def add_receipt(connection: Connection, receipt: bytes, month: str) -> bool:
    """Store a receipt; False when the submission came before."""
    return bool(_ADD.rows(connection, {"id_hash": receipt, "month": month}))


def has_old_receipts(session: Session, today: date) -> bool:
    """Whether any receipts have to be deleted."""
    old = select(ReceiptRow.month).where(ReceiptRow.month < oldest_month(today)).limit(1)
    return session.scalar(old) is not None


def forget_old_receipts(session: Session, today: date) -> int:
    """Delete receipts that are older than twelve months; returns how many."""
    old = delete(ReceiptRow).where(ReceiptRow.month < oldest_month(today))
    return count_changed(session.connection(), old)


def oldest_month(today: date) -> str:
    """The oldest month whose receipts are still stored, such as `2025-11`."""
    months = today.year * 12 + today.month - 1 - retention_periods.RECEIPT_MONTHS
    return f"{months // 12:04}-{months % 12 + 1:02}"


def first_key(keyring: Keyring, name: str) -> bytes:
    """The first version of a key that is never renewed, made now if it is missing; found without listing the folder."""
    try:
        return keyring.key(name, 1)
    except KeyGone:
        return keyring.key_or_new(name)
