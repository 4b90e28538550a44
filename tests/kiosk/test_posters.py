"""S36: posters and help cards are printed from the same data: helpline, way to the answer, languages."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image as PictureFile
from sqlalchemy import update

from tests.support import papers
from tests.support.introductions import drawn_in, introduce, photograph
from tests.support.kept_papers import get_papers
from tests.support.long_tests import long_test
from tests.support.people import Somebody, house, make_person, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.kiosk.paper import load_site_document
from youthvoice.sites.models import SiteRow
from youthvoice.sites.store import get_site


@pytest.fixture
def place(app: Flask) -> tuple[int, dict[str, Somebody]]:
    return house(["coordinator", "advocate", "reviewer"])


def test_a_poster_says_who_helps_on_one_page(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, people = place
    made = get_papers(signed_in(visitor(), people["coordinator"]), f"/staff/posters/{site_id}")
    said = papers.text_of(made["en"])
    for words in ("You can talk to someone.", "1098", "day and night", "112", "Example House", "/reply"):
        assert words in said
    assert people["advocate"].name in said
    assert "1098" in papers.text_of(made["ar"])
    assert all(papers.facts_of(pdf)["Pages"] == "1" for pdf in made.values())


def test_a_poster_shows_the_faces_of_advocates_and_names_those_who_have_none(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, people = place
    with db.writing(db.engine()) as session:
        second = make_person(session, "advocate", site_id, handle="second")
        site = get_site(session, site_id)
    introduce(people["advocate"].id, "6a9e5b", second.id)
    poster = load_site_document(site, "poster", "en")
    assert poster.pictures[f"face-{people['advocate'].id}"].strip() == drawn_in("6a9e5b")
    assert not [name for name in load_site_document(site, "help_cards", "en").pictures if name.startswith("face")]
    said = papers.text_of(get_papers(signed_in(visitor(), people["coordinator"]), f"/staff/posters/{site_id}")["en"])
    for words in (people["advocate"].name, "comes on Tuesdays", second.name, "They speak up for children."):
        assert words in said


def test_a_poster_cuts_a_photograph_round(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, people = place
    with db.writing(db.engine()) as session:
        second = make_person(session, "advocate", site_id, handle="second")
    png = io.BytesIO()
    PictureFile.new("RGB", (320, 320), (0, 0, 0)).save(png, "PNG")
    photograph(people["advocate"].id, png.getvalue(), second.id)
    made = get_papers(signed_in(visitor(), people["coordinator"]), f"/staff/posters/{site_id}")["en"]
    (page,) = papers.images_of(made)
    black = [max(map(len, re.findall(rb"[\x00-\x20]+", row)), default=0) for row in page.rows()]
    assert max(black) > 20, "it is there"
    top = next(at for at, width in enumerate(black) if width > max(black) / 2)
    assert 0 < black[top - 1] < black[top] < max(black), "and no square"


def test_help_cards_are_eight_on_a_page_and_name_no_house(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, people = place
    made = get_papers(signed_in(visitor(), people["coordinator"]), f"/staff/posters/{site_id}/cards")
    said = papers.text_of(made["en"])
    assert said.count("1098") == said.count("You can talk to someone.") == 8
    assert "Example House" not in said
    assert people["advocate"].name not in said
    assert all(papers.facts_of(pdf)["Pages"] == "1" for pdf in made.values())


@long_test("RUN")
def test_a_site_with_long_names_and_without_a_helpline_has_a_poster_too(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, people = place
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(helpline_number="", danger_adult="the adult whom you trust most " * 3))
    coordinator = signed_in(visitor(), people["coordinator"])
    for path in (f"/staff/posters/{site_id}", f"/staff/posters/{site_id}/cards"):
        for pdf in get_papers(coordinator, path).values():
            assert papers.facts_of(pdf)["Pages"] == "1"
            assert "1098" not in papers.text_of(pdf)


def test_posters_are_for_whoever_keeps_the_site(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    site_id, people = place
    signed_in(visitor(), people["reviewer"]).open(f"/staff/posters/{site_id}/en", 403)
    coordinator = signed_in(visitor(), people["coordinator"])
    coordinator.open(f"/staff/posters/{site_id + 1}/en", 404)
    coordinator.open(f"/staff/posters/{site_id}/bn", 404)
    assert f"/staff/posters/{site_id}/hi" in coordinator.open(f"/staff/sites/{site_id}").text
