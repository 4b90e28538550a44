"""What a child reads in a language that has only a folder; run by `test_language_folder`."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import update

from tests.journeys.support.page_list import CHILD
from tests.support.made_up_language import CLOSES, CODE, OPENS
from tests.support.people import house, on_tablet
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.sites.models import SiteRow
from youthvoice.web.i18n import languages

TRANSLATED = re.compile(f"{OPENS}[^{OPENS}{CLOSES}]*{CLOSES}")
OWN = re.compile(
    r"Youth Voice|All emojis designed by OpenMoji.*?4\.0|the person at the gate|day and night|kaj|Saluton|Esperanto"
    r"|English|हिन्दी|My days here|Example line|Example House|\w+ Example"
)
"""What is no text of ours: names of people, places and languages, what a site said itself, words of CLDR."""


class Words(HTMLParser):
    """Collects what a page shows and says."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag if tag in {"script", "style"} else ""
        given = dict(attrs)
        self.found += [
            given[name] or "" for name in ("aria-label", "placeholder", "title", "data-must") if name in given
        ]

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def untranslated(page: str) -> list[str]:
    """The words of a page that come from no catalogue."""
    words = Words()
    words.feed(page)
    text = " ".join(words.found)
    while TRANSLATED.search(text):
        text = TRANSLATED.sub(" ", text)
    return [word for word in OWN.sub(" ", text).split() if any(sign.isalpha() for sign in word)]


@pytest.fixture
def tablet(app: Flask, visitor: Callable[[], Visitor]) -> Visitor:
    site_id, people = house(["advocate", "coordinator", "facilitator"])
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(languages=[CODE]))
    open_round([site_id], people["coordinator"].id)
    tablet = on_tablet(visitor(), site_id)
    tablet.open(f"/language/{CODE}", 302, follow=False)
    return tablet


def test_the_language_is_offered_to_children_and_not_to_staff() -> None:
    assert CODE in languages.TRANSLATED
    assert CODE not in languages.STAFF_LANGUAGES


@pytest.mark.parametrize("path", [f"/exit/{CODE}" if path == "/exit" else path for path in CHILD])
def test_every_text_of_a_child_s_page_is_in_the_catalogue_of_children(tablet: Visitor, path: str) -> None:
    reply = tablet.ask("GET", path)
    if reply.status_code in {302, 303}:
        return
    page = tablet.ask("GET", path).text
    assert f'lang="{CODE}"' in page
    assert OPENS in page
    assert not untranslated(page)
