"""What follows from what a child does in her own thread: marks before and after (S13, S15, S16)."""

from datetime import date

from youthvoice.grievances.child_thread.rules import DISAGREED, TOLD_DISAGREED, Said, checked, marks_after, opened_again
from youthvoice.grievances.status import WAITS_FOR_CHILD
from youthvoice.grievances.time_limits import AGREE, TROUBLE
from youthvoice.threads.case_state import Marks

DAY = date(2026, 11, 24)


def test_what_she_writes_ends_the_waiting_for_her() -> None:
    for said in (Said("child", "x"), Said("may_know", answer="no"), Said("put_right", answer="yes"), Said("withdraw")):
        waiting = Marks(state="open", flags=(WAITS_FOR_CHILD,))
        assert WAITS_FOR_CHILD not in marks_after(waiting, said, DAY, 9).flags, said.kind


def test_a_report_that_opens_again_is_agreed_to_by_nobody_and_closes_only_after_something_new_was_done() -> None:
    """S15."""
    days = {"closed": "2026-11-20", "acted": "2026-11-19", "answered": "2026-11-18"}
    after = opened_again(Marks(state="asked", days=days).with_clock(AGREE, 7).with_clock("go_on", 8), DAY)
    assert after.state == "open"
    assert set(after.clocks) == {"go_on"}
    assert set(after.days) == {"answered", "reopened"}


def test_no_trouble_settles_the_check_that_is_due_and_leaves_the_later_one() -> None:
    """S16: asked again after six weeks."""
    both = Marks(state="closed").with_clock(TROUBLE[0], 100).with_clock(TROUBLE[1], 300)
    once = marks_after(both, Said("trouble", answer="no"), DAY, 9)
    assert set(once.clocks) == {TROUBLE[1]}
    assert not checked(once).clocks


def test_each_time_she_disagrees_somebody_is_told_anew() -> None:
    """S15."""
    told = Marks(state="open", flags=(DISAGREED, TOLD_DISAGREED))
    again = marks_after(told, Said("put_right", answer="partly"), DAY, 9)
    assert again.flags == (DISAGREED,)
    assert marks_after(told, Said("put_right", answer="yes"), DAY, 9).flags == ()
