"""The agenda and the minutes of a meeting on paper."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support import papers
from tests.support.committees import House, put
from tests.support.kept_papers import get_papers
from tests.support.meetings import following, held, now_of
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.committees.meetings import minutes
from youthvoice.committees.meetings.rules import Minutes
from youthvoice.printing.job import print_changed
from youthvoice.printing.models import KeptPdfRow


def kept() -> set[tuple[str, str]]:
    with db.reading(db.engine()) as session:
        return {(row.kind, row.language) for row in session.scalars(select(KeptPdfRow))}


def test_the_agenda_has_every_item_in_its_order_and_room_to_write(
    app: Flask, house: House, visitor: Callable[[], Visitor]
) -> None:
    committee = house.committee("flip_club")
    put(committee, words={"en": "The stairs are dark", "hi": "सीढ़ियों पर अँधेरा है"})
    put(committee, words="Fruit every day")
    meeting = following(committee)
    made = get_papers(signed_in(visitor(), house.joshi), f"/staff/meetings/{meeting.id}/paper")
    said = papers.text_of(made["en"])
    assert said.index("Our list") < said.index("The stairs are dark") < said.index("Fruit every day")
    assert "Ms Joshi answers" in said
    assert "सीढ़ियों पर अँधेरा है" in papers.text_of(made["hi"])
    assert "Fruit every day" in papers.text_of(made["hi"]), "words that nobody translated stay"


def test_of_a_dormitory_the_paper_says_only_how_much_children_talk_about_alone(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    committee = house.committee("dormitory")
    for words in ("canary one", "canary two"):
        put(committee, words=words, alone=True)
    put(committee, words="A quiet place to read")
    path = f"/staff/meetings/{following(committee).id}/paper"
    said = papers.text_of(get_papers(signed_in(visitor(), house.joshi), path, ["en"])["en"])
    assert "The children talk about 2 things alone first." in said
    assert "A quiet place to read" in said
    assert "canary" not in said


def test_a_long_agenda_goes_on_on_another_page(house: House, visitor: Callable[[], Visitor]) -> None:
    committee = house.committee("flip_club")
    for number in range(14):
        put(committee, words=f"Item number {number} " * 8)
    path = f"/staff/meetings/{following(committee).id}/paper"
    pdf = get_papers(signed_in(visitor(), house.joshi), path, ["en"])["en"]
    pages = papers.facts_of(pdf)["Pages"]
    assert int(pages) > 1
    assert f"1 / {pages}" in papers.text_of(pdf)


def test_the_minutes_say_what_was_said_and_how_many_were_there(house: House, visitor: Callable[[], Visitor]) -> None:
    committee = house.committee("flip_club")
    meeting = held(committee)
    words = Minutes(talked="The stairs are dark.\nFruit.", decided="খাবার ভালো", doing="Lata asks the town", language="en")
    with db.writing(db.engine()) as session:
        minutes.write(session, meeting, words)
    papers.need_font("bn")
    made = get_papers(signed_in(visitor(), house.joshi), f"/staff/meetings/{meeting.id}/minutes/paper")
    said = papers.text_of(made["en"])
    places = [said.index(one) for one in ("Minutes", "5 children", "The stairs are dark.", "Fruit.", "খাবার ভালো", "Lata")]
    assert places == sorted(places)
    assert "Lata asks the town" in papers.text_of(made["ar"])


def test_papers_are_for_those_who_meet_and_end_two_months_after_the_meeting(
    app: Flask, house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    committee = house.committee("flip_club")
    meeting = following(committee)
    get_papers(signed_in(visitor(), house.joshi), f"/staff/meetings/{meeting.id}/paper", ["en"])
    signed_in(visitor(), house.outside).open(f"/staff/meetings/{meeting.id}/paper/en", 403)
    signed_in(visitor(), house.joshi).open(f"/staff/meetings/{meeting.id}/paper/bn", 404)
    assert kept() == {("agenda", "en")}
    clock.moment = now_of(meeting).starts_at + timedelta(days=61)
    print_changed()
    assert kept() == set()
