"""What is done with a key, with its line in the log and the word to colleagues."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller, log
from youthvoice.access.permissions import ADVOCATE, may
from youthvoice.accounts import rules, store
from youthvoice.accounts.directory import OnePerson
from youthvoice.accounts.keys import comparison as comparing
from youthvoice.accounts.keys.comparison import Colleague
from youthvoice.accounts.mail import send as writing
from youthvoice.accounts.trust import trust_now


def colleague(caller: Caller) -> Colleague:
    """The caller, who compares."""
    return Colleague(caller.person_id, caller.role, caller.site_ids)


def compare(session: Session, person: OnePerson, by: Colleague, seen: str) -> datetime | None:
    """Note a comparison; with the second one everybody who reads at her sites is told.

    Args:
        session: may write.
        person: whose key it is.
        by: who compared it.
        seen: `comparing.shown` of the key whose pictures she was shown.

    Returns:
        From when words are sealed to her; None while one more has to compare.

    Raises:
        NotCompared: with the reason.
    """
    trust = trust_now()
    comparing.refuse_if_changed(session, person.person_id, seen)
    trusted_from = comparing.compare(session, person.person_id, by, trust.people_key, trust.now)
    log().add(session, "key.compare", str(person.person_id))
    if trusted_from is not None:
        log().add(session, "key.trusted", f"{person.person_id} from {trusted_from:%Y-%m-%d}")
        _tell(session, person)
    return trusted_from


def withdraw(session: Session, person: OnePerson, caller: Caller) -> bool:
    """Take the comparisons back; False when the caller may not, or it is too late."""
    trust = trust_now()
    done = comparing.withdraw(session, person.person_id, caller.person_id, trust.people_key, trust.now)
    if done:
        log().add(session, "key.withdraw", str(person.person_id))
        _tell(session, person)
    return done


def meet(session: Session, person: OnePerson, caller: Caller, seen: str) -> None:
    """The caller, an advocate, has met somebody who holds no keys.

    Args:
        session: may write.
        person: whom.
        caller: who says so.
        seen: `comparing.shown` of the account as the form showed it.

    Raises:
        NotCompared: with the reason; `changed` where she was let in anew since.
    """
    trust = trust_now()
    comparing.refuse_if_changed(session, person.person_id, seen)
    comparing.meet(session, person.person_id, colleague(caller), trust.people_key, trust.now)
    log().add(session, "person.met", str(person.person_id))


def no_longer_met(session: Session, person: OnePerson, caller: Caller) -> bool:
    """Take back that somebody was met; False when the caller may not."""
    trust = trust_now()
    done = comparing.no_longer_met(session, person.person_id, colleague(caller), trust.people_key, trust.now)
    if done:
        log().add(session, "person.met.withdraw", str(person.person_id))
        row = store.find(session, person.person_id)
        if row is not None:
            writing.please_sign_in(session, row)
    return done


def record_training(session: Session, person: OnePerson, until: date | None) -> None:
    """Until when somebody's training is good (S35). Where it ends earlier than before, all who read there are told."""
    row = store.find(session, person.person_id)
    if row is None:
        return
    cut = row.trained_until is not None and (until is None or until < row.trained_until)
    row.trained_until = until
    log().add(session, "person.training", f"{person.person_id} until {until or 'never'}")
    if cut and person.role == ADVOCATE:
        writing.please_sign_in(session, row)
        _tell(session, person)


def ask_for_test(session: Session, person: OnePerson) -> bool:
    """Ask an outside recipient to say that she is reached; whether a mail goes to her.

    The last test counts until she answers: trying again does not take the channel from the children.
    """
    row = store.find(session, person.person_id)
    if row is None:
        return False
    row.test_asked_on = running.today()
    log().add(session, "outside.test.ask", str(person.person_id))
    return writing.please_sign_in(session, row)


def confirm_test(session: Session, caller: Caller) -> bool:
    """The caller, an outside recipient, was reached; False when nobody asked."""
    row = store.find(session, caller.person_id)
    if row is None or not rules.test_waits(row.test_asked_on, row.tested_on):
        return False
    row.tested_on = running.today()
    log().add(session, "outside.test.reached", str(caller.person_id))
    return True


def _tell(session: Session, person: OnePerson) -> None:
    """Whoever chooses readers there and has an address is asked to sign in; the To do page says why."""
    for other in store.people_of(session, person.site_ids):
        if may(other.role, "readers.choose") and other.id != person.person_id:
            writing.please_sign_in(session, other)
