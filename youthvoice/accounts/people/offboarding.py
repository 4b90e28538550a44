"""Ending an account: what would be lost, who must agree, and the line in the log."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller, caller_log
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT, may
from youthvoice.accounts import store as accounts_store
from youthvoice.accounts.mail import mail_about_account
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people import store
from youthvoice.accounts.people.directory import PersonOverview, find_colleague
from youthvoice.accounts.rules import ENDED_BY_READERS, HOLDING_KEYS, why_not_agree, why_not_end_reader, why_not_leave
from youthvoice.accounts.store import Reader
from youthvoice.context import Port
from youthvoice.errors import Refused

reads_alone: Final = Port[Callable[[Session, int], bool]]("reads_alone")
"""Whether a person is the only reader of something that children reported."""

forget_duties: Final = Port[Callable[[Session, int], None]]("forget_duties")
"""Removes a person who leaves from all rotas and duties."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person whose account may end.

    Attributes:
        gone: codes of what is lost with the account; see `ACCOUNT_LOSS_LABELS`.
        refusal: why the account cannot end, or None.
    """

    person_id: int
    name: str
    role: str
    site_ids: frozenset[int]
    gone: tuple[str, ...]
    refusal: str | None


def end_reader_account(session: Session, person_id: int, first: Caller, second: Caller) -> None:
    """End an account of `ENDED_BY_READERS`, by two who choose readers; the person is notified by mail.

    Args:
        session: may write.
        person_id: whose account it is.
        first: the first of the two, with the role of today.
        second: the one who agrees.

    Raises:
        Refused: nothing was changed.
    """
    accounts_store.lock_people(session)
    leaving = describe_reader_leaving(session, person_id, first.site_ids)
    person = accounts_store.find_person_row(session, person_id)
    signers = (first.person_id, second.person_id)
    if person is None or leaving is None or person_id in signers:
        raise Refused("changed")
    if leaving.refusal or not still_choose_readers(session, signers, leaving.site_ids):
        raise Refused(leaving.refusal or "changed")
    if why_not_agree([first.role, second.role]):
        raise Refused("changed")
    _refuse_if_reads_alone(session, leaving)
    mail_about_account(session, person, "ended")
    end_account(session, person, f"{person.id} with {first.person_id}")


def end_advocate_account(session: Session, person_id: int, first: Caller, second: Caller) -> None:
    """End an advocate's account, by a coordinator and another advocate.

    Raises:
        Refused: nothing was changed.
    """
    accounts_store.lock_people(session)
    leaving = describe_leaving(session, person_id, first.site_ids)
    person = accounts_store.find_person_row(session, person_id)
    roles = (first.role, second.role)
    if person is None or leaving is None or second.person_id == person_id or roles != (COORDINATOR, ADVOCATE):
        raise Refused("changed")
    if leaving.refusal or leaving.role != ADVOCATE:
        raise Refused(leaving.refusal or "changed")
    _refuse_if_reads_alone(session, leaving)
    end_account(session, person, f"{person.id} with {first.person_id}")


def end_own_account(session: Session, leaving: Leaving) -> None:
    """End one's own account.

    Raises:
        Refused: `reads_alone`: this person has since become the only reader of something; `changed`: the account has
            ended.
    """
    accounts_store.lock_people(session)
    _refuse_if_reads_alone(session, leaving)
    person = accounts_store.find_person_row(session, leaving.person_id)
    if person is None or person.left_on is not None:
        raise Refused("changed")
    end_account(session, person, str(person.id))


def end_account(session: Session, person: PersonRow, log_subject: str) -> None:
    """End an account; the caller has checked that nothing is lost with it.

    Args:
        session: may write.
        person: the owner of the account.
        log_subject: the subject of the line in the log.
    """
    store.close_account(session, person, context.today())
    forget_duties()(session, person.id)
    caller_log().add(session, "person.leave", log_subject)


def _refuse_if_reads_alone(session: Session, leaving: Leaving) -> None:
    if would_lose_reports(session, leaving):
        raise Refused("reads_alone")


def describe_leaving(session: Session, person_id: int, caller_site_ids: Collection[int]) -> Leaving | None:
    """What would follow if a person leaves; None if they work at none of the sites of the coordinator who asks.

    Only trusted advocates count: two who can read must remain. Whether this person is the only reader of a report is
    not part of it: see `would_lose_reports`.
    """
    person = find_colleague(session, person_id, caller_site_ids)
    if person is None:
        return None
    remaining = {site_id: _count_others(session, person, site_id) for site_id in person.site_ids}
    gone = ("sign_in", "key", "answers") if person.role == ADVOCATE else ("sign_in", "answers")
    waits = person.standing != "trusted"
    refusal = why_not_leave(person.role, person.site_ids, caller_site_ids, remaining, waits=waits)
    return Leaving(person_id, person.name, person.role, person.site_ids, gone, refusal)


def describe_reader_leaving(session: Session, person_id: int, caller_site_ids: Collection[int]) -> Leaving | None:
    """What would follow if a person of `ENDED_BY_READERS` leaves; None if there is no such person at these sites.

    Args:
        session: only read.
        person_id: whose account it is.
        caller_site_ids: the sites of the person who asks, who may be the one who leaves.
    """
    person = find_colleague(session, person_id, caller_site_ids)
    if person is None or person.role not in ENDED_BY_READERS:
        return None
    closes = person.role == OUTSIDE_RECIPIENT and any(
        all(other.tested_on is None or other.person_id == person_id for other in _outside(session, site_id))
        for site_id in person.site_ids
    )
    gone = ("sign_in", "reading_key", "answers", *(("telling",) if closes else ()))
    refusal = why_not_end_reader(person.site_ids, caller_site_ids)
    return Leaving(person_id, person.name, person.role, person.site_ids, gone, refusal)


def still_choose_readers(session: Session, person_ids: Collection[int], site_ids: Collection[int]) -> bool:
    """Whether all these people are still trusted at each of the sites and choose readers."""
    people = [accounts_store.find_person_row(session, person_id) for person_id in person_ids]
    sites = accounts_store.site_ids_of_people(session, person_ids)
    return all(
        person is not None
        and set(site_ids) <= sites[person.id]
        and accounts_store.is_trusted(person, sites[person.id])
        and may(person.role, "readers.choose")
        for person in people
    )


def would_lose_reports(session: Session, leaving: Leaving) -> bool:
    """Whether something would be lost with an account; call it only after a second person has agreed.

    Anybody who could look this up would learn that there is a report, and whom its child trusts (S14).
    """
    return leaving.role in HOLDING_KEYS and reads_alone()(session, leaving.person_id)


def _outside(session: Session, site_id: int) -> tuple[Reader, ...]:
    return accounts_store.find_readers(session, site_id).outside


def _count_others(session: Session, person: PersonOverview, site_id: int) -> int:
    """How many others of the role can do the work at a site."""
    if person.role == ADVOCATE:
        trusted = accounts_store.list_advocates(session, site_id)
        return sum(other.person_id != person.person_id for other in trusted)
    there = accounts_store.list_trusted_person_rows(session, [site_id])
    return sum(other.role == person.role and other.id != person.person_id for other in there)
