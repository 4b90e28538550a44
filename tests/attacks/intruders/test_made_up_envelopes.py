"""Who knows the key that tablets seal to, and the pass of one, makes envelopes of her own: none gets past the pages.

Duties: PRIVACY.md C, "The tablet's queue"; T8.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, request, request_started
from hypothesis import HealthCheck, example, given, settings as trials, strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.kiosk.offline.test_envelope_intake import Village
from tests.support.offline import deliver, outer_of, seal_letter, seal_padded
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.kiosk.offline.envelope import DELIVER, MAX_ENVELOPE_BYTES, PATHS
from youthvoice.sites.models import TabletRow

TRIALS = trials(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
FORM = "application/x-www-form-urlencoded"
EVIL = (
    *(
        "\r\nSet-Cookie: tablet=1",
        "\n",
        "\0",
        "é",
        "नमस्ते",
        "\U0001f600",
        "%0d%0a",
        "?",
        "#",
        "/../../staff/",
        "//",
        " ",
    ),
    *(";", "; boundary=", "; boundary=é", "; charset=", "; charset=utf-7", "0123456", "१२३", "en", "hi", "a" * 9000),
)
LETTERS = st.text(max_size=20) | st.lists(st.sampled_from(EVIL), max_size=3).map("".join)
MINE = {"PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_ACCEPT", "HTTP_YOUTH_VOICE_LANGUAGE"} | {
    "HTTP_YOUTH_VOICE_CODE", "wsgi.input", "youthvoice.tablet_pass", "youthvoice.envelope",
    "youthvoice.envelope_number", "youthvoice.delivered_envelope", "youthvoice.carrier_token", "youthvoice.box_pass",
}  # fmt: skip
"""What may differ inside from outside."""


class Door:
    """Where envelopes are delivered; it looks at each request that comes out of one."""

    def __init__(self, app: Flask, visitor: Callable[[], Visitor]) -> None:
        self.village, self.visitor, self.inside = Village(visitor), visitor(), dict[str, Any]()
        self.app = app

    def takes(self, blob: bytes) -> TestResponse:
        """What is said to an envelope: never an error of ours, never anything that was not on a list."""
        self.inside.clear()
        said = deliver(self.visitor, blob)
        assert said.status_code < 500, said.text
        assert "Set-Cookie" not in said.headers
        if self.inside:
            path = self.inside["PATH_INFO"]
            assert path == DELIVER or PATHS.fullmatch(path), path
            assert self.inside["QUERY_STRING"] == ""
            assert not [name for name in self.inside if name.startswith("HTTP_COOKIE")]
            outside = said.request.environ
            moved = {name for name in self.inside if self.inside[name] != outside.get(name)}
            assert {name for name in moved if not name.startswith(("werkzeug.", "flask."))} <= MINE
        return said

    def letter(self, head: dict[str, Any], body: bytes, number: str = "") -> TestResponse:
        """What is said to one with such a first line."""
        sheet, shown = number or secrets.token_hex(16), self.village.manifest["pass"]
        told = {"path": self.village.survey, "type": FORM, "language": "en", "pass": shown, "sheet": sheet}
        line = json.dumps({**told, **head}).encode()
        return self.takes(seal_letter(self.village.manifest, line + b"\n" + body, outer_of(sheet)))


@pytest.fixture
def door(app: Flask, visitor: Callable[[], Visitor]) -> Iterator[Door]:
    made = Door(app, visitor)

    def note(_app: Flask, **_more: object) -> None:
        made.inside.update(request.environ)

    with request_started.connected_to(note, app):
        yield made


@TRIALS
@given(
    blob=st.binary(max_size=300)
    | st.binary(max_size=200).map(b"intake-2026-11\n0123456789abcdef0123456789abcdef\n".__add__)
)
@example(blob=b"intake-2026-11\n" + b"0" * 32 + b"\n" + b"\x04" + b"\0" * 64 + b"\0" * 40)
@example(blob=b"intake-9999-99\n" + b"0" * 32 + b"\n" + b"x" * 200)
@example(blob=b"intake-2026-11\n" + b"0" * 32 + b"\n" + b"x" * (MAX_ENVELOPE_BYTES - 10))
@example(blob=b"x" * (MAX_ENVELOPE_BYTES + 5))
def test_what_is_no_envelope_is_refused(door: Door, blob: bytes) -> None:
    assert door.takes(blob).status_code in {410, 413, 423}


@TRIALS
@given(cut=st.integers(0, 40_000), flipped=st.integers(0, 40_000))
def test_an_envelope_that_was_cut_or_altered_is_refused(door: Door, cut: int, flipped: int) -> None:
    number = "ab" * 16
    whole = seal_letter(door.village.manifest, b"{}\n", number)
    assert door.takes(whole[: cut % len(whole)]).status_code == 410
    at = flipped % len(whole)
    assert door.takes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]).status_code in {410, 423}


@TRIALS
@given(length=st.integers(0, 2**32 - 1), rest=st.binary(max_size=60))
@example(length=2**32 - 1, rest=b"")
@example(length=0, rest=b"")
def test_an_envelope_that_lies_about_its_length_is_refused(door: Door, length: int, rest: bytes) -> None:
    padded = (length.to_bytes(4, "big") + rest).ljust(64, b"\0")
    assert door.takes(seal_padded(door.village.manifest, padded, "cd" * 16)).status_code == 410
    assert door.takes(seal_padded(door.village.manifest, rest[:3], "cd" * 16)).status_code == 410


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | LETTERS,
    lambda one: st.lists(one) | st.dictionaries(LETTERS, one),
    max_leaves=6,
)


@TRIALS
@given(line=st.binary(max_size=80) | JSON.map(lambda one: json.dumps(one).encode()), body=st.binary(max_size=80))
@example(line=b"[" * 20_000, body=b"")
@example(line=b'{"path":"/tell","type":1,"language":"en","pass":"","sheet":"%s"}' % (b"ef" * 16), body=b"")
@example(line=b'{"path":"/tell","type":"\\ud800","language":"en","pass":"","sheet":"%s"}' % (b"ef" * 16), body=b"")
def test_another_first_line_is_refused(door: Door, line: bytes, body: bytes) -> None:
    sealed = seal_letter(door.village.manifest, line + b"\n" + body, outer_of("ef" * 16))
    assert door.takes(sealed).status_code == 410


PLACES = st.sampled_from(["/survey/", "/vote/", "/tell", "/agenda/suggest", "/agenda/me-too", "/we-did", "/staff/", ""])
TYPES = st.sampled_from([FORM, "multipart/form-data; boundary=x", "application/json"]) | LETTERS
HEADS = st.fixed_dictionaries(
    {"path": st.tuples(PLACES, LETTERS).map("".join), "type": TYPES, "language": LETTERS, "code": LETTERS},
    optional={"pass": LETTERS},
)
STRANGE = {"type": "multipart/form-data; boundary=é", "language": "नमस्ते", "code": "१२३४५६७"}


@TRIALS
@given(head=HEADS, body=st.binary(max_size=100))
@example(head={"path": "/survey/नमस्ते"}, body=b"")
@example(head={"path": "/survey/é"}, body=b"")
@example(head={"path": "/survey/x\r\ny"}, body=b"")
@example(head={"path": "/survey/\0"}, body=b"")
@example(head={"path": "/tell\n"}, body=b"")
@example(head={"path": "/tell", **STRANGE}, body=b"--x")
@example(head={"path": "/tell", "code": "0123456789" * 9, "pass": "é" * 32}, body=b"sheet=" + b"0" * 32)
def test_what_stands_on_the_first_line_steers_nothing(door: Door, head: dict[str, str], body: bytes) -> None:
    assert door.letter(head, body).status_code in {400, 403, 404, 410, 413, 415, 422}


@TRIALS
@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(["sheet", "food", "more", "less", "topic", "words", "to", "slip_1", "letter_box"]), LETTERS
        )
    )
)
@pytest.mark.parametrize(
    "path", ["/tell", "/agenda/suggest", "/agenda/me-too", "/we-did", "/survey/{slug}", "/vote/{slug}"]
)
def test_no_form_in_an_envelope_breaks_a_page(door: Door, path: str, fields: list[tuple[str, str]]) -> None:
    body = urlencode(fields, errors="replace").encode()
    number = "12" * 16
    door.letter({"path": path.format(slug=door.village.round.slug)}, body + f"&sheet={number}".encode(), number)


@TRIALS
@given(
    report=st.dictionaries(st.sampled_from(["waiting", "room", "clock", "since", "version", "clips"]), JSON),
    shown=LETTERS | st.none(),
)
@example(report={"waiting": True, "room": True, "clock": 2**63}, shown=None)
@example(report={"waiting": True, "room": True, "clock": -(10**30)}, shown=None)
@example(
    report={"waiting": True, "room": True, "clock": 0, "since": "\0", "version": "\0" * 9, "clips": ["\0"]}, shown=None
)
@example(report={"waiting": True, "room": True, "clock": 0, "since": "9999-12-31"}, shown=None)
@example(
    report={"waiting": True, "room": True, "clock": 0, "version": "x" * 900_000, "clips": ["x" * 900_000]}, shown=None
)
def test_what_a_tablet_says_of_itself_breaks_nothing(door: Door, report: dict[str, Any], shown: str | None) -> None:
    told = {"report": report, "pass": door.village.manifest["pass"] if shown is None else shown}
    said = door.village.tablet.ask("POST", "/offline/status", data=json.dumps(told).encode())
    assert said.status_code in {204, 400, 403, 413}
    with db.reading(db.engine()) as session:
        (row,) = session.scalars(select(TabletRow))
        assert len(json.dumps(row.status)) < 20_000, "no row grows with what a thief says"


@TRIALS
@given(sent=st.binary(max_size=200))
def test_what_is_no_report_of_a_tablet_is_refused(door: Door, sent: bytes) -> None:
    assert door.visitor.ask("POST", "/offline/status", data=sent).status_code == 400
