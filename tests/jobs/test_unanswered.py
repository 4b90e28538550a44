"""Each job, where the database goes away while it commits and the process lives on: in the end nothing is there twice.

That a transaction was kept and nobody said so is made up here; PostgreSQL does it in `tests/test_lost_answers.py`.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.jobs.test_killed import WALKS, Walk, ends_as_undisturbed, finish, typeset
from tests.support.full_site import ALIVE, FullSite, Picture, Points, full_site, in_process, run_to_end
from tests.support.long_tests import breadth
from youthvoice import db
from youthvoice.jobs import turns
from youthvoice.jobs.worker import Job
from youthvoice.surveys.batches.closing_job import NotAllBatchesClosed


class UnansweredPoints(Points):
    """Points of a process at which it learns no more of a transaction than that it was to be kept."""

    def strike(self) -> None:
        raise db.CommitUnanswered


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullSite]:
    with full_site(tmp_path_factory.mktemp("unanswered") / "site") as full, pytest.MonkeyPatch.context() as patch:
        patch.setattr("youthvoice.printing.document.run_isolated", typeset)
        patch.setattr("youthvoice.printing.document.is_installed", lambda: True)
        yield full


def unanswered(site: FullSite, walk: Walk, job: Job, point: int) -> Picture:
    """What lies there where one commit had no answer, and the same process did its work in the next minute."""

    def do() -> None:
        logging.disable()
        points = UnansweredPoints(point)
        points.watch()
        with suppress(db.CommitUnanswered, NotAllBatchesClosed):
            run_to_end(job)
        db.close_session()
        assert points.passed >= point
        turns._put_off.forget()  # noqa: SLF001 - as in the next minute
        finish(site, walk, job)

    assert in_process(site, do) == ALIVE
    return site.picture()


def after_commits(number: int) -> Sequence[int]:
    """The points right after a commit: three of them, each in the long run."""
    points = range(2, number + 1, 2)
    few = sorted({points[0], points[len(points) // 2], points[-1]})
    return breadth(few, [point for point in points if point not in few])


FIRST = ["closing", "mail"]


@pytest.mark.parametrize("name", breadth(FIRST, sorted({*WALKS} - {*FIRST})))
def test_a_job_of_which_a_commit_had_no_answer_ends_as_if_it_had(site: FullSite, name: str, tmp_path: Path) -> None:
    ends_as_undisturbed(site, name, tmp_path / "points", unanswered, after_commits)
