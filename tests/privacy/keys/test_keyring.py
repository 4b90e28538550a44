"""Keys lie apart, closed to others; all processes share them, and a destroyed key is gone for every one."""

import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.full_disk import room_for
from youthvoice.errors import KeyGone
from youthvoice.privacy.crypto.sealing import public_of
from youthvoice.privacy.keys import keyring as keyring_module
from youthvoice.privacy.keys.key_files import KeyFileError, finish_destruction
from youthvoice.privacy.keys.key_names import (
    care_answers_key,
    destruction_key,
    month_name,
    open_answers_key,
    quarter_name,
)
from youthvoice.privacy.keys.keyring import Keyring

pytestmark = pytest.mark.usefixtures("really_flushed")

TOP = Path(__file__).resolve().parents[3]


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.open(tmp_path / "keys", create=True)


def file_of(keyring: Keyring, name: str) -> Path:
    return keyring.folder / f"{name}.v1.key"


def test_a_key_is_made_once_and_found_again_by_the_next_process(keyring: Keyring) -> None:
    pepper = keyring.key_or_new("pepper")
    assert len(pepper) == 32
    assert pepper == keyring.key_or_new("pepper") == Keyring.open(keyring.folder, create=False).key("pepper")
    assert pepper != keyring.key_or_new("cookie")
    assert keyring.names() == ["cookie", "pepper"]


@pytest.fixture
def listings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were listed since."""
    folders: list[Path] = []
    list_folder = os.listdir

    def noted(folder: Path) -> list[str]:
        folders.append(folder)
        return list_folder(folder)

    monkeypatch.setattr(os, "listdir", noted)
    return folders


def test_using_a_key_looks_into_the_folder_once(keyring: Keyring, listings: list[Path]) -> None:
    """Each request of staff needs one; a look is the dearest part of it."""
    keyring.key_or_new("people")
    listings.clear()
    keyring.key_or_new("people")
    assert listings == [keyring.folder]


def test_nobody_else_on_the_machine_may_read_keys(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        keyring = Keyring.open(tmp_path / "keys", create=True)
        keyring.key_or_new("pepper")
    finally:
        os.umask(old)
    assert keyring.folder.stat().st_mode & 0o777 == 0o700
    assert file_of(keyring, "pepper").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_file_that_others_can_use_is_refused_even_after_it_was_read(keyring: Keyring, mode: int) -> None:
    keyring.key_or_new("pepper")
    file_of(keyring, "pepper").chmod(mode)
    with pytest.raises(KeyFileError) as error:
        keyring.key("pepper")
    assert (error.value.code, error.value.path) == ("file_open_to_others", file_of(keyring, "pepper"))


def test_a_folder_that_others_can_use_or_that_is_missing_is_refused(keyring: Keyring, tmp_path: Path) -> None:
    keyring.folder.chmod(0o750)
    with pytest.raises(KeyFileError, match="folder_open_to_others"):
        Keyring.open(keyring.folder, create=True)
    with pytest.raises(KeyFileError, match="folder_missing"):
        Keyring.open(tmp_path / "elsewhere", create=False)


def test_a_file_says_what_it_is_without_saying_the_key(keyring: Keyring) -> None:
    keyring.key_or_new("kept-counts")
    header = file_of(keyring, "kept-counts").read_text().splitlines()[0].split(" ")
    assert header[:3] == ["youthvoice-key", "kept-counts", "v1"]
    assert header[4] == "production"
    assert len(header[3]) == len("2026-10")


@pytest.mark.parametrize("content", ["", "nonsense", "youthvoice-key pepper v1 2026-10 production\n!!\n"])
def test_a_damaged_file_is_named_and_never_replaced_silently(keyring: Keyring, content: str) -> None:
    keyring.key_or_new("pepper")
    file_of(keyring, "pepper").write_text(content)
    for ask in (keyring.key, keyring.key_or_new):
        with pytest.raises(KeyFileError, match="malformed"):
            ask("pepper")


def test_a_key_file_under_another_name_is_refused(keyring: Keyring) -> None:
    keyring.key_or_new("pepper")
    file_of(keyring, "pepper").rename(file_of(keyring, "audit"))
    with pytest.raises(KeyFileError, match="malformed"):
        keyring.key("audit")


def test_a_destroyed_key_is_gone_for_a_process_that_had_it_in_memory(keyring: Keyring) -> None:
    name = open_answers_key("2026Q4")
    first = keyring.key_or_new(name)
    other = Keyring.open(keyring.folder, create=False)
    assert other.key(name) == first
    keyring.destroy(name)
    keyring.destroy(name)
    for each in (keyring, other):
        with pytest.raises(KeyGone) as error:
            each.key(name)
        assert error.value.name == name
    assert not any(keyring.folder.iterdir())
    keyring.key_or_new(name)
    assert other.key(name) == keyring.key(name) != first


def test_destroying_overwrites_the_bytes_themselves(keyring: Keyring) -> None:
    keyring.key_or_new("destruction-2027-11")
    path = file_of(keyring, "destruction-2027-11")
    with path.open("rb") as still_open:
        before = still_open.read()
        keyring.destroy("destruction-2027-11")
        still_open.seek(0)
        after = still_open.read()
    assert len(after) == len(before)
    assert after != before
    assert b"youthvoice" not in after


def test_what_a_killed_process_left_of_a_key_that_it_made_goes_and_the_key_stays(keyring: Keyring) -> None:
    """At 22 of 43 moments a killed `staff found` left a second name of a key, which a copy of the folder keeps."""
    secret = keyring.key_or_new("pepper")
    left, new = keyring.folder / ".making-cut", keyring.folder / ".making-now"
    os.link(file_of(keyring, "pepper"), left)
    os.utime(left, (0, 0))
    new.touch()
    assert Keyring.open(keyring.folder, create=False).key("pepper") == secret
    assert {file.name for file in keyring.folder.iterdir()} == {file_of(keyring, "pepper").name, new.name}


def test_an_ending_on_a_full_disk_leaves_no_secret_under_another_name(keyring: Keyring) -> None:
    """It was renamed, could not be overwritten, and lay there whole; nothing asked for it again."""
    keyring.key_or_new("pepper")
    names = {file.name for file in keyring.folder.iterdir()}
    with room_for(0):
        keyring.destroy("pepper")
    assert {file.name for file in keyring.folder.iterdir()} == names - {file_of(keyring, "pepper").name}


def test_an_ending_that_was_cut_short_is_finished_at_the_next_start(keyring: Keyring) -> None:
    keyring.key_or_new("pepper")
    file_of(keyring, "pepper").rename(keyring.folder / ".ending-cut")
    Keyring.open(keyring.folder, create=False)
    assert not any(keyring.folder.iterdir())
    finish_destruction(keyring.folder)


def test_many_processes_that_start_at_once_agree_on_every_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from youthvoice.privacy.keys.keyring import Keyring;"
        "k = Keyring.open(Path(sys.argv[1]), create=True); sys.stdin.read();"
        "print(*(k.key_or_new(f'care-{n}').hex() for n in range(20)))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "keys")]
    started = [
        subprocess.Popen(command, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    answers = {process.communicate(timeout=60)[0] for process in started}
    assert len(answers) == 1
    assert len(set(answers.pop().split())) == 20
    assert len(list((tmp_path / "keys").iterdir())) == 20


def test_a_renewed_key_is_used_from_now_on_and_the_old_one_still_opens(keyring: Keyring) -> None:
    old = keyring.key_or_new("intake")
    other = Keyring.open(keyring.folder, create=False)
    assert keyring.renew("intake") == 2
    assert other.versions("intake") == [1, 2]
    assert other.key("intake") == keyring.key("intake") != old
    assert other.key("intake", 1) == old
    keyring.destroy("intake", 1)
    with pytest.raises(KeyGone):
        other.key("intake", 1)
    assert keyring.versions("intake") == [2]


def test_development_keys_can_be_told_from_others(tmp_path: Path, keyring: Keyring) -> None:
    keyring.key_or_new("pepper")
    assert not keyring.is_development
    development = Keyring.open(tmp_path / "development", create=True, development=True)
    development.key_or_new("pepper")
    assert development.is_development
    as_production_sees_it = Keyring.open(development.folder, create=False)
    as_production_sees_it.key_or_new("cookie")
    assert as_production_sees_it.is_development


def test_a_folder_of_keys_serves_one_database(keyring: Keyring) -> None:
    assert keyring.bound_to is None
    keyring.bind("db-one")
    keyring.bind("db-one")
    assert Keyring.open(keyring.folder, create=False).bound_to == "db-one"
    with pytest.raises(KeyFileError, match="bound_to_another_database"):
        keyring.bind("db-two")
    assert keyring.names() == []


def test_derived_keys_differ_by_purpose_and_stay_the_same(keyring: Keyring) -> None:
    keyring.key_or_new("links")
    views, replies = keyring.derive("links", "views"), keyring.derive("links", "replies")
    assert len({views, replies, keyring.key("links")}) == 3
    assert views == keyring.derive("links", "views")
    with pytest.raises(KeyGone):
        keyring.derive("never-made", "views")


def test_the_intake_key_has_a_pair_for_the_server_and_one_for_the_browser(keyring: Keyring) -> None:
    keyring.key_or_new("intake")
    pair, browser = keyring.pair("intake"), keyring.browser_pair("intake")
    assert pair.public == public_of(pair.private)
    assert (len(browser.public), browser.public[0]) == (65, 4)
    assert browser == Keyring.open(keyring.folder, create=False).browser_pair("intake")
    assert len({pair.private, browser.private, keyring.key("intake")}) == 3


@pytest.mark.parametrize("name", ["", "../pepper", ".hidden", "a b", "database", "pepper-", "x" * 101, "pepper\n"])
def test_a_name_that_is_no_plain_word_is_refused(keyring: Keyring, name: str) -> None:
    for ask in (keyring.key, keyring.key_or_new, keyring.destroy):
        with pytest.raises(ValueError, match="name"):
            ask(name)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [("2026-01-01", "2026Q1"), ("2026-03-31", "2026Q1"), ("2026-04-01", "2026Q2"), ("2026-12-31", "2026Q4")],
)
def test_a_day_belongs_to_its_quarter(day: str, quarter: str) -> None:
    assert quarter_name(date.fromisoformat(day)) == quarter


def test_keys_that_end_say_when() -> None:
    assert open_answers_key(quarter_name(date(2026, 11, 3))) == "open-answers-2026Q4"
    assert destruction_key(month_name(date(2027, 11, 3))) == "destruction-2027-11"
    assert care_answers_key(12, "2026Q4") == "open-answers-care-12-2026Q4"


def test_a_folder_at_rest_is_not_listed_again_and_what_others_make_or_destroy_is_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listings: list[Path]
) -> None:
    """A country has thousands of keys, and every use of one asked for all names."""
    ours = Keyring.open(tmp_path / "keys", create=True, development=True)
    others = Keyring.open(tmp_path / "keys", create=False, development=True)
    first = ours.key_or_new("pepper")
    listings.clear()
    monkeypatch.setattr(keyring_module, "_AT_REST_NS", 200_000_000)  # of this file system
    time.sleep(0.25)
    for _ in range(5):
        assert ours.key("pepper") == first
    assert len(listings) == 1
    for version in range(2, 40):  # each within the step of the file system's clock, as far as it goes
        others.renew("pepper")
        assert ours.versions("pepper")[-1] == version
        assert ours.key("pepper") == others.key("pepper")
    time.sleep(0.25)
    assert ours.key("pepper") != first
    others.destroy("pepper")
    with pytest.raises(KeyGone):
        ours.key("pepper")
    assert ours.names() == []


def test_no_key_is_overlooked_where_a_file_system_knows_no_parts_of_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as ext4 with small inodes, or a folder on another machine: several changes bear the same time."""
    folder, stat, now = tmp_path / "keys", os.stat, time.time_ns()
    ours = Keyring.open(folder, create=True, development=True)
    others = Keyring.open(folder, create=False, development=True)

    def coarse(path: Path, **how: bool) -> os.stat_result | SimpleNamespace:
        found = stat(path, **how)
        return SimpleNamespace(st_ino=found.st_ino, st_ctime_ns=now) if path == folder and not how else found

    monkeypatch.setattr(os, "stat", coarse)
    monkeypatch.setattr(time, "time_ns", lambda: now + 1_900_000_000)
    for name in ("pepper", "intake"):
        assert ours.key_or_new(name) == others.key(name)
    others.renew("intake")
    ours.destroy("intake")
    assert others.names() == ["pepper"], "both versions are gone"
