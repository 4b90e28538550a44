"""Guardians' addresses: locked at rest, cleared by an advocate one by one; a log never holds one."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from youthvoice.audit.log import Log
from youthvoice.compiled_sql import adding
from youthvoice.privacy.crypto.padding import bucket_for
from youthvoice.privacy.crypto.sealing import CannotOpen, context, lock_padded, unlock_padded
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import MAIL, PEPPER
from youthvoice.publications.models import Address

State = Literal["to_clear", "cleared", "refused", "unsubscribed"]
_LARGEST = 2**31 - 1  # number of a row
STATES: tuple[State, ...] = ("to_clear", "cleared", "refused", "unsubscribed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One address as it may be shown to whoever entered it or clears it.

    Attributes:
        address: in clear; empty where the mail key is not the one it was locked under.
        entered_by: the person.
        mark: its fingerprint, which no other address ever has; its number may be given to another once it is removed.
    """

    id: int
    site_id: int
    address: str
    language: str
    state: State
    entered_by: int
    mark: bytes


def add(  # noqa: PLR0913, PLR0917 - an address has as many sides
    session: Session, keyring: Keyring, site_id: int, address: str, language: str, person_id: int
) -> bool:
    """Keep an address of a site, to be cleared.

    Returns:
        False when the site has it already; capitals do not matter.
    """
    mark = _fingerprint(keyring, site_id, address)
    data = address.encode()
    values = {
        "site_id": site_id,
        "locked": lock_padded(keyring.key(MAIL), data, bucket_for(len(data)), _purpose(mark)),
        "fingerprint": mark,
        "language": language,
        "entered_by": person_id,
    }
    new = adding(Address, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(new.returning(Address.id)) is not None


def entries(
    session: Session, keyring: Keyring, site_ids: Collection[int], *, entered_by: int | None = None
) -> list[Entry]:
    """The addresses of some sites, by site and in the order they were entered.

    Args:
        session: only read.
        keyring: holds the key `mail`.
        site_ids: the sites.
        entered_by: only those that this person entered.
    """
    query = select(Address).where(Address.site_id.in_(site_ids)).order_by(Address.site_id, Address.id)
    if entered_by is not None:
        query = query.where(Address.entered_by == entered_by)
    return [_entry(keyring, one) for one in session.scalars(query)]


def counts(session: Session, site_ids: Collection[int]) -> dict[int, dict[State, int]]:
    """How many addresses of each site are in which state."""
    query = select(
        Address.site_id,
        Address.cleared_on.is_not(None),
        Address.refused_on.is_not(None),
        Address.unsubscribed_on.is_not(None),
        func.count(),
    )
    found: dict[int, dict[State, int]] = {site_id: dict.fromkeys(STATES, 0) for site_id in site_ids}
    states = (Address.cleared_on.is_not(None), Address.refused_on.is_not(None), Address.unsubscribed_on.is_not(None))
    for site_id, cleared, refused, left, number in session.execute(
        query.where(Address.site_id.in_(site_ids)).group_by(Address.site_id, *states)
    ):
        found[site_id][_state(bool(cleared), bool(refused), bool(left))] += number
    return found


def to_write_to(session: Session, site_id: int) -> Sequence[Address]:
    """The cleared addresses of a site whose owners did not end it."""
    cleared = (Address.cleared_on.is_not(None), Address.refused_on.is_(None), Address.unsubscribed_on.is_(None))
    return session.scalars(select(Address).where(Address.site_id == site_id, *cleared).order_by(Address.id)).all()


def plain(keyring: Keyring, address: Address) -> str:
    """An address in clear.

    Raises:
        CannotOpen, KeyGone: the mail key is not the one it was locked under.
    """
    return unlock_padded(keyring.key(MAIL), address.locked, _purpose(address.fingerprint)).decode()


def mark_of(session: Session, address_id: int) -> bytes | None:
    """The fingerprint of an address; None where there is none with this number."""
    if address_id > _LARGEST:
        return None
    return session.scalar(select(Address.fingerprint).where(Address.id == address_id))


def may_read(session: Session, address_id: int) -> Address | None:
    """The address that a link was made for, unless an advocate has refused it since."""
    address = session.get(Address, address_id)
    return address if address is not None and address.refused_on is None else None


def decide(  # noqa: PLR0913, PLR0917 - who, what, where, when
    session: Session, address_id: int, site_ids: Collection[int], person_id: int, day: date, log: Log, *, clear: bool
) -> bool:
    """Clear or refuse an address; a later decision replaces the earlier one.

    Returns:
        False when these sites have no such address.
    """
    values = {
        "cleared_by": person_id,
        "cleared_on": day if clear else None,
        "refused_on": None if clear else day,
    }
    mine = (Address.id == address_id, Address.site_id.in_(site_ids))
    done = session.execute(update(Address).where(*mine).values(values)).rowcount  # type: ignore[attr-defined]
    if done:
        log.add(session, "address.clear" if clear else "address.refuse", str(address_id))
    return bool(done)


def remove(session: Session, address_id: int, site_ids: Collection[int], log: Log) -> bool:
    """Remove an address for good; False when these sites have no such address."""
    mine = (Address.id == address_id, Address.site_id.in_(site_ids))
    done = session.execute(delete(Address).where(*mine)).rowcount  # type: ignore[attr-defined]
    if done:
        log.add(session, "address.remove", str(address_id))
    return bool(done)


def unsubscribe(session: Session, address_id: int, day: date, log: Log) -> None:
    """No more mail to this address; again changes nothing."""
    first = update(Address).where(Address.id == address_id, Address.unsubscribed_on.is_(None))
    if session.execute(first.values(unsubscribed_on=day)).rowcount:  # type: ignore[attr-defined]
        log.add(session, "address.unsubscribe", str(address_id))


def subscribe_again(session: Session, address_id: int, log: Log) -> None:
    """Mail to this address again, as it was; an advocate's decision about it stays what it is."""
    ended = update(Address).where(Address.id == address_id, Address.unsubscribed_on.is_not(None))
    if session.execute(ended.values(unsubscribed_on=None)).rowcount:  # type: ignore[attr-defined]
        log.add(session, "address.subscribe", str(address_id))


def _entry(keyring: Keyring, one: Address) -> Entry:
    try:
        address = plain(keyring, one)
    except CannotOpen:
        address = ""
    state = _state(one.cleared_on is not None, one.refused_on is not None, one.unsubscribed_on is not None)
    return Entry(one.id, one.site_id, address, one.language, state, one.entered_by, one.fingerprint)


def _state(cleared: bool, refused: bool, left: bool) -> State:  # noqa: FBT001 - three columns
    if refused:
        return "refused"
    if left:
        return "unsubscribed"
    return "cleared" if cleared else "to_clear"


def _fingerprint(keyring: Keyring, site_id: int, address: str) -> bytes:
    said = f"youthvoice/1|address|{site_id}|{address.strip().casefold()}"
    return hmac.digest(keyring.key(PEPPER), said.encode(), hashlib.sha256)


def _purpose(fingerprint: bytes) -> str:
    return context("address", fingerprint.hex())
