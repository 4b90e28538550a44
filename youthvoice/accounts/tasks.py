"""What waits for somebody in this room: keys to compare, newcomers to know of, a test to confirm, codes to set up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import directory as people
from youthvoice.accounts import rules, store
from youthvoice.accounts.directory import OnePerson
from youthvoice.accounts.keys import comparison as comparing
from youthvoice.accounts.sign_in import attempt_limits as tries
from youthvoice.accounts.trust import Trust
from youthvoice.privacy.keys.names import PEPPER


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing.

    Attributes:
        kind: `compare`, `meet`, `newcomer`, `own_key`, `own_meeting`, `test`, `codes` or `passwords` (somebody tries
            hers).
        person_id: whom it is about.
        name: hers; empty where it is about the reader herself.
        site_ids: where she works; none for what belongs to no site.
        due: the day, or None.
    """

    kind: str
    person_id: int
    name: str = ""
    site_ids: frozenset[int] = frozenset()
    due: date | None = None


def of(session: Session, caller: Caller, trust: Trust) -> list[ToDo]:
    """What waits for the caller.

    Args:
        session: only read.
        caller: who asks.
        trust: the key file and the moment.
    """
    return [
        *_hers(session, caller, trust),
        *_newcomers(session, caller, trust),
        *_unmet(session, caller, trust),
        *_guessed(session, caller),
    ]


def _hers(session: Session, caller: Caller, trust: Trust) -> Iterator[ToDo]:
    me = people.known(session, caller.person_id, caller.site_ids, trust)
    if me is not None and me.standing == "unmet":
        yield ToDo("own_meeting", me.person_id)
    if me is None or not me.holds_keys:
        return
    if me.standing == "waits":
        yield ToDo("own_key", me.person_id)
    if rules.test_waits(me.test_asked_on, me.tested_on):
        yield ToDo("test", me.person_id, due=me.test_asked_on)
    if not me.has_codes:
        yield ToDo("codes", me.person_id)


def _newcomers(session: Session, caller: Caller, trust: Trust) -> Iterator[ToDo]:
    """Told to all who choose readers at her sites, until words are sealed to her."""
    if not caller.may("readers.choose"):
        return
    for person in store.people_of(session, caller.site_ids):
        if person.role not in rules.HOLDING_KEYS or person.id == caller.person_id:
            continue
        one = people.one(session, person, trust)
        if one.standing == "soon" and one.trusted_from:
            yield ToDo("newcomer", one.person_id, one.name, one.site_ids, one.trusted_from.date())
        elif one.standing == "waits" and _may_compare(session, caller, one, trust):
            yield ToDo("compare", one.person_id, one.name, one.site_ids)


def _unmet(session: Session, caller: Caller, trust: Trust) -> Iterator[ToDo]:
    """Whoever a coordinator let in, or let in anew, told to the advocates of her sites until one has met her."""
    if not caller.may("people.meet"):
        return
    for person in store.people_of(session, caller.site_ids):
        one = people.one(session, person, trust)
        if one.standing == "unmet":
            yield ToDo("meet", one.person_id, one.name, one.site_ids)


def _guessed(session: Session, caller: Caller) -> Iterator[ToDo]:
    """Told to herself and to all who choose readers at her sites, on the day."""
    chooses = caller.may("readers.choose")
    told = {one.id: one for one in store.people_of(session, caller.site_ids) if chooses or one.id == caller.person_id}
    handles = {one.handle: one.id for one in told.values()}
    found = tries.guessed(session, running.keyring().key(PEPPER), handles, running.now())
    sites = store.sites_of(session, list(found))
    for person_id in sorted(found):
        yield ToDo("passwords", person_id, told[person_id].name, sites[person_id])


def _may_compare(session: Session, caller: Caller, one: OnePerson, trust: Trust) -> bool:
    person = store.find(session, one.person_id)
    if person is None:
        return False
    before = comparing.compared_by(session, person, trust.people_key, trust.now)
    me = comparing.Colleague(caller.person_id, caller.role, caller.site_ids)
    return comparing.why_not(session, person, me, before, trust.people_key) is None
