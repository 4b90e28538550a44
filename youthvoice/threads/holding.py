"""A legal hold: two people who read a thread say that no timer ends it, and two say when that is over.

The page that calls this lets both sign (`staff.second.SecondAdultForm`).
"""

from sqlalchemy.orm import Session

from youthvoice.audit.store import Log
from youthvoice.privacy.keyring import Keyring
from youthvoice.threads import ending_store, thread_store
from youthvoice.threads.ending_rules import HELD
from youthvoice.threads.thread_facts import ThreadFacts
from youthvoice.threads.wraps import Holder


class NotHeld(ValueError):
    """Nothing was changed; `code` is `same_person`, or `not_reading` where one of the two does not read it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def hold(  # noqa: PLR0913 - who, what, and whether
    session: Session,
    keyring: Keyring,
    thread: ThreadFacts,
    signed: tuple[Holder, Holder],
    log: Log,
    *,
    held: bool = True,
) -> None:
    """Keep a thread whatever its month, or let it end again.

    Args:
        session: may write.
        keyring: the key files.
        thread: as it was shown to them.
        signed: the two.
        log: of the day, in the name of the first.
        held: whether it is kept.

    Raises:
        NotHeld: they may not.
        Meanwhile: somebody else changed the thread since.
    """
    _refuse(session, keyring, thread, signed)
    marks = thread.marks.flagged(HELD) if held else thread.marks.unflagged(HELD)
    thread_store.change(session, keyring, thread.line, marks)
    log.add(session, "thread.hold" if held else "thread.release", f"{thread.id.hex()} with {signed[1].person_id}")


def hold_letter(
    session: Session, letter_id: bytes, signed: tuple[Holder, Holder], log: Log, *, held: bool = True
) -> None:
    """The same for a letter of a survey; the caller has seen that both can open it.

    Raises:
        NotHeld: it is one person twice.
    """
    if signed[0].person_id == signed[1].person_id:
        raise NotHeld("same_person")
    ending_store.hold_letter(session, letter_id, held=held)
    log.add(session, "letter.hold" if held else "letter.release", f"{letter_id.hex()} with {signed[1].person_id}")


def _refuse(session: Session, keyring: Keyring, thread: ThreadFacts, signed: tuple[Holder, Holder]) -> None:
    people = [(one.person_id, one.public_key) for one in signed]
    if people[0][0] == people[1][0]:
        raise NotHeld("same_person")
    if len(thread_store.readers_of(session, keyring, thread.id, people)) < len(people):
        raise NotHeld("not_reading")
