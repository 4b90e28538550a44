"""A test that fails among others is run once more alone: loudly where it passes then, red where it does not."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.long_tests import long_test

TOP = Path(__file__).parents[2]
FLAKY = """
from pathlib import Path

def test_of_a_wait_that_is_missing():
    before = Path("before")
    if not before.exists():
        before.touch()
        raise AssertionError("too early")
"""
BROKEN = "\ndef test_that_is_broken():\n    raise AssertionError('really')\n"
FINE = "\ndef test_that_is_fine():\n    pass\n"


def walk(folder: Path, tests: str, workers: str = "0") -> tuple[int, str]:
    """Run tests in a folder of their own; gives what the run ended with, and what it said."""
    file = folder / "walked" / "test_walk.py"
    file.parent.mkdir()
    file.write_text(tests, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return _run(folder, "walked", "-n", workers)


def _run(folder: Path, *arguments: str) -> tuple[int, str]:
    walked = subprocess.run(
        [sys.executable, "-m", "scripts.run_tests", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )
    return walked.returncode, walked.stdout


@long_test("RUN")
def test_what_passes_alone_is_called_flaky_below_its_first_failure(tmp_path: Path) -> None:
    ended, said = walk(tmp_path, FLAKY + FINE, workers="2")
    assert ended == 0
    first, again = said.split("running again, alone")
    assert "AssertionError: too early" in first
    assert "FLAKY walked/test_walk.py::test_of_a_wait_that_is_missing" in again
    assert "1 passed" in again, "nothing else is walked again"


@long_test("RUN")
def test_what_fails_again_fails_the_run(tmp_path: Path) -> None:
    ended, said = walk(tmp_path, FLAKY + BROKEN + FINE)
    assert ended == 1
    assert all("AssertionError: really" in each for each in said.split("running again, alone"))
    assert [line for line in said.splitlines() if line.startswith("FLAKY")] == [
        "FLAKY walked/test_walk.py::test_of_a_wait_that_is_missing"
    ]


@long_test("RUN")
def test_where_many_fail_nothing_is_run_again(tmp_path: Path) -> None:
    many = "".join(f"\ndef test_number_{nth}():\n    raise AssertionError\n" for nth in range(6))
    ended, said = walk(tmp_path, many)
    assert ended == 1
    assert "running again" not in said


def test_a_run_that_could_not_begin_is_not_begun_again(tmp_path: Path) -> None:
    ended, said = walk(tmp_path, "import nothing_of_this_name\n")
    assert ended != 0
    assert "running again" not in said


def test_what_failed_in_a_folder_that_is_left_out_is_not_run_again(tmp_path: Path) -> None:
    walk(tmp_path, FLAKY + BROKEN)  # pytest keeps what failed
    other = tmp_path / "walked" / "others" / "test_other.py"
    other.parent.mkdir()
    other.write_text(FLAKY.replace("before", "other"), "utf-8")
    ended, said = _run(tmp_path, "walked", "--ignore", "walked/test_walk.py", "-n", "0")
    assert ended == 0
    assert [line for line in said.splitlines() if line.startswith("FLAKY")] == [
        "FLAKY walked/others/test_other.py::test_of_a_wait_that_is_missing"
    ]
