"""A year of reports in bands, frozen once, for the outside recipient alone (S21, A12)."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given, strategies as st

from tests.conftest import StillClock
from tests.support import people
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.store import find_readers
from youthvoice.grievances import statistics
from youthvoice.grievances.statistics import count_final_years
from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.key_wraps import KeyHolder
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import add_thread

HARM, PLAIN = CaseState(harm=True), CaseState(days={"first_look": "2026-03-02", "answered": "2026-03-04"})


def some(harm: int, plain: int) -> list[CaseState]:
    return [HARM] * harm + [PLAIN] * plain


@pytest.mark.parametrize("n", range(10))
def test_under_ten_nothing_is_said_of_a_year_not_even_how_many(n: int) -> None:
    year = statistics.count_year(2026, some(n, 0))
    assert (year.number, year.tables) == (None, {})


@given(st.integers(0, 90), st.integers(0, 90))
def test_a_year_says_only_bands_and_ranges_of_ten(harm: int, plain: int) -> None:
    year = statistics.count_year(2026, some(harm, plain))
    if harm + plain < 10:
        return
    assert year.number is not None
    assert year.number.low % 10 == 0
    assert year.number.high - year.number.low == 9
    assert year.number.low <= harm + plain <= year.number.high
    assert year.tables["about"] == protect({"harm": harm, "everyday": plain})
    assert statistics.year_from_data(statistics.year_to_data(year)) == year


def test_words_are_the_same_for_whatever_lies_in_one_band(app: Flask) -> None:
    with app.test_request_context():
        said = [statistics.year_sentences(statistics.count_year(2026, some(harm, 24 - harm))) for harm in (0, 5, 9)]
        assert said[0] == said[1] == said[2]
        assert not any(digit in sentence for sentence in said[0] for digit in "0123456789")
        large = statistics.year_sentences(statistics.count_year(2026, some(0, 100)))
        assert "few" in large[0]


def test_each_side_says_what_really_happened() -> None:
    good = CaseState(
        state="closed", days={"first_look": "2026-03-02", "answered": "2026-03-03", "put_right": "2026-03-09"}
    )
    late = CaseState(state="open", flags=("late_first_look", "disagreed"), days={"put_right": "2026-03-09"})
    for marks, firsts in ((good, 24), (late, 0)):
        year = statistics.count_year(2026, [marks] * 24)
        for name in ("looked", "answered", "closed", "put_right"):
            first = statistics.QUESTIONS[name][0][0]
            low, high = year.tables[name].band(first)
            assert low <= firsts <= high


@pytest.mark.parametrize(
    ("today", "year"), [(date(2027, 1, 31), 2025), (date(2027, 2, 1), 2026), (date(2027, 12, 31), 2026)]
)
def test_a_year_is_frozen_on_the_first_of_february(today: date, year: int) -> None:
    assert statistics.last_final_year(today) == year


def tell(site_id: int, everybody: list[KeyHolder], day: date, case: CaseState, number: int) -> None:
    for _ in range(number):
        made = new_thread(
            context.keyring(),
            site_id=site_id,
            day=day,
            month="2029-11",
            case=case,
            entries=[ThreadEntry("told", CHILD, day, said={"words": "the lamp is broken"})],
            everybody=everybody,
            reads={holder.person_id for holder in everybody},
        )
        with db.writing(db.engine()) as session:
            add_thread(session, made)


@pytest.fixture
def year(app: Flask, clock: StillClock) -> tuple[int, dict[str, people.Somebody]]:
    """Twelve reports of 2026 and three of 2027, at a site; on the first of February 2027."""
    site_id, found = people.house(("advocate", "coordinator", "safeguarding_lead", "outside_recipient"))
    with db.reading(db.engine()) as session:
        everybody: list[KeyHolder] = list(find_readers(session, site_id).everybody)
    tell(site_id, everybody, date(2026, 3, 1), PLAIN, 12)
    tell(site_id, everybody, date(2027, 1, 5), HARM, 3)
    clock.moment = datetime(2027, 2, 1, 9, tzinfo=UTC)
    return site_id, found


def years(site_id: int) -> list[statistics.ReportYear]:
    with db.reading(db.engine()) as session:
        return statistics.list_years(session, site_id)


@pytest.mark.dialect("put in once")
def test_the_job_counts_the_year_before_and_never_again(year: tuple[int, dict[str, people.Somebody]]) -> None:
    site_id = year[0]
    count_final_years()
    before = years(site_id)
    assert [(one.year, one.number) for one in before] == [(2026, (10, 19))]
    with db.reading(db.engine()) as session:
        everybody: list[KeyHolder] = list(find_readers(session, site_id).everybody)
    tell(site_id, everybody, date(2026, 12, 30), HARM, 1)
    count_final_years()
    assert years(site_id) == before


def test_the_outside_recipient_reads_it_and_nobody_of_the_site(
    year: tuple[int, dict[str, people.Somebody]], visitor: Callable[[], Visitor]
) -> None:
    count_final_years()
    for role, person in year[1].items():
        page = people.signed_in(visitor(), person).open("/staff/figures/", 200 if role == "outside_recipient" else 403)
        assert ("10 to 19 reports in 2026" in page.text) is (role == "outside_recipient")


def test_before_a_year_is_over_the_page_says_when_it_is_counted(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, found = people.house(("outside_recipient",))
    page = people.signed_in(visitor(), found["outside_recipient"]).open("/staff/figures/")
    assert "first of February" in page.text
