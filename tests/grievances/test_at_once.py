"""The desk on both databases: the whole way of a report, and two advocates who act in the same moment."""

from concurrent.futures import ThreadPoolExecutor

from tests.grievances.acting import At, before
from tests.grievances.conftest import Team
from tests.grievances.telling import tell


def test_a_report_goes_its_whole_way(on_both: object, team: Team) -> None:
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


def test_of_two_who_act_in_the_same_moment_one_is_told_and_nothing_is_lost(on_both: object, team: Team) -> None:
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
