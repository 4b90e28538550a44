"""A task on To do, its urgency, and the tasks of one page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from youthvoice.sites.site_page import TASKS, SitePage, name_filter
from youthvoice.web.pages.list_page import ListPage, page_of_list


@dataclass(frozen=True, slots=True)
class Task:
    """A task: one line on To do.

    Attributes:
        kind: a key of `labels._KINDS` or of `accountability.rules.ANSWER_DUE_KINDS`; `reports` are those that are not
            listed.
        key: the id in its page's address.
        about: its text per language; nothing of a child. Of `report`, `restored` and `backup` a code, a moment or a day
            under `en`, for `labels.about`.
        site: the site's name; empty for what belongs to no site.
        due: the day, or None.
        days: how many days are left; negative when it is overdue.
        ready: whether it can be done already.
        step: for a report, the code of the next step; for `reports`, their number; for an overdue answer, the level of
            escalation that is asked now; for a request, the name of the other adult; for a backup, why a newer
            one was refused.
        danger: whether somebody may be in danger, and nothing was done yet.
        round_title: per language, of the round that it is about; empty where it is about none.
        round_day: the last day of that round.
        mine: whether it is first of all the reader's, or their role's.
        waited: for a report, the deadline that passed, so that the next person was asked.
        also: further tasks of the same review, the most pressing first.
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
        """What it is about, in this language or else in an available one."""
        return _text_in(self.about, language)

    def say_round(self, language: str) -> str:
        """The title of its round, in the same way."""
        return _text_in(self.round_title, language)

    @property
    def order(self) -> tuple[bool, int]:
        """The sort key: the most overdue first, without a day last."""
        return self.days is None, self.days or 0


def _text_in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


URGENCY_GROUPS: Final = ("late", "today", "week", "later", "no_date")
"""Codes, the most pressing first."""

_WEEK: Final = 7


def urgency_of(days: int | None) -> str:
    """The urgency group of a task.

    Args:
        days: until it is due; negative when it is overdue, None without a date.
    """
    if days is None:
        return "no_date"
    if days < 0:
        return "late"
    if days == 0:
        return "today"
    return "week" if days < _WEEK else "later"


ALARMS_SHOWN: Final = 20
"""Where a reader has many sites: the list below the banner begins with all of them."""

SITES_TO_DO_SHOWN: Final = 20
"""Sites with their first step, where a reader has many: their people are read, and fifty tasks stand above them."""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """The tasks of one page, the most urgent first.

    Attributes:
        groups: code of a group, how many tasks it has on all pages, and those of this page.
        list_page: which page it is.
    """

    groups: Sequence[tuple[str, int, Sequence[Task]]]
    list_page: ListPage[tuple[str, Task]]


def choose_tasks(groups: Sequence[tuple[str, Sequence[Task]]], site_page: SitePage) -> TaskPage:
    """All tasks where a reader has few sites; else fifty, of every site or of those with the words of a search.

    Args:
        groups: from `tasks.group_tasks`.
        site_page: what the reader looks for.
    """
    is_wanted = name_filter(site_page.words)
    tasks = [(code, task) for code, some in groups for task in some if is_wanted(task.site)]
    numbers = Counter(code for code, _task in tasks)
    list_page = page_of_list(tasks, TASKS, whole=not site_page.is_long)
    groups_here = groupby(list_page.lines, key=lambda line: line[0])
    return TaskPage([(code, numbers[code], [task for _code, task in some]) for code, some in groups_here], list_page)
