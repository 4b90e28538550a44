"""A round: when it is open, its state, and the texts about it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from youthvoice.context import day_at
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK, Question, Words

State = Literal["coming", "open", "ended", "closed"]

Wave = Literal["pre", "post", "single"]

Link = Literal["none", "sheet", "card"]
"""How answers before and after are linked to one child: not, in one response (`sheet`), by a card with two halves."""

CARD: Final = "card"

EXEMPT: Final = frozenset({"choice"})  # purposes without the rules of ten, of quarters and of waiting (A11)

CARE: Final = "care"  # the purpose of rounds about coming and leaving

RUNS_ON: Final = frozenset({CARE, FEEDBACK})  # purposes whose rounds close at a quarter's end and continue

UNATTENDED: Final = EXEMPT | {FEEDBACK}  # purposes without sittings, and without a page on which to open a round


@dataclass(frozen=True, slots=True)
class Span:
    """When one wave is open: from `starts_at` up to, not including, `ends_at`; both in UTC."""

    wave: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of_days(cls, wave: str, first: date, last: date, time_zone: str, now: datetime) -> "Span":
        """Make a span of whole days at a site, both included; a span that begins today starts now."""
        starts, ends = (midnight_at(day, time_zone) for day in (first, last + timedelta(days=1)))
        today = day_at(now, time_zone)
        return cls(wave, now if first == today else starts, ends)

    def last_day(self, time_zone: str) -> date:
        """Its last day at a site."""
        return day_at(self.ends_at - timedelta(microseconds=1), time_zone)

    def first_day(self, time_zone: str) -> date:
        """Its first day at a site."""
        return day_at(self.starts_at, time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Span):
    """One round, open during its span.

    Attributes:
        slug: its name in addresses; also the subject of the answer due.
        digest: of the questionnaire's version.
        pair: shared by the pre and post rounds of a pair; None for a single round.
        ends_at: the first moment after it; brought forward when it is ended early.
        invited: number of children invited; of a `care` round 0 until two adults enter it for a closing; of feedback 0.
        answers_key: name of the key file under which its responses are encrypted.
        ended_on: the day it was ended early; None where it runs to its planned end.
        closed_on: the day its batch closed.
        outcome: of its closed batch, as `batches.rules.Outcome`.
        site_ids: the time zone of the first one applies.
        title: of the questionnaire, by language.
        ages: of the children who are asked, such as `10-12`.
        slips: whether only a response with a slip counts.
        link: how the waves of a pair are linked; those linked by a card are one batch.
        group_name: of the one group of its site that is asked; empty where the whole site is.
        split: how its view is split into parts, `age`, `group` or `gender`; empty where it is shown whole.
    """

    id: int
    slug: str
    questionnaire_id: int
    questionnaire_name: str
    questionnaire_version: int
    digest: str
    batch_id: int
    purpose: str
    invited: int
    permission: str
    answers_key: str
    decider_id: int
    decider_name: str
    answer_due: date
    site_ids: tuple[int, ...]
    title: Mapping[str, str]
    wave: str = "single"
    pair: str | None = None
    link: str = "none"
    ended_on: date | None = None
    closed_on: date | None = None
    outcome: str | None = None
    ages: str = ""
    slips: bool = False
    group_name: str = ""
    split: str = ""

    def state(self, now: datetime) -> State:
        """Its state at a moment."""
        if self.closed_on is not None:
            return "closed"
        if now >= self.ends_at:
            return "ended"
        return "coming" if now < self.starts_at else "open"

    @property
    def has_cards(self) -> bool:
        """Whether a child may use the half of a card, which links both responses of one child."""
        return self.link == CARD

    @property
    def counts(self) -> bool:
        """Whether it can ever be counted; with fewer than ten invited only the letter box is read (A1)."""
        return self.purpose in EXEMPT or self.purpose in RUNS_ON or self.invited >= MIN_BATCH

    def bare_title_in(self, language: str) -> str:
        """Its title in a language, else in the first one that exists, without the group."""
        return self.title.get(language) or next(iter(self.title.values()), self.questionnaire_name)

    def title_in(self, language: str) -> str:
        """Its title in a language, with the group that is asked."""
        return words_for_group(self.bare_title_in(language), self.group_name)

    @property
    def titles(self) -> Mapping[str, str]:
        """Its title in every language, with the group that is asked."""
        return {language: words_for_group(words, self.group_name) for language, words in self.title.items()}


def words_for_group(words: str, group_name: str) -> str:
    """A title with the group that is asked: `My days here · Class VII`; without a group the title alone."""
    return f"{words} · {group_name}" if group_name else words


def midnight_at(day: date, time_zone: str) -> datetime:
    """The moment at which a day begins at a site."""
    return datetime.combine(day, time(), ZoneInfo(time_zone))


def describe_winner(question: Question, keys: Sequence[str]) -> Words:
    """The result and the question of a choice, by language; empty where nothing won."""
    winner = words_of_options(question, keys)
    return {language: f"{winner[language]}: {text}" for language, text in question.text.items() if language in winner}


def words_of_options(question: Question, keys: Sequence[str]) -> dict[str, str]:
    """The labels of some options joined by a plus, by language."""
    texts = [tile.text for tile in question.tiles if tile.key in keys]
    shared = [language for language in question.text if all(language in text for text in texts)]
    return {language: " + ".join(text[language] for text in texts) for language in shared} if texts else {}
