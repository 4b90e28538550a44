"""Sticks that are full, lost, found by somebody or brought to another house; a power cut while one is read or written.

Nothing is lost, nothing counts twice, no half file passes for a whole one. See also `test_every_bundle`.
"""

from contextvars import Context
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.child_at_tablet import a_child
from tests.support.full_disk import room_for
from tests.support.long_tests import long_test
from tests.support.rounds import answers
from tests.support.village import CANARY, JSON, Village, empty_box, in_box, run
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.backups.durable_file import write_new_file
from youthvoice.box import commands, server_side, server_visit, store
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.kiosk.offline.envelope import read_outer_number
from youthvoice.sites.tablets.tablet_status import list_waiting_tablets
from youthvoice.surveys.models import ResponseRow


class PowerFails(BaseException):
    """In the test's hand."""


def fails(*_given: object) -> None:
    raise PowerFails


def writes_to_a_full_stick(file: Path, content: bytes) -> None:
    with room_for(20_000):
        write_new_file(file, content)


def beside(village: Village) -> set[str]:
    """Files that lie on the sticks."""
    return {one.name for one in village.folder.iterdir() if one.is_file()}


def test_on_a_full_stick_nothing_is_lost_and_no_half_file_is_left(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.answers_one()
    before = beside(village)
    with monkeypatch.context() as full:
        full.setattr(commands, "write_new_file", writes_to_a_full_stick)
        said = village.there("out", village.file("out"), status=1)
    assert "Nothing is lost: everything waits in the box." in said
    assert (beside(village), village.waiting()) == (before, 1)
    village.there("out", village.file("out"))
    with monkeypatch.context() as full:
        full.setattr(commands, "write_new_file", writes_to_a_full_stick)
        said = village.main("in", village.file("out"), village.file("back"), status=1)
    assert "Take it in once more where there is room: it counts once." in said
    assert beside(village) == {*before, "out"}
    village.main("in", village.file("out"), village.file("back"))
    village.there("in", village.file("back"))
    assert (village.count(ResponseRow), village.waiting()) == (1, 0)


def test_a_file_that_is_there_is_never_written_over_and_nothing_is_done_before_that_is_said(village: Village) -> None:
    village.answers_one()
    village.there("out", village.file("out"))
    whole = Path(village.file("out")).read_bytes()
    assert "never written over" in village.there("out", village.file("out"), status=1)
    said = village.main("in", village.file("out"), village.file("setup"), status=1)
    assert "never written over" in said
    assert village.count(ResponseRow) == 0
    assert "never written over" in village.main("box", "Well", village.file("out"), "--site", "example-house", status=1)
    assert Path(village.file("out")).read_bytes() == whole


def test_whoever_finds_a_stick_reads_nothing_on_it(village: Village) -> None:
    village.answers_one()
    (waits,) = in_box(village, lambda: store.list_part(db.session(), b"", 1))
    sheet = read_outer_number(waits)
    assert sheet
    village.carries("found")
    for name in ("found-out", "found-back"):
        found = Path(village.file(name)).read_bytes()
        for words in (CANARY.encode(), sheet, sheet.hex().encode(), b"intake-", b"<html", village.round.slug.encode()):
            assert words not in found, (name, words)


def another_house(folder: Path, clock: StillClock) -> Flask:
    """Of another organisation, with people who are called the same."""
    told = {"YOUTHVOICE_DATA": str(folder / "other"), "YOUTHVOICE_KEYS": str(folder / "other-keys")}
    made = create_app(Settings.read({"YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0", **told}), clock)
    made.config["TESTING"] = True

    def people_come() -> None:
        with made.app_context():
            a_child(Visitor(made))

    Context().run(people_come)
    return made


@long_test("RUN")
def test_another_house_takes_nothing_from_a_stick_and_gives_nothing(village: Village, clock: StillClock) -> None:
    village.answers_one()
    village.there("out", village.file("out"))
    other = another_house(village.folder, clock)
    try:
        said = run(other.test_cli_runner(), "in", village.file("out"), village.file("theirs"), status=1)
        assert "none of ours" in said
        assert not Path(village.file("theirs")).exists()
        run(other.test_cli_runner(), "box", "Theirs", village.file("their-setup"), "--site", "example-house")
        (village.folder / "their-box").mkdir()
        theirs = empty_box(village.folder / "their-box", clock)
        run(theirs.test_cli_runner(), "setup", village.file("their-setup"))
        run(theirs.test_cli_runner(), "out", village.file("their-out"))
        run(other.test_cli_runner(), "in", village.file("their-out"), village.file("their-back"))
        assert "for another box" in village.there("in", village.file("their-back"), status=1)
        runtime_of(theirs).engine.dispose()
    finally:
        runtime_of(other).engine.dispose()
    village.carries("home")
    assert (village.count(ResponseRow), village.waiting()) == (1, 0)


def test_a_power_cut_while_the_house_delivers_counts_nothing_twice_and_loses_nothing(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nth in range(3):
        village.answers_one(f"lamp {nth}")
    village.there("out", village.file("out"))
    done: list[bytes] = []
    delivers = server_side._Requester.deliver  # noqa: SLF001 - the moment in which the power fails

    def until_the_third(asker: server_side._Requester, envelope: bytes) -> int:
        if len(done) == 2:
            raise PowerFails
        done.append(envelope)
        return delivers(asker, envelope)

    with monkeypatch.context() as power:
        power.setattr(server_side._Requester, "deliver", until_the_third)  # noqa: SLF001 - the same
        with pytest.raises(PowerFails):
            village.main("in", village.file("out"), village.file("back"))
    assert village.count(ResponseRow) == 2
    assert not Path(village.file("back")).exists()
    village.main("in", village.file("out"), village.file("back"))
    village.there("in", village.file("back"))
    assert (village.count(ResponseRow), village.waiting()) == (3, 0)


def test_a_power_cut_while_the_box_takes_a_stick_in_is_made_good_by_the_same_stick(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.answers_one()
    village.there("out", village.file("out"))
    village.main("in", village.file("out"), village.file("back"))
    village.answers_one("a lamp")
    for module, at in ((store, "forget_envelopes"), (store, "_replace_shelf"), (commands, "rewrite_file")):
        with monkeypatch.context() as power:
            power.setattr(module, at, fails)
            with pytest.raises(PowerFails):
                village.there("in", village.file("back"))
        assert village.child().open("/help").status_code == 200
    village.there("in", village.file("back"))
    assert village.waiting() == 1
    village.carries("next")
    assert (village.count(ResponseRow), village.waiting()) == (2, 0)


def test_a_power_cut_while_a_box_is_set_up_is_made_good_by_the_same_file_and_by_no_other(
    village: Village, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.main("box", "By the school", village.file("school"), "--site", "example-house")
    (village.folder / "school-box").mkdir()
    box = empty_box(village.folder / "school-box", clock)
    with monkeypatch.context() as power:
        power.setattr(store, "_store_answer", fails)
        with pytest.raises(PowerFails):
            run(box.test_cli_runner(), "setup", village.file("school"))
    assert "set up before" in run(box.test_cli_runner(), "setup", village.file("setup"), status=1)
    assert "ready" in run(box.test_cli_runner(), "setup", village.file("school"))
    assert "ready" in run(box.test_cli_runner(), "setup", village.file("school")), "it was, and nothing changes"
    runtime_of(box).engine.dispose()


def test_what_one_file_does_not_hold_comes_with_the_next_and_the_round_waits_for_it(
    village: Village, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nth in range(3):
        village.answers_one(f"lamp {nth}")
    monkeypatch.setattr(server_visit, "MAX_STICK_BYTES", 70_000)
    ended = clock.moment
    assert "More waits than one file holds" in village.there("out", village.file("one"))
    village.main("in", village.file("one"), village.file("one-back"))
    assert _waits(village, ended)
    village.there("in", village.file("one-back"))
    assert (village.count(ResponseRow), village.waiting()) == (2, 1)
    assert "More waits" not in village.there("out", village.file("two"))
    village.main("in", village.file("two"), village.file("two-back"))
    assert not _waits(village, ended)
    village.there("in", village.file("two-back"))
    assert (village.count(ResponseRow), village.waiting()) == (3, 0)


def _waits(village: Village, ended: datetime) -> list[str]:
    with db.reading(db.engine()) as session:
        return list_waiting_tablets(session, [village.site_id], ended)


def nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    left = SimpleNamespace(free=100 * 1024 * 1024, total=32 * 1024**3)
    monkeypatch.setattr("youthvoice.box.disk_room.shutil.disk_usage", lambda _folder: left)


def test_a_little_room_is_kept_for_what_makes_room_again(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    village.answers_one()
    at, path = village.child(), f"/survey/{village.round.slug}"
    at.open(path)
    told = {**answers(food="good", letter_box="a lamp"), "sheet": at.hidden["sheet"]}
    with monkeypatch.context() as full:
        nearly_full(full)
        page = at.client.post(path, data=told)
        assert page.status_code == 503
        assert "Send again" in page.text
        assert all(f'name="{name}" value="{value}"' in page.text for name, value in told.items())
        said = at.client.post(path, data=told, headers=JSON)
        assert (said.status_code, said.get_json()["title"]) == (503, "This has to wait a little.")
        envelope = b"intake-2026-11\n" + b"0" * 31 + b"1\n" + b"x" * (81 + 32 * 1024)
        assert village.box.test_client().post("/offline/deliver", data=envelope).status_code == 503
        assert village.waiting() == 1
        village.carries("full")
    assert village.waiting() == 0
    assert at.client.post(path, data=told, headers=JSON).get_json()["sheet"] == told["sheet"]


def test_a_disk_without_room_to_write_the_file_anew_gives_a_stick_all_the_same(village: Village) -> None:
    """SQLite needs room for the whole file twice to bring its rows into another order."""
    village.answers_one()
    database = village.folder / "box-var" / "youthvoice.sqlite3"
    village.there("out", village.file("before"))  # its log is empty now
    with room_for(database.stat().st_size + 4096):
        village.there("out", village.file("out"))
    village.main("in", village.file("out"), village.file("back"))
    village.there("in", village.file("back"))
    assert (village.count(ResponseRow), village.waiting()) == (1, 0)
