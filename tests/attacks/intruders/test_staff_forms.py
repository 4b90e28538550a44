"""Every form of staff with what no browser would send: refused in a page of ours, never a failure of the application.

Forms are found by a walk as each adult of a village, so that their addresses are of things that are there; what no page
leads to is asked at addresses of things that are not. A form of several adults is one of theirs; `make test-long` takes
all of them. Each is sent empty, with fields too long, strange or given twice,
with files in place of words, and with a body that is no form. What is taken all the same changes the village meanwhile.
"""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.support.attacks.crawler import walk
from tests.support.long_tests import RUNS_LONG, long_test
from tests.support.people import Somebody, signed_in
from tests.support.village_day import VillageDay
from tests.support.visitor import Visitor
from youthvoice.access.permissions import PERMISSIONS

pytestmark = pytest.mark.sqlite
_FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>.*?</form>', re.DOTALL)
_ACTION = re.compile(r'\baction="([^"]*)"')
_FIELD = re.compile(r'<(?:input|select|textarea|button)\b[^>]*\bname="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_ENDS_IT = re.compile(r"/staff/(?:sign-(?:in|out)|join/.*|me/leave)")
"""What would end the sign-in with which all others are tried."""

ODD = (
    "", " ", "\x00", "-1", "0", "9" * 40, "1e400", "NaN", "٣", "2026-02-30", "0001-01-01", "9999-12-31", "24:61",
    "../../etc/passwd", "' OR 1=1 --", "{{7*7}}", "<script>", "\u202e\u0000\ud7ff", "😀" * 50, "a" * 3000, "[]", "null",
)  # fmt: skip


Sent = dict[str, Any]


def bodies(names: list[str], turn: int) -> Iterator[Sent]:
    """What is sent to a form with these fields; which field gets what strange value differs from form to form."""
    odd = {name: ODD[(turn + nth) % len(ODD)] for nth, name in enumerate(names)}
    yield {"data": {}}
    yield {"data": odd}
    yield {"data": dict.fromkeys(names, "a" * 5_000)}
    yield {"data": MultiDict((name, value) for name in names for value in ("1", "2", odd[name]))}
    files = {name: (io.BytesIO(b"\x00\xff"), "../x") for name in names}
    yield {"data": files, "content_type": "multipart/form-data"}
    yield {"data": b"%ff=%00&&=&a[]=%", "content_type": "application/x-www-form-urlencoded"}


def forms_of(browser: Visitor) -> dict[str, list[str]]:
    """The addresses of forms on all pages that somebody can reach, with the names of their fields."""
    fields_by_address: dict[str, set[str]] = {}

    def sees(address: str, page: TestResponse) -> None:
        for form in _FORM.findall(page.text) if page.mimetype == "text/html" else ():
            action = _ACTION.search(form)
            there = (action[1] if action else "").replace("&amp;", "&") or address
            if there.startswith("/staff/") and not _ENDS_IT.match(there):
                fields_by_address.setdefault(there, set()).update(_FIELD.findall(form))

    walk(browser.client, ["/staff/"], sees)
    return {there: sorted(names - {"csrf_token"}) for there, names in fields_by_address.items()}


def one_of_each(app: Flask, forms: Mapping[str, list[str]]) -> dict[str, tuple[str, list[str]]]:
    """One form of each address, by its endpoint."""
    match = app.url_map.bind("").match
    return {match(there.partition("?")[0], method="POST")[0]: (there, names) for there, names in forms.items()}


def invented(rule: Rule) -> str:
    """An address of the rule, of things that do not exist."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda part: "0" * 32 if part[1] != "int" else "999", rule.rule)


class Sender:
    """Somebody who signs in again whenever a form has ended that."""

    def __init__(self, new: Callable[[], Visitor], who: Somebody) -> None:
        self._new, self._who, self.refused = new, who, Counter[int]()
        self.role = who.role
        self.browser, self.token = self._in()

    def _in(self) -> tuple[Visitor, str]:
        browser = signed_in(self._new(), self._who)
        token = _TOKEN.search(browser.open("/staff/me").text)
        assert token
        return browser, token[1]

    def sends(self, there: str, sent: Sent) -> None:
        """One form; whatever is answered is an answer of ours."""
        answer = self.browser.ask("POST", there, headers={"X-CSRFToken": self.token}, **sent)
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, f"{there}: {answer.status_code} {sent}"
        assert "Traceback" not in answer.text
        self.refused[answer.status_code] += 1
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self.browser, self.token = self._in()


@pytest.fixture
def day(app: Flask, visitor: Callable[[], Visitor]) -> VillageDay:
    return VillageDay(visitor)


@long_test("RUN")
def test_no_form_of_staff_fails_whatever_is_sent(day: VillageDay, app: Flask, visitor: Callable[[], Visitor]) -> None:
    house = day.house
    senders = [Sender(visitor, who) for who in (house.joshi, house.boss, house.outside, day.meera, house.asha)]
    tried: set[str] = set()
    for sender in senders:
        forms = one_of_each(app, forms_of(sender.browser))
        for turn, (endpoint, (there, names)) in enumerate(sorted(forms.items())):
            if endpoint in tried and not RUNS_LONG:
                continue
            tried.add(endpoint)
            for sent in bodies(names, turn):
                sender.sends(there, sent)
    assert len(tried) > 40, "the walk reaches forms of things that are there"
    statuses = sum((sender.refused for sender in senders), Counter[int]())
    assert statuses[HTTPStatus.UNPROCESSABLE_ENTITY] > 100, "most are read, and refused with words at their boxes"
    for turn, rule in enumerate(app.url_map.iter_rules()):
        if "POST" in (rule.methods or ()) and rule.endpoint not in tried and (who := whose(app, rule, senders)):
            for sent in bodies(["name", "id", "version"], turn):
                who.sends(invented(rule), sent)


def whose(app: Flask, rule: Rule, senders: Sequence[Sender]) -> Sender | None:
    """One of those who may send a form of staff."""
    if not rule.rule.startswith("/staff") or _ENDS_IT.match(rule.rule):
        return None
    needed = vars(app.view_functions[rule.endpoint]).get("permission", "")
    return next((one for one in senders if one.role in PERMISSIONS.get(needed, ())), None)
