"""An adult introduces herself to children: portrait, greeting and words, seen by a colleague first, and taken back."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from tests.support.audio import VIDEO, ogg_of, webm_of
from tests.support.introductions import introduce
from tests.support.offline import manifest_of
from tests.support.people import agrees, house, make_person, make_site, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances.intake import page as intake_page
from youthvoice.introductions.approval import list_askers
from youthvoice.introductions.models import IntroductionRow
from youthvoice.introductions.rules import GREETING_BYTES, PORTRAIT_BYTES
from youthvoice.introductions.shown_introductions import face_of, files_of, introduction_of
from youthvoice.introductions.store import find_content, list_own_parts, load_approved
from youthvoice.threads.readership import everybody_at
from youthvoice.web.graphics.pictures import picture

NewVisitor = Callable[[], Visitor]
OWN = "/staff/me/introduction"
DRAWN = {"hairstyle": "bun", "hair_colour": "2f2620", "skin": "9a653c", "extra": "glasses", "clothes": "6a9e5b"}
FACE = re.compile(r'"(/static/(?:face|drawn)-[0-9a-f]{32}\.(?:webp|svg))"')
GREETING = re.compile(r'data-clip="(/clips/greetings/[0-9a-f]{32})"')


class Team:
    """A site with its readers, each in a browser of her own, and a tablet."""

    def __init__(self, visitor: NewVisitor) -> None:
        self.visitor = visitor
        self.site_id, self.people = house(["advocate", "safeguarding_lead", "outside_recipient", "coordinator"])
        with db.writing(db.engine()) as session:
            self.people["second"] = make_person(session, "advocate", self.site_id, handle="second", name="Ravi Second")
        self.browsers = {name: signed_in(visitor(), person) for name, person in self.people.items()}
        self.tablet = on_tablet(visitor(), self.site_id)

    def draws(self, name: str = "advocate", status: int = 200, **parts: str) -> str:
        browser = self.browsers[name]
        browser.open(f"{OWN}/drawn")
        return browser.send(f"{OWN}/drawn", {**DRAWN, **parts}, status).text

    def uploads(self, file: bytes, status: int = 200, **fields: str) -> str:
        browser = self.browsers["advocate"]
        browser.open(f"{OWN}/photograph")
        values: dict[str, object] = {"file": (io.BytesIO(file), "me.png"), "agrees": "y", **fields}
        return browser.send(f"{OWN}/photograph", values, status, content_type="multipart/form-data").text

    def says(self, sound: bytes, language: str = "en", status: int = 200) -> str:
        browser, place = self.browsers["advocate"], f"{OWN}/greeting/{language}"
        browser.open(place)
        values: dict[str, object] = {"sound": (io.BytesIO(sound), "me.webm")}
        return browser.send(place, values, status, content_type="multipart/form-data").text

    def writes(self, status: int = 200, **words: str) -> str:
        browser = self.browsers["advocate"]
        browser.open(f"{OWN}/words")
        return browser.send(f"{OWN}/words", {f"words_{code}": said for code, said in words.items()}, status).text

    def asks(self, name: str = "advocate", of: str = "second") -> str:
        browser = self.browsers[name]
        browser.open(OWN)
        return browser.send(f"{OWN}/ask", {"second": self.people[of].id}).request.path

    def takes_back(self, kind: str, language: str = "", state: str = "approved", name: str = "advocate") -> str:
        browser = self.browsers[name]
        browser.open(OWN)
        values: dict[str, object] = {"kind": kind, "language": language, "state": state}
        return browser.send(f"{OWN}/take-back", values).text

    def telling(self) -> str:
        return self.tablet.open("/tell").text


@pytest.fixture
def team(app: Flask, visitor: NewVisitor) -> Team:
    return Team(visitor)


def a_photograph(colour: tuple[int, int, int] = (20, 120, 60), kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(written, kind)
    return written.getvalue()


def actions() -> list[str]:
    with db.reading(db.engine()) as session:
        wanted = AuditEntryRow.action.like("introduction.%")
        rows = session.scalars(select(AuditEntryRow).where(wanted).order_by(AuditEntryRow.number))
        return [f"{row.actor} {row.action.partition('.')[2]} {row.subject}" for row in rows]


@pytest.mark.dialect("bytes, a boolean in a unique key, and a row that is held")
def test_she_draws_a_portrait_a_colleague_approves_and_a_child_sees_it(team: Team) -> None:
    asha = team.people["advocate"]
    assert "Draft: no child sees" in team.draws()
    assert not FACE.findall(team.telling())
    request = team.asks()
    seen = team.browsers["second"].open(request).text
    (picture,) = set(re.findall(r'src="(/staff/me/introduction/files/[0-9a-f]{32})"', seen))
    drawn = team.browsers["second"].ask("GET", picture)
    assert (drawn.status_code, drawn.content_type, len(drawn.get_data())) == (200, "image/svg+xml", PORTRAIT_BYTES)
    assert ET.fromstring(drawn.get_data()).tag.endswith("svg"), "padded as XML may be"  # noqa: S314 - our own
    assert agrees(team.browsers["second"]) == "/staff/"

    page = team.telling()
    (address,) = set(FACE.findall(page))
    assert page.count(address) >= 4, "on the strip, where she decides, where the limit is said, and above Send"
    shown = team.tablet.ask("GET", address)
    assert shown.get_data() == drawn.get_data()
    assert shown.headers["Cache-Control"] == "no-store", "what is withdrawn must leave the tablet"
    assert "Approved by Ravi Second" in team.browsers["advocate"].open(OWN).text
    assert actions() == [f"advocate draft {asha.id} portrait", f"second approve {asha.id} portrait"]


def test_a_portrait_without_parts_names_each_that_is_missing(team: Team) -> None:
    page = team.draws(status=422, **dict.fromkeys(DRAWN, ""))
    for name in ("Hair", "Colour of hair or cloth", "Skin", "What else children see", "Clothes"):
        assert f"{name}: Choose one.</a>" in page


def test_on_a_childs_own_phone_stands_the_picture_that_she_knows_and_no_hole(app: Flask, team: Team) -> None:
    """A portrait is sent to tablets and staff alone: on a phone it was a blank, also where she decides who reads."""
    asha = team.people["advocate"]
    team.draws()
    team.says(webm_of(3))
    team.asks()
    agrees(team.browsers["second"])
    assert FACE.findall(team.telling())
    (reader,) = [reader for reader in everybody_at(team.site_id).everybody if reader.person_id == asha.id]
    with app.test_request_context("/reply/write"):
        assert face_of(asha.id, reader.picture) == reader.picture
        assert "<img" not in picture(face_of(asha.id, reader.picture))
        assert not introduction_of(asha.id).greeting
    with app.test_request_context("/staff/"):
        assert "<img" in picture(face_of(asha.id, reader.picture))
        assert introduction_of(asha.id).greeting.startswith(f"{OWN}/files/")


def test_a_tablet_lays_every_face_and_greeting_by_whoever_is_met_on_it(app: Flask, team: Team) -> None:
    before = manifest_of(team.tablet)
    team.draws()
    team.says(webm_of(3), "en")
    team.says(webm_of(4), "hi")
    team.asks()
    agrees(team.browsers["second"])
    manifest = manifest_of(team.tablet)
    assert manifest["version"] != before["version"]
    added = sorted(set(manifest["files"]) - set(before["files"]))
    assert len(added) == 3
    with app.test_request_context():
        assert len(files_of({team.people["advocate"].id}, ["hi"])) == 2, "no greeting in a language of another site"
    answers = [team.tablet.ask("GET", address) for address in added]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert sorted(len(answer.get_data()) for answer in answers) == [PORTRAIT_BYTES, GREETING_BYTES, GREETING_BYTES]


def test_what_she_takes_back_is_gone_for_every_child_at_once(team: Team) -> None:
    team.draws()
    team.says(webm_of(3))
    team.writes(en="comes on Tuesdays")
    team.asks()
    agrees(team.browsers["second"])
    page = team.telling()
    addresses = [*set(FACE.findall(page)), *set(GREETING.findall(page))]
    assert len(addresses) == 2
    assert "comes on Tuesdays" in page
    for kind, language in (("portrait", ""), ("greeting", "en"), ("words", "en")):
        assert "It is taken back." in team.takes_back(kind, language)
    assert [team.tablet.ask("GET", address).status_code for address in addresses] == [404, 404]
    after = team.telling()
    assert not FACE.findall(after)
    assert not GREETING.findall(after)
    assert "comes on Tuesdays" not in after
    assert not set(addresses) & set(manifest_of(team.tablet)["files"])
    with db.reading(db.engine()) as session:
        assert not list(session.scalars(select(IntroductionRow)))


def test_a_page_that_was_made_while_a_portrait_was_approved_names_it_under_no_other_version(
    app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is cached under the version that was read first. There the portrait came back, broken, once withdrawn."""
    asha, render = team.people["advocate"], intake_page.render_intake_page

    def approved_meanwhile(*given: Any) -> str:
        with ThreadPoolExecutor(1) as other:  # the next request of this process
            other.submit(approve).result()
        return render(*given)

    def approve() -> None:
        with app.app_context():
            introduce(asha.id, DRAWN["clothes"], team.people["second"].id)

    monkeypatch.setattr(intake_page, "render_intake_page", approved_meanwhile)
    team.telling()
    monkeypatch.undo()
    assert FACE.findall(team.telling())
    for kind, language in (("portrait", ""), ("words", "en")):
        team.takes_back(kind, language)
    assert not FACE.findall(team.telling())


def test_a_new_draft_shows_nothing_new_until_it_is_approved(team: Team) -> None:
    team.draws()
    team.asks()
    agrees(team.browsers["second"])
    (first,) = set(FACE.findall(team.telling()))
    team.draws(clothes="d9694a")
    assert set(FACE.findall(team.telling())) == {first}
    team.asks()
    agrees(team.browsers["second"])
    (second,) = set(FACE.findall(team.telling()))
    assert second != first
    assert team.tablet.ask("GET", first).status_code == 404


def test_who_changes_a_draft_asks_anew(team: Team) -> None:
    """A colleague who opened the request before agrees to nothing that she did not see."""
    team.draws()
    request = team.asks()
    team.browsers["second"].open(request)
    assert "ask again" in team.draws(clothes="d9694a")
    team.browsers["second"].send(f"{request}/agree", status=404)
    assert not FACE.findall(team.telling())


def test_a_portrait_that_waits_is_for_its_two_people(team: Team, visitor: NewVisitor) -> None:
    team.draws()
    request = team.asks()
    page = team.browsers["second"].open(request).text
    (address,) = set(re.findall(r'src="(/staff/me/introduction/files/[0-9a-f]{32})"', page))
    digest = address.rpartition("/")[2]
    statuses = {name: browser.ask("GET", address).status_code for name, browser in team.browsers.items()}
    assert {name for name, status in statuses.items() if status == 200} == {"advocate", "second"}
    assert team.tablet.ask("GET", f"/static/drawn-{digest}.svg").status_code == 404
    assert team.tablet.ask("GET", f"/clips/greetings/{digest}").status_code == 404
    assert visitor().ask("GET", address).status_code in {302, 303}
    asha, second = team.people["advocate"].id, team.people["second"].id
    with db.reading(db.engine()) as session:
        assert list_askers(session, second, digest) == {asha}
        assert list_askers(session, second, "0" * 32) == set(), "another part of hers"
        assert list_askers(session, asha, digest) == set(), "she asks, and is not asked"


def test_another_sites_portrait_is_served_to_nobody_here(team: Team, visitor: NewVisitor) -> None:
    with db.writing(db.engine()) as session:
        other_id = make_site(session, "other-house").id
        stranger = make_person(session, "advocate", other_id, handle="stranger")
    other_tablet, other_browser = on_tablet(visitor(), other_id), signed_in(visitor(), stranger)
    team.draws()
    team.says(webm_of(3))
    team.asks()
    agrees(team.browsers["second"])
    page = team.telling()
    for address in {*FACE.findall(page), *GREETING.findall(page)}:
        assert team.tablet.ask("GET", address).status_code == 200
        assert other_tablet.ask("GET", address).status_code == 404
        assert visitor().ask("GET", address).status_code == 404, "no tablet"
        digest = re.findall(r"[0-9a-f]{32}", address)[0]
        assert other_browser.ask("GET", f"{OWN}/files/{digest}").status_code == 404
        assert team.browsers["coordinator"].ask("GET", f"{OWN}/files/{digest}").status_code == 200
    files = {*FACE.findall(page), *GREETING.findall(page)}
    assert files <= set(manifest_of(team.tablet)["files"])
    assert not files & set(manifest_of(other_tablet)["files"])


def test_a_face_written_into_a_stolen_database_is_not_shown(team: Team) -> None:
    team.draws()
    team.asks()
    agrees(team.browsers["second"])
    (address,) = set(FACE.findall(team.telling()))
    with db.writing(db.engine()) as session:
        session.scalars(select(IntroductionRow)).one().person_id = team.people["safeguarding_lead"].id
    assert team.tablet.ask("GET", address).status_code == 404
    with db.writing(db.engine()) as session:
        row = session.scalars(select(IntroductionRow)).one()
        row.person_id, row.content = team.people["advocate"].id, b"<svg>another</svg>".ljust(PORTRAIT_BYTES)
    assert team.tablet.ask("GET", address).status_code == 404


def test_an_approved_part_counts_only_as_it_was_approved(team: Team) -> None:
    """Whatever somebody writes beside it into a stolen database: another person, another language, another yes."""
    team.draws()
    team.asks()
    agrees(team.browsers["second"])
    changes = {
        "person_id": team.people["second"].id,
        "kind": "greeting",
        "language": "hi",
        "digest": "0" * 32,
        "media": "image/webp",
        "approved_by": team.people["coordinator"].id,
        "approved_on": date(2026, 1, 1),
    }
    for column, value in changes.items():
        with db.writing(db.engine()) as session:
            row = session.scalars(select(IntroductionRow)).one()
            digest = row.digest
            setattr(row, column, value)
            session.flush()
            approved = load_approved(session)
            assert not {*approved.portraits, *approved.greetings}, column
            assert not list_own_parts(session, row.person_id), column
            assert find_content(session, digest, {row.person_id}, approved=True) is None, column
            session.rollback()
    assert FACE.findall(team.telling())


def test_words_that_nobody_approved_are_left_out_and_everything_else_stays(team: Team) -> None:
    team.draws()
    team.writes(en="comes on Tuesdays")
    team.asks()
    agrees(team.browsers["second"])
    with db.writing(db.engine()) as session:
        row = session.scalars(select(IntroductionRow).where(IntroductionRow.kind == "words")).one()
        assert find_content(session, row.digest, {row.person_id}, approved=True) is None, "words are no file"
        assert list(load_approved(session).words.values()) == ["comes on Tuesdays"]
        row.content = b"come to me alone"
    with db.reading(db.engine()) as session:
        assert not load_approved(session).words
        assert load_approved(session).portraits


def test_children_tell_two_adults_apart_by_their_portraits(team: Team) -> None:
    team.draws()
    team.draws("second")
    team.asks()
    agrees(team.browsers["second"])
    assert "already has this very portrait" in team.draws("second", 422)
    team.asks("second", "advocate")
    page = team.browsers["advocate"].open("/staff/").text
    (request,) = re.findall(r'href="(/staff/requests/\d+)"', page)
    team.browsers["advocate"].open(request)
    assert "already has this very portrait" in team.browsers["advocate"].send(f"{request}/agree", status=409).text


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"%PDF-1.7 no picture", "This is no picture that can be read."),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(2000), "This is no picture that can be read."),
        (b"", "This is no picture that can be read."),
    ],
)
def test_what_is_no_photograph_gets_a_sentence_and_what_there_was_stays(team: Team, file: bytes, sentence: str) -> None:
    team.draws()
    assert sentence in team.uploads(file, 422)
    assert "Draft: no child sees" in team.browsers["advocate"].open(OWN).text


def test_a_photograph_needs_her_yes_and_is_kept_small_and_plain(team: Team) -> None:
    assert "Tick this" in team.uploads(a_photograph(), 422, agrees="")
    page = team.uploads(a_photograph())
    (address,) = re.findall(r'src="(/staff/me/introduction/files/[0-9a-f]{32})"', page)
    answer = team.browsers["advocate"].ask("GET", address)
    assert (answer.content_type, len(answer.get_data())) == ("image/webp", PORTRAIT_BYTES)
    assert Image.open(io.BytesIO(answer.get_data())).size == (288, 288)


@pytest.mark.parametrize(
    ("sound", "sentence"),
    [
        (webm_of(14), "This is longer than 10 seconds."),
        (ogg_of(14), "This is longer than 10 seconds."),
        (webm_of(3, rate=150), "Nothing can be heard in this recording."),
        (ogg_of(3, rate=150), "Nothing can be heard in this recording."),
        (b"RIFF....WAVE" * 20, "This is not a sound recording."),
        (VIDEO, "This sound is written in another way."),
        (webm_of(3) + bytes(GREETING_BYTES), "This is longer than 10 seconds."),
    ],
)
def test_what_is_no_greeting_gets_a_sentence_and_what_there_was_stays(team: Team, sound: bytes, sentence: str) -> None:
    team.says(webm_of(3))
    assert sentence in team.says(sound, status=422)
    assert team.browsers["advocate"].open(OWN).text.count("Draft: no child sees or hears it") == 1
    with db.reading(db.engine()) as session:
        assert len(list(session.scalars(select(IntroductionRow)))) == 1


def test_a_greeting_is_heard_in_the_language_in_which_she_gave_it(team: Team) -> None:
    team.says(webm_of(3), "en")
    team.says(ogg_of(3), "hi")
    team.asks()
    agrees(team.browsers["second"])
    (english,) = set(GREETING.findall(team.telling()))
    team.tablet.open("/language/hi")
    (hindi,) = set(GREETING.findall(team.telling()))
    assert english != hindi
    team.tablet.open("/language/ar")
    assert not GREETING.findall(team.telling())
    recorder = team.browsers["advocate"].open(f"{OWN}/greeting/hi")
    assert "microphone=(self)" in recorder.headers["Permissions-Policy"]
    team.browsers["advocate"].open(f"{OWN}/greeting/de", 404)
    part = team.tablet.ask("GET", english, headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.get_data())) == (206, 100)


def test_her_words_stand_beside_her_name_in_each_language(team: Team) -> None:
    team.writes(en="  comes on\u200b Tuesdays ", hi="मंगलवार को आती हैं")
    team.asks()
    agrees(team.browsers["second"])
    assert "comes on Tuesdays" in team.telling()
    team.tablet.open("/language/hi")
    assert "मंगलवार को आती हैं" in team.telling()
    team.tablet.open("/language/ar")
    assert "मंगलवार" not in team.telling()
    assert "Use fewer words" in team.writes(422, en="x" * 33)
    assert "Draft" not in team.writes(en="comes on Tuesdays", hi="मंगलवार को आती हैं")


def test_an_emptied_box_takes_her_words_back(team: Team) -> None:
    """It said "Kept. No child reads new words yet", and children went on reading the old ones."""
    browser = team.browsers["advocate"]
    for words in ("comes on Tuesdays", ""):
        browser.open(f"{OWN}/words")
        page = browser.send(f"{OWN}/words", {"words_en": words}).text
        if words:
            team.asks()
            agrees(team.browsers["second"])
            assert words in team.telling()
    assert "It is taken back." in page
    assert "comes on Tuesdays" not in team.telling()
    browser.open(f"{OWN}/words")
    browser.send(f"{OWN}/words", {"words_en": "\u200c\u200d"})
    assert "Draft: no child" not in browser.open(OWN).text, "what nobody sees is nothing"


def test_who_leaves_leaves_no_face_behind(team: Team) -> None:
    team.draws("second")
    team.asks("second", "advocate")
    agrees(team.browsers["advocate"])
    (address,) = set(FACE.findall(team.telling()))
    leave = f"/staff/people/{team.people['second'].id}/leave"
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", team.site_id, handle="third")
    team.browsers["coordinator"].open(leave)
    team.browsers["coordinator"].send(leave, {"second": team.people["advocate"].id})
    agrees(team.browsers["advocate"])
    assert team.tablet.ask("GET", address).status_code == 404
    with db.reading(db.engine()) as session:
        assert not list(session.scalars(select(IntroductionRow)))


def test_nobody_takes_back_or_asks_for_a_colleague(team: Team) -> None:
    team.draws()
    team.asks()
    agrees(team.browsers["second"])
    team.takes_back("portrait", name="second")
    assert FACE.findall(team.telling()), "only her own"


def test_a_colleague_finds_in_the_log_who_drafted_approved_and_took_back(team: Team) -> None:
    team.draws()
    team.asks()
    agrees(team.browsers["second"])
    team.takes_back("portrait")
    page = team.browsers["second"].open("/staff/log").text
    for words in ("Changed how she introduces herself", "Approved how a colleague", "Took back how she introduces"):
        assert words in page


def test_the_log_says_of_a_draft_that_it_is_gone_and_nothing_of_what_was_not_there(team: Team) -> None:
    asha = team.people["advocate"].id
    team.draws()
    for state in ("approved", "draft", "draft", "approved"):
        team.takes_back("portrait", state=state)
    assert actions() == [f"advocate draft {asha} portrait", f"advocate discard {asha} portrait"]


def test_a_site_can_keep_faces_off_the_strip_that_a_neighbour_sees(team: Team) -> None:
    team.draws()
    team.asks()
    agrees(team.browsers["second"])
    with_faces = team.telling()
    strip = re.compile(r"<button class=\"strip.*?</button>", re.DOTALL)
    assert FACE.findall(strip.findall(with_faces)[0])
    place = f"/staff/sites/{team.site_id}"
    team.browsers["coordinator"].open(place)
    fields: dict[str, object] = {
        "name": "Example House",
        "mail_name": "The letter of the week",
        "time_zone": "Asia/Kolkata",
        "daily_hour": "18",
        "jurisdiction": "india",
        "languages": ["en", "hi", "ar"],
        "checked_languages": ["en"],
        "helpline_tested": "2026-11-20",
        "strip_words": "y",
    }
    team.browsers["coordinator"].send(place, fields)
    words_only = team.telling()
    assert 'class="heads"' not in strip.findall(words_only)[0]
    assert "Some of them cannot see this." in strip.findall(words_only)[0]
    assert FACE.findall(words_only), "where she decides, and above Send"
