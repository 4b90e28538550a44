"""Queries about agendas, and the encryption of items in their rows.

Source: PRIVACY.md, the second promise, and T6.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability import taps
from youthvoice.committees.agenda import entities
from youthvoice.committees.models import AgendaItemRow
from youthvoice.db import count_changed
from youthvoice.errors import ConcurrentUpdate
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring

_ME_TOO: Final = "me_too"

_PADDED_ITEM_BYTES: Final = 2000  # its text in two languages; longer ones grow by whole buckets

_PADDED_COUNT_BYTES: Final = 64


def encrypt_item_body(keyring: Keyring, item_id: bytes, body: entities.ItemBody) -> bytes:
    """Encrypt the content of an item.

    Raises:
        KeyFileError: as `encrypt_json`.
    """
    content = {name: value for name in body.__slots__ if (value := getattr(body, name))}
    return encrypt_json(keyring, KEPT_WORDS, content, _purpose("item", item_id), _PADDED_ITEM_BYTES)


def open_item_body(keyring: Keyring, item_id: bytes, blob: bytes) -> entities.ItemBody:
    """Decrypt the content of an item.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `decrypt_json`.
    """
    return decrypt_json(keyring, KEPT_WORDS, blob, _purpose("item", item_id), entities.ItemBody)


def encrypt_support(keyring: Keyring, item_id: bytes, number: int) -> bytes:
    """Encrypt the number of "me too"."""
    return encrypt_json(keyring, KEPT_WORDS, number, _purpose("support", item_id), _PADDED_COUNT_BYTES)


def open_support(keyring: Keyring, item_id: bytes, blob: bytes) -> int:
    """Decrypt the number of "me too".

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `decrypt_json`.
    """
    return decrypt_json(keyring, KEPT_WORDS, blob, _purpose("support", item_id), int)


def _purpose(what: str, item_id: bytes) -> SealingContext:
    return sealing_context("committee", what, item_id.hex())


_COLUMNS: Final = tuple(getattr(AgendaItemRow, name) for name in entities.AgendaItem.__dataclass_fields__)


def add_item(  # noqa: PLR0913 - an item has as many sides
    session: Session,
    committee_id: int,
    body: entities.ItemBody,
    day: date,
    *,
    state: entities.ItemState = "on_agenda",
    from_id: bytes | None = None,
    support: int = 0,
) -> bytes:
    """Add an item at the end of an agenda, under a new random id.

    Args:
        session: may write.
        committee_id: whose agenda.
        body: what it says.
        day: today at the site.
        state: its first state: `on_agenda`, or `suggested`, `moved` or `declined` for a line without a text.
        from_id: the item that it was in the committee below.
        support: the number of "me too" there.

    Returns:
        Its id, 16 bytes.
    """
    last = session.scalar(select(func.max(AgendaItemRow.position)).where(AgendaItemRow.committee_id == committee_id))
    item_id = secrets.token_bytes(16)
    values = {
        "id": item_id,
        "committee_id": committee_id,
        "state": state,
        "position": (last or 0) + 1,
        "day": day,
        "from_id": from_id,
        "body": encrypt_item_body(context.keyring(), item_id, body),
        "support": encrypt_support(context.keyring(), item_id, support),
        "version": 1,
    }
    session.execute(insert(AgendaItemRow).values(**values))
    return item_id


def find_item(session: Session, item_id: bytes) -> entities.AgendaItem | None:
    """One item."""
    return next(iter(_read_items(session, select(*_COLUMNS).where(AgendaItemRow.id == item_id))), None)


def list_items(
    session: Session, committee_ids: Collection[int], states: Collection[str], most: int | None = None
) -> list[entities.AgendaItem]:
    """The items of some agendas in some states, by position: those that a representative put first, then the oldest.

    Args:
        session: only read.
        committee_ids: rows of `committees`.
        states: of `entities.ITEM_STATES`.
        most: at most this many; only these are decrypted.
    """
    query = select(*_COLUMNS).where(AgendaItemRow.committee_id.in_(committee_ids), AgendaItemRow.state.in_(states))
    return _read_items(session, query.order_by(AgendaItemRow.position, AgendaItemRow.id).limit(most))


def list_first_items(
    session: Session,
    committee_id: int,
    states: Collection[str],
    most: int,
    is_listed: Callable[[entities.AgendaItem], bool],
) -> list[entities.AgendaItem]:
    """The first items of an agenda that a page lists, by position; no other item takes the place of one.

    Args:
        session: only read.
        committee_id: whose agenda.
        states: of `entities.ITEM_STATES`.
        most: at most this many. Only these are decrypted, and the items before them.
        is_listed: whether the page lists an item; what it asks is encrypted.
    """
    query = select(*_COLUMNS).where(AgendaItemRow.committee_id == committee_id, AgendaItemRow.state.in_(states))
    return _read_first(session, query.order_by(AgendaItemRow.position, AgendaItemRow.id), most, is_listed)


def list_latest_items(  # noqa: PLR0913, PLR0917 - as `list_first_items`, and since when
    session: Session,
    committee_id: int,
    states: Collection[str],
    most: int,
    since: date,
    is_listed: Callable[[entities.AgendaItem], bool],
) -> list[entities.AgendaItem]:
    """The items whose state changed last, since a day, the latest first; see `list_first_items`."""
    query = select(*_COLUMNS).where(
        AgendaItemRow.committee_id == committee_id, AgendaItemRow.state.in_(states), AgendaItemRow.day >= since
    )
    latest_first = query.order_by(AgendaItemRow.day.desc(), AgendaItemRow.position.desc(), AgendaItemRow.id)
    return _read_first(session, latest_first, most, is_listed)


def _read_first(
    session: Session, query: Select[Any], most: int, is_listed: Callable[[entities.AgendaItem], bool]
) -> list[entities.AgendaItem]:
    """The first listed items of a query, in one more query for each `most` of rows that do not suffice."""
    items, start = list[entities.AgendaItem](), 0
    while True:
        batch = _read_items(session, query.limit(most).offset(start))
        items += filter(is_listed, batch)
        if len(items) >= most or len(batch) < most:
            return items[:most]
        start += most


def list_items_of_meeting(session: Session, meeting_id: int) -> list[entities.AgendaItem]:
    """The items that a meeting will discuss, or discussed."""
    query = select(*_COLUMNS).where(AgendaItemRow.meeting_id == meeting_id)
    return _read_items(session, query.order_by(AgendaItemRow.position))


def find_committees_above(session: Session, item_ids: Collection[bytes]) -> Mapping[bytes, int]:
    """The committees to which some items went up, by the item below; nothing is decrypted."""
    query = (
        select(AgendaItemRow.from_id, AgendaItemRow.committee_id)
        .where(AgendaItemRow.from_id.in_(item_ids))
        .order_by(AgendaItemRow.day)
    )
    return {row.from_id: row.committee_id for row in session.execute(query)}


def change_state(  # noqa: PLR0913 - what, whither, and what is said of it
    session: Session,
    item: entities.AgendaItem,
    to: entities.ItemState,
    day: date,
    *,
    body: entities.ItemBody | None = None,
    meeting_id: int | None = None,
) -> entities.AgendaItem:
    """Change the state of an item; returns the changed item.

    Args:
        session: may write.
        item: as it was shown.
        to: its next state.
        day: today at the site.
        body: its new content; None leaves it.
        meeting_id: the meeting that did it; None leaves the old one.

    Raises:
        IllegalTransition: there is no such transition.
        ConcurrentUpdate: somebody else has changed it since it was shown.
    """
    entities.check_transition(item.state, to)
    values: dict[str, Any] = {"state": to, "day": day}
    if meeting_id is not None:
        values["meeting_id"] = meeting_id
    locked = {} if body is None else {"body": encrypt_item_body(context.keyring(), item.id, body)}
    _change(session, item, values | locked)
    return replace(item, **values, body=body or item.body, version=item.version + 1)


def change_item_body(session: Session, item: entities.AgendaItem, body: entities.ItemBody) -> entities.AgendaItem:
    """Change the content of an item, not its state; returns the changed item.

    Raises:
        ConcurrentUpdate: somebody else has changed it since it was shown.
    """
    _change(session, item, {"body": encrypt_item_body(context.keyring(), item.id, body)})
    return replace(item, body=body, version=item.version + 1)


def assign_meeting(session: Session, item: entities.AgendaItem, meeting_id: int | None) -> entities.AgendaItem:
    """Set the meeting that will discuss an item; returns the changed item.

    Raises:
        ConcurrentUpdate: somebody else has changed it since it was shown.
    """
    _change(session, item, {"meeting_id": meeting_id})
    return replace(item, meeting_id=meeting_id, version=item.version + 1)


def add_support(session: Session, item_id: bytes, number: int) -> None:
    """Add a number of "me too" to an item; only at the weekly count."""
    row = session.execute(select(AgendaItemRow.support).where(AgendaItemRow.id == item_id).with_for_update()).first()
    if row is not None:
        support = open_support(context.keyring(), item_id, row.support) + number
        session.execute(
            update(AgendaItemRow)
            .where(AgendaItemRow.id == item_id)
            .values(support=encrypt_support(context.keyring(), item_id, support))
        )


def order_items(session: Session, committee_id: int, item_ids: Sequence[bytes]) -> None:
    """Put these items first on the agenda, in this order.

    Args:
        session: may write.
        committee_id: whose agenda; items of another committee are left as they are.
        item_ids: the first one first.
    """
    query = select(func.min(AgendaItemRow.position)).where(AgendaItemRow.committee_id == committee_id)
    first = session.scalar(query) or 0
    for rank, item_id in enumerate(item_ids):
        item_of_agenda = (AgendaItemRow.id == item_id, AgendaItemRow.committee_id == committee_id)
        position = first - len(item_ids) + rank
        session.execute(update(AgendaItemRow).where(*item_of_agenda).values(position=position))


def _change(session: Session, item: entities.AgendaItem, values: Mapping[str, Any]) -> None:
    unchanged_row = update(AgendaItemRow).where(AgendaItemRow.id == item.id, AgendaItemRow.version == item.version)
    if not count_changed(session, unchanged_row.values(**values, version=item.version + 1)):
        raise ConcurrentUpdate


def _read_items(session: Session, query: Select[Any]) -> list[entities.AgendaItem]:
    keyring, items = context.keyring(), []
    for row in session.execute(query).all():
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        values["body"] = open_item_body(keyring, row.id, row.body)
        values["support"] = open_support(keyring, row.id, row.support)
        items.append(entities.AgendaItem(**values))
    return items


def add_me_too(session: Session, site_id: int, submission_id: bytes, item_id: bytes) -> None:
    """Store a child's "me too"; twice from the same page counts once."""
    taps.tap(session, submission_id, me_too_kind(site_id), item_id.hex(), _ME_TOO)


def withdraw_me_too(session: Session, site_id: int, submission_id: bytes, item_id: bytes) -> None:
    """Withdraw a child's "me too": as if it had never been selected."""
    taps.untap(session, submission_id, me_too_kind(site_id), item_id.hex())


def me_too_kind(site_id: int) -> str:
    """The kind under which the "me too" of one site are counted."""
    return f"{_ME_TOO}/{site_id}"
