"""A file is there whole or not at all."""

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.full_disk import room_for
from youthvoice.backups.durable_file import durable_file, write_new_file

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
    assert (tmp_path / "old").read_bytes() == b"old"


@pytest.mark.parametrize("has_links", [True, False])
def test_what_comes_while_a_file_is_written_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    def on_a_stick(*_names: object) -> None:
        raise PermissionError(errno.EPERM, "a stick has no second names")

    if not has_links:
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
    write_new_file(tmp_path / str(len(files)), WHOLE)
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
