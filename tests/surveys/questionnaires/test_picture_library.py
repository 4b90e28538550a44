"""What staff choose pictures from: each has a name of its own in every language, and none frightens a child."""

import unicodedata
from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice.surveys.questionnaires.picture_library import list_pictures, picture_code, picture_name, read_picture
from youthvoice.web.graphics import picture_shelf
from youthvoice.web.graphics.pictures import is_picture

UNFIT = frozenset(
    {"pistol", "dagger", "sword", "swords", "bomb", "axe", "blood", "syringe", "pill", "beer", "wine", "cocktail"}
    | {"tumbler", "champagne", "sake", "bottle", "smoking", "cigarette", "coffin", "skull", "urn", "vampire", "zombie"}
    | {"gun", "explosion", "collision", "middle", "kiss", "bikini", "slot", "nauseated", "cursing", "pouting"}
)


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_every_picture_is_found_by_the_name_that_its_reader_sees(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        named = {one.name.lower(): one.code for one in list_pictures()}
        assert len(named) == len(list_pictures()) == sum(len(one.pictures) for one in picture_shelf.GROUPS.values())
        assert all(read_picture(picture_name(code)) == code for code in named.values())
        assert all(is_picture(code) for code in named.values())


def test_their_english_names_mean_them_in_a_file_too() -> None:
    assert {code: picture_code(name) for code, name in picture_shelf.ENGLISH_NAMES.items()} == {
        code: code for code in picture_shelf.ENGLISH_NAMES
    }


def test_none_of_them_frightens_or_sells_to_a_child() -> None:
    """Weapons, blood, needles, alcohol, tobacco, death, gambling."""
    for code, name in picture_shelf.ENGLISH_NAMES.items():
        said = [unicodedata.name(chr(int(part, 16)), "").lower() for part in code.split("-")]
        assert not UNFIT & {*name.lower().split(), *" ".join(said).split()}, name


def test_a_picture_that_is_not_on_the_shelf_is_called_as_unicode_does(app: Flask) -> None:
    with app.test_request_context():
        assert picture_name("1F9ED") == "compass"
        assert picture_name("1F6F6") == "canoe"
        assert read_picture("canoe") == "1F6F6"
        assert read_picture("no such thing") == "no such thing"


def test_the_page_shows_a_group_at_a_time_and_finds_a_name_in_two_languages(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    _site, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    food = browser.open("/staff/choices/pictures?group=food").text
    assert food.count("<li data-name=") == len(picture_shelf.GROUPS["food"].pictures)
    assert "/static/shelf-food." in food
    assert "/static/shelf-people." not in food
    for wanted in ("spoon", "RED-circle"):
        assert 1 <= browser.open(f"/staff/choices/pictures?q={wanted}").text.count("<li data-name=") < 5
    assert browser.open("/staff/choices/pictures?group=nothing").text.count('aria-current="true"') == 1
