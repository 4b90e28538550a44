"""The monthly pack for the outside committee holds only what children's board says (S21)."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.people import on_tablet, signed_in
from tests.support.publications import ROLES, House, make_house
from tests.support.visitor import Visitor
from youthvoice.publications.review import drafting


@pytest.fixture
def approved(app: Flask, visitor: Callable[[], Visitor]) -> House:
    """A house whose advocate approved one view, in November 2026."""
    house = make_house()
    house.counted()
    drafting.draft_due()
    advocate = signed_in(visitor(), house.people["advocate"])
    advocate.open("/staff/publications/")
    slug = house.edition().first.slug
    advocate.open(f"/staff/publications/{slug}")
    advocate.send(f"/staff/publications/{slug}/approve")
    return house


def address(house: House, month: str = "2026-11") -> str:
    (site_id,) = house.people["outside_recipient"].site_ids
    return f"/staff/packs/{site_id}/{month}"


def test_the_pack_of_a_month_says_what_the_board_says(approved: House, visitor: Callable[[], Visitor]) -> None:
    outside = signed_in(visitor(), approved.people["outside_recipient"])
    assert address(approved) in outside.open("/staff/packs/").text
    pack = outside.open(address(approved)).text
    (site_id,) = approved.people["outside_recipient"].site_ids
    board = on_tablet(visitor(), site_id).open("/we-did").text
    sentences = [line for line in board.split("<") if "of us" in line]
    assert sentences
    for sentence in sentences:
        assert sentence.split(">")[-1].strip() in pack


@pytest.mark.parametrize("month", ["2026-10", "2026-13", "x", "2026-1"])
def test_a_month_without_a_view_has_no_pack(approved: House, visitor: Callable[[], Visitor], month: str) -> None:
    signed_in(visitor(), approved.people["outside_recipient"]).open(address(approved, month), 404)


def test_only_the_outside_recipient_of_this_site_sees_it(approved: House, visitor: Callable[[], Visitor]) -> None:
    for role in ROLES:
        signed_in(visitor(), approved.people[role]).open(address(approved), 200 if role == "outside_recipient" else 403)
    signed_in(visitor(), approved.people["outside_recipient"]).open("/staff/packs/999/2026-11", 404)
