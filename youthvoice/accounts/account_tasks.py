"""What an account asks of somebody: keys to compare, newcomers to know of, a test to confirm, codes to set up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts import rules
from youthvoice.accounts.people import key_comparison
from youthvoice.accounts.people.directory import PersonOverview, find_colleague, person_overview
from youthvoice.accounts.people.person_names import is_role_name
from youthvoice.accounts.sign_in import password_attempts
from youthvoice.accounts.store import get_person_row, list_person_rows, site_ids_of_people
from youthvoice.privacy.keys.key_names import PEPPER


@dataclass(frozen=True, slots=True)
class AccountTask:
    """One thing.

    Attributes:
        kind: `compare`, `meet`, `newcomer`, `own_key`, `own_meeting`, `own_name` (it only says
            what she does), `test`, `codes` or `passwords` (somebody tries
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


def list_account_tasks(session: Session, caller: Caller) -> list[AccountTask]:
    """What waits for the caller.

    Args:
        session: only read.
        caller: who asks.
    """
    return [
        *_hers(session, caller),
        *_newcomers(session, caller),
        *_unmet(session, caller),
        *_guessed(session, caller),
    ]


def _hers(session: Session, caller: Caller) -> Iterator[AccountTask]:
    person = find_colleague(session, caller.person_id, caller.site_ids)
    if person is not None and person.standing == "unmet":
        yield AccountTask("own_meeting", person.person_id)
    if person is not None and is_role_name(person.name) and caller.may("requests.answer"):
        yield AccountTask("own_name", person.person_id)
    if person is None or not person.holds_keys:
        return
    if person.standing == "waits":
        yield AccountTask("own_key", person.person_id)
    if rules.is_test_pending(person.test_asked_on, person.tested_on):
        yield AccountTask("test", person.person_id, due=person.test_asked_on)
    if not person.has_codes:
        yield AccountTask("codes", person.person_id)


def _newcomers(session: Session, caller: Caller) -> Iterator[AccountTask]:
    """Told to all who choose readers at her sites, until words are sealed to her."""
    if not caller.may("readers.choose"):
        return
    for person in list_person_rows(session, caller.site_ids):
        if person.role not in rules.HOLDING_KEYS or person.id == caller.person_id:
            continue
        overview = person_overview(session, person)
        if overview.standing == "soon" and overview.trusted_from:
            yield AccountTask(
                "newcomer", overview.person_id, overview.name, overview.site_ids, overview.trusted_from.date()
            )
        elif overview.standing == "waits" and _may_compare(session, caller, overview):
            yield AccountTask("compare", overview.person_id, overview.name, overview.site_ids)


def _unmet(session: Session, caller: Caller) -> Iterator[AccountTask]:
    """Whoever a coordinator let in, or let in anew, told to the advocates of her sites until one has met her."""
    if not caller.may("people.meet"):
        return
    for person in list_person_rows(session, caller.site_ids):
        overview = person_overview(session, person)
        if overview.standing == "unmet":
            yield AccountTask("meet", overview.person_id, overview.name, overview.site_ids)


def _guessed(session: Session, caller: Caller) -> Iterator[AccountTask]:
    """Told to herself and to all who choose readers at her sites, on the day."""
    chooses = caller.may("readers.choose")
    people = {
        person.id: person
        for person in list_person_rows(session, caller.site_ids)
        if chooses or person.id == caller.person_id
    }
    handles = {person.handle: person.id for person in people.values()}
    guessed = password_attempts.find_guessed(session, context.keyring().key(PEPPER), handles, context.now())
    sites = site_ids_of_people(session, list(guessed))
    for person_id in sorted(guessed):
        yield AccountTask("passwords", person_id, people[person_id].name, sites[person_id])


def _may_compare(session: Session, caller: Caller, person_overview: PersonOverview) -> bool:
    person = get_person_row(session, person_overview.person_id)
    before = key_comparison.compared_by(session, person)
    return key_comparison.comparison_refusal(session, person, caller, before) is None
