"""What becomes of a knock, hour by hour. Lata listens on Mondays and Thursdays at four."""

from datetime import date, datetime

import pytest
from flask import Flask

from youthvoice import context
from youthvoice.knocks import rules, store
from youthvoice.knocks.rules import Call, Knock, KnockBox, Listening, MissedKnock, Slot, WeeklyHour

LATA, ASHA, RAVI = 1, 2, 3
HOURS = {LATA: (WeeklyHour(0, 16), WeeklyHour(3, 16))}
LISTENING = {LATA: Listening("bench", HOURS[LATA])}
MONDAY, THURSDAY, NEXT_MONDAY = (Slot(date(2026, 11, day), 16) for day in (23, 26, 30))


def noon(day: int) -> Slot:
    return Slot(date(2026, 11, day), 12)


def emptied(box: KnockBox, slot: Slot) -> KnockBox:
    """At a fixed hour, on time."""
    return rules.empty_box(box, slot, LISTENING, slot.starts)


def knocked(box: KnockBox, *left_out: int) -> KnockBox:
    return rules.put_in(box, Knock(rules.TALK, LATA, frozenset(left_out)))


@pytest.mark.parametrize(
    ("hour", "day", "passed"), [(0, 24, Slot(date(2026, 11, 23), 16)), (11, 24, Slot(date(2026, 11, 23), 16))]
    + [(hour, 24, Slot(date(2026, 11, 24), 12)) for hour in (12, 15)]
    + [(hour, 24, Slot(date(2026, 11, 24), 16)) for hour in (16, 23)],
)  # fmt: skip
def test_knocks_are_seen_at_twelve_and_at_four(hour: int, day: int, passed: Slot) -> None:
    assert rules.last_knock_hour(datetime(2026, 11, day, hour, 59)) == passed  # noqa: DTZ001 - a site's own clock


def test_she_has_an_hour_at_least_to_read_before_she_listens() -> None:
    assert emptied(knocked(KnockBox()), noon(23)).calls[LATA].slot == MONDAY
    at_four = Slot(date(2026, 11, 23), 16)
    assert emptied(knocked(KnockBox()), at_four).calls[LATA].slot == THURSDAY


def test_a_second_child_joins_the_call_with_whom_she_left_out() -> None:
    box = emptied(knocked(KnockBox(), RAVI), noon(24))
    box = emptied(knocked(box), noon(25))
    assert box.calls[LATA].slot == THURSDAY
    assert box.calls[LATA].exclusions == {(), (RAVI,)}
    assert box.calls[LATA].since == date(2026, 11, 24)


def test_who_knocks_after_an_hour_that_is_not_marked_yet_gets_the_next_one() -> None:
    box = emptied(knocked(KnockBox()), noon(26))
    at_four = Slot(date(2026, 11, 26), 16)
    box = emptied(knocked(box, RAVI), at_four)
    assert box.calls[LATA].slot == THURSDAY, "she marks the first one before"
    assert box.waiting == {LATA: {(RAVI,)}}
    box = emptied(box, noon(27))
    assert box.calls[LATA].slot == NEXT_MONDAY
    assert box.calls[LATA].exclusions == {(RAVI,)}
    assert not box.waiting
    assert [(knock.code, knock.exclusion) for knock in box.missed[LATA]] == [(rules.UNMARKED, ())]


def test_she_is_reminded_before_each_of_her_hours_and_at_no_other_time() -> None:
    listed = [(day, hour) for day in range(23, 30) for hour in rules.KNOCK_HOURS]
    reminded = [at for at in listed if rules.listens_before_next(HOURS[LATA], Slot(date(2026, 11, at[0]), at[1]))]
    assert reminded == [(23, 12), (26, 12)]
    early = (WeeklyHour(1, 7),)
    assert [at for at in listed if rules.listens_before_next(early, Slot(date(2026, 11, at[0]), at[1]))] == [(23, 16)]


def test_an_advocate_at_whom_a_child_knocked_does_not_watch_herself() -> None:
    alone = rules.Watchers(frozenset({ASHA}), frozenset({RAVI}))
    assert alone.of(ASHA, ()) == alone.leads
    assert alone.of(LATA, ()) == {ASHA}
    assert alone.possible == {ASHA, RAVI}


def test_where_the_one_advocate_is_left_out_the_lead_learns_it_as_the_page_said() -> None:
    """It named her, and nobody ever learned it."""
    watchers = rules.Watchers(frozenset({ASHA}), frozenset({RAVI}))
    box = rules.mark_call(emptied(knocked(KnockBox(), ASHA), noon(23)), LATA, rules.AWAY, MONDAY.starts, HOURS[LATA])
    assert [shown.person_id for shown in rules.show_missed(box, RAVI, watchers)] == [LATA]
    assert rules.show_missed(box, ASHA, watchers) == []


def test_what_a_child_says_is_not_taken_away_by_what_the_adult_marks() -> None:
    watchers = rules.Watchers(frozenset({ASHA}), frozenset())
    box = rules.put_in(knocked(KnockBox()), Knock(rules.NOT_THERE, LATA, frozenset()))
    box = emptied(box, noon(23))
    box = rules.mark_call(box, LATA, rules.AWAY, MONDAY.ends, HOURS[LATA])
    assert [shown.code for shown in rules.show_missed(box, ASHA, watchers)] == [rules.CHILD_SAYS]
    assert {knock.code for knock in box.missed[LATA]} == {rules.CHILD_SAYS, rules.AWAY}


def test_a_child_who_came_before_the_call_did_has_come() -> None:
    box = emptied(knocked(KnockBox()), Slot(date(2026, 11, 23), 16))
    assert box.calls[LATA].slot == THURSDAY
    assert not rules.mark_call(box, LATA, rules.CAME, MONDAY.ends, HOURS[LATA]).calls
    with pytest.raises(rules.CannotMark, match="too_early"):
        rules.mark_call(box, LATA, rules.NOBODY, MONDAY.ends, HOURS[LATA])


def test_a_call_keeps_the_place_that_the_child_read() -> None:
    box = emptied(knocked(KnockBox()), noon(23))
    moved = {LATA: Listening("tree", HOURS[LATA])}
    assert rules.empty_box(box, Slot(date(2026, 11, 23), 16), moved, MONDAY.starts).calls[LATA].place == "bench"


def test_after_hours_without_a_server_nobody_is_asked_to_an_hour_that_is_over() -> None:
    late = datetime(2026, 11, 24, 9)  # noqa: DTZ001 - a site's own clock
    assert rules.empty_box(knocked(KnockBox()), noon(23), LISTENING, late).calls[LATA].slot == THURSDAY


def test_who_settles_it_takes_it_from_nobody_else() -> None:
    """A colleague's line that vanished said that no child had left her out."""
    watchers = rules.Watchers(frozenset({ASHA, RAVI}), frozenset())
    box = rules.mark_call(emptied(knocked(KnockBox()), noon(23)), LATA, rules.AWAY, MONDAY.starts, HOURS[LATA])
    box = rules.settle_missed(box, ASHA, LATA, watchers)
    assert (rules.show_missed(box, ASHA, watchers), len(rules.show_missed(box, RAVI, watchers))) == ([], 1)


def test_a_box_has_room_for_all_that_it_promises(app: Flask) -> None:
    """Thirty adults, three exclusions of two each, in every list, and each missed knock settled by two."""
    exclusions = frozenset({(101, 102), (101, 103), (102, 103)})
    missed = tuple(
        MissedKnock(date(2026, 11, 24), code, exclusion, (104, 105))
        for code in (rules.CHILD_SAYS, rules.UNMARKED)
        for exclusion in sorted(exclusions)
    )
    people = range(101, 131)
    call = Call(date(2026, 11, 24), THURSDAY, "dining_hall", exclusions, was_empty=True)
    full = KnockBox(
        dict.fromkeys(people, exclusions), dict.fromkeys(people, exclusions),
        dict.fromkeys(people, call), dict.fromkeys(people, missed),
    )  # fmt: skip
    lengths = {len(store.encrypt_box(context.keyring(), 1, box)) for box in (KnockBox(), full)}
    assert len(lengths) == 1
