"""What came of children's words in a year: in bands, frozen once, each word in one table (A4, A5, A8, A12, S9)."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from statistics import median_high
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import make_person, make_site, on_tablet, signed_in
from tests.support.publications import House, make_house
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.store import create_answer_due
from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.publications.influence import years
from youthvoice.publications.influence.labels import wait_label
from youthvoice.publications.influence.open_files import export_influence_csv, export_influence_json
from youthvoice.publications.influence.years import ChildrensWord, Wait, count_influence, middle_wait
from youthvoice.publications.models import InfluenceYearRow

DAY = date(2026, 3, 2)


def word(site_id: int = 1, wait: int | None = 10, **marks: bool) -> ChildrensWord:
    marks = {"in_time": wait is not None, "changed": False, "helped": False} | marks
    answered = None if wait is None else DAY + timedelta(wait)
    return ChildrensWord(site_id, DAY, answered, marks["in_time"], marks["changed"], marks["helped"])


def test_each_figure_is_a_band_of_what_happened() -> None:
    words = [word(changed=True, helped=True)] * 9 + [word(changed=True)] * 9 + [word(wait=None)] * 6
    (group,) = count_influence(2026, words).groups
    assert dict(group.tables) == {
        "in_time": protect({"yes": 18, "rest": 6}),
        "changed": protect({"yes": 18, "rest": 6}),
        "helped": protect({"yes": 9, "rest": 15}),
        "wait": protect({"two_weeks": 18, "month": 0, "two_months": 0, "three_months": 0, "rest": 6}),
    }


def test_what_was_said_in_another_year_is_not_in_it() -> None:
    assert count_influence(2025, [word()] * 30).groups == ()


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ({1: 9}, []),
        ({1: 9, 2: 10}, [(2,)]),
        ({1: 4, 2: 5}, []),
        ({1: 4, 2: 6, 3: 12}, [(3,), (1, 2)]),
        ({1: 30, 2: 31}, [(1,), (2,)]),
    ],
)
def test_ten_stand_alone_and_fewer_are_counted_together_or_not_at_all(
    sizes: dict[int, int], groups: list[tuple[int, ...]]
) -> None:
    year = count_influence(2026, [word(site_id) for site_id, size in sizes.items() for _each in range(size)])
    assert [group.site_ids for group in year.groups] == groups
    named = [site_id for group in year.groups for site_id in group.site_ids]
    assert len(named) == len(set(named)), "nobody's word stands in two tables (A5)"
    assert years.year_from_data(years.year_to_data(year)) == year


def test_all_together_are_published_bands_added_up() -> None:
    year = count_influence(2026, [word(1, changed=True)] * 24 + [word(2)] * 24)
    first, second = (group.tables["changed"].band("yes") for group in year.groups)
    assert year.together("changed") == (first.low + second.low, first.high + second.high)


_waits = st.lists(st.none() | st.integers(0, 120), min_size=10, max_size=90)


@given(_waits, _waits)
def test_the_middle_wait_lies_where_bands_say(one: list[int | None], other: list[int | None]) -> None:
    year = count_influence(2026, [word(1, wait) for wait in one] + [word(2, wait) for wait in other])
    for groups, waits in ((year.groups, one + other), (year.groups[:1], one), (year.groups[1:], other)):
        said = middle_wait(groups)
        true = median_high([10**6 if wait is None else wait for wait in waits])
        middle = sorted(10**6 if wait is None else wait for wait in waits)[(len(waits) - 1) // 2]
        assert said.low <= true
        assert said.high is None or middle <= said.high


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 24), st.integers(0, 24))
def test_years_with_the_same_bands_give_the_same_bytes(app: Flask, one: int, other: int) -> None:
    """T3, for the page's words, the board and both files."""

    def shown(yes: int) -> list[Any]:
        year = count_influence(2026, [word(changed=True)] * yes + [word(wait=40)] * (24 - yes))
        with app.test_request_context():
            words = [wait_label(middle_wait(year.groups)), years.worst_first(year.groups[0])]
        return [export_influence_json([year], {1: "House"}), export_influence_csv([year], {1: "House"}), *words]

    tables = [protect([yes, 24 - yes]).bands for yes in (one, other)]
    assert (shown(one) == shown(other)) is (tables[0] == tables[1])


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (Wait(0, None), "We can't tell how long the median wait was."),
        (Wait(0, 30), "The median wait for an answer: at most 30 days"),
        (Wait(15, 60), "The median wait for an answer: 15 to 60 days"),
        (Wait(91, None), "The median wait for an answer: 91 days or more, or no answer yet"),
    ],
)
def test_a_wait_is_said_as_days(app: Flask, wait: Wait, words: str) -> None:
    with app.test_request_context():
        assert wait_label(wait) == words


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def ask(site_id: int, owner_id: int, number: int, *, first: int = 0) -> list[int]:
    """So many things that a committee asked today."""
    today = context.today()
    with db.writing(db.engine()) as session:
        return [
            create_answer_due(
                session, site_id=site_id, kind="item", subject=f"{site_id:02}{first + place:030}", about={"en": "Lamp"},
                due=today + timedelta(days=14), owner_id=owner_id, day=today,
            ).id
            for place in range(number)
        ]  # fmt: skip


def answer(home: House, owed: Sequence[int], kind: str) -> None:
    with db.writing(db.engine()) as session:
        for one in owed:
            words = {"en": "There is a lamp."}
            replies.record_reply(session, one, "", kind, words, home.people["coordinator"].id, context.today())


def a_year(home: House, clock: StillClock) -> None:
    """Twenty-four words: most answered in time, about half with yes, few really done; then April comes."""
    owed = ask(home.site_id, home.people["coordinator"].id, 24)
    clock.move(days=9)
    answer(home, owed[:12], "yes")
    answer(home, owed[12:20], "no_because")
    with db.writing(db.engine()) as session:
        for one in owed[:3]:
            replies.confirm_done(session, one, context.today())
        replies.reopen(session, owed[4], context.today())
    clock.move(days=27)
    answer(home, owed[4:5], "yes")
    answer(home, owed[20:], "no_because")
    clock.move(days=91)


def frozen() -> list[years.InfluenceYear]:
    with db.reading(db.engine()) as session:
        return years.list_influence_years(session)


@pytest.mark.dialect("put in once")
def test_a_year_is_counted_on_the_first_of_april_once(home: House, clock: StillClock) -> None:
    a_year(home, clock)
    years.freeze_influence_due()
    assert [year.year for year in frozen()] == [2025], "31 March at the site: the year before is told"
    clock.move(days=1)
    years.freeze_influence_due()
    (year, _before) = frozen()
    assert dict(year.groups[0].tables) == {
        "in_time": protect({"yes": 20, "rest": 4}),
        "changed": protect({"yes": 12, "rest": 12}),
        "helped": protect({"yes": 3, "rest": 21}),
        "wait": protect({"two_weeks": 20, "month": 0, "two_months": 4, "three_months": 0, "rest": 0}),
    }
    with db.reading(db.engine()) as session:
        before = session.scalars(select(InfluenceYearRow.locked)).all()
        assert len({len(blob) for blob in before}) == 1, "a year with figures is as long as one without"
    ask(home.site_id, home.people["coordinator"].id, 30, first=100)
    years.freeze_influence_due()
    with db.reading(db.engine()) as session:
        assert session.scalars(select(InfluenceYearRow.locked)).all() == before


def test_children_read_what_went_worst_first(home: House, clock: StillClock, visitor: Callable[[], Visitor]) -> None:
    a_year(home, clock)
    clock.move(days=1)
    years.freeze_influence_due()
    board = on_tablet(visitor(), home.site_id).open("/we-did").text
    told = ["We said it is done: few", "Adults said yes: about half", "Answered in time: most"]
    places = [board.index(sentence) for sentence in told]
    assert places == sorted(places)


def test_everybody_may_read_all_sites_together_and_only_its_people_a_site(
    home: House, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
        stranger = make_person(session, "advocate", other, handle="stranger")
    ask(other, home.people["coordinator"].id, 11)
    a_year(home, clock)
    clock.move(days=1)
    years.freeze_influence_due()
    ours, theirs = signed_in(visitor(), home.people["reviewer"]), signed_in(visitor(), stranger)
    for path in ("", "figures.csv", "figures.json"):
        assert "Example House" in ours.open(f"/staff/influence/{path}").text
        assert "Example House" not in theirs.open(f"/staff/influence/{path}").text
    for path in ("/influence", "/influence.csv", "/influence.json"):
        page = visitor().open(path).text
        assert "2026" in page
        assert "House" not in page
        assert "35" in page
    legend = visitor().open("/influence").text
    assert "Small beads: up to so many" in legend
    assert "Striped" not in legend, "no bar is striped"


def test_one_group_is_not_shown_twice(home: House, clock: StillClock, visitor: Callable[[], Visitor]) -> None:
    """All together were the same figures once more; the open files keep their row."""
    a_year(home, clock)
    clock.move(days=1)
    years.freeze_influence_due()
    ours = signed_in(visitor(), home.people["reviewer"])
    page, year = ours.open("/staff/influence/").text, frozen()[0]
    assert page.count(f"{year.n} things that children said") == 1
    assert "Example House" in page
    assert "All sites together ·" not in page
    assert "2026,all,changed" in ours.open("/staff/influence/figures.csv").text


def test_a_new_installation_says_that_no_year_is_over(home: House, visitor: Callable[[], Visitor]) -> None:
    assert "No year is over yet" in visitor().open("/influence").text
    assert "No year is over yet" in signed_in(visitor(), home.people["coordinator"]).open("/staff/influence/").text
