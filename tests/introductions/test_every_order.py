"""In whatever order adults draft, approve, take back, replace and leave: children meet what was approved, and no more.

`TESTS_ORDERS` is how many orders are tried; set it high for a night.
"""

import os
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings as trials, stateful, strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.support.audio import webm_of
from tests.support.long_tests import RUNS_LONG
from tests.support.people import make_person, make_site
from youthvoice import context, db
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import get_person_row
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.introductions import store
from youthvoice.introductions.drawn_portraits import CLOTHES, DrawnPortrait
from youthvoice.introductions.entities import DraftPart, PartKey
from youthvoice.introductions.rules import (
    GREETING,
    PORTRAIT,
    SVG,
    TEXT,
    WORDS,
    IntroductionRefused,
    digest_of,
    pad_greeting,
    pad_portrait,
)

ORDERS = int(os.environ.get("TESTS_ORDERS", "16" if RUNS_LONG else "8"))
NAMES = ("asha", "ravi", "stranger")
"""The last one works at another site."""
KEYS = (PartKey(PORTRAIT), PartKey(GREETING, "en"), PartKey(GREETING, "hi"), PartKey(WORDS, "en"))
CONTENTS = range(2)
ANY_KEY = st.sampled_from([*KEYS, KEYS[0], KEYS[0]])
"""The portrait more often than others: it alone may be refused because of a colleague."""
_numbers = count()


def part_of(key: PartKey, number: int) -> DraftPart:
    """One of a few contents of a part; two adults may choose the same."""
    if key.kind == PORTRAIT:
        drawn = DrawnPortrait("c68e5f", "short", "2f2620", "none", list(CLOTHES)[number])
        return DraftPart(key, pad_portrait(drawn.svg().encode()), SVG)
    if key.kind == GREETING:
        return DraftPart(key, *pad_greeting(webm_of(1 + number)))
    return DraftPart(key, f"comes on day {number}".encode(), TEXT)


def log() -> Log:
    return Log(context.today(), "test")


class EveryOrder(stateful.RuleBasedStateMachine):
    """What children meet is compared with a plain memory of who drafted, approved and took back what."""

    def __init__(self) -> None:
        super().__init__()
        self.drafts: dict[tuple[str, PartKey], str] = {}
        self.shown: dict[tuple[str, PartKey], str] = {}
        self.asked: dict[tuple[str, PartKey], str] = {}
        self.gone: set[str] = set()

    @initialize()
    def begins(self) -> None:
        number = next(_numbers)
        with db.writing(db.engine()) as session:
            sites = [make_site(session, f"{name}-{number}").id for name in ("here", "elsewhere")]
            at = {"asha": sites[0], "ravi": sites[0], "stranger": sites[1]}
            self.ids = {
                name: make_person(session, "advocate", at[name], handle=f"{name}-{number}").id for name in NAMES
            }

    def _colleague_has(self, name: str, digest: str) -> bool:
        other = {"asha": "ravi", "ravi": "asha"}.get(name, "")
        return self.shown.get((other, KEYS[0])) == digest

    @rule(name=st.sampled_from(NAMES), key=ANY_KEY, number=st.sampled_from(CONTENTS))
    def drafts_any(self, name: str, key: PartKey, number: int) -> None:
        self.drafts_part(name, key, number)

    def drafts_part(self, name: str, key: PartKey, number: int) -> None:
        if name in self.gone:
            return
        part = part_of(key, number)
        taken = key.kind == PORTRAIT and self._colleague_has(name, digest_of(part.content))
        with db.writing(db.engine()) as session:
            if taken:
                with pytest.raises(IntroductionRefused):
                    store.keep_draft(session, self.ids[name], part, log())
                return
            store.keep_draft(session, self.ids[name], part, log())
        self.drafts[name, key] = digest_of(part.content)

    @precondition(lambda self: any(key == KEYS[0] for _name, key in self.shown))
    @rule(name=st.sampled_from(NAMES), number=st.sampled_from(CONTENTS))
    def draws_while_a_colleague_has_a_portrait(self, name: str, number: int) -> None:
        self.drafts_part(name, KEYS[0], number)

    @precondition(lambda self: self.drafts)
    @rule(data=st.data())
    def asks(self, data: st.DataObject) -> None:
        """A colleague opens the request now, and answers it at any later moment."""
        place = data.draw(st.sampled_from(sorted(self.drafts)))
        self.asked[place] = self.drafts[place]

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def approves(self, data: st.DataObject) -> None:
        name, key = data.draw(st.sampled_from(sorted(self.asked)))
        digest = self.asked[name, key]
        counts = self.drafts.get((name, key)) == digest
        taken = key.kind == PORTRAIT and self._colleague_has(name, digest)
        refused = ""
        try:
            with db.writing(db.engine()) as session:
                store.approve_parts(session, self.ids[name], {key: digest}, self.ids["ravi"], log())
        except Refused as error:
            refused = error.code
        assert refused == ("changed" if not counts else "in_use" if taken else "")
        if not refused:
            self.shown[name, key] = self.drafts.pop((name, key))

    @precondition(lambda self: self.shown or self.drafts)
    @rule(data=st.data())
    def takes_back(self, data: st.DataObject) -> None:
        parts = data.draw(st.sampled_from([parts for parts in (self.shown, self.drafts) if parts]))
        name, key = data.draw(st.sampled_from(sorted(parts)))
        with db.writing(db.engine()) as session:
            store.withdraw_part(session, self.ids[name], key, log(), approved=parts is self.shown)
        del parts[name, key]

    @precondition(lambda self: len(self.shown) > 3 and not self.gone)
    @rule(name=st.sampled_from(NAMES[1:]))
    def leaves(self, name: str) -> None:
        with db.writing(db.engine()) as session:
            close_account(session, get_person_row(session, self.ids[name]), context.today())
        self.gone.add(name)
        for parts in (self.shown, self.drafts):
            for place in [place for place in parts if place[0] == name]:
                del parts[place]

    @invariant()
    def children_meet_what_was_approved_and_no_more(self) -> None:
        if not hasattr(self, "ids"):
            return
        with db.reading(db.engine()) as session:
            approved = store.load_approved(session)
            for name, person_id in self.ids.items():
                mine = {key: digest for (owner, key), digest in self.shown.items() if owner == name}
                portrait = approved.portraits.get(person_id, "").partition("-")[2]
                assert portrait == mine.get(KEYS[0], "")
                for key in KEYS[1:3]:
                    assert approved.greetings.get((person_id, key.language)) == mine.get(key)
                assert ((person_id, "en") in approved.words) == (KEYS[3] in mine)
                for (owner, key), digest in (self.drafts | self.shown).items():
                    if owner == name and key.kind != WORDS:
                        is_shown = self.shown.get((owner, key)) == digest
                        found = store.find_content(session, digest, {person_id}, approved=True)
                        assert (found is not None) == (is_shown or digest in mine.values())
            portraits = [self.shown.get((name, KEYS[0])) for name in ("asha", "ravi")]
            assert portraits[0] is None or portraits[0] != portraits[1]


@pytest.mark.sqlite("the rules are the program's own")
def test_no_order_shows_children_what_no_colleague_approved(app: Flask) -> None:
    phases = {*Phase} - ({Phase.explain} if "TESTS_ORDERS" in os.environ else {Phase.shrink, Phase.explain})
    run = trials(
        max_examples=ORDERS,
        stateful_step_count=50,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    stateful.run_state_machine_as_test(EveryOrder, settings=run)
