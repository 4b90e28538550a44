"""The page on which children of four to six answer beside an adult whom they choose (S2, S7, S17, S32)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.introductions import introduce
from tests.support.people import house, make_person, on_tablet
from tests.support.publications import starter
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import db


@pytest.fixture
def page(app: Flask, visitor: Callable[[], Visitor]) -> Callable[[], str]:
    """The page of a round for small children, at a site where Lata has a portrait and Ravi has none."""
    site_id, people = house(["advocate", "facilitator", "coordinator"])
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
        lata = make_person(session, "facilitator", site_id, handle="lata", name="Lata Example")
    introduce(lata.id, "d9694a", people["coordinator"].id)
    path = f"/survey/{open_round([site_id], people['facilitator'].id, starter('daily-life-4-6')).slug}"
    tablet = on_tablet(visitor(), site_id)
    return lambda: tablet.open(path).text


def _section(page: str, name: str) -> str:
    return page.split(f'aria-labelledby="{name}"', 1)[1].split("</section>", 1)[0]


def test_she_chooses_among_faces_and_nothing_of_it_is_a_field(page: Callable[[], str]) -> None:
    who = _section(page(), "who-sits")
    assert "Lata Example" in who
    assert "Ravi Example" not in who
    assert "Another grown-up" in who
    assert 'data-go="nobody"' in who
    assert "<input" not in who
    assert "name=" not in re.sub(r"aria-\S+", "", who)


@pytest.mark.parametrize("has_faces", [True, False])
def test_nobody_sees_your_sheet_is_not_said_to_a_child_whose_adult_sees_it(
    page: Callable[[], str], monkeypatch: pytest.MonkeyPatch, has_faces: bool
) -> None:
    if not has_faces:
        monkeypatch.setattr("youthvoice.surveys.routes.public.adults_beside", lambda _site_id: ())
    assert "sees your sheet" not in page()


def test_what_she_agrees_to_is_said_to_her_and_what_to_do_to_the_adult(page: Callable[[], str]) -> None:
    shown = page()
    child, adult = _section(shown, "for-child"), _section(shown, "for-adult")
    assert "You can say <b>no</b>. Nothing bad happens." in child
    assert "We do not ask your name." in child
    assert "Who sits with you sees your taps." in child
    assert "at least <b>nine others</b>" in child
    assert "Then wait, and say nothing." in adult
    assert "112" in adult
    assert shown.index("who-sits") < shown.index("for-adult") < shown.index("for-child") < shown.index("q-food")


def test_who_has_a_portrait_now_is_on_the_page_now(page: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The rendered page is kept by whom it shows."""
    assert "Lata Example" in _section(page(), "who-sits")
    monkeypatch.setattr("youthvoice.surveys.routes.public.adults_beside", lambda _site_id: ())
    assert "Lata Example" not in _section(page(), "who-sits")
