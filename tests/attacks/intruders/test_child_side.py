"""Whatever comes to a child's form: never a 500, nothing half-written, kind words, the code that says what it was."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.support.people import Somebody, house, make_person, make_site, on_tablet
from tests.support.rounds import answers, close, end, open_round, sheet_of
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.sites.models import TabletRow
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.child_fields import MAX_FORM_BYTES
from youthvoice.threads.models import LetterKeyWrapRow, LetterRow, ReceiptRow
from youthvoice.web.rate_limits import TABLET_COOKIE

NUMBER = "ab" * 16
FORM = "application/x-www-form-urlencoded"
TRACES = ("Traceback", "youthvoice/", "sqlalchemy", "werkzeug", "psycopg", "Internal Server Error")


@pytest.fixture
def place(app: Flask) -> tuple[int, dict[str, Somebody]]:
    return house(["advocate", "coordinator"])


@pytest.fixture
def asked(place: tuple[int, dict[str, Somebody]]) -> Round:
    return open_round([place[0]], place[1]["coordinator"].id)


@pytest.fixture
def tablet(place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), place[0])


def rows() -> tuple[int, ...]:
    """How many sheets, receipts, letters and wraps there are."""
    with db.reading(db.engine()) as session:
        return tuple(
            session.scalar(select(func.count()).select_from(one)) or 0
            for one in (ResponseRow, ReceiptRow, LetterRow, LetterKeyWrapRow)
        )


def kindly(page: str) -> None:
    """Words for a child; nothing of what is under the floor."""
    assert not [trace for trace in TRACES if trace in page]
    assert re.search(r"<h1|\"title\"", page)


BAD: dict[str, tuple[int, dict[str, Any]]] = {
    "five megabytes": (413, {"data": b"sheet=" + b"a" * 5_000_000, "content_type": FORM}),
    "more than a voice": (413, {"data": b"sheet=" + b"a" * MAX_FORM_BYTES, "content_type": FORM}),
    "thousands of parts": (
        413,
        {"data": {"sheet": NUMBER, **{f"x{n}": "1" for n in range(1500)}}, "content_type": "multipart/form-data"},
    ),
    "a file for a number": (400, {"data": {"sheet": (io.BytesIO(b"x"), "x")}, "content_type": "multipart/form-data"}),
    "JSON": (400, {"json": {"sheet": NUMBER}}),
    "no boundary": (400, {"data": b"x", "content_type": "multipart/form-data"}),
    "a part cut off": (
        400,
        {
            "data": b'--a\r\nContent-Disposition: form-data; name="sheet"\r\n\r\nab',
            "content_type": "multipart/form-data; boundary=a",
        },
    ),
    "plain text": (400, {"data": b"sheet=" + NUMBER.encode(), "content_type": "text/plain"}),
    "UTF-16": (400, {"data": "sheet=1".encode("utf-16"), "content_type": FORM + "; charset=utf-16"}),
    "no number": (400, {"data": {"a-food": "good"}}),
    "a short number": (400, {"data": {"sheet": "ab" * 15}}),
    "a long number": (400, {"data": {"sheet": "ab" * 17}}),
    "capitals": (400, {"data": {"sheet": "AB" * 16}}),
    "other digits": (400, {"data": {"sheet": "٣" * 32}}),
    "a line after it": (400, {"data": {"sheet": NUMBER + "\n"}}),
    "NUL in the number": (400, {"data": {"sheet": NUMBER[:-1] + "\0"}}),
    "an answer of nobody's": (422, {"data": {"sheet": NUMBER, "a-food": "<b>"}}),
    "thousands of fields": (413, {"data": {"sheet": NUMBER, **{f"x{n}": "1" for n in range(4000)}}}),
    "words without end": (422, {"data": {"sheet": NUMBER, "a-letter_box": "a" * 40_000}}),
    "from elsewhere": (403, {"data": {"sheet": NUMBER}, "headers": {"Sec-Fetch-Site": "cross-site"}}),
    "from a neighbour": (403, {"data": {"sheet": NUMBER}, "headers": {"Sec-Fetch-Site": "same-site"}}),
    "another origin": (403, {"data": {"sheet": NUMBER}, "headers": {"Origin": "https://example.org"}}),
    "no origin": (403, {"data": {"sheet": NUMBER}, "headers": {"Origin": "null"}}),
    "a broken origin": (403, {"data": {"sheet": NUMBER}, "headers": {"Origin": "http://["}}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_page_of_ours_sends_is_refused_kindly_and_writes_nothing(
    asked: Round, tablet: Visitor, name: str
) -> None:
    code, sent = BAD[name]
    answer = tablet.ask("POST", f"/survey/{asked.slug}", **sent)
    assert answer.status_code == code, answer.text[:500]
    kindly(answer.text)
    assert rows() == (0, 0, 0, 0)


ODD: dict[str, dict[str, Any]] = {
    "a hundred fields": {f"x{n}": "1" for n in range(100)},
    "fields twice": {"a-food": ["good", "bad"], "sheet": ["cd" * 16, "ef" * 16]},
    "NUL": {"a-letter_box": "a\0b"},
    "right to left": {"a-letter_box": "\u202eabc\u2066\u200f"},
    "faces": {"a-letter_box": "👩‍👩‍👧‍👦🏳️‍🌈" * 20},
    "half a character": {"a-letter_box": "\udcff".encode("utf-8", "surrogateescape")},
    "only blanks": {"a-letter_box": "\u3000 \t"},
}


@pytest.mark.dialect("bytes and odd letters")
@pytest.mark.parametrize("name", ODD)
def test_odd_words_are_taken_as_they_are(asked: Round, tablet: Visitor, name: str) -> None:
    answer = tablet.ask("POST", f"/survey/{asked.slug}", data={"sheet": "cd" * 16, **ODD[name]})
    assert answer.status_code == 303, answer.text[:500]
    sheets, receipts, letters, _wraps = rows()
    assert (sheets, receipts) == (1, 1 + letters)


@pytest.mark.dialect("numbers too large for a column")
def test_addresses_that_no_page_of_ours_has_lead_nowhere(tablet: Visitor) -> None:
    odd = ("a%00b", "%ff%fe", "a" * 5000, "..%2f..", "%F0%9F%98%80", "'--", "%E2%80%AE")
    for address in (
        f"{before}/{part}" for before in ("/survey", "/views", "/language", "/exit", "/static") for part in odd
    ):
        for method in ("GET", "POST"):
            answer = tablet.ask(method, address, data={"sheet": NUMBER} if method == "POST" else None)
            assert answer.status_code in {400, 404, 405}, f"{method} {address[:40]} {answer.status_code}"
            kindly(answer.text)


def test_twenty_at_once_with_one_number_are_one_sheet(app: Flask, asked: Round, tablet: Visitor) -> None:
    """A double tap, a slow line, a tablet that tries again."""
    token = tablet.client.get_cookie(TABLET_COOKIE)
    assert token
    number = sheet_of(tablet.open(f"/survey/{asked.slug}").text)

    def send(_: int) -> tuple[int, str]:
        client = app.test_client()
        client.set_cookie(TABLET_COOKIE, token.value)
        data = {"sheet": number, **answers(food="good", letter_box="one letter")}
        answer = client.post(f"/survey/{asked.slug}", data=data, headers={"Accept": "application/json"})
        return answer.status_code, answer.get_json()["sheet"]

    with ThreadPoolExecutor(20) as threads:
        said = set(threads.map(send, range(20)))
    assert said == {(201, number)}
    assert rows() == (1, 2, 1, 1), "the sheet has a receipt, and its words have one"


def test_only_an_enrolled_tablet_of_the_place_answers(
    place: tuple[int, dict[str, Somebody]], asked: Round, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        elsewhere = make_site(session, "other-house").id
    sent = {"sheet": NUMBER, "a-food": "good"}
    path = f"/survey/{asked.slug}"
    assert visitor().ask("POST", path, data=sent).status_code == 403
    assert on_tablet(visitor(), elsewhere).ask("POST", path, data=sent).status_code == 403
    forged = visitor()
    forged.client.set_cookie(TABLET_COOKIE, "A" * 43)
    assert forged.ask("POST", path, data=sent).status_code == 403
    retired = on_tablet(visitor(), place[0], "Tablet 9")
    with db.writing(db.engine()) as session:
        session.execute(update(TabletRow).where(TabletRow.name == "Tablet 9").values(retired_on=context.today()))
    assert retired.ask("POST", path, data=sent).status_code == 403
    assert rows() == (0, 0, 0, 0)


def test_what_has_ended_is_said_and_late_letters_still_come(asked: Round, tablet: Visitor) -> None:
    number = sheet_of(tablet.open(f"/survey/{asked.slug}").text)
    end(asked)
    kindly(tablet.open(f"/survey/{asked.slug}", 410).text)
    close(asked)
    for _ in range(2):
        sent = {"sheet": number, **answers(food="good", letter_box="a late letter")}
        assert tablet.ask("POST", f"/survey/{asked.slug}", data=sent).status_code == 303
    assert rows() == (0, 2, 1, 1)


def test_a_round_that_has_not_begun_takes_nothing(
    place: tuple[int, dict[str, Somebody]], asked: Round, tablet: Visitor
) -> None:
    later = open_round([place[0]], place[1]["coordinator"].id, starts_at=asked.ends_at)
    assert tablet.ask("POST", f"/survey/{later.slug}", data={"sheet": NUMBER}).status_code == 404
    assert tablet.ask("POST", "/survey/unknown", data={"sheet": NUMBER}).status_code == 404
    assert rows() == (0, 0, 0, 0)


def test_a_flood_is_stopped_with_kind_words(asked: Round, tablet: Visitor) -> None:
    codes = [tablet.ask("POST", f"/survey/{asked.slug}", data={"sheet": "x"}).status_code for _ in range(125)]
    assert set(codes) == {400, 429}
    kindly(tablet.ask("POST", f"/survey/{asked.slug}", data={"sheet": "x"}).text)


def test_words_of_adults_that_look_like_the_page_do_not_break_it(
    place: tuple[int, dict[str, Somebody]], visitor: Callable[[], Visitor]
) -> None:
    """A name that holds markup, or the mark at which the page is cut, is shown as it is written."""
    evil = '"><script>alert(1)</script>the-number-of-this-sheet'
    with db.writing(db.engine()) as session:
        site = make_site(session, "odd-house", helpline_name=evil, danger_adult=evil, helpline_hours=evil).id
        decider = make_person(session, "coordinator", site, handle="odd", name=evil[:80]).id
        make_person(session, "advocate", site, handle="odd-advocate", name=evil)
    round_ = open_round([site], decider)
    browser = on_tablet(visitor(), site)
    for address in ("/", "/help", "/language", f"/survey/{round_.slug}", f"/survey/{round_.slug}/thanks", "/we-did"):
        assert "<script>alert" not in browser.open(address).text
    assert sheet_of(browser.open(f"/survey/{round_.slug}").text)
