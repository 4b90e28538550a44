"""An adult uploads a picture for an answer; an advocate looks at it; children see it, on tablets alone."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import select

from tests.support.offline import manifest_of
from tests.support.open_rounds import House, file as questions_file
from tests.support.people import make_person, on_tablet, signed_in
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from tests.surveys.questionnaires.test_builder import DRAFTS, adds, begins, finished, writes
from youthvoice import context, db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.jobs import picture_maker
from youthvoice.surveys.models import QuestionnaireDraftRow, QuestionnairePictureRow
from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.drafts import draft, store as draft_store
from youthvoice.surveys.questionnaires.drafts.draft import new_question
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.own_pictures.store import find_picture
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.xlsform.xlsform_reader import import_xlsform
from youthvoice.web.graphics.picture_addresses import own_picture_code
from youthvoice.web.request_bodies import most_bytes_of

NewVisitor = Callable[[], Visitor]
FOREVER = "private, max-age=31536000, immutable"
SHOWN = re.compile(r'<img class="picture own" src="([^"]+)" alt=""')


def a_file(colour: tuple[int, int, int] = (20, 120, 60), kind: str = "PNG") -> io.BytesIO:
    written = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(written, kind)
    written.seek(0)
    return written


def uploads(browser: Visitor, place: str, file: io.BytesIO, status: int = 200) -> str:
    browser.open(place)
    return browser.send(place, {"file": (file, "any.png")}, status, content_type="multipart/form-data").text


def a_question(browser: Visitor) -> tuple[str, str]:
    """A draft with one question whose answers have words; the addresses of both."""
    path = begins(browser, languages=["en"])
    question = adds(browser, path, "choose_one")
    writes(
        browser, question, text_en="Which garden?", answer_0_en="Ours", answer_0_picture="seedling",
        answer_1_en="Theirs", answer_1_picture="house",
    )  # fmt: skip
    return path, question


def finishes(browser: Visitor, path: str) -> str:
    browser.open(path)
    browser.send(path, {"title_en": "Our garden", "languages": ["en"], "ages": "10-12", "purpose": "regular"})
    browser.open(path)
    return browser.send(f"{path}/finish").request.path


def kept_pictures() -> list[str]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(QuestionnairePictureRow.code)))


def the_draft(house: House) -> draft.DraftBody:
    with db.reading(db.engine()) as session:
        (found,) = draft_store.list_drafts(session, house.coordinator.id)
        return found.body


def test_from_the_upload_to_the_childs_screen(house: House, browser: Visitor, visitor: NewVisitor) -> None:
    path, question = a_question(browser)
    page = browser.open(question).text
    assert 'name="do" value="picture-0"' in page
    chosen = writes(browser, question, do="picture-0")
    assert "PNG, JPEG or WebP" in chosen
    assert "No child, no adult and no place can be recognised in it." in chosen
    page = uploads(browser, f"{question}/picture?answer=ours", a_file())
    assert "The picture is kept in the draft." in page
    (inside,) = SHOWN.findall(page)
    assert inside.startswith("data:image/webp;base64,"), "a draft is hers alone: its pictures have no address"
    (beside,) = SHOWN.findall(browser.open(f"{question}/screen/en").text)
    assert beside == inside
    assert kept_pictures() == []

    version = finishes(browser, path)
    (code,) = kept_pictures()
    questionnaire = finished("our-garden")
    assert questionnaire.questions[0].options[0].picture == code
    assert list(questionnaire.own_pictures) == [code]
    shown = f"/staff/questionnaires/pictures/{code}"
    assert SHOWN.findall(browser.open(version).text) == [shown]
    assert SHOWN.findall(browser.open(f"{version}/preview/en").text) == [shown]
    answer = browser.ask("GET", shown)
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == FOREVER
    assert own_picture_code(answer.get_data()) == code

    advocate = signed_in(visitor(), house.advocate)
    page = advocate.open(f"{version}/approve").text
    assert SHOWN.findall(page) == [shown]
    assert "no child, no adult and no place may be recognisable" in page.lower()
    assert "Look at each own picture" in advocate.send(f"{version}/approve", {"seen": "y"}, 422).text
    assert house.advocate.name in advocate.send(f"{version}/approve", {"seen": "y", "nobody_seen": "y"}).text

    round_ = open_round([house.site_id], house.coordinator.id, questionnaire)
    tablet = on_tablet(visitor(), house.site_id)
    page = tablet.open(f"/survey/{round_.slug}").text
    assert SHOWN.findall(page) == [f"/static/{code}.webp"]
    assert re.search(r"<img[^>]*>\s*<span[^>]*>Ours</span>", page), "its words say what it is"
    assert "loading=" not in page, "when a picture is fetched must not say where a child is"
    seen = tablet.ask("GET", f"/static/{code}.webp")
    assert (seen.status_code, seen.get_data()) == (200, answer.get_data())
    assert seen.headers["Cache-Control"] == FOREVER


def test_a_tablet_finds_it_among_the_files_that_it_lays_by(house: House, browser: Visitor, visitor: NewVisitor) -> None:
    """`stock` in `worker.js` fetches whatever a page names below `/static/`, and `KEPT` answers for it offline."""
    path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    finishes(browser, path)
    round_ = open_round([house.site_id], house.coordinator.id, finished("our-garden"))
    tablet = on_tablet(visitor(), house.site_id)
    assert f"/survey/{round_.slug}" in manifest_of(tablet)["pages"]
    page = tablet.ask("GET", f"/survey/{round_.slug}").get_data(as_text=True)
    files = re.findall(r'"(/(?:static|clips)/[^"#\\]+)', page)
    assert f"/static/{kept_pictures()[0]}.webp" in files
    assert {tablet.ask("GET", file).status_code for file in files} == {200}


def test_nobody_but_tablets_and_staff_gets_it(house: House, browser: Visitor, visitor: NewVisitor) -> None:
    path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    finishes(browser, path)
    (code,) = kept_pictures()
    stranger = visitor()
    assert stranger.ask("GET", f"/static/{code}.webp").status_code == 404
    assert stranger.ask("GET", f"/staff/questionnaires/pictures/{code}").status_code in {302, 303, 401, 403}
    other = on_tablet(visitor(), house.site_id)
    for wrong in (f"own-{'0' * 32}", "x" * 36, f"own-{'g' * 32}"):
        assert other.ask("GET", f"/static/{wrong}.webp").status_code == 404
        assert browser.ask("GET", f"/staff/questionnaires/pictures/{wrong}").status_code == 404


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: io.BytesIO(b"no picture"), "This is no picture that can be read."),
        (lambda: io.BytesIO(bytes(2001)), "This file is too large: 16 megabytes at most."),
        (io.BytesIO, "This is no picture that can be read."),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_box_and_changes_nothing(
    house: House, browser: Visitor, monkeypatch: pytest.MonkeyPatch, file: Callable[[], io.BytesIO], words: str
) -> None:
    monkeypatch.setattr(picture_maker, "MAX_PICTURE_BYTES", 2000)
    _path, question = a_question(browser)
    assert words in uploads(browser, f"{question}/picture?answer=ours", file(), 422)
    assert the_draft(house).pictures == {}
    assert SHOWN.findall(browser.open(question).text) == []


def a_photo(kind: str) -> io.BytesIO:
    """As heavy as a telephone makes it: 8.1 MB of JPEG with its second picture behind the end, 11.7 MB of PNG."""
    written = io.BytesIO()
    if kind == "JPEG":
        Image.new("RGB", (5656, 4242), (20, 120, 60)).save(written, kind)
        written.write(bytes(8_100_000 - written.tell()))
    else:
        Image.new("RGB", (2300, 1700), (20, 120, 60)).save(written, kind, compress_level=0)
    written.seek(0)
    return written


@pytest.fixture
def large_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test client spools what is large into a file that it never closes."""
    monkeypatch.setattr("werkzeug.test.TemporaryFile", lambda _mode: io.BytesIO())


@pytest.mark.usefixtures("large_in_memory")
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_of_a_telephone_is_taken_as_it_is(house: House, browser: Visitor, kind: str) -> None:
    """It was "too large: a questionnaire may have two megabytes", and the only way led to the start."""
    _path, question = a_question(browser)
    place, photo = f"{question}/picture?answer=ours", a_photo(kind)
    assert len(photo.getvalue()) < most_bytes_of(f"{question}/picture")
    uploads(browser, place, photo)
    assert len(the_draft(house).pictures) == 1


@pytest.mark.usefixtures("large_in_memory")
def test_what_is_larger_than_its_page_takes_reads_how_much_that_is_and_the_way_back(browser: Visitor) -> None:
    _path, question = a_question(browser)
    place = f"{question}/picture?answer=ours"
    page = uploads(browser, place, io.BytesIO(bytes(18_000_000)), 413)
    assert "This page takes 16 megabytes at most." in page
    assert f'href="{place}"' in page
    browser.open(question)
    page = browser.send(question, {"text_en": "x" * 70_000}, 413).text
    assert "This page takes 64 kilobytes at most." in page
    assert f'href="{question}"' in page


def test_nothing_is_unpacked_for_a_draft_or_an_answer_that_is_not_hers(
    house: House, browser: Visitor, visitor: NewVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten files for a draft that does not exist held up every child's Send."""
    _path, question = a_question(browser)
    unpacked: list[bytes] = []
    monkeypatch.setattr("youthvoice.surveys.routes.staff.drafts.make_picture", unpacked.append)
    with db.writing(db.engine()) as session:
        nadia = make_person(session, "coordinator", house.site_id, handle="nadia")
    other = signed_in(visitor(), nadia)
    browser.open(question)
    other.open(DRAFTS + "/new")
    for who, place in (
        (browser, f"{DRAFTS}/999/questions/1/picture"),
        (browser, f"{question}9/picture"),
        (browser, f"{question}/picture?answer=nobodys"),
        (other, f"{question}/picture"),
    ):
        who.send(place, {"file": (a_file(), "any.png")}, 404, content_type="multipart/form-data")
    assert unpacked == []


def test_why_is_said_in_the_language_of_whoever_uploads(house: House, browser: Visitor) -> None:
    _path, question = a_question(browser)
    browser.client.set_cookie("language", "hi")
    with db.writing(db.engine()) as session:
        from youthvoice.accounts.models import PersonRow  # noqa: PLC0415

        session.get_one(PersonRow, house.coordinator.id).language = "hi"
    page = uploads(browser, f"{question}/picture?answer=ours", io.BytesIO(b"no"), 422)
    assert "This is no picture" not in page
    assert "PNG" in page


def test_a_question_has_one_too_and_an_empty_box_takes_it_away(house: House, browser: Visitor) -> None:
    _path, question = a_question(browser)
    uploads(browser, f"{question}/picture", a_file())
    body = the_draft(house)
    (code,) = body.pictures
    assert body.questions[0]["picture"] == code
    page = browser.open(question).text
    assert f'value="own picture {code[-6:]}"' in page
    writes(browser, question)
    assert the_draft(house).pictures.keys() == {code}, "what stands in the box is kept when something else is saved"
    writes(browser, question, picture="")
    assert the_draft(house).pictures == {}, "nothing shows it any more: it is gone from the draft, too"


def test_another_picture_takes_its_place_and_the_first_is_gone(house: House, browser: Visitor) -> None:
    _path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    (first,) = the_draft(house).pictures
    uploads(browser, f"{question}/picture?answer=ours", a_file((200, 20, 20)))
    (second,) = the_draft(house).pictures
    assert first != second


def test_a_draft_is_hers_alone_with_its_pictures_and_both_are_locked(
    house: House, browser: Visitor, visitor: NewVisitor
) -> None:
    path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    (content,) = the_draft(house).pictures.values()
    with db.reading(db.engine()) as session:
        assert content[20:60] not in session.scalars(select(QuestionnaireDraftRow.locked)).one()
    other = signed_in(visitor(), house.people["second_advocate"])
    other.open(f"{question}/picture?answer=ours", 403)
    browser.open(f"{path}/throw")
    browser.send(f"{path}/throw", {})
    assert kept_pictures() == []


def test_nobody_shows_a_picture_of_which_she_only_knows_the_code(house: House, browser: Visitor) -> None:
    path, question = a_question(browser)
    made_up = f"own-{'0' * 32}"
    page = writes(browser, question, answer_0_picture=made_up)
    assert "There is no picture" in page
    assert SHOWN.findall(page) == []
    with pytest.raises(QuestionnaireRefused, match="unknown_picture"):
        read_toml(
            questions_file(
                f'[[question]]\nname = "a"\nkind = "say"\npicture = "{made_up}"\ntext = {{ en = "Hear." }}\n'
            ),
            "t",
        )
    assert path


def test_so_many_and_no_more(house: House, browser: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "MAX_PICTURES", 1)
    _path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    page = uploads(browser, f"{question}/picture?answer=theirs", a_file((200, 20, 20)), 422)
    assert "At most 1 pictures of your own fit one questionnaire." in page
    uploads(browser, f"{question}/picture?answer=ours", a_file((200, 20, 20)))  # in the place of the first


def test_a_later_version_shows_the_same_picture_and_the_first_keeps_it(house: House, browser: Visitor) -> None:
    path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    version = finishes(browser, path)
    (code,) = kept_pictures()
    browser.open(version)
    again = browser.send(f"{DRAFTS}/of/{version.rpartition('/')[2]}").request.path
    page = browser.open(f"{again}/questions/1").text
    assert SHOWN.findall(page) == [f"/staff/questionnaires/pictures/{code}"]
    writes(browser, f"{again}/questions/1", text_en="Which garden now?")
    browser.open(again)
    browser.send(f"{again}/finish")
    assert finished("our-garden").questions[0].options[0].picture == code
    with db.reading(db.engine()) as session:
        assert [questionnaire_row.version for questionnaire_row in store.list_versions(session, "our-garden")] == [2, 1]
        assert find_picture(session, code)


def test_the_digest_of_a_version_covers_its_pictures(house: House, browser: Visitor) -> None:
    path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    before = draft.check_draft(the_draft(house)).questionnaire.digest
    uploads(browser, f"{question}/picture?answer=ours", a_file((20, 120, 90)))
    assert draft.check_draft(the_draft(house)).questionnaire.digest != before
    assert path


def test_files_leave_them_out_and_say_so(house: House, browser: Visitor) -> None:
    path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    toml = browser.ask("GET", f"{path}/export.toml").get_data()
    version = finishes(browser, path)
    page = browser.open(version).text
    assert "files that are downloaded do not hold them" in page
    for file in (toml, browser.ask("GET", f"{version}/export.toml").get_data()):
        assert file.startswith(b"# Uploaded pictures are not in this file.\n")
        assert b"own-" not in file
        assert [one.picture for one in read_toml(file, "t").questions[0].options] == [None, "1F3E0"]
    book = browser.ask("GET", f"{version}/export.xlsx").get_data()
    assert [one.picture for one in import_xlsform(book, "t.xlsx").questionnaire.questions[0].options] == [None, "1F3E0"]


def test_a_faces_scale_keeps_what_somebody_uploaded(house: House, browser: Visitor) -> None:
    body = draft.DraftBody("t", {"purpose": "regular", "ages": "7-9", "languages": ["en"], "title": {"en": "T"}})
    question = body.add(new_question("faces", "food") | {"text": {"en": "How was the food?"}, "good": ["good"]})
    question["options"] = [{"key": one, "en": one} for one in ("bad", "so", "good")]
    assert body.add_picture(question["options"][0], b"any")
    draft_check = draft.check_draft(body)
    assert draft_check.questionnaire.questions[0].options[0].picture == own_picture_code(b"any")


def test_the_page_of_pictures_says_that_there_are_others(house: House, visitor: NewVisitor) -> None:
    assert "own pictures" in on_tablet(visitor(), house.site_id).open("/credits").text


def withdrawn(browser: Visitor, code: str, **more: str) -> str:
    place = f"/staff/questionnaires/pictures/{code}/withdraw"
    browser.open(place)
    return browser.send(place, {"instead": "", **more}).text


def in_a_round(house: House, browser: Visitor, visitor: NewVisitor) -> tuple[str, str, str, Visitor]:
    """The version, the picture's code, the address of its round, and a tablet that has seen it."""
    path, question = a_question(browser)
    uploads(browser, f"{question}/picture?answer=ours", a_file())
    version = finishes(browser, path)
    advocate = signed_in(visitor(), house.advocate)
    advocate.open(f"{version}/approve")
    advocate.send(f"{version}/approve", {"seen": "y", "nobody_seen": "y"})
    round_ = open_round([house.site_id], house.coordinator.id, finished("our-garden"))
    tablet, (code,) = on_tablet(visitor(), house.site_id), kept_pictures()
    assert SHOWN.findall(tablet.open(f"/survey/{round_.slug}").text) == [f"/static/{code}.webp"]
    return version, code, f"/survey/{round_.slug}", tablet


def test_a_withdrawn_picture_is_gone_from_open_rounds_too_and_its_words_stay(
    house: House, browser: Visitor, visitor: NewVisitor
) -> None:
    """Somebody can be recognised in it: no child sees it from then on, nor does it lie in the database."""
    version, code, survey, tablet = in_a_round(house, browser, visitor)
    before = manifest_of(tablet)
    advocate = signed_in(visitor(), house.advocate)
    assert f"/staff/questionnaires/pictures/{code}/withdraw" in advocate.open(version).text
    named = advocate.open(f"/staff/questionnaires/pictures/{code}/withdraw").text
    assert "our-garden" in named
    assert "version 1" in named
    assert survey.rpartition("/")[2] in named, "the round that shows it is named"

    assert "The picture is withdrawn." in withdrawn(advocate, code)
    page = tablet.open(survey).text
    assert SHOWN.findall(page) == []
    assert code not in page
    assert "p-0031-FE0F-20E3" in page, "a number takes its place, as where there never was a picture"
    assert re.search("<span[^>]*>Ours</span>", page)
    assert tablet.ask("GET", f"/static/{code}.webp").status_code == 404
    assert browser.ask("GET", f"/staff/questionnaires/pictures/{code}").status_code == 404
    assert manifest_of(tablet)["version"] != before["version"], "tablets lay their pages by anew"
    with db.reading(db.engine()) as session:
        row = session.get_one(QuestionnairePictureRow, code)
        assert (row.content, row.withdrawn_on) == (b"", context.today())
        lines = [(line.action, line.subject) for line in session.scalars(select(AuditEntryRow))]
    (subject,) = (subject for action, subject in lines if action == "questionnaire.picture_withdraw")
    assert re.fullmatch(f"our-garden/[0-9]+ {code}", subject)
    assert SHOWN.findall(advocate.open(version).text) == []
    assert "withdrawn" in advocate.open(version).text
    advocate.open(f"/staff/questionnaires/pictures/{code}/withdraw", 404)


def test_what_is_chosen_in_its_place_is_what_children_see(house: House, browser: Visitor, visitor: NewVisitor) -> None:
    version, code, survey, tablet = in_a_round(house, browser, visitor)
    place = f"/staff/questionnaires/pictures/{code}/withdraw"
    browser.open(place)
    assert "There is no picture" in browser.send(place, {"instead": "no such thing"}, 422).text
    assert SHOWN.findall(tablet.open(survey).text), "nothing happened yet"
    page = withdrawn(browser, code, instead="tulip")
    assert "Until a child advocate agrees" in page
    document = tablet.open(survey).text
    assert "p-0031-FE0F-20E3" in document, "a number, until an advocate says yes"
    assert "p-1F337" not in document
    assert "waits for a child advocate" in browser.open(version).text
    browser.open(f"/staff/questionnaires/pictures/{code}/instead", 403)

    advocate = signed_in(visitor(), house.advocate)
    place = f"/staff/questionnaires/pictures/{code}/instead"
    assert place in advocate.open("/staff/").text
    looked = advocate.open(place).text
    assert looked.count("p-1F337") >= 2, "alone, and beside the other answers"
    assert "Theirs" in looked
    advocate.send(place, {"do": "agree", "seen": "1F337"})
    document = tablet.open(survey).text
    assert "p-1F337" in document
    assert code not in document
    assert "p-1F337" in browser.open(f"{version}/preview/en").text
    assert place not in advocate.open("/staff/").text
    assert "Somebody has decided that already." in advocate.open(place).text
    log = advocate.open("/staff/log").text
    assert re.search("Withdrew a picture.*?tulip", log, re.DOTALL), "the log says what took its place"
    assert re.search("Agreed to what takes a withdrawn picture(?:'|&#39;)s place.*?tulip", log, re.DOTALL)


def test_an_advocate_who_says_no_leaves_a_number_and_one_who_withdraws_herself_needs_nobody(
    house: House, browser: Visitor, visitor: NewVisitor
) -> None:
    _version, code, survey, tablet = in_a_round(house, browser, visitor)
    withdrawn(browser, code, instead="tulip")
    advocate, place = signed_in(visitor(), house.advocate), f"/staff/questionnaires/pictures/{code}/instead"
    advocate.open(place)
    assert "already" in advocate.send(place, {"do": "agree", "seen": "1F3E0"}).text, "not what she looked at"
    advocate.open(place)
    advocate.send(place, {"do": "decline", "seen": "1F337"})
    assert place not in advocate.open("/staff/").text
    assert "p-0031-FE0F-20E3" in tablet.open(survey).text
    with db.writing(db.engine()) as session:
        row = session.get_one(QuestionnairePictureRow, code)
        assert (row.instead, row.proposed) == ("", "")
        row.withdrawn_on, row.content = None, b"any"
    withdrawn(advocate, code, instead="tulip")
    assert "p-1F337" in tablet.open(survey).text


def test_no_answer_ever_shows_the_picture_of_another_one_of_its_question(
    house: House, browser: Visitor, visitor: NewVisitor
) -> None:
    """Children who cannot read would have answered "Ours" and "Theirs" by the same house."""
    _version, code, survey, tablet = in_a_round(house, browser, visitor)
    for who in (browser, signed_in(visitor(), house.advocate)):
        place = f"/staff/questionnaires/pictures/{code}/withdraw"
        who.open(place)
        page = who.send(place, {"instead": "house"}, 422).text
        assert "Another answer of the same question shows this picture." in page
    withdrawn(browser, code, instead="tulip")
    with db.writing(db.engine()) as session:  # whoever wrote it there
        session.get_one(QuestionnairePictureRow, code).instead = "1F3E0"
    tiles = re.findall(r'<label class="tile".*?</label>', tablet.open(survey).text, re.DOTALL)
    pictures = [re.findall("#p-([0-9A-F-]+)", tile) for tile in tiles[:2]]
    assert pictures == [["0031-FE0F-20E3"], ["1F3E0"]]


def test_a_withdrawn_picture_comes_back_by_no_draft_and_no_upload(
    house: House, browser: Visitor, visitor: NewVisitor
) -> None:
    version, code, _asked, _tablet = in_a_round(house, browser, visitor)
    browser.open(version)
    older = browser.send(f"{DRAFTS}/of/{version.rpartition('/')[2]}").request.path
    withdrawn(browser, code)
    assert "This picture was withdrawn." in uploads(browser, f"{older}/questions/1/picture", a_file(), 422)
    writes(browser, f"{older}/questions/1", text_en="Which garden now?")
    browser.open(older)
    again = browser.send(f"{older}/finish").request.path
    assert SHOWN.findall(browser.open(f"{again}/preview/en").text) == []
    assert find_in_database(code) is None


def find_in_database(code: str) -> bytes | None:
    with db.reading(db.engine()) as session:
        return find_picture(session, code)


def test_a_facilitator_withdraws_nothing(house: House, browser: Visitor, visitor: NewVisitor) -> None:
    version, code, _asked, _tablet = in_a_round(house, browser, visitor)
    other = signed_in(visitor(), house.facilitator)
    assert "/withdraw" not in other.open(version).text
    other.open(f"/staff/questionnaires/pictures/{code}/withdraw", 403)
