"""Each job, on a disk that is full from one of its commits on: once there is room, it ends as if nothing had happened.

No file of the process grows, as the kernel has it: rows, log, key files, mails, papers. The process lives on, with all
that it remembers, and does its work in the next minute.
"""

import logging
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from tests.jobs.test_killed import WALKS, Walk, ends_as_undisturbed, finish, typeset
from tests.support.full_site import ALIVE, FullSite, Picture, Points, full_site, in_process, run_to_end
from tests.support.long_tests import breadth
from youthvoice import db
from youthvoice.jobs import turns
from youthvoice.jobs.worker import Job
from youthvoice.surveys.batches.closing_job import NotAllBatchesClosed

NO_LIMIT = resource.RLIM_INFINITY


class FillingPoints(Points):
    """Points of a process at which its disk becomes full."""

    def strike(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, NO_LIMIT))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullSite]:
    with full_site(tmp_path_factory.mktemp("full") / "site") as full, pytest.MonkeyPatch.context() as patch:
        patch.setattr("youthvoice.printing.document.run_isolated", typeset)
        patch.setattr("youthvoice.printing.document.is_installed", lambda: True)
        yield full


def filled(site: FullSite, walk: Walk, job: Job, point: int) -> Picture:
    """What lies there where the disk was full from a point on until the job had failed."""

    def do() -> None:
        logging.disable()
        points = FillingPoints(point)
        points.watch()
        with suppress(OSError, DBAPIError, sqlite3.Error, NotAllBatchesClosed):
            run_to_end(job)
        db.close_session()
        assert points.passed >= point
        resource.setrlimit(resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))
        turns._put_off.forget()  # noqa: SLF001 - as in the next minute
        finish(site, walk, job)

    assert in_process(site, do) == ALIVE
    halves = [file.name for file in site.folder.rglob("*") if file.suffix == ".part" or file.name.startswith(".making")]
    assert halves == []
    return site.picture()


FIRST = ["ends", "intake keys", "mail"]


@pytest.mark.parametrize("name", breadth(FIRST, sorted({*WALKS} - {*FIRST})))
def test_full_from_any_commit_on_a_job_ends_as_if_nothing_had_happened(
    site: FullSite, name: str, tmp_path: Path
) -> None:
    def points(number: int) -> list[int]:
        return breadth(sorted({1, 2, number - 1}), range(3, number - 1))

    ends_as_undisturbed(site, name, tmp_path / "points", filled, points)
