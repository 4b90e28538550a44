"""Run tests, and once more alone those that failed, where few did: `python -m scripts.run_tests FOLDER`.

A test that fails among others and passes alone waits too little somewhere, or kills a process at a moment that nobody
thought of. It is printed as FLAKY, below its first failure, and is a bug to mend; what fails again fails the run.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

MOST_AGAIN = 5
"""Tests that are run once more; where more failed, it was no accident."""
_TESTS_FAILED = 1  # what pytest ends with then, and only then
_AGAIN = ("--last-failed", "--last-failed-no-failures", "none", "-n", "0")


def main(arguments: Sequence[str]) -> int:
    """Give what the run ends with.

    Args:
        arguments: of pytest, its folder or file first; what it leaves out comes after `--ignore`.
    """
    ended = _run(arguments)
    failed = _last_failed(arguments) if ended == _TESTS_FAILED else []
    if not 0 < len(failed) <= MOST_AGAIN or not all("::" in test for test in failed):  # a module could not be read
        return ended
    _say(f"{len(failed)} failed: running again, alone", failed)
    ended = _run([*arguments, *_AGAIN])
    failed_again = _last_failed(arguments)
    if flaky := [test for test in failed if test not in failed_again]:
        _say("a bug to mend: failed above, and passed alone", [f"FLAKY {test}" for test in flaky])
    return ended


def _run(arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def _last_failed(arguments: Sequence[str]) -> list[str]:
    """What pytest kept: the tests of this run that failed when they ran last."""
    ignored = tuple(folder for option, folder in pairwise(arguments) if option == "--ignore")
    kept = Path(".pytest_cache", "v", "cache", "lastfailed")
    tests: dict[str, bool] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    return [test for test in tests if test.startswith(arguments[0]) and not test.startswith(ignored)]


def _say(head: str, lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(["", f"{f' {head} ':!^120}", *lines, "!" * 120, ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
