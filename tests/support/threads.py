"""A thread with an invented child's code, for tests: told, and perhaps answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tests.support.people import Somebody
from youthvoice import context, db
from youthvoice.privacy.credentials.picture_codes import PictureCode, PictureCodeKeys, derive_code_keys
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.readership import everybody_at
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import (
    ReaderKey,
    add_reply,
    add_thread,
    change_case_state,
    find_thread,
    list_sealed_entries,
    open_thread,
    read_entries,
)

MONTH = "2029-11"
HERS = PictureCode((0, 1, 2, 3, 4, 5, 6))
"""Her pictures."""
WRONG = PictureCode((8, 7, 6, 5, 4, 3, 2))
"""Nobody's."""


@dataclass(frozen=True)
class Told:
    """A thread of a test.

    Attributes:
        id: 16 bytes.
        site_id: where.
        keys: of her code.
        code: her pictures.
    """

    id: bytes
    site_id: int
    keys: PictureCodeKeys
    code: PictureCode

    def marks(self) -> CaseState:
        """How it stands."""
        with db.reading(db.engine()) as session:
            thread = find_thread(session, self.id)
        assert thread
        return thread.case

    def turns(self) -> int:
        """How many entries it has for its readers."""
        with db.reading(db.engine()) as session:
            return len(list_sealed_entries(session, self.id))

    def entries(self, advocate: Somebody) -> list[ThreadEntry]:
        """Everything in it, as one of its readers opens it."""
        reader_key = ReaderKey(advocate.id, advocate.public_key, frozenset({self.site_id}))
        with db.reading(db.engine()) as session:
            thread = open_thread(session, reader_key, self.id, advocate.private_key)
            assert thread
            return read_entries(session, thread)

    def answer(self, *replies: ThreadEntry, case: CaseState | None = None) -> None:
        """Say something to the child; perhaps it stands otherwise after it."""
        with db.writing(db.engine()) as session:
            thread = find_thread(session, self.id, to_change=True)
            assert thread
            for reply in replies:
                add_reply(session, thread, reply)
            if case is not None:
                change_case_state(session, thread, case)


def step(name: str, day: date, /, **said: object) -> ThreadEntry:
    """A step of the timeline."""
    return ThreadEntry("step", CHILD, day, said={"step": name, **said})


def message(words: str, day: date, **said: object) -> ThreadEntry:
    """A message by an advocate."""
    return ThreadEntry("message", 1, day, said={"words": words, "from": "Asha Example", **said})


def told(
    site_id: int,
    *,
    code: PictureCode = HERS,
    case: CaseState | None = None,
    reads: Collection[int] = (),
    replies: Sequence[ThreadEntry] | None = None,
    words: str = "The lamp is broken",
) -> Told:
    """A child told at a site; commits. The advocates of the site read it, unless others are named."""
    keyring, day = context.keyring(), context.today("Asia/Kolkata")
    keys = derive_code_keys(code, site_id, keyring.key("pepper"))
    everybody = everybody_at(site_id).everybody
    made = new_thread(
        keyring,
        site_id=site_id,
        day=day,
        month=MONTH,
        case=case or CaseState(),
        entries=[ThreadEntry("told", CHILD, day, said={"words": words})],
        everybody=everybody,
        reads=reads or [reader.person_id for reader in everybody],
        keys=keys,
        replies=[replace(one, turn=nth) for nth, one in enumerate(replies or [step("told", day)])],
    )
    with db.writing(db.engine()) as session:
        add_thread(session, made)
    return Told(made.id, site_id, keys, code)


def picks(code: PictureCode, **more: str) -> dict[str, str]:
    """What the form of seven screens brings."""
    return {**{f"p{nth}": str(pick) for nth, pick in enumerate(code.picks, 1)}, **more}
