"""Forms that are made to cost much: they are refused before they are taken apart, or before anybody reads them."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from limits import parse

from tests.support.people import house, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice.access import guard

IMPORT = "/staff/questionnaires/import"
FORM = "application/x-www-form-urlencoded"
WITHOUT_NAME = b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n"


@pytest.mark.parametrize("field", [b"a&", b"%41&"])
def test_signed_out_two_megabytes_are_refused_before_they_are_read(
    app: Flask, visitor: Callable[[], Visitor], field: bytes
) -> None:
    """`0947d5b`: 2.6 and 4.6 s of a core."""
    house([])
    began = time.process_time()
    answer = visitor().ask("POST", IMPORT, data=field * (2_000_000 // len(field)), content_type=FORM)
    assert answer.status_code == 413
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("path", ["/staff/sign-in", "/reply", IMPORT])
def test_a_form_has_two_hundred_fields_at_most(app: Flask, visitor: Callable[[], Visitor], path: str) -> None:
    site_id, people = house(["coordinator"])
    browser = signed_in(on_tablet(visitor(), site_id), people["coordinator"])
    assert browser.ask("POST", path, data=b"a&" * 200, content_type=FORM).status_code == 413
    assert browser.ask("POST", path, data=b"a&" * 199, content_type=FORM).status_code != 413


def test_a_large_form_is_taken_only_from_who_may_send_it(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["coordinator", "facilitator", "advocate"])
    large = {"file": "x" * 100_000}
    for path, allowed, others in (
        (IMPORT, "coordinator", "facilitator"),
        ("/staff/reports/" + "0" * 32 + "/answer", "advocate", "facilitator"),
    ):
        assert signed_in(visitor(), people[others]).ask("POST", path, data=large).status_code == 413, path
        assert signed_in(visitor(), people[allowed]).ask("POST", path, data=large).status_code != 413, path


def test_a_part_without_a_name_is_a_bad_request(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """`0947d5b`: 500 and a traceback."""
    site_id, _ = house([])
    for path in ("/staff/sign-in", "/reply"):
        sent = on_tablet(visitor(), site_id).ask(
            "POST", path, data=WITHOUT_NAME, content_type="multipart/form-data; boundary=x"
        )
        assert sent.status_code == 400, path


def test_who_is_not_signed_in_sends_staff_pages_no_flood(
    app: Flask, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, people = house(["coordinator"])
    monkeypatch.setattr(guard, "_SIGNED_OUT_FORMS", parse("3 per minute"))
    said = [visitor().ask("POST", IMPORT).status_code for _ in range(5)]
    assert 429 not in said[:3]
    assert said[3:] == [429, 429]
    assert signed_in(visitor(), people["coordinator"]).ask("POST", IMPORT).status_code != 429
