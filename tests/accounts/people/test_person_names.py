"""What adults are called: children decide by the name who reads them (S14; T9's skeleton, of names)."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.offline import manifest_of
from tests.support.people import CHEAP, FIRST_NAMES, Somebody, agrees, house, make_person, on_tablet, signed_in
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.invitations import Guest, accept_invitation, add_invitation
from youthvoice.accounts.models import FormerNameRow, InvitationRow, PersonRow
from youthvoice.accounts.people.person_names import list_former_names, names_ever, tidy_name, why_not_name
from youthvoice.accounts.store import list_person_rows
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import Refused

Visitors = Callable[[], Visitor]
NEW = "seven green boats at noon"
THERE = ["Asha Rao", "Ravi Menon", "ऋतु शर्मा", "محمد علي"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "no_name"), ("12 34", "no_name"), ("x" * 81, "no_name"),
        ("Asha\u202eoaR", "unseen"), ("Mi\u200bna", "unseen"), ("Mina\u2066", "unseen"), ("Mina\u3164Rao", "unseen"),
        ("Mi\u200dna", "unseen"), ("\u200cسارا", "unseen"), ("سارا\u200c", "unseen"), ("\u200c", "no_name"),
        ("\u0410sha Rao", "mixed"), ("R\u0430vi", "mixed"),
        ("\u0410\u0455\u04bb\u0430 Rao", "taken"), ("ASHA  RAO", "taken"), ("asharao", "taken"), ("Asha Ráo", "taken"),
        ("Asha Rao.", "taken"), ("محمّد علي", "taken"), ("ऋतु शर्मा", "taken"),
        ("Ravl Menon", "taken"), ("Ravi Rnenon", "taken"), ("Rаvi Menon", "mixed"),
        ("Ravi Menon (advocate)", "taken"), ("Ravi Menon [new", "taken"), ("Ravi Menøn", "taken"),
        ("First advocate", "role"), ("Advocate 1", "role"), ("Child Advocate B", "role"), ("Outside recipient", "role"),
        ("The coordinator", "role"), ("पहली हिमायती", "role"), ("समन्वयक", "role"), ("المنسقة الأولى", "role"),
        ("مناصرة الأطفال", "role"),
    ],
)  # fmt: skip
def test_what_children_could_not_tell_or_read_is_refused(name: str, why: str) -> None:
    assert why_not_name(tidy_name(name), THERE) == why


@pytest.mark.parametrize(
    "name",
    ["Asha Roy", "Mina", "Ravi Memon", "Łukasz Øster", "O'Brien", "Lee Child", "Guardian Rao", "علی‌رضا", "ക്രിസ്റ്റഫര്‍",
     "Ольга Вебер", "陳大文", "J. R. Rao"],
)  # fmt: skip
def test_a_name_of_any_script_is_taken(name: str) -> None:
    assert why_not_name(tidy_name(name), THERE) is None


@pytest.mark.parametrize(("name", "other"), [("Ciara Rao", "Clara Rao"), ("Bernle", "Bernie"), ("Dara", "Ciara")])
def test_letters_that_only_together_look_like_another_are_seen_after_those_alone(name: str, other: str) -> None:
    """`cl` looked like `d` before `i` looked like `l`: two names that differ in one stroke were both allowed."""
    assert why_not_name(name, [other]) == "taken"


@pytest.fixture
def team(app: Flask) -> dict[str, Somebody]:
    _site_id, people = house(["advocate", "coordinator", "facilitator", "outside_recipient"])
    return people


def _asks(browser: Visitor, second: Somebody, name: str, status: int = 200) -> Visitor:
    browser.open("/staff/me/name")
    browser.send("/staff/me/name", {"name": name, "second": second.id}, status)
    return browser


@pytest.mark.parametrize("role", ["advocate", "facilitator"])
def test_she_changes_her_name_with_a_second_adult_and_children_read_the_new_one(
    app: Flask, visitor: Visitors, team: dict[str, Somebody], monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    (site_id,) = team[role].site_ids
    her, second = team[role], team["facilitator" if role == "advocate" else "advocate"]
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="other")
    tablet = on_tablet(visitor(), site_id)
    tablet.open("/language/en", follow=False, status=302)
    kept = manifest_of(tablet)["version"]
    assert her.name in tablet.open("/tell").text
    _asks(signed_in(visitor(), her), second, "Asha Rao")
    assert _name(her) == her.name, "nobody agreed yet"
    agrees(signed_in(visitor(), second))
    assert _name(her) == "Asha Rao"
    later = time.monotonic() + 6  # readers are asked of the database at most every five seconds
    monkeypatch.setattr("youthvoice.context.time.monotonic", lambda: later)
    after = tablet.open("/tell").text
    assert "Asha Rao" in after
    assert her.name not in after
    assert manifest_of(tablet)["version"] != kept, "tablets without a network fetch the pages anew"


@pytest.mark.parametrize("role", ["facilitator", "coordinator"])
def test_the_page_of_a_round_names_who_answers_by_her_new_name_without_a_restart(
    app: Flask, visitor: Visitors, team: dict[str, Somebody], monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """S10: the name stands on the screens before the first question, and on a tablet without a network."""
    her = team[role]
    (site_id,) = her.site_ids
    path = f"/survey/{open_round([site_id], her.id).slug}"
    tablet = on_tablet(visitor(), site_id)
    tablet.open("/language/en", follow=False, status=302)
    version = manifest_of(tablet)["version"]
    assert f"{her.name}</bdi> sees about how many" in tablet.open(path).text
    _asks(signed_in(visitor(), her), team["advocate"], "Asha Rao")
    agrees(signed_in(visitor(), team["advocate"]))
    later = time.monotonic() + 6
    monkeypatch.setattr("youthvoice.context.time.monotonic", lambda: later)
    after = tablet.open(path).text
    assert "Asha Rao</bdi> sees about how many" in after
    assert her.name not in after
    assert manifest_of(tablet)["version"] != version, "tablets without a network fetch the page anew"


def _name(who: Somebody) -> str:
    with db.reading(db.engine()) as session:
        return session.get_one(PersonRow, who.id).name


def _renamed(visitor: Visitors, team: dict[str, Somebody], name: str = "Asha Rao") -> None:
    _asks(signed_in(visitor(), team["advocate"]), team["facilitator"], name)
    agrees(signed_in(visitor(), team["facilitator"]))


def test_the_log_says_who_and_with_whom_and_her_page_what_she_was_called(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    her = team["advocate"]
    _renamed(visitor, team)
    with db.reading(db.engine()) as session:
        line = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "person.rename")).one()
        assert (line.actor, line.subject) == (her.handle, f"{her.id} with {team['facilitator'].id}")
        (former,) = list_former_names(session, [her.id])
        assert (former.name, former.until) == (her.name, context.today())
        assert set(names_ever(session, list_person_rows(session, her.site_ids))) >= {"Asha Rao", her.name}
    page = signed_in(visitor(), team["coordinator"]).open(f"/staff/people/{her.id}").text
    assert her.name in page
    assert team["facilitator"].name in page


def test_a_former_name_that_somebody_wrote_into_the_database_is_not_believed(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    _renamed(visitor, team)
    with db.writing(db.engine()) as session:
        session.execute(update(FormerNameRow).values(name="Ravi Menon"))
    with db.reading(db.engine()) as session:
        assert list_former_names(session, [team["advocate"].id]) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Facilitator Example", "has this name already"),
        ("First advocate", "not who she is"),
        ("Mi\u200bna", "invisible characters"),
        ("R\u0430vi", "two alphabets"),
        ("Advocate Example", "That is your name already"),
    ],
)
def test_a_name_that_misleads_is_refused_with_a_reason(
    app: Flask, visitor: Visitors, team: dict[str, Somebody], name: str, told: str
) -> None:
    browser = _asks(signed_in(visitor(), team["advocate"]), team["facilitator"], name, 422)
    assert told in browser.page
    assert "<title>Error: Change the name - " in browser.page, "said once"


@pytest.mark.dialect("the last look is made behind the lock on people")
def test_a_name_that_somebody_took_meanwhile_is_not_given_twice(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    _asks(signed_in(visitor(), team["advocate"]), team["facilitator"], "Asha Rao")
    with db.writing(db.engine()) as session:
        make_person(session, "reviewer", *team["advocate"].site_ids, name="Asha Rao")
    agrees(signed_in(visitor(), team["facilitator"]), 409)
    assert _name(team["advocate"]) == "Advocate Example"


def test_nobody_is_invited_under_a_colleagues_name_or_one_that_looks_so(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    browser = signed_in(visitor(), team["coordinator"])
    sent: dict[str, object] = {"role": "facilitator", "sites": list(team["coordinator"].site_ids)}
    for name in ("Advocate Example", "\u0410dvocate Example", "\u202eelpmaxE etacovdA", "Second advocate"):
        browser.open("/staff/people/new")
        browser.send("/staff/people/new", {**sent, "name": name}, 422)
    browser.open("/staff/people/new")
    browser.send("/staff/people/new", {**sent, "name": "Mina Example"})
    browser.open("/staff/people/new")
    browser.send("/staff/people/new", {**sent, "name": "mina example"}, 422)
    assert "is invited already" in browser.page


def test_an_older_invitation_lets_nobody_in_under_a_colleagues_name(app: Flask, team: dict[str, Somebody]) -> None:
    by = team["coordinator"]
    with db.writing(db.engine()) as session:
        token = add_invitation(session, Guest("Advocate Example", "facilitator", by.site_ids), by.id)
    with pytest.raises(Refused) as error:
        accept_invitation(token, "mina", NEW, "en", CHEAP)
    assert error.value.code == "name"


def test_whoever_is_invited_anew_is_called_by_her_new_name(
    app: Flask, visitor: Visitors, team: dict[str, Somebody]
) -> None:
    her, by = team["advocate"], team["outside_recipient"]
    with db.writing(db.engine()) as session:
        token = add_invitation(session, Guest(her.name, "advocate", her.site_ids, person_id=her.id), by.id)
    _renamed(visitor, team)
    with db.reading(db.engine()) as session:
        assert session.scalars(select(InvitationRow.name)).one() == "Asha Rao"
    assert "Asha Rao" in visitor().open(f"/staff/join/{token}").text


def test_whoever_is_called_by_her_role_finds_on_to_do_that_children_read_it(app: Flask, visitor: Visitors) -> None:
    site_id, people = house(["advocate"])
    with db.writing(db.engine()) as session:
        first = make_person(session, "advocate", site_id, handle="advocate-1", name="First advocate")
    assert 'href="/staff/me/name"' in signed_in(visitor(), first).open("/staff/").text
    assert 'href="/staff/me/name"' not in signed_in(visitor(), people["advocate"]).open("/staff/").text


def _found(app: Flask, *options: str, typed: str = "") -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["staff", "found", *options], input=typed)
    return answer.exit_code, answer.output


def test_founding_asks_for_each_name_and_again_for_what_is_none(app: Flask) -> None:
    typed = ["Lata Joshi", "First advocate", "Asha Rao", "asha rao", "Meera Nair", "Olga Weber"]
    code, output = _found(app, typed="\n".join(typed) + "\n")
    assert code == 0, output
    assert "says what somebody does, not who she is" in output
    assert "is another's name already" in output
    with db.reading(db.engine()) as session:
        assert sorted(session.scalars(select(PersonRow.name))) == ["Asha Rao", "Lata Joshi", "Meera Nair", "Olga Weber"]


def test_founding_without_anybody_to_ask_names_the_option_and_makes_nothing(app: Flask) -> None:
    code, output = _found(app, *FIRST_NAMES[:4])
    assert code == 1
    assert "give the name with --second-advocate" in output
    code, output = _found(app, *FIRST_NAMES[:2], "--first-advocate", "First advocate")
    assert code == 1
    assert "--first-advocate: 'First advocate' says what somebody does" in output
    with db.reading(db.engine()) as session:
        assert session.scalars(select(PersonRow.id)).all() == []
