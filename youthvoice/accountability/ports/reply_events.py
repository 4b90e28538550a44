"""What rooms above know of what they asked, and want to know about its answers; `factory` hands it in."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol, cast

from flask import current_app
from sqlalchemy.orm import Session

from youthvoice.accountability.entities import OwedFacts, Words


class Answered(Protocol):
    """A room above, seen from here: imports point down only. Each is called in the transaction of what happened."""

    def answered(self, session: Session, owed: OwedFacts, day: date) -> None:
        """An adult answered: nothing is owed any more. Not called again when she corrects her words."""

    def confirmed(self, session: Session, owed: OwedFacts, day: date) -> None:
        """Children said that it is really done."""

    def opened_again(self, session: Session, owed: OwedFacts, day: date) -> None:
        """Children said "not yet": it is owed anew."""


class Rounds(Protocol):
    """The rounds, seen from here."""

    def asked(self, session: Session, subject: str, time_zone: str) -> tuple[Words, date] | None:
        """Title and last day, at a site, of the round that something is owed about; None where there is none."""


def rounds() -> Rounds:
    """The rounds of this house."""
    return cast(Rounds, current_app.extensions["youthvoice.asked"])


def room_of(kind: str) -> Answered | None:
    """The room that something of a kind comes from; None where none wants to know."""
    if not current_app:  # a store at work without an application around it
        return None
    rooms = cast("Mapping[str, Answered]", current_app.extensions.get("youthvoice.answered", {}))
    return rooms.get(kind)
