"""In whatever order children say what was good and adults decide: what two agreed to is read there, and no more.

`TESTS_ORDERS` is how many orders are tried; set it high for a night.
"""

import os
from datetime import timedelta
from itertools import count
from typing import Final

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings as trials, stateful, strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from tests.support.people import make_person, make_site
from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accounts import agreement
from youthvoice.accounts.store import find_readers
from youthvoice.audit.audit_log import Log
from youthvoice.errors import ConcurrentUpdate
from youthvoice.good_news import advocate_decisions, store
from youthvoice.good_news.encryption import BoardNews, GoodNews
from youthvoice.good_news.page import take_good_news
from youthvoice.sites.store import get_site
from youthvoice.threads.letters.store import GOOD_BOX, find_letter
from youthvoice.threads.models import LetterRow
from youthvoice.threads.readership import reader_key
from youthvoice.web.random_ids import new_submission_id

ORDERS: Final = int(os.environ.get("TESTS_ORDERS", "16"))
NAMES: Final = ("asha", "ravi", "joshi")
SHEETS: Final = 4
_numbers = count()


class EveryOrder(stateful.RuleBasedStateMachine):
    """The letter box and the board are compared with a plain memory of who sent, asked, agreed and took back what."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: set[int] = set()
        self.sent: dict[int, str] = {}
        self.asked: dict[int, int] = {}
        self.board: set[str] = set()
        self.to_adult: set[int] = set()
        self.thanks: set[str] = set()
        self.letters: dict[int, bytes] = {}

    @initialize()
    def begins(self) -> None:
        number = next(_numbers)
        with db.writing(db.engine()) as session:
            self.site_id = make_site(session, f"good-{number}").id
            roles = {"asha": "advocate", "ravi": "advocate", "joshi": "facilitator", "lata": "facilitator"}
            people = {
                name: make_person(session, role, self.site_id, handle=f"{name}-{number}", name=name.title())
                for name, role in roles.items()
            }
        self.callers = {
            name: Caller(one.id, one.handle, one.name, one.role, one.site_ids, "en", token="")
            for name, one in people.items()
        }
        self.sheets = [bytes.fromhex(new_submission_id()) for _sheet in range(SHEETS)]

    def _pending(self, sheet: int) -> advocate_decisions.PendingNews:
        with db.reading(db.engine()) as session:
            key, later = reader_key(session, self.callers["asha"]), context.now() + timedelta(days=2)
            letter = find_letter(session, self.letters[sheet], key, later, GOOD_BOX)
            assert letter, "what nobody decided is there"
            return advocate_decisions.PendingNews(letter[0], get_site(session, self.site_id), letter[1])

    @rule(sheet=st.integers(0, SHEETS - 1), to_adult=st.booleans())
    def says(self, sheet: int, *, to_adult: bool) -> None:
        """A tablet sends, for the board or to thank Lata; the same again changes nothing."""
        to_adult = sheet in self.to_adult if sheet in self.sent else to_adult
        adult = self.callers["lata"].person_id if to_adult else 0
        with db.writing(db.engine()) as session:
            site = get_site(session, self.site_id)
            readers = find_readers(session, self.site_id).advocates
            news = GoodNews(words=f"words {sheet}", destination="adult" if adult else "board", adult=adult)
            is_new = take_good_news(session, site, news, readers, self.sheets[sheet])
            ids = set(session.scalars(select(LetterRow.id).where(LetterRow.site_id == self.site_id)))
        assert is_new == (sheet not in self.sent)
        if is_new:
            self.sent[sheet] = f"A good thing, {sheet}."
            self.waits.add(sheet)
            self.to_adult |= {sheet} if to_adult else set()
            (self.letters[sheet],) = ids - set(self.letters.values())

    @precondition(lambda self: self.waits)
    @rule(data=st.data(), second=st.sampled_from(["ravi", "joshi"]))
    def asks(self, data: st.DataObject, second: str) -> None:
        sheet = data.draw(st.sampled_from(sorted(self.waits)))
        pending = self._pending(sheet)
        adult = self.callers["lata"].person_id if sheet in self.to_adult else 0
        news = BoardNews("play", {"en": self.sent[sheet]}, adult=adult)
        with db.writing(db.engine()) as session:
            caller, second_id = self.callers["asha"], self.callers[second].person_id
            self.asked[sheet] = advocate_decisions.ask_for_board(session, caller, pending, news, second_id)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def agrees(self, data: st.DataObject) -> None:
        """The second adult agrees; where a colleague decided before, nothing is published."""
        sheet = data.draw(st.sampled_from(sorted(self.asked)))
        request_id = self.asked.pop(sheet)
        with db.reading(db.engine()) as session:
            request = agreement.find_request(session, request_id, self.callers["asha"].person_id)
            assert request
            second = next(one for one in self.callers.values() if one.person_id == request.asked_of)
        try:
            with db.writing(db.engine()) as session:
                request = agreement.lock_request(session, request_id, second.person_id)
                assert request
                agreement.carry_out_request(session, request, second)
        except agreement.CannotBeDone:
            assert sheet not in self.waits
        else:
            assert sheet in self.waits
            self.waits.remove(sheet)
            (self.thanks if sheet in self.to_adult else self.board).add(self.sent[sheet])

    @precondition(lambda self: self.waits)
    @rule(data=st.data())
    def declines(self, data: st.DataObject) -> None:
        """An advocate says why not; the same letter cannot be decided twice."""
        sheet = data.draw(st.sampled_from(sorted(self.waits)))
        pending, caller = self._pending(sheet), self.callers["ravi"]
        log = Log(context.today(), "test")
        with db.writing(db.engine()) as session:
            advocate_decisions.decline(session, caller, log, pending, "shows_who")
        with pytest.raises(ConcurrentUpdate), db.writing(db.engine()) as session:
            advocate_decisions.decline(session, caller, log, pending, "shows_who")
        self.waits.remove(sheet)

    @precondition(lambda self: self.board)
    @rule(data=st.data())
    def takes_back(self, data: st.DataObject) -> None:
        words = data.draw(st.sampled_from(sorted(self.board)))
        with db.writing(db.engine()) as session:
            entries = store.list_board_news(session, [self.site_id], context.today())
            (entry,) = [one for one in entries if one.news.words.get("en") == words]
            advocate_decisions.take_back(session, self.callers["asha"], Log(context.today(), "test"), entry, "hurts")
        self.board.remove(words)

    @invariant()
    def the_board_shows_what_two_agreed_to_and_nothing_is_lost(self) -> None:
        if not hasattr(self, "site_id"):
            return
        with db.reading(db.engine()) as session:
            entries = store.list_board_news(session, [self.site_id], context.today())
            ids = set(session.scalars(select(LetterRow.id).where(LetterRow.site_id == self.site_id)))
            today, lata = context.today(), self.callers["lata"].person_id
            at_once = store.list_thanks(session, [self.site_id], today, lata)
            later, of_others = (
                store.list_thanks(session, [self.site_id], today + timedelta(weeks=1), each)
                for each in (lata, self.callers["joshi"].person_id)
            )
        assert {entry.news.words["en"] for entry in later} == self.thanks
        assert not at_once
        assert not of_others
        assert {entry.news.words["en"] for entry in entries if not entry.news.why} == self.board
        assert ids == {self.letters[sheet] for sheet in self.waits}


@pytest.mark.sqlite("the rules are the program's own")
def test_in_every_order_the_board_shows_what_two_adults_agreed_to(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are made outside of a signed-in browser, so the log has no caller of its own there."""
    monkeypatch.setattr(agreement, "caller_log", lambda: Log(context.today(), "test"))
    phases = {*Phase} - ({Phase.explain} if "TESTS_ORDERS" in os.environ else {Phase.shrink, Phase.explain})
    run = trials(
        max_examples=ORDERS,
        stateful_step_count=30,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    with app.test_request_context():
        stateful.run_state_machine_as_test(EveryOrder, settings=run)
