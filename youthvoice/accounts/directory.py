"""The people pages' questions: who works where, who is trusted with what, and what goes with somebody who leaves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from youthvoice.access import guard
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, ROLES, may
from youthvoice.accounts import channel_readiness as channel
from youthvoice.accounts import rules, store
from youthvoice.accounts.models import Person
from youthvoice.accounts.store import Reader
from youthvoice.accounts.trust import Trust
from youthvoice.sites import store as places


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Somebody as the people pages show her.

    Attributes:
        standing: `trusted`, `soon` (from `trusted_from`), `waits` (her key was not compared yet), `unmet` (she holds no
            keys, and no advocate has met her yet), or `altered`: her row is not as this house wrote it.
        holds_keys: what children write may be sealed to her.
        trained_until: the last day of her training; None when nobody recorded one.
        tested_on: of an outside recipient: the day she said that a test reached her.
        has_codes: she signs in with one-time codes.
        has_mail: she wrote an address.
        password_known: somebody else knows her password, see `models.Person`.
    """

    person_id: int
    name: str
    role: str
    handle: str
    site_ids: frozenset[int]
    standing: str
    trusted_from: datetime | None
    holds_keys: bool
    trained_until: date | None
    test_asked_on: date | None
    tested_on: date | None
    has_codes: bool
    has_mail: bool
    password_known: bool


@dataclass(frozen=True, slots=True)
class SitePeople:
    """A site and everybody who works there, by role and name.

    Attributes:
        missing: codes of what keeps children from telling there, as in `channel`.
    """

    site_id: int
    name: str
    people: tuple[OnePerson, ...]
    missing: tuple[str, ...]


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


def by_site(session: Session, site_ids: Collection[int], trust: Trust) -> list[SitePeople]:
    """Who works at each of these sites."""
    found = {person.id: one(session, person, trust) for person in store.people_of(session, site_ids)}
    return [
        SitePeople(
            site.id,
            site.name,
            tuple(
                sorted(
                    (person for person in found.values() if site.id in person.site_ids),
                    key=lambda person: ROLES.index(person.role),
                )
            ),
            channel.missing(session, places.facts(site), trust.people_key, trust.now),
        )
        for site in places.sites_of(session, site_ids)
    ]


def one(session: Session, person: Person, trust: Trust) -> OnePerson:
    """One person as she stands now."""
    sites = store.sites_of(session, [person.id])[person.id]
    return OnePerson(
        person.id,
        person.name,
        person.role,
        person.handle,
        sites,
        _standing(person, sites, trust),
        person.trusted_from,
        person.role in rules.HOLDING_KEYS,
        person.trained_until,
        person.test_asked_on,
        person.tested_on,
        person.codes is not None,
        person.mail is not None,
        person.password_known,
    )


def _standing(person: Person, sites: Collection[int], trust: Trust) -> str:
    if not store.is_vouched_for(person, sites, trust.people_key):
        return "altered"
    if store.is_trusted(person, sites, trust.people_key, trust.now):
        return "trusted"
    if person.role not in rules.HOLDING_KEYS:
        return "unmet"
    return "waits" if person.trusted_from is None else "soon"


def known(session: Session, person_id: int, asking: Collection[int], trust: Trust) -> OnePerson | None:
    """Somebody who works at a site of whoever asks; None when she left, or works at none of them."""
    person = store.find(session, person_id)
    if person is None or person.left_on is not None:
        return None
    found = one(session, person, trust)
    return found if found.site_ids & set(asking) else None


def to_let_in_anew(session: Session, person_id: int, caller: Caller, trust: Trust) -> OnePerson | None:
    """Somebody whom the caller may invite anew: of a role that she invites, at her sites only, and not herself."""
    person = known(session, person_id, caller.site_ids, trust)
    if person is None or person.standing == "altered" or person_id == caller.person_id:
        return None
    return person if person.site_ids <= caller.site_ids and person.role in rules.invited_by(caller.role) else None


def leaving(session: Session, person_id: int, asking: Collection[int], trust: Trust) -> Leaving | None:
    """What it would mean that somebody leaves; None when she works at none of the asking coordinator's sites.

    Of advocates only those count who are trusted by now: two who can read must remain. Whether children told her
    something that nobody else reads is no part of it: see `would_lose`.
    """
    person = known(session, person_id, asking, trust)
    if person is None:
        return None
    remaining = {site_id: _others(session, person, site_id, trust) for site_id in person.site_ids}
    gone = ("sign_in", "key", "answers") if person.role == ADVOCATE else ("sign_in", "answers")
    waits = person.standing != "trusted"
    refusal = rules.why_not_leave(person.role, person.site_ids, asking, remaining, waits=waits)
    return Leaving(person_id, person.name, person.role, person.site_ids, gone, refusal)


def reader_leaving(session: Session, person_id: int, asking: Collection[int], trust: Trust) -> Leaving | None:
    """What it would mean that a safeguarding lead or an outside recipient leaves; None where there is none at a site.

    Args:
        session: only read.
        person_id: whose account it is.
        asking: the sites of whoever asks, herself included.
        trust: the key file and the moment.
    """
    person = known(session, person_id, asking, trust)
    if person is None or person.role not in rules.ENDED_BY_READERS:
        return None
    closes = person.role == OUTSIDE_RECIPIENT and any(
        all(other.tested_on is None or other.person_id == person_id for other in _outside(session, site_id, trust))
        for site_id in person.site_ids
    )
    gone = ("sign_in", "reading_key", "answers", *(("telling",) if closes else ()))
    refusal = rules.why_not_end_reader(person.site_ids, asking)
    return Leaving(person_id, person.name, person.role, person.site_ids, gone, refusal)


def still_choose(session: Session, person_ids: Collection[int], site_ids: Collection[int], trust: Trust) -> bool:
    """Whether all of these are still there, trusted, at each of the sites, and choose readers."""
    people = [store.find(session, person_id) for person_id in person_ids]
    sites = store.sites_of(session, person_ids)
    return all(
        person is not None
        and set(site_ids) <= sites[person.id]
        and store.is_trusted(person, sites[person.id], trust.people_key, trust.now)
        and may(person.role, "readers.choose")
        for person in people
    )


def would_lose(session: Session, leaving: Leaving) -> bool:
    """Whether something would be lost with her; to be asked only once a colleague of hers has signed.

    Whoever could look it up would learn that there is a report, and whom its child trusts (S14).
    """
    return leaving.role in rules.HOLDING_KEYS and guard.reads_alone(session, leaving.person_id)


def _outside(session: Session, site_id: int, trust: Trust) -> tuple[Reader, ...]:
    return store.readers(session, site_id, trust.people_key, trust.now).outside


def _others(session: Session, person: OnePerson, site_id: int, trust: Trust) -> int:
    """How many others of her role can do its work at a site."""
    if person.role == ADVOCATE:
        trusted = store.advocates(session, site_id, trust.people_key, trust.now)
        return sum(other.person_id != person.person_id for other in trusted)
    there = store.trusted_of(session, [site_id], trust.people_key, trust.now)
    return sum(other.role == person.role and other.id != person.person_id for other in there)
