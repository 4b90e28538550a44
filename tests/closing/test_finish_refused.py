"""A site does not end while anything is open: in each state, in any order, whoever reads it (S16, S14)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, select, update

from tests.conftest import StillClock
from tests.support.closing import ROLES, EndingHouse, Holder, close_house, closed, hold_letter, run_close, write_letter
from tests.support.people import house, make_person, make_site, on_tablet
from tests.support.reports import Told, tell
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.sign_in.staff_session import Signer
from youthvoice.closing.finish import Finish, find_unended, list_known
from youthvoice.jobs.worker_health import record_heartbeat
from youthvoice.sites.last_day import ANSWER_DAYS, NOTICE_DAYS
from youthvoice.sites.store import get_site
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.rounds.opening import open_feedback_rounds
from youthvoice.threads.case_state import HELD, REPORTED, STATEMENT, TROUBLE, WAS_HARM, CaseState, hour_after
from youthvoice.threads.models import LetterRow, ThreadRow

End = Callable[[], object]


@dataclass(frozen=True)
class Record:
    """Ends once one of its readers exports what she can open: with it, everything else that she reads."""

    ending: EndingHouse
    readers: frozenset[str]

    def __call__(self) -> None:
        self.ending.exports(self.ending.people[min(self.readers)])


def _report(ending: EndingHouse, reader: str = "advocate", **state: object) -> Told:
    report = tell(ending.site_id, [ending.people[reader]], left_out=[])
    report.changes(**state)
    return report


def _open(ending: EndingHouse, reader: str = "advocate", **state: object) -> End:
    report = _report(ending, reader, **state)
    return lambda: closed(report)


def _record(ending: EndingHouse, reader: str = "advocate", **state: object) -> End:
    closed(_report(ending, reader), **state)
    return Record(ending, frozenset({reader}))


def _late() -> dict[str, Any]:
    return {"clocks": {"child_wrote": hour_after(context.now(), -9)}, "state": "open"}


def _statement(ending: EndingHouse) -> End:
    statement = tell(ending.site_id, [ending.people["advocate"]], case=CaseState(kind=STATEMENT, state="open"))
    return lambda: closed(statement)


def _damaged(ending: EndingHouse) -> End:
    report = closed(_report(ending))
    with db.writing(db.engine()) as session:
        marks = session.scalar(select(ThreadRow.marks).where(ThreadRow.id == report.id))
    change = update(ThreadRow).where(ThreadRow.id == report.id)
    _execute(change.values(marks=bytes(1280)))
    return lambda: _execute(change.values(marks=marks))


def _execute(statement: object) -> None:
    with db.writing(db.engine()) as session:
        session.execute(statement)  # type: ignore[call-overload]


def _letter(ending: EndingHouse, **columns: object) -> End:
    letter_id = write_letter(ending.site_id, "More fruit", **columns)
    return lambda: _execute(update(LetterRow).where(LetterRow.id == letter_id).values(looked_at_on=context.today()))


def _suggestion(ending: EndingHouse) -> End:
    letter_id = write_letter(ending.site_id, "A second ball", box="agenda", due_on=context.today())
    return lambda: _execute(delete(LetterRow).where(LetterRow.id == letter_id))


def _held(ending: EndingHouse) -> End:
    hold_letter(ending.site_id, "More fruit")
    return Record(ending, frozenset({"advocate", "second"}))


STATES: Final[dict[str, Callable[[EndingHouse], End]]] = {
    "new": lambda ending: _open(ending, state="new", owner=0),
    "owned": lambda ending: _open(ending, state="open", owner=ending.people["advocate"].id),
    "asked to close": lambda ending: _open(ending, state="asked", owner=ending.people["advocate"].id),
    "the child wrote again": lambda ending: _open(ending, **_late()),
    "open harm that nobody of the three reads": lambda ending: _open(ending, "second", state="open", harm=False),
    "harm": lambda ending: _record(ending, harm=True),
    "severe": lambda ending: _record(ending, severity=3),
    "held": lambda ending: _record(ending, flags=(HELD,)),
    "reported": lambda ending: _record(ending, flags=(REPORTED,)),
    "was harm": lambda ending: _record(ending, flags=(WAS_HARM,)),
    "treated worse": lambda ending: _record(ending, flags=(TROUBLE,)),
    "a record that nobody of the three reads": lambda ending: _record(ending, "second", harm=True),
    "damaged": _damaged,
    "statement to a review": _statement,
    "letter": _letter,
    "good news": lambda ending: _letter(ending, box="good"),
    "a letter before its hour": lambda ending: _letter(ending, shown_from=context.now().replace(year=2030)),
    "suggestion": _suggestion,
    "letter on hold": _held,
}


def _may_end(ending: EndingHouse) -> bool:
    """What the command looks at, without three sign-ins each time."""
    people = [
        Signer(each.id, each.handle, each.name, each.role, each.site_ids, b"", password_known=False)
        for each in ending.three
    ]
    with db.reading(db.engine()) as session:
        finish = Finish(
            get_site(session, ending.site_id), people, ending.holder.public_key, ending.folder / "note", ending.received
        )
        return not list_known(session, finish) and not find_unended(session, finish)


@given(names=st.lists(st.sampled_from(sorted(STATES)), min_size=1, max_size=4), seed=st.integers(0, 1000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_ends_exactly_when_nothing_is_open(ending: EndingHouse, names: list[str], seed: int) -> None:
    _end_each(ending, names, Random(seed))  # noqa: S311 - an order; drawn before the first row is written


def test_every_state_keeps_it_open(ending: EndingHouse) -> None:
    _end_each(ending, sorted(STATES), Random(0))  # noqa: S311 - an order


def _end_each(ending: EndingHouse, names: list[str], order: Random) -> None:
    ends = [STATES[name](ending) for name in names]
    order.shuffle(ends)
    while ends:
        assert not _may_end(ending), names
        end = ends.pop()
        end()
        exporter = min(end.readers) if isinstance(end, Record) else ""
        ends = [each for each in ends if not (isinstance(each, Record) and exporter in each.readers)]
    assert _may_end(ending), names


def test_a_light_report_about_which_somebody_asks_later_keeps_nothing_open(ending: EndingHouse) -> None:
    """Nobody can ask any more, and it goes to no court."""
    _report(ending, state="closed", clocks={"trouble_2": hour_after(context.now(), 300)})
    assert _may_end(ending)


def test_whom_a_child_left_out_learns_no_more_than_that_it_cannot_end(ending: EndingHouse) -> None:
    tell(ending.site_id, [ending.people["second"]], left_out=ending.three, words="The lamp is broken.")
    code, once = ending.finishes()
    assert code == 1
    assert "not all three of you may see" in once
    tell(ending.site_id, [ending.people["second"]], left_out=ending.three, words="No soup again.")
    closed(tell(ending.site_id, [ending.people["second"]], left_out=ending.three), harm=True)
    assert ending.finishes() == (1, once)


def test_whom_a_child_left_out_sees_no_line_of_it_beside_a_reader_either(ending: EndingHouse) -> None:
    """Three people read what the command says; a line of one of them is a line for all."""
    _coordinator, advocate, outside = ending.three
    report = tell(ending.site_id, [outside], left_out=[advocate], words="The lamp is broken.")
    code, output = ending.finishes()
    assert (code, "Report" in output, outside.name in output) == (1, False, False)
    assert "not all three of you may see" in output
    closed(report, harm=True)
    assert ending.finishes() == (1, output)


def test_what_children_say_of_answers_is_counted_by_the_end(
    app: Flask, holder: Holder, clock: StillClock, tmp_path: Path
) -> None:
    """Its round runs for a year, and no adult ends it."""
    _site_id, people = house(ROLES)
    open_feedback_rounds()
    close_house(app, people)
    clock.move(days=NOTICE_DAYS - ANSWER_DAYS + 1)
    open_feedback_rounds()
    clock.move(days=ANSWER_DAYS)
    open_feedback_rounds()
    close_due(context.now())
    assert "Round" not in run_close(app, "status", "example-house", by=(people["coordinator"],))[1]
    assert "Type the name" in EndingHouse(app, people, holder, tmp_path).finishes(types="\n")[1]


def test_it_needs_a_coordinator_an_advocate_and_the_outside_recipient_of_this_very_site(ending: EndingHouse) -> None:
    with db.writing(db.engine()) as session:
        other_site = make_site(session, "other-house").id
        strange = make_person(session, "outside_recipient", other_site, handle="strange")
    coordinator, advocate, outside = ending.three
    second, facilitator = ending.people["second"], ending.people["facilitator"]
    for by in (
        (coordinator, advocate),
        (coordinator, advocate, second),
        (coordinator, advocate, advocate),
        (coordinator, advocate, facilitator),
        (coordinator, advocate, strange),
        (coordinator, outside, outside),
    ):
        code, output = ending.finishes(by=by)
        assert code == 1, output
        assert "Type the name" not in output
    for by in ((outside, coordinator, advocate), (advocate, outside, coordinator)):
        assert "Type the name" in ending.finishes(by=by, types="\n")[1]


def test_nothing_ends_before_its_day_is_over_while_it_runs_or_without_its_name(
    ending: EndingHouse, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    clock.move(days=-1)
    assert "Its last day has not passed." in ending.finishes()[1]
    clock.move(days=1)
    for typed in ("\n", "example-house\n", "Another House\n"):
        assert "Nothing was destroyed." in ending.finishes(types=typed)[1]
    record_heartbeat(db.engine())
    assert "ran just now. Stop it" in ending.finishes()[1]
    clock.move(minutes=5)
    on_tablet(visitor(), ending.site_id)
    assert "is not retired" in ending.finishes()[1]
    assert context.keyring().names()


def test_what_lies_with_another_key_lies_with_nobody_of_this_one(ending: EndingHouse) -> None:
    """A reader who exports to a key of her own has not given a record to its holder."""
    end, holder = _record(ending, "second", harm=True), ending.holder
    ending.holder = Holder(ending.folder)
    end()
    ending.holder = holder
    assert "a record is not with the holder" in ending.finishes()[1]
    end()
    assert _may_end(ending)


def test_a_file_that_never_reached_its_holder_is_no_end_of_a_record(ending: EndingHouse) -> None:
    """A reader who is accused in it could write it, and throw it away."""
    _record(ending, "second", harm=True)()
    digits = ending.received.pop()
    assert "a record is not with the holder" in ending.finishes(types="\n")[1]
    ending.received.append("0" * 16)
    assert "a record is not with the holder" in ending.finishes(types="\n")[1]
    ending.received.append(f" {digits[:8].upper()} {digits[8:]}")
    assert "This destroys everything" in ending.finishes(types="\n")[1]
