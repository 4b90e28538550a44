"""What is owed and what was answered, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from youthvoice.accountability import escalation_rules as ladder
from youthvoice.accountability import rules
from youthvoice.accountability.escalation_rules import Rung

Words = Mapping[str, str]  # language -> text


@dataclass(frozen=True, slots=True)
class Part:
    """A published question that may have an answer of its own."""

    name: str
    words: Words


@dataclass(frozen=True, slots=True)
class Given:
    """One answer.

    Attributes:
        part: name of the question, empty for the whole.
        kind: yes, partly, no_because, or done.
        words: the sentence for children, by language.
        language: the one shown to those whose own is not among them.
        by: the person.
        day: of the first answer.
        done_by: the day by which it is done, or since which; None where none was said.
        confirmed_on: the day on which children said that it is done.
    """

    part: str
    kind: str
    words: Words
    language: str
    by: int
    day: date
    done_by: date | None = None
    confirmed_on: date | None = None

    def read_in(self, language: str) -> str:
        """The language in which somebody who chose this one reads the sentence."""
        return language if language in self.words else self.language

    def may_ask_children(self, today: date) -> bool:
        """Whether children are asked if it is really done."""
        return rules.may_ask_children(self.kind, self.done_by, self.confirmed_on, today)


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody who was asked and did not answer by her day.

    Attributes:
        rung: where she stood.
        person_id: who; None for a role.
        day: the last day that was in time.
    """

    rung: Rung
    person_id: int | None
    day: date


@dataclass(frozen=True, slots=True)
class Asked:
    """How far something has climbed (`ladder`).

    Attributes:
        rung: who is asked now.
        until: her last day; None on the owner's rung.
        reminded_on: when whoever is asked was reminded last.
    """

    rung: Rung = "owner"
    until: date | None = None
    reminded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedFacts:
    """Something owed, with its answers.

    Attributes:
        about: what it is about, per language; nothing of a child.
        picture: OpenMoji code of what it is about, or empty.
        owner_id: who owes it first; she may answer it on every rung.
        due: the day that children were told.
        ready: whether it can be answered: a round only once its view is approved, or it closed without one.
        replies: the answers of now.
        earlier: answers that children opened again, the oldest first.
        again: parts that were opened again and not answered since.
        rung: who is asked now.
        asked_id: the decision-maker who was asked; she may answer it from then on.
        until: the last day that is in time for whoever is asked now.
        late: who was asked since it was opened last and did not answer in time.
        late_before: the same of the times before.
    """

    id: int
    site_id: int
    kind: str
    subject: str
    about: Words
    picture: str
    owner_id: int | None
    owner_role: str | None
    due: date
    ready: bool
    settled_on: date | None
    parts: tuple[Part, ...]
    replies: tuple[Given, ...]
    earlier: tuple[Given, ...] = ()
    again: tuple[str, ...] = ()
    rung: Rung = "owner"
    asked_id: int | None = None
    until: date
    late: tuple[Late, ...] = ()
    late_before: tuple[Late, ...] = ()

    @property
    def to_children(self) -> bool:
        """Whether children read the answer."""
        return rules.KINDS[self.kind].to_children

    @property
    def by_itself(self) -> bool:
        """Whether it is settled by being done, and is not done yet: there is nothing to answer."""
        return rules.KINDS[self.kind].by_itself and self.settled_on is None

    def due_for(self, person_id: int) -> date:
        """The day by which somebody answers: her own, where she is asked after the owner.

        Where a child may be hurt nobody's day begins anew: it has been late since the first one.
        """
        if rules.KINDS[self.kind].in_danger:
            return self.due
        return self.due if self.rung == ladder.RUNGS[0] or person_id == self.owner_id else self.until

    def state(self, today: date, person_id: int = 0) -> rules.State:
        """How pressing it is on a day, for whoever owns it or for somebody who is asked after her."""
        return rules.state(today, self.due_for(person_id) if person_id else self.due, self.settled_on, ready=self.ready)

    @property
    def was_late(self) -> bool:
        """Whether it was answered after its day."""
        return rules.was_late(self.due, self.settled_on)

    def reply(self, part: str = rules.WHOLE) -> Given | None:
        """The answer to a part; None where there is none."""
        return next((given for given in self.replies if given.part == part), None)

    def last(self, part: str = rules.WHOLE) -> Given | None:
        """The answer to a part, else the last one that children opened again."""
        return self.reply(part) or next(iter(self.earlier_of(part)[::-1]), None)

    def earlier_of(self, part: str = rules.WHOLE) -> tuple[Given, ...]:
        """The answers to a part that children opened again, the oldest first."""
        return tuple(given for given in self.earlier if given.part == part)

    @property
    def people(self) -> frozenset[int]:
        """Everybody whose name is said with it."""
        named = (self.owner_id, self.asked_id, *(one.person_id for one in (*self.late, *self.late_before)))
        return frozenset(one for one in (*named, *(given.by for given in (*self.replies, *self.earlier))) if one)
