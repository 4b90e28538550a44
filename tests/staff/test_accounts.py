"""People are vouched for: a row that was altered behind the house's back gets nothing."""

import pytest
from flask import Flask
from sqlalchemy import update

from tests.people import make_person, make_site
from youthvoice import db, running
from youthvoice.config import Settings
from youthvoice.privacy.sealing import new_pair
from youthvoice.staff import accounts, store
from youthvoice.staff.models import Person, PersonSite


def _house() -> tuple[int, int, int]:
    """A site, its advocate, its coordinator."""
    with db.writing(db.engine()) as session:
        site = make_site(session)
        advocate = make_person(session, "advocate", site.id, name="Asha Example")
        coordinator = make_person(session, "coordinator", site.id)
        return site.id, advocate.id, coordinator.id


def _advocates(site_id: int) -> list[int]:
    with db.reading(db.engine()) as session:
        return [reader.person_id for reader in store.advocates(session, site_id, running.keyring().key("people"))]


def _meddle(person_id: int, **columns: object) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(Person).where(Person.id == person_id).values(**columns))


def test_words_are_sealed_to_the_advocates_of_the_site_only(on_both: Settings, app: Flask) -> None:
    site_id, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        make_person(session, "advocate", other, handle="other")
    assert _advocates(site_id) == [advocate]


def test_a_public_key_written_into_the_database_gets_nothing(on_both: Settings, app: Flask) -> None:
    site_id, advocate, _ = _house()
    _meddle(advocate, public_key=new_pair().public)
    assert _advocates(site_id) == []


def test_whoever_makes_himself_an_advocate_in_the_database_gets_nothing(on_both: Settings, app: Flask) -> None:
    site_id, advocate, coordinator = _house()
    _meddle(coordinator, role="advocate")
    assert _advocates(site_id) == [advocate]


def test_an_advocate_moved_to_another_site_in_the_database_gets_nothing_there(on_both: Settings, app: Flask) -> None:
    _, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        session.add(PersonSite(person_id=advocate, site_id=other))
    assert _advocates(other) == []


def test_an_altered_row_is_never_vouched_for_anew(on_both: Settings, app: Flask) -> None:
    _, advocate, _ = _house()
    _meddle(advocate, public_key=new_pair().public)
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        person = store.find(session, advocate)
        assert person
        with pytest.raises(ValueError, match="altered"):
            accounts.work_at(session, person, other, running.keyring().key("people"))


def test_an_advocate_who_comes_to_a_second_site_reads_at_both(on_both: Settings, app: Flask) -> None:
    site_id, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        person = store.find(session, advocate)
        assert person
        accounts.work_at(session, person, other, running.keyring().key("people"))
    assert _advocates(site_id) == _advocates(other) == [advocate]


def test_who_has_left_is_not_read_to_and_her_key_is_gone(on_both: Settings, app: Flask) -> None:
    site_id, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        person = store.find(session, advocate)
        assert person
        accounts.leave(session, person, running.today())
        assert person.wrapped_private_key == b""
        assert store.names(session, [advocate]) == {advocate: "Asha Example"}
        assert store.by_name(session, "Asha Example") is None
    assert _advocates(site_id) == []


def test_a_name_finds_one_person_or_nobody(on_both: Settings, app: Flask) -> None:
    site_id, advocate, coordinator = _house()
    with db.writing(db.engine()) as session:
        for name, found in (("asha example", advocate), ("Advocate", advocate), ("COORDINATOR", coordinator)):
            person = store.by_name(session, name, [site_id])
            assert person
            assert person.id == found
        make_person(session, "facilitator", site_id, name="Asha Example")
        assert store.by_name(session, "Asha Example", [site_id]) is None
        assert store.by_name(session, "advocate", [site_id + 1]) is None
