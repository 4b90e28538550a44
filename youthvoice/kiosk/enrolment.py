"""Connect a device with a code; wrong codes are counted together in table rows, so that many addresses do not help.

From a hundred wrong codes in a day, only one short code is tried per time slot, from any sender: 640,000 codes that
are valid for 15 minutes cannot be guessed at that rate. This locks nobody out: while short codes are slowed,
coordinators are shown long codes, which cannot be guessed and are not slowed.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.tablets import pairing, store
from youthvoice.threads.child_codes import code_attempts


def enrol_tablet(session: Session, code: str, now: datetime, former_token: str = "") -> str | None:
    """Connect the device that sends a code. The caller commits even when the code was wrong, so that it is counted.

    Args:
        session: may write.
        code: as typed.
        now: UTC.
        former_token: as for `store.enrol_device`.

    Returns:
        As `store.enrol_device`.

    Raises:
        TooManyCodeAttempts: codes are slowed; this one was not tried.
    """
    if pairing.is_long_code(code):
        return store.enrol_device(session, code, former_token)
    counter = _enrolment_counter(now)
    begun = code_attempts.begin_attempt(session, context.keyring().key(PEPPER), counter, now)
    token = store.enrol_device(session, code, former_token)
    code_attempts.finish_attempt(session, begun, right=token is not None)
    return token


def is_enrolment_slowed(session: Session) -> bool:
    """Whether somebody guesses codes today; pages that show a new code ask this through a port."""
    return code_attempts.is_slow(session, _enrolment_counter(context.now()))


def _enrolment_counter(now: datetime) -> code_attempts.AttemptCounter:
    return code_attempts.enrolment_counter(context.keyring().key(PEPPER), now.date())
