"""A release is made of what is committed, and has the same bytes wherever it is made; see `scripts/release.py`."""

import faulthandler
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from scripts import release
from tests.support.long_tests import long_test

MOMENT = 1_800_000_000
FILES = {"house/a.py": b"a = 1\n", "house/b.webm": b"\x1a\x45", "house-1.dist-info/RECORD": b"house/a.py,,\n"}


def zipped(names: list[str], year: int, mode: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0))
            entry.external_attr = mode << 16
            archive.writestr(entry, FILES[name])
    return out.getvalue()


def packed(names: list[str], moment: int, mode: int, owner: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode, entry.uname = len(FILES[name]), moment, mode, owner
            archive.addfile(entry, io.BytesIO(FILES[name]))
    return out.getvalue()


def test_a_wheel_has_the_same_bytes_in_any_order_at_any_time_for_any_builder() -> None:
    one = release.same_wheel(zipped([*FILES], 1999, 0o100600), MOMENT)
    assert one == release.same_wheel(zipped([*reversed(FILES)], 2030, 0o100755), MOMENT)
    with zipfile.ZipFile(io.BytesIO(one)) as wheel:
        assert {name: wheel.read(name) for name in wheel.namelist()} == FILES
        assert wheel.namelist()[-1].endswith("RECORD")
        assert {entry.external_attr >> 16 for entry in wheel.infolist()} == {0o100644}


def test_a_source_archive_has_the_same_bytes_and_names_nobody() -> None:
    one = release.same_archive(packed([*FILES], 5, 0o640, "somebody"), MOMENT)
    assert one == release.same_archive(packed([*reversed(FILES)], 9, 0o664, ""), MOMENT)
    with tarfile.open(fileobj=io.BytesIO(one)) as archive:
        assert {member.name: (member.uname, member.mtime) for member in archive} == dict.fromkeys(FILES, ("", MOMENT))


def test_a_moment_before_1980_makes_a_wheel_too() -> None:
    assert release.same_wheel(zipped([*FILES], 1999, 0o100600), 0)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository with one commit."""
    for words in (("init", "-q"), ("config", "user.name", "Example"), ("config", "user.email", "example@example.org")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "a.txt").write_text("a")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "a"], cwd=tmp_path, check=True)
    monkeypatch.setattr(release, "TOP", tmp_path)
    return tmp_path


def test_what_is_not_committed_is_released_by_nobody(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (checkout / "b.txt").write_text("b")
    out = tmp_path_factory.mktemp("out")
    with pytest.raises(SystemExit, match="not committed"):
        release.main([str(out)])
    assert not list(out.iterdir())


def test_a_folder_with_files_is_not_mixed_with_a_release(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("out")
    (out / "old.whl").write_text("old")
    with pytest.raises(SystemExit, match="holds files"):
        release.main([str(out)])
    assert [file.name for file in out.iterdir()] == ["old.whl"]


def test_every_package_that_is_locked_is_found_in_the_lock_file() -> None:
    """The list of parts is compared with these names; a pattern that finds none would let any list pass."""
    text = (release.TOP / "requirements.txt").read_text("utf-8")
    assert len(release._LOCKED.findall(text)) == text.count("==") > 40  # noqa: SLF001 - what `list_parts` compares


@long_test("BUILT")
def test_built_twice_in_two_folders_every_file_is_the_same(tmp_path: Path) -> None:
    """And the source archive holds what a checkout holds. `make test-long` installs what builds."""
    faulthandler.cancel_dump_traceback_later()  # a package takes minutes
    sums = []
    for name in ("one", "two"):
        copy = tmp_path / name / "checkout"
        subprocess.run(["git", "clone", "-q", release.TOP, copy], check=True)
        command = [sys.executable, "-m", "scripts.release", str(tmp_path / name / "out")]
        subprocess.run(command, cwd=copy, check=True)
        sums.append((tmp_path / name / "out" / "SHA256SUMS").read_text())
    assert sums[0] == sums[1]
    files = [line.split("  ")[1] for line in sums[0].splitlines()]
    assert len(files) == 6 or os.geteuid() or not shutil.which("mmdebstrap"), files
    (archive,) = (tmp_path / "one" / "out").glob("*.tar.gz")
    committed = subprocess.run(["git", "ls-files"], cwd=release.TOP, capture_output=True, text=True, check=True)
    with tarfile.open(archive) as source:
        packed_names = {name.partition("/")[2] for name in source.getnames()}
    missing = {name for name in committed.stdout.splitlines() if not name.startswith(".")} - packed_names
    assert not missing, "a source archive in which make run and make test do not work"
