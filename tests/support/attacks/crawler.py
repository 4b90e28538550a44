"""Walks every address that a person can reach, and remembers what each page said."""

import re
from collections.abc import Iterator
from contextvars import Context

from flask import Flask
from flask.testing import FlaskClient

_HREF = re.compile(r'(?:href|action)="(/[^"#?]*)')
_CHANGES_EACH_TIME = re.compile(
    r'name="(?:csrf_token|sheet)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(?:csrf_token|sheet)"'
)
_LEAVE_ALONE = ("/static/", "/staff/sign-out", "/health", "/staff/me/codes")  # the last draws a secret each time
_ONE_OF_MANY = tuple(  # what a questionnaire asks, alike for each of them and each language, and without any answer
    map(
        re.compile,
        (
            r"/staff/aloud/\d+/\w+",
            r"/staff/aloud/\d+/\w+/[0-9a-f]{24}(/remove)?",
            r"/staff/questionnaires/\d+/preview/\w+",
            r"/staff/questionnaires/\d+/export.*",
            r"/staff/help-tell/[\w-]+/(?:hi|ar)",
        ),
    )
)
MOST = 400


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


def walk(client: FlaskClient, starts: list[str]) -> dict[str, str]:
    """Everything reachable by links from some addresses: address -> status and words, in no order."""
    seen: dict[str, str] = {}
    waiting = list(starts)
    while waiting and len(seen) < MOST:
        address = waiting.pop()
        if address in seen or address.startswith(_LEAVE_ALONE):
            continue
        if any(of.fullmatch(address) and any(map(of.fullmatch, seen)) for of in _ONE_OF_MANY):
            continue
        answer = Context().run(client.get, address)  # outside the test's own context, as a request is
        body = answer.text if answer.mimetype in {"text/html", "application/json", "text/csv"} else ""
        seen[address] = f"{answer.status_code} {answer.headers.get('Location', '')} {_still(body)}"
        waiting.extend(found for found in _links(body) if found not in seen)
    assert seen
    return seen


def _links(body: str) -> Iterator[str]:
    yield from dict.fromkeys(_HREF.findall(body))


def _still(body: str) -> str:
    """The page without what differs each time it is opened; letters are shuffled, so order is ignored."""
    return " ".join(sorted(_CHANGES_EACH_TIME.sub("", body).split()))
