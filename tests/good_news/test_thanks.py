"""A child thanks one adult (S3, S38): in a colleague's sentence, agreed by a second, a week later."""

import re

import pytest
from sqlalchemy import select

from tests.support.good_news import DESK, GoodPlace
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import Somebody
from youthvoice import context, db
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import find_person_row
from youthvoice.good_news import store
from youthvoice.good_news.job import end_reasons
from youthvoice.good_news.models import GoodNewsRow
from youthvoice.web.random_ids import new_submission_id

WORDS = "He fixd my shoo"
SENTENCE = "A child is glad of your patience."
THANKS = f"{DESK}thanks"


def thanks(place: GoodPlace, adult: Somebody, without: tuple[Somebody, ...] = (), status: int = 201) -> None:
    place.says(status, without, topic=["adult"], words=WORDS, destination="adult", thank=str(adult.id))


def passes_on(place: GoodPlace, who: Somebody, second: Somebody) -> None:
    """An advocate writes the sentence, and the second adult agrees."""
    place.hour()
    place.asks(who, second, SENTENCE)
    place.agrees(second)


def finds(place: GoodPlace, adult: Somebody) -> bool:
    return SENTENCE in place.at(adult).open(THANKS).text


def next_week(place: GoodPlace) -> None:
    """Monday of the next week."""
    today = context.today("Asia/Kolkata")
    place.clock.move(days=7 - today.weekday())


def entries() -> list[GoodNewsRow]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(GoodNewsRow)))


def test_the_adult_finds_it_from_the_next_week_on_for_four_weeks(place: GoodPlace) -> None:
    """With its week only, on no board, and nothing of the child."""
    thanks(place, place.house.joshi)
    passes_on(place, place.house.asha, place.house.boss)
    assert not finds(place, place.house.joshi), "the day tells nothing"
    next_week(place)
    page = place.at(place.house.joshi).open(THANKS).text
    assert SENTENCE in page
    assert "Week of" in page
    assert "do not ask" in page
    assert WORDS not in page
    assert not finds(place, place.house.boss)
    assert not finds(place, place.house.asha)
    board = place.board()
    assert SENTENCE not in board
    assert "Thank-yous from children went to adults here." in board
    place.clock.move(days=27)
    assert finds(place, place.house.joshi)
    end_reasons()
    assert len(entries()) == 1
    place.clock.move(days=1)
    assert not finds(place, place.house.joshi)
    assert "Thank-yous" not in place.board()
    place.clock.move(days=1)
    end_reasons()
    assert entries() == []


def test_before_it_is_agreed_the_board_and_the_adult_learn_nothing(place: GoodPlace) -> None:
    thanks(place, place.house.joshi)
    place.hour()
    place.asks(place.house.asha, place.house.boss, SENTENCE)
    next_week(place)
    assert not finds(place, place.house.joshi)
    assert "Thank-yous" not in place.board()


def test_neither_the_adult_nor_whom_the_child_left_out_is_asked_to_agree(place: GoodPlace) -> None:
    thanks(place, place.house.joshi, without=(place.house.ravi,))
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    page = browser.open(f"{path}/board").text
    assert "Write it for Ms Joshi" in page
    seconds = re.findall(r'<option value="(\d+)"', page)
    assert seconds
    assert not {str(place.house.joshi.id), str(place.house.ravi.id)} & set(seconds)
    typed = {"words_en": SENTENCE, "topic": "adult", "nobody": "y", "second": place.house.joshi.id}
    browser.send(f"{path}/board", typed, 422)


def test_the_second_adult_reads_whom_it_is_for_and_nothing_of_the_child(place: GoodPlace) -> None:
    thanks(place, place.house.joshi)
    place.hour()
    place.asks(place.house.asha, place.house.boss, SENTENCE)
    browser = place.at(place.house.boss)
    (path,) = set(re.findall(r'href="(/staff/requests/\d+)"', browser.open("/staff/").text))
    page = browser.open(path).text
    assert "Ms Joshi finds it from next week on" in page
    assert WORDS not in page


def test_an_advocate_who_is_thanked_reads_the_letter_and_decides_nothing(place: GoodPlace) -> None:
    """The child saw that she reads it. She can neither write to herself nor end it; a colleague can."""
    thanks(place, place.house.ravi)
    place.hour()
    browser, path = place.opened_by(place.house.ravi)
    page = browser.open(path).text
    assert "The child thanks you." in page
    assert "Write it for" not in page
    for act in ("board", "why-not"):
        browser.open(f"{path}/{act}", 404)
        browser.send(f"{path}/{act}", {"why": "hurts", "words_en": SENTENCE, "topic": "adult", "nobody": "y"}, 404)
    passes_on(place, place.house.asha, place.house.joshi)
    next_week(place)
    assert finds(place, place.house.ravi)


def test_what_hurts_becomes_a_report_and_whom_it_thanks_is_ticked(place: GoodPlace) -> None:
    """An adult who is too kind reads no report of it, unless the advocate decides otherwise."""
    thanks(place, place.house.ravi)
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    assert "it may be about Ravi" in browser.open(path).text
    page = browser.open(f"{path}/report").text
    assert "The child chose Ravi for thanks." in page
    assert re.findall(
        r'<input[^>]*\bchecked\b[^>]*name="left_out"[^>]*>|<input[^>]*name="left_out"[^>]*\bchecked\b[^>]*>', page
    )
    form: dict[str, object] = {
        "topic": "touched",
        "hurt": "yes",
        "danger": "no",
        "left_out": [str(place.house.ravi.id)],
    }
    browser.send(f"{path}/report", form)
    assert not re.search(r"/staff/reports/[0-9a-f]{32}", place.at(place.house.ravi).open("/staff/reports/").text)
    assert entries() == []


def test_where_whom_it_thanks_can_read_no_report_the_form_says_so(place: GoodPlace) -> None:
    thanks(place, place.house.joshi)
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    page = browser.open(f"{path}/report").text
    assert "who can read no report" in page
    assert "ticked below" not in page


@pytest.mark.parametrize(
    ("why", "words"), [("shows_who", "It would show who told it."), ("there_already", "The adult has it already.")]
)
def test_what_is_not_passed_on_says_why_on_the_board_and_names_nobody(place: GoodPlace, why: str, words: str) -> None:
    thanks(place, place.house.joshi)
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    page = browser.open(f"{path}/why-not").text
    assert "Why does it not go to this adult?" in page
    assert "Why is it not on the board?" not in page
    browser.send(f"{path}/why-not", {"why": why})
    board = place.board()
    assert f"A thank-you to an adult was not passed on. {words}" in board
    assert "Joshi" not in board


def test_to_do_says_in_the_week_in_which_they_come_that_a_child_thanks_her(place: GoodPlace) -> None:
    thanks(place, place.house.joshi)
    passes_on(place, place.house.asha, place.house.boss)
    shown = []
    for _week in range(3):
        shown.append("A child thanks you" in place.at(place.house.joshi).open("/staff/").text)
        next_week(place)
    assert shown == [False, True, False]
    assert "A child thanks you" not in place.at(place.house.boss).open("/staff/").text


@pytest.mark.parametrize(("who", "words"), [("ravi", "You left this person out."), ("outside", "Tap a face first.")])
def test_whom_she_left_out_gets_no_thanks_nor_does_a_stranger(place: GoodPlace, who: str, words: str) -> None:
    adult = getattr(place.house, who)
    form = {"words": WORDS, "destination": "adult", "thank": str(adult.id)}
    refused = place.says(422, (place.house.ravi,), **form)["refused"]
    assert [(one["name"], one["why"][: len(words)]) for one in refused] == [("thank", words)]
    assert place.letters() == []


def test_from_a_tablet_without_a_network_such_thanks_are_for_the_readers_alone(place: GoodPlace) -> None:
    """Nobody can ask her for another face; nothing she said is lost."""
    manifest, sheet = manifest_of(place.browser), new_submission_id()
    fields = {
        "sheet": sheet, "words": WORDS, "shown": place.everybody, "left_out": str(place.house.ravi.id),
        "destination": "adult", "thank": str(place.house.ravi.id),
    }  # fmt: skip
    assert deliver(place.visitor(), seal(manifest, "/good", fields, sheet)).status_code == 201
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    page = browser.open(path).text
    assert WORDS in page
    assert "The child did not say where it goes" in page
    browser.open(f"{path}/board", 404)


def test_another_adult_under_the_same_number_is_no_repeat(place: GoodPlace) -> None:
    sheet = new_submission_id()
    for adult in (place.house.joshi, place.house.boss, place.house.boss):
        place.says(201, (), sheet=sheet, words=WORDS, destination="adult", thank=str(adult.id))
    assert len(place.letters()) == 2


def test_whom_it_thanks_has_left_before_it_is_agreed(place: GoodPlace) -> None:
    thanks(place, place.house.joshi)
    place.hour()
    place.asks(place.house.asha, place.house.boss, SENTENCE)
    with db.writing(db.engine()) as session:
        row = find_person_row(session, place.house.joshi.id)
        assert row
        close_account(session, row, context.today())
    assert "no longer works there" in place.agrees(place.house.boss, 409)
    assert entries() == []


def test_a_thief_reads_no_name_of_it_and_all_entries_are_alike(place: GoodPlace) -> None:
    """Length, week and kind: not whom it is for, nor a word."""
    for adult in (place.house.joshi, place.house.boss):
        thanks(place, adult)
        passes_on(place, place.house.asha, place.house.ravi)
        place.clock.move(hours=21)
    rows = entries()
    assert len({len(row.locked) for row in rows}) == 1
    assert all(row.for_adult and SENTENCE.encode() not in row.locked for row in rows)
    assert {row.week.weekday() for row in rows} == {0}
    columns = set(GoodNewsRow.__table__.columns.keys())
    assert columns == {"id", "site_id", "week", "locked", "written_by", "agreed_by", "for_adult"}


def test_several_of_one_week_stand_in_no_order_of_time(place: GoodPlace) -> None:
    """All of a week are there on its Monday, by their random ids."""
    for number in range(4):
        thanks(place, place.house.joshi)
        place.hour()
        place.asks(place.house.asha, place.house.boss, f"{SENTENCE[:-1]}, {'abcd'[number]}.")
        place.agrees(place.house.boss)
        place.clock.move(hours=21)
    next_week(place)
    page = place.at(place.house.joshi).open(THANKS).text
    with db.reading(db.engine()) as session:
        rows = store.list_passed_on(session, [place.house.site_id], context.today())
    by_id = [row.news.words["en"] for row in sorted(rows, key=lambda row: row.id)]
    assert sorted(by_id, key=page.index) == by_id
    assert page.count("Week of") == 1


@pytest.mark.parametrize("is_found", [False, True])
def test_an_advocate_takes_thanks_back_before_and_after_they_are_found(place: GoodPlace, is_found: bool) -> None:
    """It may hurt, or go to somebody who turns out to be the danger. The board says why, as of everything there."""
    thanks(place, place.house.joshi)
    passes_on(place, place.house.asha, place.house.boss)
    if is_found:
        next_week(place)
    assert finds(place, place.house.joshi) == is_found
    browser = place.at(place.house.ravi)
    page = browser.open(DESK).text
    assert f"For {place.house.joshi.name}:" in page
    (address,) = re.findall(rf'action="({DESK}board/[0-9a-f]{{32}})"', page)
    browser.send(address, {"why": "hurts"})
    next_week(place)
    assert not finds(place, place.house.joshi)
    assert "It could hurt somebody." in place.board()


def test_an_advocate_who_is_thanked_finds_nothing_before_its_week(place: GoodPlace) -> None:
    thanks(place, place.house.ravi)
    passes_on(place, place.house.asha, place.house.boss)
    assert SENTENCE in place.at(place.house.asha).open(DESK).text
    assert SENTENCE not in place.at(place.house.ravi).open(DESK).text


def test_the_only_one_who_reads_it_cannot_be_thanked(place: GoodPlace) -> None:
    """Her thanks could be passed on by nobody, and she alone would have the child's words."""
    form: dict[str, object] = {"topic": ["adult"], "words": WORDS, "destination": "adult"}
    refused = place.says(422, (place.house.asha,), **form, thank=str(place.house.ravi.id))["refused"]
    assert refused == [
        {"name": "thank", "why": "Only this person reads it. Tap another face, or let one more read it."}
    ]
    place.says(201, (place.house.asha,), **form, thank=str(place.house.joshi.id))
