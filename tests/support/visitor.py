"""A browser for tests that checks every page it opens."""

import html
import re
from collections.abc import Callable
from contextvars import Context

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

_PARTS = {"caption": "caption", "h1": "heading", "h2": "heading", "h3": "heading", "th": "th"}
_TAG = re.compile(r"""<!--.*?-->|<(/?)([a-z][a-z0-9]*)((?:[^<>"']++|"[^"]*"|'[^']*')*+)>""", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r'([^\s"=/]+)(?:="([^"]*)")?')
_INLINE = re.compile(rb"<[^>]+\s(?:style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)", re.IGNORECASE)


class _Form:
    """Reads titles, landmarks and the fields of forms; quicker than `html.parser`, for our pages are well-formed."""

    def __init__(self, page: str) -> None:
        self.tags: list[str] = []
        self.fields: dict[str, str] = {}
        self.language = ""
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.words: dict[str, list[str]] = {"caption": [], "heading": [], "th": []}
        templates, inside, at = 0, "", 0
        for found in _TAG.finditer(page):
            if inside:
                self.words[inside][-1] += html.unescape(page[at : found.start()])
            at = found.end()
            ends, tag, attributes = found.groups()
            if tag is None:  # a comment
                continue
            part = _PARTS.get(tag)
            if ends:
                inside = "" if part else inside
                templates -= tag == "template"
                continue
            self.tags.append(tag)
            templates += tag == "template"
            if part:
                inside = part
                self.words[part].append("")
            elif tag in {"html", "input"}:
                self._read(tag, attributes, in_template=templates > 0)

    def _read(self, tag: str, attributes: str, *, in_template: bool) -> None:
        given = {one[1]: html.unescape(one[2] or "") for one in _ATTRIBUTE.finditer(attributes)}
        if tag == "html":
            self.language = given.get("lang", "")
            return
        if given.get("id") and not in_template:  # what lies in one is no part yet
            self.ids.append(given["id"])
        if given.get("type") in {"radio", "checkbox", "hidden"} and "autocomplete" in given:
            self.faults.append(f"autocomplete on {given.get('name')}")
        if given.get("capture", "user") not in {"user", "environment"}:
            self.faults.append("capture without a word")
        if given.get("type") == "hidden" and given.get("name"):
            self.fields[given["name"]] = given.get("value", "")

    @property
    def said_twice(self) -> set[str]:
        """Captions that repeat a heading: whoever listens hears it twice."""
        return {one.strip() for one in self.words["caption"]} & {one.strip() for one in self.words["heading"]}


class Visitor:
    """One browser. `open` and `send` check status, title, landmarks, headers and the absence of inline code."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.page = ""
        self.hidden: dict[str, str] = {}

    def open(
        self, path: str, status: int = 200, *, follow: bool = True, unknown: bool = False, **more: object
    ) -> TestResponse:
        """GET a page and check it. `unknown`: no page has this address, and that is what is tested."""
        assert unknown or status != 404 or self.knows("GET", path), f"{path}: no such page"
        answer = self._alone(self.client.get, path, follow_redirects=follow, **more)
        return self._checked(answer, status)

    def send(
        self,
        path: str,
        data: dict[str, object] | None = None,
        status: int = 200,
        *,
        follow: bool = True,
        unknown: bool = False,
        **more: object,
    ) -> TestResponse:
        """POST a form, with the hidden fields (and so the CSRF token) of the last page that was opened."""
        assert unknown or status != 404 or self.knows("POST", path), f"{path}: takes no form"
        filled = {**self.hidden, **(data or {})}
        answer = self._alone(self.client.post, path, data=filled, follow_redirects=follow, **more)
        return self._checked(answer, status)

    def ask(self, method: str, path: str, **more: object) -> TestResponse:
        """Ask without checking anything or following a redirect; for tests that knock on every door."""
        return self._alone(self.client.open, path, method=method, **more)

    def knows(self, method: str, path: str) -> bool:
        """Whether some page has this address: only then a 404 says that somebody was refused."""
        try:
            self.app.url_map.bind("").match(path.partition("?")[0], method=method)
        except (NotFound, MethodNotAllowed):
            return False
        except RequestRedirect:
            return True
        return True

    @staticmethod
    def _alone(ask: Callable[..., TestResponse], *given: object, **more: object) -> TestResponse:
        """Ask outside the test's own application context: each request has its own session and its own `g`."""
        return Context().run(ask, *given, **more)

    def _checked(self, answer: TestResponse, status: int) -> TestResponse:
        assert answer.status_code == status, f"{answer.request.path}: {answer.status} {answer.text[:2000]}"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"]
        if answer.mimetype == "text/html" and not 300 <= status < 400:
            self._check_page(answer)
        return answer

    def _check_page(self, answer: TestResponse) -> None:
        self.page = answer.text
        assert not (found := _INLINE.search(answer.data)), f"inline code: {found.group(0)!r}"
        form = _Form(self.page)
        self.hidden = form.fields
        for landmark in ("title", "main", "h1"):
            assert landmark in form.tags, f"{answer.request.path} has no <{landmark}>"
        assert form.language, f"{answer.request.path} does not say its language"
        assert not form.faults, f"{answer.request.path}: {form.faults}"
        assert not form.said_twice, f"{answer.request.path}: a caption repeats a heading: {form.said_twice}"
        assert all(one.strip() for one in form.words["th"]), f"{answer.request.path}: a head of a table is empty"
        assert form.ids.count("csrf_token") < 2, f"{answer.request.path}: one id for the tokens of several forms"


def calm(page: str) -> str:
    """A page without the tokens of its forms, which are others with every second."""
    return re.sub(r'name="csrf_token"[^>]*', "", page)
