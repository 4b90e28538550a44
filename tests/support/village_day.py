"""A site where a child at a tablet can do everything that works without a network, and sealed sheets of each kind."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from tests.support.choices import open_ready_choice
from tests.support.committees import House, make_house, put
from tests.support.elections import deal, open_election
from tests.support.introductions import introduce
from tests.support.offline import manifest_of, seal
from tests.support.people import make_person, on_tablet
from tests.support.rounds import answers, open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.store import create_answer_due
from youthvoice.audit.audit_log import Log
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.elections.rules import Election
from youthvoice.committees.entities import Committee
from youthvoice.knocks.rules import WeeklyHour
from youthvoice.knocks.store import ListeningTime, keep_listening_time
from youthvoice.slips.store import Picks, slip_fields
from youthvoice.surveys.rounds.entities import Round

KINDS = ("survey", "vote", "tell", "talk", "good", "suggest", "me_too", "we_did")
CODE = "0123456"


@dataclass
class VillageDay:
    """One site, its tablet, and what the tablet knew when it was online last."""

    visitor: Callable[[], Visitor]
    house: House = field(default_factory=make_house)
    dealt: frozenset[Picks] = field(init=False)
    slips: Iterator[Picks] = field(init=False)

    def __post_init__(self) -> None:
        with db.writing(db.engine()) as session:
            self.meera = make_person(session, "safeguarding_lead", self.house.site_id, handle="meera", name="Meera")
        self.committee: Committee = self.house.committee()
        self.item: AgendaItem = put(self.committee)
        self.election: Election = open_election(self.house, voters=40)
        dealt = deal(self.election, 40)
        self.dealt, self.slips = frozenset(dealt), iter(dealt)
        self.round: Round = open_round([self.house.site_id], self.house.joshi.id)
        self.owed = self._answered()
        self._listens()
        self.tablet = on_tablet(self.visitor(), self.house.site_id, "Village")
        self.manifest = manifest_of(self.tablet)
        self.tapped = self._asked()

    def _listens(self) -> None:
        """A child can knock at Ms Joshi."""
        introduce(self.house.joshi.id, "d9694a", self.house.asha.id)
        time = ListeningTime(self.house.site_id, self.house.joshi.id, "bench", (WeeklyHour(0, 16),))
        with db.writing(db.engine()) as session:
            keep_listening_time(session, time, Log(context.today(), "test"))

    def _answered(self) -> int:
        """The children asked for a lamp, and it hangs."""
        today, by = context.today(), self.house.joshi.id
        with db.writing(db.engine()) as session:
            owed = create_answer_due(
                session, kind="item", site_id=self.house.site_id, subject="a1", about={"en": "A lamp"},
                picture="1F4A1", due=today, owner_id=by, day=today,
            ).id  # fmt: skip
            replies.record_reply(session, owed, "", "yes", {"en": "It hangs."}, by, today, done_by=today)
        return owed

    def _asked(self) -> str:
        found = re.search(r'name="about" value="([^"]+)"', self.tablet.open("/we-did").text)
        assert found, "the board asks whether it is really done"
        return found[1]

    def form(self, kind: str, words: str = "a letter") -> tuple[str, dict[str, Any]]:
        """Where a sheet of a kind goes, and what stands on it."""
        if kind == "vote":
            slip = next(self.slips)
            put_in = dict(zip(slip_fields(len(slip)), slip, strict=True))
            return f"/vote/{self.election.slug}", {**put_in, "choice": 0}
        suggested = {"committee": self.committee.id, "topic": "food", "wish": "more", "words": words}
        forms: dict[str, tuple[str, dict[str, Any]]] = {
            "survey": (f"/survey/{self.round.slug}", answers(food="good", letter_box=words)),
            "tell": ("/tell", {"topic": "broken", "words": words}),
            "talk": ("/talk", {"adult": self.house.joshi.id, "wish": "talk"}),
            "good": ("/good", {"words": words, "shown": f"{self.house.asha.id} {self.house.ravi.id}"}),
            "suggest": ("/agenda/suggest", suggested),
            "me_too": ("/agenda/me-too", {"more": self.item.id.hex()}),
            "we_did": ("/we-did", {"about": self.tapped, "what": "not_yet"}),
        }
        return forms[kind]

    def opens_choice(self) -> str:
        """An everyday choice; gives its address."""
        return open_ready_choice(self.house.site_id, self.house.joshi, self.house.asha)

    def seals(self, kind: str, words: str = "a letter", sheet: str = "", code: str = CODE) -> bytes:
        """An envelope with one sheet, as the tablet makes it."""
        path, fields = self.form(kind, words)
        return seal(self.manifest, path, fields, sheet, code=code if kind == "tell" else "")


def count_rows(table: type[db.Base]) -> int:
    """How many rows of a kind lie in the house."""
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
