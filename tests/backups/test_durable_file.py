"""A file is there whole or not at all."""

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path

import pytest

from tests.support.full_disk import room_for
from youthvoice.backups.durable_file import durable_file, refuse_if_there, write_new_file

TOP = Path(__file__).parents[2]
WHOLE = bytes(range(256)) * 16 * 1024  # 4 MB


def test_on_a_full_disk_nothing_is_left_and_what_was_there_stays(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_bytes(b"old")
    with room_for(1_000_000):
        with pytest.raises(OSError, match="too large"):
            write_new_file(new, WHOLE)
        with pytest.raises(OSError, match="too large"), durable_file(old) as out:
            out.write(WHOLE)
    assert [one.name for one in tmp_path.iterdir()] == ["old"]
    assert old.read_bytes() == b"old"


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_new_file(tmp_path / "old", b"new")
    with room_for(1_000_000), pytest.raises(FileExistsError):  # it says so first, and not that the disk is full
        write_new_file(tmp_path / "old", WHOLE)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        refuse_if_there(tmp_path / "link")
    assert (tmp_path / "old").read_bytes() == b"old"


def test_what_comes_while_a_new_file_is_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, fsync = tmp_path / "copy", os.fsync

    def noted_fsync(handle: int) -> None:
        file.write_bytes(b"a colleague's")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    with pytest.raises(FileExistsError):
        write_new_file(file, b"new")
    assert file.read_bytes() == b"a colleague's"


@pytest.mark.parametrize("without_links", [0, errno.EPERM, errno.ENOTSUP])
def test_what_comes_while_a_file_is_written_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_links: int
) -> None:
    def on_a_stick(*_names: object) -> None:
        raise OSError(without_links, "a stick has no second names")

    if without_links:
        monkeypatch.setattr(os, "link", on_a_stick)
    writes = ExitStack()
    writes.enter_context(durable_file(tmp_path / "copy", overwrites=False)).write(b"new")
    (tmp_path / "copy").write_bytes(b"a colleague's")
    with pytest.raises(FileExistsError):
        writes.close()
    assert [one.name for one in tmp_path.iterdir()] == ["copy"]
    assert (tmp_path / "copy").read_bytes() == b"a colleague's"
    write_new_file(tmp_path / "other", b"new")
    assert (tmp_path / "other").read_bytes() == b"new"


def test_the_disk_has_every_byte_before_the_file_has_its_name_and_then_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[bool, int, bool]] = []
    file, fsync = tmp_path / "new", os.fsync

    def noted_fsync(handle: int) -> None:
        status = os.fstat(handle)
        is_folder = stat.S_ISDIR(status.st_mode)
        done.append((is_folder, 0 if is_folder else status.st_size, file.exists()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    write_new_file(file, b"short")
    assert done == [(False, 5, False), (True, 0, True)]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.EIO])
def test_a_drive_that_flushes_no_folder_is_no_failure_one_that_fails_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    fsync, before = os.fsync, len(list(Path("/proc/self/fd").iterdir()))

    def on_a_drive(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(code, "no folder is flushed here")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", on_a_drive)
    with pytest.raises(OSError, match="no folder") if code == errno.EIO else nullcontext():
        write_new_file(tmp_path / "new", b"whole")
    assert (tmp_path / "new").read_bytes() == b"whole"
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_of_two_who_write_one_file_together_neither_gets_half_of_the_other(tmp_path: Path) -> None:
    first = ExitStack()
    first.enter_context(durable_file(tmp_path / "copy")).write(WHOLE)
    with durable_file(tmp_path / "copy") as second:
        second.write(b"half and half")
    with pytest.raises(FileNotFoundError):
        first.close()
    assert (tmp_path / "copy").read_bytes() == b"half and half"
    assert [one.name for one in tmp_path.iterdir()] == ["copy"]


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    write_new_file(tmp_path / "new", b"x")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


WRITES_ON = """
import sys
from pathlib import Path
from tests.support.full_disk import room_for
from youthvoice.backups.durable_file import write_new_file
whole = bytes(range(256)) * 16 * 1024
for nth in range(100_000):
    write_new_file(Path(sys.argv[1]) / str(nth), whole)
    print(nth, flush=True)
"""


@pytest.mark.parametrize("milliseconds", [0, 3, 11])
def test_whoever_is_killed_while_writing_leaves_no_half_file(tmp_path: Path, milliseconds: int) -> None:
    line = [sys.executable, "-c", WRITES_ON, str(tmp_path)]
    with subprocess.Popen(line, cwd=TOP, stdout=subprocess.PIPE) as writes:
        assert writes.stdout
        writes.stdout.readline()
        time.sleep(milliseconds / 1000)
        writes.send_signal(signal.SIGKILL)
        said = writes.stdout.read().split()
    files = [one for one in tmp_path.iterdir() if one.suffix != ".part"]
    assert len(files) > len(said), "what was said to be there is there"
    assert all(one.read_bytes() == WHOLE for one in files)
    with suppress(FileExistsError):  # it may have been killed between its file's name and the end of its temporary one
        write_new_file(tmp_path / str(len(said) + 1), WHOLE)
    assert not list(tmp_path.glob("*.part")), "the next one writes over what is left beside"


def test_what_is_written_beside_under_a_longer_name_stays(tmp_path: Path) -> None:
    """`house` took the unfinished `house.backup` for an older part of its own."""
    own = tmp_path / "house.old.part"
    own.touch()
    with durable_file(tmp_path / "house.backup") as longer:
        longer.write(b"whole")
        with durable_file(tmp_path / "house") as shorter:
            shorter.write(b"short")
    assert (tmp_path / "house.backup").read_bytes() == b"whole"
    assert own.exists()


def test_a_name_may_have_any_sign_and_what_a_killed_writer_left_beside_goes(tmp_path: Path) -> None:
    file = tmp_path / "copy [1] (a+b)*"
    (tmp_path / f"{file.name}.ab_1cd2e.part").touch()
    write_new_file(file, b"whole")
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
