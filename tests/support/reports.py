"""Reports for tests of the desk, told without the child's page."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.people import Somebody
from youthvoice import context, db
from youthvoice.accounts.store import find_readers
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.grievances.intake import receive
from youthvoice.privacy.credentials.picture_codes import PictureCodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.sites.store import find_site
from youthvoice.threads.case_state import CaseState, hour_after
from youthvoice.threads.entities import CHILD, Thread, ThreadEntry
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import add_thread, change_case_state, find_thread, read_replies

WORDS = "a grown up shouted at me at dinner becaus I left my plate. everybody looked"


@dataclass(frozen=True)
class Told:
    """A report and the code of the child who told it."""

    id: bytes
    code: PictureCodeKeys | None = field(repr=False)

    @property
    def path(self) -> str:
        return f"/staff/reports/{self.id.hex()}"

    def facts(self) -> Thread:
        with db.reading(db.engine()) as session:
            thread = find_thread(session, self.id)
        assert thread
        return thread

    @property
    def marks(self) -> CaseState:
        return self.facts().case

    def replies(self) -> list[ThreadEntry]:
        """What the child's code opens."""
        assert self.code
        with db.reading(db.engine()) as session:
            return read_replies(session, self.facts(), self.code.reply.private)

    def says(self, message: ChildMessage) -> None:
        """The child says something more by her code."""
        assert receive.receive_message(db.engine(), self.id, message, context.now())

    def changes(self, **marks: Any) -> None:
        """It stands otherwise."""
        with db.writing(db.engine()) as session:
            thread = find_thread(session, self.id, to_change=True)
            assert thread
            change_case_state(session, thread, thread.case.having(**marks))


def tell(
    site_id: int,
    reads: Collection[Somebody],
    *,
    left_out: Collection[Somebody] = (),
    words: str = WORDS,
    case: CaseState | None = None,
    answerable: bool = True,
    sound: bytes = b"",
    said: Mapping[str, Any] | None = None,
) -> Told:
    """A child tells at a site; only these read it."""
    keys = PictureCodeKeys(secrets.token_bytes(16), new_pair()) if answerable else None
    now, keyring = context.now(), context.keyring()
    clocks = {"first_look": hour_after(now, 24), "answer": hour_after(now, 72)}
    with db.writing(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        day, ids = context.today(site.time_zone), [one.id for one in reads]
        told = {"topic": "shouted_at", "words": words, "left_out": [one.id for one in left_out], "reads": ids}
        entries = [ThreadEntry("told", CHILD, day, 0, {**told, "language": "en", **(said or {})})]
        if sound:
            entries.append(ThreadEntry("voice", CHILD, day, 1, {"kind": "audio/webm"}, sound))
        made = new_thread(
            keyring,
            site_id=site_id,
            day=day,
            month="2029-11",
            case=case or CaseState(topic="shouted_at", clocks=clocks),
            entries=entries,
            everybody=find_readers(session, site_id).everybody,
            reads=ids,
            keys=keys,
            replies=[ThreadEntry("step", CHILD, day, said={"step": "told"})] if keys else [],
        )
        add_thread(session, made)
    return Told(made.id, keys)
