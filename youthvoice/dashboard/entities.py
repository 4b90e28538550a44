"""One thing to do, and how pressing it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do.

    Attributes:
        kind: `round`, `item`, `choice`, `safety`, `letters`, ... as in `answers`, or `publication`, `send`,
            `questionnaire`, `picture_instead`, `choose`, `sitting`, `missed`, `missed_there`, `undelivered`, `term`,
            `hand_over`, `held_up`, `unopened`, `refused`, `wrong_slips`, `code_tries`, `tablet_tries`, `late_letters`,
            `late_suggestions`, `report`, `reports` (those that do not stand here), or one of `account_tasks`.
        key: what its own address bears.
        about: words per language; nothing of a child.
        site: the site's name; empty for what belongs to no site.
        due: the day, or None.
        days: how many days there are left; negative when it is over.
        ready: whether it can be done already.
        step: of a report, the code of what is next; of `reports`, how many there are; of what another did not answer
            in time, the rung that is asked now.
        danger: whether somebody may be in danger, and nothing was done yet.
        round_title: per language, of the round that it is about; empty where it is about none.
        round_day: the last day on which children were asked then.
        mine: whether she, or her role, owes it first.
        waited: of a report, the clock that was over and for which the next person was asked.
        also: what else waits of the same review, the most pressing first.
    """

    kind: str
    key: str
    about: Mapping[str, str]
    site: str
    due: date | None
    days: int | None
    ready: bool = True
    step: str = ""
    danger: bool = False
    round_title: Mapping[str, str] = field(default_factory=dict)
    round_day: date | None = None
    mine: bool = False
    waited: str = ""
    also: tuple["Task", ...] = ()

    def say(self, language: str) -> str:
        """What it is about, in a language or else in one that there is."""
        return _in(self.about, language)

    def say_round(self, language: str) -> str:
        """The title of its round, likewise."""
        return _in(self.round_title, language)

    @property
    def order(self) -> tuple[bool, int]:
        """What waits longest comes first, what has no day last."""
        return self.days is None, self.days or 0


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


URGENCY_GROUPS: Final = ("late", "today", "week", "later", "no_date")
"""Codes, the most pressing first."""

_WEEK: Final = 7


def urgency_of(days: int | None) -> str:
    """The group of a thing.

    Args:
        days: until it is due; negative when it is over, None when it has no date.
    """
    if days is None:
        return "no_date"
    if days < 0:
        return "late"
    if days == 0:
        return "today"
    return "week" if days < _WEEK else "later"
