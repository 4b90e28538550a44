"""T6 for a review: no case number, no word, no reader and no count of wishes is in a row, file or log."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.reviews.test_child_walk import prepares
from tests.support.attacks.stolen_house import as_bytes, leaks, rows, stolen
from tests.support.reports import tell
from tests.support.reviews import Panel, make_panel, make_review, say, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.config import Settings
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.duties.carriers import ask_carrier
from youthvoice.reviews.job import end_reviews, process_due_reviews
from youthvoice.reviews.models import ReviewLinkRow
from youthvoice.reviews.outside import pack_proposals
from youthvoice.reviews.statements import review_slip
from youthvoice.reviews.statements.statement import Statement
from youthvoice.slips.models import SlipRow
from youthvoice.threads.models import ThreadKeyWrapRow, ThreadRow
from youthvoice.threads.store import ReaderKey

WORDS = "purple giraffe of the attic"
GOOD = "बैंगनी जिराफ़ अच्छा है"
SENTENCE = "The giraffe comes on Sundays."
CASE = "GIRAFFE-4711"[3:]


@pytest.fixture
def panel(app: Flask, visitor: Callable[[], Visitor]) -> Panel:
    return make_panel(visitor)


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_holds_nothing_of_a_review(
    panel: Panel, clock: StillClock, app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets: dict[str, str | bytes] = {
        "words": WORDS, "good": GOOD, "sentence": SENTENCE, "case": CASE, "wish": "grandparents-wish",
    }  # fmt: skip
    review = make_review(panel, days=2, case=CASE)
    child = say(review, Statement(words=WORDS, good_words=GOOD, change=("family",)), readers=[panel.rosa])
    secrets |= {"reply key": child.code.reply.private, "thread in the review": child.thread_id.hex()}
    child = say(review, Statement(words="orange zebra", change=("family",)), readers=[panel.rosa], anew=panel.asha)
    secrets |= {"new thread in the review": child.thread_id.hex(), "said anew": "orange zebra"}
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        reader_key = ReaderKey(panel.asha.id, panel.asha.public_key, panel.asha.site_ids)
        ask_carrier(session, held, panel.ravi.id, Log(today(), "asha"), reader_key, panel.asha.private_key)
    clock.move(days=2)
    process_due_reviews()
    for part in ("own", "family"):
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            yes = Decision(part, "yes", {"en": SENTENCE}, panel.lata.id, today() + timedelta(days=5))
            decisions.decide(session, held, yes, held.version, panel.rosa.id, Log(today(), "rosa"))
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        why, key = {"en": "Zebras live there."}, new_pair().public
        proposal = pack_proposals.new_proposal(held, today(), "Okapi House", key, ("words",), why)
        pack_proposals.propose_pack(session, held, proposal, panel.ravi.id, Log(today(), "ravi"))
    secrets |= {"to whom": "Okapi House", "why": "Zebras live there.", "to which key": proposal.key}
    end_reviews()
    assert leaks(stolen(app, settings, caplog.text), secrets) == []
    named = {as_bytes(value).decode("utf-8", "replace") for table, value in rows() if table == "owed"}
    assert not {one for one in named if "family" in one or one == "own" or "/own" in one}, "no promise names its wish"


@pytest.mark.dialect("what a thief reads in the rows")
def test_rows_of_two_opposite_reviews_have_the_same_shape(panel: Panel) -> None:
    """Nothing said to nobody, and everything said to everybody: rows are as many and as long."""

    def shape() -> list[tuple[str, int]]:
        tables = ("reviews", "owed", "threads", "thread_wraps", "thread_entries", "thread_replies")
        return sorted((table, len(value)) for table, value in rows(*tables) if isinstance(value, bytes))

    say(make_review(panel, case="K-1", invited=[]), Statement(good=("friends",)))
    first = shape()
    everybody = [panel.rosa, panel.carol, panel.lata, panel.lee]
    roles = ["coordinator", "facilitator", "safeguarding_lead"]
    statement = Statement(
        words="Please " * 12, good=("friends", "food"), change=("family", "school", "food"), afraid=("school",),
        not_there=(panel.lata.id,), readers=frozenset(one.id for one in everybody),
    )  # fmt: skip
    say(make_review(panel, case="LONG-CASE-NUMBER-17", invited=roles), statement)
    assert shape() == sorted([*first, *first])


@pytest.mark.dialect("what a thief reads in the rows")
def test_what_a_thief_learns_of_statements_is_what_the_threat_model_says(panel: Panel, clock: StillClock) -> None:
    """How many and from when, by who has a row beside them; which review has a link; who opened what, from the log."""
    first, second = make_review(panel, days=1), make_review(panel, days=1, case="K-18", outside=True)
    say(first, Statement(words=WORDS), readers=[panel.rosa, panel.carol])
    child = say(second, Statement(words="A zebra", change=("food",), outside=True), readers=[panel.rosa])
    told = tell(panel.site_id, [panel.asha])
    with db.reading(db.engine()) as session:
        beside = {thread: set[int]() for thread in session.scalars(select(ThreadRow.id))}
        for wrap in session.scalars(select(ThreadKeyWrapRow)):
            beside[wrap.thread_id].add(wrap.person_id)
        days = dict(session.execute(select(ThreadRow.id, ThreadRow.day)).all())
    everybody = {one.id for one in panel.everybody}
    statements = {thread for thread, rows_of in beside.items() if rows_of == everybody}
    assert child.thread_id in statements
    assert len(statements) == 2, "he counts them"
    assert told.id not in statements, "and tells them from reports"
    assert set(days.values()) == {today()}
    for table in ("reviews", "owed", "review_links"):
        for _table, value in rows(table):
            assert not any(one in as_bytes(value) for one in statements), "of which review each is no row says"
    review = make_review(panel, days=1, case="K-19")
    prepares(panel, review, words="An okapi")
    with db.reading(db.engine()) as session:
        spent = session.execute(select(SlipRow.of, SlipRow.spent)).all()
    assert [tuple(one) for one in spent] == [(review_slip.slip_purpose(review), True)], (
        "her slip was used, until the day"
    )
    clock.move(days=1)
    process_due_reviews()
    assert not list(rows("slips"))
    rosa, page = panel.at(panel.rosa), f"/staff/reviews/{second.key}"
    rosa.open(page)
    rosa.send(f"{page}/open")
    rosa.open(f"{page}/links/new")
    rosa.send(f"{page}/links/new", {"days": "3"})
    with db.reading(db.engine()) as session:
        links = session.scalars(select(ReviewLinkRow.review_id)).all()
        named = select(AuditEntryRow.actor, AuditEntryRow.action).where(AuditEntryRow.subject == second.key)
        lines = [tuple(one) for one in session.execute(named)]
    assert links == [second.id], "the row of a link names its review: that child said yes to the team outside"
    assert ("rosa", "review.open_statement") in lines, "whoever opened her words had her yes"
    assert {actor for actor, action in lines} == {"rosa"}, "of whoever did not open them he learns nothing"
