"""A child at a tablet of a site where telling is open, for tests of the page; and what readers find."""

from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from sqlalchemy import select

from tests.support.people import Somebody, make_person, make_site, on_tablet
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.credentials.picture_codes import PictureCode, PictureCodeKeys
from youthvoice.threads.entities import ThreadEntry, ThreadSummary
from youthvoice.threads.key_wraps import unwrap_thread_key
from youthvoice.threads.models import ThreadKeyWrapRow
from youthvoice.threads.store import (
    ReaderKey,
    find_thread_by_locator,
    list_threads,
    open_thread,
    read_entries,
    read_replies,
)

JSON = {"Accept": "application/json"}
WEBM = b"\x1a\x45\xdf\xa3" + b"\x01" * 8 + b"webm" + b"\x02" * 8 + b"A_OPUS" + b"a voice that nobody else hears"


@dataclass
class Child:
    """A tablet of one site, and the adults who read there."""

    site_id: int
    people: dict[str, Somebody]
    tablet: Visitor
    told: dict[str, Any] = field(default_factory=dict)

    def opens(self) -> str:
        """`/tell`, with a new sheet."""
        return self.tablet.open("/tell").text

    def tells(self, status: int = 201, **told: Any) -> Any:
        """Send; what the page's script gets."""
        answer = self.tablet.send("/tell", told, status, headers=JSON)
        return answer.json if answer.is_json else answer

    def id_of(self, name: str) -> str:
        """The value of somebody's tile."""
        return str(self.people[name].id)

    def lines(self, name: str) -> list[ThreadSummary]:
        """Every report that somebody finds."""
        with db.reading(db.engine()) as session:
            return list_threads(session, self._me(name))

    def reads(self, name: str) -> list[ThreadEntry]:
        """Everything in the one report that somebody finds."""
        (found,) = self.reads_all(name)
        return found

    def reads_all(self, name: str) -> list[list[ThreadEntry]]:
        """Everything in every report that somebody finds."""
        found = []
        for summary in self.lines(name):
            with db.reading(db.engine()) as session:
                thread = open_thread(session, self._me(name), summary.id, self.people[name].private_key)
                assert thread
                found.append(read_entries(session, thread))
        return found

    def opens_with(self, name: str) -> int:
        """How many of the rows that lie there for somebody open with her key, whatever their tags say."""
        one, opened = self.people[name], 0
        with db.reading(db.engine()) as session:
            rows = session.execute(select(ThreadKeyWrapRow).where(ThreadKeyWrapRow.person_id == one.id)).scalars().all()
        for row in rows:
            with suppress(CannotOpen):
                unwrap_thread_key(row.thread_id, one.id, row.wrapped, one.private_key)
                opened += 1
        return opened

    def code_of(self, sheet: str) -> tuple[PictureCode, PictureCodeKeys]:
        """The code that a sheet draws first."""
        keyring = context.keyring()
        code = picture_codes.code_of_submission(keyring.derive("pepper", "codes"), bytes.fromhex(sheet))
        return code, picture_codes.derive_code_keys(code, self.site_id, keyring.key("pepper"))

    def answers_to(self, keys: PictureCodeKeys) -> list[ThreadEntry]:
        """What a code opens."""
        with db.reading(db.engine()) as session:
            thread = find_thread_by_locator(session, self.site_id, keys.locator)
            assert thread
            return read_replies(session, thread, keys.reply.private)

    def _me(self, name: str) -> ReaderKey:
        one = self.people[name]
        return ReaderKey(one.id, one.public_key, frozenset({self.site_id}))


def whole(sound: bytes, **fields: str) -> dict[str, Any]:
    """A form with a large voice, as bytes: the test's own client would write it to the disk first."""
    parts = [b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value.encode())
             for name, value in fields.items()]  # fmt: skip
    head = b'--x\r\nContent-Disposition: form-data; name="voice"; filename="voice"\r\nContent-Type: audio/webm\r\n\r\n'
    return {
        "data": b"".join([*parts, head, sound, b"\r\n--x--\r\n"]),
        "content_type": "multipart/form-data; boundary=x",
    }


def voice(sound: bytes = WEBM) -> tuple[BytesIO, str, str]:
    """A recorded voice as a browser sends it."""
    return BytesIO(sound), "voice", "audio/webm"


def a_child(tablet: Visitor, slug: str = "example-house", **site: object) -> Child:
    """A site with two advocates, a lead, an outside recipient, a facilitator; and its tablet."""
    people: dict[str, Somebody] = {}
    named = (
        ("asha", "advocate"),
        ("ravi", "advocate"),
        ("meera", "safeguarding_lead"),
        ("olga", "outside_recipient"),
        ("lata", "facilitator"),
        ("tomas", "coordinator"),
    )
    before = "" if slug == "example-house" else f"{slug}-"
    with db.writing(db.engine()) as session:
        site_id = make_site(session, slug, **{"helpline_tested": context.today(), **site}).id
        for name, role in named:
            handle = f"{before}{name}"
            people[name] = make_person(session, role, site_id, handle=handle, name=f"{name.title()} Example")
    return Child(site_id, people, on_tablet(tablet, site_id))
