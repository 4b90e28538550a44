"""A coordinator imports, an advocate looks at the real screens and approves; everybody else is kept out."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.support.open_rounds import DAY, LETTERS, House, a_house, file, kept, log, questions
from tests.support.people import Somebody, signed_in
from tests.support.visitor import Visitor
from tests.surveys.questionnaires.test_xlsform import PLAIN, workbook
from youthvoice import db
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import ConcurrentUpdate
from youthvoice.surveys.questionnaires.drafts.import_carrier import unpack
from youthvoice.surveys.questionnaires.questionnaire import freeze_words
from youthvoice.surveys.questionnaires.store import (
    add_questionnaire,
    approve_questionnaire,
    find_stored_questionnaire,
    list_newest_versions,
    load_questionnaire,
)
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.xlsform.xlsform_reader import import_xlsform

ASKS_WHO = """
[[question]]
name = "called"
kind = "choose_one"
text = { en = "What is your name?" }
options = [{ key = "a", en = "Ant" }, { key = "b", en = "Bee" }]
"""
WRONG = """
[[question]]
name = "food"
kind = "faces"
text = { en = "How was it?" }
colour = "red"
"""

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def house(app: Flask) -> House:
    return a_house()


def _upload(visitor: Visitor, data: bytes, name: str, status: int = 200) -> str:
    visitor.open("/staff/questionnaires/import")
    upload: dict[str, object] = {"file": (BytesIO(data), name)}
    return visitor.send("/staff/questionnaires/import", upload, status, content_type="multipart/form-data").text


def _as(visitor: NewVisitor, person: Somebody) -> Visitor:
    return signed_in(visitor(), person)


def test_an_empty_list_says_what_to_do_next(house: House, visitor: NewVisitor) -> None:
    page = _as(visitor, house.coordinator).open("/staff/questionnaires/").text
    assert "There is no questionnaire yet" in page
    assert "Import a questionnaire" in page
    assert page.count("Use it") == 16
    page = _as(visitor, house.advocate).open("/staff/questionnaires/").text
    assert "Import a questionnaire" not in page
    assert "Use it" not in page


def test_a_new_house_takes_a_questionnaire_from_the_shelf(house: House, visitor: NewVisitor) -> None:
    """From the shelf to the child's screen, a draft, an advocate's yes; what nobody took is nobody's draft."""
    coordinator, advocate = _as(visitor, house.coordinator), _as(visitor, house.advocate)
    listed = coordinator.open("/staff/questionnaires/").text
    assert "My days here" in listed
    assert listed.count("needs checking") > 15
    screens = coordinator.open("/staff/questionnaires/shelf/daily-life-7-9/preview/hi").text
    assert "खाना आपको कैसा लगता है?" in screens
    assert 'action="/survey/preview"' in screens
    with db.reading(db.engine()) as session:
        assert list_newest_versions(session) == []
    coordinator.open("/staff/questionnaires/")
    page = coordinator.send("/staff/questionnaires/shelf/daily-life-7-9/use").text
    assert "daily-life-7-9 is kept as version 1" in page
    assert "Waits for an advocate" in page
    with db.reading(db.engine()) as session:
        (stored,) = list_newest_versions(session)
        here = stored.id
    advocate.open(f"/staff/questionnaires/{here}/approve")
    assert house.advocate.name in advocate.send(f"/staff/questionnaires/{here}/approve", {"seen": "y"}).text
    assert coordinator.open("/staff/questionnaires/").text.count("Use it") == 15


def test_only_a_coordinator_takes_from_the_shelf_and_only_what_stands_there(house: House, visitor: NewVisitor) -> None:
    for person in (house.advocate, house.facilitator):
        browser = _as(visitor, person)
        browser.open("/staff/questionnaires/")
        browser.send("/staff/questionnaires/shelf/rights/use", {}, 403)
    browser = _as(visitor, house.coordinator)
    browser.open("/staff/questionnaires/")
    for name in ("nothing", "..%2fREADME", "daily-life-7-9.toml", "n" * 300):
        browser.send(f"/staff/questionnaires/shelf/{name}/use", {}, 404)
        browser.open(f"/staff/questionnaires/shelf/{name}/preview/en", 404)
    browser.open("/staff/questionnaires/shelf/rights/preview/xx", 404)


def test_an_imported_file_is_kept_and_shown_with_its_questions(house: House, visitor: NewVisitor) -> None:
    browser = _as(visitor, house.coordinator)
    page = _upload(browser, file(LETTERS), "Example Days.toml")
    assert "example-days is kept as version 1" in page
    assert "How was the food this week?" in page
    assert "Waits for an advocate" in page
    listed = browser.open("/staff/questionnaires/").text
    assert "1 questionnaire, for all sites." in listed
    assert "Not yet" in listed


def test_the_same_file_again_makes_no_new_version(house: House, visitor: NewVisitor) -> None:
    browser = _as(visitor, house.coordinator)
    _upload(browser, file(), "example-days.toml")
    assert "version 1" in _upload(browser, file(), "example-days.toml")
    assert "version 2" in _upload(browser, file(LETTERS), "example-days.toml")


def test_a_wrong_file_says_everything_that_is_wrong_at_once_and_nothing_is_kept(
    house: House, visitor: NewVisitor
) -> None:
    page = _upload(_as(visitor, house.coordinator), file(WRONG), "days.toml", 422)
    assert "Nothing was imported" in page
    assert page.count("<bdi>days.toml</bdi>: row ") >= 2
    with db.reading(db.engine()) as session:
        assert list_newest_versions(session) == []


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 no book", b"= = ="])
def test_rubbish_is_refused_in_words(data: bytes, house: House, visitor: NewVisitor) -> None:
    assert "Nothing was imported" in _upload(_as(visitor, house.coordinator), data, "x.xlsx", 422)


def test_a_missing_file_is_said_kindly(house: House, visitor: NewVisitor) -> None:
    browser = _as(visitor, house.coordinator)
    browser.open("/staff/questionnaires/import")
    assert "Choose a file" in browser.send("/staff/questionnaires/import", {}, 422).text


def test_a_packed_file_without_any_line_reaches_the_rules(house: House, visitor: NewVisitor) -> None:
    data = b"PK\x03\x04" + random.Random(7).randbytes(200_000)  # noqa: S311 - any bytes, the same each time
    assert "Nothing was imported" in _upload(_as(visitor, house.coordinator), data, "form.xlsx", 422)


def test_a_file_of_a_megabyte_reaches_the_rules_and_one_of_three_does_not(house: House, visitor: NewVisitor) -> None:
    browser = _as(visitor, house.coordinator)
    browser.open("/staff/questionnaires/import")
    assert _heavy(browser, 1).status_code == 422
    assert _heavy(browser, 3).status_code == 413


def test_a_large_file_of_somebody_who_may_not_import_is_not_read(house: House, visitor: NewVisitor) -> None:
    assert _heavy(visitor(), 1).status_code == 413
    advocate = _as(visitor, house.advocate)
    advocate.open("/staff/questionnaires/")
    assert _heavy(advocate, 1).status_code == 413


def _heavy(browser: Visitor, megabytes: int) -> TestResponse:
    token = browser.hidden.get("csrf_token", "")
    parts = (
        f'--line\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--line\r\nContent-Disposition: form-data; name="file"; filename="days.toml"\r\n\r\n'
    )
    body = parts.encode() + b"#" * megabytes * 1024 * 1024 + b"\r\n--line--\r\n"
    kind = "multipart/form-data; boundary=line"
    return browser.client.post("/staff/questionnaires/import", data=body, content_type=kind)


def test_an_export_comes_back_as_it_went(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(LETTERS))
    answer = _as(visitor, house.advocate).client.get(f"/staff/questionnaires/{here}/export.xlsx")
    assert answer.status_code == 200
    assert "example-days.xlsx" in answer.headers["Content-Disposition"]
    questionnaire = import_xlsform(answer.data, "example-days.xlsx").questionnaire
    assert [question.name for question in questionnaire.questions] == ["food", "wish"]


def test_an_advocate_approves_after_looking(house: House, visitor: NewVisitor) -> None:
    here = kept(questions())
    browser = _as(visitor, house.advocate)
    browser.open(f"/staff/questionnaires/{here}/approve")
    refused = browser.send(f"/staff/questionnaires/{here}/approve", {}, 422)
    assert "Look at the screens first" in refused.text
    page = browser.send(f"/staff/questionnaires/{here}/approve", {"seen": "y"}).text
    assert house.advocate.name in page
    with db.reading(db.engine()) as session:
        questionnaire_row = find_stored_questionnaire(session, here)
        assert questionnaire_row is not None
        assert questionnaire_row.approved_by == house.advocate.id


def test_a_question_that_seems_to_ask_for_a_name_waits_for_an_advocate_who_says_it_does_not(
    house: House, visitor: NewVisitor
) -> None:
    coordinator, advocate = _as(visitor, house.coordinator), _as(visitor, house.advocate)
    assert "seems to ask who a child is" in _upload(coordinator, file(ASKS_WHO), "days.toml")
    with db.reading(db.engine()) as session:
        (stored,) = list_newest_versions(session)
        here = stored.id
    page = advocate.open(f"/staff/questionnaires/{here}/approve").text
    assert "What is your name?" in page
    advocate.send(f"/staff/questionnaires/{here}/approve", {"seen": "y"}, 422)
    advocate.send(f"/staff/questionnaires/{here}/approve", {"seen": "y", "not_who": "called"})
    with db.reading(db.engine()) as session:
        questionnaire_row = find_stored_questionnaire(session, here)
        assert questionnaire_row is not None
        assert questionnaire_row.approved_on


ASKS_ABUSE = """
[[question]]
name = "drum"
kind = "yes_no"
text = { en = "Did the drum group hit you as great?" }
options = [{ key = "yes", en = "Yes" }, { key = "no", en = "No" }]
good = ["yes"]
"""


def test_a_question_that_seems_to_ask_about_abuse_waits_for_an_advocates_reason(
    house: House, visitor: NewVisitor
) -> None:
    coordinator, advocate = _as(visitor, house.coordinator), _as(visitor, house.advocate)
    page = _upload(coordinator, file(ASKS_ABUSE), "days.toml")
    assert "“hit” (English)" in page
    with db.reading(db.engine()) as session:
        (stored,) = list_newest_versions(session)
        here = f"/staff/questionnaires/{stored.id}"
    page = advocate.open(f"{here}/approve").text
    assert "Did the drum group hit you as great?" in page
    advocate.send(f"{here}/approve", {"seen": "y"}, 422)
    advocate.send(f"{here}/approve", {"seen": "y", "why_0": "it is ok"}, 422)
    why = "It asks about music, nobody is hurt."
    assert why in advocate.send(f"{here}/approve", {"seen": "y", "why_0": why}).text
    with db.reading(db.engine()) as session:
        questionnaire_row = find_stored_questionnaire(session, stored.id)
        assert questionnaire_row is not None
        assert questionnaire_row.approved_by == house.advocate.id
        assert questionnaire_row.overrides == {"drum": why}
        lines = session.execute(
            select(AuditEntryRow.actor, AuditEntryRow.subject).where(AuditEntryRow.action == "questionnaire.not_abuse")
        ).all()
    assert [(actor, subject) for actor, subject in lines] == [(house.advocate.handle, "days/1 drum")]


def test_nobody_says_so_of_words_of_her_own(house: House, visitor: NewVisitor) -> None:
    questionnaire = read_toml(file(ASKS_ABUSE), "example-days", overridden=frozenset({"drum"}))
    with db.writing(db.engine()) as session:
        hers = add_questionnaire(session, questionnaire, house.advocate.handle, DAY, log())
        title = freeze_words({"en": "Looked through by another"})
        again = add_questionnaire(session, replace(questionnaire, title=title), "example", DAY, log())
        here = f"/staff/questionnaires/{again.id}/approve"
        assert again.version == hers.version + 1
    advocate, why = _as(visitor, house.advocate), "It asks about music, nobody is hurt."
    assert "Another advocate decides" in advocate.open(here).text
    advocate.send(here, {"seen": "y", "why_0": why}, 403)
    second = _as(visitor, house.people["second_advocate"])
    assert why in (second.open(here), second.send(here, {"seen": "y", "why_0": why}))[1].text


def test_to_do_names_a_waiting_questionnaire_by_its_title(house: House, visitor: NewVisitor) -> None:
    kept(questions())
    page = _as(visitor, house.advocate).open("/staff/").text
    assert "Example days" in page
    assert "example-days/1" not in page


def test_a_language_that_is_not_spoken_here_has_its_name(house: House, visitor: NewVisitor) -> None:
    text = re.sub(r'\ben = ("[^"]*")', r"en = \1, sw = \1", file().decode()).replace('["en"]', '["en", "sw"]')
    here = kept(read_toml(text.encode(), "days"))
    page = _as(visitor, house.advocate).open(f"/staff/questionnaires/{here}").text
    assert ">Swahili<" in page


def test_the_preview_is_the_real_page_of_a_child_and_names_no_round(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(LETTERS))
    browser = _as(visitor, house.advocate)
    page = browser.open(f"/staff/questionnaires/{here}/preview/en").text
    assert "How was the food this week?" in page
    assert 'action="/survey/preview"' in page
    browser.open(f"/staff/questionnaires/{here}/preview/hi", 404)


WRONG_WORD = "The third question says “nutrition”. Children say “food”."


def _sent_back(house: House, visitor: NewVisitor) -> int:
    """The coordinator kept it, the advocate sent it back."""
    browser = _as(visitor, house.coordinator)
    _upload(browser, file(LETTERS), "letters.toml")
    with db.reading(db.engine()) as session:
        (stored,) = list_newest_versions(session)
    advocate, here = _as(visitor, house.advocate), f"/staff/questionnaires/{stored.id}"
    assert here in advocate.open("/staff/").text
    assert "Send back" in advocate.open(f"{here}/approve").text
    advocate.send(f"{here}/send-back", {"reason": " "}, 422)
    assert "Say what is wrong." in advocate.page
    advocate.send(f"{here}/send-back", {"reason": WRONG_WORD})
    return stored.id


def test_an_advocate_sends_it_back_and_whoever_kept_it_reads_why(house: House, visitor: NewVisitor) -> None:
    number = _sent_back(house, visitor)
    here, advocate = f"/staff/questionnaires/{number}", _as(visitor, house.advocate)
    assert here not in advocate.open("/staff/").text, "it waits for her no more"
    author = _as(visitor, house.coordinator)
    assert here in author.open("/staff/").text
    page = author.open(here).text
    assert WRONG_WORD in page
    assert house.advocate.name in page
    assert here not in _as(visitor, house.facilitator).open("/staff/").text
    advocate.open(f"{here}/approve")
    assert "Send back" not in advocate.page.split("Your decision")[1]
    advocate.send(f"{here}/send-back", {"reason": "again"})
    assert "decided about it since" in advocate.page
    with db.reading(db.engine()) as session:
        lines = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "questionnaire.send_back")).all()
        assert [(one.actor, one.subject) for one in lines] == [(house.advocate.handle, "letters/1")]


def test_what_was_sent_back_is_mended_as_a_draft_and_the_next_version_waits(house: House, visitor: NewVisitor) -> None:
    number = _sent_back(house, visitor)
    author = _as(visitor, house.coordinator)
    author.open(f"/staff/questionnaires/{number}")
    assert f'action="/staff/questionnaires/drafts/of/{number}"' in author.page
    with db.writing(db.engine()) as session:
        before = find_stored_questionnaire(session, number)
        assert before
        questionnaire = replace(load_questionnaire(session, number), title=freeze_words({"en": "In other words"}))
        after = add_questionnaire(session, questionnaire, house.coordinator.handle, DAY, log())
        changed = after.id
        assert changed != number
    assert "sent back" not in author.open("/staff/").text
    advocate = _as(visitor, house.advocate)
    assert f"/staff/questionnaires/{changed}" in advocate.open("/staff/").text
    advocate.open(f"/staff/questionnaires/{changed}/approve")
    advocate.send(f"/staff/questionnaires/{changed}/approve", {"seen": "y"})
    with db.reading(db.engine()) as session:
        questionnaire_row = find_stored_questionnaire(session, changed)
        assert questionnaire_row
        assert questionnaire_row.approved_on


def test_an_advocate_who_looks_again_may_still_approve_what_was_sent_back(house: House, visitor: NewVisitor) -> None:
    number = _sent_back(house, visitor)
    advocate, here = _as(visitor, house.advocate), f"/staff/questionnaires/{number}"
    assert WRONG_WORD in advocate.open(f"{here}/approve").text
    assert house.advocate.name in advocate.send(f"{here}/approve", {"seen": "y"}).text
    assert here not in _as(visitor, house.coordinator).open("/staff/").text


def test_whoever_kept_it_withdraws_it_and_then_it_is_never_approved(house: House, visitor: NewVisitor) -> None:
    number = _sent_back(house, visitor)
    here, author = f"/staff/questionnaires/{number}", _as(visitor, house.coordinator)
    other = _as(visitor, house.advocate)
    assert "Withdraw this version" not in other.open(here).text
    assert other.ask("POST", f"{here}/withdraw", data=other.hidden).status_code == 403
    assert "Withdraw this version" in author.open(here).text
    author.send(f"{here}/withdraw")
    assert "Withdrawn on" in author.page
    assert here not in author.open("/staff/").text
    with db.writing(db.engine()) as session:
        stored = find_stored_questionnaire(session, number, to_change=True)
        assert stored
        with pytest.raises(ConcurrentUpdate):
            approve_questionnaire(session, stored, house.advocate.id, DAY, log())
        again = add_questionnaire(session, load_questionnaire(session, number), house.coordinator.handle, DAY, log())
        assert again.version == 2, "kept once more it is a new version, which waits"
    assert "decided about it since" in other.open(f"{here}/approve").text


def test_nobody_else_imports_or_approves(house: House, visitor: NewVisitor) -> None:
    here = kept(questions())
    _as(visitor, house.advocate).open("/staff/questionnaires/import", 403)
    _as(visitor, house.coordinator).open(f"/staff/questionnaires/{here}/approve", 403)
    _as(visitor, house.facilitator).open(f"/staff/questionnaires/{here}/approve", 403)
    visitor().open("/staff/questionnaires/", 302, follow=False)


def test_what_does_not_exist_is_not_found(house: House, visitor: NewVisitor) -> None:
    for path in ("99", "99/approve", "99/export.xlsx", "99/preview/en"):
        _as(visitor, house.advocate).open(f"/staff/questionnaires/{path}", 404)


UNFIT = [["start", "start"], ["decimal", "tall", "How tall?"], PLAIN, ["text", "who", "What is your name?"]]


def _upload_leaving_out(visitor: Visitor, data: bytes, name: str, status: int = 200) -> str:
    visitor.open("/staff/questionnaires/import")
    sent: dict[str, object] = {"file": (BytesIO(data), name), "leave_out": "y"}
    return visitor.send("/staff/questionnaires/import", sent, status, content_type="multipart/form-data").text


def _carried(page: str) -> str:
    (found,) = re.findall(r'name="carried"[^>]* value="([^"]+)"', page)
    return str(found)


def test_every_row_that_is_left_out_is_shown_before_anything_is_kept(house: House, visitor: NewVisitor) -> None:
    browser = _as(visitor, house.coordinator)
    assert "tick below that such rows are left out" in _upload(browser, workbook(UNFIT), "form.xlsx", 422)
    page = _upload_leaving_out(browser, workbook(UNFIT), "form.xlsx")
    for said in (
        "3 rows are left out", "1 question stays", "row 2: “start” would tell who answers", "row 3: “tall” is left out",
        "row 5: “who” is left out: “What is your name?” seems to ask who the child is",
    ):  # fmt: skip
        assert said in page
    with db.reading(db.engine()) as session:
        assert list_newest_versions(session) == []
    page = browser.send("/staff/questionnaires/import/confirm", {"carried": _carried(page)}).text
    assert "form is kept as version 1" in page
    assert "row 3: “tall” is left out" in page
    with db.reading(db.engine()) as session:
        (stored,) = list_newest_versions(session)
        assert "How tall?" not in stored.body


def test_what_is_carried_is_taken_only_from_whoever_handed_it_in_and_unchanged(
    house: House, visitor: NewVisitor
) -> None:
    browser, other = _as(visitor, house.coordinator), _as(visitor, house.advocate)
    carried = _carried(_upload_leaving_out(browser, workbook(UNFIT), "form.xlsx"))
    for wrong in ("", "x", "ä", carried[:-8] + "AAAAAAAA", carried[1:]):
        page = browser.send("/staff/questionnaires/import/confirm", {"carried": wrong}).text
        assert "Choose the file once more" in page
        assert "Import a questionnaire" in page
    other.open("/staff/questionnaires/")
    other.send("/staff/questionnaires/import/confirm", {"carried": carried}, 403)
    with browser.client.application.app_context():
        assert unpack(carried, house.coordinator.handle) is not None
        assert unpack(carried, house.advocate.handle) is None
    with db.reading(db.engine()) as session:
        assert list_newest_versions(session) == []


def test_with_nothing_to_leave_out_the_file_is_kept_at_once(house: House, visitor: NewVisitor) -> None:
    browser = _as(visitor, house.coordinator)
    assert "form is kept as version 1" in _upload_leaving_out(browser, workbook([PLAIN]), "form.xlsx")
    assert "days is kept as version 1" in _upload_leaving_out(browser, file(), "days.toml")
    assert "Nothing was imported" in _upload_leaving_out(browser, workbook(UNFIT[:2]), "form.xlsx", 422)


def test_answers_are_listed_as_the_readers_language_lists_them(house: House, visitor: NewVisitor) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).values(language="ar"))
    page = _as(visitor, house.coordinator).open(f"/staff/questionnaires/{kept(questions())}").text
    assert 'lang="ar"' in page
    assert re.search(r"</bdi>[^<]* و<bdi>", page)
    assert "</bdi>, " not in page
