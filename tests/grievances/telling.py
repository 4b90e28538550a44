"""Reports for tests of the desk, told without the child's page."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.people import Somebody
from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as people
from youthvoice.grievances.child_thread.rules import Said
from youthvoice.grievances.intake import child_message as from_child
from youthvoice.privacy.credentials.picture_codes import CodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.sites import store as places
from youthvoice.threads import messages as conversation
from youthvoice.threads import store
from youthvoice.threads.case_state import Marks, hour_after
from youthvoice.threads.creation import new_thread
from youthvoice.threads.entities import ThreadFacts
from youthvoice.threads.entries import CHILD, Entry

WORDS = "a grown up shouted at me at dinner becaus I left my plate. everybody looked"


@dataclass(frozen=True)
class Told:
    """A report and the code of the child who told it."""

    id: bytes
    code: CodeKeys | None = field(repr=False)

    @property
    def path(self) -> str:
        return f"/staff/reports/{self.id.hex()}"

    def facts(self) -> ThreadFacts:
        with db.reading(db.engine()) as session:
            found = store.facts(session, running.keyring(), self.id)
        assert found
        return found

    @property
    def marks(self) -> Marks:
        return self.facts().marks

    def replies(self) -> list[Entry]:
        """What the child's code opens."""
        assert self.code
        with db.reading(db.engine()) as session:
            return conversation.said_to_child(session, running.keyring(), self.facts(), self.code.reply.private)

    def says(self, said: Said) -> None:
        """The child says something more by her code."""
        assert from_child.take(db.engine(), running.keyring(), self.id, said, running.now())

    def changes(self, **marks: Any) -> None:
        """It stands otherwise."""
        with db.writing(db.engine()) as session:
            facts = store.facts(session, running.keyring(), self.id, to_change=True)
            assert facts
            store.change(session, running.keyring(), facts.line, facts.marks.having(**marks))


def tell(
    site_id: int,
    reads: Collection[Somebody],
    *,
    left_out: Collection[Somebody] = (),
    words: str = WORDS,
    marks: Marks | None = None,
    answerable: bool = True,
    sound: bytes = b"",
    said: Mapping[str, Any] | None = None,
) -> Told:
    """A child tells at a site; only these read it."""
    session_code = CodeKeys(secrets.token_bytes(16), new_pair()) if answerable else None
    now, keyring = running.now(), running.keyring()
    clocks = {"first_look": hour_after(now, 24), "answer": hour_after(now, 72)}
    with db.writing(db.engine()) as session:
        site = places.site(session, site_id)
        assert site
        day, ids = running.today(site.time_zone), [one.id for one in reads]
        told = {"topic": "shouted_at", "words": words, "left_out": [one.id for one in left_out], "reads": ids}
        entries = [Entry("told", CHILD, day, 0, {**told, "language": "en", **(said or {})})]
        if sound:
            entries.append(Entry("voice", CHILD, day, 1, {"kind": "audio/webm"}, sound))
        made = new_thread(
            keyring,
            site_id=site_id,
            day=day,
            month="2029-11",
            marks=marks or Marks(topic="shouted_at", clocks=clocks),
            entries=entries,
            everybody=people.readers(session, site_id, keyring.key("people"), now).everybody,
            reads=ids,
            code=session_code,
            replies=[Entry("step", CHILD, day, said={"step": "told"})] if session_code else [],
        )
        store.add(session, made)
    return Told(made.id, session_code)
