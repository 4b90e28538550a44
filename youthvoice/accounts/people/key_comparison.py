"""How a newcomer becomes trusted: two colleagues compare the newcomer's key, or an advocate meets the newcomer.

Nothing that a child says is sealed to a person who is not trusted, and such a person decides nothing.

- A role that holds keys (`rules.HOLDING_KEYS`): each key is shown as pictures. Two trusted colleagues sit with the
  newcomer and *compare* the pictures on both screens (`compare_key`). 48 hours later the person is trusted; until then
  each of them can withdraw it. So nobody who can write to the database can slip in a key of their own.
- Every other role: an advocate *meets* the person while they sign in (`confirm_meeting`); it counts immediately.

The functions up to `withdraw_meeting` act for the person who is signed in, and write the log; the two that record
refuse a form that showed an older key (`key_digest`). Those after it decide and store, also for people who are not
signed in.
What a reader must still be able to do afterwards is in `reader_checks`: training, and a test message.

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
from youthvoice.access.permissions import may
from youthvoice.accounts import store as accounts_store
from youthvoice.accounts.mail import ask_to_sign_in
from youthvoice.accounts.models import KeyComparisonRow, PersonRow
from youthvoice.accounts.people import store
from youthvoice.accounts.people.directory import PersonOverview
from youthvoice.accounts.people.reader_checks import ask_readers_to_sign_in
from youthvoice.accounts.rules import HOLDING_KEYS, are_enough_to_trust, why_not_compared, why_not_met
from youthvoice.errors import Refused
from youthvoice.privacy.crypto.record_macs import check_record_mac, record_mac
from youthvoice.privacy.keys.key_names import PEOPLE

TRUST_DELAY: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A trusted key holder who compares keys."""

    person_id: int
    role: str
    site_ids: frozenset[int]


def compare_key(session: Session, person: PersonOverview, by: Colleague | Caller, seen: str) -> datetime | None:
    """Record a comparison; after the second one, all who choose readers at the person's sites are notified.

    Args:
        session: may write.
        person: the owner of the key.
        by: the colleague who compared it.
        seen: `key_digest` of the key whose pictures were shown.

    Returns:
        From when texts are sealed to this person; None while one more colleague has to compare.

    Raises:
        Refused: with the reason.
    """
    refuse_if_changed(session, person.person_id, seen)
    trusted_from = add_comparison(session, person.person_id, by)
    caller_log().add(session, "key.compare", str(person.person_id))
    if trusted_from is not None:
        caller_log().add(session, "key.trusted", f"{person.person_id} from {trusted_from:%Y-%m-%d}")
        ask_readers_to_sign_in(session, person)
    return trusted_from


def withdraw_comparisons(session: Session, person: PersonOverview, caller: Caller) -> bool:
    """Withdraw the comparisons of a key; False if the caller may not, or it is too late."""
    done = delete_comparisons(session, person.person_id, caller.person_id)
    if done:
        caller_log().add(session, "key.withdraw", str(person.person_id))
        ask_readers_to_sign_in(session, person)
    return done


def confirm_meeting(session: Session, person: PersonOverview, caller: Caller, seen: str) -> None:
    """Record that the caller, an advocate, has met a person who holds no keys.

    Args:
        session: may write.
        person: the person who was met.
        caller: the advocate.
        seen: `key_digest` of the account as the form showed it.

    Raises:
        Refused: with the reason; `changed` if the person was invited again since.
    """
    refuse_if_changed(session, person.person_id, seen)
    add_meeting(session, person.person_id, caller)
    caller_log().add(session, "person.met", str(person.person_id))


def withdraw_meeting(session: Session, person: PersonOverview, caller: Caller) -> bool:
    """Withdraw that a person was met; False if the caller may not."""
    done = delete_meeting(session, person.person_id, caller)
    if done:
        caller_log().add(session, "person.met.withdraw", str(person.person_id))
        ask_to_sign_in(session, accounts_store.get_person_row(session, person.person_id))
    return done


def compared_by(session: Session, person: PersonRow) -> tuple[Colleague, ...]:
    """The colleagues whose comparisons of the present key count: still here, and trusted themselves."""
    rows = session.scalars(select(KeyComparisonRow).where(KeyComparisonRow.person_id == person.id))
    people = [accounts_store.get_person_row(session, row.by_id) for row in rows if _is_genuine(row, person)]
    sites = accounts_store.site_ids_of_people(session, [person_row.id for person_row in people])
    return tuple(
        Colleague(person_row.id, person_row.role, sites[person_row.id])
        for person_row in people
        if accounts_store.is_trusted(person_row, sites[person_row.id])
    )


def key_digest(person: PersonRow) -> str:
    """A digest of the key whose pictures a form showed; another key has another digest."""
    content = f"{person.id}|{person.key_version}|{person.public_key.hex()}"
    return hashlib.sha256(b"shown key|" + content.encode()).hexdigest()


def refuse_if_changed(session: Session, person_id: int, seen: str) -> None:
    """Lock a person's row and refuse if the key is no longer the one whose pictures the form showed.

    Raises:
        Refused: `changed`: the person has another key now.
    """
    person = session.get(PersonRow, person_id, with_for_update=True)
    if person is None or not hmac.compare_digest(key_digest(person).encode(), seen.encode()):
        raise Refused("changed")


def add_comparison(session: Session, person_id: int, by: Colleague | Caller) -> datetime | None:
    """Record that a colleague sat with the newcomer and all pictures were the same.

    Returns:
        From when texts are sealed to the newcomer, if this was the second comparison; else None.

    Raises:
        Refused: with the reason.
    """
    now = context.now()
    person = session.get(PersonRow, person_id, with_for_update=True)  # of two at the same moment, one is the second
    if person is None:
        raise Refused("settled")
    colleagues = compared_by(session, person)
    if refusal := comparison_refusal(session, person, by, colleagues):
        raise Refused(refusal)
    session.merge(_new_row(person, by.person_id, now.date()))
    session.flush()
    if not are_enough_to_trust([colleague.role for colleague in (*colleagues, by)]):
        return None
    store.change_person(session, person, trusted_from=now + TRUST_DELAY)
    return person.trusted_from


def comparison_refusal(
    session: Session, person: PersonRow, by: Colleague | Caller, colleagues: Collection[Colleague]
) -> str | None:
    """Why a person cannot compare this key now, after these colleagues; see `rules.why_not_compared`."""
    sites, waits = _sites_and_waiting(session, person)
    has_taken_part = by.person_id == person.id or by.person_id in {colleague.person_id for colleague in colleagues}
    roles = [colleague.role for colleague in colleagues]
    return why_not_compared(by.role, roles, waits=waits, mine=has_taken_part, here=sites <= by.site_ids)


def delete_comparisons(session: Session, person_id: int, by_id: int) -> bool:
    """Withdraw all comparisons of a key during the 48 hours; False if this person may not, or it is too late."""
    person = session.get(PersonRow, person_id, with_for_update=True)
    if person is None or by_id not in {colleague.person_id for colleague in compared_by(session, person)}:
        return False
    if person.trusted_from is not None and person.trusted_from <= context.now():
        return False
    delete_all_comparisons(session, person_id)
    store.change_person(session, person, trusted_from=None)
    return True


def delete_all_comparisons(session: Session, person_id: int) -> None:
    """Delete all comparisons of a person's key."""
    session.execute(delete(KeyComparisonRow).where(KeyComparisonRow.person_id == person_id))


def add_meeting(session: Session, person_id: int, by: Colleague | Caller) -> None:
    """Record that an advocate met a person without keys: the role counts immediately.

    The person signed in before the advocate's eyes.

    Raises:
        Refused: with the reason, as `rules.why_not_met`.
    """
    person = session.get(PersonRow, person_id, with_for_update=True)
    if person is None:
        raise Refused("settled")
    if refusal := meeting_refusal(session, person, by):
        raise Refused(refusal)
    store.change_person(session, person, trusted_from=context.now())


def meeting_refusal(session: Session, person: PersonRow, by: Colleague | Caller) -> str | None:
    """Why somebody cannot confirm now that they met this person; see `rules.why_not_met`."""
    sites, waits = _sites_and_waiting(session, person)
    return why_not_met(
        by.role, person.role, waits=waits, mine=by.person_id == person.id, here=bool(sites & by.site_ids)
    )


def delete_meeting(session: Session, person_id: int, by: Colleague | Caller) -> bool:
    """Withdraw that a person was met; False if the caller may not, or nobody had met the person."""
    person = session.get(PersonRow, person_id, with_for_update=True)
    if person is None or person.role in HOLDING_KEYS or person.id == by.person_id:
        return False  # who holds keys is compared, not met; and nobody meets themselves
    sites = accounts_store.site_ids_of_people(session, [person.id])[person.id]
    may_withdraw = bool(sites & by.site_ids) and may(by.role, "people.meet")
    if not (may_withdraw and accounts_store.is_trusted(person, sites)):
        return False
    store.change_person(session, person, trusted_from=None)
    return True


def _sites_and_waiting(session: Session, person: PersonRow) -> tuple[frozenset[int], bool]:
    """Where a person works, and whether the key still has to be compared, or the person to be met."""
    sites = accounts_store.site_ids_of_people(session, [person.id])[person.id]
    is_newcomer = person.trusted_from is None and person.left_on is None
    return sites, is_newcomer and accounts_store.is_vouched_for(person, sites)


def _claims(row: KeyComparisonRow, person: PersonRow) -> tuple[str | int, ...]:
    """What the MAC of a comparison covers."""
    return row.person_id, row.key_version, person.public_key.hex(), row.by_id, row.day.isoformat()


def _is_genuine(row: KeyComparisonRow, person: PersonRow) -> bool:
    """Whether this installation recorded a comparison, of the present key."""
    same_key = row.key_version == person.key_version
    return same_key and check_record_mac(row.seal, context.keyring().key(PEOPLE), "comparison", *_claims(row, person))


def _new_row(person: PersonRow, by_id: int, day: date) -> KeyComparisonRow:
    row = KeyComparisonRow(person_id=person.id, by_id=by_id, key_version=person.key_version, day=day, seal=b"")
    row.seal = record_mac(context.keyring().key(PEOPLE), "comparison", *_claims(row, person))
    return row
