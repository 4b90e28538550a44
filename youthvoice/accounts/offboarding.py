"""An account ends, with its line in the log; nobody comes, goes or steps back in the same moment."""

from dataclasses import replace

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access import guard
from youthvoice.access.guard import Caller, log
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.accounts import directory as people
from youthvoice.accounts import rules, store
from youthvoice.accounts.directory import Leaving
from youthvoice.accounts.mail import send as writing
from youthvoice.accounts.models import Person
from youthvoice.accounts.people import store as accounts
from youthvoice.accounts.trust import trust_now


class NotEnded(Exception):
    """The account stays.

    Attributes:
        leaving: with why; None where people changed while two signed, and they have to look again.
    """

    def __init__(self, leaving: Leaving | None) -> None:
        super().__init__()
        self.leaving = leaving


def end_together(session: Session, person_id: int, first: Caller, second: Caller) -> None:
    """Two who choose readers end a lead's or an outside recipient's account; she is told so by mail.

    Args:
        session: may write.
        person_id: whose account it is.
        first: who asked for it, as she stands now.
        second: who agrees.

    Raises:
        NotEnded: nothing was changed.
    """
    store.keep_still(session)
    trust = trust_now()
    leaving = people.reader_leaving(session, person_id, first.site_ids, trust)
    person = store.find(session, person_id)
    signers = (first.person_id, second.person_id)
    if person is None or leaving is None or person_id in signers:
        raise NotEnded(None)
    if leaving.refusal or not people.still_choose(session, signers, leaving.site_ids, trust):
        raise NotEnded(leaving if leaving.refusal else None)
    if rules.why_not_two([first.role, second.role]):
        raise NotEnded(None)
    _refuse_if_lost(session, leaving)
    writing.say_that_it_ended(session, person)
    end(session, person, f"{person.id} with {first.person_id}")


def end_advocate(session: Session, person_id: int, first: Caller, second: Caller) -> None:
    """A coordinator and another advocate end an advocate's account.

    Raises:
        NotEnded: nothing was changed.
    """
    store.keep_still(session)
    leaving = people.leaving(session, person_id, first.site_ids, trust_now())
    person = store.find(session, person_id)
    roles = (first.role, second.role)
    if person is None or leaving is None or second.person_id == person_id or roles != (COORDINATOR, ADVOCATE):
        raise NotEnded(None)
    if leaving.refusal or leaving.role != ADVOCATE:
        raise NotEnded(leaving if leaving.refusal else None)
    _refuse_if_lost(session, leaving)
    end(session, person, f"{person.id} with {first.person_id}")


def end_own(session: Session, leaving: Leaving) -> None:
    """Somebody leaves by herself.

    Raises:
        NotEnded: she became the only reader of something meanwhile.
    """
    store.keep_still(session)
    _refuse_if_lost(session, leaving)
    person = store.find(session, leaving.person_id)
    if person is None or person.left_on is not None:
        raise NotEnded(leaving)
    end(session, person, str(person.id))


def end(session: Session, person: Person, told: str) -> None:
    """End an account; whoever calls this has found that nothing is lost with it.

    Args:
        session: may write.
        person: hers.
        told: what the log says about whom.
    """
    accounts.leave(session, person, running.today())
    guard.forget_duties(session, person.id)
    log().add(session, "person.leave", told)


def _refuse_if_lost(session: Session, leaving: Leaving) -> None:
    if people.would_lose(session, leaving):
        raise NotEnded(replace(leaving, refusal="reads_alone"))
