"""The people page's questions: who works where, and what goes with somebody who leaves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice.access.permissions import ADVOCATE, ROLES
from youthvoice.places import store as places
from youthvoice.staff import rules, store
from youthvoice.staff.models import Person


@dataclass(frozen=True, slots=True)
class SitePeople:
    """A site and everybody who works there, by role and name."""

    site_id: int
    name: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody who may leave.

    Attributes:
        gone: codes of what goes with her; see `words.gone`.
        refusal: why she cannot leave, or None.
    """

    person_id: int
    name: str
    role: str
    site_ids: frozenset[int]
    gone: tuple[str, ...]
    refusal: str | None


def by_site(session: Session, site_ids: Collection[int]) -> list[SitePeople]:
    """Who works at each of these sites."""
    return [
        SitePeople(
            site.id,
            site.name,
            tuple(sorted(store.people_of(session, [site.id]), key=lambda person: ROLES.index(person.role))),
        )
        for site in places.sites_of(session, site_ids)
    ]


def leaving(
    session: Session, person_id: int, asking: Collection[int], people_key: bytes, now: datetime
) -> Leaving | None:
    """What it would mean that somebody leaves; None when she works at none of the asking coordinator's sites.

    Of advocates only those count who are trusted by now: two who can read must remain.
    """
    person = store.find(session, person_id)
    if person is None or person.left_on is not None:
        return None
    sites = store.sites_of(session, [person_id])[person_id]
    if not sites & set(asking):
        return None
    trust = (people_key, now)
    remaining = {site_id: _others(session, person, site_id, *trust) for site_id in sites}
    gone = ("sign_in", "key", "answers") if person.role == ADVOCATE else ("sign_in", "answers")
    acting = store.acting_role(person, sites, *trust)
    refusal = rules.why_not_leave(person.role, sites, asking, remaining, waits=acting != person.role)
    return Leaving(person_id, person.name, person.role, sites, gone, refusal)


def _others(session: Session, person: Person, site_id: int, people_key: bytes, now: datetime) -> int:
    """How many others of her role can do its work at a site."""
    if person.role == ADVOCATE:
        trusted = store.advocates(session, site_id, people_key, now)
        return sum(other.person_id != person.id for other in trusted)
    there = store.people_of(session, [site_id])
    return sum(other.role == person.role and other.id != person.id for other in there)
