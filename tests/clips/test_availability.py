"""Where a child can hear a text, the page says where; and a new clip is heard on the very next page."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, g, render_template_string

from tests.clips.conftest import open_survey
from tests.support.audio import OGG, WEBM, record, webm_block
from tests.support.open_rounds import log
from tests.support.people import on_tablet
from tests.support.read_aloud import texts_of
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.clips import audio_files, availability
from youthvoice.clips.store import remove_clip
from youthvoice.clips.text_collector import TextPlace, clip_name, collecting_texts, take_name
from youthvoice.sites.tablets.store import set_tablet_voices
from youthvoice.surveys.rounds.entities import Round

FOOD = {"en": "How was the food this week?", "hi": "इस हफ़्ते खाना कैसा था?"}


def test_a_question_says_where_its_recording_is_in_its_language_alone(tablet: Visitor, round_: Round) -> None:
    assert "data-clip" not in open_survey(tablet, round_, "hi")
    address = record("hi", FOOD["hi"])
    assert open_survey(tablet, round_, "hi").count(f'tabindex="-1" data-clip="{address}">{FOOD["hi"]}</h2>') == 1
    assert "data-clip" not in open_survey(tablet, round_, "en")


def test_recording_again_and_removing_change_the_page_at_once(tablet: Visitor, round_: Round) -> None:
    old, new = record("en", FOOD["en"], WEBM), record("en", FOOD["en"], OGG)
    page = open_survey(tablet, round_, "en")
    assert new in page
    assert old not in page
    with db.writing(db.engine()) as session:
        remove_clip(session, clip_name("en", FOOD["en"]), log())
    availability.forget_index()
    assert "data-clip" not in open_survey(tablet, round_, "en")


def test_answers_statements_thanks_help_and_languages_can_be_heard(tablet: Visitor, round_: Round) -> None:
    for words in (
        "Very good",
        "Someone may still guess. You can stop. Nothing bad happens.",
        "Thank you.",
        "You can talk to someone.",
        "Help",
    ):
        record("en", words)
    record("hi", "हिन्दी")
    page = open_survey(tablet, round_, "en")
    assert page.count("data-clip") > 3
    assert f'<span data-clip="/clips/{clip_name("en", "Very good")}' in page
    guess = clip_name("en", "Someone may still guess. You can stop. Nothing bad happens.")
    assert f'<p data-clip="/clips/{guess}' in page
    assert "data-clip" in tablet.open("/help").text
    assert "data-clip" in tablet.open("/").text
    assert tablet.open("/language").text.count(f"/clips/{clip_name('hi', 'हिन्दी')}") == 2
    assert "data-clip" in tablet.open(f"/survey/{round_.slug}/thanks").text


def test_the_page_that_says_that_the_database_is_away_asks_it_for_no_recording(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It failed by that once more: a tablet in the middle of a failover got a bare page of the server."""

    def fails() -> None:
        raise ConnectionError

    monkeypatch.setattr(availability, "_read_index", fails)
    availability.forget_index()
    with app.test_request_context("/staff/"):
        with pytest.raises(ConnectionError):
            availability.clip_attribute("Help")
        g.write_failure = "away"
        assert availability.clip_attribute("Help") == ""


def test_every_speaker_waits_hidden_for_the_script(tablet: Visitor, round_: Round) -> None:
    record("en", FOOD["en"])
    page = open_survey(tablet, round_, "en")
    assert page.count('class="listen" type="button" hidden') == page.count('class="listen"')


def test_a_tablet_fetches_a_clip_whole_or_in_part_and_keeps_it(tablet: Visitor) -> None:
    answer = tablet.ask("GET", address := record("hi", FOOD["hi"], OGG))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, OGG, "audio/ogg")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    part = tablet.ask("GET", address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"OggS")


def test_no_other_device_and_no_other_name_gets_a_clip(tablet: Visitor, visitor: Callable[[], Visitor]) -> None:
    old = record("en", FOOD["en"], WEBM)
    assert visitor().ask("GET", old).status_code == 403
    record("en", FOOD["en"], OGG)
    for wrong in (old, f"/clips/{clip_name('en', 'x')}/00000000", "/clips/../0"):
        assert tablet.ask("GET", wrong).status_code == 404


def test_a_tablet_says_in_which_languages_its_own_voice_was_found_right(
    app: Flask, tablet: Visitor, round_: Round, visitor: Callable[[], Visitor]
) -> None:
    assert 'data-voices=""' in open_survey(tablet, round_, "en")
    with db.writing(db.engine()) as session:
        set_tablet_voices(session, 1, ["hi", "zh_Hant"])
    assert 'data-voices="hi zh-Hant"' in open_survey(tablet, round_, "en")
    assert 'data-voices="hi zh-Hant"' in tablet.open("/rights").text
    other = on_tablet(visitor(), round_.site_ids[0], "Tablet 2")
    assert 'data-voices=""' in open_survey(other, round_, "en")


def test_a_page_with_every_text_recorded_still_fits(tablet: Visitor, round_: Round, app: Flask) -> None:
    """CHILD-UX: the first page at most 60 KiB compressed with everything but audio; 45 of them are the page."""
    silent = len(gzip.compress(open_survey(tablet, round_, "en").encode()))
    with app.test_request_context():
        for spoken_text in texts_of(round_, "en"):
            record(spoken_text.language, spoken_text.words, WEBM + webm_block(spoken_text.words.encode()))
    page = open_survey(tablet, round_, "en")
    assert page.count("data-clip") > 60
    assert len(gzip.compress(page.encode())) - silent < 6 * 1024


def test_shipped_clips_are_named_like_their_words_and_those_recorded_here_go_first(
    tablet: Visitor, round_: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = clip_name("en", FOOD["en"])
    (tmp_path / f"{name}.ogg").write_bytes(OGG)
    (tmp_path / "README.txt").write_text("no clip")
    found = audio_files.list_shipped_clips(tmp_path)
    assert {one: found[one].kind for one in found} == {name: "audio/ogg"}
    monkeypatch.setattr(availability, "list_shipped_clips", lambda: found)
    availability.forget_index()
    address = f"/clips/{name}/{take_name(OGG)}"
    assert address in open_survey(tablet, round_, "en")
    assert tablet.ask("GET", address).data == OGG
    assert record("en", FOOD["en"], WEBM) in open_survey(tablet, round_, "en")


def test_whatever_a_page_says_aloud_is_noted_once_with_its_place(app: Flask) -> None:
    page = """{% from "child/macros.html" import ask, say, tile_radio %}
    {{ ask("One?", 2, "q-one", under="A hint") }}{{ tile_radio("a-one", "yes", "Yes", "2705") }}
    {{ ask("Two?", 2, "q-two") }}{{ tile_radio("a-two", "yes", "Yes", "2705") }}
    {{ say("Both <b>are</b> fine."|safe, "2705") }}"""
    with app.test_request_context(), collecting_texts("days") as gathered:
        html = render_template_string(page)
    assert "data-clip" not in html
    assert [(one.words, one.place.text) for one in gathered.texts.values()] == [
        ("One?", "days: q-one/0"),
        ("A hint", "days: q-one/1"),
        ("Yes", "days: a-one/yes"),
        ("Two?", "days: q-two/0"),
        ("Both are fine.", "days: q-two/1"),
    ]


def test_a_place_names_its_site_unless_all_sites_share_the_text() -> None:
    place = TextPlace("days", "a-food", "good", "example-house")
    assert place.text == "example-house days: a-food/good"
    assert replace(place, is_shared=True).text == "days: a-food/good"
    assert replace(place, site="").text == "days: a-food/good"


def test_a_long_place_fits_its_column_and_keeps_the_text_under_which_clips_are_stored() -> None:
    place = TextPlace("days", "a-food", "g" * 200, "example-house")
    assert place.text == "example-house days: a-food/" + "g" * 133
    assert replace(place, is_shared=True).text == "days: a-food/" + "g" * 133


def test_what_a_script_shows_later_can_be_recorded_and_moves_nothing_that_was(app: Flask) -> None:
    """A refusal, and one thing at least: each has a place of its own, or recordings below it would seem outdated."""
    macro = "{% from 'child/macros.html' import question %}"
    question = macro + "{% call question('food', 'How?', under='Say.'MORE) %}{% endcall %}"
    places = []
    for more in ("", ", must='Tap it.', nothing='One thing.'"):
        with app.test_request_context(), collecting_texts("page") as collector:
            render_template_string(question.replace("MORE", more))
        places.append({text.words: text.place.text for text in collector.texts.values()})
    before, after = places
    assert set(after) - set(before) == {"Tap it.", "One thing."}
    assert {words: after[words] for words in before} == before
