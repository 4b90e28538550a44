"""Who reads what a child tells is told apart by a picture, not by a name alone (S5, S14)."""

import re
from collections.abc import Callable

from flask import Flask
from hypothesis import given, strategies as st

from tests.support.people import house, make_person, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accounts.adult_pictures import ADULT_PICTURES, assign_pictures
from youthvoice.accounts.store import list_person_rows, pictures_of_adults
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.web.graphics.pictures import is_picture

ROLES = ["advocate", "facilitator", "safeguarding_lead", "outside_recipient"]
CHOSEN = st.sampled_from(["", "no-such", *ADULT_PICTURES])


def readers_on(page: str) -> dict[str, str]:
    """The picture of each reader, by name."""
    tiles = re.findall(r'<label class="tile reader.*?</label>', page, re.DOTALL)
    found = (
        (re.search(r"<bdi[^>]*>(.*?)</bdi>", tile), re.findall(r'<use href="#p-([0-9A-F-]+)" x=', tile))
        for tile in tiles
    )
    return {name[1]: codes[0] for name, codes in found if name}


@given(st.lists(st.tuples(st.integers(1, 5000), CHOSEN), unique_by=lambda one: one[0], max_size=len(ADULT_PICTURES)))
def test_no_two_adults_of_a_site_bear_one_picture(people: list[tuple[int, str]]) -> None:
    found = assign_pictures(people)
    assert len(set(found.values())) == len(people)
    assert set(found.values()) <= set(ADULT_PICTURES)


def test_who_comes_later_takes_nobodys_picture() -> None:
    assert assign_pictures([(1, ""), (2, "")]).items() <= assign_pictures([(1, ""), (2, ""), (3, "")]).items()
    reader_id = 2 + len(ADULT_PICTURES)  # readers go first, and her number gives the picture of 2
    assert assign_pictures([(1, ""), (2, "")]).items() <= assign_pictures([(reader_id, ""), (1, ""), (2, "")]).items()


def test_more_adults_than_pictures_are_all_shown_and_those_who_read_keep_theirs() -> None:
    found = assign_pictures((number, "") for number in range(1, 40))
    assert len(found) == 39
    assert len({found[number] for number in range(1, len(ADULT_PICTURES) + 1)}) == len(ADULT_PICTURES)


def test_every_picture_is_there_and_none_lies_on_the_screens_of_a_code() -> None:
    assert all(is_picture(code) for code in ADULT_PICTURES)
    assert not set(ADULT_PICTURES) & {one.code for screen in SCREENS for one in screen}


def test_readers_on_the_page_of_telling_differ_and_are_the_same_on_the_help_card(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    site_id, _people = house(ROLES)
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
    tablet = on_tablet(visitor(), site_id)
    found = readers_on(tablet.open("/tell").text)
    assert {"Advocate Example", "Ravi Example"} < set(found)
    assert len(found) == len(set(found.values())) == 4
    help_card = tablet.open("/help").text
    for name in ("Advocate Example", "Ravi Example"):
        assert f'href="#p-{found[name]}"' in help_card


def test_an_adult_chooses_her_picture_and_never_a_colleagues(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(ROLES)
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
    asha = signed_in(visitor(), people["advocate"])
    page = asha.open("/staff/me").text
    offered = re.findall(r'<option[^>]* value="([0-9A-F]+)"', page)
    with db.reading(db.engine()) as session:
        borne = pictures_of_adults(list_person_rows(session, [site_id]))
    others = {code for person_id, code in borne.items() if person_id != people["advocate"].id}
    assert len(offered) == len(ADULT_PICTURES) - len(others)
    assert not set(offered) & others
    wanted = next(code for code in offered if code != borne[people["advocate"].id])
    asha.send("/staff/me", {"language": "en", "mail": "", "picture": wanted})
    assert readers_on(on_tablet(visitor(), site_id).open("/tell").text)["Advocate Example"] == wanted
    asha.open("/staff/me")
    asha.send("/staff/me", {"language": "en", "mail": "", "picture": next(iter(others))}, status=422)
    assert readers_on(on_tablet(visitor(), site_id).open("/tell").text)["Advocate Example"] == wanted
