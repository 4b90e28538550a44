"""Every query of agendas. `move` is the only one that changes the state of an item, and knows the ways (`ways`)."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from youthvoice.committees.agenda.encryption import lock_body, lock_support, open_body, open_support
from youthvoice.committees.entities import ItemBody, ItemFacts
from youthvoice.committees.item_states import WAITING, State, check
from youthvoice.committees.models import Item
from youthvoice.privacy.keys.keyring import Keyring

_COLUMNS = (
    Item.id,
    Item.committee_id,
    Item.state,
    Item.position,
    Item.day,
    Item.meeting_id,
    Item.from_id,
    Item.body,
    Item.support,
    Item.version,
)


class Meanwhile(Exception):
    """Somebody else changed the item since it was shown; nothing was written."""


def add(  # noqa: PLR0913 - an item has as many sides
    session: Session,
    keyring: Keyring,
    committee_id: int,
    body: ItemBody,
    day: date,
    *,
    state: State = "on_agenda",
    from_id: bytes | None = None,
    support: int = 0,
) -> bytes:
    """Put something at the end of an agenda, under a new random id.

    Args:
        session: may write.
        keyring: the key files.
        committee_id: whose agenda.
        body: what it says.
        day: today at the site.
        state: where it begins: `on_agenda`, or `suggested`, `moved` or `declined` for the line that stands there.
        from_id: what it was in the committee below.
        support: how many said "me too" there.

    Returns:
        Its id, 16 bytes.
    """
    last = session.scalar(select(func.max(Item.position)).where(Item.committee_id == committee_id))
    item_id = secrets.token_bytes(16)
    values = {
        "id": item_id,
        "committee_id": committee_id,
        "state": state,
        "position": (last or 0) + 1,
        "day": day,
        "from_id": from_id,
        "body": lock_body(keyring, item_id, body),
        "support": lock_support(keyring, item_id, support),
        "version": 1,
    }
    session.execute(insert(Item).values(**values))
    return item_id


def find(session: Session, keyring: Keyring, item_id: bytes) -> ItemFacts | None:
    """One item."""
    row = session.execute(select(*_COLUMNS).where(Item.id == item_id)).first()
    return _facts(keyring, row) if row else None


def on(
    session: Session, keyring: Keyring, committee_ids: Collection[int], states: Collection[str], most: int | None = None
) -> list[ItemFacts]:
    """The items of some agendas that are in some states, in the order of the agenda.

    Args:
        session: only read.
        keyring: the key files.
        committee_ids: rows of `committees`.
        states: of `ways.STATES`.
        most: only so many; only these are opened.
    """
    query = select(*_COLUMNS).where(Item.committee_id.in_(committee_ids), Item.state.in_(states))
    rows = session.execute(query.order_by(Item.position, Item.id).limit(most)).all()
    return [_facts(keyring, row) for row in rows]


def latest(
    session: Session, keyring: Keyring, committee_ids: Collection[int], states: Collection[str], most: int
) -> list[ItemFacts]:
    """As `on`, those whose last step is the newest first."""
    query = select(*_COLUMNS).where(Item.committee_id.in_(committee_ids), Item.state.in_(states))
    rows = session.execute(query.order_by(Item.day.desc(), Item.position.desc()).limit(most)).all()
    return [_facts(keyring, row) for row in rows]


def of_meeting(session: Session, keyring: Keyring, meeting_id: int) -> list[ItemFacts]:
    """What a meeting talks, or talked, about."""
    rows = session.execute(select(*_COLUMNS).where(Item.meeting_id == meeting_id).order_by(Item.position)).all()
    return [_facts(keyring, row) for row in rows]


def above(session: Session, keyring: Keyring, item_id: bytes) -> ItemFacts | None:
    """What became of an item in the committee to which it went up; the latest where it went up twice."""
    query = select(*_COLUMNS).where(Item.from_id == item_id).order_by(Item.day.desc())
    row = session.execute(query).first()
    return _facts(keyring, row) if row else None


def went_to(session: Session, item_ids: Collection[bytes]) -> Mapping[bytes, int]:
    """The committees to which some items went up, by the item below; unopened."""
    query = select(Item.from_id, Item.committee_id).where(Item.from_id.in_(item_ids)).order_by(Item.day)
    return {row.from_id: row.committee_id for row in session.execute(query)}


def how_many(session: Session, committee_ids: Collection[int]) -> Mapping[int, int]:
    """How many items wait for a meeting, by committee; unopened."""
    query = select(Item.committee_id, func.count()).where(Item.committee_id.in_(committee_ids), Item.state.in_(WAITING))
    return {row[0]: row[1] for row in session.execute(query.group_by(Item.committee_id))}


def move(  # noqa: PLR0913 - what, whither, and what is said of it
    session: Session,
    keyring: Keyring,
    item: ItemFacts,
    to: State,
    day: date,
    *,
    body: ItemBody | None = None,
    meeting_id: int | None = None,
) -> ItemFacts:
    """Let an item go one of the drawn ways; gives it as it is then.

    Args:
        session: may write.
        keyring: the key files.
        item: as it was shown.
        to: its next state.
        day: today at the site.
        body: what it says from now on; None leaves it.
        meeting_id: the meeting that did it; None leaves what is there.

    Raises:
        NotThatWay: there is no such way.
        Meanwhile: it is not as it was shown any more.
    """
    check(item.state, to)
    values: dict[str, Any] = {"state": to, "day": day}
    if meeting_id is not None:
        values["meeting_id"] = meeting_id
    locked = {} if body is None else {"body": lock_body(keyring, item.id, body)}
    _change(session, item, values | locked)
    return replace(item, **values, body=body or item.body, version=item.version + 1)


def change_body(session: Session, keyring: Keyring, item: ItemFacts, body: ItemBody) -> ItemFacts:
    """Let an item say something else, where it is; gives it as it is then.

    Raises:
        Meanwhile: it is not as it was shown any more.
    """
    _change(session, item, {"body": lock_body(keyring, item.id, body)})
    return replace(item, body=body, version=item.version + 1)


def plan(session: Session, item: ItemFacts, meeting_id: int | None) -> ItemFacts:
    """Say which meeting shall talk about an item; gives it as it is then.

    Raises:
        Meanwhile: it is not as it was shown any more.
    """
    _change(session, item, {"meeting_id": meeting_id})
    return replace(item, meeting_id=meeting_id, version=item.version + 1)


def add_support(session: Session, keyring: Keyring, item_id: bytes, number: int) -> None:
    """So many more said "me too"; at the weekly count only."""
    row = session.execute(select(Item.support).where(Item.id == item_id).with_for_update()).first()
    if row is not None:
        support = open_support(keyring, item_id, row.support) + number
        session.execute(update(Item).where(Item.id == item_id).values(support=lock_support(keyring, item_id, support)))


def order(session: Session, committee_id: int, item_ids: Sequence[bytes]) -> None:
    """Let these items stand in this order, before all others of the agenda.

    Args:
        session: may write.
        committee_id: whose agenda; items of another are left as they are.
        item_ids: the first one first.
    """
    first = session.scalar(select(func.min(Item.position)).where(Item.committee_id == committee_id)) or 0
    for place, item_id in enumerate(item_ids):
        mine = update(Item).where(Item.id == item_id, Item.committee_id == committee_id)
        session.execute(mine.values(position=first - len(item_ids) + place))


def _change(session: Session, item: ItemFacts, values: Mapping[str, Any]) -> None:
    same = update(Item).where(Item.id == item.id, Item.version == item.version)
    changed = session.execute(same.values(**values, version=item.version + 1))
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Meanwhile


def _facts(keyring: Keyring, row: Any) -> ItemFacts:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    item_id = values["id"]
    values["body"] = open_body(keyring, item_id, values["body"])
    values["support"] = open_support(keyring, item_id, values["support"])
    return ItemFacts(**values)
