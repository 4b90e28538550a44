"""In whatever order it is asked, answered, taken back and agreed to, nothing goes without a yes to it (S20, S31)."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask import Flask, g
from hypothesis import HealthCheck, example, given, settings as trials, strategies as st
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.long_tests import long_test
from tests.support.packs import ORDER, PAIR, WHY, review_on_its_day
from tests.support.people import Somebody
from tests.support.reviews import WORDS, Child, Panel, review_now, today
from youthvoice import db
from youthvoice.access.guard import Caller
from youthvoice.accounts import agreement
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import rules, store
from youthvoice.reviews.entities import LegalGround, Opening, PackHandover, PackProposal, Review
from youthvoice.reviews.models import ReviewRow
from youthvoice.reviews.outside import legal_handover, pack_file, pack_proposals, primero_pack
from youthvoice.reviews.statements.store import open_own
from youthvoice.threads.store import ReaderKey

PARTS = st.sampled_from([(), ("words",), ("words", "voice"), ("words", "earlier"), ("earlier",)])
KEYS = {"River House": PAIR.public, "Hill House": new_pair().public}
TO = st.sampled_from(sorted(KEYS))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), TO, PARTS),
        st.tuples(st.sampled_from(["yes", "no"]), st.just(""), st.just(())),
        st.tuples(st.sampled_from(["withdraw", "make"]), st.just(""), st.just(())),
        st.tuples(st.just("spoken"), TO, PARTS),
        st.tuples(st.sampled_from(rules.LEGAL_GROUNDS), TO, st.sampled_from([(), ("words",)])),
        st.tuples(st.sampled_from(["agree", "refuse"]), st.just(""), st.just(())),
    ),
    max_size=12,
)


@dataclass
class World:
    """A review on its day, and what everybody said so far."""

    panel: Panel
    review: Review
    child: Child
    now: tuple[str, tuple[str, ...], str] | None = None
    """To whom, what, and how it stands: asked, yes, or the ground that two agreed to."""
    waits: tuple[int, str, str, tuple[str, ...]] | None = None
    """A ground that the second adult has not answered: number, code, to whom, what."""
    last: dict[str, str] = field(default_factory=dict)
    """Her last word on her page about each."""
    files: list[tuple[str, str]] = field(default_factory=list)
    """To whom, and on what."""

    def log(self) -> Log:
        return Log(today(), "asha")

    def proposal(self, review: Review, to: str, parts: tuple[str, ...]) -> PackProposal:
        return pack_proposals.new_proposal(
            review, today(), to, PAIR.public if to < "R" else b"r" * 32, parts, {"en": WHY}
        )

    def ask(self, to: str, parts: tuple[str, ...]) -> None:
        with db.writing(db.engine()) as session:
            review = store.find_review(session, self.review.id, to_change=True)
            assert review
            proposal = self.proposal(review, to, parts)
            pack_proposals.propose_pack(session, review, proposal, self.panel.asha.id, self.log())
        assert self.now is None
        self.now = to, parts, "asked"

    def answer(self, *, yes: bool) -> None:
        thread_id = self.child.thread_id
        with db.writing(db.engine()) as session:
            own_statement = open_own(session, thread_id, self.child.code.reply.private, to_change=True)
            assert own_statement
            mark = own_statement.review.body.proposals[-1].mark if own_statement.review.body.proposals else ""
            pack_proposals.answer_proposal(session, own_statement, mark, yes=yes)
        assert self.now
        assert self.now[2] in {"asked", "yes"}
        self.last[self.now[0]] = "yes" if yes else "no"
        self.now = (*self.now[:2], "yes") if yes else None

    def withdraw(self) -> None:
        with db.writing(db.engine()) as session:
            review = store.find_review(session, self.review.id, to_change=True)
            assert review
            mark = review.open_proposal.mark if review.open_proposal else ""
            pack_proposals.withdraw_proposal(session, review, mark, self.panel.asha.id, self.log())
        assert self.now
        self.now = None

    def name(self, code: str, to: str, parts: tuple[str, ...]) -> None:
        """What a form would refuse is asked all the same: only what the ground needs goes on."""
        asha, lee = self.panel.asha, self.panel.lee
        parts = rules.parts_on_ground(code, asks_for_words="words" in parts, earlier=False)
        with db.writing(db.engine()) as session:
            review = store.find_review(session, self.review.id, to_change=True)
            assert review
            proposal = replace(self.proposal(review, to, parts), ground=LegalGround(code, ORDER, "told", lee.id))
            number = legal_handover.ask_legal_handover(session, review, proposal, caller(asha), lee.id)
        self.waits = number, code, to, parts

    def second(self, *, agrees: bool) -> None:
        if self.waits is None:
            return
        (number, code, to, parts), self.waits = self.waits, None
        with suppress(agreement.CannotBeDone), db.writing(db.engine()) as session:
            agreement_request = agreement.lock_request(session, number, self.panel.lee.id)
            assert agreement_request
            if not agrees:
                agreement.refuse_request(session, agreement_request, "No")
                return
            agreement.carry_out_request(session, agreement_request, caller(self.panel.lee))
            assert self.now is None
            self.now = to, parts, code

    def make(self, handover: PackHandover | None = None) -> None:
        asha = self.panel.asha
        reader_key = ReaderKey(asha.id, asha.public_key, asha.site_ids)
        with db.writing(db.engine()) as session:
            review = store.find_review(session, self.review.id, to_change=True)
            assert review
            if handover:
                made = (review, handover, KEYS[handover.to], reader_key, asha.private_key, self.log(), "en")
                blob = pack_file.hand_over_pack(session, *made)
            else:
                blob = pack_file.hand_over_proposed(session, review, reader_key, asha.private_key, self.log(), "en")
        assert blob.startswith(pack_file.MAGIC)
        if handover:
            assert self.now is None
            assert self.last.get(handover.to) != "no"
            self.files.append((handover.to, "spoken"))
            return
        assert self.now
        assert self.now[2] != "asked"
        self.files.append((self.now[0], self.now[2]))
        self.last.update({self.now[0]: "yes"} if self.now[2] == "yes" else {})
        self.now = None

    def does(self, what: str, to: str, parts: tuple[str, ...]) -> None:
        if what == "ask":
            self.ask(to, parts)
        elif what in {"yes", "no"}:
            self.answer(yes=what == "yes")
        elif what in {"agree", "refuse"}:
            self.second(agrees=what == "agree")
        else:
            {"withdraw": self.withdraw, "make": self.make}[what]()

    def check(self, opened: list[dict[str, Any]]) -> None:
        review = review_now(self.review)
        assert [
            (handover.to, handover.ground.code if handover.ground else handover.how) for handover in review.body.handed
        ] == [(to, "page" if how == "yes" else how) for to, how in self.files]
        for gave, told in zip(review.body.handed, opened, strict=True):
            parts, ground = set(gave.parts), gave.ground
            assert told["case"]["data"]["disclosure_other_orgs"] is (ground is None)
            assert told["pack"]["consent"]["basis"] == ("legal_ground" if ground else "child")
            assert bool(told["pack"]["statement"]) is (WORDS in str(told)) is ("words" in parts)
            assert bool(told["pack"]["statement"] and told["pack"]["statement"]["voice"]) is ("voice" in parts)
            assert ground is None or parts <= ({"words"} if ground.code == "court_order" else set())
        assert (review.open_proposal.state if review.open_proposal else None) == (
            {"asked": "asked", "yes": "yes"}.get(self.now[2], "agreed") if self.now else None
        )


def caller(who: Somebody) -> Caller:
    g.caller = Caller(who.id, who.handle, who.name, who.role, who.site_ids, "en", "")
    return g.caller  # type: ignore[no-any-return]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What lay in each file, before it was sealed."""
    found: list[dict[str, Any]] = []
    compose = primero_pack.compose_pack

    def noted(*given_to: Any) -> dict[str, Any]:
        found.append(compose(*given_to))
        return found[-1]

    monkeypatch.setattr(pack_file, "compose_pack", noted)
    return found


@pytest.fixture
def request_of_staff(app: Flask) -> Iterator[None]:
    with app.test_request_context("/staff/"):
        yield


@long_test("RUN")
@pytest.mark.usefixtures("request_of_staff")
@trials(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
@example([("ask", "River House", ("words",)), ("no", "", ()), ("spoken", "River House", ())])
@example([("ask", "River House", ("words", "voice")), ("yes", "", ()), ("no", "", ()), ("make", "", ())])
@example([("court_order", "Hill House", ("words",)), ("make", "", ()), ("agree", "", ()), ("make", "", ())])
@example([("law", "Hill House", ("words",)), ("ask", "River House", ()), ("agree", "", ()), ("make", "", ())])
def test_in_no_order_goes_more_than_she_or_two_adults_said_yes_to(
    panel: Panel, clock: StillClock, told: list[dict[str, Any]], steps: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    review, child = review_on_its_day(panel, clock)
    assert child
    told.clear()
    world = World(panel, review, child)
    for what, to, parts in steps:
        with suppress(Refused):
            if what in rules.LEGAL_GROUNDS:
                world.name(what, to, parts)
            elif what == "spoken":
                world.make(PackHandover(today(), panel.asha.id, to, today(), "spoken", parts=parts))
            else:
                world.does(what, to, parts)
        world.check(told)


def test_a_row_is_as_long_with_every_pack_that_can_be_asked_as_with_none(panel: Panel, clock: StillClock) -> None:
    """Whoever takes the database does not learn that a child was asked, nor how often (T6)."""

    def length() -> int:
        with db.reading(db.engine()) as session:
            return session.scalar(select(func.length(ReviewRow.locked)).where(ReviewRow.id == review.id)) or 0

    review, child = review_on_its_day(panel, clock)
    before = length()
    long = {code: sign * 240 for code, sign in (("hi", "\N{DEVANAGARI LETTER KA}"), ("ar", "\N{ARABIC LETTER BEH}"))}
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        openings = tuple(Opening(10_000 + nth, today(), printed=True) for nth in range(60))
        held = store.change_review(session, held, replace(held.body, openings=openings))
        for nth in range(rules.MAX_PROPOSALS):
            to = "\N{DEVANAGARI LETTER KA}" * 78 + str(nth)
            made = pack_proposals.new_proposal(held, today(), to, PAIR.public, rules.PACK_PARTS, long)
            held = pack_proposals.record_proposal(session, held, made)
            over = replace(made, state="no" if nth < rules.MAX_PROPOSALS - 1 else "asked")
            held = pack_proposals.record_proposal(session, held, over)
            ground = LegalGround("court_order", to[:1] * legal_handover.MAX_REFERENCE_CHARACTERS, "not_reached", 10_000)
            handover = PackHandover(today(), 10_000, to, today(), "legal_ground", rules.PACK_PARTS, ground)
            held = store.record_pack_handover(session, held, handover, Log(today(), "asha"))
    assert child
    assert length() == before
