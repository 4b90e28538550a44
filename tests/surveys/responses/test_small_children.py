"""The page on which children of four to six answer beside an adult whom they choose (S2, S7, S17, S32)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from tests.support.introductions import introduce
from tests.support.people import house, make_person, on_tablet
from tests.support.publications import starter
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.sites.models import SiteRow


@pytest.fixture
def page(app: Flask, visitor: Callable[[], Visitor]) -> Callable[..., str]:
    """The page of a round for small children, at a site where Lata has a portrait and Ravi has none."""
    site_id, people = house(["advocate", "facilitator", "coordinator"])
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
        lata = make_person(session, "facilitator", site_id, handle="lata", name="Lata Example")
    introduce(lata.id, "d9694a", people["coordinator"].id)
    path = f"/survey/{open_round([site_id], people['facilitator'].id, starter('daily-life-4-6')).slug}"
    tablet = on_tablet(visitor(), site_id)
    return lambda more="": tablet.open(path + more).text


def _section(page: str, name: str) -> str:
    return page.split(f'aria-labelledby="{name}"', 1)[1].split("</section>", 1)[0]


def test_she_chooses_among_faces_and_nothing_of_it_is_a_field(page: Callable[..., str]) -> None:
    who = _section(page(), "who-sits")
    assert "Lata Example" in who
    assert "Ravi Example" not in who
    assert "Another grown-up" in who
    assert 'data-go="nobody"' in who
    assert "<input" not in who
    assert "name=" not in re.sub(r"aria-\S+", "", who)


@pytest.mark.parametrize("has_faces", [True, False])
def test_nobody_sees_your_sheet_is_not_said_to_a_child_whose_adult_sees_it(
    page: Callable[..., str], monkeypatch: pytest.MonkeyPatch, has_faces: bool
) -> None:
    if not has_faces:
        monkeypatch.setattr("youthvoice.surveys.routes.public.adults_beside", lambda _site_id: ())
    assert "sees what you tapped" not in page()


def test_what_she_agrees_to_is_said_to_her_and_what_to_do_to_the_adult(page: Callable[..., str]) -> None:
    shown = page()
    child, adult = _section(shown, "for-child"), _section(shown, "for-adult")
    assert "You can say <b>no</b>. Nothing bad happens." in child
    assert "We do not ask your name." in child
    assert "Who sits with you sees your taps." in child
    assert "only at <b>ten or more</b> together" in child
    assert "Then wait, and say nothing." in adult
    assert "112" in adult
    assert shown.index("who-sits") < shown.index("for-adult") < shown.index("for-child") < shown.index("q-food")


def test_afterwards_nobody_tells_her_that_nobody_knows_which_are_hers(page: Callable[..., str]) -> None:
    """Her adult saw them."""
    thanks = page("/thanks")
    assert "Who sat with you saw them. Nobody else knows yours." in thanks
    assert "Nobody can look up which are yours." not in thanks


def test_the_line_of_danger_beside_the_adult_names_nobody_who_may_sit_there(page: Callable[..., str]) -> None:
    """A child would go to her; who tells the adult of it is the house's number."""
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(danger_adult="Lata Example", danger_number="112"))
    adult = _section(page(), "for-adult")
    assert "In danger now? Call 112." in adult
    assert "Lata" not in adult


def test_small_children_have_a_picture_of_their_own_among_what_is_open(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """A child who cannot read tells her round from that of the others."""
    site_id, people = house(["advocate", "facilitator", "coordinator"])
    for name in ("daily-life-4-6", "daily-life-7-9"):
        open_round([site_id], people["facilitator"].id, starter(name))
    page = on_tablet(visitor(), site_id).open("/open").text
    pictures = [re.findall(r"#p-([0-9A-F]+)", tile)[0] for tile in page.split("<a class=")[1:] if "/survey/" in tile]
    assert sorted(pictures) == ["1F4CB", "1F9F8"]


def test_who_has_a_portrait_now_is_on_the_page_now(page: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The rendered page is kept by whom it shows."""
    assert "Lata Example" in _section(page(), "who-sits")
    monkeypatch.setattr("youthvoice.surveys.routes.public.adults_beside", lambda _site_id: ())
    assert "Lata Example" not in _section(page(), "who-sits")
