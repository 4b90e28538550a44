"""A child suggests something for an agenda (S4, S27; PRIVACY.md A10, C): three taps, sealed, once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.child_at_tablet import whole
from tests.support.committees import House
from tests.support.people import make_person, make_site, on_tablet
from tests.support.rounds import open_round, taken_of
from tests.support.suggestions import DESK, JSON, WEBM, Tablet, a_tablet, voice
from tests.support.visitor import Visitor
from tests.threads.letters.test_letter_pages import LETTERS, paths
from youthvoice import context, db
from youthvoice.committees.store import change_committee, record_closing
from youthvoice.threads.letters.due_job import letters_due, suggestions_due
from youthvoice.threads.letters.letter_box import Suggestion, open_suggestion
from youthvoice.threads.letters.store import find_suggestion
from youthvoice.threads.models import LetterKeyWrapRow, LetterRow, ReceiptRow
from youthvoice.threads.store import ReaderKey


@pytest.fixture
def tablet(house: House, visitor: Callable[[], Visitor], clock: StillClock) -> Tablet:
    return a_tablet(house, visitor, clock)


def opened(tablet: Tablet) -> Suggestion:
    """The only suggestion, as Asha opens it after the daily hour."""
    (only,) = opened_all(tablet)
    return only


def opened_all(tablet: Tablet) -> list[Suggestion]:
    """Every one."""
    asha = tablet.house.asha
    reader_key, opened = ReaderKey(asha.id, asha.public_key, asha.site_ids), []
    for letter in tablet.letters():
        with db.reading(db.engine()) as session:
            found = find_suggestion(session, letter.id, reader_key, letter.shown_from)
        assert found
        opened.append(open_suggestion(context.keyring(), found[1], asha.id, asha.private_key))
    return opened


def test_who_reads_it_first_and_by_when_is_said_before_anything_is_tapped(tablet: Tablet) -> None:
    """It is Tuesday; what is sent now is shown at five, and decided within two days."""
    page = tablet.opens()
    said = "<bdi>Asha</bdi> and <bdi>Ravi</bdi> read it by Thursday, then it goes on the list. Write no names."
    assert said in page
    assert 'href="/tell"' in page
    assert page.index("Write no names") < page.index("What is it about?") < page.index("What should happen?")


def test_two_pictures_are_enough(tablet: Tablet) -> None:
    """Three taps: topic, wish, Send."""
    sent = tablet.suggests(topic="food", wish="more")
    assert sent["thanks"] == f"/agenda/suggest/thanks/{tablet.committee.id}"
    assert opened(tablet) == Suggestion("food", "more", language="en")
    page = tablet.browser.open(sent["thanks"]).text
    assert "<bdi>Asha</bdi> and <bdi>Ravi</bdi> read it" in page
    assert "by Thursday, 26 November." in page


@pytest.mark.parametrize("words", ["teh stairs ar dark\nat nite", "الدرج مظلم", "सीढ़ियों पर अँधेरा है"])
def test_words_are_kept_as_given(tablet: Tablet, words: str) -> None:
    """S3."""
    tablet.suggests(words=words)
    assert opened(tablet).words == words


def test_a_voice_is_kept_with_the_words(tablet: Tablet) -> None:
    tablet.suggests(topic="play", voice=voice())
    assert (opened(tablet).voice, opened(tablet).voice_kind) == (WEBM, "audio/webm")


@pytest.mark.parametrize("given", [{}, {"wish": "more"}, {"words": "  \n "}])
def test_nothing_is_no_suggestion(tablet: Tablet, given: dict[str, str]) -> None:
    refused = tablet.suggests(422, **given)["refused"]
    assert refused == [{"name": "suggest", "why": "Tap a picture, write or speak. One thing is enough."}]
    assert tablet.letters() == []


def test_words_that_are_too_long_stay_in_the_box_with_a_kind_word(tablet: Tablet) -> None:
    words = "the lamp " * 556
    tablet.opens()
    answer = tablet.browser.send("/agenda/suggest", {"words": words, "topic": "broken"}, 422)
    assert "These words are too long. Say it shorter, please." in answer.text
    assert words.strip() in answer.text
    assert 'value="broken" checked' in answer.text
    assert tablet.suggests(422, words=words)["refused"][0]["name"] == "tell"
    assert tablet.letters() == []


def test_what_is_no_voice_is_refused_kindly(tablet: Tablet) -> None:
    assert tablet.suggests(422, voice=voice(b"GIF89a"))["refused"][0]["name"] == "tell"
    tablet.opens()
    large = whole(WEBM + bytes(1300 * 1024), **tablet.browser.hidden)
    answer = tablet.browser.ask("POST", "/agenda/suggest", headers=JSON, **large)
    assert answer.status_code == 413
    assert answer.json["refused"][0]["name"] == "tell"  # type: ignore[index]


@pytest.mark.dialect("put in once")
def test_a_sheet_that_comes_twice_counts_once(tablet: Tablet) -> None:
    tablet.opens()
    for words in ("one", "one", "one"):
        tablet.browser.send("/agenda/suggest", {"words": words}, 201, headers=JSON)
    with db.reading(db.engine()) as session:
        numbers = [
            session.scalar(select(func.count()).select_from(one)) for one in (LetterRow, ReceiptRow, LetterKeyWrapRow)
        ]
    assert numbers == [1, 2, 2]
    assert opened(tablet).words == "one"
    assert not opened(tablet).again


@pytest.mark.dialect("put in once")
def test_another_suggestion_under_the_same_number_is_kept_and_says_so(tablet: Tablet) -> None:
    """Whoever knows the number of a sheet sends his first (A12)."""
    tablet.opens()
    for words in ("nice", "please no beating", "nice", "please no beating"):
        tablet.browser.send("/agenda/suggest", {"words": words}, 201, headers=JSON)
    assert sorted((one.words, one.again) for one in opened_all(tablet)) == [
        ("nice", False),
        ("please no beating", True),
    ]


def test_a_browser_without_a_script_is_led_to_the_thanks(tablet: Tablet) -> None:
    tablet.opens()
    assert "This happens now:" in tablet.browser.send("/agenda/suggest", {"topic": "food"}).text


def test_a_device_that_is_not_enrolled_cannot_suggest(tablet: Tablet, visitor: Callable[[], Visitor]) -> None:
    stranger = visitor()
    stranger.open("/agenda/suggest", 403)
    stranger.send("/agenda/suggest", {"topic": "food", "sheet": "0" * 32}, 403)
    tablet.opens()
    headers = {"Sec-Fetch-Site": "cross-site"}
    tablet.browser.send("/agenda/suggest", {"topic": "food"}, 403, headers=headers)
    assert tablet.letters() == []


@pytest.mark.parametrize("sheet", ["", "x", "0" * 31, "G" * 32])
def test_a_sheet_of_nobody_is_refused(tablet: Tablet, sheet: str) -> None:
    tablet.opens()
    assert tablet.browser.ask("POST", "/agenda/suggest", data={"topic": "food", "sheet": sheet}).status_code == 400


def test_where_several_committees_meet_the_child_picks_whose_agenda(tablet: Tablet) -> None:
    other = tablet.house.committee("dormitory", check_days=5)
    page = tablet.opens()
    assert "Whose list is it for?" in page
    assert "An advocate reads it" in page  # they take their time differently
    assert tablet.suggests(422, topic="food")["refused"] == [{"name": "committee", "why": "Tap whose list it is for."}]
    assert tablet.suggests(422, topic="food", committee="999")["refused"][0]["name"] == "committee"
    tablet.suggests(topic="food", committee=str(other.id))
    (letter,) = tablet.letters()
    assert (letter.committee_id, f"{letter.due_on}") == (other.id, "2026-11-29")


def test_an_agenda_of_another_site_takes_nothing(tablet: Tablet, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        elsewhere = make_site(session, "elsewhere").id
        make_person(session, "advocate", elsewhere, handle="mala")
    stranger = on_tablet(visitor(), elsewhere)
    assert "No committee meets here yet" in stranger.open("/agenda/suggest", 404).text
    stranger.send("/agenda/suggest", {"topic": "food", "committee": str(tablet.committee.id), "sheet": "0" * 32}, 404)
    stranger.open(f"/agenda/suggest/thanks/{tablet.committee.id}", 404)


def test_whoever_answers_a_committee_never_reads_what_is_suggested_to_it(tablet: Tablet) -> None:
    """DESIGN.md 4: an advocate checks, not the site's own facilitator."""
    with db.writing(db.engine()) as session:
        change_committee(session, tablet.committee.id, {"facilitator_id": tablet.house.ravi.id})
    assert "<bdi>Asha</bdi> reads it by" in tablet.opens()
    tablet.suggests(topic="food")
    tablet.shown()
    assert len(tablet.paths(tablet.house.asha)) == 1
    assert tablet.paths(tablet.house.ravi) == []


def test_a_committee_that_is_closed_is_not_offered(tablet: Tablet) -> None:
    with db.writing(db.engine()) as session:
        record_closing(session, tablet.committee.id, context.today())
    tablet.browser.open("/agenda/suggest", 404)


def test_nothing_is_seen_before_the_daily_hour(tablet: Tablet) -> None:
    """T5: the list and what is owed are the same while suggestions drip in."""
    asha = tablet.house.asha
    tablet.suggests(topic="food")
    suggestions_due()
    assert tablet.paths(asha) == []
    assert tablet.owed("suggestions") == []
    (letter,) = tablet.letters()
    tablet.at(asha).open(f"{DESK}{letter.id.hex()}", 404)
    tablet.shown()
    assert tablet.paths(asha) == [f"{DESK}{letter.id.hex()}"]


def test_letters_of_surveys_and_suggestions_lie_in_boxes_apart(app: Flask, tablet: Tablet) -> None:
    house = tablet.house
    round_ = open_round([house.site_id], house.joshi.id)
    tablet.suggests(topic="food", words="fruit")
    taken_of(on_tablet(tablet.visitor(), house.site_id, "Tablet 2"), round_, letter_box="the tap drips")
    tablet.shown()
    (letter,) = paths(tablet.at(house.asha).open(LETTERS).text)
    (suggestion,) = tablet.paths(house.asha)
    browser = tablet.at(house.asha)
    number = suggestion.removeprefix(DESK)
    for address in (f"{LETTERS}{number}", f"{LETTERS}{number}/hold", f"{LETTERS}{number}/report"):
        browser.open(address, 404)
    browser.open(DESK + letter.removeprefix(LETTERS), 404)
    letters_due()
    suggestions_due()
    assert len(tablet.owed("letters")) == len(tablet.owed("suggestions")) == 1
    browser.open(LETTERS)
    browser.send(letter)
    letters_due()
    assert tablet.owed("letters") == []
    assert len(tablet.owed("suggestions")) == 1


def test_neither_how_much_was_written_nor_whether_shows(tablet: Tablet) -> None:
    for given in ({"topic": "food"}, {"words": "a"}, {"words": "खाना " * 100, "topic": "food", "wish": "more"}):
        tablet.suggests(201, **given)
    assert len({len(letter.body) for letter in tablet.letters()}) == 1


def test_nothing_ties_a_suggestion_to_a_tablet_or_a_moment(tablet: Tablet) -> None:
    """PRIVACY.md A10, C: random ids, days and daily hours, no order of arrival."""
    for number in range(12):
        tablet.suggests(words=f"number {number}")
        tablet.clock.move(minutes=7)
    rows = tablet.letters()
    for name in ("site_id", "box", "round_id", "committee_id", "question", "day", "shown_from", "due_on"):
        assert len({getattr(row, name) for row in rows}) == 1, name
    assert {column.name for column in LetterRow.__table__.columns} == {
        "place", "id", "site_id", "box", "round_id", "committee_id", "question", "body", "destruction_month", "day",
        "shown_from", "looked_at_on", "held", "due_on",
    }  # fmt: skip
    with db.reading(db.engine()) as session:
        kept = [bytes(one) for one in session.scalars(select(ReceiptRow.id_hash))]
    assert not {row.id for row in rows} & {one[:16] for one in kept}
