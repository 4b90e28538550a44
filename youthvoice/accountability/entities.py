"""What is owed and what was answered, as values; and what this package asks of those above it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability import rules
from youthvoice.context import Port

ReplyWords = Mapping[str, str]  # language -> text


@dataclass(frozen=True, slots=True)
class AnswerablePart:
    """A published question that may have an answer of its own; a quiz asks what children know, and wishes nothing."""

    name: str
    words: ReplyWords
    is_quiz: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
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
        carried_by: of a decision of a review, the person who does it; 0 elsewhere.
    """

    part: str
    kind: str
    words: ReplyWords
    language: str
    by: int
    day: date
    done_by: date | None = None
    confirmed_on: date | None = None
    carried_by: int = 0

    def read_in(self, language: str) -> str:
        """The language in which somebody who chose this one reads the sentence."""
        return language if language in self.words else self.language

    def may_ask_children(self, today: date) -> bool:
        """Whether children are asked if it is really done."""
        return rules.may_ask_children(self.kind, self.done_by, self.confirmed_on, today)


@dataclass(frozen=True, slots=True)
class MissedDeadline:
    """Somebody who was asked and did not answer by her day.

    Attributes:
        rung: where she stood.
        person_id: who; None for a role.
        day: the last day that was in time.
    """

    rung: rules.Rung
    person_id: int | None
    day: date


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """How far something has climbed (`rules.next_rung`).

    Attributes:
        rung: who is asked now.
        until: her last day; None on the owner's rung.
        reminded_on: when whoever is asked was reminded last.
    """

    rung: rules.Rung = "owner"
    until: date | None = None
    reminded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDue:
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
        shown_on: the day from which its owner could answer.
    """

    id: int
    site_id: int
    kind: str
    subject: str
    about: ReplyWords
    picture: str
    owner_id: int | None
    owner_role: str | None
    due: date
    ready: bool
    settled_on: date | None
    parts: tuple[AnswerablePart, ...]
    replies: tuple[Reply, ...]
    earlier: tuple[Reply, ...] = ()
    again: tuple[str, ...] = ()
    rung: rules.Rung = "owner"
    asked_id: int | None = None
    until: date
    late: tuple[MissedDeadline, ...] = ()
    late_before: tuple[MissedDeadline, ...] = ()
    shown_on: date | None = None

    @property
    def to_children(self) -> bool:
        """Whether children read the answer."""
        return rules.ANSWER_DUE_KINDS[self.kind].to_children

    @property
    def by_itself(self) -> bool:
        """Whether it is settled by being done, and is not done yet: there is nothing to answer."""
        return rules.ANSWER_DUE_KINDS[self.kind].by_itself and self.settled_on is None

    def about_for(self, person_id: int) -> ReplyWords:
        """What it is about, as somebody reads it: whoever keeps a promise reads which, anybody else the case alone."""
        if self.kind != "promise" or person_id != self.owner_id or not self.parts:
            return self.about
        (case,) = self.about.values()
        return {language: f"{case}: {words}" for language, words in self.parts[0].words.items()}

    def due_for(self, person_id: int) -> date:
        """The day by which somebody answers: her own, where she is asked after the owner.

        Where a child may be hurt nobody's day begins anew: it has been late since the first one.
        """
        if rules.ANSWER_DUE_KINDS[self.kind].in_danger:
            return self.due
        return self.due if self.rung == rules.RUNGS[0] or person_id == self.owner_id else self.until

    def state(self, today: date, person_id: int = 0) -> rules.DueState:
        """How pressing it is on a day, for whoever owns it or for somebody who is asked after her."""
        return rules.due_state(
            today, self.due_for(person_id) if person_id else self.due, self.settled_on, ready=self.ready
        )

    def wording(self, part: str) -> str:
        """In whose words an answer is asked and told: its kind's; `quiz`, of what children did not know; `mixed`."""
        quizzes = {
            answerable_part.is_quiz for answerable_part in self.parts if part in {rules.WHOLE, answerable_part.name}
        }
        if self.kind != "round" or True not in quizzes:
            return self.kind
        return "mixed" if False in quizzes else "quiz"

    @property
    def is_of_wishes(self) -> bool:
        """Whether something of it is about a wish of a child, of which not everybody may know."""
        return any(rules.is_wish(self.kind, part.name) for part in self.parts)

    def without_wishes(self) -> "AnswerDue | None":
        """As it is where there is no wish, for whoever may not know of one; None where it is about nothing else."""
        parts = tuple(part for part in self.parts if not rules.is_wish(self.kind, part.name))
        if not parts:
            return None
        names = {part.name for part in parts}
        replies = tuple(reply for reply in self.replies if reply.part in names)
        return replace(
            self,
            parts=parts,
            replies=replies,
            earlier=tuple(reply for reply in self.earlier if reply.part in names),
            again=tuple(one for one in self.again if one in names),
            settled_on=max(reply.day for reply in replies) if len(replies) == len(parts) else None,
        )

    @property
    def was_late(self) -> bool:
        """Whether it was answered after its day."""
        return rules.was_answered_late(self.due, self.settled_on)

    def reply(self, part: str = rules.WHOLE) -> Reply | None:
        """The answer to a part; None where there is none."""
        return next((reply for reply in self.replies if reply.part == part), None)

    def last(self, part: str = rules.WHOLE) -> Reply | None:
        """The answer to a part, else the last one that children opened again."""
        return self.reply(part) or next(iter(self.earlier_of(part)[::-1]), None)

    def earlier_of(self, part: str = rules.WHOLE) -> tuple[Reply, ...]:
        """The answers to a part that children opened again, the oldest first."""
        return tuple(reply for reply in self.earlier if reply.part == part)

    @property
    def answered_on(self) -> date | None:
        """The day since which nothing was open; of what children opened again, that of the first such answer."""
        return min((reply.day for reply in self.earlier), default=self.settled_on)

    @property
    def in_time(self) -> bool:
        """Whether no day passed before it was answered; what came after children opened it again is not asked."""
        day = self.answered_on
        return day is not None and not self.late_before and (bool(self.earlier) or day <= self.due)

    @property
    def people(self) -> frozenset[int]:
        """Everybody whose name is said with it."""
        named = (self.owner_id, self.asked_id, *(deadline.person_id for deadline in (*self.late, *self.late_before)))
        answers = (*self.replies, *self.earlier)
        person_ids = (person_id for reply in answers for person_id in (reply.by, reply.carried_by))
        return frozenset(one for one in (*named, *person_ids) if one)


class ReplyEvents(Protocol):
    """Whoever asked, seen from here: imports point down only. Each is called in the transaction of what happened."""

    def answered(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        """An adult answered: nothing is owed any more. Not called again when she corrects her words."""

    def confirmed(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        """Children said that it is really done."""

    def opened_again(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        """Children said "not yet": it is owed anew."""


class WishReaders(Protocol):
    """The reviews, seen from here."""

    def who_may_know(self, session: Session, key: str) -> Collection[int]:
        """Everybody, by row, who may know that a review has wishes; others are shown what is owed about its plan."""


wish_readers: Final = Port[WishReaders]("wish_readers")


class AnswerableRounds(Protocol):
    """The rounds, seen from here."""

    def asked(self, session: Session, subject: str, time_zone: str) -> tuple[ReplyWords, date] | None:
        """Title and last day, at a site, of the round that something is owed about; None where there is none."""


answerable_rounds: Final = Port[AnswerableRounds]("answerable_rounds")

reply_events: Final = Port[Mapping[str, ReplyEvents]]("reply_events")
"""Who wants to know of an answer, by the kind of what is owed."""


class PublishedViews(Protocol):
    """The published views, seen from below: imports point down only."""

    def standings(self, session: Session, round_ids: Collection[int]) -> Mapping[int, str]:
        """By round, where its newest view stands: `waiting`, `sent_back`, `approved` or `sent`; `told` for a choice.

        `on_rhythm` is approved, and every letter about it sends itself.
        """

    def said(self, session: Session, subject: str, part: str, language: str) -> Markup:
        """What children said, in bands: of one question, or of all where `part` is empty; empty before approval."""


published_views: Final = Port[PublishedViews]("published_views")
