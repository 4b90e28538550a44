"""Where a site has a telephone line, each picture shows its key, on screen and paper; else nothing changes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.grievances.conftest import Team
from tests.phone_line.conftest import screens_after_telling
from tests.support.people import on_tablet
from tests.support.threads import HERS
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.clips.text_collector import collecting_texts
from youthvoice.kiosk.offline.code_screens import code_screen_parts, fill_code_screens
from youthvoice.phone_line.labels import SENTENCE_LABELS
from youthvoice.phone_line.recorded_sentences import note_sentences
from youthvoice.privacy.credentials.picture_codes import SCREENS, PictureCode
from youthvoice.sites.store import change_site, get_site

NUMBER = "+91 22 1234"
STAYS = "The number stays on that phone. The phone company keeps it, too."
_PLACES = {picture.code: str(nth) for screen in SCREENS for nth, picture in enumerate(screen, 1)}
_WITH_KEY = re.compile(r'<li[^<]*<svg[^<]*<use href="[^"]*#p-([0-9A-F]+)"(?:(?!</li>).)*?<b class="key">(\d)</b></li>')


@pytest.fixture
def site_id(team: Team) -> int:
    return team.site_id


@pytest.fixture
def line(app: Flask, site_id: int, tmp_path: Path) -> Iterator[None]:
    """The site has a telephone line."""
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"phone_number": NUMBER})
        change_site(session, site_id, {"phone_heard": context.today()})
    with context.override(app, settings=replace(context.settings(), phone=tmp_path / "modem")):
        yield


@pytest.mark.usefixtures("line")
def test_her_seven_keys_stand_on_a_screen_and_on_paper_with_the_number_and_what_it_leaves(
    site_id: int, visitor: Callable[[], Visitor]
) -> None:
    page = screens_after_telling(on_tablet(visitor(), site_id))
    keys = _WITH_KEY.findall(page)
    assert len(keys) == 14, "seven on paper, seven on a screen"
    assert keys[:7] == keys[7:]
    assert all(_PLACES[picture] == key for picture, key in keys)
    assert page.count(NUMBER) == 2
    assert page.count(STAYS) >= 2
    paper = page.split('class="printed"')[1].split("</ol>")[0]
    number, strip = paper.split("<ol")
    assert NUMBER in number
    assert re.findall(r">(\d)</b>", strip) == [key for _picture, key in keys[:7]], "no other digits"


@pytest.mark.usefixtures("line")
def test_a_tablet_without_a_network_shows_the_keys_of_the_code_that_it_draws(app: Flask, site_id: int) -> None:
    with app.test_request_context("/"), db.reading(db.engine()) as session:
        parts = code_screen_parts(get_site(session, site_id))
    for code in (HERS, PictureCode((8, 0, 4, 4, 1, 7, 2))):
        keys = [key for _picture, key in _WITH_KEY.findall(fill_code_screens(parts, code))]
        assert keys == [str(pick + 1) for pick in code.picks] * 2


@pytest.mark.usefixtures("line")
def test_a_child_looks_up_her_keys_on_a_tablet_of_her_site_alone(site_id: int, visitor: Callable[[], Visitor]) -> None:
    page = on_tablet(visitor(), site_id).open("/reply").text
    assert re.findall(r'<b class="key" aria-hidden="true">(\d)</b>', page) == list("123456789") * 7
    assert 'class="key"' not in visitor().open("/reply?at=example-house").text


@pytest.mark.parametrize(
    ("phone", "number", "is_heard"), [(None, NUMBER, True), (Path("modem"), "", True), (Path("modem"), NUMBER, False)]
)
def test_without_a_modem_a_number_or_a_call_that_was_answered_no_screen_speaks_of_a_line(
    app: Flask, site_id: int, visitor: Callable[[], Visitor], phone: Path | None, number: str, *, is_heard: bool
) -> None:
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"phone_number": number})
        change_site(session, site_id, {"phone_heard": context.today() if is_heard else None})
    with context.override(app, settings=replace(context.settings(), phone=phone)):
        tablet = on_tablet(visitor(), site_id)
        for page in (screens_after_telling(tablet), tablet.open("/reply").text):
            assert 'class="key"' not in page
            assert not any(words in page for words in (NUMBER, STAYS, "any phone"))


def test_every_sentence_of_the_line_and_every_key_is_recorded(app: Flask) -> None:
    with app.test_request_context("/"), force_locale("hi"), collecting_texts("phone") as text_collector:
        note_sentences()
    places = [spoken_text.place.item for spoken_text in text_collector.texts.values()]
    assert places == [*SENTENCE_LABELS, *(f"key-{key}" for key in range(1, 10))]
    assert {spoken_text.language for spoken_text in text_collector.texts.values()} == {"hi"}
