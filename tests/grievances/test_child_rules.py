"""What follows from what a child does in her own thread: marks before and after (S13, S15, S16)."""

from datetime import date

from youthvoice.grievances.child_thread import ChildMessage, reopened_state, state_after, with_check_done
from youthvoice.grievances.time_limits import AGREE, REPRISAL_CHECKS
from youthvoice.threads.case_state import DISAGREED, NOTIFIED_DISAGREED, WAITS_FOR_CHILD, CaseState

DAY = date(2026, 11, 24)


def test_what_she_writes_ends_the_waiting_for_her() -> None:
    for said in (
        ChildMessage("child", "x"),
        ChildMessage("may_know", answer="no"),
        ChildMessage("put_right", answer="yes"),
        ChildMessage("withdraw"),
    ):
        case = CaseState(state="open", flags=(WAITS_FOR_CHILD,))
        assert WAITS_FOR_CHILD not in state_after(case, said, DAY, 9).flags, said.kind


def test_a_report_that_opens_again_is_agreed_to_by_nobody_and_closes_only_after_something_new_was_done() -> None:
    """S15."""
    days = {"closed": "2026-11-20", "acted": "2026-11-19", "answered": "2026-11-18"}
    after = reopened_state(CaseState(state="asked", days=days).with_clock(AGREE, 7).with_clock("go_on", 8), DAY)
    assert after.state == "open"
    assert set(after.clocks) == {"go_on"}
    assert set(after.days) == {"answered", "reopened"}


def test_no_trouble_settles_the_check_that_is_due_and_leaves_the_later_one() -> None:
    """S16: asked again after six weeks."""
    both = CaseState(state="closed").with_clock(REPRISAL_CHECKS[0], 100).with_clock(REPRISAL_CHECKS[1], 300)
    once = state_after(both, ChildMessage("trouble", answer="no"), DAY, 9)
    assert set(once.clocks) == {REPRISAL_CHECKS[1]}
    assert not with_check_done(once).clocks


def test_each_time_she_disagrees_somebody_is_told_anew() -> None:
    """S15."""
    told = CaseState(state="open", flags=(DISAGREED, NOTIFIED_DISAGREED))
    again = state_after(told, ChildMessage("put_right", answer="partly"), DAY, 9)
    assert again.flags == (DISAGREED,)
    assert state_after(told, ChildMessage("put_right", answer="yes"), DAY, 9).flags == ()
