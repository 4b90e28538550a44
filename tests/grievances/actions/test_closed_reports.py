"""A report closes with an action, an outcome and a second person; it opens again (S15, S16)."""

from wtforms import TextAreaField

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.report_actions import before
from tests.support.reports import Told, tell
from youthvoice.grievances.actions import registry
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.threads.case_state import WITHDRAW_ASKED, hour_after

OUTCOME, WORDS = "The cook says sorry.", "The cook knows it was wrong. It will not happen again."


def asked(team: Team, told: Told) -> None:
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    asha.does("close", outcome=OUTCOME, words=WORDS)


def test_nothing_closes_without_an_action(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    assert "The report has changed" in before(team, team.asha, told).browser.open(f"{told.path}/close").text


def test_nothing_closes_without_an_outcome_and_words_for_the_child(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    asha.does("close", status=422, outcome="", words=WORDS)
    asha.does("close", status=422, outcome=OUTCOME, words="")
    assert told.marks.state == "open"


def test_nobody_agrees_with_herself_and_the_second_person_closes_it(team: Team, clock: StillClock) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asked(team, told)
    assert (told.marks.state, told.marks.owner) == ("asked", team.asha.id)
    assert "agree" in told.marks.clocks
    assert "The report has changed" in before(team, team.asha, told).browser.open(f"{told.path}/agree").text
    ravi = before(team, team.ravi, told)
    assert OUTCOME in ravi.reads()
    assert told.replies()[-1].said.get("words") != WORDS
    ravi.does("agree", answer="yes")
    assert told.marks.state == "closed"
    two, six = hour_after(clock(), 14 * 24), hour_after(clock(), 42 * 24)
    assert told.marks.clocks == {"trouble_2": two, "trouble_6": six}
    message, step = told.replies()[-2:]
    assert (message.said["words"], message.said["from"]) == (WORDS, "Asha Example")
    assert step.said["step"] == "closed"


def test_a_child_who_asked_to_stop_reads_that_it_stopped(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    told.says(ChildMessage("withdraw"))
    assert "the child asks to stop" in team.at(team.ravi).open("/staff/reports/").text
    asked(team, told)
    before(team, team.ravi, told).does("agree", answer="yes")
    assert told.replies()[-1].said["step"] == "withdrawn"
    assert WITHDRAW_ASKED not in told.marks.flags


def test_sent_back_it_is_open_with_a_reason_and_a_clock(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asked(team, told)
    ravi = before(team, team.ravi, told)
    ravi.does("agree", status=422, answer="no")
    ravi.does("agree", answer="no", words="Nobody asked the child.")
    assert told.marks.state == "open"
    assert set(told.marks.clocks) == {"answer"}
    assert "Nobody asked the child." in before(team, team.asha, told).reads()


def test_where_nobody_else_reads_it_the_outside_recipient_is_the_second_person(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    asked(team, told)
    before(team, team.olga, told).does("agree", answer="yes")
    assert told.marks.state == "closed"


def test_where_nobody_may_be_asked_it_does_not_close(team: Team) -> None:
    told = tell(team.site_id, [team.asha], left_out=[team.olga, team.lead, team.ravi])
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    assert "Nobody else can read this" in asha.does("close", status=422, outcome=OUTCOME, words=WORDS)
    assert told.marks.state == "open"


def test_a_reader_opens_it_again_and_the_child_is_told(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asked(team, told)
    ravi = before(team, team.ravi, told)
    ravi.does("agree", answer="yes")
    ravi.does("reopen", words="It happened again.")
    assert told.marks.state == "open"
    assert set(told.marks.clocks) == {"answer"}
    assert told.replies()[-1].said["step"] == "reopened"
    assert "opened again" in ravi.browser.open("/staff/reports/").text


def test_nothing_closes_over_words_of_the_child_that_nobody_answered(team: Team) -> None:
    """S13."""
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    told.says(ChildMessage("child", "And the other lamp?"))
    page = asha.does("close", status=422, outcome=OUTCOME, words=WORDS)
    assert "The child wrote, and nobody has answered yet" in page
    assert told.marks.state == "open"
    asha.does("answer", words="That one, too.")
    asha.does("close", outcome=OUTCOME, words=WORDS)
    assert told.marks.state == "asked"


def test_the_second_person_does_not_close_it_before_the_authority_knows(team: Team) -> None:
    """S19: also where the law was thought of only after somebody had asked to close."""
    told = tell(team.site_id, [team.asha, team.ravi])
    asked(team, told)
    ravi = before(team, team.ravi, told)
    ravi.does("weigh", severity="2", topic="unsafe", harm="y", authority="y")
    assert told.marks.state == "asked"
    assert "First report it to the authority" in ravi.does("agree", status=422, answer="yes")
    assert told.marks.state == "asked"


def test_only_who_asked_to_close_takes_it_back(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asked(team, told)
    ravi, asha = before(team, team.ravi, told), before(team, team.asha, told)
    assert "The report has changed" in ravi.browser.open(f"{told.path}/not-yet").text
    assert told.marks.state == "asked"
    asha.does("not-yet")
    assert told.marks.state == "open"


def test_what_an_advocate_wrote_while_another_asked_to_close_stays_on_her_page(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    asha.does("record", action="talked", words="We talked.")
    for one in (ravi, asha):
        one.browser.open(f"{told.path}/close")
    asha.sends("close", outcome=OUTCOME, words=WORDS)
    page = ravi.sends("close", status=409, outcome="The cook left.", words="Somebody else cooks now.")
    assert "You cannot do this now. The report has changed." in page
    assert "readonly" in page
    assert "The cook left." in page
    assert "Somebody else cooks now." in page
    assert told.marks.owner == team.asha.id


def test_a_form_that_is_sent_twice_is_done_once_and_says_so(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    asha.does("record", action="talked", words="We talked.")
    asha.browser.open(f"{told.path}/close")
    form: dict[str, object] = dict(asha.browser.hidden)
    asha.sends("close", outcome=OUTCOME, words=WORDS)
    entries = len(told.replies())
    again = asha.browser.send(f"{told.path}/close", form | {"outcome": OUTCOME, "words": WORDS}, 200).text
    assert "The report has changed" not in again
    assert len(told.replies()) == entries


def test_no_action_that_has_become_impossible_breaks_or_loses_words(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asked(team, told)
    ravi = before(team, team.ravi, told)
    ravi.does("agree", answer="yes")
    ravi.browser.open(f"{told.path}/note")
    hidden, with_words = dict(ravi.browser.hidden), 0
    for action in registry.ACTIONS:
        boxes = [
            name for name, field in vars(action.form).items() if getattr(field, "field_class", None) is TextAreaField
        ]
        typed: dict[str, object] = {name: f"Kept words of {name}" for name in boxes}
        form = {**hidden, "seen": f"0.{action.name.encode().hex().zfill(32)[-32:]}", **typed}
        reply = ravi.browser.ask("POST", f"{told.path}/{action.name}", data=form)
        assert reply.status_code in {303, 409, 422}, action.name
        if reply.status_code != 303:
            with_words += bool(boxes)
            assert all(str(words) in reply.text for words in typed.values()), action.name
    assert with_words > 5


def test_a_child_who_changed_her_mind_about_stopping_reads_that_it_closed(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    told.says(ChildMessage("withdraw"))
    told.says(ChildMessage("child", "No, please go on."))
    asha = before(team, team.asha, told)
    asha.does("answer", words="We go on.")
    asked(team, told)
    assert WITHDRAW_ASKED in told.marks.flags
    before(team, team.ravi, told).does("agree", answer="yes")
    assert told.replies()[-1].said["step"] == "closed"
