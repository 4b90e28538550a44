"""What is owed and what was answered, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from youthvoice.answers import rules

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
    """

    part: str
    kind: str
    words: Words
    language: str
    by: int
    day: date

    def read_in(self, language: str) -> str:
        """The language in which somebody who chose this one reads the sentence."""
        return language if language in self.words else self.language


@dataclass(frozen=True, slots=True)
class OwedFacts:
    """Something owed, with its answers.

    Attributes:
        about: what it is about, per language; nothing of a child.
        ready: whether it can be answered: a round only once its view is approved, or it closed without one.
    """

    id: int
    site_id: int
    kind: str
    subject: str
    about: Words
    owner_id: int | None
    owner_role: str | None
    due: date
    ready: bool
    settled_on: date | None
    parts: tuple[Part, ...]
    replies: tuple[Given, ...]

    @property
    def by_itself(self) -> bool:
        """Whether it is settled by being done, and is not done yet: there is nothing to answer."""
        return self.kind in rules.BY_ITSELF and self.settled_on is None

    def state(self, today: date) -> rules.State:
        """How pressing it is on a day."""
        return rules.state(today, self.due, self.settled_on, ready=self.ready)

    @property
    def was_late(self) -> bool:
        """Whether it was answered after its day."""
        return rules.was_late(self.due, self.settled_on)

    def reply(self, part: str = rules.WHOLE) -> Given | None:
        """The answer to a part; None where there is none."""
        return next((given for given in self.replies if given.part == part), None)
