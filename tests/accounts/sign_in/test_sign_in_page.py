"""The sign-in page: one kind answer to every wrong try, and a cookie that no script and no other site can use."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import PASSWORD, house, signed_in
from tests.support.visitor import Visitor
from youthvoice.accounts.sign_in.staff_session import safe_redirect
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.web.rate_limits import limiter


def _typed(handle: str, password: str) -> dict[str, object]:
    return {"handle": handle, "password": password}


def test_she_signs_in_and_comes_to_the_page_she_wanted(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["coordinator"])
    browser = visitor()
    browser.open("/staff/tablets")
    answer = browser.send("/staff/sign-in?back=/staff/tablets", _typed("coordinator", PASSWORD))
    assert answer.request.path == "/staff/tablets"
    assert "Coordinator Example" in answer.text
    assert 'action="/staff/sign-out"' in answer.text, "the way out is on every page"


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["coordinator"])
    browser = visitor()
    browser.open("/staff/sign-in")
    answer = browser.send("/staff/sign-in", _typed("coordinator", PASSWORD), 303, follow=False)
    flags = answer.headers["Set-Cookie"].split("; ")
    assert flags[0].startswith("staff=")
    assert len(flags[0].removeprefix("staff=")) == 43
    assert set(flags[1:]) == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_in_production_the_cookie_is_bound_to_the_host_and_to_https(
    settings: Settings, tmp_path: Path, clock: StillClock
) -> None:
    made = create_app(replace(settings, mode="production", url="https://voice.example.org"), clock)
    with made.app_context():
        house(["coordinator"])
        browser = Visitor(made)
        secure: dict[str, Any] = {"base_url": "https://voice.example.org"}
        browser.open("/staff/sign-in", **secure)
        headers = {"Referer": "https://voice.example.org/staff/sign-in"}
        sent = _typed("coordinator", PASSWORD)
        answer = browser.send("/staff/sign-in", sent, 303, follow=False, headers=headers, **secure)
        flags = answer.headers["Set-Cookie"].split("; ")
        assert flags[0].startswith("__Host-staff=")
        assert set(flags[1:]) == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}
    runtime_of(made).engine.dispose()


def test_the_page_asks_for_a_password_as_browsers_and_managers_know_it(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """OWASP ASVS 6.2.6, 6.2.7, 6.2.9: masked, long enough, and nothing hinders pasting."""
    house(["coordinator"])
    browser = visitor()
    browser.open("/staff/sign-in")
    (box,) = re.findall(r'<input[^>]*name="password"[^>]*>', browser.page)
    assert 'type="password"' in box
    assert 'autocomplete="current-password"' in box
    assert int(re.findall(r'maxlength="([0-9]+)"', box)[0]) >= 64
    scripts = (path.read_text("utf-8") for path in Path("youthvoice/web/static").rglob("*.js"))
    assert not any("paste" in script for script in scripts)


def test_an_unknown_name_and_a_wrong_password_get_the_same_words(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["coordinator"])
    pages = []
    for handle in ("coordinator", "somebody-else"):
        browser = visitor()
        browser.open("/staff/sign-in")
        browser.send("/staff/sign-in", _typed(handle, "not this one"), 403)
        pages.append(browser.page.replace(f'value="{handle}"', "-").replace(browser.hidden["csrf_token"], "-"))
        assert "The name, the password, the code or the key is not right." in browser.page
        assert "not this one" not in browser.page
    assert pages[0] == pages[1]


def test_after_ten_wrong_tries_the_page_says_when_it_works_again(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["coordinator"])
    browser = visitor()
    browser.open("/staff/sign-in")
    for _ in range(10):
        browser.send("/staff/sign-in", _typed("coordinator", "wrong"), 403)
    browser.send("/staff/sign-in", _typed("coordinator", PASSWORD), 429)
    assert "next full hour" in browser.page


def test_a_flood_of_sign_ins_is_turned_away(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser = visitor()
    browser.open("/staff/sign-in")
    limiter.reset()
    for _ in range(30):
        browser.send("/staff/sign-in", _typed("", ""), 422)
    browser.send("/staff/sign-in", _typed("", ""), 429)
    limiter.reset()


def test_signing_out_ends_the_session_everywhere(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/")
    browser.send("/staff/sign-out")
    assert browser.open("/staff/").request.path == "/staff/sign-in"


def test_a_form_from_before_she_signed_in_is_refused_afterwards(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """A token that somebody planted in her browser, or read there, is worth nothing once she is in."""
    house(["coordinator"])
    browser = visitor()
    browser.open("/staff/sign-in")
    planted, cookie = dict(browser.hidden), browser.client.get_cookie("form", path="/staff")
    assert cookie
    browser.send("/staff/sign-in", _typed("coordinator", PASSWORD))
    browser.open("/staff/me")
    renewed = dict(browser.hidden)
    assert renewed["csrf_token"] != planted["csrf_token"]
    assert browser.ask("POST", "/staff/me", data={**planted, "language": "hi"}).status_code == 400
    browser.client.set_cookie("form", cookie.value, path="/staff")
    assert browser.ask("POST", "/staff/me", data={**planted, "language": "hi"}).status_code == 400


def test_a_form_of_one_session_is_refused_in_the_next(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["coordinator"])
    browser = visitor()
    tokens = []
    for _time in range(2):
        browser.open("/staff/sign-in")
        browser.send("/staff/sign-in", _typed("coordinator", PASSWORD))
        browser.open("/staff/me")
        tokens.append(dict(browser.hidden))
        if len(tokens) == 1:
            browser.send("/staff/sign-out")
    assert browser.ask("POST", "/staff/me", data={**tokens[0], "language": "hi"}).status_code == 400
    assert browser.ask("POST", "/staff/me", data={**tokens[1], "language": "hi"}).status_code == 303


def test_staff_pages_speak_her_language(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/me")
    browser.send("/staff/me", {"language": "ar"})
    assert 'lang="ar"' in browser.page
    assert 'dir="rtl"' in browser.page


@pytest.mark.parametrize("back", ["/staff/", "/staff/tablets", "/staff/tablets/new?site=1"])
def test_she_may_come_back_to_our_own_staff_pages(back: str) -> None:
    assert safe_redirect(back) == back


@pytest.mark.parametrize(
    "back",
    [
        None, "", "/", "//evil.example", "https://evil.example/staff/", "/\\evil.example", "/staff/\\evil",
        "/staffroom", "javascript:alert(1)", "/staff/sign-in", "/staff/sign-out", "/staff/../tell",
        "\t//evil.example/staff/", "staff/", "/staff/\n",
    ],
)  # fmt: skip
def test_she_is_never_sent_anywhere_else(back: str | None) -> None:
    assert safe_redirect(back) is None
