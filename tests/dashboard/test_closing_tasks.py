"""What To do says of a site that closes: who has to do what, and until when."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from tests.conftest import StillClock
from tests.support.audio import WEBM
from tests.support.closing import ROLES, choose_last_day, run_close
from tests.support.open_rounds import kept, questions
from tests.support.people import Somebody, house, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.clips import availability
from youthvoice.clips.store import keep_clip
from youthvoice.read_aloud.page_texts import find_closing_texts
from youthvoice.sites.last_day import CHILDREN_KNOW_DAYS, NOTICE_DAYS
from youthvoice.sites.store import change_site, get_site
from youthvoice.web.i18n.formats import format_day

SILENT = "Children do not hear all about the end of the site in it: record it"


def _ask(app: Flask, people: dict[str, Somebody]) -> None:
    two = (people["coordinator"], people["advocate"])
    assert run_close(app, "decide", "example-house", "--on", choose_last_day(), by=two)[0] == 0


def _record(app: Flask, site_id: int) -> None:
    with db.reading(db.engine()) as session:
        site = get_site(session, site_id)
    with app.test_request_context():
        texts = find_closing_texts(site, "en")
    with db.writing(db.engine()) as session:
        for spoken_text in texts.values():
            keep_clip(session, spoken_text, WEBM, "coordinator", Log(context.today(), "coordinator"))
    availability.forget_index()


def test_whoever_records_is_asked_for_what_children_hear_of_an_end_that_is_decided(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    site_id, people = house(ROLES)
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"languages": ["en"]})
    questionnaire_id = kept(questions(), people["advocate"])
    browser = signed_in(visitor(), people["coordinator"])
    assert SILENT not in browser.open("/staff/").text
    _ask(app, people)
    page = browser.open("/staff/").text
    assert SILENT in page
    assert f'href="/staff/aloud/{questionnaire_id}"' in page
    assert "Its last day is" in browser.open(f"/staff/aloud/{questionnaire_id}/en").text
    assert SILENT in signed_in(visitor(), people["advocate"]).open("/staff/").text
    assert SILENT not in signed_in(visitor(), people["facilitator"]).open("/staff/").text
    _record(app, site_id)
    assert SILENT not in browser.open("/staff/").text


def test_everybody_reads_the_day_and_who_decides_or_ends_it_reads_what_to_do(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    _site, people = house([*ROLES, "safeguarding_lead"])
    browsers = {role: signed_in(visitor(), person) for role, person in people.items()}

    def pages() -> dict[str, str]:
        return {role: browser.open("/staff/").text for role, browser in browsers.items()}

    def those_who_read(words: str, shown: dict[str, str]) -> set[str]:
        return {role for role, page in shown.items() if words in page}

    assert those_who_read("youthvoice close", pages()) == set()
    _ask(app, people)
    asked = pages()
    assert those_who_read("Two adults ask to close on", asked) == {"coordinator", "advocate", "outside_recipient"}
    assert those_who_read("Ask both, alone", asked) == {"outside_recipient"}
    assert format_day(choose_last_day() - timedelta(days=CHILDREN_KNOW_DAYS)) in asked["outside_recipient"]
    words = ("confirm", "example-house", "--on", choose_last_day())
    assert run_close(app, *words, by=(people["outside_recipient"],))[0] == 0
    decided = pages()
    assert those_who_read(f"Closes: the last day is {format_day(choose_last_day())}", decided) == set(people)
    assert those_who_read("youthvoice close status", decided) == set(people) - {"facilitator"}
    assert "what you promised them comes by that day" in decided["facilitator"]
    assert those_who_read("Two adults ask to close on", decided) == set()
    clock.move(days=NOTICE_DAYS + 1)
    over = {role: signed_in(visitor(), person).open("/staff/").text for role, person in people.items()}
    assert those_who_read("Closed: the last day was", over) == {"coordinator", "advocate", "outside_recipient"}
    assert those_who_read("close finish", over) == {"coordinator", "advocate", "outside_recipient"}
