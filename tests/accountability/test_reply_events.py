"""A room above is told, in the same transaction, what became of what it asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.support.people import Somebody, house
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import create_answer_due, find_answer_due
from youthvoice.context import runtime_of
from youthvoice.errors import Refused

DAY = date(2026, 11, 25)


@dataclass
class Agenda:
    """Remembers what it was told, and may refuse."""

    told: list[tuple[str, str, date]] = field(default_factory=list)
    refuses: bool = False

    def _note(self, what: str, answer_due: AnswerDue, day: date) -> None:
        if self.refuses:
            raise LookupError(what)
        self.told.append((what, answer_due.subject, day))

    def answered(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        assert session.in_transaction()
        assert answer_due.settled_on == day
        self._note("answered", answer_due, day)

    def confirmed(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        assert session.in_transaction()
        self._note("confirmed", answer_due, day)

    def opened_again(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        assert session.in_transaction()
        assert answer_due.settled_on is None
        self._note("opened_again", answer_due, day)


@pytest.fixture
def home(app: Flask) -> tuple[int, dict[str, Somebody]]:
    return house(("facilitator",))


@pytest.fixture
def agenda(app: Flask) -> Iterator[Agenda]:
    made = Agenda()
    ports = runtime_of(app).ports
    with context.override(app, ports={**ports, "reply_events": {"item": made}}):
        yield made


def owe(home: tuple[int, dict[str, Somebody]], kind: str = "item") -> int:
    with db.writing(db.engine()) as session:
        return create_answer_due(
            session, site_id=home[0], kind=kind, subject="ab" * 16, about={"en": "A lamp"},
            due=date(2026, 12, 1), owner_id=home[1]["facilitator"].id, day=DAY
        ).id  # fmt: skip


def reply(home: tuple[int, dict[str, Somebody]], owed_id: int, words: str = "It is there.", kind: str = "yes") -> None:
    with db.writing(db.engine()) as session:
        who = home[1]["facilitator"].id
        replies.record_reply(session, owed_id, "", kind, {"en": words}, who, DAY, done_by=None)


def test_a_room_is_told_once_of_each_step(home: tuple[int, dict[str, Somebody]], agenda: Agenda) -> None:
    """S9: answered, not yet, answered again, done."""
    owed_id = owe(home)
    reply(home, owed_id)
    reply(home, owed_id, "It is there now.")  # a correction is no second answer
    with db.writing(db.engine()) as session:
        replies.reopen(session, owed_id, DAY)
    reply(home, owed_id)
    for _ in range(2):
        with db.writing(db.engine()) as session:
            replies.confirm_done(session, owed_id, DAY)
    assert [what for what, _subject, _day in agenda.told] == ["answered", "opened_again", "answered", "confirmed"]
    assert {(subject, day) for _what, subject, day in agenda.told} == {("ab" * 16, DAY)}


def test_what_a_room_refuses_did_not_happen(home: tuple[int, dict[str, Somebody]], agenda: Agenda) -> None:
    owed_id = owe(home)
    agenda.refuses = True
    with pytest.raises(LookupError):
        reply(home, owed_id)
    with db.reading(db.engine()) as session:
        answer_due = find_answer_due(session, owed_id)
    assert answer_due
    assert (answer_due.settled_on, answer_due.replies) == (None, ())


def test_without_a_room_nothing_happens(home: tuple[int, dict[str, Somebody]]) -> None:
    owed_id = owe(home, "choice")
    reply(home, owed_id)
    with db.writing(db.engine()) as session:
        replies.confirm_done(session, owed_id, DAY)


@pytest.mark.parametrize("kind", [None, "no_because"])
def test_only_a_yes_can_be_confirmed(home: tuple[int, dict[str, Somebody]], kind: str | None) -> None:
    owed_id = owe(home)
    if kind:
        reply(home, owed_id, "The town has none.", kind)
    with db.writing(db.engine()) as session, pytest.raises(Refused, match="not_answered"):
        replies.confirm_done(session, owed_id, DAY)


def test_only_what_was_answered_can_be_opened_again(home: tuple[int, dict[str, Somebody]]) -> None:
    owed_id = owe(home)
    with db.writing(db.engine()) as session, pytest.raises(Refused, match="not_answered"):
        replies.reopen(session, owed_id, DAY)


@pytest.mark.parametrize("owner", [{}, {"owner_id": 1, "owner_role": "advocate"}])
def test_an_answer_without_an_owner_is_refused(app: Flask, owner: dict[str, object]) -> None:
    """S9, S10."""
    more: dict[str, object] = {"site_id": 1, "kind": "item", "subject": "x", "about": {"en": "A"}, "due": DAY}
    with db.writing(db.engine()) as session, pytest.raises(ValueError, match="one owner"):
        create_answer_due(session, **(more | owner))  # type: ignore[arg-type]


def test_a_kind_that_is_not_in_the_table_cannot_be_owed(home: tuple[int, dict[str, Somebody]]) -> None:
    with pytest.raises(ValueError, match="can be owed"):
        owe(home, "wish")
