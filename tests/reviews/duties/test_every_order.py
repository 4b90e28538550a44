"""In whatever order things happen, no word is shown to somebody without her yes, and none is lost (S14, S29, S31)."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings as trials, strategies as st

from tests.conftest import StillClock
from tests.support.people import Somebody, make_person
from tests.support.reviews import WORDS, Child, Panel, make_review, read_by, review_now, say, today
from youthvoice import db
from youthvoice.accounts.people.store import change_person, close_account
from youthvoice.accounts.store import find_person
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.duties.carriers import pass_on
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own, replaced_on
from youthvoice.threads.store import ReaderKey, open_thread

READERS = ("rosa", "first", "second")
ADVOCATES = ("asha", "ravi")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.frozensets(st.sampled_from(READERS))),
        st.tuples(st.sampled_from(["back", "day", "wait", "decide", "disagree"]), st.just(frozenset())),
        st.tuples(st.sampled_from(["hand_over", "replace", "anew"]), st.just(frozenset())),
        st.tuples(st.just("new_key"), st.sampled_from([*READERS, *ADVOCATES]).map(lambda one: frozenset({one}))),
        st.tuples(st.just("leave"), st.just(frozenset({"second"}))),
    ),
    max_size=7,
)


@dataclass
class World:
    """A review, its people, and what must be so."""

    panel: Panel
    clock: StillClock
    people: dict[str, Somebody]
    review: Review
    child: Child
    said: Statement
    given: bool = True
    yes: set[str] = field(default_factory=lambda: {"rosa"})
    """Who has her yes, and the key that it was given to."""
    keys: set[str] = field(default_factory=lambda: {"asha"})
    """Advocates with a key of her words: whoever carries it, or carried it when nobody could give it on."""
    gone: set[str] = field(default_factory=set)
    emptied: list[bytes] = field(default_factory=list)
    """Threads in whose place others stand: with new pictures words were given anew."""

    @property
    def carrier(self) -> str:
        at = review_now(self.review).advocate_id
        return next(name for name in ADVOCATES if self.people[name].id == at)

    @property
    def over(self) -> bool:
        return today() >= review_now(self.review).day

    def say(self, names: frozenset[str]) -> None:
        told = replace(self.said, readers=frozenset(self.people[one].id for one in names - self.gone))
        self.child.says_anew(told)
        self.said, self.given, self.yes, self.keys = told, True, set(names - self.gone), {self.carrier}

    def anew(self, _names: frozenset[str]) -> None:
        """With new pictures: what is there is gone, and whoever had the old ones learns no word."""
        before, told = self.child.thread_id, replace(self.said, readers=frozenset({self.people["rosa"].id}))
        child = say(self.review, told, anew=self.people[self.carrier])
        with db.reading(db.engine()) as session:
            assert open_own(session, before, self.child.code.reply.private) is None
            assert replaced_on(session, before, self.child.code.reply.private) == today()
        self.emptied.append(before)
        self.child, self.said, self.given, self.yes, self.keys = child, told, True, {"rosa"}, {self.carrier}

    def back(self, _names: frozenset[str]) -> None:
        self.child.takes_back()
        self.given, self.yes, self.keys = False, set(), set()

    def day(self, _names: frozenset[str]) -> None:
        if self.over:
            return
        with db.writing(db.engine()) as session:
            held = store.find_review(session, self.review.id, to_change=True)
            assert held
            store.move_review(session, held, held.day + timedelta(days=1), Log(today(), "carol"))

    def wait(self, _names: frozenset[str]) -> None:
        self.clock.move(days=1)

    def decide(self, _names: frozenset[str]) -> None:
        with db.writing(db.engine()) as session:
            held = store.find_review(session, self.review.id, to_change=True)
            assert held
            no = Decision("plan", "kept", {"en": "You are safe here."})
            decisions.decide(session, held, no, held.version, self.people["rosa"].id, Log(today(), "rosa"))

    def disagree(self, _names: frozenset[str]) -> None:
        with db.writing(db.engine()) as session:
            hers = open_own(session, self.child.thread_id, self.child.code.reply.private, to_change=True)
            assert hers
            decisions.ask_again(session, hers, "plan", "No")

    def hand_over(self, _names: frozenset[str]) -> None:
        before = self.carrier
        self._pass_on(self.people[before])
        if before in self.keys:
            self.keys = self.keys - {before} | {self.carrier}

    def replace(self, _names: frozenset[str]) -> None:
        """Somebody who opens nothing says who carries it now."""
        self._pass_on(self.panel.carol)

    def _pass_on(self, giver: Somebody) -> None:
        to = self.people[next(name for name in ADVOCATES if name != self.carrier)]
        with db.writing(db.engine()) as session:
            held = store.find_review(session, self.review.id, to_change=True)
            assert held
            me = ReaderKey(giver.id, giver.public_key, giver.site_ids)
            pass_on(session, held, to.id, Log(today(), giver.handle), me, giver.private_key)

    def new_key(self, names: frozenset[str]) -> None:
        for name in names - self.gone:
            pair, who = new_pair(), self.people[name]
            with db.writing(db.engine()) as session:
                row = find_person(session, who.id)
                assert row
                change_person(session, row, public_key=pair.public)
            self.people[name] = replace(who, private_key=pair.private, public_key=pair.public)
            self.yes.discard(name)
            self.keys.discard(name)

    def leave(self, names: frozenset[str]) -> None:
        for name in names - self.gone:
            with db.writing(db.engine()) as session:
                row = find_person(session, self.people[name].id)
                assert row
                close_account(session, row, today())
            self.gone.add(name)
            self.yes.discard(name)

    def check(self) -> None:
        assert self.child.own().said == self.said, "her own copy is never lost"
        for name in ADVOCATES:
            reads = self.given and name == self.carrier and name in self.keys
            assert bool(read_by(self.review, self.people[name])) is reads, name
        for name in READERS:
            reads = self.given and self.over and name in self.yes
            assert bool(read_by(self.review, self.people[name])) is reads, name
        with db.reading(db.engine()) as session:
            holders = {
                name
                for name, one in self.people.items()
                if name not in self.gone
                and open_thread(
                    session,
                    ReaderKey(one.id, one.public_key, one.site_ids),
                    self.child.thread_id,
                    one.private_key,
                )
            }
            assert not [
                name
                for name, one in self.people.items()
                for thread_id in self.emptied
                if open_thread(session, ReaderKey(one.id, one.public_key, one.site_ids), thread_id, one.private_key)
            ], "nobody opens what was there before"
        assert holders == (self.yes | self.keys if self.given else set()), "who holds a key at all"


@trials(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_order_shows_a_word_without_her_yes_and_none_loses_it(
    panel: Panel, clock: StillClock, steps: list[tuple[str, frozenset[str]]]
) -> None:
    world = make_world(panel, clock)
    world.check()
    for name, names in steps:
        with suppress(Refused):  # too late, not yet, nothing to disagree with: nothing changed
            getattr(world, name)(names)
        world.check()
    for name in ADVOCATES:
        panel_person = world.people[name]
        setattr(panel, name, panel_person)
    panel.rosa = world.people["rosa"]


def make_world(panel: Panel, clock: StillClock) -> World:
    review = make_review(panel, days=2)
    with db.writing(db.engine()) as session:
        new = {
            name: make_person(session, "coordinator", panel.site_id, handle=f"{name}{review.key}")
            for name in READERS[1:]
        }
    people = {**new, "rosa": panel.rosa, "asha": panel.asha, "ravi": panel.ravi}
    told = Statement(words=WORDS, readers=frozenset({panel.rosa.id}))
    return World(panel, clock, people, review, say(review, told), told)
