"""What becomes of an item when an adult has answered it, or children say whether it is done; `answers` asks (S9).

An item that has left this way meanwhile, such as one that went to the advocates, stays where it is.
"""

from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability.entities import OwedFacts
from youthvoice.committees.agenda import store as items
from youthvoice.committees.item_states import WAYS, State


def answered(session: Session, owed: OwedFacts, day: date) -> None:
    """An adult answered."""
    _go(session, owed, "answered", day)


def confirmed(session: Session, owed: OwedFacts, day: date) -> None:
    """Children said that it is really done."""
    _go(session, owed, "done", day)


def opened_again(session: Session, owed: OwedFacts, day: date) -> None:
    """Children said "not yet"."""
    _go(session, owed, "with_adults", day)


def _go(session: Session, owed: OwedFacts, to: State, day: date) -> None:
    item = items.find(session, running.keyring(), bytes.fromhex(owed.subject))
    if item is not None and to in WAYS[item.state]:
        items.move(session, running.keyring(), item, to, day)
