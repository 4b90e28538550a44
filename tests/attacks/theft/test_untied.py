"""Nothing in a database ties a ballot, a "me too" or a suggestion to a tablet, a time or another one (A1, A10, C).

The same acts are done twice: at once at one tablet, and in any order, at any of two tablets, minutes or hours apart.
Whoever takes the database without the key files sees the same rows, of the same lengths, with the same days.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from tests.conftest import StillClock
from tests.support.attacks.opposite_lives import picture
from tests.support.committees import make_house, put
from tests.support.elections import deal, open_election
from tests.support.long_tests import long_test
from tests.support.people import on_tablet
from tests.support.suggestions import JSON
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.elections.rules import Election
from youthvoice.slips.store import Picks, slip_fields
from youthvoice.web.rate_limits import limiter

pytestmark = pytest.mark.sqlite("reads its files")

SUGGESTIONS = ({"topic": "food"}, {"words": "Nobody mends the lamp."})
MOST_MINUTES = 18  # half past two at the site; after eight of them it is not five yet, when boxes are shown


@dataclass(frozen=True)
class Scene:
    """A site with two tablets, an agenda, and an election for which slips were dealt.

    Attributes:
        before: the database as it was before any child came.
    """

    clock: StillClock
    tablets: tuple[Visitor, Visitor]
    items: tuple[AgendaItem, AgendaItem]
    election: Election
    slips: list[Picks]
    before: sqlite3.Connection

    def acts(self) -> list[Callable[[Visitor], None]]:
        """What children do: two suggestions, three times "me too", three votes."""
        votes = [self._votes(choice, slip) for choice, slip in zip((0, 1, 1), self.slips, strict=True)]
        return [*map(self._suggests, SUGGESTIONS), *map(self._taps, (0, 0, 1)), *votes]

    def _suggests(self, said: dict[str, str]) -> Callable[[Visitor], None]:
        def act(tablet: Visitor) -> None:
            tablet.open("/agenda/suggest")
            page = {"committee": str(self.items[0].committee_id)}
            tablet.send("/agenda/suggest", {**page, **said}, 201, headers=JSON)

        return act

    def _taps(self, place: int) -> Callable[[Visitor], None]:
        def act(tablet: Visitor) -> None:
            tablet.open("/agenda")
            tablet.send("/agenda/me-too", {"more": self.items[place].id.hex()})

        return act

    def _votes(self, choice: int, slip: Picks) -> Callable[[Visitor], None]:
        def act(tablet: Visitor) -> None:
            tablet.open(f"/vote/{self.election.slug}")
            picks = {name: str(pick) for name, pick in zip(slip_fields(len(slip)), slip, strict=True)}
            answer = tablet.send(f"/vote/{self.election.slug}", {**picks, "choice": str(choice)})
            assert answer.request.path.endswith("/thanks")

        return act

    def forgets(self) -> None:
        """No child has come yet, and it is morning."""
        with _driver() as here:
            self.before.backup(here)
        self.clock.moment = StillClock().moment
        limiter.reset()


def _kept() -> sqlite3.Connection:
    kept = sqlite3.connect(":memory:")
    with _driver() as here:
        here.backup(kept)
    return kept


@contextmanager
def _driver() -> Iterator[sqlite3.Connection]:
    """The file of the house, as the driver has it."""
    borrowed = db.engine().raw_connection()
    try:
        yield cast("sqlite3.Connection", borrowed.driver_connection)
    finally:
        borrowed.close()


@pytest.fixture
def scene(visitor: Callable[[], Visitor], clock: StillClock) -> Iterator[Scene]:
    house = make_house()
    committee = house.committee()
    items = (put(committee, words="The stairs are dark"), put(committee, words="Fruit every day"))
    tablets = (on_tablet(visitor(), house.site_id, "Tablet 1"), on_tablet(visitor(), house.site_id, "Tablet 2"))
    election = open_election(house)
    slips = deal(election, 3)
    before = _kept()
    yield Scene(clock, tablets, items, election, slips, before)
    before.close()


@long_test("RUN")
@settings(max_examples=6, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(8)),
    at=st.lists(st.integers(0, 1), min_size=8, max_size=8),
    waits=st.lists(st.integers(0, MOST_MINUTES), min_size=8, max_size=8),
)
def test_order_tablet_and_hour_are_in_no_row(scene: Scene, order: list[int], at: list[int], waits: list[int]) -> None:
    scene.forgets()
    nothing = picture()
    for act in scene.acts():
        act(scene.tablets[0])
    at_once = picture()
    changed = {name for name, rows in at_once.items() if rows != nothing[name]}
    assert {"letters", "taps", "ballots", "slips"} <= changed, "the acts leave something"
    scene.forgets()
    for place, tablet, minutes in zip(order, at, waits, strict=True):
        scene.clock.move(minutes=minutes)
        scene.acts()[place](scene.tablets[tablet])
    assert picture() == at_once
