"""Packs that go to another organisation, for tests: a review on its day, its forms filled in."""

import re

from tests.conftest import StillClock
from tests.support.people import Somebody
from tests.support.reviews import WORDS, Child, Panel, make_review, review_now, say, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accountability.rules import PLAN
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.credentials.published_keys import format_key
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.outside import pack_proposals
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own

PAIR = new_pair()
VOICE = b"\x1aE\xdf\xa3 voice"
SAID = Statement(words=WORDS, change=("family",), voice=VOICE, voice_kind="audio/webm")
WHY = "They care for you from May on."
ORDER = "Court of Pune, 12 May, number 17"


def decided(review: Review, by: Somebody, decision: Decision) -> None:
    """One decision; commits."""
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        decisions.decide(session, held, decision, held.version, by.id, Log(today(), by.handle))


def review_on_its_day(
    panel: Panel, clock: StillClock, statement: Statement | None = SAID
) -> tuple[Review, Child | None]:
    """The plan is decided, a wish is promised, and there was a review before in which she said something else."""
    before = make_review(panel, days=1)
    say(before, Statement(words="An earlier secret", change=("food",)))
    review = make_review(panel, days=3)
    child = say(review, statement) if statement else None
    clock.move(days=1)
    decided(before, panel.rosa, Decision(PLAN, "kept", {"en": "You stay with us until May."}))
    clock.move(days=2)
    decided(review, panel.rosa, Decision(PLAN, "kept", {"en": "Here you are safe."}))
    if statement and statement.change:
        decided(
            review,
            panel.rosa,
            Decision(statement.change[0], "yes", {"en": "You go on Sundays."}, panel.lata.id, today()),
        )
    return review_now(review), child


def opened(panel: Panel, review: Review, page: str = "/said") -> Visitor:
    """The advocate with her words open, at a form of the file."""
    asha, address = panel.at(panel.asha), f"/staff/reviews/{review.key}"
    asha.open(address)
    if review.valid_statement is not None:
        asha.send(f"{address}/open")
    asha.open(f"{address}/file{page}")
    return asha


def question(**more: object) -> dict[str, object]:
    """What is asked of her on her page, as its form sends it."""
    return {"to": "River House", "key": format_key(PAIR.public), "words": "all", "words_en": WHY, **more}


def ground(second: Somebody, **more: object) -> dict[str, object]:
    """A legal ground, as its form sends it."""
    named = {"ground": "court_order", "reference": ORDER, "told": "told", "second": second.id}
    return {"to": "River House", "key": format_key(PAIR.public), "words_en": WHY, **named, **more}


def mark_of(page: str) -> str:
    """What the page of a question bears of it."""
    found = re.search(r'name="mark"[^>]*value="([0-9a-f]{32})"', page)
    assert found
    return found.group(1)


def child_answers(child: Child, *, yes: bool) -> None:
    """She says yes or no to what is proposed last; commits."""
    thread_id = child.thread_id
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        pack_proposals.answer_proposal(session, own_statement, own_statement.review.body.proposals[-1].mark, yes=yes)
