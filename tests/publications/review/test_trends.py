"""PRIVACY.md A5, A6: a trend lays published bands beside each other, adds them by the year, claims little."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import signed_in
from tests.support.publications import Counts, House, counts_of, evenly, kindly, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.publications.band_lines import GOOD_SIDE
from youthvoice.publications.review import drafting
from youthvoice.publications.review.trends import ROUNDS_ALONE, find_trends
from youthvoice.publications.snapshot import Frozen, SnapshotContext, Wave, freeze_view
from youthvoice.publications.store import list_waiting_editions, mark_edition_sent_back

FIRST = date(2024, 2, 5)


def view(place: int, n: int = 24, good: int = 20, name: str = "daily-life-10-12", **other: Any) -> Frozen:
    """The view of a round for reviews: the food was good for so many."""
    questionnaire = starter(name)
    counts: Counts = counts_of(questionnaire, n)
    counts["food"] = dict.fromkeys(counts["food"], 0) | {"good": good, "bad": n - good}
    day = FIRST + timedelta(days=92 * place)
    snapshot_context = SnapshotContext(
        round=f"kite-{place}", wave="single", questionnaire=questionnaire, sites=("Example House",),
        decider="Lata Example", answer_due=day, made_on=day,
    )  # fmt: skip
    made = freeze_view(snapshot_context, Wave(counts=counts, n=n, first_day=day, last_day=day), None, "review")
    return made | other


def food(newest: Frozen, *earlier: Frozen) -> Any:
    (found,) = find_trends(newest, earlier)["food"]
    return found


def test_rounds_stand_in_the_order_of_their_days_with_the_lines_they_were_published_with() -> None:
    one, two, three = view(0, good=2), view(1, good=12), view(2, good=22)
    found = food(three, two, one)
    assert [point.line["code"] for point in found.points] == ["few", "about_half", "most"]
    for point, of in zip(found.points, (one, two, three), strict=True):
        published = next(line for line in _question(of, "food")["lines"] if line["key"] == GOOD_SIDE)
        assert point.line == published
        assert point.day == of["last_day"]


def _question(of: Frozen, name: str) -> Any:
    return next(one for one in of["questions"] if one["name"] == name)


def test_a_later_round_changes_nothing_of_the_sheet_of_an_earlier_one() -> None:
    one, two, three = (view(place) for place in range(3))
    assert find_trends(two, [one, three]) == find_trends(two, [one])
    assert find_trends(one, [two, three]) == {}


def test_more_is_said_only_where_bands_lie_a_tenth_apart() -> None:
    found = food(view(2, good=22), view(1, good=12), view(0, good=2))
    days = [view(place)["last_day"] for place in range(3)]
    assert found.changes == ((days[1], "too_wide"), (days[0], "more")), "about half, 9 to 15, may be 15 as well as most"


def test_rounds_of_before_the_last_six_are_added_by_the_year_bands_never_counts() -> None:
    rounds = [view(place, good=2) for place in range(ROUNDS_ALONE + 5)]
    found = food(rounds[-1], *rounds[:-1])
    together = found.points[0]
    low, high = found.points[-1].line["low"], found.points[-1].line["high"]
    assert (together.day, together.rounds) == ("2024", 4)
    assert together.line == {"low": 4 * low, "high": 4 * high, "n": 96, "code": "between", "tenths": None}
    assert [point.rounds for point in found.points[1:]] == [1] * (ROUNDS_ALONE + 1)


@pytest.mark.parametrize("other", [{"purpose": "care"}, {"questions": []}])
def test_another_asking_is_no_point_of_it(other: dict[str, Any]) -> None:
    assert find_trends(view(1), [view(0, **other)]) == {}


def test_a_question_is_the_same_by_its_words_whatever_it_is_called() -> None:
    renamed, reworded = view(0), view(0)
    _question(renamed, "food")["name"] = "meal"
    _question(reworded, "food")["text"] = {"en": "Is the food warm?"}
    assert len(food(view(1), renamed).points) == 2
    assert "food" not in find_trends(view(1), [reworded])


def test_waves_linked_by_a_card_give_two_points_and_others_are_not_told_twice() -> None:
    linked, apart = _with_before(view(1), view(0)), _with_before(view(2), view(1))
    linked["linked"] = True
    newest = view(2)
    assert [point.day for point in food(newest, linked).points] == [
        view(0)["last_day"], view(1)["last_day"], newest["last_day"],
    ]  # fmt: skip
    assert len(food(view(3), apart).points) == 2
    assert "food" not in find_trends(apart, [view(1)]), "they stand beside each other already"


def _with_before(of: Frozen, earlier: Frozen) -> Frozen:
    of["before"] = {"n": earlier["n"], "first_day": earlier["first_day"], "last_day": earlier["last_day"]}
    for question in of["questions"]:
        for line, old in zip(question["lines"], _question(earlier, question["name"])["lines"], strict=True):
            line["before"] = {key: old[key] for key in ("low", "high", "n", "code", "tenths")}
    return of


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def _round(
    home: House, clock: StillClock, n: int, spread: Any = kindly, group: str = "", *, approve: bool = True
) -> str:
    clock.move(days=100)
    questionnaire = starter("daily-life-10-12")
    (facts,) = home.open(questionnaire, group_name=group)
    home.count(facts, n, counts_of(questionnaire, n, spread))
    drafting.draft_due()
    with db.writing(db.engine()) as session:
        (edition,) = list_waiting_editions(session, [home.site_id])
        log = Log(context.today(), "advocate")
        if approve:
            drafting.approve_edition(session, edition, home.people["advocate"].id, context.today(), log)
        else:
            mark_edition_sent_back(session, edition, "an example", log)
        return edition.rows["review"].slug


def test_a_review_reads_it_and_nobody_else_and_no_other_children_are_in_it(
    home: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    _round(home, clock, 24, evenly)
    _round(home, clock, 30, group="Class VII")
    _round(home, clock, 40, approve=False)
    newest = _round(home, clock, 24)
    browser = signed_in(visitor(), home.people["reviewer"])
    for address in (f"/staff/publications/{newest}/review", f"/staff/publications/{newest}/review/print/en"):
        page = browser.open(address).text
        assert page.count("Round after round") > 3
        assert "of 30" not in page, "a group is not its site"
        assert "of 40" not in page, "sent back: nobody is shown it"
        assert page.count("These ranges are too wide to show a change.") == 1
        assert "A question about safety: only this page shows it." in page
    advocate = signed_in(visitor(), home.people["advocate"])
    for address in ("", "/children", "/print"):
        assert "Round after round" not in advocate.open(f"/staff/publications/{newest}{address}").text
