"""A child at a tablet of a house with committees, and the advocates who check what she suggests."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.committees import House
from tests.support.people import Somebody, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import list_unsettled
from youthvoice.committees.agenda import entities
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.agenda.store import list_items
from youthvoice.committees.entities import Committee
from youthvoice.threads.models import LetterRow

JSON = {"Accept": "application/json"}
DESK = "/staff/suggestions/"
WEBM = b"\x1a\x45\xdf\xa3" + b"\x01" * 8 + b"webm" + b"\x02" * 8 + b"A_OPUS" + b"a voice that nobody else hears"
ITEM_STATES = frozenset(entities.ITEM_STATES)


def voice(sound: bytes = WEBM) -> tuple[BytesIO, str]:
    """A recording as a form sends it."""
    return BytesIO(sound), "voice"


@dataclass
class Tablet:
    """A child's tablet, and the desk behind it."""

    house: House
    committee: Committee
    visitor: Callable[[], Visitor]
    clock: StillClock
    browser: Visitor

    def opens(self) -> str:
        """The page, with a new sheet."""
        return self.browser.open("/agenda/suggest").text

    def suggests(self, status: int = 201, **given: Any) -> Any:
        """Open the page and send; what its script gets."""
        self.opens()
        return self.browser.send("/agenda/suggest", given, status, headers=JSON).json

    def shown(self) -> None:
        """Nine in the morning UTC is 14:30 at the site; the box is shown at 17:00."""
        self.clock.move(hours=3)

    def at(self, who: Somebody) -> Visitor:
        """A browser in which she is signed in."""
        return signed_in(self.visitor(), who)

    def paths(self, who: Somebody) -> list[str]:
        """The suggestions on somebody's list."""
        page = self.at(who).open(DESK).text
        return re.findall(rf'action="({DESK}[0-9a-f]{{32}})"', page)

    def opened_by(self, who: Somebody, path: str = "") -> tuple[Visitor, str]:
        """A browser in which she has the only suggestion open, and its address."""
        browser = self.at(who)
        found = re.findall(rf'action="({DESK}[0-9a-f]{{32}})"', browser.open(DESK).text)
        path = path or found[0]
        browser.send(path)
        return browser, path

    def decides(self, who: Somebody, act: str, status: int = 200, **typed: Any) -> str:
        """Open the only suggestion and decide."""
        browser, path = self.opened_by(who)
        browser.open(f"{path}/{act}")
        return browser.send(f"{path}/{act}", typed, status).text

    def items(self) -> list[AgendaItem]:
        """Everything on the agenda, whatever became of it."""
        with db.reading(db.engine()) as session:
            return list_items(session, [self.committee.id], ITEM_STATES)

    def letters(self) -> list[LetterRow]:
        """Every row of the letter boxes."""
        with db.reading(db.engine()) as session:
            return list(session.scalars(select(LetterRow)))

    def owed(self, kind: str) -> list[AnswerDue]:
        """What is still owed."""
        with db.reading(db.engine()) as session:
            return list_unsettled(session, kind)


def a_tablet(house: House, visitor: Callable[[], Visitor], clock: StillClock) -> Tablet:
    """A tablet of the house, with one committee."""
    return Tablet(house, house.committee(), visitor, clock, on_tablet(visitor(), house.site_id))
