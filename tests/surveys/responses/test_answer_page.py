"""A child answers a round through its pages (S1, S2, S5, S7, S8, S10)."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.answer_sheets import decode_answers
from tests.support.audio import WEBM
from tests.support.introductions import introduce_readers
from tests.support.offline import manifest_of
from tests.support.people import Somebody, house, make_person, make_site, on_tablet
from tests.support.ready_site import put_on_call, set_person
from tests.support.rounds import answers, close, end, open_round, sheet_of, starter, taken_of
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.context import runtime_of
from youthvoice.introductions.entities import PartKey
from youthvoice.introductions.rules import PORTRAIT
from youthvoice.introductions.shown_introductions import reload_introductions_after_commit
from youthvoice.introductions.store import withdraw_part
from youthvoice.privacy.crypto.symmetric_encryption import decrypt_padded, sealing_context
from youthvoice.sites.store import change_site, find_site
from youthvoice.sites.tablets.store import find_tablet, retire_tablet
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.questionnaires.questionnaire import Bin, Option, Question, Questionnaire, make_words
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.letters.letter_box import (
    LETTER_BYTES,
    MAX_LETTER_SECONDS,
    EncryptedLetter,
    OpenedLetter,
    open_letter,
)
from youthvoice.threads.models import LetterKeyWrapRow, LetterRow, ReceiptRow

JSON = {"Accept": "application/json"}


@dataclass
class Shelter:
    """A site with two advocates, an open round, and a tablet."""

    site_id: int
    people: dict[str, Somebody]
    round: Round
    tablet: Visitor

    @property
    def path(self) -> str:
        return f"/survey/{self.round.slug}"


@pytest.fixture
def shelter(app: Flask, visitor: Callable[[], Visitor]) -> Shelter:
    site_id, people = house(["advocate", "facilitator"])
    with db.writing(db.engine()) as session:
        people["second"] = make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
    round_ = open_round([site_id], people["facilitator"].id)
    return Shelter(site_id, people, round_, on_tablet(visitor(), site_id))


def stored(round_: Round, questionnaire: Questionnaire) -> list[dict[str, object]]:
    """What waits to be counted, opened as closing does."""
    key = context.keyring().key(round_.answers_key)
    with db.reading(db.engine()) as session:
        rows = session.execute(select(ResponseRow.id, ResponseRow.blob).where(ResponseRow.round_id == round_.id)).all()
    opened = [decrypt_padded(key, blob, sealing_context("sheet", round_.slug, number.hex())) for number, blob in rows]
    return [dict(decode_answers(questionnaire, sheet)) for sheet in opened]


def how_many(table: type[LetterRow | ResponseRow | ReceiptRow | LetterKeyWrapRow]) -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# ---- The page


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("hi", "ltr"), ("ar", "rtl")])
def test_the_page_speaks_the_childs_language(shelter: Shelter, language: str, direction: str) -> None:
    shelter.tablet.open(f"/language/{language}", follow=False, status=302)
    page = shelter.tablet.open(shelter.path).text
    assert f'<html lang="{language}" dir="{direction}"' in page
    assert starter().questions[0].text[language] in page


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_refused_is_said_in_a_language_of_the_site(
    shelter: Shelter, visitor: Callable[[], Visitor], method: str
) -> None:
    with db.writing(db.engine()) as session:
        site_id = make_site(session, "other-house", languages=["hi", "en"]).id
    answer = on_tablet(visitor(), site_id).ask(method, shelter.path, headers={"Accept-Language": "ar"})
    assert answer.status_code == 403
    assert '<html lang="hi"' in answer.text


def test_two_tablets_get_the_same_page_but_for_its_number(shelter: Shelter, visitor: Callable[[], Visitor]) -> None:
    """What is made once for all knows nobody: neither the tablet, nor what was sent with its last form."""
    shelter.tablet.ask("POST", shelter.path, data={"sheet": "x", "letter": "a mild word"})
    tablets = (shelter.tablet, on_tablet(visitor(), shelter.site_id, "Tablet 2"))
    pages = [tablet.open(shelter.path).text for tablet in tablets]
    assert pages[0] != pages[1]
    assert len({re.sub(r'name="sheet" value="[0-9a-f]{32}"', "", page) for page in pages}) == 1
    assert "a mild word" not in pages[1]


def test_three_screens_come_before_the_first_question_and_name_who_answers(shelter: Shelter) -> None:
    """S1, S10: purpose, readers, limits and possible effect; the adult who decides is named."""
    page = shelter.tablet.open(shelter.path).text
    before, _, questions = page.partition("data-question=")
    assert before.count("data-assent") == 3
    assert "data-assent" not in questions
    for words_ in ("Facilitator Example", "12\N{NO-BREAK SPACE}December", "Nothing bad happens", "nine others", "112"):
        assert words_ in before


def test_readers_of_the_letter_box_are_named_before_it(shelter: Shelter) -> None:
    page = shelter.tablet.open(shelter.path).text
    box = page.index('<textarea class="words"')
    note = page[page.index("This box is different.") : box]
    assert "Advocate Example" in note
    assert "Ravi Example" in note
    assert "It may take some days." in note


def test_nobody_promises_a_day_unless_somebody_is_on_call_and_all_readers_have_signed_in(shelter: Shelter) -> None:
    def reads(words: str) -> bool:
        runtime_of(shelter.tablet.app).caches.clear()
        return words in shelter.tablet.open(shelter.path).text

    assert reads("read it. It may take some days.")
    put_on_call(shelter.site_id, shelter.people["advocate"])
    assert reads("read it within one day, later without a network.")
    set_person(shelter.people["second"], password_known=True)
    assert reads("It may take some days.")


FACE = re.compile(r'<img class="picture face" src="(/static/drawn-[0-9a-f]{32}\.svg)"[^>]* loading="lazy">')


def test_who_reads_and_who_decides_stand_there_by_the_portrait_that_children_know(shelter: Shelter) -> None:
    """It comes with the first question, so that the first page stays light; taken back, it is gone at once."""
    everybody, advocate = shelter.people.values(), shelter.people["advocate"]
    nobody_yet, manifest = shelter.tablet.open(shelter.path).text, manifest_of(shelter.tablet)
    assert nobody_yet.count('href="#o-somebody"') == 5, "two readers before the letter box, and three rows at the end"
    introduce_readers("en", [person.id for person in everybody], advocate.id)
    page, with_faces = shelter.tablet.open(shelter.path).text, manifest_of(shelter.tablet)
    assert len(FACE.findall(page)) == 5
    assert len(set(FACE.findall(page))) == 3
    assert "o-somebody" not in page
    assert all(shelter.tablet.client.get(address).status_code == 200 for address in FACE.findall(page))
    assert with_faces["version"] != manifest["version"]
    with db.writing(db.engine()) as session:
        withdraw_part(session, advocate.id, PartKey(PORTRAIT), Log(context.today(), "test"), approved=True)
        reload_introductions_after_commit(session)
    page = shelter.tablet.open(shelter.path).text
    assert len(set(FACE.findall(page))) == 2
    assert page.count('href="#o-somebody"') == 2
    assert manifest_of(shelter.tablet)["version"] != with_faces["version"]


@pytest.mark.parametrize(
    ("name", "hidden"),
    [("daily-life-10-12", ["safe_at_night", "someone_to_tell"]), ("needs-check", ["hungry", "someone_to_talk"])],
)
def test_what_she_said_of_her_safety_and_of_whom_she_trusts_is_hidden_on_the_last_screen(
    shelter: Shelter, name: str, hidden: list[str]
) -> None:
    round_ = open_round([shelter.site_id], shelter.people["facilitator"].id, starter(name))
    page = shelter.tablet.open(f"/survey/{round_.slug}").text
    without = page.partition('data-without="')[2].partition('"')[0]
    assert re.findall("data-question='([a-z_]+)'", without) == hidden
    chose = page.partition('<details class="chose">')[2].partition("</details>")[0]
    assert "What you say about safety and trust stays hidden here." in chose
    assert "<details open" not in page


def test_nobody_at_the_end_is_a_lock_and_not_somebody_whom_a_child_left_out(shelter: Shelter) -> None:
    page = shelter.tablet.open(shelter.path).text
    row = page[page.rindex("<li", 0, page.index("sees what you tapped")) : page.index("sees what you tapped")]
    assert 'href="#p-1F512"' in row
    assert "m-no" not in row


def test_of_an_adult_who_works_elsewhere_no_portrait_is_named_that_nobody_serves_here(
    shelter: Shelter, visitor: Callable[[], Visitor]
) -> None:
    """A tablet that misses one file of a page lays none of its pages by."""
    with db.writing(db.engine()) as session:
        other_id = make_site(session, "hills").id
    pooled = open_round([shelter.site_id, other_id], shelter.people["facilitator"].id)
    introduce_readers("en", [shelter.people["facilitator"].id], shelter.people["second"].id)
    assert len(FACE.findall(shelter.tablet.open(f"/survey/{pooled.slug}").text)) == 1
    there = on_tablet(visitor(), other_id).open(f"/survey/{pooled.slug}").text
    assert "/static/drawn-" not in there
    assert 'href="#o-somebody"' in there


def test_every_question_has_a_way_past_it_and_an_i_dont_know(shelter: Shelter) -> None:
    """S2."""
    page = shelter.tablet.open(shelter.path).text
    assert page.count('data-go="skip"') == len(starter().questions)
    assert page.count('value="dont_know"') == len(starter().coded)


def test_fewer_than_ten_of_us_is_said_before_the_first_question(shelter: Shelter) -> None:
    """PRIVACY.md A1."""
    round_ = open_round([shelter.site_id], shelter.people["facilitator"].id, invited=9)
    page = shelter.tablet.open(f"/survey/{round_.slug}").text
    assert "fewer than ten of us" in page
    assert "nine others" not in page


def test_only_the_number_of_the_sheet_differs_between_two_tablets(
    shelter: Shelter, visitor: Callable[[], Visitor]
) -> None:
    other = on_tablet(visitor(), shelter.site_id, "Tablet 2")
    one, two = shelter.tablet.open(shelter.path).text, other.open(shelter.path).text
    assert sheet_of(one) != sheet_of(two)
    assert one.replace(sheet_of(one), "") == two.replace(sheet_of(two), "")


def test_the_page_is_pressed_for_a_browser_that_takes_it(shelter: Shelter) -> None:
    pressed = shelter.tablet.client.get(shelter.path, headers={"Accept-Encoding": "gzip"})
    assert pressed.headers["Content-Encoding"] == "gzip"
    page = gzip.decompress(pressed.data).decode()
    plain = shelter.tablet.open(shelter.path).text
    assert page.replace(sheet_of(page), "") == plain.replace(sheet_of(plain), "")


def test_a_child_page_stays_nowhere_and_asks_nobody_else(shelter: Shelter) -> None:
    """S8; CHILD-UX, nothing stays."""
    answer = shelter.tablet.open(shelter.path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'autocomplete="off"' in answer.text
    assert 'data-idle="60"' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", answer.text)


def test_a_changed_site_is_a_changed_page(shelter: Shelter) -> None:
    assert "112" in shelter.tablet.open(shelter.path).text
    with db.writing(db.engine()) as session:
        site = find_site(session, shelter.site_id)
        assert site is not None
        change_site(session, site.id, {"danger_number": "15"})
    assert 'call <bdi dir="ltr">15</bdi>' in shelter.tablet.open(shelter.path).text


# ---- Which rounds


def test_an_unknown_round_is_not_found(shelter: Shelter) -> None:
    shelter.tablet.open("/survey/nothing", 404)


def test_a_device_that_is_not_enrolled_is_refused_kindly(shelter: Shelter, visitor: Callable[[], Visitor]) -> None:
    stranger = visitor()
    assert "not for this tablet" in stranger.open(shelter.path, 403).text
    stranger.send(shelter.path, {"sheet": "0" * 32}, 403)
    assert how_many(ReceiptRow) == 0


def test_a_tablet_of_another_site_is_refused(shelter: Shelter, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        elsewhere = make_site(session, "elsewhere").id
    other = on_tablet(visitor(), elsewhere)
    other.open(shelter.path, 403)
    other.send(shelter.path, {"sheet": "0" * 32}, 403)
    assert how_many(ReceiptRow) == 0


def test_a_pooled_round_is_answered_at_each_of_its_sites(shelter: Shelter, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        second = make_site(session, "second-house").id
    round_ = open_round([shelter.site_id, second], shelter.people["facilitator"].id)
    assert taken_of(on_tablet(visitor(), second), round_, food="good")["late"] is False


def test_a_round_that_begins_later_says_when(shelter: Shelter, clock: StillClock) -> None:
    clock.move(hours=-3)
    assert "Come back on 24\N{NO-BREAK SPACE}November" in shelter.tablet.open(shelter.path, 404).text
    shelter.tablet.send(shelter.path, {"sheet": "0" * 32}, 404)


def test_an_ended_round_is_gone_kindly(shelter: Shelter) -> None:
    end(shelter.round)
    assert "Thank you for coming" in shelter.tablet.open(shelter.path, 410).text


def test_a_sheet_between_the_end_and_the_counting_still_counts(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    end(shelter.round)
    said = shelter.tablet.send(shelter.path, answers(food="good"), 201, headers=JSON).get_json()
    assert said["late"] is False
    assert how_many(ResponseRow) == 1


# ---- Sending


def test_what_was_tapped_waits_locked_and_nothing_else_is_kept(shelter: Shelter) -> None:
    said = taken_of(
        shelter.tablet, shelter.round, food="bad", more_of="warm", someone_to_tell="dont_know", wishes=["art", "books"]
    )
    assert said == {"sheet": shelter.tablet.hidden["sheet"], "late": False}
    (sheet,) = stored(shelter.round, starter())
    assert sheet["food"] == "bad"
    assert sheet["more_of"] == "warm"
    assert sheet["someone_to_tell"] == "dont_know"
    assert sheet["wishes"] == ("art", "books")
    assert sheet["sleep"] is None
    assert how_many(LetterRow) == 0


def test_an_answer_that_a_condition_rules_out_is_dropped(shelter: Shelter) -> None:
    """`more_of` is asked only after `food = bad`; without a script every question stands on the page."""
    taken_of(shelter.tablet, shelter.round, food="very_good", more_of="warm")
    assert stored(shelter.round, starter())[0]["more_of"] is None


def test_an_invalid_answer_to_a_ruled_out_question_does_not_stop_the_child(shelter: Shelter) -> None:
    taken_of(shelter.tablet, shelter.round, food="very_good", more_of="nonsense")
    assert how_many(ResponseRow) == 1


def test_everything_may_be_skipped(shelter: Shelter) -> None:
    """S2."""
    taken_of(shelter.tablet, shelter.round)
    assert set(stored(shelter.round, starter())[0].values()) == {None}


def test_a_repeat_is_a_success_with_the_same_number_and_counts_once(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    for _ in range(3):
        said = shelter.tablet.send(shelter.path, answers(food="good", letter_box="once"), 201, headers=JSON).get_json()
        assert said == {"sheet": shelter.tablet.hidden["sheet"], "late": False}
    assert (how_many(ResponseRow), how_many(ReceiptRow), how_many(LetterRow)) == (1, 2, 1), "sheet and words have one"
    assert not all_opened(shelter)[0].again


@pytest.mark.dialect("put in once")
@pytest.mark.parametrize("first", ["", "nothing to say"])
def test_a_letter_is_never_dropped_because_its_sheet_came_before(shelter: Shelter, first: str) -> None:
    """Whoever knows the number of a sheet sends another one first (A12); her letter is delivered and says so."""
    shelter.tablet.open(shelter.path)
    for words in (first, "he comes into our room", first, "he comes into our room"):
        shelter.tablet.send(shelter.path, answers(food="good", letter_box=words), 201, headers=JSON)
    found = sorted((opened_letter.again, opened_letter.words) for opened_letter in all_opened(shelter))
    assert found == [*([(False, first)] if first else []), (True, "he comes into our room")]
    assert how_many(ResponseRow) == 1


def test_a_late_sheet_is_told_so_its_letter_delivered_its_answers_discarded(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    close(shelter.round)
    sent = answers(food="good", letter_box="please read this all the same")
    said = shelter.tablet.send(shelter.path, sent, 201, headers=JSON).get_json()
    assert said["late"] is True
    assert (how_many(ResponseRow), how_many(LetterRow)) == (0, 1)
    assert shelter.round.answers_key not in context.keyring().names()


def all_opened(shelter: Shelter) -> list[OpenedLetter]:
    """Every letter, as its advocate reads it."""
    advocate = shelter.people["advocate"]
    with db.reading(db.engine()) as session:
        rows = session.execute(
            select(LetterRow.id, LetterRow.body, LetterRow.destruction_month, LetterKeyWrapRow.wrapped)
            .join(LetterKeyWrapRow, LetterKeyWrapRow.letter_id == LetterRow.id)
            .where(LetterKeyWrapRow.person_id == advocate.id)
        ).all()
    return [open_letter(context.keyring(), EncryptedLetter(*row), advocate.id, advocate.private_key) for row in rows]


def opened(shelter: Shelter) -> tuple[str, bool]:
    """The only letter: the words, and whether others may read them."""
    (only,) = all_opened(shelter)
    return only.words, only.shared


def test_each_letter_is_sealed_to_every_advocate_of_the_site(shelter: Shelter) -> None:
    taken_of(shelter.tablet, shelter.round, letter_box="The tap drips")
    with db.reading(db.engine()) as session:
        readers = set(session.scalars(select(LetterKeyWrapRow.person_id)))
    assert opened(shelter) == ("The tap drips", False)
    assert readers == {shelter.people["advocate"].id, shelter.people["second"].id}


def test_a_yes_beside_the_letter_is_kept_with_it(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    sent = {**answers(letter_box="The tap drips"), "a-letter_box-shared": "yes"}
    shelter.tablet.send(shelter.path, sent, 201, headers=JSON)
    assert opened(shelter) == ("The tap drips", True)


def spoken(shelter: Shelter, voice: bytes, status: int = 201, **given: str) -> None:
    """A child sends what stands on the page, and her voice."""
    shelter.tablet.open(shelter.path)
    sent = {"sheet": shelter.tablet.hidden["sheet"], **answers(**given), "voice": (BytesIO(voice), "voice.webm")}
    answer = shelter.tablet.client.post(shelter.path, data=sent, content_type="multipart/form-data", headers=JSON)
    assert answer.status_code == status, answer.text


def test_a_voice_is_a_letter_and_is_for_the_advocates_alone(shelter: Shelter) -> None:
    """S5: who cannot write; A10, A12: a Yes is about words, and there are none."""
    spoken(shelter, WEBM + b"the tap drips", 201, **{"letter_box-shared": "yes"})
    (letter,) = all_opened(shelter)
    assert letter == OpenedLetter("", shared=False, voice=WEBM + b"the tap drips", voice_kind="audio/webm")


def test_a_voice_and_words_are_one_letter(shelter: Shelter) -> None:
    spoken(shelter, WEBM + b"beep", 201, **{"letter_box": "The tap drips", "letter_box-shared": "yes"})
    (letter,) = all_opened(shelter)
    assert (letter.words, letter.shared, letter.voice) == ("The tap drips", True, WEBM + b"beep")


def test_what_is_no_voice_is_refused_at_its_box_and_nothing_is_written(shelter: Shelter) -> None:
    spoken(shelter, b"no sound at all", 422, food="good")
    assert (how_many(ResponseRow), how_many(LetterRow)) == (0, 0)


def test_every_letter_has_one_length_whatever_a_child_said_and_how_long(shelter: Shelter) -> None:
    """A10: nobody who takes the database can tell which child spoke, nor how much one wrote."""
    for letter in ("x", "\U0001f600" * 1000, "\x01" * 1000):
        taken_of(shelter.tablet, shelter.round, letter_box=letter)
    for seconds in (1, 30, MAX_LETTER_SECONDS):
        spoken(shelter, WEBM + bytes([seconds]) * 3_120 * seconds)  # 24 kbit/s and its container
    with db.reading(db.engine()) as session:
        (length,) = set(session.scalars(select(func.length(LetterRow.body))))
    assert how_many(LetterRow) == 6
    assert 0 < length - LETTER_BYTES < 200


def test_the_same_voice_again_is_no_second_letter_and_another_one_is(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    sent = {"sheet": shelter.tablet.hidden["sheet"], **answers(food="good")}
    for voice in (b"one", b"one", b"other"):
        data = {**sent, "voice": (BytesIO(WEBM + voice), "voice.webm")}
        shelter.tablet.client.post(shelter.path, data=data, content_type="multipart/form-data", headers=JSON)
    assert sorted((letter.again, letter.voice) for letter in all_opened(shelter)) == [
        (False, WEBM + b"one"),
        (True, WEBM + b"other"),
    ]


def test_no_page_for_words_takes_a_voice_where_nobody_reads_it(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["facilitator"])
    round_ = open_round([site_id], people["facilitator"].id)
    shelter = Shelter(site_id, people, round_, on_tablet(visitor(), site_id))
    page = shelter.tablet.open(shelter.path)
    assert "data-voice=" not in page.text
    assert "microphone=()" in page.headers["Permissions-Policy"]
    spoken(shelter, WEBM + b"to nobody", food="good")
    assert (how_many(ResponseRow), how_many(LetterRow)) == (1, 0)


def test_blanks_are_no_letter(shelter: Shelter) -> None:
    taken_of(shelter.tablet, shelter.round, letter_box="  \r\n ")
    assert how_many(LetterRow) == 0


def test_without_an_advocate_there_is_no_letter_box(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["facilitator"])
    round_ = open_round([site_id], people["facilitator"].id)
    tablet = on_tablet(visitor(), site_id)
    assert "<textarea" not in tablet.open(f"/survey/{round_.slug}").text
    taken_of(tablet, round_, food="good", letter_box="to nobody")
    assert (how_many(ResponseRow), how_many(LetterRow)) == (1, 0)


def test_more_sheets_than_invited_are_taken_and_judged_only_at_closing(shelter: Shelter) -> None:
    """T8: nothing tells a stuffer that he was noticed, and nothing is half written."""
    round_ = open_round([shelter.site_id], shelter.people["facilitator"].id, invited=2)
    for _ in range(6):
        assert taken_of(shelter.tablet, round_, food="good")["late"] is False
    assert how_many(ResponseRow) == 6


# ---- Bad input


def test_unknown_answers_are_refused_by_name_and_nothing_is_written(shelter: Shelter) -> None:
    said = taken_of(shelter.tablet, shelter.round, 422, food="delicious", sleep="good", wishes=["art", "gold"])
    refused = said["refused"]
    assert isinstance(refused, list)
    assert [one["name"] for one in refused] == ["food", "wishes"]
    assert all(one["why"] for one in refused)
    assert (how_many(ResponseRow), how_many(ReceiptRow)) == (0, 0)


def test_over_long_words_are_refused_kindly(shelter: Shelter) -> None:
    longest = next(question.max_length for question in starter().letter_boxes)
    said = taken_of(shelter.tablet, shelter.round, 422, letter_box="x" * (longest + 1))
    assert said["refused"] == [{"name": "letter_box", "why": "These words are too long. Say it shorter, please."}]
    taken_of(shelter.tablet, shelter.round, letter_box="x" * longest)


def numbered() -> Questionnaire:
    """A number with ranges, and a question whose names might be mistaken for parts of the page."""
    ranges = (Bin("few", 0, 2, make_words(en="0 to 2")), Bin("some", 3, 5, make_words(en="3 to 5")))
    options = (Option("yes", make_words(en="Yes")), Option("no", make_words(en="No")))
    return Questionnaire(
        name="numbers",
        title=make_words(en="Numbers"),
        purpose="regular",
        ages="10-12",
        languages=("en",),
        questions=(
            Question(name="meals", kind="number", text=make_words(en="How many meals a day?"), bins=ranges),
            Question(name="sheet", kind="yes_no", text=make_words(en="Do you have a sheet?"), options=options),
        ),
    )


@pytest.mark.parametrize(("said", "kept"), [("4", "some"), ("٤", "some"), ("२", "few"), ("dont_know", "dont_know")])
def test_a_number_falls_into_its_range_in_any_digits(shelter: Shelter, said: str, kept: str) -> None:
    round_ = open_round([shelter.site_id], shelter.people["facilitator"].id, numbered())
    taken_of(shelter.tablet, round_, meals=said, sheet="yes")
    assert stored(round_, numbered())[0] == {"meals": kept, "sheet": "yes"}


@pytest.mark.parametrize("said", ["6", "-1", "many", "9" * 40, "1.5", "²"])
def test_a_number_outside_the_ranges_is_refused(shelter: Shelter, said: str) -> None:
    round_ = open_round([shelter.site_id], shelter.people["facilitator"].id, numbered())
    refused = taken_of(shelter.tablet, round_, 422, meals=said)["refused"]
    assert isinstance(refused, list)
    assert refused[0]["name"] == "meals"


def test_a_number_can_be_tapped_without_typing(shelter: Shelter) -> None:
    """S5."""
    round_ = open_round([shelter.site_id], shelter.people["facilitator"].id, numbered())
    page = shelter.tablet.open(f"/survey/{round_.slug}").text
    assert 'name="a-meals" value="0"' in page
    assert 'name="a-meals" value="3"' in page


def test_a_range_of_numbers_bears_no_number_that_could_be_taken_for_it(shelter: Shelter) -> None:
    round_ = open_round([shelter.site_id], shelter.people["facilitator"].id, numbered())
    page = shelter.tablet.open(f"/survey/{round_.slug}").text
    seedling, tree, keycap = "1F331", "1F333", "20E3"
    assert page.index(seedling) < page.index(tree)
    assert keycap not in page


@pytest.mark.parametrize("sheet", ["", "0" * 31, "G" * 32, "0" * 33, "../../etc", "' OR 1=1"])
def test_a_sheet_without_a_number_of_ours_is_refused(shelter: Shelter, sheet: str) -> None:
    shelter.tablet.send(shelter.path, {"sheet": sheet, **answers(food="good")}, 400)
    assert how_many(ReceiptRow) == 0


def test_what_is_far_too_large_is_refused_kindly(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    page = shelter.tablet.send(shelter.path, answers(letter_box="x" * 1_700_000), 413).text
    assert "Make your words shorter" in page
    said = shelter.tablet.client.post(
        shelter.path, data={"sheet": "0" * 32, "a-letter_box": "x" * 1_700_000}, headers=JSON
    )
    assert said.status_code == 413
    assert said.get_json()["title"]
    assert how_many(ReceiptRow) == 0


@pytest.mark.parametrize(
    "told", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_page_of_another_site_cannot_send(shelter: Shelter, told: dict[str, str]) -> None:
    shelter.tablet.open(shelter.path)
    shelter.tablet.send(shelter.path, answers(food="good"), 403, headers=told)
    assert how_many(ReceiptRow) == 0


def test_fields_that_nobody_asked_for_are_dropped(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    sent = {**answers(food="good"), "name": "A name", "a-invented": "1", "device": "7"}
    shelter.tablet.send(shelter.path, sent, 201, headers=JSON)
    assert how_many(ResponseRow) == 1


def test_garbage_instead_of_a_form_breaks_nothing(shelter: Shelter) -> None:
    for body, kind in (
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--", "multipart/form-data; boundary=x"),
    ):
        answer = shelter.tablet.client.post(shelter.path, data=body, content_type=kind)
        assert answer.status_code in {400, 413}


# ---- Without a script


def test_without_a_script_a_child_sends_one_page_and_is_thanked(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    answer = shelter.tablet.send(shelter.path, answers(food="good", letter_box="hello"), 303, follow=False)
    page = shelter.tablet.open(answer.headers["Location"]).text
    assert "Thank you." in page
    assert "Facilitator Example</bdi> answers by 12\N{NO-BREAK SPACE}December" in page
    assert "/help" in page
    assert how_many(ResponseRow) == 1


def test_without_a_script_a_late_child_is_told(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    close(shelter.round)
    answer = shelter.tablet.send(shelter.path, answers(food="good"), 303, follow=False)
    assert "not your fault" in shelter.tablet.open(answer.headers["Location"]).text


def test_without_a_script_a_refused_page_comes_back_with_everything_still_there(shelter: Shelter) -> None:
    sheet = sheet_of(shelter.tablet.open(shelter.path).text)
    sent = answers(food="good", sleep="nonsense", wishes=["art", "music"], letter_box="<b>keep</b> me\n")
    page = shelter.tablet.send(shelter.path, sent, 422).text
    assert sheet_of(page) == sheet
    assert 'name="a-food" value="good" checked' in page
    assert page.count(" checked") == 3
    assert "&lt;b&gt;keep&lt;/b&gt; me" in page
    assert "This answer is not one of ours" in page
    shelter.tablet.send(shelter.path, {**sent, "a-sleep": "good"}, 200)
    assert how_many(ResponseRow) == 1


def test_after_sending_the_language_is_forgotten_and_nothing_typed_can_come_back(shelter: Shelter) -> None:
    shelter.tablet.open("/language/hi", 302, follow=False)
    shelter.tablet.open(shelter.path)
    shelter.tablet.send(shelter.path, answers(letter_box="typed words"), 200)
    assert "typed words" not in shelter.tablet.page
    assert shelter.tablet.client.get_cookie("language") is None
    again = shelter.tablet.open(shelter.path)
    assert "typed words" not in again.text
    assert again.headers["Cache-Control"] == "no-store"


def test_a_flood_from_one_tablet_is_slowed(shelter: Shelter) -> None:
    codes = {shelter.tablet.client.post(shelter.path, data={}, headers=JSON).status_code for _ in range(130)}
    assert codes == {400, 429}


def test_a_tablet_that_was_let_go_is_refused_at_once(shelter: Shelter) -> None:
    shelter.tablet.open(shelter.path)
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [shelter.site_id], 1)
        assert tablet is not None
        retire_tablet(session, tablet.id, context.today())
    shelter.tablet.send(shelter.path, answers(food="good"), 403)
    assert how_many(ReceiptRow) == 0
