"""Tasks about accounts for the To do page: keys to compare, newcomers, contact tests, one-time codes to set up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts import rules
from youthvoice.accounts.people import key_comparison
from youthvoice.accounts.people.directory import PersonOverview, find_colleague, list_unconfirmed
from youthvoice.accounts.people.person_names import is_role_name
from youthvoice.accounts.sign_in import password_attempts
from youthvoice.accounts.store import get_person_row, list_person_rows, site_ids_of_people
from youthvoice.privacy.keys.key_names import PEPPER


@dataclass(frozen=True, slots=True)
class AccountTask:
    """One task about an account.

    Attributes:
        kind: `compare`, `meet`, `newcomer`, `own_key`, `own_meeting`, `own_name` (the name only says a role), `test`,
            `codes`, or `passwords` (somebody tries passwords for this account).
        person_id: whose account it is.
        name: that person's; empty if it is the reader's own account.
        site_ids: where that person works; empty for what belongs to no site.
        due: the day, or None.
    """

    kind: str
    person_id: int
    name: str = ""
    site_ids: frozenset[int] = frozenset()
    due: date | None = None


def list_account_tasks(session: Session, caller: Caller) -> list[AccountTask]:
    """The account tasks of the caller.

    Args:
        session: only read.
        caller: whose To do page it is.
    """
    needs_newcomers = caller.may("readers.choose") or caller.may("people.meet")
    unconfirmed = list_unconfirmed(session, caller.site_ids) if needs_newcomers else []
    return [
        *_own_tasks(session, caller),
        *_newcomer_tasks(session, caller, unconfirmed),
        *_meeting_tasks(caller, unconfirmed),
        *_password_tasks(session, caller),
    ]


def _own_tasks(session: Session, caller: Caller) -> Iterator[AccountTask]:
    """Tasks about the caller's own account."""
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
    if not person.has_second_factor:
        yield AccountTask("codes", person.person_id)


def _newcomer_tasks(session: Session, caller: Caller, unconfirmed: Iterable[PersonOverview]) -> Iterator[AccountTask]:
    """Readers who are not trusted yet, for everybody who chooses readers at their sites."""
    if not caller.may("readers.choose"):
        return
    for overview in unconfirmed:
        if not overview.holds_keys or overview.person_id == caller.person_id:
            continue
        if overview.standing == "soon" and overview.trusted_from:
            yield AccountTask(
                "newcomer", overview.person_id, overview.name, overview.site_ids, overview.trusted_from.date()
            )
        elif overview.standing == "waits" and _may_compare(session, caller, overview):
            yield AccountTask("compare", overview.person_id, overview.name, overview.site_ids)


def _meeting_tasks(caller: Caller, unconfirmed: Iterable[PersonOverview]) -> Iterator[AccountTask]:
    """Adults whom a coordinator invited, for the advocates of their sites until one has met them."""
    if not caller.may("people.meet"):
        return
    for overview in unconfirmed:
        if overview.standing == "unmet":
            yield AccountTask("meet", overview.person_id, overview.name, overview.site_ids)


def _password_tasks(session: Session, caller: Caller) -> Iterator[AccountTask]:
    """Accounts with many wrong passwords today, for their owners and for those who choose readers at their sites."""
    if not password_attempts.has_many_attempts(session, context.now()):  # else nobody's row is read
        return
    chooses = caller.may("readers.choose")
    people = {
        person.id: person
        for person in list_person_rows(session, caller.site_ids)
        if chooses or person.id == caller.person_id
    }
    handles = {person.handle: person.id for person in people.values()}
    attacked = password_attempts.find_attacked_people(session, context.keyring().key(PEPPER), handles, context.now())
    sites = site_ids_of_people(session, list(attacked))
    for person_id in sorted(attacked):
        yield AccountTask("passwords", person_id, people[person_id].name, sites[person_id])


def _may_compare(session: Session, caller: Caller, person_overview: PersonOverview) -> bool:
    person = get_person_row(session, person_overview.person_id)
    colleagues = key_comparison.compared_by(session, person)
    return key_comparison.comparison_refusal(session, person, caller, colleagues) is None
