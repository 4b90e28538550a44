"""Store, confirm and remove the witness addresses, to which the head of the log goes.

A person who could set both addresses alone could cut the log without notice. So two people set an address, and one of
them belongs to another organisation. A coordinator, who may run the server, has no part in it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.permissions import OUTSIDE_RECIPIENT
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import decrypt_padded, encrypt_padded, sealing_context
from youthvoice.privacy.keys.key_names import MAIL
from youthvoice.witnesses.models import WitnessRow

_ROOM = 1024  # bytes of each encrypted address, whatever its length


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """An outside address.

    Attributes:
        slot: 1 or 2.
        address: as text; empty where it cannot be decrypted with the present mail key.
        language: of its mails.
        entered_by: row of `people`.
        confirmed_by: row of `people`; 0 before it is confirmed.
        seen: its version, which the confirming person's form holds; it changes with every change.
    """

    slot: int
    address: str = field(repr=False)
    language: str = "en"
    entered_by: int = 0
    confirmed_by: int = 0
    seen: str = ""


def list_witnesses(session: Session) -> list[WitnessAddress]:
    """All addresses, by slot."""
    return [_decrypt(row) for row in session.scalars(select(WitnessRow).order_by(WitnessRow.slot))]


def list_confirmed_witnesses(session: Session) -> list[WitnessAddress]:
    """The confirmed addresses."""
    return [address for address in list_witnesses(session) if address.confirmed_by and address.address]


def find_witness(session: Session, slot: int) -> WitnessAddress | None:
    """The address of a slot, its row locked until the transaction ends."""
    row = session.scalar(select(WitnessRow).where(WitnessRow.slot == slot).with_for_update())
    return _decrypt(row) if row else None


def enter_witness(session: Session, address: WitnessAddress) -> bool:
    """Store an unconfirmed address; False where the slot has one."""
    values = {"slot": address.slot, "locked": _encrypt(address)}
    new = insert_into(WitnessRow, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(new.returning(WitnessRow.slot)) is not None


def confirm_witness(session: Session, address: WitnessAddress, person_id: int) -> None:
    """Confirm an address, which must come from `find_witness` in this transaction."""
    confirmed_address = replace(address, confirmed_by=person_id)
    statement = update(WitnessRow).where(WitnessRow.slot == address.slot)
    session.execute(statement.values(locked=_encrypt(confirmed_address)))


def remove_witness(session: Session, slot: int) -> None:
    """Delete the address of a slot."""
    session.execute(delete(WitnessRow).where(WitnessRow.slot == slot))


def _encrypt(address: WitnessAddress) -> bytes:
    content = {name: value for name, value in asdict(address).items() if name not in {"slot", "seen"}}
    return encrypt_padded(
        context.keyring().key_or_new(MAIL), json.dumps(content).encode(), _ROOM, _purpose(address.slot)
    )


def _decrypt(row: WitnessRow) -> WitnessAddress:
    seen = hashlib.sha256(row.locked).hexdigest()[:32]
    try:
        content = json.loads(decrypt_padded(context.keyring().key(MAIL), row.locked, _purpose(row.slot)))
    except (CannotOpen, KeyGone):
        return WitnessAddress(row.slot, "", seen=seen)
    return WitnessAddress(row.slot, seen=seen, **content)


def _purpose(slot: int) -> str:
    return sealing_context("witness", slot)


WITNESS_SLOTS: Final = (1, 2)


def why_not_confirmed(entered_by: int, entered_role: str, person_id: int, role: str) -> str | None:
    """Why a person cannot confirm an address: `same_person`, `both_inside`; None where they can.

    Args:
        entered_by: row of the person who entered it.
        entered_role: of that person.
        person_id: row of the person who confirms.
        role: of that person.
    """
    if entered_by == person_id:
        return "same_person"
    return None if OUTSIDE_RECIPIENT in {entered_role, role} else "both_inside"
