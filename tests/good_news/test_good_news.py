"""A child says what was good (S3, S38, A10): advocates read it, two adults put a sentence on the board."""

import re
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from tests.support.good_news import DESK, SENTENCE, GoodPlace
from tests.support.offline import deliver, manifest_of, seal, seal_broken_voice
from tests.support.people import make_person, make_site, on_tablet
from tests.support.suggestions import JSON, WEBM, voice
from youthvoice import context, db
from youthvoice.accounts.models import PersonSiteRow
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.models import AuditEntryRow
from youthvoice.good_news.encryption import BoardNews
from youthvoice.good_news.job import end_reasons
from youthvoice.good_news.models import GoodNewsRow
from youthvoice.good_news.page import chosen_readers
from youthvoice.good_news.store import add_board_news, check_board_news
from youthvoice.grievances.deadlines.letter_job import escalate_late_letters
from youthvoice.grievances.models import LateLettersRow
from youthvoice.threads.letters.due_job import letters_due
from youthvoice.threads.models import LetterKeyWrapRow, ThreadRow
from youthvoice.threads.readership import forget_readers
from youthvoice.threads.retention.job import letter_lives_on
from youthvoice.web.random_ids import new_submission_id

WORDS = "Lata gave me hre red ball"


def count(table: type[db.Base]) -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_advocate_reads_it_in_the_letter_box_as_it_was_said(place: GoodPlace) -> None:
    """S3: spelled as given; the log names the site and never the letter."""
    place.says(topic=["play", "friend"], words=WORDS, destination="board", voice=voice())
    place.hour()
    page = place.at(place.house.asha).open("/staff/letters/").text
    assert "Good news" in page
    browser, path = place.opened_by(place.house.asha)
    page = browser.open(path).text
    assert all(part in page for part in (WORDS, "Playing", "A friend", "On the board"))
    assert browser.send(f"{path}/voice").data == WEBM
    (letter,) = place.letters()
    with db.reading(db.engine()) as session:
        entry = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "good_news.open")).one()
    assert (entry.actor, entry.subject) == ("asha", "example-house")
    assert letter.looked_at_on == context.today("Asia/Kolkata")


def test_before_the_daily_hour_nobody_sees_it(place: GoodPlace) -> None:
    place.says(words=WORDS)
    assert place.paths(place.house.asha) == []
    place.hour()
    assert len(place.paths(place.house.asha)) == 1


def test_it_is_closed_until_she_opens_it(place: GoodPlace) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    (path,) = place.paths(place.house.asha)
    browser = place.at(place.house.asha)
    assert WORDS not in browser.open(path).text
    for act in ("board", "why-not", "report"):
        browser.open(f"{path}/{act}", 404)


def test_two_adults_put_an_adults_sentence_on_the_board_and_nothing_of_the_child(place: GoodPlace) -> None:
    place.says(topic=["play"], words=WORDS, destination="board")
    place.hour()
    assert SENTENCE not in place.board()
    assert SENTENCE in place.asks(place.house.asha, place.house.joshi)
    assert SENTENCE not in place.board(), "one adult alone puts nothing there"
    place.agrees(place.house.joshi)
    board = place.board()
    assert SENTENCE in board
    assert WORDS not in board
    assert not re.search(r"2026|November", re.search(rf"<article.*?{SENTENCE}.*?</article>", board, re.DOTALL)[0])  # type: ignore[index]
    assert place.letters() == []
    with db.reading(db.engine()) as session:
        (row,) = session.scalars(select(GoodNewsRow))
    assert (row.week.weekday(), row.written_by, row.agreed_by) == (0, place.house.asha.id, place.house.joshi.id)


def test_the_second_adult_reads_the_sentence_and_not_what_the_child_said(place: GoodPlace) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    place.asks(place.house.asha, place.house.boss)
    browser = place.at(place.house.boss)
    (path,) = re.findall(r'href="(/staff/requests/\d+)"', browser.open("/staff/").text)
    page = browser.open(path).text
    assert SENTENCE in page
    assert WORDS not in page
    browser.open("/staff/letters/", 403)


def test_who_writes_a_sentence_again_reads_before_that_the_first_request_ends(place: GoodPlace) -> None:
    """And its line in the letter box says that it waits, to colleagues, too."""
    place.says(words=WORDS, destination="board")
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    assert "takes its place" not in browser.open(f"{path}/board").text
    assert "waits for a second adult" not in browser.open("/staff/letters/").text
    place.asks(place.house.asha, place.house.joshi)
    browser, path = place.opened_by(place.house.asha)
    assert "Joshi was asked to agree" in browser.open(f"{path}/board").text
    assert "waits for a second adult" in place.at(place.house.ravi).open("/staff/letters/").text


def test_a_missing_sentence_is_the_first_of_the_errors(place: GoodPlace) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    browser.open(f"{path}/board")
    (summary,) = re.findall(r'class="summary".*?</section>', browser.send(f"{path}/board", {}, 422).text, re.DOTALL)
    errors = re.findall(r">([^<>]+)</a>", summary)
    assert errors[0] == "Write it in one language at least."
    assert len(errors) == 4


@pytest.mark.parametrize(("more", "is_said"), [({"words": WORDS}, True), ({"voice": voice()}, False)])
def test_of_a_voice_alone_nobody_reads_that_its_words_are_spelled_as_given(
    place: GoodPlace, more: dict[str, Any], is_said: bool
) -> None:
    place.says(**more)
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    assert ("spelled as given" in browser.open(path).text) is is_said


def test_where_she_chose_no_place_the_page_does_not_say_that_she_wants_one(place: GoodPlace) -> None:
    place.says(words=WORDS)
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    page = browser.open(path).text
    assert "The child chose no place, so it is for those who read it alone." in page
    assert "The child wants it" not in page


def test_a_refusal_puts_nothing_on_the_board_and_loses_nothing(place: GoodPlace) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    place.asks(place.house.asha, place.house.joshi)
    place.agrees(place.house.joshi, verb="refuse")
    assert SENTENCE not in place.board()
    assert len(place.letters()) == 1


@pytest.mark.parametrize("words", ["Asha helped us", "Call 98765 43210", "Example House is nice", " "])
def test_a_sentence_that_points_at_somebody_asks_nobody(place: GoodPlace, words: str) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    place.asks(place.house.asha, place.house.joshi, words, 422)
    assert not re.findall(r"/staff/requests/\d+", place.at(place.house.joshi).open("/staff/").text)


def test_a_colleague_who_was_first_leaves_nothing_to_agree_to(place: GoodPlace) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    place.asks(place.house.asha, place.house.joshi)
    browser, path = place.opened_by(place.house.ravi)
    browser.open(f"{path}/why-not")
    browser.send(f"{path}/why-not", {"why": "shows_who"})
    assert "A colleague has decided about it already." in place.agrees(place.house.joshi, 409)
    assert SENTENCE not in place.board()


@pytest.mark.parametrize("weekday", [0, 6])
def test_the_board_says_for_two_weeks_at_least_why_something_is_not_there(place: GoodPlace, weekday: int) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    place.clock.move(days=(weekday - context.today().weekday()) % 7)
    browser, path = place.opened_by(place.house.asha)
    browser.open(f"{path}/why-not")
    browser.send(f"{path}/why-not", {"why": "shows_who"})
    assert "It would show who told it." in place.board()
    assert place.letters() == []
    end_reasons()
    place.clock.move(days=14)
    end_reasons()
    assert "It would show who told it." in place.board()
    place.clock.move(days=7)
    assert "It would show who told it." not in place.board()
    place.clock.move(days=1)
    end_reasons()
    assert count(GoodNewsRow) == 0, "and nothing of it is kept"


def test_one_entry_that_does_not_open_takes_no_other_off_the_board(place: GoodPlace) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    place.asks(place.house.asha, place.house.joshi)
    place.agrees(place.house.joshi)
    with db.writing(db.engine()) as session:
        add_board_news(session, place.house.site_id, BoardNews("food", {"en": "x"}), context.today(), 1, 2)
        session.execute(update(GoodNewsRow).where(GoodNewsRow.agreed_by == 2).values(locked=b"altered"))
    assert SENTENCE in place.board()
    assert SENTENCE in place.at(place.house.asha).open(DESK).text
    assert list(check_board_news()).count(False) == 1


def test_an_advocate_takes_it_back_and_only_from_boards_of_her_sites(place: GoodPlace) -> None:
    place.says(words=WORDS, destination="board")
    place.hour()
    place.asks(place.house.asha, place.house.joshi)
    place.agrees(place.house.joshi)
    with db.writing(db.engine()) as session:
        other = make_person(session, "advocate", make_site(session, "elsewhere").id, handle="other")
    (entry,) = re.findall(rf'action="({DESK}board/[0-9a-f]{{32}})"', place.at(place.house.asha).open(DESK).text)
    stranger = place.at(other)
    assert SENTENCE not in stranger.open(DESK).text
    stranger.send(entry, {"why": "hurts"}, 404)
    assert SENTENCE in place.board()
    browser = place.at(place.house.asha)
    browser.open(DESK)
    browser.send(entry, {}, 400)
    browser.open(DESK)
    browser.send(entry, {"why": "hurts"})
    board = place.board()
    assert SENTENCE not in board
    assert "It could hurt somebody." in board, "nobody takes it off in silence"
    (reason,) = re.findall(rf'action="({DESK}board/[0-9a-f]{{32}})"', browser.open(DESK).text)
    browser.send(reason, {"why": "hurts"})
    assert count(GoodNewsRow) == 0


def test_a_sentence_about_an_adult_that_is_taken_back_is_no_thank_you(place: GoodPlace) -> None:
    place.says(words=WORDS, topic=["adult"], destination="board")
    place.hour()
    place.asks(place.house.asha, place.house.joshi)
    place.agrees(place.house.joshi)
    browser = place.at(place.house.asha)
    (entry,) = re.findall(rf'action="({DESK}board/[0-9a-f]{{32}})"', browser.open(DESK).text)
    browser.send(entry, {"why": "hurts"})
    board = place.board()
    assert "Something good that you told is not here. It could hurt somebody." in board
    assert "thank-you" not in board


def test_a_sentence_that_repeats_the_child_asks_nobody(place: GoodPlace) -> None:
    """The page promises her that adults write it in their words; the second adult cannot notice."""
    place.says(words="the soup was warm today", destination="board")
    place.hour()
    page = place.asks(place.house.asha, place.house.joshi, "The soup was warm, we hear", 422)
    assert "the child said it so" in page
    place.asks(place.house.asha, place.house.joshi, "Children liked the warm soup")


def test_what_is_for_her_alone_stays_in_her_list_and_ends_with_its_month(place: GoodPlace) -> None:
    place.says(words=WORDS, destination="advocate")
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    page = browser.open(path).text
    assert f"{path}/board" not in page
    (letter,) = place.letters()
    assert place.paths(place.house.asha) == [path]
    browser.open(f"{path}/why-not", 404)
    assert not letter_lives_on(letter.looked_at_on, held=letter.held, box=letter.box)
    browser.open(f"{path}/board", 404)


def test_a_child_in_danger_who_said_it_as_good_news_is_heard(place: GoodPlace) -> None:
    """S14, S17: it becomes a report as a letter does, and nothing of it stays in the letter box."""
    place.says(topic=["adult"], words="It is our secret", voice=voice())
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    browser.open(f"{path}/report")
    browser.send(f"{path}/report", {"topic": "touched", "hurt": "yes", "danger": "no"})
    assert (count(ThreadRow), place.letters()) == (1, [])
    (report,) = set(re.findall(r"/staff/reports/[0-9a-f]{32}", browser.open("/staff/reports/").text))
    page = browser.open(report).text if "It is our secret" in browser.open(report).text else browser.send(report).text
    assert "It is our secret" in page
    assert "what a child told as good news" in page


def test_whom_a_child_left_out_never_opens_it_even_from_a_colleague(place: GoodPlace) -> None:
    """Her row looks like that of a reader; sharing gives her nothing."""
    place.says(words=WORDS, without=(place.house.ravi,))
    place.hour()
    assert len(place.paths(place.house.asha)) == 1
    assert count(LetterKeyWrapRow) == 2
    browser = place.at(place.house.asha)
    browser.open("/staff/letters/give")
    browser.send("/staff/letters/give", {"to": place.house.ravi.id})
    assert place.paths(place.house.ravi) == []


def test_whoever_leaves_everybody_out_reads_that_nobody_would_read_it(place: GoodPlace) -> None:
    answer = place.says(422, without=(place.house.asha, place.house.ravi), words=WORDS)
    assert answer["refused"] == [{"name": "readers", "why": "Then nobody reads it. Let one of them read it."}]
    assert place.letters() == []


def test_nothing_is_lost_where_everybody_whom_the_page_showed_has_left(place: GoodPlace) -> None:
    with db.writing(db.engine()) as session:
        new = make_person(session, "advocate", place.house.site_id, handle="new")
        for gone in (place.house.asha, place.house.ravi):
            row = find_person_row(session, gone.id)
            assert row
            close_account(session, row, context.today())
    forget_readers(place.house.site_id)
    shown = [place.house.asha.id, place.house.ravi.id]
    assert [reader.person_id for reader in chosen_readers(place.house.site_id, shown, [shown[1]])] == [new.id]


def test_who_came_since_the_page_was_stored_does_not_read_it(place: GoodPlace) -> None:
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", place.house.site_id, handle="new")
    forget_readers(place.house.site_id)
    readers = chosen_readers(place.house.site_id, [place.house.asha.id], [])
    assert [reader.person_id for reader in readers] == [place.house.asha.id]


def test_the_same_again_counts_once_and_other_words_are_not_lost(place: GoodPlace) -> None:
    sheet = new_submission_id()
    for words in (WORDS, WORDS, "other words"):
        place.says(words=words, sheet=sheet)
    assert len(place.letters()) == 2
    place.hour()
    browser, pages = place.at(place.house.asha), []
    for path in place.paths(place.house.asha):
        browser.open(path)
        pages.append(browser.send(path).text)
    assert sum("Came twice, with different content" in page for page in pages) == 1


@pytest.mark.parametrize("form", [{}, {"destination": "board"}, {"words": "  "}])
def test_nothing_at_all_is_not_taken(place: GoodPlace, form: dict[str, Any]) -> None:
    assert place.says(422, **form)["refused"][0]["name"] == "tell"


def test_it_waits_on_a_tablet_without_a_network_and_arrives_once(place: GoodPlace) -> None:
    fields = {"topic": "play", "words": WORDS, "shown": place.everybody, "destination": "board"}
    envelope = seal(manifest_of(place.browser), "/good", fields)
    for _time in range(2):
        assert deliver(place.visitor(), envelope).status_code == 201
    assert len(place.letters()) == 1


@pytest.mark.parametrize("words", [WORDS, ""])
def test_a_voice_that_cannot_be_played_is_told_to_its_readers(place: GoodPlace, words: str) -> None:
    """It came from a tablet without a network: she cannot be asked to speak again."""
    fields = {"words": words, "shown": place.everybody}
    envelope = seal_broken_voice(manifest_of(place.browser), "/good", fields)
    assert deliver(place.visitor(), envelope).status_code == 201
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    page = browser.open(path).text
    assert "The child spoke, and the recording cannot be heard." in page
    assert words in page


def test_envelopes_and_letters_do_not_tell_telling_from_good_news(place: GoodPlace) -> None:
    """A2: the same length on the line whatever was sent; and one length in the letter box without a voice."""
    manifest = manifest_of(place.browser)
    good = {"topic": "play", "words": WORDS, "shown": place.everybody, "destination": "board"}
    forms = [("/good", good), ("/good", {"shown": place.everybody, "topic": "food"})]
    forms += [("/tell", {"topic": "broken", "words": "a lamp", "shown": place.everybody})]
    assert len({len(seal(manifest, path, fields)) for path, fields in forms}) == 1
    place.says(words=WORDS)
    place.says(topic=["food", "play"], words="x" * 500)
    assert len({len(letter.body) for letter in place.letters()}) == 1


def test_what_nobody_opens_in_time_climbs_as_a_letter_does(place: GoodPlace) -> None:
    """S38: the first look is due the day after it is shown; then the next level is asked to sign in."""
    place.says(words=WORDS)
    place.hour()
    letters_due()
    assert "Letter" in place.at(place.house.asha).open("/staff/").text
    place.clock.move(days=3)
    escalate_late_letters()
    assert count(LateLettersRow) == 1
    place.opened_by(place.house.asha)
    escalate_late_letters()
    assert count(LateLettersRow) == 0


def test_after_sending_she_reads_only_what_happens_with_hers_and_the_line_never_tells(place: GoodPlace) -> None:
    """The page is the same for all: a browser shows the step that its address names, and sends that name to nobody."""
    thank = str(place.house.joshi.id)
    answers = [place.says(words=WORDS, destination=where, thank=thank) for where in ("board", "adult", "advocate", "")]
    shown = [answer["thanks"].partition("#")[2] for answer in answers]
    assert shown == ["board", "adult", "alone", "alone"]
    assert len({len(str(answer)) for answer in answers}) == 1
    form = {
        "words": WORDS,
        "shown": place.everybody,
        "sheet": new_submission_id(),
        "destination": "board",
        "aloud": "#aloud",
    }
    plainly = place.browser.ask("POST", "/good", data=form)
    assert plainly.location == "/good/thanks#board#aloud", "a script of an older browser: she goes on to listen"
    page = place.browser.open("/good/thanks").text
    assert re.findall(r'<li id="(\w+)" hidden>', page) == ["board", "adult"]


def test_whom_to_thank_has_a_way_on_without_a_face(place: GoodPlace) -> None:
    """It says what becomes of it then: the answer to the screen before."""
    page = place.browser.open("/good").text
    (screen,) = re.findall(r'<section[^>]*data-question="thank".*?</section>', page, re.DOTALL)
    (way_on,) = re.findall(r"<button[^>]*data-go=.instead.*?</button>", screen, re.DOTALL)
    assert all(part in way_on for part in ('name="destination"', 'value="advocate"', "Only to those who read it"))


def test_a_stranger_without_a_tablet_gets_and_sends_nothing(place: GoodPlace) -> None:
    stranger = place.visitor()
    for path in ("/good", "/good/thanks"):
        assert stranger.ask("GET", path).status_code == 403
    form = {"words": WORDS, "shown": place.everybody, "sheet": new_submission_id()}
    assert stranger.ask("POST", "/good", data=form).status_code == 403
    assert place.letters() == []


def test_what_a_site_without_advocates_says(place: GoodPlace) -> None:
    with db.writing(db.engine()) as session:
        empty = make_site(session, "empty-house")
    tablet = on_tablet(place.visitor(), empty.id)
    assert "Nobody is there to read it." in tablet.open("/good", 404).text
    tablet.open("/language/en")
    assert 'href="/ways"' not in tablet.open("/").text


def test_behind_tell_are_something_wrong_and_something_good(place: GoodPlace) -> None:
    place.browser.open("/language/en")
    assert 'href="/ways"' in place.browser.open("/").text
    page = place.browser.open("/ways").text
    assert re.findall(r'href="/(tell|good)"', page)[:2] == ["tell", "good"]


def test_a_flood_from_one_tablet_is_slowed_and_puts_nothing_on_the_board(place: GoodPlace) -> None:
    """Whoever copied a tablet's cookie fills a list of advocates, and nothing that children see."""
    place.browser.open("/good")
    statuses: list[int] = []
    for number in range(130):
        form = {"words": f"flood {number}", "shown": place.everybody, "destination": "board"}
        answer = place.browser.ask("POST", "/good", data={**form, "sheet": new_submission_id()}, headers=JSON)
        statuses.append(answer.status_code)
    assert set(statuses) == {201, 429}
    assert len(place.letters()) == statuses.count(201) <= 120
    place.hour()
    assert "flood" not in place.board()


def test_whom_the_child_left_out_reads_no_report_of_it_either(place: GoodPlace) -> None:
    """The way of danger: an adult who is too kind, whom the child left out, read what she said of him."""
    place.says(words=WORDS, without=(place.house.ravi,))
    place.hour()
    browser, path = place.opened_by(place.house.asha)
    assert f"The child left out: {place.house.ravi.name}" in browser.open(path).text
    browser.open(f"{path}/report")
    browser.send(f"{path}/report", {"topic": "touched", "hurt": "yes", "danger": "no"})
    assert count(ThreadRow) == 1
    assert not re.search(r"/staff/reports/[0-9a-f]{32}", place.at(place.house.ravi).open("/staff/reports/").text)
    assert re.search(r"/staff/reports/[0-9a-f]{32}", place.at(place.house.asha).open("/staff/reports/").text)


def test_whom_the_child_left_out_is_not_asked_to_agree_nor_told_that_something_waits(place: GoodPlace) -> None:
    before = place.at(place.house.ravi).open("/staff/").text.count("Letter")
    place.says(words=WORDS, destination="board", without=(place.house.ravi,))
    place.hour()
    letters_due()
    assert place.at(place.house.ravi).open("/staff/").text.count("Letter") == before
    assert place.at(place.house.asha).open("/staff/").text.count("Letter") > before
    asha, ravi = (place.at(person).open("/staff/answers/").text for person in (place.house.asha, place.house.ravi))
    (address,) = re.findall(r'href="(/staff/answers/\d+)"', asha)
    assert address not in ravi
    place.at(place.house.ravi).open(address, status=404)
    place.asks(place.house.asha, place.house.ravi, status=422)


def test_who_is_away_when_it_comes_stays_left_out(place: GoodPlace) -> None:
    envelope = seal(
        manifest_of(place.browser),
        "/good",
        {"words": WORDS, "shown": place.everybody, "left_out": str(place.house.ravi.id)},
    )
    works = {"person_id": place.house.ravi.id, "site_id": place.house.site_id}
    with db.writing(db.engine()) as session:
        session.execute(delete(PersonSiteRow).filter_by(**works))
    forget_readers(place.house.site_id)
    assert deliver(place.visitor(), envelope).status_code == 201
    with db.writing(db.engine()) as session:
        session.add(PersonSiteRow(**works))
    forget_readers(place.house.site_id)
    place.hour()
    browser = place.at(place.house.asha)
    browser.open("/staff/letters/give")
    browser.send("/staff/letters/give", {"to": place.house.ravi.id})
    assert place.paths(place.house.ravi) == []


def test_who_is_left_out_after_an_answer_was_lost_reads_neither(place: GoodPlace) -> None:
    sheet = new_submission_id()
    place.says(words=WORDS, sheet=sheet)
    place.says(words=WORDS, sheet=sheet, without=(place.house.ravi,))
    place.hour()
    assert place.paths(place.house.ravi) == []
    assert len(place.paths(place.house.asha)) == 2, "nothing is lost, and she sees that it came twice"


def test_who_leaves_out_everybody_she_saw_is_read_by_nobody_who_came_since(place: GoodPlace) -> None:
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", place.house.site_id, handle="new")
    forget_readers(place.house.site_id)
    place.says(422, words=WORDS, without=(place.house.asha, place.house.ravi))
    assert place.letters() == []
