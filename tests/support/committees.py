"""A house with a committee: what every test of this room stands on. Plainly invented."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tests.support import people
from tests.support.people import Somebody
from youthvoice import db
from youthvoice.committees.agenda.entities import AgendaItem, ItemBody, ItemState, Words
from youthvoice.committees.agenda.store import add_item, find_item
from youthvoice.committees.committee_kinds import PRESETS
from youthvoice.committees.entities import Committee
from youthvoice.committees.store import add_committee

DAY = date(2026, 11, 24)


@dataclass(frozen=True)
class House:
    """A site with its adults: two advocates, a facilitator, a coordinator, an outside recipient."""

    site_id: int
    asha: Somebody
    ravi: Somebody
    joshi: Somebody
    boss: Somebody
    outside: Somebody

    def committee(self, preset: str = "flip_club", **values: Any) -> Committee:
        """A committee of this house, with Ms Joshi as its facilitator."""
        return make_committee(self.site_id, self.joshi, preset, **values)


def make_house() -> House:
    """The house; call it in an application context."""
    with db.writing(db.engine()) as session:
        site_id = people.make_site(session).id
        made = {
            "asha": people.make_person(session, "advocate", site_id, handle="asha", name="Asha"),
            "ravi": people.make_person(session, "advocate", site_id, handle="ravi", name="Ravi"),
            "joshi": people.make_person(session, "facilitator", site_id, handle="joshi", name="Ms Joshi"),
            "boss": people.make_person(session, "coordinator", site_id, handle="boss", name="Mr Dsa"),
            "outside": people.make_person(session, "outside_recipient", site_id, handle="outside", name="Outside"),
        }
    return House(site_id, **made)


def make_committee(site_id: int, facilitator: Somebody, preset: str = "flip_club", **values: Any) -> Committee:
    """A committee with its preset's usual numbers, which met a week ago for the first time."""
    kind = PRESETS[preset]
    usual = {
        "preset": preset,
        "name": preset.replace("_", " ").title(),
        "facilitator_id": facilitator.id,
        "place": "the big room",
        "first_at": datetime(2026, 11, 21, 10, 30, tzinfo=UTC),
        "rhythm_days": kind.rhythm_days,
        "quorum": kind.quorum,
        "term_days": kind.term_days,
        "check_days": 2,
        "opened_on": DAY,
    }
    with db.writing(db.engine()) as session:
        return add_committee(session, site_id, usual | values)


def put(
    committee: Committee, words: str | Words = "Fruit every day", state: ItemState = "on_agenda", **body: Any
) -> AgendaItem:
    """Something on its agenda; its words in English, or by language."""
    said = ItemBody(
        **{"topic": "food", "wish": "more", "words": {"en": words} if isinstance(words, str) else words} | body
    )
    with db.writing(db.engine()) as session:
        item_id = add_item(session, committee.id, said, DAY, state=state)
        item = find_item(session, item_id)
    assert item
    return item


def again(item: AgendaItem) -> AgendaItem:
    """The same item, as it is now."""
    with db.reading(db.engine()) as session:
        found = find_item(session, item.id)
    assert found
    return found
