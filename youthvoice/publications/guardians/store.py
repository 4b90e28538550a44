"""Queries about guardians' addresses: stored encrypted, and cleared by an advocate one by one."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.db import MAX_ROW_ID, count_changed
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto import symmetric_encryption
from youthvoice.privacy.keys.key_names import MAIL, PEPPER
from youthvoice.publications.models import GuardianAddressRow, GuardianLetterRow

AddressState = Literal["to_clear", "cleared", "refused", "unsubscribed"]


ADDRESS_STATES: tuple[AddressState, ...] = ("to_clear", "cleared", "refused", "unsubscribed")


@dataclass(frozen=True, slots=True)
class GuardianAddress:
    """One address, as the person who entered it or an advocate may see it.

    Attributes:
        address: in plain text; empty if the mail key is not the one it was encrypted with.
        entered_by: the person.
        mark: its fingerprint, unique for ever; its number may be given to another address once it is removed.
        kind: who reads there, one of `rhythm.ADDRESS_KINDS`.
    """

    id: int
    site_id: int
    address: str
    language: str
    state: AddressState
    entered_by: int
    mark: bytes
    kind: str


def add_address(  # noqa: PLR0913, PLR0917 - the fields of the form
    session: Session, site_id: int, address: str, language: str, person_id: int, kind: str = "guardian"
) -> bool:
    """Store an address of a site, which an advocate must clear.

    Returns:
        False if the site has this address; capitals do not matter.
    """
    mark = _fingerprint(site_id, address)
    data = address.encode()
    values = {
        "site_id": site_id,
        "locked": symmetric_encryption.encrypt_padded(
            context.keyring().key(MAIL), data, symmetric_encryption.bucket_for(len(data)), _purpose(mark)
        ),
        "fingerprint": mark,
        "language": language,
        "entered_by": person_id,
        "kind": kind,
    }
    new = insert_into(GuardianAddressRow, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(new.returning(GuardianAddressRow.id)) is not None


def list_addresses(
    session: Session, site_ids: Collection[int], *, entered_by: int | None = None
) -> list[GuardianAddress]:
    """The addresses of some sites, by site and in the order they were entered.

    Args:
        session: only read.
        site_ids: the sites.
        entered_by: only those that this person entered.
    """
    query = (
        select(GuardianAddressRow)
        .where(GuardianAddressRow.site_id.in_(site_ids))
        .order_by(GuardianAddressRow.site_id, GuardianAddressRow.id)
    )
    if entered_by is not None:
        query = query.where(GuardianAddressRow.entered_by == entered_by)
    return [to_address(guardian_address) for guardian_address in session.scalars(query)]


def count_addresses(session: Session, site_ids: Collection[int]) -> dict[int, dict[AddressState, int]]:
    """The number of addresses in each state, by site."""
    addresses: dict[int, dict[AddressState, int]] = {site_id: dict.fromkeys(ADDRESS_STATES, 0) for site_id in site_ids}
    states = (
        GuardianAddressRow.cleared_on.is_not(None),
        GuardianAddressRow.refused_on.is_not(None),
        GuardianAddressRow.unsubscribed_on.is_not(None),
    )
    query = select(GuardianAddressRow.site_id, *states, func.count()).where(GuardianAddressRow.site_id.in_(site_ids))
    for site_id, cleared, refused, left, number in session.execute(query.group_by(GuardianAddressRow.site_id, *states)):
        addresses[site_id][_state(bool(cleared), bool(refused), bool(left))] += number
    return addresses


def count_addresses_by_kind(session: Session, site_ids: Collection[int]) -> dict[tuple[int, str, str], int]:
    """The number of addresses that may get letters, by site, kind and language."""
    columns = GuardianAddressRow.site_id, GuardianAddressRow.kind, GuardianAddressRow.language
    query = select(*columns, func.count()).where(GuardianAddressRow.site_id.in_(site_ids), *_MAY_BE_WRITTEN_TO)
    return {(row[0], row[1], row[2]): row[3] for row in session.execute(query.group_by(*columns))}


_MAY_BE_WRITTEN_TO = (
    GuardianAddressRow.cleared_on.is_not(None),
    GuardianAddressRow.refused_on.is_(None),
    GuardianAddressRow.unsubscribed_on.is_(None),
)


def list_cleared_addresses(session: Session, site_id: int) -> Sequence[GuardianAddressRow]:
    """The cleared addresses of a site whose owners have not unsubscribed."""
    return session.scalars(
        select(GuardianAddressRow)
        .where(GuardianAddressRow.site_id == site_id, *_MAY_BE_WRITTEN_TO)
        .order_by(GuardianAddressRow.id)
    ).all()


def open_guardian_address(address_row: GuardianAddressRow) -> str:
    """Decrypt an address.

    Raises:
        CannotOpen, KeyGone: the mail key is not the one it was encrypted with.
    """
    return symmetric_encryption.decrypt_padded(
        context.keyring().key(MAIL), address_row.locked, _purpose(address_row.fingerprint)
    ).decode()


def address_mark(address_row: GuardianAddressRow) -> bytes:
    """A keyed hash of an address, the same at every site; a unique one if it cannot be decrypted.

    It is stored nowhere: it would tell who is known at two sites. A letter to an address that cannot be decrypted is
    still tried, and reported as undelivered.
    """
    try:
        return _fingerprint(0, open_guardian_address(address_row))
    except CannotOpen:
        return address_row.fingerprint


def fingerprint_of_address(session: Session, address_id: int) -> bytes | None:
    """The fingerprint of an address; None if there is none with this number."""
    if address_id > MAX_ROW_ID:
        return None
    return session.scalar(select(GuardianAddressRow.fingerprint).where(GuardianAddressRow.id == address_id))


def find_readable_address(session: Session, address_id: int) -> GuardianAddressRow | None:
    """The address of a link, unless an advocate has refused it since."""
    address = session.get(GuardianAddressRow, address_id)
    return address if address is not None and address.refused_on is None else None


def decide_address(  # noqa: PLR0913, PLR0917 - who, what, where, when
    session: Session, address_id: int, site_ids: Collection[int], person_id: int, day: date, log: Log, *, clear: bool
) -> bool:
    """Clear or refuse an address; a later decision replaces the earlier one.

    Returns:
        False if these sites have no such address.
    """
    values = {
        "cleared_by": person_id,
        "cleared_on": day if clear else None,
        "refused_on": None if clear else day,
    }
    address_at_sites = (GuardianAddressRow.id == address_id, GuardianAddressRow.site_id.in_(site_ids))
    is_changed = bool(count_changed(session, update(GuardianAddressRow).where(*address_at_sites).values(values)))
    if is_changed:
        log.add(session, "address.clear" if clear else "address.refuse", str(address_id))
    return is_changed


def remove_address(session: Session, address_id: int, site_ids: Collection[int], log: Log) -> bool:
    """Remove an address and its letters permanently; False if these sites have no such address."""
    address_at_sites = (GuardianAddressRow.id == address_id, GuardianAddressRow.site_id.in_(site_ids))
    address_ids = select(GuardianAddressRow.id).where(*address_at_sites)
    session.execute(delete(GuardianLetterRow).where(GuardianLetterRow.address_id.in_(address_ids)))
    is_removed = bool(count_changed(session, delete(GuardianAddressRow).where(*address_at_sites)))
    if is_removed:
        log.add(session, "address.remove", str(address_id))
    return is_removed


def unsubscribe_address(session: Session, address_id: int, day: date, log: Log) -> None:
    """End the letters to an address; a second call changes nothing."""
    subscribed_row = update(GuardianAddressRow).where(
        GuardianAddressRow.id == address_id, GuardianAddressRow.unsubscribed_on.is_(None)
    )
    if count_changed(session, subscribed_row.values(unsubscribed_on=day)):
        log.add(session, "address.unsubscribe", str(address_id))


def may_resubscribe(unsubscribed_on: date | None, today: date) -> bool:
    """Whether a link may resume letters: on the day they ended and the next.

    Later, somebody with an old letter, forwarded or found, could resume them against the will of the address's owner.
    """
    return unsubscribed_on is None or today - unsubscribed_on <= timedelta(days=1)


def resubscribe_address(session: Session, address_row: GuardianAddressRow, log: Log) -> bool:
    """Resume letters to an address; an advocate's decision about it stays.

    Returns:
        False if they ended too long ago.
    """
    if not may_resubscribe(address_row.unsubscribed_on, log.day):
        return False
    unsubscribed_row = update(GuardianAddressRow).where(
        GuardianAddressRow.id == address_row.id, GuardianAddressRow.unsubscribed_on.is_not(None)
    )
    if count_changed(session, unsubscribed_row.values(unsubscribed_on=None)):
        log.add(session, "address.subscribe", str(address_row.id))
    return True


def to_address(address_row: GuardianAddressRow) -> GuardianAddress:
    """A row as a value, its address decrypted."""
    try:
        address = open_guardian_address(address_row)
    except CannotOpen:
        address = ""
    state = _state(
        address_row.cleared_on is not None, address_row.refused_on is not None, address_row.unsubscribed_on is not None
    )
    return GuardianAddress(
        id=address_row.id,
        site_id=address_row.site_id,
        address=address,
        language=address_row.language,
        state=state,
        entered_by=address_row.entered_by,
        mark=address_row.fingerprint,
        kind=address_row.kind,
    )


def _state(cleared: bool, refused: bool, left: bool) -> AddressState:  # noqa: FBT001 - three columns
    if refused:
        return "refused"
    if left:
        return "unsubscribed"
    return "cleared" if cleared else "to_clear"


def _fingerprint(site_id: int, address: str) -> bytes:
    content = f"youthvoice/1|address|{site_id}|{address.strip().casefold()}"
    return hmac.digest(context.keyring().key(PEPPER), content.encode(), hashlib.sha256)


def _purpose(fingerprint: bytes) -> str:
    return symmetric_encryption.sealing_context("address", fingerprint.hex())
