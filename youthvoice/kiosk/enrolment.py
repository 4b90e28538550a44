"""Connect a device with a code; wrong codes are counted for the whole house, in rows: many addresses buy nothing.

From a hundred wrong ones a day on, one short code is tried in each stretch of time, whoever brings it: 640,000 codes
that live 15 minutes are not guessed so. Nobody is locked out by that: while it is slowed, coordinators are shown long
codes, which are not slowed, for nobody guesses those.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.privacy.keys.names import PEPPER
from youthvoice.sites.tablets import current as tablets
from youthvoice.sites.tablets import spoken_codes as codes
from youthvoice.threads.child_codes import attempt_limits as code_tries
from youthvoice.threads.child_codes.attempt_limits import Trying


def enrol(session: Session, code: str, now: datetime) -> str | None:
    """Connect the device that brings a code; the caller commits, also where it was wrong: so it is counted.

    Args:
        session: may write.
        code: as typed.
        now: this moment.

    Returns:
        As `tablets.enrol`.

    Raises:
        TooOften: the house is slowed; nothing was tried.
    """
    if codes.is_long(code):
        return tablets.enrol(session, code, now)
    trying = _trying(now)
    code_tries.begin(session, running.keyring().key(PEPPER), trying, now)
    token = tablets.enrol(session, code, now)
    code_tries.finish(session, trying, right=token is not None)
    return token


def is_slowed(session: Session) -> bool:
    """Whether somebody guesses at codes today; asked by the pages that show a new one, through `factory`."""
    return code_tries.is_slow(session, _trying(running.now()))


def _trying(now: datetime) -> Trying:
    return code_tries.of_enrolment(running.keyring().key(PEPPER), now.date())
