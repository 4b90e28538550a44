"""What adults answer moves an item, and children's "not yet" moves it back (S9, S13)."""

from datetime import timedelta

from tests.support.committees import DAY, House, again, put
from youthvoice import db
from youthvoice.accountability import replies
from youthvoice.accountability.store import create_answer_due
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.agenda.store import change_state, find_item


def owed(house: House, item: AgendaItem) -> int:
    with db.writing(db.engine()) as session:
        for to in ("discussed", "with_adults"):
            now = find_item(session, item.id)
            assert now
            change_state(session, now, to, DAY)
        row = create_answer_due(
            session,
            site_id=house.site_id,
            kind="item",
            subject=item.subject,
            about={"en": "Fruit every day"},
            due=DAY + timedelta(days=14),
            owner_id=house.joshi.id,
            day=DAY,
        )
        return row.id


def reply(house: House, owed_id: int) -> None:
    with db.writing(db.engine()) as session:
        replies.record_reply(session, owed_id, "", "yes", {"en": "From Monday."}, house.joshi.id, DAY)


def test_an_answer_a_not_yet_another_answer_and_a_yes(house: House) -> None:
    item = put(house.committee())
    owed_id = owed(house, item)
    reply(house, owed_id)
    assert again(item).state == "answered"
    with db.writing(db.engine()) as session:
        replies.reopen(session, owed_id, DAY)
    assert again(item).state == "with_adults"
    reply(house, owed_id)
    with db.writing(db.engine()) as session:
        replies.confirm_done(session, owed_id, DAY)
    assert again(item).state == "done"


def test_an_answer_to_what_went_to_the_advocates_meanwhile_leaves_it_there(house: House) -> None:
    item = put(house.committee())
    owed_id = owed(house, item)
    with db.writing(db.engine()) as session:
        change_state(session, again(item), "moved", DAY)
    reply(house, owed_id)
    assert again(item).state == "moved"
