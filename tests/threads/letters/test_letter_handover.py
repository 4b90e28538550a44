"""A colleague with a new key reads her letters again; nobody leaves with one that only she can open."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.grievances.conftest import Team, team  # noqa: F401 - a fixture
from tests.support.people import CHEAP, PASSWORD, Somebody, agrees, make_person, make_site, on_tablet, signed_in
from tests.support.report_actions import before
from tests.support.reports import tell
from tests.support.rounds import open_round, taken_of
from tests.support.visitor import Visitor, calm
from tests.threads.letters.test_letter_pages import LETTERS, paths
from youthvoice import context, db
from youthvoice.accounts.people.store import key_binding, renew_key
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances import reader_offboarding
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.sites.site_page import SITES_SHOWN

GIVE = "/staff/letters/give"
WORDS = "the tap drips"


@pytest.fixture
def letter(team: Team, clock: StillClock) -> str:  # noqa: F811 - the fixture
    """One letter, shown by now, that Asha and Ravi open; gives its path."""
    round_ = open_round([team.site_id], team.lata.id)
    taken_of(on_tablet(team.visitor(), team.site_id), round_, letter_box=WORDS)
    clock.move(hours=3)
    (path,) = paths(team.at(team.asha).open(LETTERS).text)
    return path


def anew(who: Somebody) -> Somebody:
    """She lost her password: a new key, compared and trusted by now."""
    pair, keyring = new_pair(), context.keyring()
    secret = make_secret(PASSWORD, keyring.key("pepper"), key_binding(who.handle, 2), pair=pair, cost=CHEAP)
    with db.writing(db.engine()) as session:
        person = find_person_row(session, who.id)
        assert person
        renew_key(session, person, secret, context.now())
    return Somebody(who.id, who.handle, who.name, who.role, who.site_ids, pair.private, pair.public)


def reads_alone(who: Somebody) -> bool:
    with db.reading(db.engine()) as session:
        return reader_offboarding.reads_alone(session, who.id)


def test_with_a_new_key_no_list_shows_her_a_letter_that_it_does_not_open(team: Team, letter: str) -> None:  # noqa: F811
    assert "Read the letters" in team.at(team.ravi).open("/staff/reports/").text
    ravi = team.at(anew(team.ravi))
    assert paths(ravi.open(LETTERS).text) == []
    assert "Read the letters" not in ravi.open("/staff/reports/").text
    ravi.open(letter, 404)
    ravi.send(letter, status=404)


def test_the_only_one_who_opens_a_letter_is_held_until_a_colleague_opens_it_too(team: Team, letter: str) -> None:  # noqa: F811
    assert not reads_alone(team.asha)
    renewed = anew(team.ravi)
    assert reads_alone(team.asha)
    asha = team.at(team.asha)
    assert "1 of them opens to nobody else yet" in asha.open("/staff/reports/leaving").text
    asha.open(GIVE)
    assert "Choose somebody" in asha.send(GIVE, status=422).text
    assert "can read these letters now" in asha.send(GIVE, {"to": str(renewed.id)}).text
    assert not reads_alone(team.asha)
    assert "others open them, too" in asha.open("/staff/reports/leaving").text
    ravi = team.at(renewed)
    assert paths(ravi.open(LETTERS).text) == [letter]
    assert WORDS in ravi.send(letter).text
    with db.reading(db.engine()) as session:
        line = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "letter.give")).one()
    assert (line.actor, line.subject) == ("asha", str(renewed.id))


def test_nobody_leaves_with_a_letter_that_only_she_opens(team: Team, letter: str) -> None:  # noqa: F811
    anew(team.ravi)
    with db.writing(db.engine()) as session:
        boss = make_person(session, "coordinator", team.site_id, team.other_id)
        mala, _nila = (
            make_person(session, "advocate", team.site_id, team.other_id, handle=handle) for handle in ("mala", "nila")
        )
    there, leave = signed_in(team.visitor(), boss), f"/staff/people/{team.asha.id}/leave"
    there.open(leave)
    there.send(leave, {"second": mala.id})
    agreeing = signed_in(team.visitor(), mala)
    agrees(agreeing, 409)
    assert "Something has to be given" in agreeing.page


def test_a_letter_that_is_not_shown_yet_holds_her_too_and_the_page_does_not_tell(team: Team) -> None:  # noqa: F811
    """A10: nothing on a page changes while letters drip in."""
    asha = team.at(team.asha)
    quiet = calm(asha.open("/staff/reports/leaving").text)
    round_ = open_round([team.site_id], team.lata.id)
    taken_of(on_tablet(team.visitor(), team.site_id), round_, letter_box=WORDS)
    anew(team.ravi)
    assert reads_alone(team.asha)
    assert calm(asha.open("/staff/reports/leaving").text) == quiet


def test_whoever_is_given_a_report_back_gets_her_letters_back_with_it(team: Team, letter: str) -> None:  # noqa: F811
    told = tell(team.site_id, [team.asha, team.ravi])
    renewed = anew(team.ravi)
    before(team, team.asha, told).does("give", to=str(renewed.id))
    assert paths(team.at(renewed).open(LETTERS).text) == [letter]


def test_a_report_given_to_a_newcomer_brings_her_no_letter(team: Team, letter: str) -> None:  # noqa: F811
    told = tell(team.site_id, [team.asha, team.ravi])
    with db.writing(db.engine()) as session:
        mala = make_person(session, "advocate", team.site_id, handle="mala")
    before(team, team.asha, told).does("give", to=str(mala.id))
    assert paths(team.at(mala).open(LETTERS).text) == []


def test_only_advocates_give_letters(team: Team) -> None:  # noqa: F811
    for who in (team.lead, team.olga, team.lata):
        team.at(who).open(GIVE, 403)


def test_an_advocate_without_a_colleague_is_told_what_to_do(app: Flask, visitor: Callable[[], Visitor]) -> None:
    from tests.support.people import house  # noqa: PLC0415 - `house` is a fixture's name elsewhere

    _site, people = house(["advocate"])
    assert "no other advocate" in signed_in(visitor(), people["advocate"]).open(GIVE).text


def test_of_many_sites_one_is_chosen_first_and_its_advocates_are_offered(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, f"school-{nth}").id for nth in range(SITES_SHOWN + 1)]
        national = make_person(session, "advocate", *sites, handle="national")
        make_person(session, "advocate", sites[3], handle="here", name="Here Example")
        other = make_person(session, "advocate", sites[4], handle="elsewhere", name="Elsewhere Example")
    desk = signed_in(visitor(), national)
    assert "Here Example" not in desk.open(GIVE).text
    assert f'href="{GIVE}?site={sites[3]}"' in desk.open(f"{GIVE}?site_name=school 3").text
    text = desk.open(f"{GIVE}?site={sites[3]}").text
    assert ("Here Example" in text, "Elsewhere Example" in text) == (True, False)
    desk.send(f"{GIVE}?site={sites[3]}", {"to": other.id}, 422)
    assert "can read these letters now" in desk.send(f"{GIVE}?site={sites[4]}", {"to": other.id}).text
