"""The desk on both databases: the whole way of a report, and two advocates who act in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy.orm import Session

from tests.grievances.conftest import Team
from tests.support.people import make_person, signed_in
from tests.support.report_actions import At, before
from tests.support.reports import tell
from youthvoice import db
from youthvoice.accounts.store import find_readers
from youthvoice.audit.audit_log import Log
from youthvoice.threads.store import find_thread_readers


@pytest.mark.dialect("writers wait for each other")
def test_a_report_goes_its_whole_way(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    asha.does("answer", words="Thank you for telling me.")
    asha.does("weigh", severity="2", topic="unsafe", harm="y")
    asha.does("record", action="talked", words="We talked.")
    asha.does("close", outcome="It is better.", words="It is better now.")
    ravi.does("agree", answer="yes")
    assert told.marks.state == "closed"
    ravi.does("reopen", words="It came back.")
    ravi.does("step-back", sure="y")
    assert "It came back." in asha.reads()
    assert "Report" in asha.browser.open("/staff/reports/").text


@pytest.mark.dialect("writers wait for each other")
def test_of_two_who_act_in_the_same_moment_one_is_told_and_nothing_is_lost(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    both = [before(team, who, told) for who in (team.asha, team.ravi)]
    for at in both:
        at.browser.open(f"{told.path}/note")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(_notes, both))
    assert sorted(answers) == [303, 409]
    later = both[answers.index(409)]
    later.does("note", words="a note of the later one")
    page = later.reads()
    assert page.count("Note of") == 1
    assert "a note of the later one" in page


def _notes(at: At) -> int:
    data = {**at.browser.hidden, "words": "Note of somebody"}
    return at.browser.ask("POST", f"{at.told.path}/note", data=data).status_code


@pytest.mark.dialect("writers wait for each other")
def test_of_the_last_two_one_steps_back_while_the_other_leaves_and_somebody_still_reads(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.writing(db.engine()) as session:
        boss = make_person(session, "coordinator", team.site_id)
        mala, _nila = (make_person(session, "advocate", team.site_id, handle=handle) for handle in ("mala", "nila"))
    told = tell(team.site_id, [team.asha, team.ravi])
    asha, there = before(team, team.asha, told), signed_in(team.visitor(), boss)
    leave = f"/staff/people/{team.ravi.id}/leave"
    asha.browser.open(f"{told.path}/step-back")
    there.open(leave)
    request = there.send(leave, {"second": mala.id}).request.path
    agreeing = signed_in(team.visitor(), mala)
    agreeing.open(request)
    _meet_before_committing(monkeypatch)
    with ThreadPoolExecutor(2) as pool:
        steps = {**asha.browser.hidden, "sure": "y"}
        stepped = pool.submit(asha.browser.ask, "POST", f"{told.path}/step-back", data=steps)
        left = pool.submit(agreeing.ask, "POST", f"{request}/agree", data=agreeing.hidden)
    came_to = {stepped.result().status_code, left.result().status_code}
    assert 303 in came_to, "whoever was first is not in the way of herself"
    assert max(came_to) < 500, "the other is refused, or also done where others got what was left"
    with db.reading(db.engine()) as session:
        present = find_readers(session, team.site_id).everybody
        keys = [(reader.person_id, reader.public_key) for reader in present]
        assert find_thread_readers(session, told.id, keys)


def _meet_before_committing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes waits a moment for the other, after every look and before the end."""
    both, add = Barrier(2, timeout=2), Log.add

    def waiting(log: Log, session: Session, action: str, subject: str = "") -> None:
        if action in {"report.act", "person.leave"}:
            with suppress(BrokenBarrierError):
                both.wait()
        add(log, session, action, subject)

    monkeypatch.setattr(Log, "add", waiting)
