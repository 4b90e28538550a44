"""What a box and its main server give each other, on a stick that is really full: whole, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.full_disk import fill, make_room, small_disk
from tests.support.village import Village, run

MEGABYTE = 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 12 * MEGABYTE) as mounted:
        yield mounted


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_what_a_box_is_set_up_with_is_written_whole_or_not_at_all(village: Village, disk: Path) -> None:
    given = ("box", "Second well", str(disk / "second"), "--site", "example-house")
    fill(disk)
    said = run(village.app.test_cli_runner(), *given, status=1)
    assert "No space left on device" in said
    assert "it goes on with the same box" in said
    make_room(disk)
    assert files(disk) == set()
    run(village.app.test_cli_runner(), *given)
    assert files(disk) == {"second"}


def test_what_a_box_gives_is_written_whole_or_not_at_all(village: Village, disk: Path) -> None:
    village.answers_one("The lamp is broken.")
    file = str(disk / "out")
    fill(disk)
    said = village.there("out", file, status=1)
    assert "No space left on device" in said
    assert "Nothing is lost" in said
    make_room(disk)
    assert files(disk) == set()
    village.there("out", file)
    assert files(disk) == {"out"}
