"""Steps of care tell of adults, not of a child: twins in one child's words, and what moves on which day.

T3 and T5 of PRIVACY.md, for figures of fewer than ten children too; and T1 and T2 from ten on.
"""

from collections.abc import Callable, Iterator, Mapping

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.attacks.disclosure.test_crawl import PARAMETERS, steady
from tests.attacks.disclosure.test_indistinguishable import SITE
from tests.conftest import StillClock
from tests.support.care_steps import counted, decide_all, freeze_next, offer
from tests.support.reviews import Child, Panel, make_panel, make_review, review_now, say, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.privacy.disclosure.bands import demands_of
from youthvoice.publications.care_steps.labels import export_care_csv, rows_of_quarter
from youthvoice.publications.care_steps.quarters import (
    ReviewFacts,
    RoundCells,
    StepCells,
    count_quarter,
    freeze_care_quarters_due,
)
from youthvoice.reviews import decisions
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own
from youthvoice.reviews.store import list_reviews

STEPS = ("admission", "recovery", "reintegration", "aftercare")
MANY = Statement(words="I want to see my grandmother", change=("family", "school", "food"))


@pytest.fixture
def panel(app: Flask, visitor: Callable[[], Visitor]) -> Panel:
    return make_panel(visitor)


def disagrees(child: Child | None) -> None:
    """She says that it is not right: a new look, about every wish."""
    assert child
    thread_id, statement_facts = child.thread_id, review_now(child.review).valid_statement
    assert statement_facts
    for part in statement_facts.wishes:
        with db.writing(db.engine()) as session:
            own_statement = open_own(session, thread_id, child.code.reply.private, to_change=True)
            assert own_statement
            decisions.disagree(session, own_statement, part, words="It is not done")


def four_children(panel: Panel, clock: StillClock) -> Iterator[tuple[str, Child | None]]:
    """One at each step, asked alike: one says much, one says nothing, one takes it back, one says a little."""
    said = dict(zip(STEPS, (MANY, None, MANY, Statement(good=("friends",), change=("food",))), strict=True))
    reviews = {step: make_review(panel, days=6, case=f"K-{step[:3]}-1", step=step) for step in STEPS}
    for step, review in reviews.items():
        offer(panel, review, "prepares" if said[step] else "chose_not")
    clock.move(days=1)
    children = {step: say(reviews[step], told) if told else None for step, told in said.items()}
    back = children["reintegration"]
    assert back
    back.takes_back()
    clock.move(days=5)
    yield from children.items()


@pytest.mark.parametrize("adults", ["decide", "are late", "do nothing"])
def test_whatever_one_child_said_the_cells_are_the_same(panel: Panel, clock: StillClock, adults: str) -> None:
    """T3, with one child at each step: what adults did is alike, what she did is not."""
    children = dict(four_children(panel, clock))
    if adults == "are late":
        clock.move(days=8)
    if adults != "do nothing":
        for step in STEPS:
            decide_all(panel, review_of(panel, step))
        clock.move(days=1)
        disagrees(children["aftercare"])
    freeze_next(clock)
    (quarter,) = counted(panel)
    told = set(map(repr, quarter.steps.values()))
    assert told == {repr(StepCells("every", None, "every" if adults == "decide" else "gap"))}


def review_of(panel: Panel, step: str) -> Review:
    with db.reading(db.engine()) as session:
        return next(review for review in list_reviews(session, [panel.site_id]) if review.body.step == step)


def shown(panel: Panel) -> Mapping[str, str | bytes]:
    """Every figure there is, by reader and address; and what waits for the lead, who is invited to no review."""
    paths = ("/staff/care-steps/", "/staff/care-steps/figures.csv")
    lead, advocate = panel.at(panel.lee), panel.at(panel.asha)
    seen = {f"lee {path}": steady(lead.open(path)) for path in (*paths, "/staff/", "/staff/answers/")}
    return seen | {f"asha {path}": steady(advocate.open(path)) for path in paths}


def test_nothing_moves_on_a_day_on_which_a_child_did_something(panel: Panel, clock: StillClock) -> None:
    """T5: until the quarter is counted, whatever she does; and once it is, never again."""
    review = make_review(panel, days=1, case="K-1", step="admission")
    offer(panel, review, "chose_not")
    clock.move(days=1)
    decide_all(panel, review)
    freeze_next(clock)
    before = shown(panel)
    children = {}
    for step, child in four_children(panel, clock):
        freeze_care_quarters_due()
        assert shown(panel) == before, step
        children[step] = child
    for step in STEPS[1:]:
        decide_all(panel, review_of(panel, step))
        assert shown(panel) == before, step
    disagrees(children["aftercare"])
    clock.move(days=20)
    freeze_care_quarters_due()
    assert shown(panel) == before
    freeze_next(clock)
    after = shown(panel)
    assert before.keys() == after.keys()
    assert all(after[at] != before[at] for at in after), "the eyes are open: nobody answered at admission"
    decide_all(panel, review_of(panel, "admission"))
    disagrees(children["admission"])
    freeze_care_quarters_due()
    assert shown(panel) == after


def test_no_parameter_tells_more(panel: Panel, clock: StillClock) -> None:
    """T7."""
    make_review(panel, days=1)
    freeze_next(clock)
    lead = panel.at(panel.lee)
    for path in ("/staff/care-steps/", "/staff/care-steps/figures.csv"):
        plain = steady(lead.open(path))
        for name in (*PARAMETERS, "quarter", "step", "case"):
            assert steady(lead.open(f"{path}?{name}=1")) == plain, name


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.integers(10, 60), st.data())
def test_children_who_spoke_are_a_band_in_the_page_and_in_the_file(app: Flask, n: int, data: st.DataObject) -> None:
    """T1 to T3, from ten on."""
    one, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, n))

    def told(spoke: int) -> tuple[object, ...]:
        reviews = [
            ReviewFacts("recovery", f"K-{nth}", asked=True, spoke=nth < spoke, answered=True) for nth in range(n)
        ]
        quarter = count_quarter(today(), reviews, RoundCells("none", "none", "none"), ())
        table = quarter.steps["recovery"].spoke
        assert table
        low, high = table.band("spoke")
        wants = demands_of(n)
        assert (high - low >= wants.width - 1, high > wants.friends, low < n - wants.friends) == (True, True, True)
        with app.test_request_context(), force_locale("hi"):
            return export_care_csv([(SITE, [quarter])]), tuple(rows_of_quarter(quarter)), table.bands

    first, second = told(one), told(other)
    assert (first[:2] == second[:2]) is (first[2] == second[2])
