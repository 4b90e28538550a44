"""PostgreSQL commits, and the connection dies before it says so.

Sent again, nothing is there twice; staff read that nobody knows whether it was saved.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.batches import house as house_of_batches
from tests.support.child_at_tablet import JSON, a_child
from tests.support.committees import make_house
from tests.support.lost_answers import LineToServer, line_to
from tests.support.people import house, make_person, on_tablet, signed_in
from tests.support.rounds import answers, open_round
from tests.support.smtp_server import post_office
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.entities import AnswerablePart
from youthvoice.accountability.store import create_answer_due, find_by_subject, set_answerable_parts
from youthvoice.accounts.models import InvitationRow
from youthvoice.cli import _failure_words
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.mail import outbox, transport
from youthvoice.mail.messages import MailText, compose, message_id_for
from youthvoice.surveys.models import ResponseRow

pytestmark = pytest.mark.postgresql("a connection that breaks")
NewVisitor = Callable[[], Visitor]
UNKNOWN = {
    "en": "We do not know whether it was saved.",
    "hi": "हमें नहीं पता",
    "ar": "لا نعرف",
}
MOST_COMMITS = 5


@pytest.fixture
def line(settings: Settings) -> Iterator[LineToServer]:
    with line_to(settings.database_url) as opened:
        yield opened


@pytest.fixture
def app(settings: Settings, clock: StillClock, line: LineToServer) -> Iterator[Flask]:
    """The whole application, at the end of that line."""
    made = create_app(replace(settings, database_url=line.url), clock)
    made.config["TESTING"] = True
    with made.app_context():
        yield made
    runtime_of(made).engine.dispose()


# ---- Children ----


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_answers_that_a_tablet_sends_again_count_once(visitor: NewVisitor, line: LineToServer, accept: str) -> None:
    """S7: it reads nothing of what is not so, and keeps what it sends."""
    site_id, people = house(["facilitator"])
    round_ = open_round([site_id], people["facilitator"].id)
    tablet, path = on_tablet(visitor(), site_id), f"/survey/{round_.slug}"
    tablet.open(path)
    lost = 0
    for number in range(1, MOST_COMMITS):
        line.lose_answer(number)
        sent = tablet.ask("POST", path, data={**tablet.hidden, **answers(food="good")}, headers={"Accept": accept})
        lost += line.lost
        assert sent.status_code == (503 if line.lost else 201 if accept == "application/json" else 303)
        if line.lost:
            assert "Send it again in a few minutes." in sent.text
            assert "Nothing was changed" not in sent.text
    assert lost
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(ResponseRow)) == 1


def test_a_report_that_a_child_sends_again_is_there_once(visitor: NewVisitor, line: LineToServer) -> None:
    child = a_child(visitor())
    child.opens()
    lost = 0
    for number in range(1, MOST_COMMITS):
        line.lose_answer(number)
        sent = child.tablet.ask("POST", "/tell", data={**child.tablet.hidden, "words": "canary"}, headers=JSON)
        assert sent.status_code == (503 if line.lost else 201)
        lost += line.lost
    assert lost > 1, "the try of her code is counted before"
    assert len(child.lines("asha")) == 1
    screens = child.tells(words="canary")["screens"]
    assert screens, "she sees her pictures after all"
    assert len(child.lines("asha")) == 1


# ---- Staff ----


def owes_an_answer(browser: Visitor, language: str = "en") -> tuple[Visitor, str]:
    """A facilitator who owes an answer, and where."""
    site_id, _people = house(["coordinator", "advocate"])
    with db.writing(db.engine()) as session:
        owner = make_person(session, "facilitator", site_id, language=language)
        about = {"en": "Days here"}
        due = create_answer_due(
            session, site_id=site_id, kind="round", subject="maple", about=about, due=context.today(), owner_id=owner.id
        ).id
        set_answerable_parts(session, "round", "maple", (AnswerablePart("food", about),), context.today())
    return signed_in(browser, owner), f"/staff/answers/{due}"


@pytest.mark.parametrize("language", UNKNOWN)
def test_staff_are_told_to_look_and_an_answer_is_there_once(
    visitor: NewVisitor, line: LineToServer, language: str
) -> None:
    browser, path = owes_an_answer(visitor(), language)
    browser.open(path)
    line.lose_answer()
    page = browser.send(path, {"kind": "yes", "words_en": "Fruit comes on Monday."}, 503).text
    assert line.lost == 1
    assert UNKNOWN[language] in page
    assert "Nothing was changed" not in page
    with db.reading(db.engine()) as session:
        due = find_by_subject(session, "round", "maple")
    assert due
    assert due.reply()


def test_what_was_sent_again_after_all_is_refused_where_it_is_there(visitor: NewVisitor, line: LineToServer) -> None:
    """An invitation, and a meeting: the page that is reloaded says that there is one."""
    home = make_house()
    committee = home.committee()
    desk = signed_in(visitor(), home.boss)
    guest: dict[str, object] = {"name": "Mina Example", "role": "facilitator", "sites": [home.site_id]}
    meeting: dict[str, object] = {"day": "2026-11-30", "clock": "16:00", "place": ""}
    forms: dict[str, tuple[str, dict[str, object], str]] = {
        "/staff/people/new": ("boss", guest, "is invited already"),
        f"/staff/meetings/of/{committee.id}/add": ("joshi", meeting, "has a meeting at that very time"),
    }
    for path, (who, fields, words) in forms.items():
        desk = signed_in(visitor(), getattr(home, who))
        desk.open(path)
        line.lose_answer()
        first = desk.ask("POST", path, data={**desk.hidden, **fields})
        assert (first.status_code, line.lost) == (503, 1)
        assert UNKNOWN["en"] in first.text
        assert words in desk.send(path, fields, 422).text
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(InvitationRow)) == 1


def test_what_broke_before_the_commit_changed_nothing_and_the_page_says_so(
    visitor: NewVisitor, line: LineToServer
) -> None:
    browser, path = owes_an_answer(visitor())
    browser.open(path)
    line.lose_answer(to=b"UPDATE owed")
    page = browser.send(path, {"kind": "yes", "words_en": "Fruit comes on Monday."}, 503).text
    assert line.lost == 1
    assert "Nothing was changed." in page
    assert UNKNOWN["en"] not in page
    browser.open(path)
    browser.send(path, {"kind": "yes", "words_en": "Fruit comes on Monday."})


def test_a_command_does_not_say_that_it_was_undone() -> None:
    words = _failure_words(db.CommitUnanswered())
    assert "Nobody knows whether it was saved" in words
    assert "undone" not in words


# ---- Jobs ----


def test_a_batch_whose_closing_lost_an_answer_is_counted_once(
    settings: Settings, line: LineToServer, tmp_path: Path
) -> None:
    with house_of_batches(replace(settings, database_url=line.url), tmp_path / "keys") as home:
        lost = 0
        for number in range(1, MOST_COMMITS):
            round_ = home.open(key=f"open-answers-{number}")
            home.send_many(round_, 10, food="good")
            line.lose_answer(number)
            with suppress(db.CommitUnanswered):
                home.close()
            lost += line.lost
            line.lose_answer(0)
            home.close()
            assert (home.batch(round_).outcome, home.number(round_), home.sheets()) == ("counted", 10, 0)
        assert lost


def test_a_mail_whose_answer_was_lost_is_not_sent_twice(app: Flask, line: LineToServer, clock: StillClock) -> None:
    engine, key = db.engine(), context.keyring().key_or_new("mail")
    with post_office() as office:
        settings = replace(runtime_of(app).settings, smtp_url=office.url)
        for number in range(1, MOST_COMMITS + 1):
            message_id = message_id_for(key, settings, "test", number)
            words = MailText(
                sender_name="Example post", subject="News", text="News.", html="<p>News.</p>", language="en"
            )
            line.lose_answer(0)
            with db.writing(engine) as session:
                outbox.put(session, compose(words, "a@example.org", message_id, settings, clock()), clock())
            line.lose_answer(number)
            for _time in range(3):
                try:
                    transport.send_all_due(engine, settings, clock)
                except db.CommitUnanswered:
                    clock.move(seconds=outbox.LEASE.total_seconds() + 1)
        assert len(office.taken) == MOST_COMMITS
        assert len({mail["Message-ID"] for mail in office.taken}) == MOST_COMMITS
