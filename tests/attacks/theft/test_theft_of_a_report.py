"""T6 for the grievance channel: everything but the key folder is taken, on SQLite with its log, and in a backup.

No report, message, note, voice or code can be found; nor with a coordinator's session, nor by an attacker who wrote his
own public key into the database.
"""

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import StillClock
from tests.support.attacks.stolen_house import leaks, stolen_files
from tests.support.child_at_tablet import WEBM, Child, a_child, voice
from tests.support.people import make_person, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.store import find_readers
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.errors import CannotOpen
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.grievances.deadlines.notices import send_daily_notices
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.grievances.intake import receive
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.threads.key_wraps import unwrap_thread_key
from youthvoice.threads.models import ThreadKeyWrapRow

TOLD = "purple giraffe of the stairs"
HINDI = "बैंगनी जिराफ़ सीढ़ी पर"
NOTE, ANSWER, BACK = "canary of a note", "canary of an answer", "canary of a message back"
DONE = "canary of what was done"
SPOKEN = WEBM + b"a canary sings an answer" * 4000


@pytest.fixture
def child(app: Flask, visitor: Callable[[], Visitor]) -> Child:
    return a_child(visitor())


def live(child: Child, visitor: Callable[[], Visitor], clock: StillClock) -> dict[str, str | bytes]:
    """A report from telling to closing; gives every secret there was."""
    child.opens()
    said = child.tells(topic="unsafe", whom="me", words=f"{TOLD} {HINDI}", danger="yes", voice=voice(WEBM))
    code, keys = child.code_of(said["sheet"])
    asha = signed_in(visitor(), child.people["asha"])
    (line,) = child.lines("asha")
    report = f"/staff/reports/{line.id.hex()}"
    asha.open(report)
    asha.send(report)
    for act, typed in (("note", {"words": NOTE}), ("record", {"action": "talked", "words": DONE})):
        asha.open(f"{report}/{act}")
        asha.send(f"{report}/{act}", dict(typed))
    asha.open(report)
    asha.send(f"{report}/answer", {"words": ANSWER, "voice": voice(SPOKEN)})
    receive.receive_message(db.engine(), line.id, ChildMessage("child", BACK), context.now())
    clock.move(days=3)
    escalate_reports()
    send_daily_notices()
    pictures = ".".join(picture.name for picture in code.pictures)
    found: dict[str, str | bytes] = {
        "words": TOLD, "words in Hindi": HINDI, "note": NOTE, "answer": ANSWER, "message": BACK, "action": DONE,
        "voice": WEBM[-24:], "voice of an adult": SPOKEN[-48:],
        "sheet": bytes.fromhex(said["sheet"]), "code": bytes(code.picks), "pictures": pictures,
        "reply key": keys.reply.private, "topic": '"unsafe"', "marks": '"urgent":true',
    }  # fmt: skip
    return found


@pytest.mark.sqlite("reads its files")
def test_nothing_of_a_report_is_found_in_what_a_thief_takes(  # noqa: PLR0917 - fixtures
    app: Flask,
    child: Child,
    visitor: Callable[[], Visitor],
    clock: StillClock,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="youthvoice")
    secrets: dict[str, str | bytes] = live(child, visitor, clock)
    files = stolen_files(app, settings, caplog.text)
    assert {"youthvoice.sqlite3", "youthvoice.sqlite3-wal", "backup"} <= set(files)
    assert leaks(files.items(), secrets) == []


def test_no_page_of_a_coordinator_shows_a_report_or_that_there_is_one(
    app: Flask, child: Child, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    boss = child.people["tomas"]
    addresses = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff")
        and not rule.arguments
        and "GET" in (rule.methods or set())
        and rule.rule != "/staff/me/codes"  # shows a new secret of her own each time
        and not rule.rule.endswith(".xlsx")  # the same for everybody; a workbook holds the moment at which it was made
    ]

    def pages() -> dict[str, tuple[int, bytes]]:
        browser = signed_in(visitor(), boss).client
        found = {address: browser.get(address) for address in addresses}
        return {address: (page.status_code, _calm(page.data)) for address, page in found.items()}

    before = pages()
    live_without_time(child, visitor)
    assert pages() == before
    (line,) = child.lines("asha")
    for end in ("", "/note", "/answer", "/record"):
        assert signed_in(visitor(), boss).client.get(f"/staff/reports/{line.id.hex()}{end}").status_code in {
            403,
            404,
            405,
        }


def live_without_time(child: Child, visitor: Callable[[], Visitor]) -> None:
    child.opens()
    child.tells(topic="unsafe", words=TOLD, danger="yes")


def _calm(page: bytes) -> bytes:
    """A page without the token of its forms, which is new each time."""
    lines = [line for line in page.split(b"\n") if b"csrf_token" not in line]
    return b"\n".join(lines)


def test_a_key_that_an_attacker_wrote_gets_nothing_new_and_opens_nothing_old(
    child: Child, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", child.site_id, handle="mala")  # with one advocate alone nobody could tell
    live_without_time(child, visitor)
    evil = new_pair()
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == child.people["ravi"].id).values(public_key=evil.public))
    clock.move(minutes=1)
    runtime_of(child.tablet.app).caches.clear()
    child.opens()
    child.tells(topic="unsafe", words=TOLD)
    with db.reading(db.engine()) as session:
        rows = [(row.thread_id, row.person_id, row.wrapped) for row in session.query(ThreadKeyWrapRow)]
    assert len({thread_id for thread_id, _person, _wrapped in rows}) == 2
    for thread_id, person_id, wrapped in rows:
        with pytest.raises(CannotOpen):
            unwrap_thread_key(thread_id, person_id, wrapped, evil.private)


def test_names_swapped_in_the_database_do_not_turn_round_whom_a_child_leaves_out(
    child: Child, clock: StillClock
) -> None:
    """She leaves out a name; a row under another's name would read what she told."""
    asha, ravi = (child.people[handle].id for handle in ("asha", "ravi"))
    with db.writing(db.engine()) as session:
        for person_id, name in ((asha, "Ravi Example"), (ravi, "Asha Example")):
            session.execute(update(PersonRow).where(PersonRow.id == person_id).values(name=name))
    with db.reading(db.engine()) as session:
        readers = find_readers(session, child.site_id)
    assert not {asha, ravi} & {reader.person_id for reader in readers.everybody}


def test_a_log_line_of_a_report_names_no_more_than_its_number(
    child: Child, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    live(child, visitor, clock)
    with db.reading(db.engine()) as session:
        rows = session.connection().exec_driver_sql("SELECT actor, action, subject FROM audit_entries").all()
    (line,) = child.lines("asha")
    written = {action for _actor, action, subject in rows if subject == line.id.hex()}
    assert written == {"report.open", "report.act", "clock.over"}, "what is said of it stands in the log"
    said = " ".join(f"{actor} {action} {subject}" for actor, action, subject in rows)
    for word in ("purple", "canary", "unsafe", "urgent", "harm"):
        assert word not in said
