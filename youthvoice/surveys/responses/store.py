"""Take one child's answers, once. `waiting` reads the sheets again, for counting.

A sheet is locked before the first write, so that nothing slow happens while others wait in line.
Source: PRIVACY.md A1 (late sheets), A2 (sealed until counted), C (receipts).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Table, bindparam, insert, select

from youthvoice.compiled_sql import Statement
from youthvoice.privacy.crypto.sealing import Context, context, lock_padded
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.slips import store as slips
from youthvoice.slips.pictures import Picks
from youthvoice.surveys.models import Batch, Sheet
from youthvoice.threads import receipts
from youthvoice.threads.letters import store as threads
from youthvoice.threads.letters.letter import SealedLetter

SHEET_ID_BYTES = 16
_STEP = 128  # bytes; sheets of all questionnaires up to 124 coded bytes look alike

_sheets: Table = Sheet.__table__  # type: ignore[assignment] # Core, not objects: this is the busiest write of the house
_batches: Table = Batch.__table__  # type: ignore[assignment]
_HOLD = Statement(select(_batches.c.closed_on).where(_batches.c.id == bindparam("batch")).with_for_update(read=True))
_ADD_SHEET = Statement(insert(_sheets))


class Counted(Protocol):
    """What of a round a sheet needs; `RoundFacts` has it."""

    @property
    def id(self) -> int:
        """Row of `rounds`."""

    @property
    def slug(self) -> str:
        """What addresses bear."""

    @property
    def batch_id(self) -> int:
        """What is counted together."""

    @property
    def answers_key(self) -> str:
        """The key file that locks its sheets."""


@dataclass(frozen=True, slots=True)
class Response:
    """One child's answers, unreadable, ready to be stored. Made by `respond`.

    Attributes:
        sheet_id: 16 random bytes, made once per sheet.
        receipt: 32 bytes, keyed hash of the sheet's id.
        late_receipt: another one, which is kept instead when the sheet came too late; nobody without the key can tell
            which of the two a receipt is.
        month: of the receipt, `2026-11`.
        round_id: which round.
        batch_id: what it is counted with.
        blob: the coded answers, locked; None when the batch is known to be closed.
        letters: words of the letter boxes, sealed.
    """

    sheet_id: bytes
    receipt: bytes
    late_receipt: bytes
    month: str
    round_id: int
    batch_id: int
    blob: bytes | None
    letters: tuple[SealedLetter, ...] = ()


class Slip(NamedTuple):
    """What a child put in beside her answers: what it is for, and its pictures. It is spent, never stored."""

    of: str
    picks: Picks


class SlipIsNoGood(Exception):
    """It was spent already or never dealt; the transaction must be rolled back, and nothing is kept."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a response.

    Attributes:
        late: its batch was closed: letters were delivered, the coded answers discarded.
        repeated: it had been taken before; nothing was written, and it is late if it was late then.
    """

    late: bool
    repeated: bool


def respond(  # noqa: PLR0913 - a response is these six things
    keyring: Keyring,
    round_: Counted,
    sheet_id: bytes,
    coded: bytes | None,
    *,
    day: date,
    letters: Sequence[SealedLetter] = (),
) -> Response:
    """Lock one child's answers under the open-answers key of its round.

    Args:
        keyring: the key files.
        round_: which round.
        sheet_id: 16 bytes.
        coded: from `coding.encode`; None when the batch is closed, so that no ended key is made anew.
        day: today; only its month is kept.
        letters: from `threads.sealed.seal_letter`.

    Raises:
        ValueError: the sheet's id has another length.
    """
    if len(sheet_id) != SHEET_ID_BYTES:
        raise ValueError("A sheet's id has 16 bytes")
    blob = None
    if coded is not None:
        key = receipts.first_key(keyring, round_.answers_key)
        blob = lock_padded(key, coded, _padded(len(coded)), _purpose(round_.slug, sheet_id))
    return Response(
        sheet_id,
        *receipts_of(keyring, sheet_id),
        receipts.month_of(day),
        round_.id,
        round_.batch_id,
        blob,
        tuple(letters),
    )


def receipts_of(keyring: Keyring, sheet_id: bytes) -> tuple[bytes, bytes]:
    """The keyed hashes (32 bytes) a sheet is known by: after it was counted, after it came too late for that."""
    return receipts.receipt_of(keyring, "receipt", sheet_id), receipts.receipt_of(keyring, "late-receipt", sheet_id)


def take(connection: Connection, response: Response) -> Taken:
    """Store a response, at most once, however often and from however many places it comes.

    The batch's row is held against closing until the commit: a sheet is counted or late, never lost between.

    Args:
        connection: may write; a transaction is begun where none is.
        response: from `respond`.
    """
    if not connection.in_transaction():
        connection.begin()
    ((closed_on,),) = _HOLD.rows(connection, {"batch": response.batch_id})
    late = closed_on is not None or response.blob is None
    if late and receipts.is_there(connection, response.receipt):
        return Taken(late=False, repeated=True)
    receipt = response.late_receipt if late else response.receipt
    if not receipts.add(connection, receipt, response.month):
        return Taken(late=late, repeated=True)
    if not late:
        sheet = {"id": response.sheet_id, "round_id": response.round_id, "blob": response.blob}
        _ADD_SHEET.rows(connection, sheet)
    threads.post_letters(connection, response.letters)
    return Taken(late=late, repeated=False)


def take_with_slip(connection: Connection, keyring: Keyring, response: Response, slip: Slip) -> Taken:
    """As `take`, for a round that asks for slips; the slip is spent in the same transaction, and stands in no row.

    What comes late counts nothing and needs no slip; what came before needs no other.

    Raises:
        SlipIsNoGood: see there.
    """
    taken = take(connection, response)
    if not taken.late and not taken.repeated and not slips.spend(connection, keyring, slip.of, slip.picks):
        raise SlipIsNoGood
    return taken


def _padded(length: int) -> int:
    return -(-(length + 4) // _STEP) * _STEP


def _purpose(slug: str, sheet_id: bytes) -> Context:
    return context("sheet", slug, sheet_id.hex())
