"""How committees stand, for staff pages. Whoever only sets them up sees nothing of what is on an agenda."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.committees import store
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.committees.item_states import OPEN
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts

MOST_SHOWN = 100  # items of an agenda on one staff page


@dataclass(frozen=True, slots=True)
class Line:
    """One committee in a list.

    Attributes:
        facilitator: her name.
        zone: time zone of its site.
    """

    committee: CommitteeFacts
    facilitator: str
    zone: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One committee on its page.

    Attributes:
        site: its name.
        above: the committee to which items go up; None for none.
        below: those that hand up to it.
    """

    line: Line
    site: str
    above: CommitteeFacts | None
    below: Sequence[CommitteeFacts]


def at(session: Session, site: SiteFacts) -> list[Line]:
    """The open committees of a site by name."""
    found = store.at(session, [site.id])
    named = people.names(session, [one.facilitator_id for one in found])
    return [Line(one, named.get(one.facilitator_id, ""), site.time_zone) for one in found]


def one(session: Session, committee: CommitteeFacts) -> Standing:
    """A committee with what belongs to it, and nothing of its agenda."""
    site = places.site(session, committee.site_id)
    assert site is not None
    named = people.names(session, [committee.facilitator_id])
    above = store.find(session, committee.goes_up_to_id) if committee.goes_up_to_id else None
    line = Line(committee, named.get(committee.facilitator_id, ""), site.time_zone)
    return Standing(line, site.name, above, store.below(session, committee.id))


def agenda(session: Session, committee: CommitteeFacts) -> tuple[list[ItemFacts], int]:
    """What is open on its agenda, and how many things children talk about alone first; of these there are no words."""
    found = items.on(session, running.keyring(), [committee.id], OPEN, MOST_SHOWN)
    shown = [item for item in found if not item.body.alone]
    return shown, len(found) - len(shown)


def found(session: Session, committee_id: int, caller: Caller) -> CommitteeFacts | None:
    """A committee of the caller's sites; None where there is none of this row, or it is elsewhere."""
    committee = store.find(session, committee_id)
    return committee if committee and committee.site_id in caller.site_ids else None


def zone_of(session: Session, committee: CommitteeFacts) -> str:
    """The time zone of its site."""
    site = places.site(session, committee.site_id)
    return site.time_zone if site else "UTC"
