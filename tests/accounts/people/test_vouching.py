"""People are vouched for: a row that was altered behind the house's back gets nothing."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import StillClock
from tests.support.people import CHEAP, make_person, make_site
from tests.support.statements import counted_statements
from youthvoice import context, db
from youthvoice.accounts.models import PersonRow, PersonSiteRow
from youthvoice.accounts.people import store
from youthvoice.accounts.store import (
    find_person_row,
    find_person_row_by_name,
    list_advocates,
    list_trusted_people,
    names_of_people,
)
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.crypto.sealing import new_pair


def _house() -> tuple[int, int, int]:
    """A site, its advocate, its coordinator."""
    with db.writing(db.engine()) as session:
        site = make_site(session)
        advocate = make_person(session, "advocate", site.id, name="Asha Example")
        coordinator = make_person(session, "coordinator", site.id)
        return site.id, advocate.id, coordinator.id


def _advocates(site_id: int) -> list[int]:
    with db.reading(db.engine()) as session:
        return [reader.person_id for reader in list_advocates(session, site_id)]


def _meddle(person_id: int, **columns: object) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == person_id).values(**columns))


def test_words_are_sealed_to_the_advocates_of_the_site_only(app: Flask) -> None:
    site_id, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        make_person(session, "advocate", other, handle="other")
    assert _advocates(site_id) == [advocate]


def test_a_public_key_written_into_the_database_gets_nothing(app: Flask) -> None:
    site_id, advocate, _ = _house()
    _meddle(advocate, public_key=new_pair().public)
    assert _advocates(site_id) == []


def test_whoever_makes_himself_an_advocate_in_the_database_gets_nothing(app: Flask) -> None:
    site_id, advocate, coordinator = _house()
    _meddle(coordinator, role="advocate")
    assert _advocates(site_id) == [advocate]


def test_an_advocate_moved_to_another_site_in_the_database_gets_nothing_there(app: Flask) -> None:
    _, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        session.add(PersonSiteRow(person_id=advocate, site_id=other))
    assert _advocates(other) == []


def test_what_was_right_a_moment_ago_does_not_hold_for_a_site_written_into_the_database(app: Flask) -> None:
    site_id, advocate, _ = _house()
    assert _advocates(site_id) == [advocate]
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        session.add(PersonSiteRow(person_id=advocate, site_id=other))
    assert _advocates(other) == []
    assert _advocates(site_id) == [advocate], "within a minute"


@pytest.mark.parametrize("change", [{"role": "outside_recipient"}, {"name": "Another Example"}, {"key_version": 2}])
def test_what_was_right_a_moment_ago_does_not_hold_for_an_altered_row(app: Flask, change: dict[str, object]) -> None:
    site_id, advocate, _ = _house()
    assert _advocates(site_id) == [advocate]
    _meddle(advocate, **change)
    with db.reading(db.engine()) as session:
        assert advocate not in {person.id for person in list_trusted_people(session, [site_id])}


def test_the_sites_of_somebody_who_works_everywhere_are_read_once(app: Flask) -> None:
    _, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        person, site_ids = find_person_row(session, advocate), [make_site(session, f"school-{n}").id for n in range(9)]
        assert person
        for each in site_ids:
            store.add_workplace(session, person, each)
    with counted_statements(db.engine()) as queries:
        assert [_advocates(each) for each in site_ids] == [[advocate]] * 9
    assert (
        sum("person_sites.person_id, person_sites.site_id \nFROM person_sites \nWHERE" in query for query in queries)
        == 1
    )


@pytest.mark.dialect("bytes and odd letters")
def test_an_altered_row_is_never_vouched_for_anew(app: Flask) -> None:
    _, advocate, _ = _house()
    _meddle(advocate, public_key=new_pair().public)
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        person = find_person_row(session, advocate)
        assert person
        with pytest.raises(ValueError, match="altered"):
            store.add_workplace(session, person, other)


def test_an_advocate_who_comes_to_a_second_site_reads_at_both(app: Flask) -> None:
    site_id, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        person = find_person_row(session, advocate)
        assert person
        store.add_workplace(session, person, other)
    assert _advocates(site_id) == _advocates(other) == [advocate]


def test_who_has_left_is_not_read_to_and_her_key_is_gone(app: Flask) -> None:
    site_id, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        person = find_person_row(session, advocate)
        assert person
        store.close_account(session, person, context.today())
        assert person.wrapped_private_key == b""
        assert names_of_people(session, [advocate]) == {advocate: "Asha Example"}
        assert find_person_row_by_name(session, "Asha Example") is None
    assert _advocates(site_id) == []


@pytest.mark.dialect("how letters compare")
def test_a_name_finds_one_person_or_nobody(app: Flask) -> None:
    site_id, advocate, coordinator = _house()
    with db.writing(db.engine()) as session:
        for name, found in (("asha example", advocate), ("Advocate", advocate), ("COORDINATOR", coordinator)):
            person = find_person_row_by_name(session, name, [site_id])
            assert person
            assert person.id == found
        make_person(session, "facilitator", site_id, name="Asha Example")
        assert find_person_row_by_name(session, "Asha Example", [site_id]) is None
        assert find_person_row_by_name(session, "advocate", [site_id + 1]) is None


def _newcomer(site_id: int) -> int:
    with db.writing(db.engine()) as session:
        return make_person(session, "advocate", site_id, handle="newcomer", trusted=False).id


@pytest.mark.dialect("moments")
def test_nothing_is_sealed_to_a_newcomer_until_her_hour(app: Flask, clock: StillClock) -> None:
    site_id, advocate, _ = _house()
    newcomer = _newcomer(site_id)
    assert _advocates(site_id) == [advocate]
    with db.writing(db.engine()) as session:
        person = find_person_row(session, newcomer)
        assert person
        store.change_person(session, person, trusted_from=clock() + timedelta(hours=48))
    clock.move(hours=47, minutes=59)
    assert _advocates(site_id) == [advocate]
    clock.move(minutes=1)
    assert sorted(_advocates(site_id)) == sorted([advocate, newcomer])


@pytest.mark.parametrize("long_ago", [store.FROM_THE_START, None])
def test_a_newcomer_trusted_in_the_database_gets_nothing(app: Flask, long_ago: datetime | None) -> None:
    site_id, advocate, _ = _house()
    newcomer = _newcomer(site_id)
    _meddle(newcomer, trusted_from=long_ago)
    assert _advocates(site_id) == [advocate]


def test_the_seal_of_an_old_key_is_no_seal_for_a_new_one(app: Flask) -> None:
    """Whoever kept a row cannot give its trust to the key that came after it."""
    site_id, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        person = find_person_row(session, advocate)
        assert person
        old = person.seal
        secret = make_secret("another", context.keyring().key("pepper"), store.key_binding("advocate", 2), cost=CHEAP)
        store.renew_key(session, person, secret, None)
    _meddle(advocate, seal=old)
    assert _advocates(site_id) == []


def test_a_person_who_left_comes_back_by_no_stroke_in_the_database(app: Flask) -> None:
    site_id, advocate, _ = _house()
    with db.writing(db.engine()) as session:
        person = find_person_row(session, advocate)
        assert person
        store.close_account(session, person, context.today())
    _meddle(advocate, left_on=None)
    assert _advocates(site_id) == []
