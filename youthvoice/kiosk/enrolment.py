"""Connect a device with a code; wrong codes are counted together, in rows: many addresses buy nothing.

From a hundred wrong ones a day on, one short code is tried in each stretch of time, whoever brings it: 640,000 codes
that live 15 minutes are not guessed so. Nobody is locked out by that: while it is slowed, coordinators are shown long
codes, which are not slowed, for nobody guesses those.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.tablets import pairing, store
from youthvoice.threads.child_codes import code_attempts


def enrol_tablet(session: Session, code: str, now: datetime, former_token: str = "") -> str | None:
    """Connect the device that brings a code; the caller commits, also where it was wrong: so it is counted.

    Args:
        session: may write.
        code: as typed.
        now: this moment.
        former_token: as for `store.enrol_device`.

    Returns:
        As `store.enrol_device`.

    Raises:
        TooManyCodeAttempts: the installation is slowed; nothing was tried.
    """
    if pairing.is_long_code(code):
        return store.enrol_device(session, code, former_token)
    attempt = _trying(now)
    begun = code_attempts.begin_attempt(session, context.keyring().key(PEPPER), attempt, now)
    token = store.enrol_device(session, code, former_token)
    code_attempts.finish_attempt(session, begun, right=token is not None)
    return token


def is_enrolment_slowed(session: Session) -> bool:
    """Whether somebody guesses at codes today; asked by the pages that show a new one, through a port."""
    return code_attempts.is_slow(session, _trying(context.now()))


def _trying(now: datetime) -> code_attempts.CodeAttempt:
    return code_attempts.of_enrolment(context.keyring().key(PEPPER), now.date())
