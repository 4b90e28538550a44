"""What becomes of a suggestion is decided once, whoever else decides at that moment (S4, S9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.committees import House, put
from tests.support.people import Somebody
from tests.support.suggestions import Tablet, a_tablet
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.committees.agenda.entities import HeldSuggestion, ItemBody
from youthvoice.committees.agenda.store import change_state
from youthvoice.committees.suggestions import review
from youthvoice.committees.suggestions.review import PendingSuggestion, ReviewSession
from youthvoice.errors import ConcurrentUpdate
from youthvoice.threads.letters.letter_box import Suggestion

FRUIT = ItemBody("food", wish="more", words={"en": "Fruit every day"})

SAID = Suggestion(topic="food", wish="more", words="fruit every day")


@pytest.fixture
def tablet(house: House, visitor: Callable[[], Visitor], clock: StillClock) -> Tablet:
    made = a_tablet(house, visitor, clock)
    made.suggests(topic="food", wish="more", words="fruit every day")
    made.shown()
    return made


def seen_by(tablet: Tablet, who: Somebody) -> PendingSuggestion:
    """The only suggestion, as it is before somebody at this moment."""
    caller = Caller(who.id, who.handle, who.name, who.role, who.site_ids, "en", "")
    with db.reading(db.engine()) as session:
        suggestion = review.find_pending(session, caller, tablet.paths(who)[0].rpartition("/")[2])
    assert suggestion
    return suggestion


def decides(suggestion: PendingSuggestion, act: Callable[[ReviewSession], None]) -> None:
    log = Log(context.today(suggestion.site.time_zone), "asha")
    with db.writing(db.engine()) as session:
        act(ReviewSession(session, Caller(1, "asha", "Asha", "advocate", frozenset(), "en", ""), log, suggestion, SAID))


def waits(tablet: Tablet) -> None:
    held_suggestion = HeldSuggestion("needs_money", tablet.house.ravi.id, context.today() + timedelta(days=7))
    decides(seen_by(tablet, tablet.house.asha), lambda desk: review.hold(desk, held_suggestion))


@pytest.mark.dialect("writers wait for each other")
def test_of_two_who_saw_it_at_the_same_time_the_second_decides_nothing(tablet: Tablet) -> None:
    """Else the same suggestion stood on the agenda twice, or was declined and published."""
    first, second = seen_by(tablet, tablet.house.asha), seen_by(tablet, tablet.house.ravi)
    decides(first, lambda desk: review.publish(desk, FRUIT))
    for act in (
        lambda desk: review.publish(desk, FRUIT),
        lambda desk: review.decline(desk, "other"),
    ):
        with pytest.raises(ConcurrentUpdate):
            decides(second, act)
    assert [item.state for item in tablet.items()] == ["on_agenda"]


def test_the_log_says_what_was_decided_for_which_agenda_and_nothing_else(tablet: Tablet) -> None:
    decides(seen_by(tablet, tablet.house.asha), lambda desk: review.decline(desk, "other"))
    with db.reading(db.engine()) as session:
        lines = session.execute(select(AuditEntryRow.actor, AuditEntryRow.action, AuditEntryRow.subject)).all()
    assert ("asha", "suggestion.decline", str(tablet.committee.id)) in [tuple(line) for line in lines]


def test_what_waited_and_was_published_leads_back_to_no_suggestion(tablet: Tablet) -> None:
    """T6: the line that stands on the agenda keeps no number of what was sealed."""
    waits(tablet)
    (held,) = tablet.items()
    assert held.body.letter
    decides(
        seen_by(tablet, tablet.house.asha),
        lambda desk: review.publish(desk, replace(held.body, topic="food", words=FRUIT.words)),
    )
    (line,) = tablet.items()
    assert (line.id, line.state, line.body.letter, line.body.held) == (held.id, "on_agenda", "", None)


def test_what_waited_and_is_there_already_waits_no_longer(tablet: Tablet) -> None:
    other = put(tablet.committee, "Fruit on Fridays")
    waits(tablet)
    decides(seen_by(tablet, tablet.house.asha), lambda desk: review.join(desk, other))
    (line,) = (item for item in tablet.items() if item.id != other.id)
    assert (line.state, line.body.why, line.body.held) == ("declined", "there_already", None)


def test_a_line_that_somebody_changed_meanwhile_is_not_decided_over(tablet: Tablet) -> None:
    """Nothing is written: whoever decides is told, and decides again before what is there now."""
    waits(tablet)
    suggestion = seen_by(tablet, tablet.house.asha)
    assert suggestion.line.item
    with db.writing(db.engine()) as session:
        change_state(session, suggestion.line.item, "on_agenda", context.today())
    with pytest.raises(ConcurrentUpdate):
        decides(suggestion, lambda desk: review.publish(desk, FRUIT))
    assert [item.state for item in tablet.items()] == ["on_agenda"]
    assert len(tablet.letters()) == 1, "what the child said is still there"
