"""Whoever may not open a child's words cannot tell a statement without a wish from one with three (S31).

Two houses live through the same weeks, but for what one child wishes and what becomes of her wishes. Every page of
every role without her yes, papers, days for calendars, and mails are the same, byte for byte.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from tests.attacks.disclosure.test_crawl import steady
from tests.conftest import StillClock, fresh_settings
from tests.support import shared_setup
from tests.support.care_steps import freeze_next, offer
from tests.support.long_tests import long_test
from tests.support.reviews import Child, Panel, make_panel, make_review, review_now, say, today
from tests.support.unattended_reports import mailed
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.escalation_job import escalate_overdue_answers
from youthvoice.accountability.store import set_decision_maker
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.audit_log import Log
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.publications.care_steps.quarters import freeze_care_quarters_due
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.job import end_reviews, process_due_reviews
from youthvoice.reviews.pack import read_pack
from youthvoice.reviews.paper import pack_document
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own
from youthvoice.sites.store import get_site
from youthvoice.threads.store import ReaderKey

WITHOUT_HER_YES = ("ravi", "rosa", "carol", "lata", "lee")
ROLES = ("coordinator", "facilitator", "safeguarding_lead")
NONE = Statement(good=("friends", "food"))
THREE = Statement(good=("friends",), change=("family", "school"), words="I want to see my grandmother")


Seen = dict[tuple[str, str, str], str]
"""By stage, person and surface, what is there."""


@contextmanager
def house(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Panel, StillClock]]:
    """A house of its own with a site and its people, each with an address for mails."""
    folder.mkdir()
    settings, clock = fresh_settings(request, folder, "sqlite"), StillClock()
    shared_setup.lay_tables(settings.database_url)
    app: Flask = create_app(settings, clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=True)
    with app.app_context():
        panel = make_panel(lambda: Visitor(app))
        with db.writing(db.engine()) as session:
            for person in session.scalars(select(PersonRow)):
                person.mail = encrypt_address(f"{person.handle}@example.org")
            set_decision_maker(session, panel.site_id, panel.carol.id, Log(today(), "carol"), "example-house")
        yield panel, clock
    runtime_of(app).engine.dispose()


def decide(panel: Panel, review: Review, part: str, decision: Decision) -> None:
    by = panel.rosa if part == "plan" else panel.asha
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        decisions.decide(session, held, decision, held.version, by.id, Log(today(), by.handle))


def disagree(child: Child, part: str) -> None:
    thread_id = child.thread_id
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        decisions.disagree(session, own_statement, part, words="It is not done")


def paper(panel: Panel, review: Review, who: str) -> str:
    """What stands on the pack that somebody prints."""
    reader, now = getattr(panel, who), review_now(review)
    with db.reading(db.engine()) as session, force_locale("en"):
        reader_key = ReaderKey(reader.id, reader.public_key, reader.site_ids)
        pack = read_pack(session, now, reader_key, reader.private_key)
        return repr(pack_document(pack, [], get_site(session, panel.site_id), "en", reader.name).values)


def look(panel: Panel, reviews: dict[str, Review], stage: str) -> Seen:
    """Everything that anybody sees who may not open her words."""
    names = {one.key: case for case, one in reviews.items()}
    seen: Seen = {}
    for who in WITHOUT_HER_YES:
        at = panel.at(getattr(panel, who))
        pages = ["/staff/", "/staff/answers/", "/staff/reviews/", "/staff/reviews/days.ics"]
        pages += [f"/staff/reviews/{reviews['K-17'].key}", "/staff/care-steps/figures.csv"]
        pages += [f"/staff/reviews/{reviews['K-17'].key}/decide/plan"] if who == "rosa" else []
        for page in pages:
            answer = at.ask("GET", page)
            text = f"{answer.status_code} {steady(answer)!s}"
            for key, case in names.items():
                text = text.replace(key, case)
            text = re.sub(r'/staff/answers/\d+|UID:[0-9a-f\r\n ]+@|value="[0-9a-f]{16}"', "", text)
            seen[stage, who, page.replace(reviews["K-17"].key, "K-17")] = text
        seen[stage, who, "paper"] = paper(panel, reviews["K-17"], who)
    told = sorted(str(one["To"]) for one in mailed() if not str(one["To"]).startswith("asha"))
    seen[stage, "", "mails"] = " ".join(told)
    return seen


def weeks_pass(clock: StillClock) -> None:
    """Three weeks and a day, and what the work process does in them."""
    for days in (1, 6, 1, 6, 1, 7):
        clock.move(days=days)
        for job in (escalate_overdue_answers, process_due_reviews, end_reviews, freeze_care_quarters_due):
            job()


def live(panel: Panel, clock: StillClock, statement: Statement) -> Seen:
    """The weeks of a house in which one child says something, and another nothing."""
    reviews = {
        case: make_review(panel, days=days, case=case, invited=ROLES) for case, days in (("K-17", 9), ("K-18", 8))
    }
    review = reviews["K-17"]
    for one in reviews.values():
        offer(panel, one, "prepares")
    seen: Seen = {}
    child = say(review, statement)
    clock.move(days=9)
    process_due_reviews()
    escalate_overdue_answers()
    seen |= look(panel, reviews, "the day")
    decide(panel, review, "plan", Decision("plan", "kept", {"en": "You are safe here."}))
    seen |= look(panel, reviews, "the plan is decided")
    weeks_pass(clock)
    seen |= look(panel, reviews, "wishes are late")
    for part in statement.wishes:
        yes = Decision(part, "yes", {"en": "We go there."}, panel.asha.id, today() + timedelta(days=3))
        decide(panel, review, part, yes)
    seen |= look(panel, reviews, "everything is decided")
    weeks_pass(clock)
    seen |= look(panel, reviews, "promises are late")
    if statement.wishes:
        disagree(child, statement.wishes[0])
    seen |= look(panel, reviews, "she disagrees")
    weeks_pass(clock)
    seen |= look(panel, reviews, "her new look is late")
    reviews["next"] = make_review(panel, days=1, case="K-17", invited=ROLES)
    seen |= look_at_next(panel, reviews)
    freeze_next(clock)
    return seen | look(panel, reviews, "the quarter is counted")


def look_at_next(panel: Panel, reviews: dict[str, Review]) -> Seen:
    """The next review of the same case begins with what this one promised."""
    return look(panel, {"K-17": reviews["next"], "before": reviews["K-17"], "K-18": reviews["K-18"]}, "the next review")


@long_test("RUN")
@pytest.mark.sqlite
def test_no_wish_and_three_look_alike_to_everybody_without_her_yes(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    worlds = []
    for nth, told in enumerate((NONE, THREE)):
        with house(request, tmp_path / str(nth)) as (panel, clock):
            worlds.append(live(panel, clock, told))
    none, three = worlds
    assert none.keys() == three.keys()
    assert len(none) > 200
    for at, text in none.items():
        assert text == three[at], at
    assert any("The plan is decided" in text for text in none.values())
    assert any("Decisions are late" in text for text in none.values()), "the other child’s plan is late, and alarms"


def test_whoever_carries_her_wishes_is_asked_about_them(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """S9, S13: a wish that waits alarms those who may know of it, by mail every week, until it is decided."""
    with house(request, tmp_path / "one") as (panel, clock):
        review = make_review(panel, days=1, invited=ROLES)
        say(review, THREE, readers=[panel.carol])
        clock.move(days=1)
        process_due_reviews()
        decide(panel, review, "plan", Decision("plan", "kept", {"en": "You are safe here."}))
        mailed()
        asked = []
        for _day in range(22):
            clock.move(days=1)
            escalate_overdue_answers()
            process_due_reviews()
            asked += [str(one["To"]).partition("@")[0] for one in mailed()]
        assert sorted(asked) == ["asha", "asha", "asha", "carol", "carol", "carol"], "nobody else, and not each day"
        for who in (panel.asha, panel.carol):
            at = panel.at(who)
            assert "Decisions are late" in at.open("/staff/reviews/").text
            assert "A wish waits for a decision" in at.open("/staff/").text
        carol = panel.at(panel.carol)
        carol.open(f"/staff/reviews/{review.key}")
        carol.send(f"/staff/reviews/{review.key}/open", {})
        assert carol.open(f"/staff/reviews/{review.key}/decide/family").status_code == 200
        assert context.today() > review.day
