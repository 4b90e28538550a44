"""What children told becomes a theme only where it points at nobody (PRIVACY.md A12)."""

import pytest

from tests.grievances.conftest import Team
from tests.support.report_actions import before
from tests.support.reports import tell
from youthvoice.grievances.actions.theme_summary import missing_for_theme
from youthvoice.threads.case_state import SUMMARY_AGREED


@pytest.mark.parametrize(
    ("of_it", "of_all", "more"), [(3, 10, 0), (3, 12, 0), (3, 13, 1), (2, 10, 1), (3, 9, 1), (0, 0, 10), (9, 40, 1)]
)
def test_at_least_three_and_one_in_four_of_ten_or_more(of_it: int, of_all: int, more: int) -> None:
    assert missing_for_theme(of_it, of_all) == more


def test_one_writes_and_another_agrees(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha, ravi = before(team, team.asha, told), before(team, team.ravi, told)
    assert "9 more reports about this need such words" in asha.browser.open(f"{told.path}/sum-up").text
    asha.does("sum-up", words="Grown-ups should talk calmly at meals.")
    assert "The report has changed" in asha.browser.open(f"{told.path}/agree-sum-up").text
    ravi.does("agree-sum-up", answer="no")
    assert SUMMARY_AGREED not in told.marks.flags
    asha.does("sum-up", words="Grown-ups should be calm at meals.")
    page = ravi.does("agree-sum-up", answer="yes")
    assert "Grown-ups should be calm at meals." in page
    assert SUMMARY_AGREED in told.marks.flags
    assert [entry.kind for entry in told.replies()] == ["step", "step"]


@pytest.mark.parametrize("words", ["A grown up shouted at me at dinner.", "Lee Example was angry."])
def test_words_of_the_child_and_names_are_refused(team: Team, words: str) -> None:
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    assert "could recognise the child" in asha.does("sum-up", status=422, words=words)


def test_a_quote_needs_the_childs_yes_and_still_bears_no_name(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    asha.does("sum-up", words="a grown up shouted at me", quoted="y")
    asha.does("sum-up", status=422, words="Ravi shouted at me at dinner", quoted="y")
