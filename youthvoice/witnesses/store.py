"""Every question about the outside addresses."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice.compiled_sql import adding
from youthvoice.privacy.crypto.sealing import CannotOpen, context
from youthvoice.privacy.crypto.symmetric_encryption import lock_padded, unlock_padded
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.privacy.keys.names import MAIL
from youthvoice.witnesses.models import Witness

_ROOM = 1024


@dataclass(frozen=True, slots=True)
class Outside:
    """An outside address.

    Attributes:
        slot: 1 or 2.
        address: in clear; empty where the mail key is not the one it was locked under.
        language: of its notes.
        entered_by: row of `people`.
        confirmed_by: row of `people`; 0 while nobody did.
        seen: what somebody looked at when she confirms it; changes with every change.
    """

    slot: int
    address: str = field(repr=False)
    language: str = "en"
    entered_by: int = 0
    confirmed_by: int = 0
    seen: str = ""


def every(session: Session, keyring: Keyring) -> list[Outside]:
    """Both addresses, as far as there are any, by slot."""
    return [_opened(keyring, row) for row in session.scalars(select(Witness).order_by(Witness.slot))]


def to_write_to(session: Session, keyring: Keyring) -> list[Outside]:
    """Those that were confirmed."""
    return [one for one in every(session, keyring) if one.confirmed_by and one.address]


def one(session: Session, keyring: Keyring, slot: int) -> Outside | None:
    """The address of a slot, its row held until the transaction ends."""
    row = session.scalar(select(Witness).where(Witness.slot == slot).with_for_update())
    return _opened(keyring, row) if row else None


def enter(session: Session, keyring: Keyring, entered: Outside) -> bool:
    """Keep an address, to be confirmed; False when the slot has one."""
    values = {"slot": entered.slot, "locked": _locked(keyring, entered)}
    new = adding(Witness, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(new.returning(Witness.slot)) is not None


def confirm(session: Session, keyring: Keyring, entered: Outside, person_id: int) -> None:
    """From now on the daily note goes there; `entered` comes from `one` in this transaction."""
    confirmed = Outside(entered.slot, entered.address, entered.language, entered.entered_by, person_id)
    mine = update(Witness).where(Witness.slot == entered.slot)
    session.execute(mine.values(locked=_locked(keyring, confirmed)))


def remove(session: Session, slot: int) -> None:
    """The slot is free."""
    session.execute(delete(Witness).where(Witness.slot == slot))


def _locked(keyring: Keyring, outside: Outside) -> bytes:
    kept = {name: value for name, value in asdict(outside).items() if name not in {"slot", "seen"}}
    return lock_padded(keyring.key_or_new(MAIL), json.dumps(kept).encode(), _ROOM, _purpose(outside.slot))


def _opened(keyring: Keyring, row: Witness) -> Outside:
    seen = hashlib.sha256(row.locked).hexdigest()[:32]
    try:
        kept = json.loads(unlock_padded(keyring.key(MAIL), row.locked, _purpose(row.slot)))
    except (CannotOpen, KeyGone):
        return Outside(row.slot, "", seen=seen)
    return Outside(row.slot, seen=seen, **kept)


def _purpose(slot: int) -> str:
    return context("witness", slot)
