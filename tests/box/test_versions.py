"""Box and house are brought up to date on different days: nothing is lost, and each says what is to be done."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import Client
from werkzeug.wrappers import Response

from tests.conftest import StillClock
from tests.support.house_line import Line
from tests.support.later_version import make_later_version
from tests.support.long_tests import long_test
from tests.support.village import JSON, Village, empty_box, in_box, run
from youthvoice import db, migrations
from youthvoice.box import bundle, server_visit, store
from youthvoice.box.models import BoxPageRow
from youthvoice.context import runtime_of
from youthvoice.privacy.crypto.symmetric_encryption import encrypt
from youthvoice.surveys.models import ResponseRow


@contextmanager
def started_again(village: Village, clock: StillClock) -> Iterator[Flask]:
    """The box, by the program of today."""
    made = empty_box(village.folder, clock)
    try:
        yield made
    finally:
        runtime_of(made).engine.dispose()


@long_test("RUN")
def test_a_box_that_is_brought_up_to_date_keeps_everything_and_delivers_it_once(
    village: Village, clock: StillClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for nth in range(3):
        village.answers_one(f"lamp {nth}")
    village.there("out", village.file("before"))  # a stick is on its way meanwhile
    runtime_of(village.box).engine.dispose()
    later = make_later_version(tmp_path_factory.mktemp("later"))
    with later.is_installed(), started_again(village, clock) as box:
        assert migrations.differences(runtime_of(box).engine, later.tables) == []
        village.box = box
        assert village.waiting() == 3
        assert "All is well" in run(box.test_cli_runner(), "work", "--once", group="") + run(
            box.test_cli_runner(), "doctor", group=""
        )
        village.answers_one("a fourth")
        village.carries("after")
        village.main("in", village.file("before"), village.file("late"))
        village.there("in", village.file("late"))
        assert (village.count(ResponseRow), village.waiting()) == (4, 0)


def newer(file: bytes) -> bytes:
    """As a later version writes it."""
    return file.replace(b" 1\n", b" 2\n", 1)


def _alter(file: str, to: str) -> None:
    Path(to).write_bytes(newer(Path(file).read_bytes()))


def test_each_side_says_that_the_other_one_has_a_later_version(village: Village) -> None:
    village.answers_one()
    shown = village.child().open("/help").text
    village.there("out", village.file("out"))
    _alter(village.file("out"), village.file("newer-out"))
    said = village.main("in", village.file("newer-out"), village.file("back"), status=1)
    assert "the box has a later version than the main server" in said
    assert "Nothing is lost" in said
    assert not Path(village.file("back")).exists()
    village.main("in", village.file("out"), village.file("back"))
    _alter(village.file("back"), village.file("newer-back"))
    said = village.there("in", village.file("newer-back"), status=1)
    assert "the main server has a later version than the box" in said
    assert (village.count(ResponseRow), village.waiting()) == (1, 1)
    assert village.child().open("/help").text == shown
    village.there("in", village.file("back"))
    assert village.waiting() == 0


def test_a_box_is_not_set_up_by_a_later_house_that_it_cannot_read(village: Village, clock: StillClock) -> None:
    told = json.loads(Path(village.file("setup")).read_text("ascii"))
    first = newer(base64.b64decode(told["first"]))
    Path(village.file("newer")).write_text(json.dumps({**told, "first": base64.b64encode(first).decode()}))
    (village.folder / "other").mkdir()
    box = empty_box(village.folder / "other", clock)
    assert "later version than the box" in run(box.test_cli_runner(), "setup", village.file("newer"), status=1)
    assert "ready" in run(box.test_cli_runner(), "setup", village.file("setup")), "nothing was kept of the other"
    runtime_of(box).engine.dispose()


def test_over_a_line_each_side_says_so_too(village: Village, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    village.answers_one()
    line.meddle = lambda _request, on: Response(newer(on().get_data()))
    said = village.there("send", status=1)
    assert "the main server has a later version than the box" in said
    line.meddle = lambda _request, on: on()
    encrypt_bundle = bundle.encrypt_bundle
    with monkeypatch.context() as later:
        later.setattr(server_visit, "encrypt_bundle", lambda *given: newer(encrypt_bundle(*given)))
        assert "the box has a later version than the main server" in village.there("send", status=1)
    assert village.waiting() == 1
    village.there("send")
    assert (village.count(ResponseRow), village.waiting()) == (1, 0)


def test_what_a_later_version_says_beside_is_passed_over(village: Village) -> None:
    key, shown = b"k" * 32, "A" * 32
    told = {**msgspec.to_builtins(bundle.BoxBundle(7, (b"x",)), builtin_types=(bytes,)), "weather": "rain"}
    purpose = bundle._purpose("out", shown)  # noqa: SLF001 - as a later version would
    file = bundle.OUT + shown.encode() + b"\n" + encrypt(key, msgspec.msgpack.encode(told), purpose)
    assert bundle.open_bundle(key, file) == bundle.BoxBundle(7, (b"x",))


def _knows(village: Village, **manifest: object) -> None:
    """The shelf came from a house of another version."""

    def change() -> None:
        with db.writing(db.engine()) as session:
            found = store.find_manifest(session)
            assert found
            kept = {name: value for name, value in {**found, **manifest}.items() if value is not None}
            session.execute(update(BoxPageRow).where(BoxPageRow.name == "manifest").values(headers=kept))

    in_box(village, change)


def test_a_form_that_only_the_later_house_knows_is_kept_for_it(village: Village) -> None:
    form = {"sheet": "0" * 31 + "7", "words": "a lamp"}
    assert village.box.test_client().post("/drawings", data=form, headers=JSON).status_code == 404
    _knows(village, forms=r"/(?:drawings|tell)")
    assert village.box.test_client().post("/drawings", data=form, headers=JSON).status_code == 201
    assert village.waiting() == 1


def test_the_house_names_the_forms_that_it_takes(village: Village) -> None:
    assert village.box.test_client().get("/offline/manifest").get_json()["forms"]


def test_a_later_house_answers_a_box_of_this_version_on_the_line_as_it_is(village: Village) -> None:
    """What is no bundle is refused without a word; only what says that it is later is called so."""
    for sent, said in ((b"x", "CannotOpen"), (b"youth voice bundle 2\nx", "NewerBundle")):
        answer = Client(village.app, Response).post(bundle.BUNDLE_PATH, data=sent)
        assert (answer.status_code, answer.get_json()) == (422, {"refused": said})
