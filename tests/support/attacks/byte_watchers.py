"""Everybody who has anything to look at: they open all of it again and again, and compare it byte by byte."""

import io
import json
import re
import zipfile
from collections.abc import Collection, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from email import message_from_bytes

from flask import Flask
from flask.testing import FlaskClient

from tests.support.attacks.crawler import walk
from tests.support.visitor import Visitor
from youthvoice import context
from youthvoice.jobs.worker import run_once
from youthvoice.schedule import JOBS
from youthvoice.web.i18n import languages

_DRAWN = re.compile(rb'(name="(?:csrf_token|sheet)"[^>]*value=")[^"]*"|value="[^"]*("[^>]*name="(?:csrf_token|sheet)")')
_DRAWN_BESIDE = {"Date", "Set-Cookie"}
_STAFF = "/staff/"
_SAYS = ("surveys close-due", "doctor", "audit verify")
Place = tuple[str, str]
"""Who looks, and the address; of a mail `mail`, and to whom."""


def everything_at(client: FlaskClient, address: str) -> bytes:
    """What somebody is answered: status, headers, every byte; blank are only the tokens that are drawn each time."""
    answer = Context().run(client.get, address)
    body = _workbook(answer.data) if "spreadsheet" in answer.content_type else _DRAWN.sub(rb"\1\2", answer.data)
    beside = {name: value for name, value in answer.headers if name not in _DRAWN_BESIDE}
    if "Content-Length" in beside:  # how long it is without what is drawn
        assert int(beside["Content-Length"]) == len(answer.data)
        beside["Content-Length"] = str(len(body))
    beside["Set-Cookie"] = " ".join(sorted(one.partition("=")[0] for one in answer.headers.getlist("Set-Cookie")))
    return f"{answer.status_code} {json.dumps(beside)}\n".encode() + body


def _workbook(content: bytes) -> bytes:
    """What stands in it; it is stamped with the moment at which it is made."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"".join(book.read(name) for name in sorted(book.namelist()) if name != "docProps/core.xml")


@dataclass
class ByteWatchers:
    """Browsers by who sits there, and what each address told them when they looked at everything.

    Attributes:
        app: the house.
        staff: who is signed in; they begin with every address below `/staff/` that has no hole.
        others: who is not; they begin with every other one, and what they were given: links of letters, of calendars.
        single: who has a few pages for a few minutes, and those.
    """

    app: Flask
    staff: Mapping[str, Visitor]
    others: Mapping[str, tuple[Visitor, Collection[str]]]
    single: Mapping[str, tuple[Visitor, Collection[str]]]
    pages: dict[Place, bytes] = field(default_factory=dict)
    mails: dict[str, bytes] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def eyes(self) -> dict[str, Visitor]:
        """Browsers by who looks."""
        return {**self.staff, **{who: one[0] for who, one in {**self.others, **self.single}.items()}}

    def finds(self) -> None:
        """Follows every link; then everything is remembered, as soon as papers that were asked for are made."""
        rules = [one for one in self.app.url_map.iter_rules() if "GET" in (one.methods or ()) and not one.arguments]
        below, beside = ([one.rule for one in rules if one.rule.startswith(_STAFF) is here] for here in (True, False))
        found = {who: walk(eye.client, below) for who, eye in self.staff.items()}
        found |= {who: walk(eye.client, [*beside, *given]) for who, (eye, given) in self.others.items()}
        places = {(who, one) for who, pages in found.items() for one in pages if who in self.others or _STAFF in one}
        places |= {(who, one) for who, (_eye, given) in self.single.items() for one in given}
        self.pages = dict.fromkeys(sorted(places), b"")
        self.works()
        self.works()
        self.remembers()

    def works(self) -> None:
        """The work process looks at everything once."""
        assert run_once(self.app, JOBS) == []

    def remembers(self) -> None:
        """What everything is like now."""
        self.pages = {place: self._sees(place) for place in self.pages}
        self.mails, self.words = letters(), self.says()

    def moved(self, *, whole: bool = False) -> list[Place]:
        """Where something is not as it was remembered.

        Args:
            whole: look where somebody is refused, too.
        """
        places = [place for place, before in self.pages.items() if whole or before.startswith(b"200")]
        found = [place for place in places if self._sees(place) != self.pages[place]]
        new = [content for name, content in letters().items() if self.mails.get(name) != content]
        found += [("mail", str(message_from_bytes(content)["To"]).partition("@")[0]) for content in new]
        return found + [("command line", name) for name, said in self.says().items() if self.words[name] != said]

    def says(self) -> dict[str, str]:
        """What the command line tells whoever runs the machine."""
        run = self.app.test_cli_runner().invoke
        return {words: run(args=words.split()).output for words in _SAYS}

    def _sees(self, place: Place) -> bytes:
        who, address = place
        self.eyes[who].client.set_cookie(languages.COOKIE, "en")  # goodbye pages forget it
        return everything_at(self.eyes[who].client, address)


def letters() -> dict[str, bytes]:
    """Every mail there is, by the name of its file."""
    return {file.name: file.read_bytes() for file in sorted(context.settings().data.rglob("*.eml"))}
