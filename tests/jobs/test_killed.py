"""Each job, killed right before and right after each of its commits: run again, it ends as if nothing had happened.

A real process dies by SIGKILL. Then the job runs again, at the same moment, and where it leases what it sends once more
a quarter of an hour later. No row, key file, line of the log or mail is lost, and none is there twice.
"""

import base64
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.support.full_site import ALIVE, FullSite, Picture, Points, ends_alike, full_site, in_process, run_to_end
from tests.support.long_tests import breadth
from youthvoice import context, db
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.accountability.replies import settle
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.store import find_readers
from youthvoice.grievances.transcripts import with_question
from youthvoice.jobs.worker import Job
from youthvoice.mail.messages import message_id_for
from youthvoice.mail.outbox import SMS, put
from youthvoice.mail.sms import compose_sms
from youthvoice.privacy.keys.key_names import MAIL
from youthvoice.publications.guardians.rhythm_job import send_due_rhythms
from youthvoice.schedule import JOBS
from youthvoice.surveys.models import RoundDraftsRow
from youthvoice.surveys.rounds.opening_drafts import keep_draft
from youthvoice.threads import handover_items
from youthvoice.threads.case_state import REPORT
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.store import change_case_state, list_all_threads

EVENING = 4
"""Hours after which the daily hour of the site is over."""


def nothing() -> None:
    """All that the job needs is there."""


def unused_keys() -> None:
    for name in ("open-answers-2025Q1", "open-answers-2025Q2"):
        context.keyring().key_or_new(name)


def old_intake_keys() -> None:
    for name in ("intake-2024-01", "intake-2024-02"):
        context.keyring().key_or_new(name)


def answered_views() -> None:
    """Families got their letters, and adults have answered since."""
    run_to_end(Job("guardians", 0, send_due_rhythms))
    with db.writing(db.engine()) as session:
        for answer_due in session.scalars(select(AnswerDueRow).where(AnswerDueRow.kind == "round")):
            settle(session, answer_due.id, context.today() - timedelta(days=1))


def texts() -> None:
    with db.writing(db.engine()) as session:
        for nth in range(3):
            message_id = message_id_for(context.keyring().key(MAIL), context.settings(), "test", str(nth))
            put(
                session,
                compose_sms("Please sign in.", "+911234567890", message_id, context.now()),
                context.now(),
                channel=SMS,
            )


def round_drafts() -> None:
    with db.writing(db.engine()) as session:
        keep_draft(session, session.scalars(select(PersonRow.id)).first() or 0, {"name": ["Food"]})
        session.execute(update(RoundDraftsRow).values(changed_on=context.today() - timedelta(days=40)))


def handed_items() -> None:
    with db.writing(db.engine()) as session:
        holder = find_readers(session, 1).advocates[0]
        thread = list_all_threads(session, (REPORT,))[0]
        for nth in range(2):
            period = handover_items.Interpretation(bytes([nth] * 16), context.today() - timedelta(days=3))
            item = handover_items.seal_handover(
                context.keyring(), holder, context.today(), thread.month, {"words": "Fruit"}, period
            )
            handover_items.add_handover(session, item)


def questions() -> None:
    """Children were asked long ago whether the words are right."""
    with db.writing(db.engine()) as session:
        for thread in list_all_threads(session, (REPORT,)):
            entry = ThreadEntry("told", CHILD, date(2026, 9, 1), id=bytes(16))
            case = with_question(thread.case, entry, bytes([1] * 16), date(2026, 9, 1), "Asia/Kolkata")
            change_case_state(session, thread, case)


@dataclass(frozen=True)
class Walk:
    """When a job has much to do in the installation that is put back.

    Attributes:
        days: after the day on which it was left.
        prepare: what is done before.
        leases: whether it goes on with what another process had leased, ten minutes later.
        then: the job that finishes what this one left.
    """

    days: int = 11
    prepare: Callable[[], None] = nothing
    leases: bool = False
    then: str = ""


YEARS = 1200
WALKS = {
    "answered": Walk(prepare=answered_views),
    "answer keys": Walk(prepare=unused_keys),
    "answers": Walk(),
    "care quarters": Walk(YEARS),
    "clocks": Walk(),
    "closing": Walk(40, then="answer keys"),
    "daily": Walk(),
    "drafting": Walk(),
    "drafts": Walk(YEARS),
    "elections": Walk(),
    "ends": Walk(YEARS),
    "feedback": Walk(),
    "freezing": Walk(),
    "good news": Walk(),
    "guardians": Walk(40),
    "guessing": Walk(),
    "heads": Walk(),
    "influence": Walk(YEARS),
    "intake keys": Walk(prepare=old_intake_keys),
    "interpretations": Walk(prepare=handed_items),
    "knocks": Walk(),
    "late letters": Walk(),
    "letters": Walk(),
    "mail": Walk(leases=True),
    "meetings": Walk(),
    "message check": Walk(),
    "papers": Walk(),
    "papers again": Walk(),
    "review ends": Walk(YEARS),
    "reviews": Walk(40),
    "round drafts": Walk(prepare=round_drafts),
    "sent letters": Walk(YEARS),
    "sms": Walk(prepare=texts, leases=True),
    "suggestions": Walk(),
    "support": Walk(),
    "sweeping": Walk(YEARS),
    "taps": Walk(),
    "transcripts": Walk(prepare=questions),
    "turning": Walk(),
}
IN_STEPS = [
    "answers", "care quarters", "clocks", "closing", "ends", "guardians", "intake keys", "late letters", "mail",
    "meetings", "review ends", "reviews",
]  # fmt: skip
"""Jobs of several commits, or that end key files; what another one does is there as a whole or not at all."""
BY_NAME = {job.name: job for job in JOBS}
WITHOUT_COMMIT = {
    "content check": "notes moments alone; one that was lost begins from the start (tests/monitoring)",
    "mail server": "signs in at a server and keeps nothing",
    "order of rows": "one statement of SQLite, which is there as a whole or not at all",
}


def test_each_job_is_killed_here() -> None:
    assert {*WALKS, *WITHOUT_COMMIT} == {job.name for job in JOBS}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullSite]:
    with full_site(tmp_path_factory.mktemp("killed") / "site") as full, pytest.MonkeyPatch.context() as patch:
        patch.setattr("youthvoice.printing.document.run_isolated", typeset)
        patch.setattr("youthvoice.printing.document.is_installed", lambda: True)
        yield full


def typeset(_module: str, request: bytes, *_limits: object) -> bytes:
    """A paper costs a second of the processor; which bytes it has does not matter here."""
    pdf = base64.b64encode(b"%PDF-1.7 paper").decode()
    return json.dumps([{"pdf": pdf} for _document in json.loads(request)["documents"]]).encode()


def finish(site: FullSite, walk: Walk, job: Job) -> None:
    """The job runs again to its end, and later once more where that matters."""
    run_to_end(job)
    if walk.then:
        run_to_end(BY_NAME[walk.then])
    if walk.leases:
        site.clock.move(minutes=15)
        run_to_end(job)


def undisturbed(site: FullSite, walk: Walk, job: Job, counted: Path) -> Picture:
    """What lies there where nothing killed the job; how many points it passed is written into a file."""

    def do() -> None:
        points = Points()
        points.watch()
        run_to_end(job)
        counted.write_text(str(points.passed))
        finish(site, walk, job)

    assert in_process(site, do) == ALIVE
    return site.picture()


def killed(site: FullSite, walk: Walk, job: Job, point: int) -> Picture:
    """What lies there where the job died at a point, and ran again in another process."""

    def die() -> None:
        Points(point).watch()
        run_to_end(job)

    assert in_process(site, die) == -signal.SIGKILL
    assert in_process(site, lambda: finish(site, walk, job)) == ALIVE
    return site.picture()


def ends_as_undisturbed(
    site: FullSite,
    name: str,
    counted: Path,
    disturbed: Callable[[FullSite, Walk, Job, int], Picture],
    points: Callable[[int], Sequence[int]],
) -> None:
    """Disturb a job at some of its points, each time from the beginning: what lies there at the end is the same.

    Args:
        site: on which the job has something to do.
        name: of the job.
        counted: a file for the number of its points.
        disturbed: what lies there where something happened to the job at a point.
        points: those at which it happens, by how many there are.
    """
    walk, job = WALKS[name], BY_NAME[name]
    left_at = site.clock.moment
    site.clock.move(days=walk.days, hours=EVENING)
    try:
        site.put_back()
        assert walk.prepare is nothing or in_process(site, walk.prepare) == ALIVE
        ends_alike(
            site,
            counted,
            lambda: undisturbed(site, walk, job, counted),
            lambda point: disturbed(site, walk, job, point),
            points,
        )
    finally:
        site.clock.moment = left_at


@pytest.mark.parametrize("name", breadth(IN_STEPS, sorted({*WALKS} - {*IN_STEPS})))
def test_killed_at_any_commit_a_job_ends_as_if_nothing_had_happened(site: FullSite, name: str, tmp_path: Path) -> None:
    def points(number: int) -> list[int]:
        return breadth(sorted({2, number - 1}), sorted({*range(1, number + 1)} - {2, number - 1}))

    ends_as_undisturbed(site, name, tmp_path / "points", killed, points)
