"""What every answer bears, and which forms of staff are refused before anybody reads them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app


def test_no_page_is_shown_in_a_frame_or_tells_where_it_was(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house([])
    for path in ("/help", "/staff/sign-in", "/nowhere"):
        said = visitor().ask("GET", path).headers
        for directive in ("frame-ancestors 'none'", "default-src 'none'", "base-uri 'none'"):
            assert directive in said["Content-Security-Policy"].split("; ")
        assert said["X-Content-Type-Options"] == "nosniff"
        assert said["Cache-Control"] == "no-store"
        assert said["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in said  # development has no HTTPS


def test_no_other_site_reads_an_answer_and_no_method_but_ours_is_taken(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """OWASP ASVS 3.4.2, 13.4.4."""
    house([])
    for path in ("/help", "/staff/sign-in", "/nowhere", "/robots.txt"):
        names = list(visitor().ask("GET", path, headers={"Origin": "https://evil.example"}).headers.keys())
        assert not [name for name in names if name.startswith("Access-Control-")]
        assert visitor().ask("TRACE", path).status_code in {404, 405}
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert "Access-Control-Allow-Origin" not in visitor().ask("OPTIONS", "/staff/sign-in", headers=preflight).headers


def test_in_production_a_browser_comes_back_by_https_alone(settings: Settings, tmp_path: object) -> None:
    production = replace(settings, mode="production", url="https://voice.example.org")
    app = create_app(production)
    try:
        said = app.test_client().get("/help", base_url="https://voice.example.org").headers
        assert said["Strict-Transport-Security"] == "max-age=31536000"
    finally:
        runtime_of(app).engine.dispose()


@pytest.mark.parametrize("where", ["args", "form"])
def test_a_nul_is_refused_before_a_database_sees_it(app: Flask, visitor: Callable[[], Visitor], where: str) -> None:
    _, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/me")
    sent = {"query_string": {"q": "a\0b"}} if where == "args" else {"data": {**browser.hidden, "name": "a\0b"}}
    method = "GET" if where == "args" else "POST"
    assert browser.ask(method, "/staff/sign-in", **sent).status_code == 400
    assert browser.ask("GET", "/staff/sign-in", query_string={"q": "ab"}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_a_form_of_staff_from_another_site_is_refused_whatever_token_it_has(
    app: Flask, visitor: Callable[[], Visitor], headers: dict[str, str]
) -> None:
    _, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/me")
    assert browser.ask("POST", "/staff/sign-out", data=browser.hidden, headers=headers).status_code == 403
    assert browser.ask("POST", "/staff/sign-out", data=browser.hidden).status_code < 400
