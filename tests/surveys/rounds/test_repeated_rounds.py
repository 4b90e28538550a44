"""How often the same children are asked the same (PRIVACY.md A1, T9)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.batches import a_question, a_questionnaire
from youthvoice.surveys.rounds.entities import Span
from youthvoice.surveys.rounds.rules import question_periods

SPANS = (Span("single", datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 9, tzinfo=UTC)),)


@pytest.mark.parametrize("lasting", [(True, False), (False, True), (True, True)])
def test_a_fact_that_lasts_under_any_of_its_names_is_remembered_for_the_year(lasting: tuple[bool, bool]) -> None:
    """The same words under a second name, where they are not said to last, take nothing of it back."""
    first, second = (
        replace(a_question("papers"), name=name, lasting=one)
        for name, one in zip(("papers", "papers_again"), lasting, strict=True)
    )
    questionnaire = replace(a_questionnaire(), questions=(first, second))
    (ask,) = question_periods(questionnaire, "regular", SPANS, "Asia/Kolkata")
    assert ask.periods == ("2026Q4", "2027Q1", "2026", "2027")
    assert ask.forbidding == ("2026%", "2027%")


def test_what_changes_is_remembered_for_the_quarters_it_is_open_in() -> None:
    questionnaire = replace(a_questionnaire(), questions=(a_question("food"),))
    (ask,) = question_periods(questionnaire, "regular", SPANS, "Asia/Kolkata")
    assert ask.periods == ask.forbidding == ("2026Q4", "2027Q1")
