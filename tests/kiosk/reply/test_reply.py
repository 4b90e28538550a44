"""A child comes back with her pictures: known, unknown and ended codes look alike (S13, PRIVACY.md C "Codes")."""

import gzip
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_site, on_tablet, signed_in
from tests.support.threads import HERS, MONTH, WRONG, Told, message, picks, told
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.threads.child_codes import code_attempts
from youthvoice.threads.child_codes.code_attempts import SLOW_FROM
from youthvoice.threads.child_codes.code_visit import COOKIE
from youthvoice.threads.models import CodeAttemptRow, ThreadReplyRow, ThreadRow
from youthvoice.web import rate_limits
from youthvoice.web.encrypted_cookie import LEFT

_SHEET = re.compile(r'href="(/static/code-pictures[^"#]+)#')
_VALUE = re.compile(r"=[A-Za-z0-9_=-]+;")
MESSAGE = "A new lamp comes on Thursday."


@dataclass
class Place:
    """A site with a tablet; a child told there and has an answer."""

    site_id: int
    people: dict[str, Somebody]
    tablet: Visitor
    phone: Visitor
    thread: Told


@pytest.fixture
def place(app: Flask, visitor: Callable[[], Visitor]) -> Place:
    site_id, people = house(["advocate", "outside_recipient"])
    thread = told(site_id)
    thread.answer(message(MESSAGE, context.today()))
    return Place(site_id, people, on_tablet(visitor(), site_id), visitor(), thread)


def tries(browser: Visitor, code: PictureCode, **more: str) -> TestResponse:
    return browser.ask("POST", "/reply", data=picks(code, **more))


def opens(browser: Visitor, code: PictureCode, **more: str) -> str:
    browser.client.delete_cookie(COOKIE, path="/reply")
    assert tries(browser, code, **more).status_code == 303
    return browser.open("/reply/open").text


def shape(answer: TestResponse) -> tuple[object, ...]:
    """Everything that somebody on the line or before the screen can tell, but for random bytes."""
    cookies = [_VALUE.sub(lambda found: f"={len(found[0])};", one) for one in answer.headers.getlist("Set-Cookie")]
    names = [(name, value) for name, value in answer.headers if name not in {"Set-Cookie", "Date"}]
    return answer.status_code, names, cookies, answer.data


# ---- The seven screens ----


def test_there_are_seven_screens_of_nine_pictures_with_their_names(place: Place) -> None:
    page = place.tablet.open("/reply").text
    assert len(re.findall(r'<section class="screen" data-picture', page)) == 7
    assert len(re.findall(r'type="radio" name="p[1-7]" value="[0-8]"', page)) == 63
    assert re.search("<span[^>]*>elephant</span>", page)
    assert "checked" not in page


@pytest.mark.parametrize(("language", "word"), [("hi", "हाथी"), ("ar", "فيل")])
def test_the_pictures_are_named_in_the_childs_language(place: Place, language: str, word: str) -> None:
    place.tablet.open(f"/language/{language}", 302, follow=False)
    page = place.tablet.open("/reply").text
    assert f"<span>{word}</span>" in page
    assert f'<html lang="{language}"' in page


def test_a_page_without_a_script_keeps_what_was_chosen_and_says_where_nothing_was(place: Place) -> None:
    given = picks(HERS)
    del given["p3"]
    page = place.tablet.send("/reply", dict(given), 422).text
    assert len(re.findall(r'value="\d" checked', page)) == 6
    assert page.count("Tap one picture first.</p>") == 1


def test_the_page_fits_a_bad_network(place: Place) -> None:
    """CHILD-UX: later pages at most 20 KiB compressed; a first page on a phone 60 with everything."""
    gzipped = {"Accept-Encoding": "gzip"}
    answer = place.phone.ask("GET", "/reply?at=example-house", headers=gzipped)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < 14 * 1024
    sheet = place.phone.ask("GET", _SHEET.findall(gzip.decompress(answer.data).decode())[0], headers=gzipped)
    assert (sheet.status_code, sheet.content_type) == (200, "image/svg+xml")
    assert "immutable" in sheet.headers["Cache-Control"]
    assert len(sheet.data) < 40 * 1024


# ---- Right and wrong look alike ----


def test_a_right_and_a_wrong_code_get_the_same_answer(place: Place) -> None:
    assert shape(tries(place.tablet, HERS)) == shape(tries(place.tablet, WRONG))


def test_only_the_right_pictures_open_the_answer(place: Place) -> None:
    assert MESSAGE in opens(place.tablet, HERS)
    for wrong in (WRONG, PictureCode((*HERS.picks[:6], 0)), PictureCode(HERS.picks[::-1])):
        page = opens(place.tablet, wrong)
        assert MESSAGE not in page
        assert "These pictures open nothing." in page


def test_the_code_of_a_thread_that_ended_is_an_unknown_code(place: Place) -> None:
    unknown, wrong = shape(tries(place.tablet, WRONG)), opens(place.tablet, WRONG)
    context.keyring().destroy(f"destruction-{MONTH}")
    assert shape(tries(place.tablet, HERS)) == unknown
    assert opens(place.tablet, HERS) == wrong
    with db.writing(db.engine()) as session:
        session.execute(delete(ThreadRow).where(ThreadRow.id == place.thread.id))
    assert opens(place.tablet, HERS) == wrong


def test_a_thread_that_ends_while_it_is_open_is_an_unknown_code(place: Place) -> None:
    wrong = opens(place.tablet, WRONG)
    opens(place.tablet, HERS)
    context.keyring().destroy(f"destruction-{MONTH}")
    for path in ("/reply/open", "/reply/write"):
        assert place.tablet.open(path).text == wrong.replace("/reply/open", path, 1)  # what she asked for herself
    answer = place.tablet.ask("POST", "/reply/said", data={"kind": "child", "words": "x"})
    assert (answer.status_code, answer.location) == (303, "/reply/open")
    assert place.thread.turns() == 1


def test_known_and_unknown_codes_take_the_same_time(place: Place) -> None:
    """Medians of forty each, in turn, within 15 %; a machine with other work gets three chances."""
    apart = list[float]()
    while not apart or (min(apart) >= 0.15 and len(apart) < 3):
        apart.append(_apart(place))
    assert min(apart) < 0.15, apart


def _apart(place: Place) -> float:
    """By which part the medians of known and unknown codes differ."""
    took: dict[PictureCode, list[float]] = {HERS: [], WRONG: []}
    for nth in range(40):
        for code in (HERS, WRONG) if nth % 2 else (WRONG, HERS):
            with db.writing(db.engine()) as session:
                code_attempts.forget_old_attempts(session, context.today().replace(year=2099))
            began = time.perf_counter()
            tries(place.tablet, code)
            took[code].append(time.perf_counter() - began)
        rate_limits.limiter.reset()
    known, unknown = (median(times) for times in took.values())
    return abs(known - unknown) / max(known, unknown)


# ---- On any phone ----


@pytest.mark.parametrize("told_at", ["example-house", "Example House", "  EXAMPLE   house ", "example house"])
def test_any_phone_opens_it_with_the_name_of_the_place(place: Place, told_at: str) -> None:
    with db.writing(db.engine()) as session:
        make_site(session, "other-house")
    assert 'name="at" value=""' in place.phone.open("/reply").text
    assert MESSAGE in opens(place.phone, HERS, at=told_at)
    assert "These pictures open nothing." in opens(place.phone, HERS, at="other-house")


def test_the_strip_says_the_place_and_a_house_with_one_place_does_not_ask(place: Place) -> None:
    assert "Where did you tell?" not in place.phone.open("/reply").text
    assert MESSAGE in opens(place.phone, HERS)
    with db.writing(db.engine()) as session:
        make_site(session, "other-house")
    assert "Where did you tell?" in place.phone.open("/reply").text
    page = place.phone.open("/reply?at=example-house").text
    assert "Where did you tell?" not in page
    assert '<input type="hidden" name="at" value="example-house">' in page


def test_nobody_learns_which_places_there_are(place: Place) -> None:
    """Shelters may be secret: a name that exists and one that does not look alike, and no page lists any."""
    with db.writing(db.engine()) as session:
        make_site(session, "secret-house", helpline_name="Secret line")
    pages = [place.phone.open("/reply").text]
    shapes = set()
    for at in ("secret-house", "nowhere-house"):
        shapes.add(repr(shape(tries(place.phone, WRONG, at=at))))
        page = opens(place.phone, WRONG, at=at)
        pages.append(page.replace(at, "-"))
        pages.append(place.phone.open(f"/reply?at={at}").text.replace(at, "-"))
    assert len(shapes) == 1
    assert pages[1] == pages[3]
    assert pages[2] == pages[4]
    assert not [page for page in pages if "Secret" in page or "Example" in page]


def test_a_place_that_does_not_exist_is_slowed_like_one_that_does(place: Place, clock: StillClock) -> None:
    said = []
    for at in ("example-house", "nowhere-house"):
        tries(place.phone, WRONG, at=at)
        with db.writing(db.engine()) as session:
            session.query(CodeAttemptRow).update({CodeAttemptRow.tries: SLOW_FROM})
        clock.move(minutes=1)
        said.append([tries(place.phone, WRONG, at=at).status_code for _ in range(2)])
    assert said == [[303, 429]] * 2


def test_odd_names_of_places_open_nothing_and_break_nothing(place: Place) -> None:
    with db.writing(db.engine()) as session:
        make_site(session, "other-house")
    for at in ("\0", "x" * 5000, "\u202e", "🏠" * 200, "<script>", "' OR 1=1 --"):
        assert tries(place.phone, WRONG, at=at).status_code == 303
        assert "<script>" not in place.phone.open("/reply", query_string={"at": at}).text.replace("<script src", "")


# ---- Too many tries ----


def test_a_tablet_waits_between_tries_from_the_twentieth_wrong_one_on_and_its_advocates_read_so(
    place: Place, visitor: Callable[[], Visitor], clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    derive_root = getattr(picture_codes, "derive_root")  # noqa: B009

    def counted(*given: Any) -> Any:
        runs.append(1)
        return derive_root(*given)

    monkeypatch.setattr(picture_codes, "derive_root", counted)
    desk = signed_in(visitor(), place.people["advocate"])
    assert [tries(place.tablet, WRONG).status_code for _ in range(19)] == [303] * 19
    assert "Many wrong picture codes on one tablet" not in desk.open("/staff/").text
    assert [tries(place.tablet, WRONG).status_code for _ in range(2)] == [303] * 2
    answer = place.tablet.send("/reply", dict(picks(HERS)), 429)
    assert len(runs) == 21
    assert "Your pictures stay" in answer.text
    as_script = place.tablet.ask("POST", "/reply", data=picks(HERS), headers={"Accept": "application/json"})
    assert as_script.status_code == 429
    assert "Wait a little" in as_script.get_json()["words"]
    page = desk.open("/staff/").text
    assert "Many wrong picture codes on one tablet" in page
    assert "Tablet 1" not in page, "children come to it for answers"
    assert MESSAGE in opens(place.phone, HERS)  # another phone still can
    clock.move(seconds=10)
    assert MESSAGE in opens(place.tablet, HERS)


def test_connecting_one_tablet_after_the_other_buys_no_more_tries(
    place: Place, visitor: Callable[[], Visitor], clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A coordinator, who may not read what was said to a child, connects as many as she likes."""
    monkeypatch.setattr(code_attempts, "SLOW_FROM", 6)
    fresh = [on_tablet(visitor(), place.site_id) for _ in range(4)]
    said = [tries(tablet, WRONG).status_code for tablet in fresh for _ in range(2)]
    assert said == [303] * 7 + [429]
    assert "Somebody guesses at picture codes" in signed_in(visitor(), place.people["advocate"]).open("/staff/").text
    assert MESSAGE in opens(place.phone, HERS)  # phones are not slowed
    clock.move(minutes=1)
    assert MESSAGE in opens(place.tablet, HERS)  # and nobody is locked out


def test_tomorrow_the_tablet_may_try_again(place: Place, clock: StillClock) -> None:
    for _ in range(21):
        tries(place.tablet, WRONG)
    clock.move(days=1)
    assert MESSAGE in opens(place.tablet, HERS)


def test_right_tries_never_fill_a_tablet(place: Place) -> None:
    for _ in range(30):
        assert tries(place.tablet, HERS).status_code == 303


def test_phones_are_slowed_their_pictures_stay_and_advocates_see_a_line(
    place: Place, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    desk = signed_in(visitor(), place.people["advocate"])
    line = "Somebody guesses at picture codes"
    tries(place.phone, WRONG)
    with db.writing(db.engine()) as session:
        session.query(CodeAttemptRow).update({CodeAttemptRow.tries: SLOW_FROM - 1})
    assert line not in desk.open("/staff/").text
    assert [tries(place.phone, WRONG).status_code for _ in range(3)] == [303, 303, 429]
    assert line in desk.open("/staff/").text
    waiting = place.phone.send("/reply", dict(picks(HERS)), 429).text
    assert "Wait a little" in waiting
    for name, value in picks(HERS).items():
        assert f'name="{name}" value="{value}"' in waiting
    as_script = place.phone.ask("POST", "/reply", data=picks(HERS), headers={"Accept": "application/json"})
    assert "Your pictures stay" in as_script.get_json()["words"]
    assert MESSAGE in opens(place.tablet, HERS)  # the tablet is not slowed
    clock.move(minutes=1)
    assert MESSAGE in opens(place.phone, HERS)  # and nobody is locked out
    outside = signed_in(visitor(), place.people["outside_recipient"])
    assert line not in outside.open("/staff/").text


# ---- The visit ----


def visit_of(browser: Visitor) -> str:
    found = browser.client.get_cookie(COOKIE, path="/reply")
    assert found
    return found.value


def test_the_cookie_is_for_these_pages_alone_and_for_no_script(place: Place) -> None:
    (cookie,) = tries(place.tablet, HERS).headers.getlist("Set-Cookie")
    assert re.fullmatch(r"visit=[A-Za-z0-9_=-]+; HttpOnly; Path=/reply; SameSite=Strict", cookie)


def test_a_visit_opens_one_thread_and_no_other(place: Place) -> None:
    other = PictureCode((5, 5, 5, 5, 5, 5, 5))
    told(place.site_id, code=other).answer(message("Only for the other child.", context.today()))
    assert "Only for the other child." in opens(place.phone, other)
    assert MESSAGE not in place.phone.open("/reply/open").text
    assert "Only for the other child." not in opens(place.tablet, HERS)


def test_a_visit_ends_after_ten_minutes_without_a_page(place: Place, clock: StillClock) -> None:
    opens(place.tablet, HERS)
    for _ in range(3):
        clock.move(minutes=9)
        assert MESSAGE in place.tablet.open("/reply/open").text
    clock.move(minutes=10)
    for path in ("/reply/open", "/reply/write", "/reply/please-stop"):
        assert place.tablet.open(path, 302, follow=False).location == "/reply"
    answer = place.tablet.ask("POST", "/reply/said", data={"kind": "child", "words": "late"})
    assert (answer.status_code, answer.location, place.thread.turns()) == (303, "/reply", 1)


@pytest.mark.parametrize("way", ["GET /reply/bye", "GET /reply/bye/en", "POST /reply/bye", "GET /reply"])
def test_after_stop_nothing_opens_on_the_same_browser(place: Place, way: str) -> None:
    opens(place.tablet, HERS)
    place.tablet.client.set_cookie("language", "hi")
    method, path = way.split()
    answer = place.tablet.ask(method, path)
    assert answer.status_code < 400
    assert place.tablet.client.get_cookie(COOKIE, path="/reply") is None
    assert (place.tablet.client.get_cookie("language") is None) == ("bye" in way), "the next child may have chosen it"
    assert place.tablet.open("/reply/open", 302, follow=False).location == "/reply"


def test_a_page_that_went_away_ended_the_visit_though_its_word_never_came(place: Place) -> None:
    opens(place.tablet, HERS)
    place.tablet.client.set_cookie(LEFT, "1", path="/reply")
    assert place.tablet.ask("GET", "/reply/open").location == "/reply"
    assert MESSAGE in opens(place.tablet, HERS), "who comes next takes the mark away"


def test_a_made_up_visit_opens_nothing(place: Place) -> None:
    opens(place.tablet, HERS)
    value = visit_of(place.tablet)
    for wrong in ("", "x", value[:-6] + "AAAAA=", "A" * len(value)):
        place.phone.client.set_cookie(COOKIE, wrong, path="/reply")
        assert place.phone.open("/reply/open", 302, follow=False).location == "/reply"


def test_other_sites_cannot_try_codes_or_end_visits(place: Place) -> None:
    for path in ("/reply", "/reply/said", "/reply/bye"):
        answer = place.tablet.ask("POST", path, data=picks(HERS), headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403


def test_whoever_writes_in_the_database_is_not_answered_in_another_childs_place(place: Place) -> None:
    """She told something herself, so she has a code that is good here; its row's key goes into another's row."""
    code = PictureCode((1,) * 7)
    keys = picture_codes.derive_code_keys(code, place.site_id, context.keyring().key("pepper"))
    with db.writing(db.engine()) as session:
        session.execute(delete(ThreadReplyRow))
        session.execute(update(ThreadRow).values(locator=keys.locator, reply_key=keys.reply.public))
    with pytest.raises(CannotOpen):
        place.thread.answer(message(MESSAGE, context.today()))
    assert MESSAGE not in opens(place.tablet, code)
