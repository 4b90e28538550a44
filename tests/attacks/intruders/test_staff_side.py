"""Attacks on the pages of staff: forged forms, ways out of the house, stolen rows, markup, bombs, header breaks."""

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import delete, select, update
from werkzeug.routing import Rule

from tests.attacks.intruders.test_child_side import kindly
from tests.support.long_tests import RUNS_LONG, breadth, long_test
from tests.support.people import PASSWORD, house, signed_in
from tests.support.rounds import open_round, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name
from youthvoice.access.models import StaffSessionRow
from youthvoice.access.permissions import ROLES, may
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people.store import change_person
from youthvoice.accounts.sign_in.staff_session import safe_redirect
from youthvoice.accounts.store import list_advocates
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.mail.messages import MailText, compose
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.crypto.session_keys import encrypt_for_session, session_token, token_hash
from youthvoice.sites.models import SiteRow
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.importer import read_for_an_advocate
from youthvoice.surveys.questionnaires.questionnaire import make_words
from youthvoice.surveys.questionnaires.xlsform.workbook import MAX_TAGS, MAX_UNPACKED_BYTES
from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_xlsform

MARKUP = '"><script>alert(1)</script>'
NUMBERS = ("99999999999999999999", "2147483648", "9" * 5000, "-1", "a%00b", "%ff", "0")
OF_A_DATABASE = ("99999999999999999999", "2147483648", "a%00b")
LEADS_OUT = (
    "//evil.example", "\\\\evil.example", "/\\evil.example", "https://evil.example", "https:evil.example", "//[",
    "http://[", "/staff/../../evil", "/staff//../..//evil.example", "javascript:alert(1)", "/staff\n//evil.example",
    " //evil.example", "/staff/sign-out", "///evil.example", "/%2f/evil.example", "/staffevil",
)  # fmt: skip


def said_in(rule: Rule, nth: int, *, sqlite: bool) -> list[str]:
    """What stands in an address: three of all, others in each one; `make test-long` has everything everywhere."""
    if sqlite:
        turned = [*NUMBERS[nth % len(NUMBERS) :], *NUMBERS[: nth % len(NUMBERS)]]
        return breadth(turned[:3], turned[3:])
    return [said for said in OF_A_DATABASE if said.isdecimal() or "<int:" not in rule.rule]


@long_test("RUN")
@pytest.mark.dialect("numbers too large for a column")
def test_no_number_or_text_in_an_address_breaks_a_page_of_staff(
    app: Flask, settings: Settings, visitor: Callable[[], Visitor]
) -> None:
    """Everything in the hand of one who may open the page; in that of every other who may, `make test-long` has some.

    Whoever may not is refused before its address is read, whatever the database: one of them knocks at each page, and
    `tests/access/test_routes.py` lets everybody knock.
    """
    sqlite = settings.database_url.startswith("sqlite")
    _, people = house(ROLES)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff") and "<" in rule.rule]
    tried, refused = set[str](), set[str]()
    for role in ROLES:
        browser = signed_in(visitor(), people[role])
        browser.open("/staff/me")
        for nth, rule in enumerate(rules):
            everything = said_in(rule, nth, sqlite=sqlite)
            permission = getattr(app.view_functions[rule.endpoint], "permission", None)
            opens = permission is None or may(role, permission)
            if not opens and (not sqlite or rule.endpoint in refused):
                continue
            if opens and rule.endpoint in tried and not RUNS_LONG:
                continue
            numbers = everything[: 2 if rule.endpoint in tried else None] if opens else everything[:1]
            tried |= {rule.endpoint} if opens else set()
            refused |= set() if opens else {rule.endpoint}
            for said in numbers:
                path = "/" + "/".join(said if part.startswith("<") else part for part in rule.rule[1:].split("/"))
                for method in {"GET", "POST"} & (rule.methods or set()):
                    data = dict(browser.hidden) if method == "POST" else None
                    answer = browser.ask(method, path, data=data)
                    expected = {303, 400, 403, 404, 405, 410, 422} if opens else {403, 404, 405}
                    assert answer.status_code in expected, f"{role} {method} {path[:80]}"
                    kindly(answer.text) if answer.status_code >= 400 else None
    assert tried == {rule.endpoint for rule in rules}


@pytest.mark.parametrize("back", LEADS_OUT)
def test_signing_in_never_leads_out_of_the_house(app: Flask, visitor: Callable[[], Visitor], back: str) -> None:
    assert safe_redirect(back) is None
    _, people = house(["advocate"])
    browser = visitor()
    browser.hidden = {}
    page = browser.ask("GET", "/staff/sign-in", query_string={"back": back})
    assert page.status_code == 200
    browser._checked(page, 200)  # noqa: SLF001 - takes the token of the page
    data = {**browser.hidden, "handle": people["advocate"].handle, "password": PASSWORD}
    answer = browser.ask("POST", "/staff/sign-in", query_string={"back": back}, data=data)
    assert answer.status_code == 303
    assert answer.location == "/staff/"


@pytest.mark.dialect("bytes and odd letters")
def test_no_form_of_staff_takes_a_nul_or_comes_from_another_site(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator"])
    browser = visitor()
    browser.open("/staff/sign-in")
    browser.send("/staff/sign-in", {"handle": "a\0", "password": "b\0"}, 400)
    browser = signed_in(visitor(), people["coordinator"])
    browser.open(f"/staff/sites/{site_id}")
    browser.send(f"/staff/sites/{site_id}/groups", {"name": "a\0"}, 400)
    for headers in ({"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        browser.open(f"/staff/sites/{site_id}")
        browser.send(f"/staff/sites/{site_id}/groups", {"name": "a"}, 403, headers=headers)
    browser.open(f"/staff/sites/{site_id}")
    browser.send(f"/staff/sites/{site_id}/groups", {"name": "a"}, 200)


def test_a_thief_of_the_database_opens_no_session(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """Neither with what stands in the rows, nor by writing rows of his own."""
    site_id, people = house(["advocate", "coordinator"])
    signed_in(visitor(), people["advocate"])
    with db.reading(db.engine()) as session:
        row = session.scalars(select(StaffSessionRow)).one()
        stolen = [row.token_hash.hex(), row.token_hash.decode("latin-1"), row.sealed_private_key.hex()]
    for token in stolen:
        thief = visitor()
        thief.client.set_cookie(cookie_name(), token)
        assert thief.ask("GET", "/staff/letters/").status_code == 302
    token, pair = session_token(), new_pair()
    with db.writing(db.engine()) as session:
        now = context.now()
        sealed = encrypt_for_session(pair.private, token)
        session.add(
            StaffSessionRow(
                token_hash=token_hash(token), person_id=people["advocate"].id, sealed_private_key=sealed,
                started_at=now, seen_at=now,
            )
        )  # fmt: skip
    thief = visitor()
    thief.client.set_cookie(cookie_name(), token)
    assert thief.ask("GET", "/staff/letters/").status_code == 302, "another key than hers"
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == people["advocate"].id).values(public_key=pair.public))
    assert thief.ask("GET", "/staff/letters/").status_code == 302, "a key that nobody vouches for"
    with db.reading(db.engine()) as session:
        assert not list_advocates(session, site_id), "nothing is sealed to it"
    promoted = signed_in(visitor(), people["coordinator"])
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == people["coordinator"].id).values(role="advocate"))
    assert promoted.ask("GET", "/staff/letters/").status_code == 302


def test_a_session_begins_anew_and_ends_for_good(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["advocate"])
    browser = visitor()
    browser.client.set_cookie(cookie_name(), "chosen-by-somebody-else")
    browser.open("/staff/sign-in")
    browser.send("/staff/sign-in", {"handle": people["advocate"].handle, "password": PASSWORD})
    held = browser.client.get_cookie(cookie_name())
    assert held
    assert held.value != "chosen-by-somebody-else"
    browser.open("/staff/me")
    browser.send("/staff/sign-out")
    again = visitor()
    again.client.set_cookie(cookie_name(), held.value)
    assert again.ask("GET", "/staff/").status_code == 302
    with db.reading(db.engine()) as session:
        assert sessions.find(session, held.value, context.now()) is None


def test_known_and_unknown_names_are_told_alike(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["advocate"])
    pages = set()
    for handle in (people["advocate"].handle, "nobody-here"):
        browser = visitor()
        browser.open("/staff/sign-in")
        answer = browser.send("/staff/sign-in", {"handle": handle, "password": "wrong wrong"}, 403)
        pages.add(answer.text.replace(handle, "").replace(browser.hidden.get("csrf_token", "-"), ""))
    assert len(pages) == 1


def test_cookies_of_production_are_bound_to_the_house(settings: Settings) -> None:
    made = create_app(
        Settings.read(
            {
                "YOUTHVOICE_MODE": "production",
                "YOUTHVOICE_URL": "https://house.example",
                "YOUTHVOICE_DATA": str(settings.data),
                "YOUTHVOICE_KEYS": str(settings.keys),
            }
        )
    )
    with made.app_context():
        _, people = house(["advocate"])
        browser = Visitor(made)
        over: dict[str, Any] = {"base_url": "https://house.example"}
        form = browser.open("/staff/sign-in", **over).headers["Set-Cookie"]
        data: dict[str, object] = {"handle": people["advocate"].handle, "password": PASSWORD}
        answer = browser.send("/staff/sign-in", data, 303, follow=False, **over)
        cookie = answer.headers["Set-Cookie"]
        language = Visitor(made).ask("GET", "/language/hi", **over).headers["Set-Cookie"]
    for one in (form, cookie, language):
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(one.split("; "))
    assert cookie.startswith("__Host-staff=")
    assert "Path=/" in cookie.split("; ")
    assert "Domain" not in cookie
    runtime_of(made).engine.dispose()


def test_markup_of_adults_is_shown_as_they_wrote_it(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator", "advocate", "facilitator"])
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(name=MARKUP, mail_name=MARKUP, danger_adult=MARKUP))
        for one in people.values():
            change_person(session, session.get_one(PersonRow, one.id), name=MARKUP)
        session.execute(delete(StaffSessionRow))
    round_ = open_round([site_id], people["coordinator"].id, permission=MARKUP)
    for role in ("coordinator", "advocate", "facilitator"):
        browser = signed_in(visitor(), people[role])
        for page in ("/staff/", f"/staff/rounds/{round_.slug}", "/staff/rounds/", "/staff/me", "/staff/answers/"):
            assert "<script>alert" not in browser.open(page).text


def test_a_name_with_a_line_break_adds_no_header_to_a_mail(settings: Settings) -> None:
    for name in (
        "The letter\r\nBcc: thief@example.org",
        "The\nletter",
        "The\u2028letter",
        "a\0b",
        '"<x@y.z>',
        "\u202e",
    ):
        text = MailText(sender_name=name, subject="A letter", text="Words", html="<p>Words", language="en")
        made = compose(text, "one@example.org", "<1@example.org>", settings, datetime(2026, 11, 24, tzinfo=UTC))
        raw = made.as_bytes()
        head = raw.partition(b"\r\n\r\n")[0].splitlines()
        assert not [line for line in head if line.lower().startswith(b"bcc")]
        assert sum(line.lower().startswith(b"from:") for line in head) == 1


def _workbook(**parts: bytes) -> bytes:
    """A small form with some of its parts replaced; `sheet`, `strings`, `styles` and `book` name them."""
    places = {
        "sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml", "book": "xl/workbook.xml",
    }  # fmt: skip
    book = Workbook()
    book.worksheets[0].title = "survey"
    book.worksheets[0].append(["type", "name", "label"])
    book.create_sheet("choices").append(["list_name", "name", "label"])
    packed = io.BytesIO()
    book.save(packed)
    changed, put = io.BytesIO(), {places[name]: data for name, data in parts.items()}
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, put.get(name, old.read(name)))
    return changed.getvalue()


_NS = b'<%s xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_LAUGH = b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(8))
BOMBS = {
    "a wide row": {"sheet": _NS % b"worksheet" + b"<sheetData><row>" + b"<c/>" * 500_000},
    "many rows": {"sheet": _NS % b"worksheet" + b"<sheetData>" + b"<row/>" * 500_000},
    "many strings": {"strings": _NS % b"sst" + b"<si><t/></si>" * 300_000},
    "many styles": {"styles": _NS % b"styleSheet" + b"<cellXfs>" + b"<xf/>" * 500_000},
    "one long string": {"strings": _NS % b"sst" + b"<si><t>" + b"a" * (MAX_UNPACKED_BYTES + 1)},
    "entities": {"strings": b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">' + _LAUGH + b"]>" + _NS % b"sst" + b"<si><t>&i;"},
    "entities in UTF-16": {"strings": '<!DOCTYPE s [<!ENTITY a "a">]><sst/>'.encode("utf-16")},
    "many sheets": {"book": _NS % b"workbook" + b"<sheets>" + b'<sheet name="survey" sheetId="1"/>' * 3000},
    "as many tags as may be": {"sheet": _NS % b"worksheet" + b"<sheetData><row>" + b"<c/>" * (MAX_TAGS - 500)},
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_is_a_bomb_is_refused_in_seconds(name: str) -> None:
    bomb = _workbook(**BOMBS[name])
    assert len(bomb) < 200_000, "small enough to be handed in"
    began = time.process_time()
    with pytest.raises(QuestionnaireRefused):
        read_for_an_advocate(bomb, "form.xlsx")
    assert time.process_time() - began < 15


@pytest.mark.parametrize(
    "text",
    [b"a=" + b"[" * 20_000, b"a=" + b"9" * 5000, b"a." * 10_000 + b"a=1", b"\xff\xfe", b"a='\0'",
     b"".join(b"k%d=1\n" % at for at in range(3000))],
)  # fmt: skip
def test_a_text_that_is_no_questionnaire_is_refused_in_seconds(text: bytes) -> None:
    began = time.process_time()
    with pytest.raises(QuestionnaireRefused):
        read_for_an_advocate(text, "form.toml")
    assert time.process_time() - began < 15


def test_a_question_that_begins_like_a_formula_stays_a_text_in_an_export() -> None:
    question = replace(starter().coded[0], text=make_words(en="=cmd|' /C calc'!A0", hi="+1", ar="@x"))
    book = load_workbook(io.BytesIO(write_xlsform(replace(starter(), questions=(question,)))))
    told = [cell for sheet in book for row in sheet for cell in row if str(cell.value)[:1] in {"=", "+", "@"}]
    assert told
    assert {cell.data_type for cell in told} == {"s"}
