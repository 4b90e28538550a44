"""A box in a village and its main server: everything arrives once, by stick, and the box can read nothing of it."""

import re
import secrets
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import PASSWORD
from tests.support.rounds import answers
from tests.support.village import CANARY, JSON, NAME, Village, in_three_languages
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.models import TabletRow
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.tablet_status import clear_unopened, list_unopened, list_waiting_tablets
from youthvoice.surveys.models import ResponseRow
from youthvoice.threads.models import LetterRow, ThreadRow

ENVELOPE = b"intake-2026-11\n" + b"0" * 32 + b"\n" + b"x" * (81 + 32 * 1024)
"""As long as tablets make them."""


def test_a_child_answers_at_the_box_and_it_counts_once_however_often_the_stick_goes(village: Village) -> None:
    for nth in range(3):
        at = village.child()
        at.open(f"/survey/{village.round.slug}")
        at.send(f"/survey/{village.round.slug}", answers(food="good", letter_box=f"{CANARY}{nth}"), 201, headers=JSON)
    assert village.waiting() == 3
    village.there("out", village.file("lost"))
    village.carries("one")
    assert (village.count(ResponseRow), village.count(LetterRow), village.waiting()) == (3, 3, 0)
    village.main("in", village.file("lost"), village.file("again"))
    village.there("in", village.file("again"))
    assert (village.count(ResponseRow), village.count(LetterRow), village.waiting()) == (3, 3, 0)


def test_without_a_script_she_is_thanked_and_it_arrives(village: Village) -> None:
    at = village.child()
    at.open(f"/survey/{village.round.slug}")
    shown = at.send(f"/survey/{village.round.slug}", answers(food="good"), 200)
    assert "Saved on this tablet" in shown.text
    village.carries("one")
    assert village.count(ResponseRow) == 1


def test_a_child_tells_at_the_box_and_her_pictures_open_the_answer_in_the_house(village: Village) -> None:
    at = village.child()
    at.open("/tell")
    told: dict[str, object] = {"topic": "broken", "words": CANARY, "shown": at.hidden["shown"]}
    said = at.send("/tell", told, 201, headers=JSON).get_json()
    strip = said["screens"].partition('class="code')[2]
    codes = re.findall(r"#p-([0-9A-F-]+)\"", strip)[:7]
    picks = [[one.code for one in screen].index(code) for screen, code in zip(SCREENS, codes, strict=True)]
    village.carries("one")
    assert village.count(ThreadRow) == 1
    phone = Visitor(village.app)
    phone.client.set_cookie("language", "en")
    phone.open("/reply?at=example-house")
    chosen = {f"p{nth}": str(pick) for nth, pick in enumerate(picks, start=1)}
    shown = phone.send("/reply", {**chosen, "at": "example-house"}, 200)
    assert "You told us." in shown.text


def test_whoever_steals_the_box_reads_nothing(village: Village) -> None:
    at = village.child()
    at.open(f"/survey/{village.round.slug}")
    at.send(f"/survey/{village.round.slug}", answers(food="good", letter_box=CANARY), 201, headers=JSON)
    files = [one for one in village.folder.glob("box-*/**/*") if one.is_file()]
    assert any(one.suffix == ".sqlite3" for one in files)
    assert not [one for one in files if CANARY.encode() in one.read_bytes()]
    database = next(one for one in files if one.suffix == ".sqlite3")
    sizes = {len(row[0]) for row in sqlite3.connect(database).execute("select blob from box_envelopes")}
    assert len(sizes) == 1


@pytest.mark.parametrize("path", ["/staff/", "/staff/sign-in", "/enrol", "/reply", "/views/x", "/nothing"])
def test_what_needs_the_house_says_so_and_nobody_signs_in(village: Village, path: str) -> None:
    assert "This needs a network." in village.child().open(path).text


@in_three_languages
def test_the_next_child_begins_with_the_languages(village: Village) -> None:
    at = village.child()
    at.open("/language")
    assert at.client.get_cookie("language") is None


@pytest.mark.parametrize(
    "sent", [b"", b"x", b"<html>", b"intake-2026-11\n" + b"0" * 31 + b"\n" + b"x" * 99, ENVELOPE[:-1]]
)
def test_what_is_no_envelope_is_not_kept(village: Village, sent: bytes) -> None:
    assert village.box.test_client().post("/offline/deliver", data=sent).status_code == 422
    assert village.waiting() == 0


def test_an_envelope_that_nobody_can_open_stays_in_the_box_until_an_adult_has_read_so(
    village: Village, clock: StillClock
) -> None:
    number = secrets.token_hex(16)
    envelope = f"intake-2026-11\n{number}\n".encode() + secrets.token_bytes(81 + 32 * 1024)
    assert village.box.test_client().post("/offline/deliver", data=envelope).status_code == 201
    village.there("out", village.file("out"))
    assert "stays in the box" in village.main("in", village.file("out"), village.file("back"), status=1)
    village.there("in", village.file("back"))
    assert village.waiting() == 1
    reads_that_something_is_lost(village, clock)
    village.carries("next")
    assert village.waiting() == 0, "an adult has read of it"


def reads_that_something_is_lost(village: Village, clock: StillClock) -> None:
    """A coordinator, under Tablets, when the daily hour was over."""
    clock.move(days=1)
    with db.writing(db.engine()) as session:
        (found,) = list_unopened(session, [get_site(session, village.site_id)], clock.moment)
        assert found == (village.site_id, village.tablet_id(), NAME)
        clear_unopened(session, found[1], clock.moment.date())


def _damaged(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    "spoil", [_damaged, lambda _one: b"", lambda one: one[:60], lambda one: one.replace(b"1\n", b"2\n")]
)
def test_a_damaged_stick_changes_nothing_on_either_side(village: Village, spoil: Callable[[bytes], bytes]) -> None:
    village.there("out", village.file("out"))
    for name, bring in (("out", village.main), ("back", village.there)):
        if name == "back":
            village.main("in", village.file("out"), village.file("back"))
        bad = Path(village.file(f"bad-{name}"))
        bad.write_bytes(spoil(Path(village.file(name)).read_bytes()))
        more = [village.file("bad-answer")] if name == "out" else []
        bring("in", str(bad), *more, status=1)


def test_the_stick_needs_two_people(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    village.there("out", village.file("out"))
    monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"tomas:{PASSWORD}")
    assert "somebody else" in village.main("in", village.file("out"), village.file("back"), status=1)
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"asha:{PASSWORD}")
    wanted = "it needs the sign-in of: coordinator"
    assert wanted in village.main("in", village.file("out"), village.file("back"), status=1)
    assert wanted in village.main("box", "Another", village.file("another"), "--site", "example-house", status=1)
    assert village.count(TabletRow) == 2, "the tablet and the box"


def test_the_log_says_which_two_took_a_stick_in(village: Village) -> None:
    village.carries("first")
    with db.reading(db.engine()) as session:
        lines = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "bundle.in"))
        assert {line.actor for line in lines} == {"tomas", "asha"}


def test_a_box_is_set_up_once_and_each_command_knows_its_side(village: Village) -> None:
    village.main("box", "Another well", village.file("other"), "--site", "example-house")
    assert "set up before" in village.there("setup", village.file("other"), status=1)
    assert "main server" in village.main("out", village.file("x"), status=1)
    assert "other side" in village.there("in", village.file("setup"), status=1)


def test_a_round_waits_for_the_box_until_a_bundle_was_written_after_its_end(
    village: Village, clock: StillClock
) -> None:
    def waits() -> list[str]:
        with db.reading(db.engine()) as session:
            return list_waiting_tablets(session, [village.site_id], ended)

    ended = clock.moment + timedelta(hours=1)
    assert waits() == [NAME]
    village.there("out", village.file("before"))
    clock.move(hours=2)
    village.main("in", village.file("before"), village.file("before-back"))
    assert waits() == [NAME], "what was sent since it was written is not in it"
    village.carries("after")
    assert waits() == []
