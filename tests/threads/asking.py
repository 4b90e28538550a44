"""A thread with an invented child's code, for tests: told, and perhaps answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tests.people import Somebody
from youthvoice import context as running
from youthvoice import db
from youthvoice.privacy.credentials.picture_codes import Code, CodeKeys, keys_of
from youthvoice.threads import entry_store
from youthvoice.threads import messages as conversation
from youthvoice.threads import store as thread_store
from youthvoice.threads.case_state import Marks
from youthvoice.threads.creation import new_thread
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.readers.cache import everybody_at
from youthvoice.threads.store import Me

MONTH = "2029-11"
HERS = Code((0, 1, 2, 3, 4, 5, 6))
"""Her pictures."""
WRONG = Code((8, 7, 6, 5, 4, 3, 2))
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
    keys: CodeKeys
    code: Code

    def marks(self) -> Marks:
        """How it stands."""
        with db.reading(db.engine()) as session:
            facts = thread_store.facts(session, running.keyring(), self.id)
        assert facts
        return facts.marks

    def turns(self) -> int:
        """How many entries it has for its readers."""
        with db.reading(db.engine()) as session:
            return entry_store.turns(session, self.id)

    def entries(self, advocate: Somebody) -> list[Entry]:
        """Everything in it, as one of its readers opens it."""
        me = Me(advocate.id, advocate.public_key, frozenset({self.site_id}))
        with db.reading(db.engine()) as session:
            found = thread_store.opened(session, running.keyring(), me, self.id, advocate.private_key)
            assert found
            return conversation.said_in(session, running.keyring(), found)

    def answer(self, *replies: Entry, marks: Marks | None = None) -> None:
        """Say something to the child; perhaps it stands otherwise after it."""
        with db.writing(db.engine()) as session:
            facts = thread_store.facts(session, running.keyring(), self.id, to_change=True)
            assert facts
            for reply in replies:
                conversation.tell_child(session, running.keyring(), facts, reply)
            if marks is not None:
                thread_store.change(session, running.keyring(), facts.line, marks)


def step(name: str, day: date, /, **said: object) -> Entry:
    """A step of the timeline."""
    return Entry("step", CHILD, day, said={"step": name, **said})


def message(words: str, day: date, **said: object) -> Entry:
    """A message by an advocate."""
    return Entry("message", 1, day, said={"words": words, "from": "Asha Example", **said})


def told(
    site_id: int,
    *,
    code: Code = HERS,
    marks: Marks | None = None,
    reads: Collection[int] = (),
    replies: Sequence[Entry] | None = None,
    words: str = "The lamp is broken",
) -> Told:
    """A child told at a site; commits. The advocates of the site read it, unless others are named."""
    keyring, day = running.keyring(), running.today("Asia/Kolkata")
    keys = keys_of(code, site_id, keyring.key("pepper"))
    everybody = everybody_at(site_id).everybody
    made = new_thread(
        keyring,
        site_id=site_id,
        day=day,
        month=MONTH,
        marks=marks or Marks(),
        entries=[Entry("told", CHILD, day, said={"words": words})],
        everybody=everybody,
        reads=reads or [one.person_id for one in everybody],
        code=keys,
        replies=[replace(one, turn=nth) for nth, one in enumerate(replies or [step("told", day)])],
    )
    with db.writing(db.engine()) as session:
        thread_store.add(session, made)
    return Told(made.id, site_id, keys, code)


def picks(code: Code, **more: str) -> dict[str, str]:
    """What the form of seven screens brings."""
    return {**{f"p{nth}": str(pick) for nth, pick in enumerate(code.picks, 1)}, **more}
