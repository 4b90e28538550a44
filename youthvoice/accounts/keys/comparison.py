"""A newcomer's key, compared face to face by two who hold keys; 48 hours later words are sealed to her.

Source: PRIVACY.md C, "Who may be wrapped to".
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice.access.permissions import may
from youthvoice.accounts import rules, store
from youthvoice.accounts.models import KeyComparison, Person
from youthvoice.accounts.people import store as accounts
from youthvoice.privacy.crypto.record_macs import check_record_mac, record_mac

WAIT: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who compares: trusted herself, with a key of her own."""

    person_id: int
    role: str
    site_ids: frozenset[int]


class NotCompared(Exception):
    """This comparison is not taken.

    Attributes:
        code: as `rules.why_not_compared`, or `changed`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def compared_by(session: Session, person: Person, people_key: bytes, now: datetime) -> tuple[Colleague, ...]:
    """Whose comparisons of her present key count: by people who are still there and trusted themselves."""
    rows = session.scalars(select(KeyComparison).where(KeyComparison.person_id == person.id))
    hosts = [store.find(session, row.by_id) for row in rows if _holds(row, person, people_key)]
    there = [host for host in hosts if host is not None]
    sites = store.sites_of(session, [host.id for host in there])
    return tuple(
        Colleague(host.id, host.role, sites[host.id])
        for host in there
        if store.is_trusted(host, sites[host.id], people_key, now)
    )


def shown(person: Person) -> str:
    """What a form carries of the key whose pictures it showed; another key has another."""
    said = f"{person.id}|{person.key_version}|{person.public_key.hex()}"
    return hashlib.sha256(b"shown key|" + said.encode()).hexdigest()


def refuse_if_changed(session: Session, person_id: int, seen: str) -> None:
    """Hold a person's row; what somebody says about her key counts only for the key whose pictures she saw.

    Raises:
        NotCompared: `changed`: she has another key since.
    """
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or not hmac.compare_digest(shown(person).encode(), seen.encode()):
        raise NotCompared("changed")


def compare(session: Session, person_id: int, by: Colleague, people_key: bytes, now: datetime) -> datetime | None:
    """Somebody says that she sat with the newcomer and all pictures were the same.

    Returns:
        From when words are sealed to the newcomer, when this was the second one; else None.

    Raises:
        NotCompared: with the reason.
    """
    person = session.get(Person, person_id, with_for_update=True)  # two at once: one of them is the second
    if person is None:
        raise NotCompared("settled")
    before = compared_by(session, person, people_key, now)
    if refusal := why_not(session, person, by, before, people_key):
        raise NotCompared(refusal)
    session.merge(_row(person, by.person_id, now.date(), people_key))
    session.flush()
    if not rules.are_enough([one.role for one in (*before, by)]):
        return None
    accounts.change(session, person, people_key, trusted_from=now + WAIT)
    return person.trusted_from


def why_not(
    session: Session, person: Person, by: Colleague, before: Collection[Colleague], people_key: bytes
) -> str | None:
    """Why somebody cannot compare this key now; see `rules.why_not_compared`."""
    sites = store.sites_of(session, [person.id])[person.id]
    waits = person.trusted_from is None and not store.is_of_the_first_release(person, sites, people_key)
    known = waits and person.left_on is None and store.is_vouched_for(person, sites, people_key)
    mine = by.person_id == person.id or by.person_id in {one.person_id for one in before}
    roles = [one.role for one in before]
    return rules.why_not_compared(by.role, roles, waits=known, mine=mine, here=sites <= by.site_ids)


def withdraw(session: Session, person_id: int, by_id: int, people_key: bytes, now: datetime) -> bool:
    """Take every comparison back, as long as the 48 hours run; False when this person may not, or it is too late."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or by_id not in {one.person_id for one in compared_by(session, person, people_key, now)}:
        return False
    if person.trusted_from is not None and person.trusted_from <= now:
        return False
    forget(session, person_id)
    accounts.change(session, person, people_key, trusted_from=None)
    return True


def meet(session: Session, person_id: int, by: Colleague, people_key: bytes, now: datetime) -> None:
    """An advocate says that she met somebody who holds no keys, who signed in before her eyes: her role counts at once.

    Raises:
        NotCompared: with the reason, as `rules.why_not_met`.
    """
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or (refusal := why_not_met(session, person, by, people_key)):
        raise NotCompared("settled" if person is None else refusal or "")
    accounts.change(session, person, people_key, trusted_from=now)


def why_not_met(session: Session, person: Person, by: Colleague, people_key: bytes) -> str | None:
    """Why somebody cannot say now that she met this person; see `rules.why_not_met`."""
    sites = store.sites_of(session, [person.id])[person.id]
    waits = person.trusted_from is None and not store.is_of_the_first_release(person, sites, people_key)
    known = waits and person.left_on is None and store.is_vouched_for(person, sites, people_key)
    mine, here = by.person_id == person.id, bool(sites & by.site_ids)
    return rules.why_not_met(by.role, person.role, waits=known, mine=mine, here=here)


def no_longer_met(session: Session, person_id: int, by: Colleague, people_key: bytes, now: datetime) -> bool:
    """An advocate takes back that somebody was met; False when she may not, or nobody had."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.role in rules.HOLDING_KEYS or person.id == by.person_id:
        return False
    sites = store.sites_of(session, [person.id])[person.id]
    known = store.is_trusted(person, sites, people_key, now)
    if not (known and sites & by.site_ids and may(by.role, "people.meet")):
        return False
    accounts.change(session, person, people_key, trusted_from=None)
    return True


def forget(session: Session, person_id: int) -> None:
    """Nobody has compared her key."""
    session.execute(delete(KeyComparison).where(KeyComparison.person_id == person_id))


def _claims(row: KeyComparison, person: Person) -> tuple[str | int, ...]:
    return row.person_id, row.key_version, person.public_key.hex(), row.by_id, row.day.isoformat()


def _holds(row: KeyComparison, person: Person, people_key: bytes) -> bool:
    same_key = row.key_version == person.key_version
    return same_key and check_record_mac(row.seal, people_key, "comparison", *_claims(row, person))


def _row(person: Person, by_id: int, day: date, people_key: bytes) -> KeyComparison:
    row = KeyComparison(person_id=person.id, by_id=by_id, key_version=person.key_version, day=day, seal=b"")
    row.seal = record_mac(people_key, "comparison", *_claims(row, person))
    return row
