"""A child who says what was good at a tablet of a house, the advocates who read it, and the board."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.committees import House
from tests.support.people import Somebody, on_tablet, signed_in
from tests.support.suggestions import JSON
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.threads.models import LetterRow

DESK = "/staff/good-news/"
_OPENS = re.compile(rf'action="({DESK}[0-9a-f]{{32}})"')
SENTENCE = "The new swing is fun."


class GoodPlace:
    """A house with Asha and Ravi, two advocates, and a tablet."""

    def __init__(self, house: House, visitor: Callable[[], Visitor], clock: StillClock) -> None:
        self.house, self.visitor, self.clock = house, visitor, clock
        self.browser = on_tablet(visitor(), house.site_id)

    @property
    def everybody(self) -> str:
        return f"{self.house.asha.id} {self.house.ravi.id}"

    def says(self, status: int = 201, without: tuple[Somebody, ...] = (), **more: Any) -> Any:
        """Open the page and send; what its script gets."""
        self.browser.open("/good")
        form = {"shown": self.everybody, "left_out": [str(one.id) for one in without], **more}
        return self.browser.send("/good", form, status, headers=JSON).json

    def hour(self) -> None:
        """The daily hour has come, from which advocates see it."""
        self.clock.move(hours=3)

    def at(self, who: Somebody) -> Visitor:
        return signed_in(self.visitor(), who)

    def paths(self, who: Somebody) -> list[str]:
        """Good news in somebody's letter box."""
        return _OPENS.findall(self.at(who).open("/staff/letters/").text)

    def opened_by(self, who: Somebody) -> tuple[Visitor, str]:
        """A browser in which she has the first good news open, and its address."""
        browser = self.at(who)
        path = _OPENS.findall(browser.open("/staff/letters/").text)[0]
        browser.send(path)
        return browser, path

    def asks(self, who: Somebody, second: Somebody, words: str = SENTENCE, status: int = 200) -> str:
        """She opens it, writes a sentence, and asks a second adult; the page that follows."""
        browser, path = self.opened_by(who)
        browser.open(f"{path}/board")
        typed = {"words_en": words, "topic": "play", "nobody": "y", "second": second.id}
        return browser.send(f"{path}/board", typed, status).text

    def agrees(self, who: Somebody, status: int = 200, verb: str = "agree") -> str:
        """The second adult answers the first request that waits for her."""
        browser = self.at(who)
        (path, *_more) = re.findall(r'href="(/staff/requests/\d+)"', browser.open("/staff/").text)
        page = browser.open(path).text
        assert "a child's own words" not in page
        return browser.send(f"{path}/{verb}", {"reason": "not so"}, status).text

    def board(self) -> str:
        return self.browser.open("/we-did").text

    def letters(self) -> list[LetterRow]:
        with db.reading(db.engine()) as session:
            return list(session.scalars(select(LetterRow)))
