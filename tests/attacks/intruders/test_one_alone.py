"""A coordinator who invites people she invented is one adult still: what takes two never takes her twice. S14, S38."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import func, select
from wtforms import Form, PasswordField

import youthvoice
from tests.support.committees import House, make_house
from tests.support.elections import open_election
from tests.support.people import PASSWORD, Somebody, signed_in
from tests.support.rounds import open_round, starter
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accounts.agreement import list_possible_seconds
from youthvoice.accounts.models import AgreementRequestRow, PersonRow
from youthvoice.accounts.store import list_trusted_person_rows
from youthvoice.committees.models import ElectionRow
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES
from youthvoice.grievances.intake.adult_helpers import list_helpers
from youthvoice.surveys.models import ResponseRow, RoundRow

TEMPLATES: Final = Path(youthvoice.__file__).parent
GHOST: Final = "seven green boats at noon"
COUNTED: Final = {"count_0": 17, "count_1": 3, "count_2": 0}


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def _invented(visitor: Callable[[], Visitor], boss: Somebody, name: str, role: str = "facilitator") -> str:
    """The coordinator invites somebody who does not exist and follows the link herself; gives the sign-in name."""
    browser, handle = signed_in(visitor(), boss), name.lower().replace(" ", "-")
    browser.open("/staff/people/new")
    browser.send("/staff/people/new", {"name": name, "role": role, "sites": [min(boss.site_ids)]})
    return _joined(visitor(), browser.page, handle)


def _joined(ghost: Visitor, page: str, handle: str) -> str:
    (token,) = re.findall(r"/staff/join/([\w-]{43})", page)
    ghost.open(f"/staff/join/{token}")
    ghost.send(f"/staff/join/{token}", {"handle": handle, "new": GHOST, "again": GHOST})
    return handle


def _as(browser: Visitor, handle: str) -> Visitor:
    browser.open("/staff/sign-in")
    browser.send("/staff/sign-in", {"handle": handle, "password": GHOST})
    return browser


def _id(handle: str) -> int:
    with db.reading(db.engine()) as session:
        return session.scalars(select(PersonRow.id).where(PersonRow.handle == handle)).one()


def staff_forms() -> Iterator[type[Form]]:
    for module in pkgutil.walk_packages(youthvoice.__path__, "youthvoice."):
        if module.name.endswith("forms"):
            importlib.import_module(module.name)
    waiting = [Form]
    while waiting:
        waiting += (found := waiting.pop().__subclasses__())
        yield from (form for form in found if form.__module__.startswith("youthvoice."))


def is_password(form: type[Form], name: str) -> bool:
    return getattr(getattr(form, name, None), "field_class", None) is PasswordField


def _rows(table: type) -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _state(slug: str) -> str:
    with db.reading(db.engine()) as session:
        return session.scalars(select(ElectionRow.state).where(ElectionRow.slug == slug)).one()


def test_two_invented_facilitators_count_and_confirm_nothing_and_hold_no_election(
    home: House, visitor: Callable[[], Visitor]
) -> None:
    hands = open_election(home, way="hands")
    named = open_election(home, way="nomination", standing=hands.body.standing[:1])
    for name in ("Gh Ost", "Gh Ost Two"):
        ghost = _as(visitor(), _invented(visitor, home.boss, name))
        ghost.open("/staff/me")
        ghost.send(f"/staff/elections/{hands.slug}/count", dict(COUNTED), 403)
        ghost.send(f"/staff/elections/{named.slug}/confirm", {"meeting": 0}, 403)
        ghost.send(f"/staff/committees/{hands.committee_id}/elections/open", {}, 403)
        assert "Meet a child advocate" in ghost.open("/staff/").text
    assert (_state(hands.slug), _state(named.slug)) == ("open", "open")


def test_an_invented_facilitator_sits_beside_no_child_and_reads_nothing(
    home: House, visitor: Callable[[], Visitor]
) -> None:
    handle = _invented(visitor, home.boss, "Gh Ost")
    committee, ghost = home.committee("dormitory"), _as(visitor(), handle)
    ways = (
        "help-tell",
        f"committees/{committee.id}/agenda",
        "rounds/",
        "answers/",
        "handed/",
        "choices/",
        "committees/",
    )
    for way in ways:
        ghost.open(f"/staff/{way}", 403)
    assert _id(handle) not in {one.person_id for one in list_helpers(home.site_id)}
    with db.reading(db.engine()) as session:
        assert _id(handle) not in {one.id for one in list_trusted_person_rows(session, [home.site_id])}, (
            "chosen for nothing"
        )


def test_an_invented_second_adult_agrees_to_no_round_care_number_or_nomination(
    home: House, visitor: Callable[[], Visitor]
) -> None:
    """Her name stands in no list; an id that is forged into the form is refused, and no request reaches her."""
    ghost = _invented(visitor, home.boss, "Gh Ost")
    round_ = open_round([home.site_id], home.joshi.id, purpose="care")
    committee = home.committee("bal_panchayat")
    stand = {
        "name_1": "Mina",
        "name_2": "Bablu",
        "picture_1": CANDIDATE_PICTURES[0].code,
        "picture_2": CANDIDATE_PICTURES[1].code,
    }
    vote = {"post": "chair", "way": "slips", "voters": 12, "tie": "lot", "ends_on": "2026-11-25", "ends_time": "18:00"}
    boss, joshi = signed_in(visitor(), home.boss), signed_in(visitor(), home.joshi)
    boss.open(f"/staff/rounds/{round_.slug}")
    boss.send(f"/staff/rounds/{round_.slug}/invited", {"invited": 14, "second": _id(ghost)}, 422)
    joshi.open(f"/staff/committees/{committee.id}/elections/open")
    nomination = {**vote, **stand, "balance": "y", "second": _id(ghost)}
    joshi.send(f"/staff/committees/{committee.id}/elections/open", nomination, 422)
    for browser in (boss, joshi):
        assert "Choose who agrees with you." in browser.page
        assert "Gh Ost" not in browser.page
    with db.reading(db.engine()) as session:
        assert _id(ghost) not in {one.id for one in list_possible_seconds(session, home.boss.id, [home.site_id])}
    assert _rows(AgreementRequestRow) == 0


def test_no_page_asks_for_the_password_of_somebody_else(app: Flask) -> None:
    """A second adult agrees in her own sign-in. Whoever is signed in types her own password at few places only."""
    hers = {"SignInForm", "NewPasswordForm", "AcceptInvitationForm", "OwnLeaveForm", "OneTimeCodesForm"}
    hers |= {"SecondFactorForm", "NewPasskeyForm"}
    forms = {form.__name__ for form in staff_forms() if any(is_password(form, name) for name in dir(form))}
    assert forms <= hers, forms - hers
    pages = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    assert "second_password" not in pages
    assert "second_handle" not in pages


@pytest.mark.parametrize("role", ["facilitator", "reviewer", "coordinator"])
def test_an_invented_second_adult_signs_no_command(  # noqa: PLR0917 - fixtures
    app: Flask, home: House, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, role: str
) -> None:
    handle = _invented(visitor, home.boss, "Gh Ost", role)
    round_, paper = open_round([home.site_id], home.joshi.id), tmp_path / "sheets.csv"
    paper.write_text(f"{starter().coded[0].name}\n\n", "utf-8")
    both = [(f"{home.boss.handle}:{PASSWORD}", f"{handle}:{GHOST}")]
    if role == "coordinator":  # and the other way round
        both.append((both[0][1], both[0][0]))
    commands = (
        ["answers", round_.slug, str(paper)],
        ["open", "daily-life-10-12", "--site", "example-house", "--purpose", "regular", "--invited", "20", "--from",
         "2026-11-25", "--until", "2026-12-01", "--permission", "example", "--decider", "joshi", "--due", "2026-12-20"],
    )  # fmt: skip
    rounds = _rows(RoundRow)
    for first, second in both:
        monkeypatch.setenv("YOUTHVOICE_SIGN_IN", first)
        monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", second)
        for command in commands:
            said = app.test_cli_runner().invoke(args=["surveys", *command])
            assert said.exit_code == 1, said.output
            assert "is not confirmed yet" in said.output or "it needs the sign-in of" in said.output
    assert (_rows(RoundRow), _rows(ResponseRow)) == (rounds, 0)


def test_the_account_of_a_real_facilitator_is_taken_over_for_nothing(
    home: House, visitor: Callable[[], Visitor]
) -> None:
    """Her own account, let in anew: it is hers again only once an advocate has met her."""
    boss = signed_in(visitor(), home.boss)
    boss.open(f"/staff/people/{home.joshi.id}/again")
    boss.send(f"/staff/people/{home.joshi.id}/again")
    taken = _as(visitor(), _joined(visitor(), boss.page, home.joshi.handle))
    taken.open("/staff/help-tell", 403)
    taken.open("/staff/rounds/", 403)
    asha = signed_in(visitor(), home.asha)
    assert home.joshi.name in asha.open("/staff/").text
    asha.open(f"/staff/people/{home.joshi.id}")
    asha.send(f"/staff/people/{home.joshi.id}/met", {"met": "y"})
    taken.open("/staff/help-tell")


def test_an_invented_coordinator_enters_no_address_and_invites_nobody(
    home: House, visitor: Callable[[], Visitor]
) -> None:
    ghost = _as(visitor(), _invented(visitor, home.boss, "Gh Ost", "coordinator"))
    for way in ("addresses/", "rounds/open", "people", "people/new", "sites"):
        ghost.open(f"/staff/{way}", 403)
