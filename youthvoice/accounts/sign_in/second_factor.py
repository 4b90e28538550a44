"""One-time codes at the door, and their rows."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from youthvoice.accounts.models import Person, RecoveryCode
from youthvoice.accounts.people import store as accounts
from youthvoice.privacy.credentials import one_time_codes
from youthvoice.privacy.crypto.sealing import CannotOpen


def takes(  # noqa: PLR0913, PLR0917 - who, with what, when
    session: Session, person_id: int, blob: bytes, private_key: bytes, code: str, pepper: bytes, now: datetime
) -> bool:
    """Whether a code opens now; it is spent then.

    Args:
        session: may write.
        person_id: whose.
        blob: her locked secret, from a row that was vouched for.
        private_key: hers; her password was right.
        code: of her telephone, or a recovery code.
        pepper: the key `pepper`.
        now: this moment.
    """
    try:
        step = one_time_codes.step_of(one_time_codes.unlocked(blob, private_key), code, now)
    except CannotOpen:
        return False
    if step is not None:
        newer = or_(Person.code_used.is_(None), Person.code_used < step)
        taken = session.execute(update(Person).where(Person.id == person_id, newer).values(code_used=step))
        return bool(taken.rowcount)  # type: ignore[attr-defined]
    hashed = one_time_codes.recovery_hash(code, person_id, pepper)
    same = (RecoveryCode.person_id == person_id, RecoveryCode.code_hash == hashed)
    return bool(session.execute(delete(RecoveryCode).where(*same)).rowcount)  # type: ignore[attr-defined]


def switch_on(session: Session, person: Person, blob: bytes, step: int, people_key: bytes) -> None:
    """From now on she signs in with codes; the one she has just typed is spent."""
    accounts.change(session, person, people_key, codes=blob, code_used=step)


def switch_off(session: Session, person: Person, people_key: bytes) -> None:
    """She signs in with her password alone."""
    accounts.change(session, person, people_key, codes=None, code_used=None)
    forget(session, person.id)


def new_recovery_codes(session: Session, person_id: int, pepper: bytes) -> tuple[str, ...]:
    """Ten new ones, shown this once; earlier ones end."""
    forget(session, person_id)
    made = one_time_codes.new_recovery_codes()
    hashes = [one_time_codes.recovery_hash(code, person_id, pepper) for code in made]
    session.add_all(RecoveryCode(person_id=person_id, code_hash=hashed) for hashed in hashes)
    session.flush()
    return made


def forget(session: Session, person_id: int) -> None:
    """She has no recovery codes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
