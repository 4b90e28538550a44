"""Whether a trusted reader can do the work: training, the test message to an outside recipient, the age of a key.

Children of a site can report only while enough of these people are trained, and were reached
(`rules.missing_for_channel`).
"""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller, caller_log
from youthvoice.access.permissions import ADVOCATE, may
from youthvoice.accounts import store as accounts_store
from youthvoice.accounts.mail import ask_to_sign_in
from youthvoice.accounts.people.directory import PersonOverview
from youthvoice.accounts.rules import is_test_pending


def record_training(session: Session, person: PersonOverview, until: date | None) -> None:
    """Record the last day of a training (S35).

    If it ends earlier than before, all who choose readers there are notified.
    """
    row = accounts_store.get_person_row(session, person.person_id)
    ends_earlier = row.trained_until is not None and (until is None or until < row.trained_until)
    row.trained_until = until
    caller_log().add(session, "person.training", f"{person.person_id} until {until or 'never'}")
    if ends_earlier and person.role == ADVOCATE:
        ask_to_sign_in(session, row)
        ask_readers_to_sign_in(session, person)


def ask_for_test(session: Session, person: PersonOverview) -> bool:
    """Ask an outside recipient to confirm that messages arrive; returns whether a mail was sent.

    The last confirmed test counts until the answer: a new test does not close the channel for children.
    """
    row = accounts_store.get_person_row(session, person.person_id)
    row.test_asked_on = context.today()
    caller_log().add(session, "outside.test.ask", str(person.person_id))
    return ask_to_sign_in(session, row)


def confirm_test(session: Session, caller: Caller) -> bool:
    """Record that the caller, an outside recipient, was reached; False if no test is pending."""
    row = accounts_store.get_person_row(session, caller.person_id)
    if not is_test_pending(row.test_asked_on, row.tested_on):
        return False
    row.tested_on = context.today()
    caller_log().add(session, "outside.test.reached", str(caller.person_id))
    return True


def ask_readers_to_sign_in(session: Session, person: PersonOverview) -> None:
    """Ask all who choose readers at the person's sites by mail to sign in; their To do page says why."""
    for other in accounts_store.list_person_rows(session, person.site_ids):
        if may(other.role, "readers.choose") and other.id != person.person_id:
            ask_to_sign_in(session, other)


_NEW: Final = timedelta(days=30)
"""How long a new key is doubted: another person may have made it in the reader's name."""


def has_new_key(reader: accounts_store.Reader, now: datetime) -> bool:
    """Whether the key is new. A coordinator who resets a forgotten password could use the new link themselves.

    Args:
        reader: with `key_since`.
        now: UTC.
    """
    return reader.key_version > 1 and reader.key_since is not None and now - reader.key_since < _NEW
