"""A child tells: what is asked, what is sealed, who reads it, what comes back (S1-S3, S5, S7, S14, S17)."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.child_at_tablet import JSON, WEBM, Child, a_child, voice, whole
from tests.support.people import make_person, make_site, on_tablet, signed_in
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.context import runtime_of
from youthvoice.grievances.intake import intake_options
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.sites.store import change_site
from youthvoice.threads import readership
from youthvoice.threads.case_state import moment_of
from youthvoice.threads.child_fields import MAX_VOICE_BYTES
from youthvoice.threads.models import ThreadKeyWrapRow, ThreadRow
from youthvoice.threads.store import change_case_state
from youthvoice.web.graphics import picture_labels

WORDS = "the lamp on the stares is brokn 😢 दीया"


@pytest.fixture
def child(app: Flask, visitor: Callable[[], Visitor]) -> Child:
    found = a_child(visitor())
    found.opens()
    return found


def how_many(table: type[ThreadRow | ThreadKeyWrapRow]) -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def names_in(screens: str) -> list[str]:
    """The names of the pictures on the first screen after sending."""
    return re.findall(r'<li data-words="([^"]+)"', screens)[: picture_codes.CODE_LENGTH]


# ---- The page


def test_who_reads_it_and_the_limit_come_before_the_first_word(child: Child) -> None:
    """S1; PRIVACY.md C."""
    page = child.opens()
    before = page[: page.index('<textarea class="words"')]
    for words in ("Asha Example", "Ravi Example", "Meera Example", "Olga Example", "reads it if a child may be hurt",
                  "reads it if nobody here answers", "they must tell others, even if you say no", "112"):  # fmt: skip
        assert words in before
    assert "Tomas" not in page, "a coordinator reads nothing"


def test_every_screen_can_be_skipped_and_thrown_away(child: Child) -> None:
    """S2. Where the limit is said, and that there is no network, nothing is asked: there is one way on.

    So it is where somebody can be left out: what Skip would mean there a child cannot know. Where she reads it back she
    says that it is right. Where nobody would find her she says instead that nobody needs to come.
    """
    page = child.opens()
    assert page.count('data-question="') == page.count('data-go="skip"') + 5
    assert page.count('data-go="instead"') == 1
    readers = page[page.index('data-question="readers"') :]
    assert 'data-go="skip"' not in readers[: readers.index("</section>")]
    assert page.count("I understand") == 2
    assert 'data-go="throw"' in page
    assert 'data-idle="300"' in page


def test_a_child_who_cannot_read_finds_a_picture_on_every_answer(child: Child) -> None:
    """S5."""
    page = child.opens()
    tiles = re.findall(r'<label class="tile.*?</label>', page, re.DOTALL)
    assert len(tiles) > 25
    assert all('class="picture"' in tile for tile in tiles)
    assert "data-voice" in page


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("hi", "ltr"), ("ar", "rtl")])
def test_the_page_speaks_the_childs_language(child: Child, language: str, direction: str) -> None:
    child.tablet.open(f"/language/{language}", follow=False, status=302)
    assert f'<html lang="{language}" dir="{direction}"' in child.opens()


def test_only_the_number_of_the_sheet_differs_between_two_tablets(child: Child, visitor: Callable[[], Visitor]) -> None:
    one, sheet = child.tablet.page, child.tablet.hidden["sheet"]
    other = on_tablet(visitor(), child.site_id, "Tablet 2")
    two = other.open("/tell").text
    assert sheet != other.hidden["sheet"]
    assert one.replace(sheet, "") == two.replace(other.hidden["sheet"], "")


def test_the_microphone_is_for_this_page_and_no_other_of_a_child(child: Child) -> None:
    assert "microphone=(self)" in child.tablet.open("/tell").headers["Permissions-Policy"]
    assert "microphone=()" in child.tablet.open("/").headers["Permissions-Policy"]


def test_a_device_of_no_house_is_led_to_help_and_to_the_answer(app: Flask, visitor: Callable[[], Visitor]) -> None:
    page = visitor().open("/tell").text
    assert "/reply" in page
    assert "<form" not in page
    assert visitor().ask("POST", "/tell", data={"sheet": "0" * 32}).status_code == 403


def test_a_channel_with_nobody_to_read_is_closed_and_its_door_leads_to_help(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """DESIGN.md 4: two advocates, an outside recipient, a helpline."""
    with db.writing(db.engine()) as session:
        site_id = make_site(session, "empty-house", languages=["en"]).id
    tablet = on_tablet(visitor(), site_id)
    assert "/tell" not in tablet.open("/help").text
    assert "/help" in tablet.open("/tell", 404).text
    sent = {"sheet": "0" * 32, "topic": "food"}
    assert tablet.ask("POST", "/tell", data=sent, headers=JSON).status_code == 422
    assert how_many(ThreadRow) == 0


def test_a_channel_that_closes_while_a_child_writes_loses_nothing(child: Child) -> None:
    """A tested helpline, and training in date, are needed to open the page, not to be heard."""
    with db.writing(db.engine()) as session:
        change_site(session, child.site_id, {"helpline_tested": None})
    assert child.tablet.ask("GET", "/tell").status_code == 404
    child.tells(topic="food")
    assert len(child.lines("asha")) == 1


def test_the_door_the_help_card_and_the_hand_of_a_survey_lead_here(child: Child) -> None:
    round_ = open_round([child.site_id], child.people["lata"].id)
    child.tablet.open("/language/en", follow=False, status=302)
    assert 'href="/ways"' in child.tablet.open("/").text
    for path in ("/ways", "/help"):
        assert 'href="/tell"' in child.tablet.open(path).text
    page = child.tablet.open(f"/survey/{round_.slug}").text
    assert re.search(r'href="/tell">\s*<svg[^>]*>.*?Tap the hand', page, re.DOTALL)
    assert "for an answer, tap <b>Tell</b>." in page


# ---- What is sealed, and for whom


@pytest.mark.dialect("bytes and odd letters")
def test_words_stay_as_the_child_gave_them(child: Child) -> None:
    """S3."""
    child.tells(topic="broken", whom="me", by_whom="thing", words=WORDS, may_know="ask", come="yes", where="outdoors",
                how="Mina, room 4", voice=voice())  # fmt: skip
    told, spoken = child.reads("asha")
    assert told.kind == "told"
    picked = {"topic": "broken", "whom": "me", "by_whom": "thing", "may_know": "ask", "come": True, "where": "outdoors"}
    assert picked.items() <= told.said.items()
    assert (told.said["words"], told.said["how"], told.said["urgent"]) == (WORDS, "Mina, room 4", False)
    assert (spoken.kind, spoken.said, spoken.sound) == ("voice", {"kind": "audio/webm"}, WEBM)


def test_a_broken_lamp_is_read_by_advocates_and_outside_not_by_the_safeguarding_lead(child: Child) -> None:
    child.tells(topic="broken", words="dark")
    assert [len(child.lines(name)) for name in ("asha", "ravi", "olga", "meera", "lata", "tomas")] == [1, 1, 1, 0, 0, 0]


def test_harm_goes_to_the_safeguarding_lead_at_once(child: Child, clock: StillClock) -> None:
    """S17."""
    child.tells(topic="shouted_at", by_whom="adult")
    (line,) = child.lines("meera")
    assert (line.case.harm, line.case.urgent, line.case.topic, line.case.state) == (
        True,
        False,
        "shouted_at",
        "new",
    )
    assert set(line.case.clocks) == {"first_look", "answer"}
    assert all(moment_of(hour) > clock() for hour in line.case.clocks.values())


@pytest.mark.parametrize("danger", ["yes", "unknown"])
def test_danger_now_makes_the_clocks_short_and_so_does_a_child_who_does_not_know(child: Child, danger: str) -> None:
    """S17: nobody has to be sure."""
    child.tells(danger=danger)
    (line,) = child.lines("meera")
    assert (line.case.urgent, line.case.harm) == (True, True)
    assert child.reads("meera")[0].said.get("unsure", False) is (danger == "unknown")
    assert (moment_of(line.case.clocks["first_look"]) - context.now()).total_seconds() <= 2 * 3600


@pytest.mark.dialect("what a thief reads in the rows")
def test_whoever_is_left_out_finds_nothing_and_nobody_sees_that(child: Child) -> None:
    """S14."""
    child.tells(topic="shouted_at", left_out=[child.id_of("asha")])
    assert child.lines("asha") == []
    assert child.reads("ravi")[0].said["left_out"] == [child.people["asha"].id]
    with db.reading(db.engine()) as session:
        rows = session.execute(select(ThreadKeyWrapRow.person_id, ThreadKeyWrapRow.wrapped, ThreadKeyWrapRow.tag)).all()
    assert {row.person_id for row in rows} == {child.people[name].id for name in ("asha", "ravi", "meera", "olga")}
    assert len({(len(row.wrapped), len(row.tag)) for row in rows}) == 1


def test_everybody_of_the_house_may_be_left_out_and_the_outside_has_it(child: Child) -> None:
    said = child.tells(topic="unsafe", left_out=[child.id_of(name) for name in ("asha", "ravi", "meera")])
    assert [len(child.lines(name)) for name in ("asha", "ravi", "meera", "olga")] == [0, 0, 0, 1]
    assert "Olga Example" in said["screens"]


@pytest.mark.parametrize(
    ("out", "words"),
    [
        (("asha", "ravi", "meera", "olga"), "Then nobody reads it."),
        (("asha", "meera", "olga"), "Then too few read it."),
    ],
)
def test_a_report_that_nobody_reads_is_refused_kindly_with_the_helpline(
    child: Child, out: tuple[str, ...], words: str
) -> None:
    said = child.tells(422, topic="unsafe", left_out=[child.id_of(name) for name in out])
    (refused,) = said["refused"]
    assert refused["name"] == "readers"
    assert words in refused["why"]
    assert "1098" in refused["why"]
    assert how_many(ThreadRow) == 0


def test_the_helper_is_named_inside_and_only_a_helper_of_this_site_can_be(child: Child) -> None:
    child.tells(topic="food", company="adult", helper=child.id_of("lata"))
    assert child.reads("asha")[0].said["helper"] == "Lata Example"
    child.opens()
    said = child.tells(422, topic="food", helper=child.id_of("tomas"))
    assert said["refused"][0]["name"] == "helper"


def test_by_myself_drops_a_helper_that_was_picked_before(child: Child) -> None:
    child.tells(topic="food", company="alone", helper=child.id_of("lata"))
    assert child.reads("asha")[0].said["helper"] == ""


def test_where_to_come_counts_only_when_somebody_shall_come(child: Child) -> None:
    child.tells(topic="food", come="no", where="school", how="Mina")
    told = child.reads("asha")[0].said
    assert (told["come"], told["where"], told["how"]) == (False, "", "")


def test_a_child_who_writes_no_name_goes_to_them_or_says_it(child: Child) -> None:
    answers: tuple[dict[str, Any], ...] = (
        {"contact": "comes"}, {"contact": "said", "voice": voice()}, {"contact": "comes", "come": "no"},
    )  # fmt: skip
    for told in answers:
        child.opens()
        child.tells(topic="food", **{"come": "yes", **told})
    kept = [report[0].said.get("contact", "") for report in child.reads_all("asha")]
    assert sorted(kept) == ["", "comes", "said"]


def test_a_name_that_no_voice_can_have_said_is_asked_for_again(child: Child) -> None:
    """Nobody would find her, and she would wait."""
    answer = child.tells(422, topic="food", come="yes", contact="said")
    assert [one["name"] for one in answer["refused"]] == ["how"]
    assert child.lines("asha") == []


def test_a_name_that_nobody_needs_or_that_is_written_is_not_asked_for_again(child: Child) -> None:
    child.tells(topic="food", come="no", contact="said")
    child.opens()
    child.tells(topic="food", come="yes", contact="said", how="Mina")
    kept = [report[0].said for report in child.reads_all("asha")]
    assert sorted((said["how"], "contact" in said) for said in kept) == [("", False), ("Mina", False)]


def test_whoever_leaves_out_nobody_that_her_page_named_hears_so_and_nothing_is_taken(child: Child) -> None:
    """No page of ours sends that; where it was taken, whom she left out read it."""
    asha, ravi = child.id_of("asha"), child.id_of("ravi")
    both = f"{asha} {ravi}"
    why = "This did not go: the page mixed up who reads it. Go to the first page and begin again."
    for left, shown_ids in (("name=", both), ("", both), (ravi, asha), ("x", None), (ravi, f"{both} x")):
        report = {"topic": "unsafe", "left_out": [asha, left], **({"shown": shown_ids} if shown_ids else {})}
        refusals = child.tells(422, **report)["refused"]
        assert refusals == [{"name": "readers", "why": why}], report
    assert child.lines("ravi") == []
    child.tells(topic="unsafe", left_out=[ravi], shown=" ".join(str(one.id) for one in child.people.values()))
    assert child.lines("ravi") == []


def test_whoever_came_after_the_page_was_shown_does_not_read_it(child: Child) -> None:
    """PRIVACY.md C: the child sees who will read it before she writes."""
    with db.writing(db.engine()) as session:
        newcomer = make_person(session, "advocate", child.site_id, handle="noor", name="Noor Example")
    running_readers_are_asked_again()
    child.people["noor"] = newcomer
    child.tells(topic="food")
    assert (len(child.lines("asha")), len(child.lines("noor"))) == (1, 0)
    assert "Noor Example" in child.opens()
    child.tells(topic="food")
    assert (len(child.lines("asha")), len(child.lines("noor"))) == (2, 1)


def running_readers_are_asked_again() -> None:
    """As five seconds later."""
    runtime_of(current_app).caches.clear()


def test_it_ends_three_years_on(child: Child) -> None:
    child.tells(topic="food")
    with db.reading(db.engine()) as session:
        assert session.scalar(select(ThreadRow.destruction_month)) == "2029-11"


# ---- What cannot be taken


@pytest.mark.parametrize(
    "nothing", [{}, {"may_know": "ask"}, {"words": " \n "}, {"come": "no", "danger": "no"}, {"company": "alone"}]
)
def test_something_must_have_been_told(child: Child, nothing: dict[str, Any]) -> None:
    said = child.tells(422, **nothing)
    assert said["refused"] == [{"name": "tell", "why": "Tap a picture, write or speak. One thing is enough."}]
    assert how_many(ThreadRow) == 0


@pytest.mark.parametrize(
    "one",
    [
        {"topic": "other"},
        {"whom": "friend"},
        {"by_whom": "unknown"},
        {"come": "yes"},
        {"danger": "yes"},
        {"danger": "unknown"},
        {"words": "x"},
    ],
)
def test_one_thing_is_enough(child: Child, one: dict[str, Any]) -> None:
    child.tells(**one)
    assert how_many(ThreadRow) == 1


def test_a_voice_alone_is_enough(child: Child) -> None:
    child.tells(voice=voice())
    assert child.reads("meera")[1].sound == WEBM, "nobody knows what was said: it may be harm"


@pytest.mark.parametrize(
    ("sound", "status", "words"),
    [
        (b"MZ this is no sound", 422, "This is not a voice that we can keep."),
        (WEBM + bytes(MAX_VOICE_BYTES), 413, "Your voice is too long to send."),
    ],
)
def test_what_is_no_voice_or_too_much_is_refused_and_the_rest_stays(
    child: Child, sound: bytes, status: int, words: str
) -> None:
    sent = whole(sound, **child.tablet.hidden, topic="food", words=WORDS)
    answer = child.tablet.ask("POST", "/tell", **sent)
    assert answer.status_code == status
    page = answer.text
    assert words in page
    assert html.escape(WORDS) in page
    assert re.search(r'value="food" checked', page)
    assert how_many(ThreadRow) == 0
    child.tells(topic="food")


def test_more_than_a_request_may_hold_is_413_in_words(child: Child) -> None:
    answer = child.tablet.ask("POST", "/tell", headers=JSON, **whole(bytes(1600 * 1024), sheet="0" * 32))
    assert answer.status_code == 413
    assert answer.json
    assert answer.json["title"]
    assert how_many(ThreadRow) == 0


def test_other_forms_of_a_child_stay_small(child: Child) -> None:
    answer = child.tablet.ask("POST", "/tell/done", data={"sheet": "0" * 32, "words": "x" * 70_000})
    assert answer.status_code == 413


def test_a_file_in_place_of_words_and_words_in_place_of_a_voice_are_nothing(child: Child) -> None:
    said = child.tells(422, words=voice(), voice="not a file")
    assert said["refused"][0]["name"] == "tell"
    child.tells(topic="food", words=voice(), voice="not a file")
    assert [entry.kind for entry in child.reads("asha")] == ["told"]


@pytest.mark.parametrize("sheet", ["", "0" * 31, "0" * 33, "z" * 32, "A" * 32])
def test_a_sheet_that_is_none_of_ours_is_refused(child: Child, sheet: str) -> None:
    child.tablet.hidden = {}
    child.tells(400, sheet=sheet, topic="food")


@pytest.mark.parametrize("name", ["topic", "whom", "by_whom", "danger", "may_know", "come", "where", "helper"])
def test_a_pick_that_is_not_on_the_page_is_refused_at_its_screen(child: Child, name: str) -> None:
    said = child.tells(422, words="x", **{name: "made up"})
    assert [one["name"] for one in said["refused"]] == [name]


def test_words_that_are_too_long_are_refused_and_stay(child: Child) -> None:
    said = child.tells(422, words="x" * (intake_options.MAX_WORDS_CHARACTERS + 1))
    assert said["refused"][0]["name"] == "tell"


def test_of_two_topics_the_graver_counts_and_both_are_read(child: Child, visitor: Callable[[], Visitor]) -> None:
    """S3, S17: who reads it, clocks and lists go by what may be harm; nothing of what she picked is lost."""
    child.tells(topic=["food", "unsafe"], words="x")
    (line,) = child.lines("meera")
    assert (line.case.topic, line.case.harm) == ("unsafe", True)
    (told,) = child.reads("asha")
    assert (told.said["topic"], told.said["also"]) == ("unsafe", ["food"])
    asha = signed_in(visitor(), child.people["asha"])
    asha.open(f"/staff/reports/{line.id.hex()}")
    page = asha.send(f"/staff/reports/{line.id.hex()}").text
    assert "The child chose: also about: Food" in page


def test_of_one_topic_nothing_is_kept_about_others(child: Child) -> None:
    child.tells(topic="food", words="x")
    (told,) = child.reads("asha")
    assert told.said["topic"] == "food"
    assert "also" not in told.said


def test_a_third_topic_is_refused_kindly_and_all_of_them_stay_on_the_page(child: Child) -> None:
    """Without a script nothing stops the third tap."""
    three = ["food", "sleep", "hit"]
    reply = child.tells(422, topic=three, words="x")
    assert reply["refused"] == [{"name": "topic", "why": "Two are enough. Tap one again to take it back."}]
    page = child.tablet.send("/tell", {"topic": three, "words": WORDS}, 422).text
    assert re.search(r'role="alert"[^>]*>Two are enough. Tap one again to take it back.<', page)
    for one in three:
        assert f'name="topic" value="{one}" checked' in page
    assert child.lines("asha") == []


def test_two_topics_stay_on_a_page_that_comes_back(child: Child) -> None:
    page = child.tablet.send(
        "/tell", {"topic": ["food", "sleep"], "words": "x" * (intake_options.MAX_WORDS_CHARACTERS + 1)}, 422
    ).text
    for one in ("food", "sleep"):
        assert f'name="topic" value="{one}" checked' in page


def test_a_page_of_another_site_cannot_send(child: Child) -> None:
    answer = child.tablet.ask("POST", "/tell", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_it_is_said_before_recording_that_a_voice_can_be_known(child: Child) -> None:
    """S1: a name left out does not hide a voice."""
    page = child.tablet.open("/tell").text
    assert page.index("People here may know your voice.") < page.index("data-start")


# ---- The code


def test_seven_pictures_are_shown_twice_and_who_answers_by_when(child: Child) -> None:
    sheet = child.tablet.hidden["sheet"]
    said = child.tells(topic="food")
    assert said["sheet"] == sheet
    code, keys = child.code_of(sheet)
    names = [picture_labels.picture_label(one.name) for one in code.pictures]
    assert re.findall(r'<li data-words="([^"]+)"', said["screens"]) == [*names, *names, *names], (
        "the third without a script"
    )
    told = child.answers_to(keys)
    assert [entry.kind for entry in told] == ["step"]
    assert told[0].said["step"] == "told"
    assert told[0].said["names"] == ["Asha Example", "Ravi Example"]
    for words in ("Asha Example</bdi> or <bdi>Ravi Example", "1098", "reply?at=example-house"):
        assert words in said["screens"]


def test_without_a_script_the_page_itself_shows_them(child: Child) -> None:
    page = child.tablet.send("/tell", {"topic": "food"}, 201).text
    assert len(names_in(page)) == picture_codes.CODE_LENGTH
    assert 'action="/tell/done"' in page
    child.tablet.open("/language/hi", follow=False, status=302)
    answer = child.tablet.send("/tell/done", {}, 303, follow=False)
    assert answer.location == "/language"
    assert not child.tablet.client.get_cookie("language")


@pytest.mark.dialect("put in once")
def test_the_same_sheet_again_is_the_same_pictures_and_one_report(child: Child) -> None:
    first, second = child.tells(topic="food"), child.tells(topic="food")
    assert names_in(first["screens"]) == names_in(second["screens"])
    assert how_many(ThreadRow) == 1


def test_once_seen_the_pictures_are_shown_to_nobody_any_more(child: Child) -> None:
    child.tells(topic="food")
    child.tablet.send("/tell/done", {}, 303, follow=False)
    said = child.tells(topic="food")
    assert names_in(said["screens"]) == []
    assert "This was sent before." in said["screens"]
    assert how_many(ThreadRow) == 1


@pytest.mark.dialect("put in once")
def test_a_code_that_the_site_has_already_is_drawn_again(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = picture_codes.code_of_submission
    code = PictureCode((0,) * picture_codes.CODE_LENGTH)
    monkeypatch.setattr(
        picture_codes, "code_of_submission", lambda key, sheet, turn=0: drawn(key, sheet, turn) if turn else code
    )
    child.tells(topic="food")
    child.opens()
    said = child.tells(topic="sleep")
    assert how_many(ThreadRow) == 2
    again = child.tells(topic="sleep")
    assert (
        names_in(again["screens"])
        == names_in(said["screens"])
        != [picture_labels.picture_label(one.name) for one in code.pictures]
    )


def test_the_strip_says_nothing_of_what_it_is_for(child: Child) -> None:
    screens = child.tells(topic="food")["screens"]
    strip = screens[screens.index('<div class="printed"') :]
    strip = strip[: strip.index("</div>")]
    assert re.sub(r"<[^>]+>|\s", "", strip) == "1234567" + "http://127.0.0.1:8000/reply?at=example-house"


def test_a_voice_does_not_touch_the_disk(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server would spool whatever is longer than 500 KB into a temporary folder."""

    def refuse(*_given: object, **_named: object) -> None:
        raise AssertionError("a temporary file was made")

    for name in ("TemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(f"werkzeug.formparser.{name}", refuse, raising=False)
    sent = whole(WEBM + bytes(900_000), **child.tablet.hidden)
    assert child.tablet.ask("POST", "/tell", headers=JSON, **sent).status_code == 201
    assert len(child.reads("asha")[1].sound) > 900_000


# ---- The line broke after the sheet arrived, and the child went on


@pytest.mark.dialect("put in once")
def test_what_she_adds_before_she_sends_again_is_not_lost(child: Child) -> None:
    first = child.tells(topic="food", words="the soup is cold")
    second = child.tells(topic="food", words="the soup is cold and small", voice=voice())
    assert names_in(first["screens"]) == names_in(second["screens"]), "one report, one code"
    for reader in ("asha", "ravi", "olga"):
        said = [(entry.kind, entry.said.get("words", entry.sound)) for entry in child.reads(reader)]
        assert said == [("told", "the soup is cold"), ("told", "the soup is cold and small"), ("voice", WEBM)]
    child.tells(topic="food", words="the soup is cold and small", voice=voice())
    assert len(child.reads("asha")) == 3, "and once more is nothing new"


def test_what_turns_out_to_be_urgent_is_urgent_from_then_on(child: Child) -> None:
    child.tells(topic="unsafe", words="I am afraid")
    (before,) = child.lines("asha")
    child.tells(topic="unsafe", words="I am afraid", danger="yes")
    (after,) = child.lines("asha")
    assert (before.case.urgent, after.case.urgent) == (False, True)
    assert moment_of(after.case.clocks["first_look"]) < moment_of(before.case.clocks["first_look"])


def test_more_for_a_report_that_was_closed_meanwhile_opens_it_again(child: Child) -> None:
    child.tells(topic="food", words="the soup is cold")
    with db.writing(db.engine()) as session:
        (line,) = child.lines("asha")
        change_case_state(session, line, line.case.having(state="closed", clocks={}))
    child.tells(topic="food", words="the soup is cold again")
    (line,) = child.lines("asha")
    assert (line.case.state, list(line.case.clocks)) == ("open", ["child_wrote"])


@pytest.mark.dialect("put in once")
def test_whoever_is_left_out_the_second_time_finds_neither(child: Child) -> None:
    """S14: the first sheet arrived unknown to the child, who then leaves Asha out."""
    first = child.tells(topic="food", words="the soup is cold")
    second = child.tells(topic="food", words="Asha laughed about the soup", left_out=child.id_of("asha"))
    assert names_in(first["screens"]) != names_in(second["screens"]), "words for others are a report of their own"
    assert child.lines("asha") == []
    assert child.opens_with("asha") == 0, "no bytes that lie there open with her key"
    found = [[entry.said.get("words") for entry in one if entry.kind == "told"] for one in child.reads_all("ravi")]
    assert sorted(found) == [["Asha laughed about the soup"], ["the soup is cold"]]
    summary = next(summary for summary in child.lines("ravi") if not summary.case.answerable)
    assert "answer" not in summary.case.clocks
    assert "first_look" in summary.case.clocks
    again = child.tells(topic="food", words="Asha laughed about the soup", left_out=child.id_of("asha"))
    assert names_in(again["screens"]) == names_in(second["screens"])
    assert how_many(ThreadRow) == 2


def test_who_reads_the_earlier_one_is_led_to_the_later_one_and_lets_nobody_in_whom_she_left_out(child: Child) -> None:
    child.tells(topic="food", words="the soup is cold")
    child.tells(topic="food", words="Asha laughed about the soup", left_out=child.id_of("asha"))
    earlier = next(one for one in child.reads_all("ravi") if one[0].said["words"] == "the soup is cold")
    assert [entry.kind for entry in earlier] == ["told", "left_out", "linked"]
    assert readership.excluded_readers(earlier) == {child.people["asha"].id}


def test_whoever_is_let_in_the_second_time_reads_what_was_written_for_her_only(child: Child) -> None:
    child.tells(topic="food", words="Asha laughed about the soup", left_out=child.id_of("asha"))
    child.tells(topic="food", words="the soup is cold")
    (told, *_links) = child.reads("asha")
    assert told.said["words"] == "the soup is cold"
    assert len(child.lines("ravi")) == 2


def test_nobody_is_left_out_of_an_earlier_report_that_nobody_else_reads(child: Child) -> None:
    """It would be lost; the words that come now are for others all the same."""
    left = [child.id_of(name) for name in ("asha", "ravi", "meera")]
    child.tells(topic="food", words="only for Olga", left_out=left)
    child.tells(topic="food", words="not for Olga", left_out=child.id_of("olga"))
    assert [one[0].said["words"] for one in child.reads_all("olga")] == ["only for Olga"]
    assert [one[0].said["words"] for one in child.reads_all("asha")] == ["not for Olga"]
