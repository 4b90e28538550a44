"""Steps of care: duties of adults as duties, children's voices from ten on, counted once; a gap is owed (S13, S32)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.care_steps import cells, counted, decide_all, freeze_next, offer
from tests.support.people import make_person, make_site, signed_in
from tests.support.reviews import Panel, make_panel, make_review, say, today
from tests.support.rounds import open_round
from tests.support.visitor import Visitor, calm
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.escalation_job import escalate_overdue_answers
from youthvoice.accountability.store import (
    create_answer_due,
    find_by_subject,
    list_answers_due_of,
    set_answerable_parts,
)
from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.publications.care_steps.quarters import (
    CareQuarter,
    Duty,
    ReviewFacts,
    RoundCells,
    count_quarter,
    freeze_care_quarters_due,
    last_due_quarter,
    list_gaps,
    quarters_to_count,
)
from youthvoice.publications.models import CareQuarterRow
from youthvoice.reviews.statements.statement import Statement
from youthvoice.surveys.models import BatchRow

FIRST = date(2026, 10, 1)
NO_ROUNDS = RoundCells("none", "none", "none")


@pytest.fixture
def panel(app: Flask, visitor: Callable[[], Visitor]) -> Panel:
    return make_panel(visitor)


def facts(child: str, step: str = "recovery", **more: bool) -> ReviewFacts:
    return ReviewFacts(step, child, **{"asked": True, "spoke": True, "answered": True} | more)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2027, 1, 31), date(2026, 7, 1)),
        (date(2027, 2, 1), date(2026, 10, 1)),
        (date(2027, 4, 30), date(2026, 10, 1)),
        (date(2027, 5, 1), date(2027, 1, 1)),
    ],
)
def test_a_quarter_is_due_a_month_after_its_end(day: date, quarter: date) -> None:
    assert last_due_quarter(day) == quarter


def test_quarters_that_were_missed_are_made_up_for_but_none_before_anything_was_asked() -> None:
    began, today_ = date(2026, 4, 9), date(2027, 2, 1)
    assert quarters_to_count(today_, began, ()) == [date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)]
    assert quarters_to_count(today_, began, {date(2026, 7, 1)}) == [date(2026, 4, 1), date(2026, 10, 1)]
    assert quarters_to_count(today_, date(2026, 12, 31), ()) == [date(2026, 10, 1)]
    assert quarters_to_count(today_, date(2027, 1, 1), ()) == []


def test_a_cell_says_of_adults_whether_and_never_how_many() -> None:
    one = count_quarter(FIRST, [facts("K-1"), facts("K-2", asked=False)], NO_ROUNDS, ())
    five = count_quarter(FIRST, [facts(f"K-{nth}", asked=nth > 7) for nth in range(9)], NO_ROUNDS, ())
    assert one == five
    assert (one.steps["recovery"].asked, one.steps["recovery"].answered) == ("gap", "every")
    assert one.steps["admission"].asked == "none"
    assert list(list_gaps(one)) == ["recovery"]
    late = count_quarter(FIRST, [facts("K-1", answered=False)], RoundCells("every", "few", "gap"), ())
    assert list(list_gaps(late)) == ["recovery", "rounds"]


@pytest.mark.parametrize("spoke", [0, 1, 9])
def test_of_fewer_than_ten_children_nothing_is_said_of_who_spoke(spoke: int) -> None:
    told = [facts(f"K-{nth % 9}", spoke=nth % 9 < spoke) for nth in range(18)]  # two reviews of each: nine children
    assert count_quarter(FIRST, told, NO_ROUNDS, ()).steps["recovery"].spoke is None


def test_of_ten_children_a_band_each_child_once() -> None:
    told = [facts(f"K-{nth % 12}", spoke=nth in {0, 3, 12}) for nth in range(24)]
    assert count_quarter(FIRST, told, NO_ROUNDS, ()).steps["recovery"].spoke == protect({"spoke": 2, "rest": 10})


def test_a_step_without_a_review_for_a_year_is_a_gap() -> None:
    quarters: list[CareQuarter] = []
    for first in (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), FIRST):
        quarters.append(count_quarter(first, [facts("K-1")], NO_ROUNDS, quarters))
    assert [one.steps["aftercare"].asked for one in quarters] == ["none", "none", "none", "silent"]
    assert "aftercare" in list_gaps(quarters[-1])
    unknown = count_quarter(FIRST, [facts("K-1")], NO_ROUNDS, quarters[1:3])
    assert unknown.steps["aftercare"].asked == "none", "where a quarter was not counted nobody knows"


def test_asked_in_time_and_answered_in_time(panel: Panel, clock: StillClock) -> None:
    asked = make_review(panel, days=5, case="K-1", step="admission")
    offer(panel, asked, "chose_not")
    late = make_review(panel, days=5, case="K-2", step="reintegration")  # nobody asks, and it is decided late
    again = make_review(panel, days=5, case="K-3", step="aftercare")
    offer(panel, again, "prepares")
    hasty = make_review(panel, days=5, case="K-4", step="recovery")
    clock.move(days=4)
    offer(panel, hasty, "prepares")  # the day before: she had no time to think
    clock.move(days=8)
    for review in (asked, again, hasty):
        decide_all(panel, review)
    offer(panel, again, "chose_not")  # written down after the day: she was asked before it
    clock.move(days=1)
    decide_all(panel, late)
    freeze_next(clock)
    assert cells(panel, "admission") == ("every", "every")
    assert cells(panel, "reintegration") == ("gap", "gap")
    assert cells(panel, "aftercare") == ("every", "every")
    assert cells(panel, "recovery") == ("gap", "every")


def test_a_wish_without_an_answer_is_in_no_figure(panel: Panel, clock: StillClock) -> None:
    """It would tell that there was a wish (S31); those who may know of it are asked about it."""
    review = make_review(panel, days=5)
    say(review, Statement(good=("friends",), change=("family",)))
    clock.move(days=5)
    decide_all(panel, review, without={"family"})
    freeze_next(clock)
    assert cells(panel, "recovery") == ("every", "every")


def test_a_statement_without_an_offer_is_asking_enough(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=5)
    say(review, Statement(good=("friends",)))
    clock.move(days=5)
    decide_all(panel, review)
    freeze_next(clock)
    assert cells(panel, "recovery") == ("every", "every")


def care_round(panel: Panel, *, ten: bool = True) -> str:
    """Questions on coming here, which end today and are counted; their answer is owed in ten days."""
    due = today() + timedelta(days=10)
    round_ = open_round([panel.site_id], panel.carol.id, purpose="care", ends_at=context.now(), answer_due=due)
    with db.writing(db.engine()) as session:
        batch = session.get_one(BatchRow, round_.batch_id)
        batch.closed_on, batch.outcome = today(), "counted" if ten else "too_few"
        create_answer_due(
            session, site_id=panel.site_id, kind="round", subject=round_.slug, about={"en": "Coming"}, due=due,
            owner_id=panel.carol.id,
        )  # fmt: skip
        set_answerable_parts(session, "round", round_.slug, (), today())
    return round_.slug


@pytest.mark.parametrize(("days", "answered"), [(10, "every"), (11, "gap")])
def test_the_questions_on_coming_and_leaving_are_a_line_of_their_own(
    panel: Panel, clock: StillClock, days: int, answered: Duty
) -> None:
    slug = care_round(panel)
    clock.move(days=days)
    with db.writing(db.engine()) as session:
        answer_due = find_by_subject(session, "round", slug)
        assert answer_due
        replies.record_reply(session, answer_due.id, "", "yes", {"en": "There is a lamp."}, panel.carol.id, today())
    freeze_next(clock)
    assert counted(panel)[0].rounds == RoundCells("every", "ten", answered)


def test_a_small_round_says_nothing_of_who_answered(panel: Panel, clock: StillClock) -> None:
    care_round(panel, ten=False)
    freeze_next(clock)
    assert counted(panel)[0].rounds == RoundCells("every", "few", "gap")


def test_a_gap_is_owed_by_the_coordinators_and_seen_by_three_roles_until_somebody_writes(
    panel: Panel, clock: StillClock
) -> None:
    make_review(panel, days=5, case="K-2")
    freeze_next(clock)
    freeze_care_quarters_due()
    for who in (panel.carol, panel.asha, panel.lee):
        page = panel.at(who).open("/staff/").text
        assert page.count("Children not asked or answered in time") == 1, who.handle
        assert page.count("October") == 1, who.handle
    for who in (panel.lata, panel.rosa):
        assert "Children not asked or answered in time" not in panel.at(who).open("/staff/").text
    with db.reading(db.engine()) as session:
        (owed,) = [
            answer_due
            for answer_due in list_answers_due_of(session, panel.carol.id, "coordinator", [panel.site_id])
            if answer_due.kind == "care_gap"
        ]
    assert owed.due == today() + timedelta(days=14)
    lead = panel.at(panel.lee)
    assert "Look at Care stages" in lead.open(f"/staff/answers/{owed.id}").text
    lead.send(f"/staff/answers/{owed.id}", {"kind": "done", "words_en": "Asha asks on the day a review is opened."})
    for who in (panel.carol, panel.asha, panel.lee):
        assert "Children not asked or answered in time" not in panel.at(who).open("/staff/").text


def test_silence_about_a_gap_climbs(panel: Panel, clock: StillClock) -> None:
    make_review(panel, days=5, case="K-2")
    freeze_next(clock)
    clock.move(days=15)
    escalate_overdue_answers()
    page = panel.at(panel.asha).open("/staff/answers/").text
    assert "The coordinators did not answer by" in page


@pytest.mark.dialect("put in once")
def test_a_quarter_is_written_once_and_each_is_as_long_as_any_other(panel: Panel, clock: StillClock) -> None:
    make_review(panel, days=5, case="K-2")
    freeze_next(clock)
    with db.reading(db.engine()) as session:
        before = session.scalars(select(CareQuarterRow.locked)).all()
    freeze_care_quarters_due()
    for nth in range(3):
        make_review(panel, days=nth, case=f"K-{nth + 3}")
    freeze_next(clock)
    with db.reading(db.engine()) as session:
        after = session.scalars(select(CareQuarterRow.locked).order_by(CareQuarterRow.first)).all()
    assert after[:1] == before
    assert len({len(one) for one in after}) == 1
    assert len(after) == 2


def test_the_page_and_its_file_are_for_three_roles_and_their_own_site(
    panel: Panel, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    review = make_review(panel, days=5, case="K-1", step="admission")
    offer(panel, review, "chose_not")
    clock.move(days=5)
    decide_all(panel, review)
    make_review(panel, days=2, case="K-2", step="aftercare")
    freeze_next(clock)
    for who in (panel.carol, panel.asha, panel.lee):
        page = panel.at(who).open("/staff/care-steps/").text
        assert "Asked before every review" in page
        assert "A gap: not before every review" in page
        file = panel.at(who).open("/staff/care-steps/figures.csv").text
        assert "Example House,2026-10-01,admission,every,,,,every" in file
        assert "Example House,2026-10-01,aftercare,gap,,,,gap" in file
        assert "K-1" not in calm(page) + file
    for who in (panel.lata, panel.rosa):
        panel.at(who).open("/staff/care-steps/", 403)
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
        stranger = make_person(session, "coordinator", other, handle="stranger")
    page = signed_in(visitor(), stranger).open("/staff/care-steps/").text
    assert "No quarter is counted yet" in page
    assert "Example House" not in page
