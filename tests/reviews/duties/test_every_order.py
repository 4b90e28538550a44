"""In whatever order things happen, no word is shown to somebody without her yes, and none is lost (S14, S29, S31).

Everybody's keys of every time are tried against every row: what a page refuses must not lie open in the database.
`TESTS_ORDERS` is how many orders are tried; set it high for a night.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings as trials, stateful, strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import delete, select

from tests.conftest import StillClock
from tests.support.long_tests import RUNS_LONG
from tests.support.people import Somebody, make_person, make_site
from tests.support.reviews import review_at, review_now, say, today
from youthvoice import context, db
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people.store import change_person, close_account
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, Refused
from youthvoice.grievances.reader_offboarding import reads_alone
from youthvoice.privacy.crypto.sealing import KeyPair, new_pair
from youthvoice.reviews import child_review, decisions, store
from youthvoice.reviews.child_review import add_for_next_review
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.duties import carriers
from youthvoice.reviews.entities import PackHandover, Review
from youthvoice.reviews.job import process_due_reviews
from youthvoice.reviews.models import ReviewLinkRow, ReviewRow
from youthvoice.reviews.outside.outside_pack import open_outside_pack
from youthvoice.reviews.outside.pack_file import hand_over_pack, open_pack_file
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import OWN, OwnStatement, open_own, read_all, replaced_on
from youthvoice.threads.handover_items import open_handover
from youthvoice.threads.key_wraps import unwrap_thread_key
from youthvoice.threads.models import HandoverItemRow, ThreadKeyWrapRow
from youthvoice.threads.store import ReaderKey, open_thread

ORDERS = int(os.environ.get("TESTS_ORDERS", "16" if RUNS_LONG else "8"))
STEPS = 30
BEGINS = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ADVOCATES = ("asha", "ravi")
ASKED = ("rosa", "first", "second", "late")
"""Whom she may say yes to: the reviewer and coordinators; the last one comes while the review is prepared."""
FORGED = (*ASKED, "ravi", "lee")
"""Whom somebody may write into what she sends: nobody asked her about the last two."""
EVERYBODY = (*ADVOCATES, *ASKED, "lee")
ROLES = {"asha": "advocate", "ravi": "advocate", "rosa": "reviewer", "lee": "safeguarding_lead"}
_numbers = count()


@dataclass
class Link:
    """A link that somebody gave to a team outside, whatever a page would have said to it."""

    token: str
    number: str
    version: int
    by: str
    until: datetime
    wrong: int = 0
    ended: bool = False


@dataclass
class Words:
    """What counts now, and who has a key of it.

    Attributes:
        said: what she said last.
        given: whether she did not take it back.
        version: goes up with every new key.
        wraps: by name the public key that the key of her words lies sealed to.
        later: what she said is not right, to the same readers.
    """

    said: Statement
    given: bool
    version: int
    wraps: dict[str, bytes]
    later: list[str] = field(default_factory=list)


class EveryOrder(stateful.RuleBasedStateMachine):
    """A review, its people, and whatever they do."""

    clock: StillClock

    @initialize(days=st.integers(1, 2), outside=st.booleans(), begun=st.booleans())
    def a_child_speaks(self, days: int, *, outside: bool, begun: bool) -> None:
        """Half of the orders begin on the day of the review, for more can happen from then on."""
        self.clock.moment = BEGINS
        self.name = f"h{next(_numbers)}"
        self.every: list[str] = []
        self.pairs: list[KeyPair] = []
        with db.writing(db.engine()) as session:
            self.site_id = make_site(session, self.name).id
            self.people = {one: self.comes(session, one) for one in EVERYBODY if one != "late"}
        self.gone: set[str] = set()
        self.links: list[Link] = []
        self.emptied: list[bytes] = []
        self.next: list[str] = []
        self.sealed: list[tuple[str, str, bytes]] = []
        """What she said to her advocate alone: to whom, and to which key, it is sealed now."""
        self.decided: dict[str, str] = {}
        asha, rosa = self.people["asha"], self.people["rosa"]
        self.review = review_at(self.site_id, asha, rosa, days, invited=("coordinator",), outside=True)
        self.day, self.carrier = self.review.day, "asha"
        statement = self.statement({"rosa"}, outside=outside)
        self.child = say(self.review, statement)
        self.thread_id = self.child.thread_id
        self.words = Words(statement, True, 0, self.sealed_to({"asha", "rosa"}))
        if begun:
            self.time_goes_by(24 * days)

    def teardown(self) -> None:
        if hasattr(self, "words"):
            self.no_key_of_anybody_opens_more()
            with db.writing(db.engine()) as session:  # so that the job has nothing to do for the orders before
                for each in (ReviewLinkRow, ReviewRow):
                    session.execute(delete(each))

    def comes(self, session: Any, name: str) -> Somebody:
        who = make_person(session, ROLES.get(name, "coordinator"), self.site_id, handle=f"{name}-{self.name}")
        self.pairs.append(KeyPair(private=who.private_key, public=who.public_key))
        return who

    def canary(self) -> str:
        self.every.append(f"canary-{len(self.every):03}-{self.name}")
        return self.every[-1]

    def statement(self, names: Iterable[str], *, outside: bool, not_there: Iterable[str] = ()) -> Statement:
        def rows(some: Iterable[str]) -> frozenset[int]:
            return frozenset(self.people[one].id for one in some if one in self.people)

        readers, unwanted = rows(names), tuple(sorted(rows(not_there)))
        return Statement(words=self.canary(), readers=readers, outside=outside, not_there=unwanted)

    def sealed_to(self, names: Iterable[str]) -> dict[str, bytes]:
        return {one: self.people[one].public_key for one in names}

    def me(self, name: str) -> ReaderKey:
        who = self.people[name]
        return ReaderKey(who.id, who.public_key, who.site_ids)

    @property
    def present(self) -> list[str]:
        return [one for one in self.people if one not in self.gone]

    @property
    def now(self) -> Review:
        return review_now(self.review)

    @property
    def over(self) -> bool:
        return today() >= self.day

    def holds(self, name: str) -> bool:
        """Whether she has a key of what counts now, with the key that she has now."""
        return name not in self.gone and self.words.wraps.get(name) == self.people[name].public_key

    def reads(self, name: str, review: Review) -> bool:
        """Whether a page may show it to her now."""
        her_id = self.people[name].id
        is_time = self.over and her_id not in {one.advocate_id for one in review.body.carriers}
        return self.words.given and self.holds(name) and (her_id == review.advocate_id or is_time)

    def hers(self, session: Any) -> OwnStatement:
        own_statement = open_own(session, self.thread_id, self.child.code.reply.private, to_change=True)
        assert own_statement
        return own_statement

    def held(self, session: Any) -> Review:
        review = store.find_review(session, self.review.id, to_change=True)
        assert review
        return review

    @rule(names=st.sets(st.sampled_from(FORGED)), outside=st.booleans(), unwanted=st.sets(st.sampled_from(ADVOCATES)))
    def she_says_it_anew(self, names: set[str], *, outside: bool, unwanted: set[str]) -> None:
        carrier, chosen = self.carrier, names & {*ASKED} & {*self.present}
        told = self.statement(names, outside=outside, not_there=unwanted - {carrier})
        refused = "too_late" if self.over else "no_advocate" if carrier in self.gone else ""
        assert _refusal(lambda: self.child.says_anew(told)) == refused
        if not refused:
            said = replace(told, readers=frozenset(self.people[one].id for one in chosen))
            self.words = Words(said, True, self.words.version + 1, self.sealed_to({carrier, *chosen}))

    @rule()
    def she_takes_it_back(self) -> None:
        refused = "too_late" if self.over else ""
        assert _refusal(self.child.takes_back) == refused
        if not refused:
            self.words = Words(self.words.said, False, self.words.version + 1, {})

    @precondition(lambda self: self.carrier not in self.gone and not self.over)
    @rule(names=st.sets(st.sampled_from(FORGED)), outside=st.booleans())
    def she_gives_it_with_new_pictures(self, names: set[str], *, outside: bool) -> None:
        """Hers were lost: whoever found them learns no word, and nothing is left of what was there."""
        statement, before = self.statement(names, outside=outside), self.thread_id
        chosen = names & {*ASKED} & {*self.present}
        self.child, private = say(self.review, statement, anew=self.people[self.carrier]), self.child.code.reply.private
        with db.reading(db.engine()) as session:
            assert open_own(session, before, private) is None
            assert replaced_on(session, before, private) == today()
        self.thread_id, kept = self.child.thread_id, frozenset(self.people[one].id for one in chosen)
        wraps = self.sealed_to({self.carrier, *chosen})
        self.words = Words(replace(statement, readers=kept), True, self.words.version + 1, wraps)
        self.emptied.append(before)
        self.links = [replace(one, ended=True) for one in self.links]

    @rule(hours=st.sampled_from([20, 24, 36]))
    def time_goes_by(self, hours: int) -> None:
        self.clock.move(hours=hours)
        process_due_reviews()

    @precondition(lambda self: not self.over)
    @rule(days=st.integers(1, 2))
    def it_is_moved(self, days: int) -> None:
        with db.writing(db.engine()) as session:
            review = self.held(session)
            self.day = today() + timedelta(days=days)
            store.move_review(session, review, self.day, Log(today(), "first"))

    @precondition(lambda self: self.over)
    @rule(parts=st.sets(st.sampled_from(["own", "plan"]), min_size=1), kind=st.sampled_from(["yes", "no_because"]))
    def one_decides(self, parts: set[str], kind: str) -> None:
        """The last decision ends all links, and no later one a link: no page makes any until she disagrees."""
        before = self.now.decided_on
        for part in sorted(parts):
            promised = (self.people["lee"].id, today() + timedelta(days=3)) if (part, kind) == ("own", "yes") else ()
            with suppress(Refused), db.writing(db.engine()) as session:
                review, words = self.held(session), f"We thought of it, {len(self.every)} times."
                made = Decision(part, "kept" if part == "plan" else kind, {"en": words}, *promised)
                decisions.decide(session, review, made, review.version, self.people["rosa"].id, Log(today(), "rosa"))
                self.decided[part] = words
        if before is None and self.now.decided_on is not None:
            self.links = [replace(one, ended=True) for one in self.links]

    @precondition(lambda self: self.decided)
    @rule(data=st.data())
    def she_disagrees(self, data: st.DataObject) -> None:
        self.disagrees(data.draw(st.sampled_from(sorted(self.decided))))

    def disagrees(self, part: str) -> None:
        words, carrier, given = self.canary(), self.carrier, self.words.given
        refused = "" if given or carrier not in self.gone else "no_advocate"
        assert _refusal(lambda: self.asks_again(part, words)) == refused
        if not refused:
            del self.decided[part]
            self.words.later += [words] if given else []
            self.sealed += [] if given else [(words, carrier, self.people[carrier].public_key)]

    def asks_again(self, part: str, words: str) -> None:
        with db.writing(db.engine()) as session:
            decisions.disagree(session, self.hers(session), part, words)

    @precondition(lambda self: self.over)
    @rule()
    def she_says_something_for_the_next_time(self) -> None:
        carrier = self.carrier
        with suppress(Refused), db.writing(db.engine()) as session:
            words = self.canary()
            add_for_next_review(session, self.hers(session), words)
            self.sealed.append((words, carrier, self.people[carrier].public_key))
            self.next.append(words)

    @rule(giver=st.sampled_from(EVERYBODY))
    def another_carries_it(self, giver: str) -> None:
        """By whoever may: she who carries it, or a coordinator, who perhaps has a key of the words herself."""
        before = self.carrier
        to = next(one for one in ADVOCATES if one != before)
        if giver not in self.present or (giver != before and ROLES.get(giver, "coordinator") != "coordinator"):
            return
        opens, unwanted = self.words.given and self.holds(giver), self.people[to].id in self.words.said.not_there
        hers = [one for one in self.sealed if one[1:] == (giver, self.people[giver].public_key)]
        refused = "no_carrier" if to in self.gone else "child_said_no" if (opens or hers) and unwanted else ""
        assert _refusal(lambda: self.passes_on(giver, to)) == refused
        self.carrier = before if refused else to
        if not refused:
            given_on = [(words, to, self.people[to].public_key) for words, _by, _key in hers]
            self.sealed = [*(one for one in self.sealed if one not in hers), *given_on]
        if opens and not refused:
            self.words.wraps.pop(before, None)
            self.words.wraps |= self.sealed_to({to})

    def passes_on(self, giver: str, to: str) -> None:
        with db.writing(db.engine()) as session:
            review, private = self.held(session), self.people[giver].private_key
            carriers.ask_carrier(session, review, self.people[to].id, Log(today(), giver), self.me(giver), private)

    @rule(name=st.sampled_from(EVERYBODY))
    def one_forgets_her_password(self, name: str) -> None:
        if name not in self.present:
            return
        pair, who = new_pair(), self.people[name]
        with db.writing(db.engine()) as session:
            row = session.get_one(PersonRow, who.id)
            change_person(session, row, public_key=pair.public, key_version=row.key_version + 1)
        self.people[name] = replace(who, private_key=pair.private, public_key=pair.public)
        self.pairs.append(pair)

    @rule(name=st.sampled_from(EVERYBODY))
    def one_leaves(self, name: str) -> None:
        """Not while nobody else opens what counts now: the people pages refuse it."""
        if name not in self.present or len(self.gone) > 1:
            return
        others = [one for one in self.present if one != name and self.holds(one)]
        with db.reading(db.engine()) as session:
            alone = reads_alone(session, self.people[name].id)
        key = self.people[name].public_key
        only_hers = any(one[1:] == (name, key) for one in self.sealed)
        assert alone == (only_hers or (self.words.given and self.holds(name) and not others))
        if not alone:
            with db.writing(db.engine()) as session:
                close_account(session, session.get_one(PersonRow, self.people[name].id), today())
            self.gone.add(name)

    @precondition(lambda self: "late" not in self.people)
    @rule()
    def one_more_comes(self) -> None:
        with db.writing(db.engine()) as session:
            self.people["late"] = self.comes(session, "late")

    @precondition(lambda self: self.words.given and any(map(self.holds, self.present)))
    @rule(data=st.data(), days=st.sampled_from([1, 3]))
    def one_makes_a_link(self, data: st.DataObject, days: int) -> None:
        """Whoever has a key, without a page that asks whether the child said yes to the team, and all is decided."""
        self.makes_a_link(data.draw(st.sampled_from([one for one in self.present if self.holds(one)])), days)

    def makes_a_link(self, name: str, days: int) -> None:
        with db.writing(db.engine()) as session:
            thread = open_thread(session, self.me(name), self.thread_id, self.people[name].private_key)
            new_review_link = review_links.prepare_link(thread.private if thread else b"", days)
            review_links.add_link(session, self.now, new_review_link, self.people[name].id, Log(today(), name))
        self.links.append(
            Link(
                new_review_link.link_secrets.token,
                new_review_link.link_secrets.number,
                self.words.version,
                name,
                new_review_link.until,
            )
        )

    @precondition(lambda self: self.links)
    @rule(data=st.data(), right=st.sampled_from([True, True, False]))
    def a_team_opens_one(self, data: st.DataObject, *, right: bool) -> None:
        self.opens(data.draw(st.sampled_from(self.links)), right=right)

    def opens(self, link: Link, *, right: bool) -> None:
        number = link.number if right else f"{(int(link.number) + 1) % 10**8:08}"
        lives = not link.ended and link.wrong < review_links.MAX_WRONG_NUMBERS and self.clock() < link.until
        pack = open_outside_pack(link.token, number)
        review = self.now
        shown = (
            right and lives and link.by not in self.gone and review.decided_on is None and self.over
            and self.words.given and self.words.said.outside and link.version == self.words.version
        )  # fmt: skip
        link.wrong += lives and not right
        assert (pack.statement if pack else None) == (self.words.said if shown else None)

    @precondition(lambda self: self.over and self.carrier not in self.gone)
    @rule()
    def another_organisation_gets_the_file(self) -> None:
        pair, carrier, day = new_pair(), self.carrier, today()
        handover = PackHandover(day, self.people[carrier].id, "Elsewhere", day, "spoken")
        private, log = self.people[carrier].private_key, Log(day, carrier)
        with suppress(Refused), db.writing(db.engine()) as session:
            review = self.held(session)
            told = hand_over_pack(session, review, handover, pair.public, self.me(carrier), private, log, "en")
            shown = {self.words.said.words} if self.reads(carrier, review) else set()
            assert {one for one in self.every if one in str(open_pack_file(told, pair.private))} == shown
            assert bool(shown) is self.words.given

    @precondition(lambda self: hasattr(self, "words"))
    @invariant()
    def nothing_of_hers_is_lost(self) -> None:
        with db.reading(db.engine()) as session:
            own_statement = open_own(session, self.thread_id, self.child.code.reply.private)
            assert own_statement
            wishes = child_review.child_review(session, own_statement).wishes
        assert own_statement.statement == self.words.said
        assert [entry.said["words"] for entry in own_statement.replies if entry.kind == OWN] == [
            self.words.said.words
        ], "and only it"
        for_next = [entry.said["words"] for entry in own_statement.replies if entry.kind == child_review.FOR_NEXT]
        assert for_next == self.next
        shown = {wish.part: wish.decision.words["en"] for wish in wishes if wish.decision}
        assert shown == self.decided

    @precondition(lambda self: hasattr(self, "words"))
    @invariant()
    def whom_she_said_yes_to_reads_what_counts_and_nobody_else_anything(self) -> None:
        review = self.now
        with db.reading(db.engine()) as session:
            for name in self.present:
                reader_key, private = self.me(name), self.people[name].private_key
                assert bool(open_thread(session, reader_key, self.thread_id, private)) is self.holds(name), name
                if self.holds(name):
                    said, later = read_all(session, review, reader_key, private)
                    told = [one.said["words"] for one in later if one.kind == decisions.DISAGREES]
                    shown = (self.words.said, self.words.later) if self.reads(name, review) else (None, [])
                    assert (said, told) == shown, name

    def no_key_of_anybody_opens_more(self) -> None:
        """With every key that anybody ever had, row by row."""
        ids = {who.id: name for name, who in self.people.items()}
        with db.reading(db.engine()) as session:
            threads = [self.thread_id, *self.emptied]
            rows = session.scalars(select(ThreadKeyWrapRow).where(ThreadKeyWrapRow.thread_id.in_(threads))).all()
            items = session.scalars(select(HandoverItemRow).where(HandoverItemRow.person_id.in_(ids))).all()
        opened = {(ids[row.person_id], pair.public) for row in rows for pair in self.pairs if _unwraps(row, pair)}
        assert opened == set(self.words.wraps.items())
        told = [
            (words, ids[one.person_id], pair.public)
            for one in items
            for pair in self.pairs
            for words in _told(one, pair)
        ]
        assert sorted(told) == sorted(self.sealed)


def _refusal(of: Callable[[], object]) -> str:
    """The code with which something was refused; empty where it was not."""
    try:
        of()
    except Refused as refused:
        return refused.code
    return ""


def _unwraps(row: ThreadKeyWrapRow, pair: KeyPair) -> bool:
    try:
        return bool(unwrap_thread_key(row.thread_id, row.person_id, row.wrapped, pair.private))
    except CannotOpen:
        return False


def _told(item: HandoverItemRow, pair: KeyPair) -> list[str]:
    try:
        told = open_handover(context.keyring(), item, pair.private)
    except CannotOpen:
        return []
    return [one["words"] for one in told["items"]]


@pytest.mark.sqlite
def test_no_order_shows_a_word_without_her_yes_and_none_loses_it(app: Flask, clock: StillClock) -> None:
    phases = {*Phase} - ({Phase.explain} if "TESTS_ORDERS" in os.environ else {Phase.shrink, Phase.explain})
    run = trials(
        max_examples=ORDERS,
        stateful_step_count=STEPS,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    EveryOrder.clock = clock
    stateful.run_state_machine_as_test(EveryOrder, settings=run)


@pytest.mark.sqlite
@pytest.mark.parametrize("again", [set(), {"own"}, {"own", "plan"}], ids=["nobody", "own", "both"])
def test_a_link_that_was_put_in_when_all_was_decided(app: Flask, clock: StillClock, again: set[str]) -> None:
    """An order that chance met once: decided, a link, decided again, disagreed, opened."""
    EveryOrder.clock = clock
    order = EveryOrder()
    order.a_child_speaks(1, outside=True, begun=True)
    order.makes_a_link("asha", 3)
    order.one_decides({"own", "plan"}, "no_because")
    order.makes_a_link("asha", 3)
    for link in order.links:
        order.opens(link, right=True)
    if again:
        order.one_decides(again, "no_because")
    order.disagrees("own")
    for link in order.links:
        order.opens(link, right=True)
    assert [link.ended for link in order.links] == [True, False], "the last decision ended those that were there"
    order.teardown()
