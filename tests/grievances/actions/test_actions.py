"""What readers do with a report: answer, note, weigh, take in hand, ask; and two at once."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.report_actions import before
from tests.support.reports import tell
from tests.support.unattended_reports import mailed
from youthvoice import db
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.threads.case_state import TELL_OUTSIDE, WAITS_FOR_CHILD, CaseState, hour_after

KIND = "Thank you for telling me. Nobody should do that. Is it all right if I talk with the adults?"


def test_an_answer_reaches_the_code_and_settles_its_clocks(team: Team, clock: StillClock) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    page = asha.does("answer", words=KIND, again="7")
    assert "It is sent." in page
    assert KIND in page
    entry = told.replies()[-1]
    assert (entry.kind, entry.said["words"], entry.said["from"]) == ("message", KIND, "Asha Example")
    assert told.marks.owner == team.asha.id
    two, six = hour_after(clock(), 14 * 24), hour_after(clock(), 42 * 24)
    assert told.marks.clocks == {"answer": hour_after(clock(), 7 * 24), "trouble_2": two, "trouble_6": six}
    assert WAITS_FOR_CHILD in told.marks.flags
    before(team, team.ravi, told).reads()
    told.changes(clocks={"child_wrote": hour_after(clock(), 24)})
    asha.does("answer", words="Good. I do that on Monday.")
    assert set(told.marks.clocks) == {"go_on"}


def test_an_answer_that_repeats_the_child_is_warned_of_once_and_can_be_sent_all_the_same(team: Team) -> None:
    """S38."""
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    answer = "I read that they shouted at me at dinner. Ravi should not."
    page = asha.does("answer", status=422, words=answer)
    assert "shouted at me at dinner" in page
    assert "“Ravi”" in page
    assert answer in page
    assert "Send it all the same" in page
    assert len(told.replies()) == 2
    assert "It is sent." in asha.sends("answer", words=answer, anyway="y")
    assert told.replies()[-1].said["words"] == answer


@pytest.mark.parametrize("words", ["", "   ", "x" * 601])
def test_an_answer_is_neither_empty_nor_long(team: Team, words: str) -> None:
    told = tell(team.site_id, [team.asha])
    before(team, team.asha, told).does("answer", status=422, words=words)
    assert len(told.replies()) == 2


def test_a_note_is_for_the_readers_alone(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    assert "Ask the cook first." in before(team, team.asha, told).does("note", words="Ask the cook first.")
    assert "Ask the cook first." in before(team, team.ravi, told).reads()
    assert [entry.kind for entry in told.replies()] == ["step", "step"]


def test_two_at_once_lose_nothing_and_the_later_one_is_told_who_was_faster(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    ravi.browser.open(f"{told.path}/note")
    asha.does("answer", words=KIND)
    page = ravi.sends("note", status=409, words="I talk with the cook today.")
    assert "Asha Example changed this report while you were writing" in page
    assert "I talk with the cook today.</textarea>" in page
    assert KIND in page
    assert "The note is kept." in ravi.sends("note", words="I talk with the cook today.")
    asha.browser.open(told.path)
    told.says(ChildMessage("child", words="now it is worse"))
    page = asha.sends("answer", status=409, words="Good night.")
    assert "The child changed this report while you were writing" in page
    assert "now it is worse" in page
    assert "Good night.</textarea>" in page


def test_what_the_house_does_by_itself_keeps_nobody_from_sending(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    asha.browser.open(f"{told.path}/note")
    told.changes(flags=("announced",))
    assert "The note is kept." in asha.sends("note", words="Ask the cook first.")
    assert told.marks.flags == ("announced",)


def test_weighing_as_harm_gives_it_to_the_lead_unless_the_child_left_her_out(team: Team) -> None:
    """S17, S14."""
    case = CaseState(topic="food", clocks={"first_look": 10**6, "answer": 10**6})
    told, other = (tell(team.site_id, [team.asha, team.ravi], left_out=out, case=case) for out in ([], [team.lead]))
    for report in (told, other):
        before(team, team.asha, report).does("weigh", severity="3", topic="unsafe", harm="y")
        assert (report.marks.severity, report.marks.topic, report.marks.harm) == (3, "unsafe", True)
        assert report.marks.clocks["answer"] < 10**6
    lead = team.at(team.lead)
    assert "You, Asha Example" not in lead.open(told.path).text
    lead.open(other.path, 404)
    assert {"step": "next_person", "name": "Lee Example"} in [reply.said for reply in told.replies()]


def _with_addresses() -> None:
    with db.writing(db.engine()) as session:
        for person in session.scalars(select(PersonRow)):
            person.mail = encrypt_address(f"{person.handle}@example.org")


def _asked() -> list[str]:
    return sorted(str(mail["To"]).partition("@")[0] for mail in mailed())


@pytest.mark.parametrize(
    ("act", "typed"),
    [("weigh", {"severity": "2", "topic": "unsafe", "harm": "y"}), ("urgent", {"words": ""})],
)
def test_an_ordinary_report_that_is_weighed_as_harm_tells_the_lead_with_that_act(
    team: Team, act: str, typed: dict[str, Any]
) -> None:
    """S17, S14: before any job runs, once, and never whom the child left out."""
    _with_addresses()
    case = CaseState(topic="food", clocks={"first_look": 10**6, "answer": 10**6}, flags=("announced",))
    told, other = (tell(team.site_id, [team.asha, team.ravi], left_out=out, case=case) for out in ([], [team.lead]))
    for report, asked in ((told, ["lee"]), (other, [])):
        asha = before(team, team.asha, report)
        assert _asked() == []
        asha.does(act, **typed)
        assert _asked() == asked
    escalate_reports()
    assert "lee" not in _asked(), "nor a second time by the clocks"
    lee = before(team, team.lead, told)
    assert "a grown up shouted at me" in lee.reads()


def test_a_report_that_was_weighed_as_harm_before_or_is_closed_tells_the_lead_again(team: Team) -> None:
    """S17."""
    _with_addresses()
    case = CaseState(topic="food", clocks={"first_look": 10**6, "answer": 10**6}, flags=("announced",))
    told = tell(team.site_id, [team.asha, team.ravi], case=case)
    asha = before(team, team.asha, told)
    asha.does("weigh", severity="2", topic="unsafe", harm="y")
    asha.does("weigh", severity="1", topic="food")
    assert _asked() == ["lee"]
    told.changes(state="closed", clocks={})
    asha.does("weigh", severity="2", topic="unsafe", harm="y")
    assert _asked() == ["lee"]


def test_the_clock_for_an_authority_starts_with_the_tick_and_stops_when_it_knows_or_two_say_so(team: Team) -> None:
    """S19: one person alone neither stops it nor starts it anew."""
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    asha.does("weigh", severity="2", topic="unsafe", harm="y", authority="y")
    assert "authority" in told.marks.clocks
    assert "the law asks for a report to an authority" in asha.reads()
    runs = told.marks.clocks["authority"]
    asha.does("weigh", severity="2", topic="unsafe", harm="y", status=422)
    asha.does("record", action="talked", words="We talked.")
    assert "First report it to the authority" in asha.does("close", status=422, outcome="Well.", words="Well.")
    assert told.marks.clocks["authority"] == runs
    asha.does("no-authority", words="Nobody was hurt.")
    assert told.marks.clocks["authority"] == runs
    assert "The report has changed" in asha.browser.open(f"{told.path}/no-authority").text
    ravi = before(team, team.ravi, told)
    ravi.does("no-authority", words="I asked our lawyer.")
    assert "authority" not in told.marks.clocks
    assert "no law asks for a report to an authority" in ravi.reads()


def test_urgent_goes_to_the_lead_at_once(team: Team) -> None:
    told = tell(team.site_id, [team.asha], case=CaseState(topic="food", clocks={"answer": 10**6}))
    asha = before(team, team.asha, told)
    asha.does("urgent", words="It happens tonight.")
    assert (told.marks.urgent, told.marks.harm) == (True, True)
    assert "It happens tonight." in before(team, team.lead, told).reads()
    assert "The report has changed" in asha.browser.open(f"{told.path}/urgent").text


def test_a_report_is_taken_in_hand_and_given_on_to_readers_only(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    asha.does("owner", to=str(team.ravi.id))
    assert told.marks.owner == team.ravi.id
    asha.does("owner", status=422, to=str(team.lead.id))
    asha.does("owner", to="0")
    assert told.marks.owner == 0


def test_the_child_is_asked_and_a_check_for_reprisals_is_settled(team: Team) -> None:
    """S16."""
    told = tell(team.site_id, [team.asha], case=CaseState(state="closed", clocks={"trouble_2": 1, "trouble_6": 9}))
    asha = before(team, team.asha, told)
    page = asha.browser.open(f"{told.path}/ask").text
    assert re.search('checked id="ask-1"[^>]*value="trouble"', page)
    asha.does("ask", ask="trouble")
    assert set(told.marks.clocks) == {"trouble_2", "trouble_6"}, "asking alone settles nothing"
    assert (told.replies()[-1].kind, told.replies()[-1].said["ask"]) == ("ask", "trouble")
    told.says(ChildMessage("trouble", answer="no"))
    assert WAITS_FOR_CHILD not in told.marks.flags
    assert set(told.marks.clocks) == {"trouble_6"}
    assert "trouble since: no" in asha.reads()


def test_a_check_for_reprisals_can_be_done_by_word_of_mouth(team: Team) -> None:
    """S16: not every child comes back to her pictures."""
    told = tell(team.site_id, [team.asha], case=CaseState(state="closed", clocks={"trouble_2": 1, "trouble_6": 9}))
    asha = before(team, team.asha, told)
    asha.does("record", action="no_trouble", words="She laughed with the cook.")
    assert (told.marks.state, set(told.marks.clocks)) == ("closed", {"trouble_6"})
    asha.does("record", action="trouble", words="He took her ball away.")
    assert told.marks.state == "open"
    assert {"trouble", TELL_OUTSIDE} <= set(told.marks.flags)
    assert told.replies()[-1].said["step"] == "reopened"
    assert "nobody was bad to the child since" in asha.reads()


def test_a_child_without_a_code_cannot_be_answered_and_talking_settles_the_clock(team: Team) -> None:
    told = tell(team.site_id, [team.asha], answerable=False)
    asha = before(team, team.asha, told)
    assert "This child has no code" in asha.reads()
    assert "The report has changed" in asha.browser.open(f"{told.path}/answer").text
    asha.does("record", action="talked", words="We sat under the tree.")
    assert set(told.marks.clocks) == {"go_on"}


def test_asking_the_outside_recipient_gives_her_the_key_unless_she_was_left_out(team: Team) -> None:
    told, other = tell(team.site_id, [team.asha]), tell(team.site_id, [team.asha, team.ravi], left_out=[team.olga])
    for report in (told, other):
        before(team, team.asha, report).does("record", action="outside", words="Please look.")
        assert TELL_OUTSIDE in report.marks.flags
    assert "Please look." in before(team, team.olga, told).reads()
    team.at(team.olga).open(other.path, 404)


def test_every_act_is_logged_without_a_word_of_it(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    before(team, team.asha, told).does("note", words="canary in a note")
    with db.reading(db.engine()) as session:
        entries = list(session.scalars(select(AuditEntryRow)))
    assert {"report.open", "report.act"} <= {entry.action for entry in entries}
    assert not [entry for entry in entries if "canary" in entry.subject + entry.action]


def test_the_log_tells_neither_that_a_report_is_urgent_or_closed_nor_who_stepped_back(team: Team) -> None:
    """T6: the log lies in clear beside the marks, which a thief must not know."""
    told = tell(team.site_id, [team.asha, team.ravi])
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    asha.does("urgent")
    asha.does("weigh", severity="3", topic="unsafe", harm="y", authority="y")
    asha.does("authority", authority="Police", number="7", on="2026-11-20", at="10:00")
    asha.does("close", outcome="It is better.", words="It is better now.")
    ravi.does("agree", answer="yes")
    ravi.does("step-back", sure="y")
    with db.reading(db.engine()) as session:
        lines = list(session.scalars(select(AuditEntryRow.action).where(AuditEntryRow.subject.contains(told.id.hex()))))
    assert lines == ["report.open"] * 2 + ["report.act"] * 6
