"""The list of what to record is what children hear: found on the real pages, names and dates told apart."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.support.people import house, make_person, make_site
from tests.support.read_aloud import texts_of
from tests.support.rounds import open_round, starter
from youthvoice import context, db
from youthvoice.accountability.replies import record_reply
from youthvoice.accountability.store import create_answer_due
from youthvoice.clips.store import Clip
from youthvoice.clips.text_collector import SpokenText
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.read_aloud.page_texts import Texts, find_texts
from youthvoice.read_aloud.status import assess_texts, next_name, part_of
from youthvoice.sites.store import change_site, list_sites
from youthvoice.surveys.questionnaires.store import find_stored_questionnaire, load_questionnaire
from youthvoice.surveys.responses.preview import unopened_round
from youthvoice.surveys.rounds.entities import Round
from youthvoice.web.graphics import picture_labels


@pytest.fixture
def round_(app: Flask) -> Round:
    site_id, people = house(["advocate", "facilitator"])
    return open_round([site_id], people["facilitator"].id)


def _words(round_: Round, language: str, app: Flask) -> list[str]:
    with app.test_request_context():
        return [spoken_text.words for spoken_text in texts_of(round_, language)]


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_every_question_every_answer_and_every_hint_is_there(app: Flask, round_: Round, language: str) -> None:
    said = _words(round_, language, app)
    for question in starter().questions:
        assert question.text[language] in said
        assert {tile.text[language] for tile in question.tiles} <= set(said)
        assert question.hint is None or question.hint[language] in said


def test_so_are_languages_the_four_screens_the_letter_box_thanks_and_the_help_card(app: Flask, round_: Round) -> None:
    said = _words(round_, "en", app)
    for words in (
        "Choose your language",
        "English",
        "We want to know what is good and bad here.",
        "You can say no. Nothing bad happens.",
        "Others see your words only if you tap Yes. They hear your voice only if adults must act.",
        "Speak",
        "Hear my voice",
        "Can others hear this?",
        "Are you still here?",
        "I am here",
        "Write here",
        "I don't know",
        "This goes when you tap Send.",
        "Thank you.",
        "You can talk to someone.",
        "Example line 1098",
    ):
        assert words in said
    assert len(said) == len(set(said))


def test_a_list_holds_one_language_alone(app: Flask, round_: Round) -> None:
    said = _words(round_, "hi", app)
    assert "हिन्दी" in said
    assert not {"English", "Choose your language", "Very good", starter().questions[0].text["en"]} & set(said)


def _of(round_: Round, *, opened: bool) -> Texts:
    with db.reading(db.engine()) as session:
        sites = list(list_sites(session, round_.site_ids))
        questionnaire = load_questionnaire(session, round_.questionnaire_id)
        questionnaire_row = find_stored_questionnaire(session, round_.questionnaire_id)
        assert questionnaire_row
        facts = round_ if opened else unopened_round(questionnaire_row, questionnaire, sites[0], context.now())
        return find_texts(facts, questionnaire, sites, "en", has_round=opened)


def test_names_and_days_belong_to_one_round_and_wait_until_there_is_one(app: Flask, round_: Round) -> None:
    with app.test_request_context():
        with_, without = _of(round_, opened=True), _of(round_, opened=False)
    of_round = [spoken_text.words for spoken_text in with_.all if spoken_text.name in with_.of_round]
    assert any("Facilitator Example" in words and "12 December" in words for words in of_round)
    assert 2 <= len(of_round) <= 6
    assert (with_.waiting, without.of_round) == (0, frozenset())
    assert without.waiting == len(of_round) + 1, "whose name alone is on a page of every day, for she can be thanked"
    assert len(without.all) == len(with_.all) - len(of_round)
    assert not [
        spoken_text
        for spoken_text in without.all
        if "December" in spoken_text.words or "The adult who answers" in spoken_text.words
    ]


def test_names_of_advocates_and_the_number_to_call_stay_as_long_as_the_site(app: Flask, round_: Round) -> None:
    with app.test_request_context():
        texts = _of(round_, opened=True)
    lasting = [spoken_text.words for spoken_text in texts.all if spoken_text.name not in texts.of_round]
    assert any("Advocate Example" in words for words in lasting)
    assert any("112" in words for words in lasting)


def test_a_round_of_two_sites_needs_the_help_of_both(app: Flask, round_: Round) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house", danger_number="199").id
    both = open_round([round_.site_ids[0], other], 1)
    said = " ".join(_words(both, "en", app))
    assert "112" in said
    assert "199" in said


def test_only_what_a_site_says_of_itself_has_a_place_of_its_own(app: Flask, round_: Round) -> None:
    """Else one site would see the other's names as words that were recorded before."""
    with app.test_request_context():
        found = texts_of(round_, "en")
    of_site = {spoken_text.words for spoken_text in found if spoken_text.place.text.startswith("example-house ")}
    assert {"Example line 1098", "day and night"} <= of_site
    assert any("112" in words for words in of_site)
    assert any("Advocate Example" in words for words in of_site)
    assert any("Facilitator Example" in words for words in of_site)
    assert not {"English", "Very good", "Thank you.", "Who sees it", "I don't know"} & of_site
    assert not {"Help", "Exit", "Our list"} & of_site
    assert len(of_site) < 16  # two: no committee meets there; two: who reads a letter, soon or later


def test_a_text_is_recorded_shipped_stale_or_missing(app: Flask, round_: Round) -> None:
    with app.test_request_context():
        texts = _of(round_, opened=True)
    one, two, three, four = texts.all[:4]

    def clip(name: str, place: str) -> Clip:
        return Clip(name, "00000000", "other words", place, "coordinator", context.today())

    recorded = {one.name: clip(one.name, one.place.text)}
    by_place = {three.place.text: clip("0" * 24, three.place.text)}
    lines = assess_texts(texts, recorded, by_place, {one.name: "1", two.name: "2"})
    assert [text_status.state for text_status in lines[:4]] == ["recorded", "shipped", "stale", "missing"]
    assert lines[2].clip == by_place[three.place.text]
    assert next_name(lines, two.name) == three.name
    assert next_name(lines, texts.all[-1].name) == three.name
    assert next_name(lines[:2], one.name) == ""
    assert four.name == lines[3].spoken_text.name


def test_parts_follow_a_sitting(app: Flask, round_: Round) -> None:
    with app.test_request_context():
        parts = [part_of(spoken_text) for spoken_text in texts_of(round_, "en")]
    assert list(dict.fromkeys(parts)) == [
        "begin",
        "before",
        "questions",
        "end",
        "help",
        "agenda",
        "tell",
        "closing",
        "did",
    ]


def test_the_end_of_a_site_can_be_recorded_before_anybody_thinks_of_it(app: Flask, round_: Round) -> None:
    """Else every page about it is silent on the day on which children first read it; its day belongs to one site."""
    said = _words(round_, "en", app)
    for words in ("This house closes.", "After that, nobody reads here.", "This house is closed.", ENDS):
        assert words in said
    assert not [words for words in said if words.startswith("Its last day is")]
    for column in ("closing_asked", "closes_on"):
        with db.writing(db.engine()) as session:
            change_site(session, round_.site_ids[0], {"closing_asked": None, column: date(2026, 12, 31)})
        with app.test_request_context():
            texts = _of(round_, opened=True)
        (day,) = [text for text in texts.all if text.words.startswith("Its last day is")]
        assert "31" in day.words
        assert day.place.text.startswith("example-house closing: ")
        assert day.name not in texts.of_round
        (shared,) = [text for text in texts.all if text.words == "After that, nobody reads here."]
        assert shared.place.text.startswith("closing: ")


ENDS = "Others help you now. You can call them."


def _answer(round_: Round, statement: str, answer: str) -> None:
    with db.writing(db.engine()) as session:
        today = context.today()
        owed = create_answer_due(
            session,
            site_id=round_.site_ids[0],
            kind="item",
            subject=statement.encode().hex(),
            about={"en": statement},
            due=today,
            day=today,
            owner_id=round_.decider_id,
        )
        record_reply(session, owed.id, "", "yes", {"en": answer}, round_.decider_id, today)


def test_what_adults_answered_is_there_as_the_board_says_it_now(app: Flask, round_: Round) -> None:
    """A child who cannot read heard it only where her tablet has a voice of its own, which few languages have."""

    def board() -> dict[str, SpokenText]:
        db.close_session()  # a new request
        with app.test_request_context():
            return {
                spoken_text.words: spoken_text
                for spoken_text in texts_of(round_, "en")
                if part_of(spoken_text) == "did"
            }

    assert "A light works." not in " ".join(board())
    _answer(round_, "The stairs are dark.", "A light works.")
    first = board()
    assert {"We said", "They did", "The stairs are dark.", "Yes: A light works.", "Is it really done?"} <= set(first)
    _answer(round_, "The swing creaks.", "We oiled it.")
    later = board()
    assert "Yes: We oiled it." in later
    assert later["Yes: A light works."].place == first["Yes: A light works."].place, "it moved, and has not changed"


def _told_house() -> Round:
    """A round at a site where a child can tell."""
    site_id, people = house(["advocate", "facilitator", "outside_recipient", "safeguarding_lead"])
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
        change_site(session, site_id, {"helpline_tested": context.today()})
    return open_round([site_id], people["facilitator"].id)


def test_telling_is_there_with_every_picture_a_code_can_have(app: Flask) -> None:
    """S5: what is asked, who reads it, and the seven pictures, all can be heard."""
    round_ = _told_house()
    said = _words(round_, "en", app)
    for words in ("What is it about?", "Being shouted at", "Ravi Example", "reads it", "cannot see this",
                  "Who else may know?", "Keep these seven pictures.",
                  "Make a little story of them. They are only yours.", "Thank you. It was right to tell."):  # fmt: skip
        assert words in said
    assert {picture_labels.picture_label(one.name) for screen in SCREENS for one in screen} <= set(said)
    with app.test_request_context():
        found = texts_of(round_, "en")
    assert [part for spoken_text in found if (part := part_of(spoken_text)) not in {"closing", "did"}][-1] == "tell"
    parts_of_code_pages = {part_of(spoken_text) for spoken_text in found if spoken_text.place.page in {"code", "waits"}}
    assert parts_of_code_pages == {"tell"}, "also what a tablet shows that has no network"
    of_site = {spoken_text.words for spoken_text in found if spoken_text.place.text.startswith("example-house ")}
    assert "Ravi Example" in of_site
    of_all = {"What is it about?", "Is an adult sitting with you to help?", "fish", "Tell us", "Nobody else"}
    assert not of_all & of_site


def test_nobody_is_asked_to_sign_pictures_of_codes_or_their_keys(app: Flask, tmp_path: Path) -> None:
    """No hands stand beside them (signs.js): nobody need film sixty-three words."""
    round_ = _told_house()
    with db.writing(db.engine()) as session:
        change_site(session, round_.site_ids[0], {"phone_number": "+91 22 1234"})
    with context.override(app, settings=replace(context.settings(), phone=tmp_path)), app.test_request_context():
        found = texts_of(round_, "en")
    shown = {picture_labels.picture_label(one.name) for screen in SCREENS for one in screen} | set("123456789")
    assert shown <= {spoken_text.words for spoken_text in found}
    assert {spoken_text.words for spoken_text in found if spoken_text.place.has_hands} & shown == set()


def test_what_a_child_reads_when_something_does_not_work_can_be_recorded(app: Flask) -> None:
    """A dead address, too many tries, pictures that open nothing; and the page on which representatives sign in."""
    with app.test_request_context():
        found = {spoken_text.words: spoken_text.place for spoken_text in texts_of(_told_house(), "en")}
    for words in (
        "There is nothing here.", "The page may have moved. Go to the first page.", "Too many at the same time.",
        "This has to wait a little.", "Messages for you", "Earlier messages", "This is how it stands.",
        "These pictures open nothing.", "Who are you?", "Tap your picture first.",
        "Try again. It is easy to tap a picture beside the right one.", "For representatives of a committee.",
    ):  # fmt: skip
        assert found[words].is_shared, words


def test_where_nobody_could_be_told_nothing_of_it_is_recorded(app: Flask, round_: Round) -> None:
    assert not {"What is it about?", "Keep these seven pictures."} & set(_words(round_, "en", app))


def test_a_review_is_there_from_the_slip_to_what_was_decided_where_reviews_are_held(app: Flask) -> None:
    """S30: every text of hers that bears no day and no name of one review."""
    round_ = _told_house()
    before = _words(round_, "en", app)
    assert "What should change?" not in before, "nobody decides at reviews here"
    with db.writing(db.engine()) as session:
        make_person(session, "reviewer", round_.site_ids[0], handle="rosa", name="Rosa Example")
    db.session().rollback()  # a new request
    said = _words(round_, "en", app)
    for words in (
        "I have no slip", "Here you say what you want.", "Only read the answer", "What should change?",
        "Learning a craft",
               "Advocate Example carries your words to the review.", "Ravi Example carries your words to the review.",
        "Rosa Example", "Is everything right?", "This was decided.", "Your plan waits.", "No, because:",
        "Is it really done?", "Take your words back?", "What is not right?", "What do you want to say next time?",
        "Kept for the next time.", "This is what you said", "They look at it again.", "Not decided yet.",
    ):  # fmt: skip
        assert words in said, words
    assert not [words for words in said if words in {"-", "."} or "%(" in words]
    assert not [one for one in set(said) - set(before) if any(sign.isdigit() for sign in one)], "no day of one review"
    with app.test_request_context():
        found = texts_of(round_, "en")
    of_site = {
        spoken_text.words
        for spoken_text in found
        if spoken_text.place.text.startswith("example-house ") and part_of(spoken_text) == "review"
    }
    assert "Rosa Example" in of_site
    assert not {"What should change?", "Is it really done?", "I have no slip", "People from outside"} & of_site
