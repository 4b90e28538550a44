"""Walk every journey, and once more alone those that failed, where few did: `python -m scripts.walk_journeys FOLDER`.

A journey that fails among others and passes alone waits too little somewhere. It is printed as FLAKY, below its first
failure, and is a bug to mend; what fails again fails the run.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

MOST_AGAIN = 5
"""Journeys that are walked once more; where more failed, it was no accident."""
_TESTS_FAILED = 1  # what pytest ends with then, and only then
_AGAIN = ("--last-failed", "--last-failed-no-failures", "none", "-n", "0")


def main(arguments: Sequence[str]) -> int:
    """Give what the run ends with.

    Args:
        arguments: of pytest, its folder or file first.
    """
    ended = _run(arguments)
    failed = _last_failed(arguments[0]) if ended == _TESTS_FAILED else []
    if not 0 < len(failed) <= MOST_AGAIN or not all("::" in test for test in failed):  # a module could not be read
        return ended
    _say(f"{len(failed)} failed: walking again, alone", failed)
    ended = _run([*arguments, *_AGAIN])
    failed_again = _last_failed(arguments[0])
    if flaky := [test for test in failed if test not in failed_again]:
        _say("a bug to mend: failed above, and passed alone", [f"FLAKY {test}" for test in flaky])
    return ended


def _run(arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def _last_failed(folder: str) -> list[str]:
    """What pytest kept: the tests of a folder that failed when they ran last."""
    kept = Path(".pytest_cache", "v", "cache", "lastfailed")
    tests: dict[str, bool] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    return [test for test in tests if test.startswith(folder)]


def _say(head: str, lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(["", f"{f' {head} ':!^120}", *lines, "!" * 120, ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
