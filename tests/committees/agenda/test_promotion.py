"""Items go up a chain of committees, and come back when one of them is closed: nothing is lost on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.conftest import StillClock
from tests.support.committees import DAY, House, again, put
from tests.support.meetings import agenda_of, enter, held
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees import setup
from youthvoice.committees.agenda import store
from youthvoice.committees.agenda.entities import WAITING_STATES, AgendaItem, IllegalTransition
from youthvoice.committees.entities import Committee
from youthvoice.committees.job import meetings_due
from youthvoice.committees.meetings import outcomes
from youthvoice.committees.meetings.outcomes import OutcomeEntry
from youthvoice.committees.meetings.store import list_coming_meetings
from youthvoice.committees.models import AgendaItemRow
from youthvoice.committees.store import change_committee, find_committee, record_closing
from youthvoice.errors import ConcurrentUpdate, Refused


@dataclass(frozen=True)
class Village:
    """Bal Sabha, Bal Panchayat, Village Child Committee."""

    sabha: Committee
    panchayat: Committee
    village: Committee


@pytest.fixture
def village(house: House) -> Village:
    top = house.committee("village_child_committee")
    middle = house.committee("bal_panchayat", goes_up_to_id=top.id)
    return Village(house.committee("bal_sabha", goes_up_to_id=middle.id), middle, top)


def up(item: AgendaItem) -> AgendaItem:
    """Let an item be talked about and go up; gives what it is there."""
    with db.writing(db.engine()) as session:
        if item.state == "on_agenda":
            store.change_state(session, item, "discussed", DAY)
        found = store.find_item(session, item.id)
        assert found
        made = outcomes.promote_item(session, found, DAY)
        there = store.find_item(session, made)
    assert there
    return there


def close(committee: Committee) -> None:
    with db.writing(db.engine()) as session:
        setup.close_committee(session, committee.id, context.now(), DAY)


def test_an_item_goes_up_the_whole_chain_with_its_words_and_its_support(village: Village) -> None:
    item = put(village.sabha, words="The well is far")
    with db.writing(db.engine()) as session:
        store.add_support(session, item.id, 12)
    middle = up(again(item))
    top = up(middle)
    assert (again(item).state, again(middle).state, top.state) == ("went_up", "went_up", "on_agenda")
    assert (middle.from_id, top.from_id) == (item.id, middle.id)
    assert (top.committee_id, top.body.words, top.support) == (village.village.id, {"en": "The well is far"}, 12)
    with db.reading(db.engine()) as session:
        found = store.find_committees_above(session, [item.id, middle.id])
    assert found == {item.id: village.panchayat.id, middle.id: village.village.id}


@pytest.mark.dialect("a savepoint")
def test_where_the_committee_above_is_closed_the_item_stays_and_nothing_is_lost(village: Village) -> None:
    item, meeting = put(village.sabha), held(village.sabha, children=12)
    with db.writing(db.engine()) as session:
        record_closing(session, village.panchayat.id, DAY)
    with pytest.raises(Refused, match="closed"):
        enter(village.sabha, meeting, item, OutcomeEntry("up"))
    assert again(item).state == "on_agenda"
    assert again(item).version == item.version
    assert not agenda_of(village.panchayat)
    with pytest.raises(Refused, match="nowhere"):
        enter(village.village, held(village.village), put(village.village), OutcomeEntry("up"))


def test_what_a_closed_committee_had_not_talked_about_comes_back(village: Village) -> None:
    item = put(village.sabha)
    middle = up(item)
    mine = put(village.panchayat, words="its own")
    close(village.panchayat)
    assert again(item).state == "discussed"
    assert again(middle).from_id is None
    assert again(mine).state == "on_agenda"
    with db.reading(db.engine()) as session:
        assert not store.find_committees_above(session, [item.id])
        assert not outcomes.closed_with_items(session)


def test_it_comes_back_as_far_as_somebody_still_meets(village: Village) -> None:
    item = put(village.sabha)
    middle = up(item)
    top = up(middle)
    close(village.panchayat)
    assert again(item).state == "went_up"  # it is with the village all the same
    close(village.village)
    assert again(top).from_id is None
    assert (again(middle).state, again(item).state) == ("discussed", "discussed")


def test_what_adults_owe_an_answer_about_stays_above(village: Village) -> None:
    item = put(village.panchayat)
    top = up(item)
    with db.writing(db.engine()) as session:
        store.change_state(session, top, "discussed", DAY)
    with db.writing(db.engine()) as session:
        store.change_state(session, again(top), "with_adults", DAY)
    close(village.village)
    assert again(item).state == "went_up"
    assert again(top).from_id == item.id


@pytest.mark.dialect("a savepoint")
def test_the_job_finds_what_waits_in_a_closed_committee_and_gives_it_a_meeting(village: Village) -> None:
    item = put(village.sabha)
    up(item)
    with db.writing(db.engine()) as session:
        record_closing(session, village.panchayat.id, DAY)
    for _ in range(2):
        meetings_due()
    found = again(item)
    assert found.state == "on_agenda"
    assert found.meeting_id
    with pytest.raises(Refused, match="closed"):
        up(found)
    assert again(item).version == found.version


def test_what_came_back_goes_up_elsewhere_and_is_not_called_back_again(village: Village, house: House) -> None:
    item = put(village.sabha)
    first = up(item)
    close(village.panchayat)
    other = house.committee("bal_panchayat", name="Another panchayat")
    with db.writing(db.engine()) as session:
        change_committee(session, village.sabha.id, {"goes_up_to_id": other.id})
    second = up(again(item))
    meetings_due()
    assert again(item).state == "went_up"
    assert again(first).from_id is None
    assert again(second).committee_id == other.id


def test_only_what_was_talked_about_goes_up(village: Village) -> None:
    with pytest.raises(IllegalTransition), db.writing(db.engine()) as session:
        outcomes.promote_item(session, put(village.sabha), DAY)
    with pytest.raises(Refused, match="nowhere"), db.writing(db.engine()) as session:
        outcomes.promote_item(session, put(village.village), DAY)


def test_a_facilitator_sends_something_up(
    village: Village, house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    item, meeting = put(village.sabha, words="The well is far"), held(village.sabha, children=12)
    clock.move(minutes=5)
    browser = signed_in(visitor(), house.joshi)
    way = f"/staff/meetings/{meeting.id}/items/{item.subject}"
    assert "Bal Panchayat" in browser.open(way).text
    assert "Went up" in browser.send(way, {"outcome": "up"}).text
    (there,) = agenda_of(village.panchayat)
    assert there.from_id == item.id
    with db.writing(db.engine()) as session:
        record_closing(session, village.panchayat.id, DAY + timedelta(days=1))
    other = put(village.sabha)
    way = f"/staff/meetings/{meeting.id}/items/{other.subject}"
    browser.open(way)
    assert "no longer meets. The item stays here" in browser.send(way, {"outcome": "up"}, status=422).text


def test_what_children_talked_about_alone_goes_up_open_and_as_new(village: Village) -> None:
    """S9: an item that is shown to nobody up there gets no answer."""
    item = put(village.sabha, state="discussed", alone=True, again=2, decided="ask them")
    there = up(item)
    assert (there.body.alone, there.body.again, there.body.decided, there.body.held) == (False, 0, "", None)
    assert there.body.words == item.body.words


def test_a_committee_that_is_closed_meets_no_more(village: Village) -> None:
    meetings_due()
    with db.reading(db.engine()) as session:
        assert list_coming_meetings(session, village.village.id, context.now(), 6)
    close(village.village)
    with db.reading(db.engine()) as session:
        assert list_coming_meetings(session, village.village.id, context.now(), 6) == []


def test_what_is_not_up_there_any_more_is_not_called_back(village: Village) -> None:
    item = up(put(village.panchayat))
    with db.writing(db.engine()) as session:
        session.execute(update(AgendaItemRow).where(AgendaItemRow.id == item.from_id).values(state="settled"))
    close(village.village)
    assert [item.state for item in agenda_of(village.panchayat)] == []
    assert again(item).state == "on_agenda"


def test_all_items_come_back_or_none(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody changes one of them at that moment, the job sends all back later."""
    there, move = [up(put(village.panchayat, f"Item {nth}")) for nth in range(3)], store.change_state

    def the_second_changed(session: Session, item: AgendaItem, *more: object) -> AgendaItem:
        calls.append(item.id)
        if len(calls) == 2:
            raise ConcurrentUpdate
        return move(session, item, *more)  # type: ignore[arg-type]

    calls: list[bytes] = []
    with monkeypatch.context() as patched:
        patched.setattr(store, "change_state", the_second_changed)
        close(village.village)
    assert [again(item).from_id is not None for item in there] == [True] * 3
    with db.reading(db.engine()) as session:
        committee = find_committee(session, village.village.id)
    assert committee
    assert not committee.is_open
    meetings_due()
    assert [item.state in WAITING_STATES for item in agenda_of(village.panchayat)] == [True] * 3
