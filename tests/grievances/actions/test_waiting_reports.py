"""No report stands still, no question waits in silence, and whoever asked can take it back (S9, S13, S15)."""

import pytest
from flask import current_app

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.report_actions import before
from tests.support.reports import Told, tell
from youthvoice import context, db
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import find_person_row
from youthvoice.context import runtime_of
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.threads.case_state import WITHDRAW_ASKED, CaseState, hour_after
from youthvoice.threads.retention.job import lives_on


def report(team: Team, **marks: object) -> Told:
    return tell(team.site_id, [team.asha, team.ravi], case=CaseState(topic="food", state="open", **marks))  # type: ignore[arg-type]


def test_after_every_act_something_runs(team: Team, clock: StillClock) -> None:
    told = report(team)
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    assert told.marks.clocks == {"go_on": hour_after(clock(), 168)}
    clock.move(days=3)
    asha = before(team, team.asha, told)
    asha.does("note", words="The cook is ill this week.")
    assert told.marks.clocks == {"go_on": hour_after(clock(), 168)}, "whoever does something has a week again"
    clock.move(days=8)
    assert "1 day over" in team.at(team.ravi).open("/staff/reports/").text, "and everybody sees it when nobody does"


def test_what_somebody_had_in_hand_who_has_left_is_everybodys(team: Team) -> None:
    told = report(team, owner=team.ravi.id)
    before(team, team.asha, told).does("record", action="talked", words="We talked.")
    desk = team.at(team.asha).open("/staff/reports/").text
    assert "Waiting for somebody else: 1" in desk
    with db.writing(db.engine()) as session:
        ravi = find_person_row(session, team.ravi.id)
        assert ravi
        close_account(session, ravi, context.today())
    runtime_of(current_app).caches.clear()  # as five seconds later
    assert "Waiting for somebody else" not in team.at(team.asha).open("/staff/reports/").text


def test_stepping_back_after_asking_to_close_does_not_silence_it(team: Team) -> None:
    told = report(team)
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    asha.does("close", outcome="Well.", words="Well.")
    asha.does("step-back", sure="y")
    assert (told.marks.state, list(told.marks.clocks)) == ("open", ["go_on"])


def test_a_child_who_writes_while_closing_is_asked_ends_the_asking(team: Team) -> None:
    told = report(team)
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    asha.does("close", outcome="Well.", words="Well.")
    assert "agree" in told.marks.clocks
    told.says(ChildMessage("child", "It is not."))
    assert (told.marks.state, list(told.marks.clocks)) == ("open", ["child_wrote"])


def test_who_asked_to_close_can_take_it_back(team: Team) -> None:
    told = report(team)
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    asha.does("close", outcome="Well.", words="Well.")
    assert "The report has changed" in before(team, team.ravi, told).browser.open(f"{told.path}/not-yet").text
    asha.does("not-yet")
    assert (told.marks.state, list(told.marks.clocks)) == ("open", ["go_on"])
    assert "no longer asks to close it" in asha.reads()


def test_opened_again_it_closes_only_after_something_new_was_done(team: Team) -> None:
    """S15."""
    told = report(team)
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    asha.does("record", action="talked", words="We talked.")
    asha.does("close", outcome="Well.", words="Well.")
    ravi.does("agree", answer="yes")
    told.says(ChildMessage("put_right", answer="no"))
    assert "The report has changed" in asha.browser.open(f"{told.path}/close").text
    asha.does("record", action="plan_change", words="Another cook.")
    asha.does("answer", words="Another cook comes on Monday.")
    asha.does("close", outcome="Well.", words="Well.")


def test_her_last_word_counts_whether_it_was_put_right(team: Team) -> None:
    told = report(team)
    told.says(ChildMessage("put_right", answer="yes"))
    assert told.marks.day("put_right")
    told.says(ChildMessage("put_right", answer="no"))
    assert not told.marks.day("put_right")


@pytest.mark.parametrize("act", ["hold", "sum-up"])
def test_a_question_to_a_second_person_has_a_clock_until_its_answer(team: Team, clock: StillClock, act: str) -> None:
    told = report(team)
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    asha.does(act, words="Children want warmer evenings.")
    assert told.marks.clocks["second"] == hour_after(clock(), 72)
    asha.does("note", words="A note between.")
    clock.move(days=4)
    assert "Say yes or no to what was asked" in team.at(team.ravi).open("/staff/reports/").text
    ravi = before(team, team.ravi, told)
    if act == "hold":
        ravi.does("hold", words="Yes.")
    else:
        ravi.does("agree-sum-up", answer="yes")
    assert "second" not in told.marks.clocks


def test_one_person_alone_does_not_let_a_record_of_harm_end_by_a_timer(team: Team) -> None:
    """PRIVACY.md C, Ends."""
    told = report(team, harm=True, severity=3)
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    asha.does("weigh", severity="1", topic="food")
    told.changes(state="closed", clocks={})
    assert lives_on(told.marks)
    asha.does("release", words="It was a mistake.")
    told.changes(clocks={})
    assert lives_on(told.marks)
    ravi.does("release", words="I was there: nobody was hurt.")
    told.changes(clocks={})
    assert not lives_on(told.marks)


# ---- A wish to stop, words that nobody answered, a form sent twice


def test_who_must_go_on_tells_the_child_why(team: Team) -> None:
    """S20: a wish to stop is checked; where a child is in danger it goes on, and she is told."""
    told = report(team)
    asha = before(team, team.asha, told)
    assert "The report has changed" in asha.browser.open(f"{told.path}/go-on").text
    told.says(ChildMessage("withdraw"))
    asha = before(team, team.asha, told)
    asha.does("go-on", reason="The lamp can fall on somebody.", words="We cannot stop yet. A child may be hurt.")
    assert WITHDRAW_ASKED not in told.marks.flags
    assert set(told.marks.clocks) == {"go_on"}
    message, step = told.replies()[-2:]
    assert (message.said["words"], step.said["step"]) == ("We cannot stop yet. A child may be hurt.", "goes_on")
    assert "The lamp can fall" not in repr([entry.said for entry in told.replies()])


def test_nobody_reads_that_it_stopped_as_she_asked_when_she_asked_to_go_on_since(team: Team) -> None:
    told = report(team)
    told.says(ChildMessage("withdraw"))
    told.says(ChildMessage("child", "Please go on."))
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    asha.does("record", action="talked", words="We talked.")
    asha.does("answer", words="We go on.")
    asha.does("close", outcome="Well.", words="It is done.")
    ravi.does("agree", answer="yes")
    assert told.replies()[-1].said["step"] == "closed"


def test_nothing_is_closed_over_words_that_nobody_answered(team: Team) -> None:
    told = report(team)
    told.says(ChildMessage("child", "It is still broken."))
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    assert "nobody has answered yet" in asha.does("close", status=422, outcome="Well.", words="Well.")
    asha.does("answer", words="The new one comes on Monday.")
    asha.does("close", outcome="Well.", words="Well.")
    page = before(team, team.ravi, told).browser.open(f"{told.path}/agree").text
    assert "What the child is told when it is closed" in page.partition('<dl class="asked">')[2].partition("</dl>")[0]


def test_a_form_that_is_sent_twice_is_done_once(team: Team) -> None:
    """A finger taps twice, a line breaks after it arrived."""
    told = report(team)
    asha = before(team, team.asha, told)
    asha.browser.open(told.path)
    seen = asha.browser.hidden["seen"]
    for _twice in range(2):
        assert "It is sent." in asha.sends("answer", words="The cook knows it.", seen=seen)
    asha.does("answer", words="The cook knows it.")
    words = [entry.said.get("words") for entry in told.replies()]
    assert words.count("The cook knows it.") == 2, "a new form is a new answer"
