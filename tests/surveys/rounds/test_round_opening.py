"""What keeps a round from opening; everything at once, as codes."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.support.open_rounds import LETTERS, NOW, PAPERS, House, questions
from tests.support.publications import starter
from youthvoice.slips.rules import MAX_SLIPS
from youthvoice.surveys.questionnaires.question_identity import question_hash
from youthvoice.surveys.questionnaires.questionnaire import Bin, Question, Questionnaire, make_words
from youthvoice.surveys.rounds.entities import Span
from youthvoice.surveys.rounds.labels import opening_message
from youthvoice.surveys.rounds.rules import (
    RoundOpening,
    SiteReadiness,
    opening_notices,
    opening_refusals,
    question_periods,
)

READY = SiteReadiness("Example House", ("en",), 2, helpline=True)
END = datetime(2026, 12, 4, tzinfo=UTC)
PAIR = (Span("pre", NOW, END), Span("post", END, END + timedelta(days=9)))


class _Nobody:
    id = 1


class _Second:
    id = 2


def _opening(**other: object) -> RoundOpening:
    people: Any = {"coordinator": _Nobody(), "advocate": _Second()}
    return House(7, people).opening(1, **other)


def _codes(
    opening: RoundOpening,
    questionnaire: Questionnaire | None = None,
    *,
    approved: bool = True,
    site_readiness: SiteReadiness = READY,
    decider: bool = True,
    asked: frozenset[str] = frozenset(),
) -> set[str]:
    found = opening_refusals(
        opening,
        questionnaire or questions(),
        approved=approved,
        sites=[site_readiness],
        decider_is_here=decider,
        asked_identities=asked,
        now=NOW,
    )
    for one in found:
        assert opening_message(one)
    return {one.code for one in found}


def test_a_round_that_is_well_prepared_may_open() -> None:
    assert _codes(_opening()) == set()


def test_small_children_draw_no_slips_and_are_asked_only_where_somebody_reads_the_answers() -> None:
    """Their page asks for no pictures of a slip, and of fewer than ten nobody would read anything."""
    small = starter("daily-life-4-6")
    assert _codes(_opening(slips=True, invited=6), small) == {"small_children_draw_no_slips", "too_few_small_children"}
    assert _codes(_opening(invited=10), small) == set()


def test_a_round_ends_with_its_site_at_the_latest() -> None:
    opening = _opening()
    closing = {day: replace(READY, closes_on=opening.last_day + timedelta(days=day)) for day in (-1, 0)}
    assert _codes(opening, site_readiness=closing[-1]) == {"site_closes"}
    assert _codes(opening, site_readiness=closing[0]) == {"answer_after_last_day"}


def test_a_round_is_answered_while_its_site_is_open() -> None:
    opening = _opening()
    in_time, earlier = (replace(READY, closes_on=opening.answer_due - timedelta(days=days)) for days in (0, 1))
    assert _codes(opening, site_readiness=in_time) == set()
    assert _codes(opening, site_readiness=earlier) == {"answer_after_last_day"}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    opening = _opening(
        spans=(Span("single", NOW, NOW - timedelta(days=1)),),
        answer_due=date(2026, 11, 1),
        invited=0,
        permission=" ",
        seconded_by=1,
    )
    site_readiness = SiteReadiness("Example House", ("en",), 1, helpline=False)
    food = frozenset({question_hash(questions().coded[0])})
    assert _codes(opening, approved=False, site_readiness=site_readiness, decider=False, asked=food) == {
        "not_approved",
        "too_few_advocates",
        "helpline_untested",
        "ends_before_start",
        "due_too_early",
        "nobody_invited",
        "no_permission",
        "decider_left",
        "second_is_first",
        "asked_already",
    }


def test_a_round_that_ended_before_today_does_not_open() -> None:
    past = (Span("single", NOW - timedelta(days=3), NOW - timedelta(days=1)),)
    assert _codes(_opening(spans=past)) == {"ends_before_start"}


def test_the_answer_is_due_after_the_last_day() -> None:
    last = _opening().last_day
    assert _codes(_opening(answer_due=last)) == {"due_too_early"}
    assert _codes(_opening(answer_due=last + timedelta(days=1))) == set()


def test_a_care_round_has_no_letter_box_and_says_its_number_later() -> None:
    assert _codes(_opening(purpose="care", invited=0)) == set()
    assert _codes(_opening(purpose="care", invited=0), questions(LETTERS)) == {"letter_box_in_care"}


def test_only_a_choice_can_be_opened_as_a_choice_so_that_nothing_else_escapes_the_ten() -> None:
    assert _codes(_opening(purpose="choice")) == {"not_a_choice"}


def test_an_everyday_choice_is_opened_as_nothing_else() -> None:
    questionnaire = replace(questions(), purpose="choice")
    assert _codes(_opening(purpose="regular"), questionnaire) == {"is_a_choice"}
    assert _codes(_opening(purpose="choice"), questionnaire) == set()


def test_a_pair_on_the_same_days_is_said_to_be_one() -> None:
    same = tuple(replace(span, starts_at=PAIR[0].starts_at, ends_at=PAIR[0].ends_at) for span in PAIR)
    known = {one.code for one in opening_notices(_opening(spans=same), questions(), [READY])}
    assert "same_days" in known
    assert "same_days" not in {one.code for one in opening_notices(_opening(spans=PAIR), questions(), [READY])}


@pytest.mark.parametrize("purpose", ["care", "choice"])
def test_care_and_choice_are_never_paired(purpose: str) -> None:
    assert "never_paired" in _codes(_opening(purpose=purpose, spans=PAIR))


def test_cards_link_the_waves_of_a_pair_and_are_slips_themselves() -> None:
    assert _codes(_opening(link="card", spans=PAIR)) == set()
    assert _codes(_opening(link="card")) == {"cards_need_a_pair"}
    assert _codes(_opening(link="card", spans=PAIR, slips=True)) == {"cards_instead_of_slips"}
    assert _codes(_opening(link="card", spans=PAIR, invited=MAX_SLIPS + 1)) == {"too_many_for_slips"}


def test_sheets_of_a_card_pair_wait_a_year_at_most_under_a_key_that_opens_them() -> None:
    """The first wave is not counted before the second: a pair over years would keep open answers for years."""
    first, second = PAIR
    late = replace(second, starts_at=first.starts_at + timedelta(days=360), ends_at=first.starts_at + timedelta(367))
    due = (first.starts_at + timedelta(days=400)).date()
    assert _codes(_opening(link="card", spans=(first, late), answer_due=due)) == {"too_long"}
    assert _codes(_opening(spans=(first, late), answer_due=due)) == set()


def test_one_sheet_needs_questions_about_before_and_now() -> None:
    assert _codes(_opening(link="sheet")) == {"sheet_asks_once"}


def test_fewer_than_ten_are_allowed_and_clearly_told() -> None:
    opening = _opening(invited=9)
    assert _codes(opening, questions(LETTERS)) == set()
    assert [one.code for one in opening_notices(opening, questions(LETTERS), [READY])] == ["only_letters_read"]
    assert [one.code for one in opening_notices(opening, questions(), [READY])] == ["nothing_counted"]
    assert opening_notices(_opening(invited=10), questions(), [READY]) == ()


def test_a_language_that_the_site_offers_and_the_questionnaire_lacks_is_told() -> None:
    site_readiness = SiteReadiness("Example House", ("en", "hi"), 2, helpline=True)
    (missing,) = opening_notices(_opening(), questions(), [site_readiness])
    assert missing.code == "language_missing"
    assert "हिन्दी" in opening_message(missing)


def test_a_question_is_asked_in_every_quarter_that_its_round_touches() -> None:
    spans = (Span("single", NOW, datetime(2027, 4, 2, tzinfo=UTC)),)
    (food,) = question_periods(questions(), "regular", spans, "Asia/Kolkata")
    assert food.periods == ("2026Q4", "2027Q1", "2027Q2")


def test_the_quarter_is_that_of_the_site() -> None:
    ends = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)  # half past one on New Year's Day there
    (food,) = question_periods(questions(), "regular", (Span("single", NOW, ends),), "Asia/Kolkata")
    assert food.periods == ("2026Q4", "2027Q1")


def test_a_lasting_fact_is_asked_once_a_year_and_a_pair_is_one_asking() -> None:
    food, school = question_periods(questions(PAPERS), "awareness", PAIR, "UTC")
    assert food.periods == food.forbidding == ("2026Q4",)
    assert school.periods == ("2026Q4", "2026")
    assert school.forbidding == ("2026%",)


def _hours(*ends: int) -> Questionnaire:
    """How long children sleep, in ranges that end there."""
    lows = (0, *(end + 1 for end in ends))
    ranges = tuple(
        Bin(f"from_{low}", low, high, make_words(en=f"{low} on")) for low, high in zip(lows, (*ends, 24), strict=True)
    )
    question = Question(name="sleep", kind="number", text=make_words(en="How many hours do you sleep?"), bins=ranges)
    return replace(questions(), questions=(question,))


def test_a_number_counted_by_other_ranges_is_the_same_question() -> None:
    """T9: of the same children "0 to 5" less "0 to 4" is who said five."""
    spans = (Span("single", NOW, END),)
    remembered = frozenset(one.identity for one in question_periods(_hours(5), "regular", spans, "UTC"))
    assert _codes(_opening(), _hours(4), asked=remembered) == {"asked_already"}
    assert not _codes(_opening(), questions(), asked=remembered)


def test_what_an_earlier_release_remembered_of_a_number_still_counts() -> None:
    """It remembered the ranges, too."""
    text = "how many hours do you sleep\n0 on\n6 on"
    earlier = frozenset({hashlib.sha256(text.encode()).hexdigest()})
    assert _codes(_opening(), _hours(5), asked=earlier) == {"asked_already"}


def test_a_choice_is_exempt() -> None:
    assert question_periods(questions(), "choice", (Span("single", NOW, END),), "UTC") == ()


@given(st.integers(0, 3000), st.integers(1, 366))
def test_every_day_of_a_round_lies_in_a_quarter_that_is_remembered(start: int, days: int) -> None:
    first = NOW + timedelta(days=start)
    span = Span("single", first, first + timedelta(days=days))
    (food,) = question_periods(questions(), "regular", (span,), "UTC")
    touched = {f"{day.year}Q{(day.month + 2) // 3}" for day in (first + timedelta(days=n) for n in range(days + 1))}
    assert set(food.periods) == touched


def test_days_of_a_site_become_moments() -> None:
    span = Span.of_days("single", date(2026, 11, 24), date(2026, 11, 25), "Asia/Kolkata", NOW)
    assert span.starts_at == NOW, "today means: from now on"
    assert span.ends_at == datetime(2026, 11, 25, 18, 30, tzinfo=UTC), "midnight there"
    assert span.last_day("Asia/Kolkata") == date(2026, 11, 25)
