"""A page at the box is the page of the house: words, pictures, voices, headers, language; its forms come home."""

import re
from contextvars import Context
from dataclasses import replace
from io import BytesIO

from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from tests.support.child_at_tablet import WEBM
from tests.support.committees import make_committee
from tests.support.introductions import introduce
from tests.support.rounds import open_round, starter
from tests.support.village import JSON, Village, in_three_languages
from youthvoice import context, db
from youthvoice.accountability.models import TapRow
from youthvoice.accountability.replies import record_reply
from youthvoice.accountability.store import create_answer_due
from youthvoice.box.models import BoxPageRow
from youthvoice.box.routes.public import box as box_routes
from youthvoice.introductions.rules import PORTRAIT_BYTES
from youthvoice.kiosk.offline.envelope import PATHS
from youthvoice.surveys.models import QuestionnairePictureRow
from youthvoice.threads.models import ThreadRow
from youthvoice.web.graphics.picture_addresses import own_picture_code

_OF_ITS_OWN = re.compile(rb'(name="sheet" value=")[0-9a-f]{32}"')
_AS_OF = re.compile(
    rb'<p class="centre"[^>]*>[^<]*<time data-day>[^<]*</time></p>|"version":"\w+"'
    rb"| data-offline hidden(?: data-when='[^']*')?"
    rb'| class="large"|class="large" '  # at either end of the list
)
_SAME_HEADERS = (
    "Content-Type", "Content-Security-Policy", "Permissions-Policy", "Cache-Control", "Referrer-Policy",
    "X-Content-Type-Options", "Cross-Origin-Opener-Policy",
)  # fmt: skip


def alike(page: TestResponse) -> bytes:
    return _AS_OF.sub(b"", _OF_ITS_OWN.sub(b"", page.get_data()))


def manifest(village: Village) -> dict[str, object]:
    return dict(village.box.test_client().get("/offline/manifest").get_json())


@in_three_languages
def test_every_page_and_file_is_that_of_the_house_in_every_language_with_its_headers(village: Village) -> None:
    at_house, seen = village.tablet.client, set()
    for language in ("en", "hi", "ar", "en.large"):
        at_box = village.child(language).client
        for path in manifest(village)["pages"]:  # type: ignore[attr-defined]
            for client in (at_box, at_house):
                client.set_cookie("language", language)  # the page of languages forgets it
            there, here = at_box.get(path), Context().run(at_house.get, path)
            assert alike(there) == alike(here), f"{language} {path}"
            if there.mimetype == "text/html":
                assert f'lang="{language.removesuffix(".large")}"' in there.text, path
                is_large = language.endswith(".large") and path != "/language"  # there the next child begins
                assert ('class="large"' in there.text) is is_large, path
            assert {one: there.headers.get(one) for one in _SAME_HEADERS} == {
                one: here.headers.get(one) for one in _SAME_HEADERS
            }, path
            seen |= set(re.findall(r'"(/(?:static|clips)/[^"#\\]+)', there.text))
    assert len(seen) > 8
    for file in (*sorted(seen), "/exit/en", "/exit/hi", "/exit/ar", "/worker.js", "/app.webmanifest"):
        there, here = village.box.test_client().get(file), Context().run(at_house.get, file)
        assert (there.status_code, there.get_data()) == (200, here.get_data()), file
        assert there.headers["Cache-Control"] == here.headers["Cache-Control"], file


def test_a_page_says_of_which_day_it_is(village: Village) -> None:
    page = village.child("en").open("/open").text
    assert re.search(r'<p class="centre">No network now. From: <time data-day>[^<]+</time>', page)
    assert "data-offline hidden" not in village.child("en").open("/tell").text


def test_it_lets_appear_what_the_worker_of_a_tablet_lets_appear(village: Village) -> None:
    worker = village.box.test_client().get("/worker.js").text
    theirs = re.search(r"OFFLINE=/(.*?)/g[,;]", worker)
    assert theirs
    assert box_routes._OFFLINE.pattern.decode() == theirs[1]  # noqa: SLF001 - two halves of one mechanism


@in_three_languages
def test_a_tablet_fetches_each_page_in_the_language_that_it_asks_for(village: Village) -> None:
    fetched = village.box.test_client().get("/tell", headers={"Youth-Voice-Language": "hi"}).text
    assert 'lang="hi"' in fetched
    assert len(re.findall("[\u0900-\u097f]", fetched)) > 1000


@in_three_languages
def test_who_chose_no_language_chooses_one_and_the_next_child_begins_anew(village: Village) -> None:
    client = village.box.test_client()
    assert client.get("/").headers["Location"] == "/language"
    assert client.get("/language/hi").headers["Location"] == "/"
    assert 'lang="hi"' in client.get("/").text
    client.get("/language")
    assert client.get("/").headers["Location"] == "/language"
    assert client.get("/language/xx").status_code == 404


@in_three_languages
def test_files_are_kept_once_for_all_languages(village: Village) -> None:
    def kept() -> list[str]:
        with village.box.app_context(), db.reading(db.engine()) as session:
            return list(session.scalars(select(BoxPageRow.name)))

    names = Context().run(kept)
    assert [name for name in names if name.startswith("/static/")]
    assert not [name for name in names if "/static/" in name and not name.startswith("/static/")]


def _changes(village: Village, page: str, **values: object) -> None:
    def change() -> None:
        with village.box.app_context(), db.writing(db.engine()) as session:
            session.execute(update(BoxPageRow).where(BoxPageRow.name == page).values(**values))

    Context().run(change)


def test_files_of_a_house_of_another_version_are_answered_too(village: Village) -> None:
    style = re.search(r'"(/static/child\.[^"]+)"', village.child().open("/help").text)
    assert style
    _changes(village, style[1], name="/static/child.newer.css", body=b"body{}")
    assert village.box.test_client().get("/static/child.newer.css").get_data() == b"body{}"
    assert village.box.test_client().get(style[1]).status_code == 200, "its own words need its own"
    assert village.box.test_client().get("/static/none.css").status_code == 404


def test_of_a_voice_a_part_may_be_asked_for(village: Village) -> None:
    style = re.search(r'"(/static/child\.[^"]+)"', village.child().open("/help").text)
    assert style
    _changes(village, style[1], name="/clips/one/a.opus", body=b"0123456789", headers={"Content-Type": "audio/ogg"})
    part = village.box.test_client().get("/clips/one/a.opus", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.get_data(), part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")


def test_one_sheet_that_comes_twice_gets_the_same_pictures(village: Village) -> None:
    at = village.child()
    at.open("/tell")
    told = {"topic": "broken", "words": "a lamp", "shown": at.hidden["shown"], "sheet": at.hidden["sheet"]}
    once, again = (at.client.post("/tell", data=told, headers=JSON).get_json()["screens"] for _nth in range(2))
    assert once == again
    drawn = at.client.post("/tell", data=told, headers={**JSON, "Youth-Voice-Code": "0123456"}).get_json()["screens"]
    assert drawn != once, "what a tablet drew for a child is what she has seen"
    assert village.waiting() == 1


def test_without_a_script_she_sees_her_pictures_and_it_comes_to_the_house(village: Village) -> None:
    at = village.child()
    at.open("/tell")
    told: dict[str, object] = {"topic": "broken", "words": "a lamp", "shown": at.hidden["shown"]}
    page = at.send("/tell", told, 200)
    assert len(set(re.findall(r"#p-([0-9A-F-]+)\"", page.text))) >= 7
    village.carries("one")
    assert village.count(ThreadRow) == 1


def is_told(village: Village) -> None:
    """An adult says that what children asked for is done."""
    day, lata = context.today(), village.people["lata"].id
    with db.writing(db.engine()) as session:
        owed = create_answer_due(
            session,
            kind="item",
            site_id=village.site_id,
            subject="aa",
            about={"en": "A lamp on the stairs"},
            picture="1F4A1",
            due=day,
            owner_id=lata,
            day=day,
        ).id
    with db.writing(db.engine()) as session:
        record_reply(session, owed, "", "yes", {"en": "The lamp works."}, lata, day)


def test_what_adults_did_stands_at_the_box_after_a_bundle_and_what_children_tap_there_counts(village: Village) -> None:
    is_told(village)
    assert "The lamp works." not in village.child().open("/we-did").text
    village.carries("one")
    at = village.child()
    assert "The lamp works." in at.open("/we-did").text
    tapped = {name: value for name, value in at.hidden.items() if name in {"about", "sheet"}}
    at.send("/we-did", {**tapped, "what": "not_yet"}, 200)
    village.carries("two")
    assert village.count(TapRow) == 1


def test_a_picture_of_a_questionnaire_lies_in_the_box(village: Village) -> None:
    """At the house a tablet gets it, and a box is one; in the village it comes with the other files of its page."""
    content = b"RIFF\x08\x00\x00\x00WEBPVP8 "
    code = own_picture_code(content)

    question = replace(starter().questions[0], kind="say", picture=code, options=(), good=(), says=None)
    with db.writing(db.engine()) as session:
        session.add(QuestionnairePictureRow(code=code, content=content))
    questionnaire = replace(starter(), name="pictured", questions=(question,))
    slug = open_round([village.site_id], village.people["lata"].id, questionnaire).slug
    village.carries("one")
    assert f'src="/static/{code}.webp"' in village.child().open(f"/survey/{slug}").text
    at_box = village.box.test_client().get(f"/static/{code}.webp")
    assert (at_box.status_code, at_box.get_data(), at_box.content_type) == (200, content, "image/webp")


def test_portraits_of_adults_whom_no_page_of_the_box_names_lie_in_it_too(village: Village) -> None:
    """A tablet of the box fetches every file of the manifest, and gets no stock where one of them is missing."""
    for name, clothes in (("lata", "d9694a"), ("asha", "4f7fb5")):
        introduce(village.people[name].id, clothes, village.people["asha"].id)
    village.carries("one")
    files = manifest(village)["files"]
    assert isinstance(files, list)
    faces = [file for file in files if "/static/drawn-" in file]
    assert len(faces) == 2
    answers = [village.box.test_client().get(file) for file in faces]
    assert [(answer.status_code, len(answer.get_data())) for answer in answers] == [(200, PORTRAIT_BYTES)] * 2
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def whose(page: str) -> dict[str, str]:
    """The committee that is asked; there is one."""
    found = re.search(r'name="committee" value="(\w+)"', page)
    return {"committee": found[1]} if found else {}


def test_a_suggestion_with_a_voice_comes_to_the_house(village: Village) -> None:
    make_committee(village.site_id, village.people["lata"], "flip_club")
    village.carries("one")
    at = village.child()
    page = at.open("/agenda/suggest").text
    sent = {"words": "A lamp.", "sheet": at.hidden["sheet"], **whose(page)}
    shown = at.client.post("/agenda/suggest", data={**sent, "voice": (BytesIO(WEBM), "v.webm")}, follow_redirects=True)
    assert "Saved on this tablet" in shown.text
    village.there("out", village.file("two"))
    village.main("in", village.file("two"), village.file("back"))
    assert village.waiting() == 1
    village.there("in", village.file("back"))
    assert village.waiting() == 0


def test_who_tells_nothing_is_asked_again_and_gets_no_pictures(village: Village) -> None:
    at = village.child()
    at.open("/tell")
    empty = {"sheet": at.hidden["sheet"], "shown": at.hidden["shown"], "words": " ", "topic": ""}
    assert at.client.post("/tell", data=empty).headers["Location"] == "/tell"
    assert village.waiting() == 0


def test_every_form_on_a_page_of_the_box_is_one_that_it_keeps(village: Village) -> None:
    kept = set()
    for path in manifest(village)["pages"]:  # type: ignore[attr-defined]
        page = village.child().client.get(path).text
        for form in re.findall(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", page, re.DOTALL):
            action = (re.search(r'action="([^"]*)"', form.split(">", 1)[0]) or [None, ""])[1] or path
            assert PATHS.fullmatch(action), path
            assert 'name="sheet"' in form, action
            kept.add(action.split("/")[1])
    assert {"survey", "tell"} <= kept, "the pattern finds no form any more"


def test_a_box_without_its_pages_says_so_kindly(village: Village) -> None:
    def empty() -> None:
        with village.box.app_context(), db.writing(db.engine()) as session:
            session.execute(delete(BoxPageRow))

    Context().run(empty)
    assert village.box.test_client().get("/").status_code == 503


def test_a_child_at_a_box_makes_the_words_larger(village: Village) -> None:
    """The two letters A led to a page that is not there."""
    child = village.child("en")
    child.open("/language/en.large", 302, follow=False)
    assert 'class="large"' in child.open("/").text
    child.open("/language/xx.large", 404)
