"""T9: nobody takes a group away from its site. Source: PRIVACY.md A1, A7; differencing attacks on tables.

A reader who holds what the whole site said and what all but one child said knows that child's answer wherever the two
differ. So of a site and its groups only one is asked a question in a quarter, whatever comes first.
"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from tests.support.attacks.naive_publishers import exact
from tests.support.open_rounds import DAY, NOW, PAPERS, House, a_house, kept, log, questions
from youthvoice import db
from youthvoice.errors import ConcurrentUpdate
from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.sites.store import add_group, declare_groups_apart, find_site, list_groups, remove_group
from youthvoice.surveys.models import AskedGroupRow, AskedQuestionRow, RoundRow
from youthvoice.surveys.rounds import opening
from youthvoice.surveys.rounds.entities import Span
from youthvoice.surveys.rounds.opening import (
    OpeningRefused,
    check_opening,
    open_confirmed_rounds,
    open_rounds,
)
from youthvoice.surveys.rounds.store import end_round

END = datetime(2026, 12, 4, tzinfo=UTC)
_SECOND_HALF = Span("single", datetime(2026, 12, 7, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC))
LATER: dict[str, object] = {"spans": (_SECOND_HALF,), "answer_due": date(2027, 1, 8)}
NEXT_QUARTER = (Span("single", datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 1, 9, tzinfo=UTC)),)
PAIR: dict[str, object] = {"spans": (Span("pre", NOW, END), Span("post", END + timedelta(3), END + timedelta(6)))}
CLASS: dict[str, object] = {"group_name": "Class VII"}
REST: dict[str, object] = {"group_name": "All but Class VII"}
DORMITORY: dict[str, object] = {"group_name": "Dormitory B"}
WHOLE: dict[str, object] = {}


@pytest.fixture
def house(app: Flask) -> House:
    return _with_groups(a_house())


def _with_groups(made: House) -> House:
    with db.writing(db.engine()) as session:
        site = find_site(session, made.site_id)
        assert site
        for group in (CLASS, REST, DORMITORY):
            add_group(session, site.id, str(group["group_name"]))
    return made


def _codes(house: House, here: int, **other: object) -> set[str]:
    with db.reading(db.engine()) as session:
        found = check_opening(session, house.opening(here, **other))
    return {one.code for one in found.refusals}


def _open(house: House, here: int, **other: object) -> None:
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(here, **other), log())


def _learned(publish: Callable[[tuple[int, int]], object], whole: int, others: int) -> set[int]:
    """What the twentieth child may have said (1 is yes), for whoever holds the tables of twenty and of the nineteen."""
    return {
        said
        for yes in range(20)
        for said in (0, 1)
        if publish((yes, 19 - yes)) == publish((others, 19 - others))
        and publish((yes + said, 20 - yes - said)) == publish((whole, 20 - whole))
    }


def _ours(counts: tuple[int, int]) -> object:
    return protect(counts).bands


def test_a_house_that_asked_both_would_give_a_child_away() -> None:
    """The attack succeeds against exact counts always, and against our own bands too, where a child turns one."""
    assert _learned(exact, 8, 7) == {1}
    assert _learned(exact, 8, 8) == {0}
    assert _learned(_ours, 8, 7) == {0, 1}, "mostly bands hold"
    assert _learned(_ours, 7, 6) == {1}, "not always: so the second asking has to be refused"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (WHOLE, CLASS),
        (CLASS, WHOLE),
        (CLASS, REST),
        (CLASS, DORMITORY),
        (CLASS, CLASS),
        (WHOLE, CLASS | LATER),
        (CLASS | LATER, WHOLE),
        (WHOLE | PAIR, CLASS),
        (CLASS | PAIR, WHOLE | LATER),
    ],
)  # fmt: skip
def test_of_a_site_and_its_groups_one_is_asked(
    house: House, first: dict[str, object], second: dict[str, object]
) -> None:
    here = kept(questions(), house.advocate)
    renamed = kept(questions(name="looks-new"), house.advocate)
    assert _codes(house, here, **second) == set(), "alone it could be opened"
    _open(house, here, **first)
    for asked in (here, renamed):
        assert _codes(house, asked, **second) == {"asked_already"}
        with pytest.raises(ConcurrentUpdate):
            _open(house, asked, **second)


def test_a_group_and_sites_that_are_counted_together_are_one_too(house: House) -> None:
    here = kept(questions(), house.advocate)
    other = a_house("hill-school")
    pooled: dict[str, object] = {"site_ids": (other.site_id, house.site_id)}
    _open(house, here, **CLASS)
    assert "asked_already" in _codes(house, here, **pooled)
    with pytest.raises(ConcurrentUpdate):
        _open(house, here, **pooled)
    assert _codes(house, kept(questions(meal="rice"), house.advocate), **pooled, **CLASS) >= {"group_is_of_one_site"}


def test_a_group_that_is_made_anew_is_not_another_one(house: House) -> None:
    here = kept(questions(), house.advocate)
    _open(house, here, **CLASS)
    with db.writing(db.engine()) as session:
        site = find_site(session, house.site_id)
        assert site
        old = next(one for one in list_groups(session, site.id) if one.name == "Class VII")
        assert remove_group(session, site.id, old.id)
        add_group(session, site.id, "Class VII, without one")
        add_group(session, site.id, "Class VII")
    for name in ("Class VII, without one", "Class VII"):
        assert _codes(house, here, group_name=name) == {"asked_already"}


def test_a_lasting_fact_of_a_group_is_not_asked_of_the_site_a_quarter_later(house: House) -> None:
    here = kept(questions(PAPERS), house.advocate)
    _open(house, here, **CLASS)
    later = {"spans": (Span("single", NOW.replace(month=12, day=20), NOW.replace(month=12, day=28)),)}
    assert _codes(house, here, **later) >= {"asked_already"}


def test_in_another_quarter_or_with_other_questions_a_class_is_asked(house: House) -> None:
    """The rule takes no more than it needs."""
    here = kept(questions(), house.advocate)
    _open(house, here)
    assert _codes(house, here, spans=NEXT_QUARTER, answer_due=date(2027, 2, 1), **CLASS) == set()
    assert _codes(house, kept(questions(meal="rice"), house.advocate), **CLASS) == set()


def test_what_is_no_group_of_the_site_is_not_asked(house: House) -> None:
    here = kept(questions(), house.advocate)
    assert _codes(house, here, group_name="Class IX") == {"no_such_group"}
    other = a_house("hill-school")
    assert _codes(other, here, **CLASS) == {"no_such_group"}
    care = kept(questions(purpose="care", name="coming"), house.advocate)
    assert "never_of_a_group" in _codes(house, care, purpose="care", **CLASS)
    opening = house.opening(here, group_name="Class IX")
    with pytest.raises(OpeningRefused), db.writing(db.engine()) as session:
        open_confirmed_rounds(session, opening, house.advocate.id, log())


VI, VII, VIII = ({"group_name": name} for name in ("Class VI", "Class VII", "Class VIII"))


def _classes(house: House, *names: str) -> None:
    """Add classes, and let two adults say that those named share no child."""
    with db.writing(db.engine()) as session:
        there = {one.name for one in list_groups(session, house.site_id)}
        for one in (VI, VII, VIII):
            if one["group_name"] not in there:
                add_group(session, house.site_id, one["group_name"])
        ids = [one.id for one in list_groups(session, house.site_id) if one.name in names]
        assert declare_groups_apart(session, house.site_id, ids)


def _again(house: House, name: str) -> None:
    """Remove a group and make one of the same name anew."""
    with db.writing(db.engine()) as session:
        old = next(one for one in list_groups(session, house.site_id) if one.name == name)
        assert remove_group(session, house.site_id, old.id)
        add_group(session, house.site_id, name)


def test_classes_that_share_no_child_are_each_asked_once_and_nothing_is_left_to_take_away(house: House) -> None:
    """Nothing published is a part of anything published; the whole and every other group stay refused."""
    here = kept(questions(PAPERS), house.advocate)
    _classes(house, "Class VI", "Class VII", "Class VIII")
    for one in (VI, VII, VIII):
        assert _codes(house, here, **one) == set()
        _open(house, here, **one)
        assert _codes(house, here, **one) == {"asked_already"}
    for other in (WHOLE, REST, DORMITORY, WHOLE | LATER):
        assert "asked_already" in _codes(house, here, **other)
        with pytest.raises(ConcurrentUpdate):
            _open(house, here, **other)
    spans = {"spans": NEXT_QUARTER, "answer_due": date(2027, 2, 1)}
    assert _codes(house, here, **spans) == set(), "another year: everybody may be asked"


def test_a_lasting_fact_of_classes_is_not_asked_of_the_site_in_that_year(house: House) -> None:
    here = kept(questions(PAPERS), house.advocate)
    _classes(house, "Class VI", "Class VII")
    march = {"spans": (Span("single", NOW, NOW + timedelta(days=3)),), "answer_due": date(2026, 12, 20)}
    _open(house, here, **VI, **march)
    _open(house, here, **VII, **march)
    assert "asked_already" in _codes(house, here, **march)


def test_of_each_class_that_was_asked_it_must_have_been_said(house: House) -> None:
    """VI and VII, VII and VIII: that says nothing of VI and VIII. A later word about a class ends the earlier one."""
    here = kept(questions(), house.advocate)
    _classes(house, "Class VI", "Class VII")
    _open(house, here, **VI)
    _classes(house, "Class VII", "Class VIII")
    assert _codes(house, here, **VII) == {"asked_already"}
    assert _codes(house, here, **VIII) == {"asked_already"}


def test_what_was_said_of_a_class_ends_with_it_and_what_it_was_asked_stays(house: House) -> None:
    """A class made anew, with one child less, is nobody that was asked: neither by its name nor by its number."""
    here = kept(questions(), house.advocate)
    _classes(house, "Class VI", "Class VII")
    _open(house, here, **VII)
    _again(house, "Class VII")
    assert _codes(house, here, **VI) == {"asked_already"}, "the word about both ended"
    _classes(house, "Class VI", "Class VII")
    assert _codes(house, here, **VII) == {"asked_already"}
    assert _codes(house, here, **VI) == {"asked_already"}, "it was said of the new class, not of the one that was asked"


def test_a_group_of_which_no_row_is_kept_counts_as_its_whole_site(house: House) -> None:
    here = kept(questions(), house.advocate)
    _classes(house, "Class VI", "Class VII")
    _open(house, here, **VI)
    with db.writing(db.engine()) as session:
        session.execute(delete(AskedGroupRow))
    assert _codes(house, here, **VII) == {"asked_already"}


def test_a_class_round_that_ends_early_frees_only_what_it_alone_held(house: House) -> None:
    here = kept(questions(), house.advocate)
    _classes(house, "Class VI", "Class VII", "Class VIII")
    long = {"spans": (Span("single", NOW, datetime(2027, 1, 20, tzinfo=UTC)),), "answer_due": date(2027, 2, 1)}
    spans = {"spans": NEXT_QUARTER, "answer_due": date(2027, 2, 1)}
    with db.writing(db.engine()) as session:
        (first,) = open_rounds(session, house.opening(here, **VI, **long), log())
        (second,) = open_rounds(session, house.opening(here, **VII, **long), log())
        end_round(session, first, NOW + timedelta(days=1), DAY, log())
    assert _codes(house, here, **VI, **spans) == set()
    assert _codes(house, here, **spans) == {"asked_already"}
    with db.writing(db.engine()) as session:
        end_round(session, second, NOW + timedelta(days=1), DAY, log())
    assert _codes(house, here, **spans) == set()


@pytest.mark.dialect("writers wait for each other")
def test_who_looked_before_the_other_committed_does_not_open_after_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has no row yet that the second could wait for: both wait for the site itself."""
    house = _with_groups(a_house())
    here = kept(questions(), house.advocate)
    refused: list[str] = []
    looked, committed = threading.Event(), threading.Event()
    record_asked_questions = opening._record_asked_questions  # noqa: SLF001 - between two of its steps

    def record(*arguments: object) -> None:
        looked.set()
        assert committed.wait(20)
        record_asked_questions(*arguments)  # type: ignore[arg-type]

    def opens() -> None:
        with app.app_context():
            try:
                _open(house, here, group_name="Class VII")
            except ConcurrentUpdate:
                refused.append("Class VII")

    other = threading.Thread(target=opens)
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(here), log())
        monkeypatch.setattr(opening, "_record_asked_questions", record)
        other.start()
        looked.wait(1)
    committed.set()
    other.join()
    assert refused == ["Class VII"]
    with db.reading(db.engine()) as session:
        assert session.query(RoundRow).count() == 1


@pytest.mark.dialect("writers wait for each other")
def test_a_site_and_a_group_that_are_opened_at_once_are_not_both_opened(app: Flask) -> None:
    """Two coordinators, two connections, both databases: the row that both need is one."""
    house = _with_groups(a_house())
    here = kept(questions(), house.advocate)
    refused: list[str] = []
    ready = threading.Barrier(2)

    def opens(name: str) -> None:
        with app.app_context():
            ready.wait(10)
            try:
                _open(house, here, group_name=name)
            except ConcurrentUpdate:
                refused.append(name)

    threads = [threading.Thread(target=opens, args=(name,)) for name in ("", "Class VII")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with db.reading(db.engine()) as session:
        assert session.query(RoundRow).count() == 1
        assert session.query(AskedQuestionRow).count() == 1
