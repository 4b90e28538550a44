"""A safeguarding lead or an outside recipient leaves: two who choose readers end her account, or she does herself."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.grievances.conftest import Team
from tests.support.people import PASSWORD, Somebody, agrees, make_person
from tests.support.reports import tell
from tests.support.unattended_reports import mailed
from tests.support.visitor import Visitor, calm
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, ROLES
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.people import directory
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.accounts.store import find_person_row
from youthvoice.sites.store import find_site


def address(who: Somebody) -> str:
    return f"/staff/people/{who.id}/key/leave"


def asks(team: Team, who: Somebody, by: Somebody, second: Somebody | None, status: int = 200) -> Visitor:
    """One asks the second; gives her browser."""
    browser = team.at(by)
    browser.open(address(who))
    browser.send(address(who), {"second": second.id if second else 0}, status)
    return browser


def ends(team: Team, who: Somebody, by: Somebody, second: Somebody, status: int = 200) -> Visitor:
    """One asks, the other agrees; gives the browser of the latter."""
    asks(team, who, by, second)
    browser = team.at(second)
    agrees(browser, status)
    return browser


def is_there(who: Somebody) -> bool:
    with db.reading(db.engine()) as session:
        found = find_person_row(session, who.id)
    return found is not None and found.left_on is None


def missing(team: Team) -> tuple[str, ...]:
    with db.reading(db.engine()) as session:
        site = find_site(session, team.site_id)
        assert site
        return directory.missing_at_site(session, site)


@pytest.mark.parametrize("pair", [("asha", "ravi"), ("asha", "olga"), ("olga", "ravi")])
def test_two_who_choose_readers_end_the_account_of_a_lead(team: Team, pair: tuple[str, str]) -> None:
    token = staff_session.sign_in("lee", PASSWORD)
    first, second = pair
    browser = ends(team, team.lead, getattr(team, first), getattr(team, second))
    assert "You agreed; it is done." in browser.page
    assert not is_there(team.lead)
    assert staff_session.find_caller(token) is None
    with pytest.raises(AuthenticationFailed):
        staff_session.sign_in("lee", PASSWORD)


def test_without_an_outside_recipient_who_is_reached_children_cannot_tell_and_the_page_says_so(team: Team) -> None:
    assert missing(team) == ()
    browser = team.at(team.asha)
    assert "children cannot tell there" in browser.open(address(team.olga)).text
    assert "children cannot tell there" not in browser.open(address(team.lead)).text
    ends(team, team.olga, team.asha, team.ravi)
    assert missing(team) == ("outside",)


def test_where_another_outside_recipient_is_reached_telling_goes_on(team: Team) -> None:
    with db.writing(db.engine()) as session:
        otto = make_person(session, "outside_recipient", team.site_id, handle="otto")
    assert "children cannot tell there" not in team.at(team.asha).open(address(team.olga)).text
    ends(team, team.olga, team.asha, otto)
    assert missing(team) == ()


def test_every_role_knocks_and_only_two_of_the_right_ones_end_it(team: Team) -> None:
    """Whoever asks x whoever signs beside her: an advocate is one of the two, and the other one chooses readers."""
    with db.writing(db.engine()) as session:
        firsts = {role: make_person(session, role, team.site_id, handle=f"first-{role}") for role in ROLES}
        seconds = {role: make_person(session, role, team.site_id, handle=f"second-{role}") for role in ROLES}
    choosing = {ADVOCATE, OUTSIDE_RECIPIENT}
    for role, first in firsts.items():
        browser = team.at(first)
        if role not in choosing:
            assert browser.ask("GET", address(team.lead)).status_code == 403
            browser.open("/staff/me")
            given = {**browser.hidden, "second": team.asha.id}
            assert browser.ask("POST", address(team.lead), data=given).status_code == 403
            continue
        for signs, second in seconds.items():
            with db.writing(db.engine()) as session:
                gone = make_person(session, "safeguarding_lead", team.site_id, handle=f"gone-{role}-{signs}")
            may = signs in choosing and ADVOCATE in {role, signs}
            asks(team, gone, first, second, 200 if may else 422)
            if may:
                agrees(team.at(second))
            assert is_there(gone) is not may, f"{role} with {signs}"


def test_nobody_signs_against_herself_or_twice_or_from_elsewhere(team: Team) -> None:
    with db.writing(db.engine()) as session:
        elsewhere = make_person(session, "advocate", team.other_id, handle="elsewhere")
        newcomer = make_person(session, "advocate", team.site_id, handle="newcomer", trusted=False)
    for second in (team.asha, elsewhere, newcomer, None):
        assert "Choose who agrees with you." in asks(team, team.lead, team.asha, second, 422).page
    asks(team, team.olga, team.asha, team.olga, 422)
    assert is_there(team.lead)
    assert is_there(team.olga)


def test_whoever_is_no_lead_and_no_outside_recipient_is_not_ended_so(team: Team) -> None:
    for who in (team.ravi, team.lata, team.asha):
        team.at(team.asha).open(address(who), 404)
    ways = team.at(team.asha).open(f"/staff/people/{team.ravi.id}").text
    assert "/leave" not in ways


def test_a_coordinator_is_told_who_can_and_cannot_herself(team: Team) -> None:
    with db.writing(db.engine()) as session:
        boss = make_person(session, "coordinator", team.site_id)
    browser = team.at(boss)
    leave = f"/staff/people/{team.olga.id}/leave"
    assert "A coordinator cannot end this account" in browser.open(leave).text
    browser.open("/staff/me")
    browser.send(leave, {"second": team.asha.id})
    assert is_there(team.olga)
    page = browser.open(f"/staff/people/{team.olga.id}").text
    assert "Two of those who choose readers end this account" in page
    assert "/leave" not in page


def test_who_also_works_elsewhere_is_ended_by_those_who_work_at_all_her_sites_or_by_herself(team: Team) -> None:
    with db.writing(db.engine()) as session:
        otto = make_person(session, "outside_recipient", team.site_id, team.other_id, handle="otto")
        nila = make_person(session, "advocate", team.site_id, team.other_id, handle="nila")
    assert "She also works at a site that is not yours" in team.at(team.ravi).open(address(otto)).text
    asks(team, otto, team.asha, team.ravi, 422)
    ends(team, otto, team.asha, nila)
    assert not is_there(otto)


def test_nobody_is_ended_with_what_only_she_can_read_and_nobody_looks_it_up(team: Team) -> None:
    """S14: only where two have signed is it said that something would be lost; never what."""
    browser = team.at(team.asha)
    before = calm(browser.open(address(team.olga)).text)
    told = tell(team.site_id, [team.olga])
    assert calm(browser.open(address(team.olga)).text) == before
    asked = browser.send(address(team.olga), {"second": team.ravi.id}).text
    assert "Something has to be given" not in asked
    agreeing = team.at(team.ravi)
    agrees(agreeing, 409)
    page = agreeing.page
    assert "Something has to be given to another person first" in page
    assert told.path not in page
    assert is_there(team.olga)


@pytest.mark.dialect("writers wait for each other")
def test_two_who_were_ended_themselves_meanwhile_end_nobody(team: Team) -> None:
    with db.writing(db.engine()) as session:
        otto = make_person(session, "outside_recipient", team.site_id, handle="otto")
        make_person(session, "advocate", team.site_id, handle="nila")
    asks(team, otto, team.olga, team.asha)
    asks(team, team.olga, otto, team.ravi)
    ways = [team.at(team.asha), team.at(team.ravi)]
    addresses = [re.findall(r'href="(/staff/requests/\d+)"', browser.open("/staff/").text)[0] for browser in ways]
    for browser, path in zip(ways, addresses, strict=True):
        browser.open(path)

    def end(at: int) -> int:
        return ways[at].ask("POST", f"{addresses[at]}/agree", data=ways[at].hidden).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(end, range(2)))
    assert sorted(answers) == [303, 409], answers
    assert is_there(team.olga) is not is_there(otto)


def test_whoever_was_ended_is_told_so_by_mail(team: Team) -> None:
    with db.writing(db.engine()) as session:
        person = find_person_row(session, team.olga.id)
        assert person
        person.mail = encrypt_address("olga@example.org")
    ends(team, team.olga, team.asha, team.ravi)
    (letter,) = mailed()
    assert letter["To"] == "olga@example.org"
    body = letter.get_body(("plain",))
    assert body
    assert "your account was ended" in body.get_content()


def test_she_leaves_by_herself_with_her_password(team: Team) -> None:
    browser = team.at(team.lead)
    assert "/staff/me/leave" in browser.open("/staff/reports/leaving").text
    browser.open("/staff/me/leave")
    for wrong, status in (("", 422), ("not mine", 403)):
        browser.send("/staff/me/leave", {"password": wrong}, status)
    assert is_there(team.lead)
    browser.send("/staff/me/leave", {"password": PASSWORD})
    assert "Your account is ended" in browser.page
    assert "Sign out" not in browser.page
    assert not is_there(team.lead)
    assert "/staff/sign-in" in browser.ask("GET", "/staff/me").location
    assert mailed() == []


def test_she_does_not_leave_as_the_last_reader_and_is_shown_what_it_is(team: Team) -> None:
    browser = team.at(team.olga)
    browser.open("/staff/me/leave")
    told = tell(team.site_id, [team.olga])
    page = browser.send("/staff/me/leave", {"password": PASSWORD}).text
    assert "You are the only one who reads something" in page
    assert told.path in browser.open("/staff/reports/leaving").text
    assert is_there(team.olga)


@pytest.mark.parametrize("role", ROLES)
def test_only_leads_outside_recipients_and_interpreters_leave_by_themselves(team: Team, role: str) -> None:
    with db.writing(db.engine()) as session:
        who = make_person(session, role, team.site_id, handle="somebody")
    wanted = 200 if role in {"safeguarding_lead", "outside_recipient", "interpreter"} else 403
    assert team.at(who).ask("GET", "/staff/me/leave").status_code == wanted
