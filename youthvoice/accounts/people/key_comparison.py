"""How somebody comes to be trusted: her key compared or herself met, her training and her test.

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

from youthvoice import context
from youthvoice.access.guard import Caller, caller_log
from youthvoice.access.permissions import ADVOCATE, may
from youthvoice.accounts import store as accounts_store
from youthvoice.accounts.mail import ask_to_sign_in
from youthvoice.accounts.models import KeyComparisonRow, PersonRow
from youthvoice.accounts.people import store
from youthvoice.accounts.people.directory import PersonOverview
from youthvoice.accounts.rules import HOLDING_KEYS, are_enough_to_trust, is_test_pending, why_not_compared, why_not_met
from youthvoice.errors import Refused
from youthvoice.privacy.crypto.record_macs import check_record_mac, record_mac
from youthvoice.privacy.keys.key_names import PEOPLE

TRUST_DELAY: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who compares: trusted herself, with a key of her own."""

    person_id: int
    role: str
    site_ids: frozenset[int]


def compared_by(session: Session, person: PersonRow) -> tuple[Colleague, ...]:
    """Whose comparisons of her present key count: by people who are still there and trusted themselves."""
    rows = session.scalars(select(KeyComparisonRow).where(KeyComparisonRow.person_id == person.id))
    hosts = [accounts_store.find_person_row(session, row.by_id) for row in rows if _holds(row, person)]
    there = [host for host in hosts if host is not None]
    sites = accounts_store.site_ids_of_people(session, [host.id for host in there])
    return tuple(
        Colleague(host.id, host.role, sites[host.id])
        for host in there
        if accounts_store.is_trusted(host, sites[host.id])
    )


def key_digest(person: PersonRow) -> str:
    """What a form carries of the key whose pictures it showed; another key has another."""
    said = f"{person.id}|{person.key_version}|{person.public_key.hex()}"
    return hashlib.sha256(b"shown key|" + said.encode()).hexdigest()


def refuse_if_changed(session: Session, person_id: int, seen: str) -> None:
    """Hold a person's row; what somebody says about her key counts only for the key whose pictures she saw.

    Raises:
        Refused: `changed`: she has another key since.
    """
    person = session.get(PersonRow, person_id, with_for_update=True)
    if person is None or not hmac.compare_digest(key_digest(person).encode(), seen.encode()):
        raise Refused("changed")


def add_comparison(session: Session, person_id: int, by: Colleague | Caller) -> datetime | None:
    """Somebody says that she sat with the newcomer and all pictures were the same.

    Returns:
        From when words are sealed to the newcomer, when this was the second one; else None.

    Raises:
        Refused: with the reason.
    """
    now = context.now()
    person = session.get(PersonRow, person_id, with_for_update=True)  # two at once: one of them is the second
    if person is None:
        raise Refused("settled")
    before = compared_by(session, person)
    if refusal := comparison_refusal(session, person, by, before):
        raise Refused(refusal)
    session.merge(_row(person, by.person_id, now.date()))
    session.flush()
    if not are_enough_to_trust([one.role for one in (*before, by)]):
        return None
    store.change_person(session, person, trusted_from=now + TRUST_DELAY)
    return person.trusted_from


def comparison_refusal(
    session: Session, person: PersonRow, by: Colleague | Caller, before: Collection[Colleague]
) -> str | None:
    """Why somebody cannot compare this key now; see `rules.why_not_compared`."""
    sites, waits = _waits(session, person)
    mine = by.person_id == person.id or by.person_id in {colleague.person_id for colleague in before}
    roles = [colleague.role for colleague in before]
    return why_not_compared(by.role, roles, waits=waits, mine=mine, here=sites <= by.site_ids)


def _waits(session: Session, person: PersonRow) -> tuple[frozenset[int], bool]:
    """Where somebody works, and whether nobody has compared her key or met her yet."""
    sites = accounts_store.site_ids_of_people(session, [person.id])[person.id]
    here = person.trusted_from is None and person.left_on is None
    return sites, here and accounts_store.is_vouched_for(person, sites)


def delete_comparisons(session: Session, person_id: int, by_id: int) -> bool:
    """Take every comparison back, as long as the 48 hours run; False when this person may not, or it is too late."""
    person = session.get(PersonRow, person_id, with_for_update=True)
    if person is None or by_id not in {colleague.person_id for colleague in compared_by(session, person)}:
        return False
    if person.trusted_from is not None and person.trusted_from <= context.now():
        return False
    forget_comparisons(session, person_id)
    store.change_person(session, person, trusted_from=None)
    return True


def add_meeting(session: Session, person_id: int, by: Colleague | Caller) -> None:
    """An advocate says that she met somebody who holds no keys, who signed in before her eyes: her role counts at once.

    Raises:
        Refused: with the reason, as `rules.why_not_met`.
    """
    person = session.get(PersonRow, person_id, with_for_update=True)
    if person is None or (refusal := meeting_refusal(session, person, by)):
        raise Refused("settled" if person is None else refusal or "")
    store.change_person(session, person, trusted_from=context.now())


def meeting_refusal(session: Session, person: PersonRow, by: Colleague | Caller) -> str | None:
    """Why somebody cannot say now that she met this person; see `rules.why_not_met`."""
    sites, waits = _waits(session, person)
    mine, here = by.person_id == person.id, bool(sites & by.site_ids)
    return why_not_met(by.role, person.role, waits=waits, mine=mine, here=here)


def delete_meeting(session: Session, person_id: int, by: Colleague | Caller) -> bool:
    """An advocate takes back that somebody was met; False when she may not, or nobody had."""
    person = session.get(PersonRow, person_id, with_for_update=True)
    if person is None or person.role in HOLDING_KEYS or person.id == by.person_id:
        return False
    sites = accounts_store.site_ids_of_people(session, [person.id])[person.id]
    is_trusted = accounts_store.is_trusted(person, sites)
    if not (is_trusted and sites & by.site_ids and may(by.role, "people.meet")):
        return False
    store.change_person(session, person, trusted_from=None)
    return True


def forget_comparisons(session: Session, person_id: int) -> None:
    """Nobody has compared her key."""
    session.execute(delete(KeyComparisonRow).where(KeyComparisonRow.person_id == person_id))


def _claims(row: KeyComparisonRow, person: PersonRow) -> tuple[str | int, ...]:
    return row.person_id, row.key_version, person.public_key.hex(), row.by_id, row.day.isoformat()


def _holds(row: KeyComparisonRow, person: PersonRow) -> bool:
    same_key = row.key_version == person.key_version
    return same_key and check_record_mac(row.seal, context.keyring().key(PEOPLE), "comparison", *_claims(row, person))


def _row(person: PersonRow, by_id: int, day: date) -> KeyComparisonRow:
    row = KeyComparisonRow(person_id=person.id, by_id=by_id, key_version=person.key_version, day=day, seal=b"")
    row.seal = record_mac(context.keyring().key(PEOPLE), "comparison", *_claims(row, person))
    return row


def compare_key(session: Session, person: PersonOverview, by: Colleague | Caller, seen: str) -> datetime | None:
    """Note a comparison; with the second one everybody who reads at her sites is told.

    Args:
        session: may write.
        person: whose key it is.
        by: who compared it.
        seen: `key_digest` of the key whose pictures she was shown.

    Returns:
        From when words are sealed to her; None while one more has to compare.

    Raises:
        Refused: with the reason.
    """
    refuse_if_changed(session, person.person_id, seen)
    trusted_from = add_comparison(session, person.person_id, by)
    caller_log().add(session, "key.compare", str(person.person_id))
    if trusted_from is not None:
        caller_log().add(session, "key.trusted", f"{person.person_id} from {trusted_from:%Y-%m-%d}")
        _tell(session, person)
    return trusted_from


def withdraw_comparisons(session: Session, person: PersonOverview, caller: Caller) -> bool:
    """Take the comparisons back; False when the caller may not, or it is too late."""
    done = delete_comparisons(session, person.person_id, caller.person_id)
    if done:
        caller_log().add(session, "key.withdraw", str(person.person_id))
        _tell(session, person)
    return done


def confirm_meeting(session: Session, person: PersonOverview, caller: Caller, seen: str) -> None:
    """The caller, an advocate, has met somebody who holds no keys.

    Args:
        session: may write.
        person: whom.
        caller: who says so.
        seen: `key_digest` of the account as the form showed it.

    Raises:
        Refused: with the reason; `changed` where she was let in anew since.
    """
    refuse_if_changed(session, person.person_id, seen)
    add_meeting(session, person.person_id, caller)
    caller_log().add(session, "person.met", str(person.person_id))


def withdraw_meeting(session: Session, person: PersonOverview, caller: Caller) -> bool:
    """Take back that somebody was met; False when the caller may not."""
    done = delete_meeting(session, person.person_id, caller)
    if done:
        caller_log().add(session, "person.met.withdraw", str(person.person_id))
        ask_to_sign_in(session, accounts_store.get_person_row(session, person.person_id))
    return done


def record_training(session: Session, person: PersonOverview, until: date | None) -> None:
    """Until when somebody's training is good (S35). Where it ends earlier than before, all who read there are told."""
    row = accounts_store.get_person_row(session, person.person_id)
    cut = row.trained_until is not None and (until is None or until < row.trained_until)
    row.trained_until = until
    caller_log().add(session, "person.training", f"{person.person_id} until {until or 'never'}")
    if cut and person.role == ADVOCATE:
        ask_to_sign_in(session, row)
        _tell(session, person)


def ask_for_test(session: Session, person: PersonOverview) -> bool:
    """Ask an outside recipient to say that she is reached; whether a mail goes to her.

    The last test counts until she answers: trying again does not take the channel from the children.
    """
    row = accounts_store.get_person_row(session, person.person_id)
    row.test_asked_on = context.today()
    caller_log().add(session, "outside.test.ask", str(person.person_id))
    return ask_to_sign_in(session, row)


def confirm_test(session: Session, caller: Caller) -> bool:
    """The caller, an outside recipient, was reached; False when nobody asked."""
    row = accounts_store.get_person_row(session, caller.person_id)
    if not is_test_pending(row.test_asked_on, row.tested_on):
        return False
    row.tested_on = context.today()
    caller_log().add(session, "outside.test.reached", str(caller.person_id))
    return True


def _tell(session: Session, person: PersonOverview) -> None:
    """Whoever chooses readers there and has an address is asked to sign in; the To do page says why."""
    for other in accounts_store.list_person_rows(session, person.site_ids):
        if may(other.role, "readers.choose") and other.id != person.person_id:
            ask_to_sign_in(session, other)
