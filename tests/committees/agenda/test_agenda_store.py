"""Agendas as they lie in the database, on both kinds of it."""

import secrets
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.support.committees import DAY, House, again, put
from youthvoice import db
from youthvoice.committees.agenda.entities import (
    ITEM_STATES,
    TRANSITIONS,
    AgendaItem,
    IllegalTransition,
    ItemBody,
    ItemState,
)
from youthvoice.committees.agenda.store import add_support, change_state, list_items, order_items
from youthvoice.errors import ConcurrentUpdate


def go(item: AgendaItem, to: ItemState) -> AgendaItem:
    with db.writing(db.engine()) as session:
        change_state(session, item, to, DAY)
    return again(item)


def test_an_item_says_again_what_it_said(house: House) -> None:
    committee = house.committee()
    item = put(committee, words="फल हर दिन", topic="food", wish="more")
    assert item.body.words == {"en": "फल हर दिन"}
    assert (item.state, item.support, item.from_id) == ("on_agenda", 0, None)
    with db.writing(db.engine()) as session:
        add_support(session, item.id, 6)
    assert again(item).support == 6


@pytest.mark.dialect("writers wait for each other")
def test_an_item_that_somebody_changed_meanwhile_is_not_changed_twice(house: House) -> None:
    item = put(house.committee())
    go(item, "discussed")
    with pytest.raises(ConcurrentUpdate), db.writing(db.engine()) as session:
        change_state(session, item, "moved", DAY)
    assert again(item).state == "discussed"


def test_an_agenda_stands_in_the_order_that_was_chosen(house: House) -> None:
    committee = house.committee()
    first, second, third = (put(committee, words=words) for words in ("one", "two", "three"))
    with db.writing(db.engine()) as session:
        order_items(session, committee.id, [third.id, first.id])
    with db.reading(db.engine()) as session:
        found = list_items(session, [committee.id], {"on_agenda"})
        assert [item.body.words["en"] for item in found] == ["three", "one", "two"]
        assert len(list_items(session, [committee.id], {"on_agenda"}, most=2)) == 2
    assert second.position < third.position


def test_the_order_of_another_agenda_stays(house: House) -> None:
    mine, theirs = house.committee(), house.committee("dormitory")
    item = put(theirs)
    with db.writing(db.engine()) as session:
        order_items(session, mine.id, [item.id])
    assert again(item).position == item.position


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.sampled_from(ITEM_STATES), max_size=12))
def test_an_item_walks_only_the_drawn_ways_whatever_is_asked(app: Flask, house: House, walk: list[ItemState]) -> None:
    """S9: the states admit only the drawn ways, and what was said is there at every one of them."""
    item = put(house.committee(name=f"Club {secrets.token_hex(8)}"))
    for to in walk:
        if to in TRANSITIONS[item.state]:
            item = go(item, to)
            assert item.state == to
        else:
            with pytest.raises(IllegalTransition):
                go(item, to)
            assert again(item).state == item.state
        assert item.body.words == {"en": "Fruit every day"}


def test_nothing_of_what_an_item_says_lies_open(house: House) -> None:
    short, long = put(house.committee(), words="a"), put(house.committee("dormitory"), words="canary " * 40)
    with db.reading(db.engine()) as session:
        rows = session.connection().exec_driver_sql("SELECT body, support FROM items").all()
    assert {len(row[0]) for row in rows} == {len(rows[0][0])}
    assert {len(row[1]) for row in rows} == {len(rows[0][1])}
    assert not any(b"canary" in bytes(row[0]) for row in rows)
    assert short.id != long.id


def test_an_answer_that_is_owed_bears_the_items_own_name(house: House) -> None:
    item = put(house.committee(), words="x")
    assert item.subject == item.id.hex()
    assert ItemBody("food") == ItemBody("food", words={})
    assert DAY + timedelta(days=0) == item.day
