"""Answers due and replies as values, and the ports to the packages above."""

import hashlib
from collections.abc import Callable, Collection, Mapping
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
    """A published question that can get its own answer.

    A quiz question asks what children know, so it cannot be answered yes or no.
    """

    name: str
    words: ReplyWords
    is_quiz: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Attributes:
        part: name of the question; empty for the whole.
        kind: `yes`, `partly`, `no_because`, or `done`.
        words: the sentence for children, by language.
        language: shown to readers whose own is not in `words`.
        by: the person who answered.
        day: of the first version of this answer.
        done_by: the day by which it is done, or since which; None without one.
        confirmed_on: the day on which children confirmed it.
        carried_by: of a decision of a review, the person who keeps it; 0 elsewhere.
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
        """The language in which a reader with this language sees the sentence."""
        return language if language in self.words else self.language

    @property
    def digest(self) -> str:
        """Changes when somebody corrects the answer: for a form that was opened before."""
        return hashlib.sha256(repr((self.kind, sorted(self.words.items()), self.done_by)).encode()).hexdigest()[:16]

    def may_ask_children(self, today: date) -> bool:
        """Whether children are asked if it is really done."""
        return rules.may_ask_children(self.kind, self.done_by, self.confirmed_on, today)


@dataclass(frozen=True, slots=True)
class MissedDeadline:
    """A person or role who was asked and did not answer in time.

    Attributes:
        rung: the level of escalation.
        person_id: row of `people`; None for a role.
        day: the last day in time.
    """

    rung: rules.Rung
    person_id: int | None
    day: date


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """How far an answer due has escalated (`rules.next_level`).

    Attributes:
        rung: the level that is asked now.
        until: the last day in time for that level; None on the owner's.
        reminded_on: the day of the last reminder.
    """

    rung: rules.Rung = "owner"
    until: date | None = None
    reminded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDue:
    """An answer that an adult owes children, with its replies.

    Attributes:
        about: its subject, by language; nothing of a child.
        picture: OpenMoji code of its subject, or empty.
        owner_id: the person who has to answer first, and may answer at every level.
        kind: key of `rules.ANSWER_DUE_KINDS`.
        subject: names what it is about, by its kind: a round, an item, a review, ... (`AnswerDueRow`).
        owner_role: the role that has to answer, where no person is named.
        due: the day that children were told; once they reopened an answer, the new day for it.
        settled_on: the day since which everything is answered; None before.
        parts: what can be answered one by one: questions, or wishes of a review.
        ready: whether it can be answered: a round only once its view is approved, or it closed without one.
        replies: the present answers.
        earlier: answers that children reopened, the oldest first.
        again: parts that were reopened and not answered since.
        rung: the level of escalation that is asked now.
        asked_id: the decision-maker who was asked, and may answer from then on.
        until: the last day in time for the level that is asked now.
        late: who missed a deadline since it was last reopened.
        late_before: who missed a deadline before that.
        shown_on: the day from which the owner could answer.
        first_in_time: whether it was in time when children first reopened it; None before, and where an older version
            stored the reopening.
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
    first_in_time: bool | None = None

    @property
    def to_children(self) -> bool:
        """Whether children read the answer."""
        return rules.ANSWER_DUE_KINDS[self.kind].to_children

    @property
    def by_itself(self) -> bool:
        """Whether it is settled automatically once the work is done, and is not done yet: there is nothing to write."""
        return rules.ANSWER_DUE_KINDS[self.kind].by_itself and self.settled_on is None

    def about_for(self, person_id: int) -> ReplyWords:
        """The subject as a reader may see it. Only a promise's owner reads the wish; others read the case number."""
        if self.kind != "promise" or person_id != self.owner_id or not self.parts:
            return self.about
        (case,) = self.about.values()
        return {language: f"{case}: {words}" for language, words in self.parts[0].words.items()}

    def due_for(self, person_id: int) -> date:
        """The reader's own deadline, where the reader was asked after the owner.

        Where a child may be hurt nobody gets a new deadline: it has been late since the first one.
        """
        if rules.ANSWER_DUE_KINDS[self.kind].in_danger:
            return self.due
        return self.due if self.rung == rules.RUNGS[0] or person_id == self.owner_id else self.until

    def state(self, today: date, person_id: int = 0) -> rules.DueState:
        """How urgent it is on a day, for the owner or for a person who was asked later."""
        return rules.due_state(
            today, self.due_for(person_id) if person_id else self.due, self.settled_on, ready=self.ready
        )

    def wording(self, part: str) -> str:
        """The wording of its question and answers: its kind; `quiz`, about what children did not know; or `mixed`."""
        are_quiz = [
            answerable_part.is_quiz for answerable_part in self.parts if part in {rules.WHOLE, answerable_part.name}
        ]
        if self.kind != "round" or not any(are_quiz):
            return self.kind
        return "quiz" if all(are_quiz) else "mixed"

    @property
    def is_of_wishes(self) -> bool:
        """Whether a part is about a child's wish, of which not everybody may know."""
        return any(rules.is_wish(self.kind, part.name) for part in self.parts)

    def without_wishes(self) -> "AnswerDue | None":
        """The same without wishes, for readers who may not know of them; None where nothing remains."""
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
            again=tuple(part for part in self.again if part in names),
            settled_on=max(reply.day for reply in replies) if len(replies) == len(parts) else None,
        )

    @property
    def was_late(self) -> bool:
        """Whether the present answer came after the present `due`; see `in_time` for the first one."""
        return rules.was_answered_late(self.due, self.settled_on)

    def reply(self, part: str = rules.WHOLE) -> Reply | None:
        """The answer to a part; None where there is none."""
        return next((reply for reply in self.replies if reply.part == part), None)

    def last(self, part: str = rules.WHOLE) -> Reply | None:
        """The answer to a part, or the last one that children reopened."""
        return self.reply(part) or next(iter(self.earlier_of(part)[::-1]), None)

    def earlier_of(self, part: str = rules.WHOLE) -> tuple[Reply, ...]:
        """The answers to a part that children reopened, the oldest first."""
        return tuple(reply for reply in self.earlier if reply.part == part)

    @property
    def answered_on(self) -> date | None:
        """The day since which everything was answered; where children reopened an answer, the day of the first one."""
        return min((reply.day for reply in self.earlier), default=self.settled_on)

    @property
    def in_time(self) -> bool:
        """Whether it was first answered in time. Deadlines after a reopening do not count."""
        if self.first_in_time is not None:
            return self.first_in_time
        # never reopened, so that `due` is the first deadline; or reopened under a version that did not store this
        day = self.answered_on
        return day is not None and not self.late_before and (bool(self.earlier) or day <= self.due)

    @property
    def people(self) -> frozenset[int]:
        """Everybody whose name is shown with it."""
        holders = (self.owner_id, self.asked_id, *(deadline.person_id for deadline in (*self.late, *self.late_before)))
        answers = (*self.replies, *self.earlier)
        person_ids = (person_id for reply in answers for person_id in (reply.by, reply.carried_by))
        return frozenset(person_id for person_id in (*holders, *person_ids) if person_id)


class ReplyEvents(Protocol):
    """The package that needs the answer, as a port. Each method is called in the transaction of the event."""

    def answered(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        """An adult answered everything. A later correction of the text does not call it again."""

    def confirmed(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        """Children confirmed that it is really done."""

    def opened_again(self, session: Session, answer_due: AnswerDue, day: date) -> None:
        """Children said "not yet": an answer is due again."""


class WishReaders(Protocol):
    """The package of reviews, as a port."""

    def who_may_know(self, session: Session, key: str) -> Collection[int]:
        """Ids of everybody who may know that a review has wishes. Others see only what is due about its plan."""


wish_readers: Final = Port[WishReaders]("wish_readers")

letter_readers: Final = Port[Mapping[str, Callable[[Session, int, AnswerDue], bool]]]("letter_readers")
"""Whether a person may know that letters or suggestions wait, by kind of answer due: a child may have left her out."""


class AnswerableRounds(Protocol):
    """The package of rounds, as a port."""

    def find_titles_and_last_days(
        self, session: Session, subjects: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], tuple[ReplyWords, date]]:
        """Title and last day of the round of each answer due, by its subject and a time zone; none without a round."""


answerable_rounds: Final = Port[AnswerableRounds]("answerable_rounds")

reply_events: Final = Port[Mapping[str, ReplyEvents]]("reply_events")
"""Who gets the events of an answer, by kind of answer due."""


class PublishedViews(Protocol):
    """The published views, as a port."""

    def standings(self, session: Session, round_ids: Collection[int]) -> Mapping[int, str]:
        """The state of each round's newest view: `waiting`, `sent_back`, `approved` or `sent`; `told` for a choice.

        `on_rhythm` is approved, and its letters are sent automatically.
        """

    def said(self, session: Session, subject: str, part: str, language: str) -> Markup:
        """What children answered, as bands: to one question, or to all where `part` is empty; empty before approval."""


published_views: Final = Port[PublishedViews]("published_views")
