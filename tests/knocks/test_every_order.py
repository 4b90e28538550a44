"""In whatever order children tap, hours pass and adults mark: nobody left out learns, nothing counts, nothing is lost.

`TESTS_ORDERS` is how many orders are tried; set it high for a night.
"""

import json
import os
from datetime import datetime, timedelta

import msgspec
from hypothesis import settings as trials, stateful, strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.support.long_tests import RUNS_LONG
from youthvoice.knocks import rules
from youthvoice.knocks.rules import KnockBox, Watchers, WeeklyHour

ORDERS = int(os.environ.get("TESTS_ORDERS", "60" if RUNS_LONG else "30"))
LATA, JOSEPH, ASHA, RAVI, MEERA = range(1, 6)
ADVOCATES, LEADS = frozenset({ASHA, RAVI}), frozenset({MEERA})
WATCHERS = Watchers(ADVOCATES, LEADS)
HOURS = {
    LATA: (WeeklyHour(0, 16), WeeklyHour(3, 16)),
    JOSEPH: (WeeklyHour(2, 7),),
    ASHA: (WeeklyHour(1, 12), WeeklyHour(1, 13), WeeklyHour(5, 18)),
}
ANY_ADULT = st.sampled_from([LATA, LATA, LATA, JOSEPH, ASHA])
"""One of them more often than others: what matters are several knocks at her."""
ANY_LEFT_OUT = st.frozensets(st.sampled_from([ASHA, RAVI, MEERA]), max_size=2)


class EveryOrder(stateful.RuleBasedStateMachine):
    """The box is compared with a plain memory of which child waits for whom, and who may learn that nobody came."""

    def __init__(self) -> None:
        super().__init__()
        self.box = KnockBox()
        self.now = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - a site's own clock
        self.hours = dict(HOURS)
        self.moment = rules.last_knock_hour(self.now)
        self.open: set[tuple[int, frozenset[int]]] = set()
        """Children who were not met: the adult, and whom she left out."""
        self.told: dict[int, set[int]] = {}
        """Of each advocate, at which adults she may know of a knock."""

    @rule(
        person_id=ANY_ADULT,
        left_out=ANY_LEFT_OUT,
        wish=st.sampled_from([rules.TALK, rules.TALK, rules.NOT_THERE]),
        times=st.integers(1, 3),
    )
    def knocks(self, person_id: int, left_out: frozenset[int], wish: str, times: int) -> None:
        before = self.box
        knock = rules.Knock(wish, person_id, left_out)
        self.box = once = rules.put_in(self.box, knock)
        for _nth in range(times):
            self.box = rules.put_in(self.box, knock)
        assert self.box == once, "many knocks look like one"
        assert (self.box.calls, self.box.missed) == (before.calls, before.missed), "no adult sees it yet"
        self.open.add((person_id, left_out - {person_id}))
        never = left_out | {person_id}
        for viewer in ADVOCATES - never or LEADS - never:
            self.told.setdefault(viewer, set()).add(person_id)

    @rule(hours=st.sampled_from([1, 4, 20, 24, 48]))
    def waits(self, hours: int) -> None:
        for _nth in range(hours):
            self.now += timedelta(hours=1)
            if (moment := rules.last_knock_hour(self.now)) != self.moment:
                self.moment = moment
                kept = {
                    knock for knock in self._missed() if knock[2].since > moment.day - timedelta(days=rules.MISSED_DAYS)
                }
                old = self._missed() - kept
                listening = {one: rules.Listening("bench", hours) for one, hours in self.hours.items()}
                self.box = rules.empty_box(self.box, moment, listening, self.now)
                self.open -= {(person_id, frozenset(missed.exclusion)) for person_id, _exclusion, missed in old}
                self._still_open()

    def _missed(self) -> set[tuple[int, tuple[int, ...], rules.MissedKnock]]:
        return {(adult, knock.exclusion, knock) for adult, knocks in self.box.missed.items() for knock in knocks}

    @precondition(lambda self: self.box.calls)
    @rule(data=st.data(), mark=st.sampled_from(rules.MARKS))
    def marks(self, data: st.DataObject, mark: str) -> None:
        person_id = data.draw(st.sampled_from(sorted(self.box.calls)))
        call = self.box.calls[person_id]
        try:
            self.box = rules.mark_call(self.box, person_id, mark, self.now, self.hours.get(person_id, ()))
        except rules.CannotMark:
            assert mark == rules.NOBODY
            assert self.now < call.slot.starts
            return
        if mark == rules.CAME:
            self.open -= {(person_id, frozenset(exclusion)) for exclusion in call.exclusions}
            self._still_open()

    @precondition(lambda self: self.box.missed)
    @rule(data=st.data(), viewer=st.sampled_from(sorted(ADVOCATES | LEADS)))
    def settles(self, data: st.DataObject, viewer: int) -> None:
        person_id = data.draw(st.sampled_from(sorted(self.box.missed)))
        seen = person_id in {shown.person_id for shown in rules.show_missed(self.box, viewer, WATCHERS)}
        before = self.box
        self.box = rules.settle_missed(self.box, viewer, person_id, WATCHERS)
        assert seen or self.box == before, "who sees nothing settles nothing"
        assert person_id not in {shown.person_id for shown in rules.show_missed(self.box, viewer, WATCHERS)}
        for colleague in (ADVOCATES | LEADS) - {viewer}:
            shown = [rules.show_missed(box, colleague, WATCHERS) for box in (before, self.box)]
            assert shown[0] == shown[1], "for others nothing changes"

    @rule(person_id=ANY_ADULT)
    def stops_or_begins(self, person_id: int) -> None:
        if person_id in self.hours:
            del self.hours[person_id]
        else:
            self.hours[person_id] = HOURS[person_id]

    def _still_open(self) -> None:
        """What is banded with something that waits still waits with it."""
        self.open |= self._waiting()

    def _waiting(self) -> set[tuple[int, frozenset[int]]]:
        box = self.box
        taps = [
            *box.waiting.items(),
            *box.not_there.items(),
            *((one, call.exclusions) for one, call in box.calls.items()),
        ]
        return {(one, frozenset(exclusion)) for one, exclusions in taps for exclusion in exclusions} | {
            (one, frozenset(knock.exclusion)) for one, knocks in box.missed.items() for knock in knocks
        }

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.open == self._waiting()

    @invariant()
    def nobody_left_out_learns(self) -> None:
        for viewer in (*HOURS, RAVI, MEERA):
            shown = {miss.person_id for miss in rules.show_missed(self.box, viewer, WATCHERS)}
            assert shown <= self.told.get(viewer, set())
            assert viewer not in shown

    @invariant()
    def nothing_has_a_minute_or_a_number(self) -> None:
        stored = json.loads(msgspec.json.encode(self.box, enc_hook=dict))
        for call in stored["calls"].values():
            assert set(call) == {"since", "slot", "place", "exclusions", "was_empty"}
        for knocks in stored["missed"].values():
            assert all(set(knock) == {"since", "code", "exclusion", "settled_by"} for knock in knocks)
        assert not [value for value in _texts(stored) if ":" in value]

    @invariant()
    def an_adult_listens_in_an_hour_that_she_gave(self) -> None:
        for person_id, call in self.box.calls.items():
            assert WeeklyHour(call.slot.day.weekday(), call.slot.hour) in HOURS[person_id]


def _texts(stored: object) -> list[str]:
    """Every text of a stored box that is no name of a part."""
    if isinstance(stored, dict | list):
        parts = stored.values() if isinstance(stored, dict) else stored
        return [text for part in parts for text in _texts(part)]
    return [stored] if isinstance(stored, str) else []


TestEveryOrder = EveryOrder.TestCase
TestEveryOrder.settings = trials(max_examples=ORDERS, stateful_step_count=40, deadline=None)
