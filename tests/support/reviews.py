"""Reviews and statements for tests, made without pages."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.support.people import Somebody, make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.credentials.picture_codes import PictureCodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review, ReviewBody
from youthvoice.reviews.statements import review_slip
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import (
    OwnStatement,
    change_statement,
    open_own,
    read_statement,
    store_statement,
    take_back,
)
from youthvoice.threads.store import ReaderKey

WORDS = "I want to see my grandmother on Sundays"


@dataclass
class Panel:
    """A site with everybody whom a review needs."""

    site_id: int
    asha: Somebody
    ravi: Somebody
    rosa: Somebody
    """The reviewer."""
    carol: Somebody
    """The coordinator."""
    lata: Somebody
    """A facilitator."""
    lee: Somebody
    """The safeguarding lead."""
    visitor: Callable[[], Visitor]

    @property
    def everybody(self) -> tuple[Somebody, ...]:
        return self.asha, self.ravi, self.rosa, self.carol, self.lata, self.lee

    def at(self, who: Somebody) -> Visitor:
        """A browser in which she is signed in."""
        return signed_in(self.visitor(), who)


def make_panel(visitor: Callable[[], Visitor]) -> Panel:
    """A committed site with its people."""
    with db.writing(db.engine()) as session:
        here = make_site(session).id
        people = {
            name: make_person(session, role, here, handle=name, name=f"{name.title()} Example")
            for name, role in (
                ("asha", "advocate"),
                ("ravi", "advocate"),
                ("rosa", "reviewer"),
                ("carol", "coordinator"),
                ("lata", "facilitator"),
                ("lee", "safeguarding_lead"),
            )
        }
    return Panel(here, **people, visitor=visitor)


def today() -> date:
    return context.today("Asia/Kolkata")


def make_review(
    panel: Panel, days: int = 14, *, case: str = "K-17", invited: Collection[str] = ("coordinator",), **more: Any
) -> Review:
    """A review in so many days, carried by Asha and decided by Rosa; commits."""
    return review_at(panel.site_id, panel.asha, panel.rosa, days, case_number=case, invited=tuple(invited), **more)


def review_at(site_id: int, advocate: Somebody, reviewer: Somebody, days: int = 14, **more: Any) -> Review:
    """A review at a site that an advocate carries; commits."""
    usual: dict[str, Any] = {
        "case_number": "K-17",
        "step": "recovery",
        "kind": "regular",
        "opened_by": reviewer.id,
        "opened_on": today(),
        "carried_since": today(),
    }
    with db.writing(db.engine()) as session:
        return store.open_review(
            session,
            Log(today(), reviewer.handle),
            site_id=site_id,
            day=today() + timedelta(days=days),
            advocate_id=advocate.id,
            reviewer_id=reviewer.id,
            body=ReviewBody(**{**usual, **more}),
        )


def review_now(review: Review) -> Review:
    with db.reading(db.engine()) as session:
        found = store.find_review(session, review.id)
    assert found
    return found


@dataclass(frozen=True)
class Child:
    """The child of a review, with her code."""

    review: Review
    code: PictureCodeKeys = field(repr=False)

    @property
    def thread_id(self) -> bytes:
        statement_facts = review_now(self.review).body.statement
        assert statement_facts
        return statement_facts.thread_id

    def own(self) -> OwnStatement:
        with db.reading(db.engine()) as session:
            own_statement = open_own(session, self.thread_id, self.code.reply.private)
        assert own_statement
        return own_statement

    def says_anew(self, statement: Statement) -> None:
        thread_id = self.thread_id
        with db.writing(db.engine()) as session:
            own_statement = open_own(session, thread_id, self.code.reply.private, to_change=True)
            assert own_statement
            change_statement(session, own_statement, statement)

    def takes_back(self) -> None:
        thread_id = self.thread_id
        with db.writing(db.engine()) as session:
            own_statement = open_own(session, thread_id, self.code.reply.private, to_change=True)
            assert own_statement
            take_back(session, own_statement)


def say(
    review: Review,
    statement: Statement | None = None,
    readers: Collection[Somebody] = (),
    *,
    anew: Somebody | None = None,
) -> Child:
    """A child says something to her review; commits. `anew`: with new pictures that this advocate dealt."""
    statement = statement or Statement(words=WORDS, change=("family",))
    statement = replace(statement, readers=statement.readers | {one.id for one in readers})
    keys = PictureCodeKeys(secrets.token_bytes(16), new_pair())
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        if anew:
            review_slip.deal_new_pictures(session, held, anew.id, Log(today(), anew.handle))
            held = store.find_review(session, review.id, to_change=True)
            assert held
        assert store_statement(session, held, statement, secrets.token_bytes(16), keys, replaces=anew is not None)
    return Child(review, keys)


def read_by(review: Review, who: Somebody) -> Statement | None:
    """What somebody reads of the statement now."""
    with db.reading(db.engine()) as session:
        now = store.find_review(session, review.id)
        assert now
        return read_statement(session, now, ReaderKey(who.id, who.public_key, who.site_ids), who.private_key)
