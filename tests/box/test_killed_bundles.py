"""The commands of a box and its main server, killed at their commits: given again, they end as if nothing had happened.

The mechanism is that of `tests/jobs/test_killed.py`.
"""

import os
import signal
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from tests.conftest import StillClock
from tests.support.full_site import FullSite, Picture, in_process, survives_kills
from tests.support.long_tests import breadth, long_test
from tests.support.village import Village, run
from youthvoice import db
from youthvoice.box import commands
from youthvoice.box.models import BoxPageRow
from youthvoice.privacy.keys.key_names import BOX

CommandsOf = Callable[..., Callable[[], object]]


def some(number: int) -> Sequence[int]:
    """The point before the last one; each in the long run."""
    first = [max(1, number - 1)]
    return breadth(first, sorted({*range(1, number + 1)} - {*first}))


class Signed(FullSite):
    """One whose log and counted tries are not compared: who takes the same file in once more signs once more."""

    def picture(self) -> Picture:
        picture = super().picture()
        for table in ("audit_entries", "audit_heads", "code_tries"):
            del picture.columns[table], picture.rows[table]
        return picture


def once(of: Flask, result: str, *given: str) -> Callable[[], object]:
    """What a process does that runs a command whose result is a file; a whole file is never written over."""

    def act() -> None:
        if not result or not Path(result).exists():
            run(of.test_cli_runner(), *given)

    return act


@pytest.mark.dialect("commits")
def test_a_box_whose_making_was_killed_is_made_once(village: Village, clock: StillClock) -> None:
    """It was there twice, and rounds waited for one that nobody had."""

    def before_its_file_is_written(number: int) -> Sequence[int]:
        return breadth([number - 2], range(1, number - 2))

    site, file = FullSite(village.app, clock, {}, village.folder, beside=village.box), village.file("second")
    survives_kills(
        site, once(village.app, file, "box", "Second well", file, "--site", "example-house"), before_its_file_is_written
    )


def test_whoever_makes_a_box_anew_reads_that_a_file_of_before_holds_its_key(
    village: Village, clock: StillClock
) -> None:
    """Killed between the file that is there and the record that it is: which of both, nobody can know later."""
    given = ("box", "Second well", village.file("second"), "--site", "example-house")

    def die() -> None:
        die_now = partial(os.kill, os.getpid(), signal.SIGKILL)
        setattr(commands, "confirm_box_delivered", lambda *_given: die_now())  # noqa: B010 - in this process alone
        run(village.app.test_cli_runner(), *given)

    site = FullSite(village.app, clock, {}, village.folder, beside=village.box)
    assert in_process(site, die) == -signal.SIGKILL
    assert Path(given[2]).exists()
    again = run(village.app.test_cli_runner(), "box", "Second well", village.file("third"), *given[3:])
    assert "delete both files" in again
    assert "delete both files" not in run(
        village.app.test_cli_runner(), "box", "Third well", village.file("fourth"), *given[3:]
    )


def test_a_setup_that_was_killed_goes_on_with_the_same_file(village: Village, clock: StillClock) -> None:
    """It said "set up before" where it was killed after its only commit."""
    with village.box.app_context(), db.writing(db.engine()) as session:
        session.execute(delete(BoxPageRow))
    for file in (village.folder / "box-keys").glob(f"{BOX}.*"):
        file.unlink()
    site = FullSite(village.box, clock, {}, village.folder, beside=village.app)
    survives_kills(site, once(village.box, "", "setup", village.file("setup")), lambda number: range(1, number + 1))


@long_test("WALKED")
@pytest.mark.dialect("commits")
def test_a_bundle_whose_taking_in_was_killed_counts_once(village: Village, clock: StillClock) -> None:
    """And what comes back from it, in the box."""
    for words in ("one", "two"):
        village.answers_one(words)
    out, back = village.file("out"), village.file("back")
    village.there("out", out)
    main = Signed(village.app, clock, {}, village.folder, beside=village.box)
    survives_kills(main, once(village.app, back, "in", out, back), some)
    village.main("in", out, village.file("back-2"))
    box = FullSite(village.box, clock, {}, village.folder, beside=village.app)
    survives_kills(box, once(village.box, "", "in", village.file("back-2")), some)
    assert village.waiting() == 0
