"""Walks every address that a person can reach, and remembers what each page said."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextvars import Context

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_HREF = re.compile(r'(?:href|action)="(/[^"#?]*)')
_CHANGES_EACH_TIME = re.compile(
    r'name="(?:csrf_token|sheet)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(?:csrf_token|sheet)"'
)
_LEAVE_ALONE = (
    "/static/", "/staff/sign-out", "/health",
    "/staff/aloud/",  # what children are asked, aloud
    "/staff/me/codes",  # draws a secret each time
)  # fmt: skip
_EXACT = re.compile(r"/staff/rounds/[\w-]+/analysis.*")  # for advocates alone (A13)
_ONE_OF_MANY = tuple(  # what a questionnaire asks, a guide or a catalogue says: alike for each, and without any answer
    map(
        re.compile,
        (
            r"/staff/questionnaires/\d+/preview/\w+",
            r"/staff/questionnaires/shelf/[\w-]+/preview/\w+",
            r"/staff/questionnaires/\d+/export.*",
            r"/staff/help-tell/[\w-]+/(?:hi|ar)",
            r"/staff/guide/[\w-]+",
            r"/staff/me/introduction/greeting/\w+",  # her own
            r"/staff/languages/texts/\w+",
            r"/staff/languages/texts/\w+/[0-9a-f]+",
            r"/staff/languages/texts/\w+/child\.po",
            r"/staff/languages/\d+/[a-z]\w+",
            r"/staff/languages/\d+/\w+/withdraw",
        ),
    )
)
MOST = 400
_READ = {"text/html", "application/json", "text/csv", "image/svg+xml"}
_DRAWN_ANEW = {"Set-Cookie", "Date", "Content-Length"}  # the length is that of tokens


def signed_in(app: Flask, handle: str, password: str) -> FlaskClient:
    """A browser in which somebody has signed in."""
    client = app.test_client()
    page = Context().run(client.get, "/staff/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token.group(1), "handle": handle, "password": password}
    answer = Context().run(client.post, "/staff/sign-in", data=data)
    assert answer.status_code == 303, answer.text
    return client


Sees = Callable[[str, TestResponse], None]


def walk(client: FlaskClient, starts: list[str], sees: Sees = lambda _address, _answer: None) -> dict[str, str]:
    """Everything reachable by links from some addresses: address -> status and words, in no order.

    `sees` is shown each answer on the way.
    """
    seen: dict[str, str] = {}
    waiting = list(starts)
    while waiting and len(seen) < MOST:
        address = waiting.pop()
        if address in seen or address.startswith(_LEAVE_ALONE):
            continue
        if _EXACT.fullmatch(address):
            seen[address] = "a link; what is behind it is not published"
            continue
        if any(of.fullmatch(address) and any(map(of.fullmatch, seen)) for of in _ONE_OF_MANY):
            continue
        answer = Context().run(client.get, address)
        sees(address, answer)
        seen[address], links = _told(answer)
        waiting.extend(found for found in links if found not in seen)
    assert 0 < len(seen) < MOST, "something that there are many of hides everything else"
    return seen


def look(client: FlaskClient, address: str) -> tuple[str, list[str]]:
    """What somebody is answered there, whatever stands beside it, and where it leads."""
    return _told(Context().run(client.get, address))  # outside the test's own context, as a request is


def _told(answer: TestResponse) -> tuple[str, list[str]]:
    body = answer.text if answer.mimetype in _READ else ""
    return f"{answer.status_code} {_told_beside(answer)} {_still(body) or _mark(answer)}", list(_links(body))


def _told_beside(answer: TestResponse) -> str:
    """What stands beside an answer: names of files, marks for caches, where to look again."""
    return " ".join(sorted(f"{name}={value}" for name, value in answer.headers if name not in _DRAWN_ANEW))


def _mark(answer: TestResponse) -> str:
    """A paper, by its bytes: the words and what it says of itself. A workbook is stamped with the moment it is made."""
    return "" if "spreadsheet" in answer.content_type else hashlib.sha256(answer.data).hexdigest()


def _links(body: str) -> Iterator[str]:
    yield from dict.fromkeys(_HREF.findall(body))


def _still(body: str) -> str:
    """The page without what differs each time it is opened; letters are shuffled, so order is ignored."""
    return " ".join(sorted(_CHANGES_EACH_TIME.sub("", body).split()))
