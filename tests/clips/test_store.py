"""Clips are kept with who recorded them, one for each text, and come back from a backup."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.audio import OGG, TEST_PLACE, WEBM, record
from tests.support.open_rounds import log
from youthvoice import context, db, metadata
from youthvoice.audit.models import AuditEntryRow
from youthvoice.backups.archive import back_up, restore
from youthvoice.clips.audio_files import NotAClip
from youthvoice.clips.store import find_sound, keep_clip, list_recorded, list_takes, newest_by_place, remove_clip
from youthvoice.clips.text_collector import SpokenText, TextPlace, clip_name

GOOD = clip_name("en", "Good")


def _log_of_actions() -> list[str]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(AuditEntryRow.action).order_by(AuditEntryRow.number)))


@pytest.mark.dialect("put in once")
@pytest.mark.usefixtures("app")
def test_a_text_has_one_clip_and_recording_again_replaces_it() -> None:
    old, new = record("en", "Good", WEBM), record("en", "Good", OGG)
    assert old != new
    with db.reading(db.engine()) as session:
        assert list_takes(session) == {GOOD: new.rsplit("/", maxsplit=1)[1]}
        assert find_sound(session, GOOD, old.rsplit("/", maxsplit=1)[1]) is None
        assert find_sound(session, GOOD, new.rsplit("/", maxsplit=1)[1]) == (OGG, "audio/ogg")


@pytest.mark.dialect("one waits for the other's row")
@pytest.mark.usefixtures("app")
def test_of_two_who_bring_one_text_in_one_moment_none_fails() -> None:
    def keeps(sound: bytes, kept: threading.Event, goes_on: threading.Event) -> None:
        with db.writing(db.engine()) as session:
            keep_clip(session, SpokenText("en", "Good", TEST_PLACE), sound, "coordinator", log())
            kept.set()
            goes_on.wait(1)

    first, second = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(copy_context().run, keeps, WEBM, first, threading.Event())]
        assert first.wait(10)
        runs.append(pool.submit(copy_context().run, keeps, OGG, second, first))
        for run in runs:
            run.result(30)
    with db.reading(db.engine()) as session:
        assert find_sound(session, GOOD, list_takes(session)[GOOD]) == (OGG, "audio/ogg")
    assert _log_of_actions() == ["clip.keep"] * 2


@pytest.mark.usefixtures("app")
def test_who_recorded_it_and_on_which_day_is_known_and_logged() -> None:
    record("en", "Good")
    with db.reading(db.engine()) as session:
        (clip,) = list_recorded(session, "en", [GOOD]).values()
        assert (clip.recorded_by, clip.recorded_on, clip.words) == ("coordinator", log().day, "Good")
        assert list_recorded(session, "hi", [GOOD]) == {}
    assert _log_of_actions() == ["clip.keep"]


@pytest.mark.usefixtures("app")
def test_what_is_no_clip_leaves_the_old_one_alone() -> None:
    record("en", "Good")
    with pytest.raises(NotAClip), db.writing(db.engine()) as session:
        keep_clip(session, SpokenText("en", "Good", TEST_PLACE), b"nonsense", "coordinator", log())
    with db.reading(db.engine()) as session:
        assert list(list_takes(session)) == [GOOD]


@pytest.mark.usefixtures("app")
def test_a_clip_can_be_removed_once() -> None:
    record("en", "Good")
    for _ in range(2):
        with db.writing(db.engine()) as session:
            remove_clip(session, GOOD, log())
    with db.reading(db.engine()) as session:
        assert list_takes(session) == {}
    assert _log_of_actions() == ["clip.keep", "clip.remove"]


@pytest.mark.usefixtures("app")
def test_the_newest_clip_of_a_place_is_remembered_when_its_words_change() -> None:
    place = TextPlace("days", "a-food", "good")
    record("en", "Good", place=place)
    record("en", "Fine", place=place)
    with db.reading(db.engine()) as session:
        assert newest_by_place(session, "en")["days: a-food/good"].words == "Fine"


def test_clips_come_back_from_a_backup(app: Flask, tmp_path: Path) -> None:
    address = record("hi", "अच्छा", OGG)
    file, empty = tmp_path / "copy", db.make_engine(f"sqlite:///{tmp_path}/new.sqlite3")
    back_up(db.engine(), metadata.full_metadata(), context.keyring().key_or_new("backup"), file, context.now())
    metadata.full_metadata().create_all(empty)
    restore(empty, metadata.full_metadata(), context.keyring().key("backup"), file, lambda _connection, _made: None)
    with db.reading(empty) as session:
        assert find_sound(session, *address.split("/")[2:]) == (OGG, "audio/ogg")
    empty.dispose()
