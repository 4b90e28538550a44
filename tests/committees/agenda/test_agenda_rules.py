"""In which order an agenda stands. Pure."""

from datetime import date

from hypothesis import given, strategies as st

from youthvoice.committees.agenda.entities import AgendaItem, ItemBody
from youthvoice.committees.agenda.rules import order_agenda, split_agenda


def _item(position: int, support: int, *, alone: bool = False) -> AgendaItem:
    name = position.to_bytes(16, "big", signed=True)
    return AgendaItem(
        name, 1, "on_agenda", position, date(2026, 11, 24), None, None, ItemBody("food", alone=alone), support, 1
    )


@given(places=st.lists(st.tuples(st.integers(-9, 30), st.integers(0, 50)), unique_by=lambda one: one[0]))
def test_an_agenda_stands_as_it_was_chosen_and_then_by_how_many_say_so(places: list[tuple[int, int]]) -> None:
    found = order_agenda([_item(*one) for one in places])
    chosen = [item.position for item in found if item.position <= 0]
    rest = [item for item in found if item.position > 0]
    assert found == [item for item in found if item.position <= 0] + rest
    assert chosen == sorted(chosen)
    assert [item.support for item in rest] == sorted((item.support for item in rest), reverse=True)


def test_of_what_children_talk_about_alone_there_is_only_how_much() -> None:
    shown, alone = split_agenda([_item(1, 0), _item(2, 9, alone=True), _item(3, 1)])
    assert [one.position for one in shown] == [3, 1]
    assert alone == 1
