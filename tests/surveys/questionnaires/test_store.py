"""Questionnaires and rounds as both databases keep them."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.open_rounds import DAY, LETTERS, NOW, PAPERS, House, a_house, kept, log, questions
from youthvoice import db
from youthvoice.accountability.store import find_by_subject
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import ConcurrentUpdate
from youthvoice.surveys.models import AskedQuestionRow, RoundRow
from youthvoice.surveys.questionnaires import store as questionnaires_store
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.opening import (
    OpeningRefused,
    check_opening,
    open_confirmed_rounds,
    open_rounds,
)
from youthvoice.surveys.rounds.rules import RoundOpening

END = datetime(2026, 12, 4, tzinfo=UTC)


def _open(opening: RoundOpening) -> list[Round]:
    with db.writing(db.engine()) as session:
        return open_rounds(session, opening, log())


def _codes(opening: RoundOpening) -> set[str]:
    with db.reading(db.engine()) as session:
        found = check_opening(session, opening)
    return {one.code for one in found.refusals}


def _reads_back(house: House) -> Round:
    (facts,) = _open(house.opening(kept(questions(LETTERS), house.advocate)))
    return facts


@pytest.mark.dialect("a savepoint")
def test_the_same_file_again_is_the_same_version_and_a_changed_one_the_next(app: Flask) -> None:
    first = kept(questions())
    assert kept(questions()) == first
    second = kept(questions(PAPERS))
    with db.reading(db.engine()) as session:
        questionnaire_row = questionnaires_store.latest_version(session, "example-days")
        assert questionnaire_row is not None
        assert (questionnaire_row.id, questionnaire_row.version) == (second, 2)
        assert questionnaires_store.load_questionnaire(session, first) == questions(), "the first version is as it was"


def test_going_back_to_an_old_file_is_a_new_version_that_needs_a_new_yes(app: Flask) -> None:
    house = a_house()
    kept(questions(), house.advocate)
    kept(questions(PAPERS))
    third = kept(questions())
    with db.reading(db.engine()) as session:
        questionnaire_row = questionnaires_store.find_stored_questionnaire(session, third)
        assert questionnaire_row is not None
        assert (questionnaire_row.version, questionnaire_row.approved_on) == (3, None)


@pytest.mark.dialect("writers wait for each other")
def test_two_imports_at_once_get_two_versions(app: Flask) -> None:
    files = [questions(meal=meal) for meal in ("rice", "bread", "fruit")]

    def keep(at: int) -> None:
        with app.app_context():
            kept(files[at])

    threads = [threading.Thread(target=keep, args=(at,)) for at in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(db.engine()) as session:
        assert [
            questionnaire_row.version
            for questionnaire_row in questionnaires_store.list_versions(session, "example-days")
        ] == [3, 2, 1]


@pytest.mark.dialect("moments")
def test_a_round_knows_all_that_was_fixed(app: Flask) -> None:
    house = a_house()
    facts = _reads_back(house)
    with db.reading(db.engine()) as session:
        found = store.find_round(session, facts.slug)
        assert found == facts
        assert store.questionnaire_of_round(session, facts).letter_boxes
    assert facts.decider_name == house.coordinator.name
    assert facts.title["en"] == "Example days"
    assert facts.site_ids == (house.site_id,)
    assert facts.answers_key == "open-answers-2026Q4"
    assert facts.state(NOW) == "open"
    assert facts.state(NOW - timedelta(seconds=1)) == "coming"
    assert facts.state(END) == "ended"
    assert facts.last_day("UTC") == date(2026, 12, 3)


def test_what_waits_for_the_second_adult_reads_back_as_it_was(app: Flask) -> None:
    """It may lie for days between the two: nothing of it may change on the way, in any zone."""
    house = a_house()
    kolkata = ZoneInfo("Asia/Kolkata")
    spans = (Span("pre", NOW.astimezone(kolkata), END), Span("post", END, END.astimezone(kolkata) + timedelta(days=3)))
    for opening in (
        house.opening(7, seconded_by=None),
        house.opening(7, spans=spans, site_ids=(2, 1), slips=True, permission="अनुमति, “12 नवंबर”", link="sheet"),
    ):
        again = RoundOpening.from_json(opening.to_json())
        assert again == opening
        assert {span.starts_at.utcoffset() for span in again.spans} == {timedelta(0)}


@pytest.mark.dialect("moments")
def test_a_round_that_waited_for_the_second_adult_begins_when_she_says_yes(app: Flask, clock: StillClock) -> None:
    """No child could answer before: what should have begun yesterday begins now, and ends as planned."""
    house = a_house()
    waits = house.opening(kept(questions(), house.advocate), seconded_by=None).to_json()
    clock.move(days=1)
    with db.writing(db.engine()) as session:
        said_yes = (house.advocate.id, log())
        (facts,) = open_confirmed_rounds(session, RoundOpening.from_json(waits), *said_yes)
    assert (facts.starts_at, facts.ends_at) == (NOW + timedelta(days=1), END)
    with db.reading(db.engine()) as session:
        assert session.scalars(select(RoundRow.seconded_by)).all() == [house.advocate.id]


@pytest.mark.dialect("writers wait for each other")
def test_what_waited_too_long_is_weighed_again_and_not_opened(app: Flask, clock: StillClock) -> None:
    house = a_house()
    opening = house.opening(kept(questions(), house.advocate), seconded_by=None)
    _open(house.opening(opening.questionnaire_id))
    clock.move(days=30)
    with pytest.raises(OpeningRefused) as why, db.writing(db.engine()) as session:
        open_confirmed_rounds(session, opening, house.advocate.id, log())
    assert {one.code for one in why.value.refusals} == {"ends_before_start", "asked_already"}


def test_opening_a_round_owes_the_children_an_answer_and_is_logged(app: Flask) -> None:
    """S9, S10."""
    house = a_house()
    round_ = _reads_back(house)
    with db.reading(db.engine()) as session:
        answer_due = find_by_subject(session, "round", round_.slug)
        assert answer_due is not None
        assert (answer_due.owner_id, answer_due.due, answer_due.site_id) == (
            house.coordinator.id,
            date(2026, 12, 18),
            house.site_id,
        )
        lines = session.scalars(select(AuditEntryRow.subject).where(AuditEntryRow.action == "round.open")).all()
    assert lines == [f"{round_.slug} with {house.advocate.id}"], "with both names"


def test_a_pair_is_two_rounds_with_a_batch_each_and_one_asking(app: Flask) -> None:
    house = a_house()
    spans = (Span("pre", NOW, END), Span("post", END, END + timedelta(days=40)))
    due = date(2027, 2, 1)
    opening = house.opening(kept(questions(), house.advocate), spans=spans, answer_due=due)
    assert _codes(opening) == set()
    pre, post = _open(opening)
    assert (pre.wave, post.wave) == ("pre", "post")
    assert pre.pair == post.pair is not None
    assert pre.batch_id != post.batch_id
    assert post.answers_key == "open-answers-2027Q1"
    with db.reading(db.engine()) as session:
        assert sorted(session.scalars(select(AskedQuestionRow.period))) == ["2026Q4", "2027Q1"]


def test_a_question_is_not_asked_twice_in_a_quarter_nor_by_a_renamed_copy(app: Flask) -> None:
    """T9."""
    house = a_house()
    _open(house.opening(kept(questions(), house.advocate)))
    copy = kept(questions(PAPERS, name="another-name"), house.advocate)
    assert _codes(house.opening(copy)) == {"asked_already"}
    with pytest.raises(ConcurrentUpdate):
        _open(house.opening(copy))
    later = datetime(2027, 1, 2, tzinfo=UTC)
    next_quarter = (Span("single", later, later + timedelta(days=5)),)
    assert _codes(house.opening(copy, spans=next_quarter, answer_due=date(2027, 2, 1))) == set()


def test_a_pool_that_shares_one_site_is_the_same_group(app: Flask) -> None:
    """T9."""
    house, other = a_house(), a_house("hill-school")
    here = kept(questions(), house.advocate)
    (facts,) = _open(house.opening(here, site_ids=(other.site_id, house.site_id)))
    assert facts.site_ids == (other.site_id, house.site_id), "the first is the one whose clock rules"
    assert _codes(house.opening(here)) == {"asked_already"}
    with db.reading(db.engine()) as session:
        for site_id in facts.site_ids:
            assert [round_.slug for round_ in store.list_open_rounds(session, site_id, NOW)] == [facts.slug]


def test_a_lasting_fact_waits_for_the_next_year(app: Flask) -> None:
    house = a_house()
    march = datetime(2026, 3, 2, tzinfo=UTC)
    early = (Span("single", march, march + timedelta(days=3)),)
    _open(house.opening(kept(questions(PAPERS, meal="rice"), house.advocate), spans=early))
    again = kept(questions(PAPERS, meal="bread"), house.advocate)
    assert _codes(house.opening(again)) == {"asked_already"}


@pytest.mark.dialect("writers wait for each other")
def test_two_coordinators_at_once_open_one_round(app: Flask) -> None:
    house = a_house()
    here = kept(questions(), house.advocate)
    opened, refused = [], []
    together = threading.Barrier(2)

    def try_it() -> None:
        with app.app_context():
            together.wait()
            try:
                opened.extend(_open(house.opening(here)))
            except ConcurrentUpdate:
                refused.append(1)

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), len(refused)) == (1, 1)
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(RoundRow.id)).all()) == 1, "nothing half-written"


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_a_round_can_be_ended_early_once_and_frees_the_quarters_it_never_reached(app: Flask, clock: StillClock) -> None:
    house = a_house()
    long = (Span("single", NOW, datetime(2027, 3, 1, tzinfo=UTC)),)
    here = kept(questions(), house.advocate)
    (facts,) = _open(house.opening(here, spans=long, answer_due=date(2027, 4, 1)))
    with db.writing(db.engine()) as session:
        store.end_round(session, facts, NOW + timedelta(hours=1), DAY, log())
    with db.writing(db.engine()) as session:
        round_ = store.find_round(session, facts.slug)
        assert round_ is not None
        assert round_.state(NOW + timedelta(hours=1)) == "ended"
        assert round_.ended_on == DAY
        assert session.scalars(select(AskedQuestionRow.period)).all() == ["2026Q4"]
        with pytest.raises(ConcurrentUpdate):
            store.end_round(session, facts, NOW + timedelta(hours=2), DAY, log())


def test_the_number_of_a_care_round_is_entered_for_its_closing(app: Flask) -> None:
    house = a_house()
    here = kept(questions(purpose="care"), house.advocate)
    (care,) = _open(house.opening(here, purpose="care", invited=0))
    assert care.answers_key.startswith(f"open-answers-care-{care.slug}")
    with db.writing(db.engine()) as session:
        store.set_invited_children(session, care, 14, house.advocate.id, log())
    with db.reading(db.engine()) as session:
        round_ = store.find_round(session, care.slug)
    assert round_ is not None
    assert round_.invited == 14


def test_other_rounds_keep_the_number_that_was_fixed(app: Flask) -> None:
    house = a_house()
    round_ = _reads_back(house)
    with db.writing(db.engine()) as session, pytest.raises(ConcurrentUpdate):
        store.set_invited_children(session, round_, 14, house.advocate.id, log())


def test_a_site_needs_two_advocates_and_a_tested_helpline(app: Flask) -> None:
    house = a_house(helpline_tested=None)
    assert _codes(house.opening(kept(questions(), house.advocate))) == {"helpline_untested"}


def test_names_of_rounds_are_neutral(app: Flask) -> None:
    round_ = _reads_back(a_house())
    word, number = round_.slug.split("-")
    assert word.isalpha()
    assert number.isdecimal()
    assert "example" not in round_.slug
