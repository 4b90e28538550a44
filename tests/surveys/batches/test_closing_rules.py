"""When a batch closes, as a pure rule (PRIVACY.md A1, A11)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.batches import a_question, a_questionnaire
from youthvoice.surveys.batches.rules import (
    BatchDecision,
    BatchState,
    decide_batch,
    find_winners,
    has_too_many_responses,
    next_quarter,
)
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire, make_words
from youthvoice.surveys.rounds.entities import describe_winner, words_of_options

START = datetime(2026, 11, 2, tzinfo=UTC)
END = datetime(2026, 11, 20, tzinfo=UTC)
REGULAR = BatchState(
    purpose="regular", starts_at=START, ends_at=END, invited=20, responses=20, readable=20, tablets_waiting=(),
    looked=None, time_zone="Asia/Kolkata",
)  # fmt: skip


def code(batch_state: BatchState, now: datetime = END) -> str:
    return decide_batch(batch_state, now).code


def with_sheets(number: int, **more: object) -> BatchState:
    return replace(REGULAR, responses=number, readable=number, **more)  # type: ignore[arg-type]


def test_it_closes_at_its_end_and_not_a_second_before() -> None:
    assert decide_batch(REGULAR, END - timedelta(seconds=1)) == BatchDecision("not_ended", END)
    assert code(REGULAR) == "counted"


@pytest.mark.parametrize(("sheets", "outcome"), [(0, "too_few"), (9, "too_few"), (10, "counted"), (22, "counted")])
def test_ten_is_the_least(sheets: int, outcome: str) -> None:
    assert code(with_sheets(sheets)) == outcome


@pytest.mark.parametrize(
    ("sheets", "invited", "many"), [(22, 20, False), (23, 20, True), (11, 10, False), (12, 10, True)]
)
def test_over_a_tenth_more_than_invited_is_too_many(sheets: int, invited: int, many: bool) -> None:
    assert has_too_many_responses(sheets, invited) is many


def test_too_many_sheets_are_not_counted_however_few_they_are() -> None:
    assert code(with_sheets(6, invited=5)) == "too_many"
    assert code(with_sheets(40, invited=20)) == "too_many"


def test_sheets_that_do_not_open_still_count_as_too_many() -> None:
    assert code(replace(REGULAR, responses=23, readable=15)) == "too_many"


def test_a_tablet_with_a_queue_is_waited_for_fourteen_days() -> None:
    waiting = replace(REGULAR, tablets_waiting=("Veranda",))
    until = END + timedelta(days=14)
    assert decide_batch(waiting, until - timedelta(seconds=1)) == BatchDecision("tablets", until, ("Veranda",))
    assert code(waiting, until) == "counted"


def test_a_choice_waits_for_no_tablet_and_needs_five() -> None:
    batch_state = with_sheets(5, purpose="choice", tablets_waiting=("Veranda",))
    assert code(batch_state) == "chosen"
    assert code(replace(batch_state, responses=4, readable=4)) == "too_few"


def test_what_cannot_be_read_waits_a_year() -> None:
    lost = replace(REGULAR, readable=0)
    assert code(lost) == "unreadable"
    assert code(replace(lost, key_gone=True)) == "key_gone"
    assert code(lost, END + timedelta(days=365)) == "discarded"


CARE = replace(REGULAR, purpose="care", invited=0, ends_at=START + timedelta(days=900))
NEW_YEAR = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # in Kolkata


def test_a_care_round_is_looked_at_when_its_own_quarter_ends() -> None:
    before = NEW_YEAR - timedelta(seconds=1)
    assert decide_batch(CARE, before) == BatchDecision("quarter_end", NEW_YEAR)
    assert code(CARE, NEW_YEAR) == "run_on"
    assert code(replace(CARE, responses=9), NEW_YEAR) == "look"
    assert code(replace(CARE, responses=30, looked="2027Q1"), NEW_YEAR) == "under_ten"


def test_a_care_round_under_ten_after_a_year_ends() -> None:
    year = START + timedelta(days=365)
    assert code(replace(CARE, responses=9, readable=9, looked="2027Q3"), year) == "run_on"
    ended = replace(CARE, responses=9, readable=9, ends_at=year)
    assert code(ended, year) == "too_few"


def test_a_care_round_waits_for_the_invited_number() -> None:
    ended = replace(CARE, ends_at=END)
    assert code(ended) == "invited_number"
    assert code(replace(ended, invited=20)) == "counted"
    assert code(replace(ended, invited=12)) == "too_many"


def test_a_quarter_begins_at_the_sites_own_midnight() -> None:
    assert next_quarter(datetime(2026, 12, 31, 18, 29, tzinfo=UTC), "Asia/Kolkata") == NEW_YEAR
    assert next_quarter(datetime(2026, 2, 3, tzinfo=UTC), "UTC") == datetime(2026, 4, 1, tzinfo=UTC)


def test_a_tie_goes_to_what_stands_first() -> None:
    counts = {"meal": {"rice": 2, "bread": 4, "soup": 4, "dont_know": 0, "did_not_say": 1}}
    assert find_winners(a_questionnaire("choice"), counts, 11) == {"meal": ("bread",)}


def test_votes_are_counted_per_question() -> None:
    asked = (a_question("meal", "rice", "bread"), a_question("games", "ball", "chess", kind="choose_many"))
    questionnaire = Questionnaire(
        name="two", title=make_words(en="Two"), purpose="choice", ages="10-12", languages=("en",), questions=asked
    )
    counts = {
        "meal": {"rice": 3, "bread": 1, "dont_know": 1, "did_not_say": 2},
        "games": {"ball": 4, "chess": 5, "dont_know": 0, "did_not_say": 2},
    }
    assert find_winners(questionnaire, counts, 7) == {"games": ("chess",)}


def test_only_sheets_that_can_be_read_make_ten() -> None:
    """Twelve arrived, three of them altered: nine children would be counted."""
    assert code(replace(REGULAR, responses=12, readable=9)) == "too_few"
    assert code(replace(REGULAR, responses=12, readable=10)) == "counted"


def test_of_a_tie_only_what_every_winner_is_called_in_is_said() -> None:
    """A language that one of the two has no word for is left out; the closing does not stop over it."""
    question = a_question("meal", "rice", "bread")
    rice, bread = question.options
    question = replace(question, options=(replace(rice, text=make_words(en="Rice", hi="चावल")), bread))
    assert words_of_options(question, ("rice", "bread")) == {"en": "Rice + Bread"}
    assert describe_winner(question, ("rice", "bread")) == {"en": "Rice + Bread: About meal?"}
    assert words_of_options(question, ("rice",)) == {"en": "Rice", "hi": "चावल"}
