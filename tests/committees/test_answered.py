"""What adults answer moves an item, and children's "not yet" moves it back (S9, S13)."""

from datetime import timedelta

from tests.committees.meeting_house import DAY, House, again, put
from youthvoice import context as running
from youthvoice import db
from youthvoice.accountability import reply as replying
from youthvoice.accountability import store as answers
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import ItemFacts


def owed(house: House, item: ItemFacts) -> int:
    with db.writing(db.engine()) as session:
        for to in ("discussed", "with_adults"):
            now = items.find(session, running.keyring(), item.id)
            assert now
            items.move(session, running.keyring(), now, to, DAY)
        row = answers.owe(
            session,
            running.keyring(),
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
        replying.reply(session, running.keyring(), owed_id, "", "yes", {"en": "From Monday."}, house.joshi.id, DAY)


def test_an_answer_a_not_yet_another_answer_and_a_yes(house: House) -> None:
    item = put(house.committee())
    owed_id = owed(house, item)
    reply(house, owed_id)
    assert again(item).state == "answered"
    with db.writing(db.engine()) as session:
        replying.open_again(session, running.keyring(), owed_id, DAY)
    assert again(item).state == "with_adults"
    reply(house, owed_id)
    with db.writing(db.engine()) as session:
        replying.confirm(session, running.keyring(), owed_id, DAY)
    assert again(item).state == "done"


def test_an_answer_to_what_went_to_the_advocates_meanwhile_leaves_it_there(house: House) -> None:
    item = put(house.committee())
    owed_id = owed(house, item)
    with db.writing(db.engine()) as session:
        items.move(session, running.keyring(), again(item), "moved", DAY)
    reply(house, owed_id)
    assert again(item).state == "moved"
