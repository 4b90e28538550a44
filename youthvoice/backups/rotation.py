"""The rotation of nightly copies: their names, and which of them stay. Pure.

A whole copy stays for seven days, the newest of a week for five weeks. The first copy of a month, which holds only what
lasts (`archive.LASTING_BODIES`), stays for thirteen months.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

DAYS: Final = 7

WEEKS: Final = 5

MONTHS: Final = 13


@dataclass(frozen=True, slots=True)
class CopyName:
    """The name of a copy in the folder of backups.

    Attributes:
        mark: of the database, 8 hexadecimal digits: several installations may share a folder.
        day: on which it was made, UTC.
        of_month: whether it holds only what lasts.
    """

    mark: str
    day: date
    of_month: bool = False

    def __str__(self) -> str:
        """Such as `youthvoice-0a1b2c3d-2026-12-01.bak`, or with `-month` before the dot."""
        return f"youthvoice-{self.mark}-{self.day.isoformat()}{'-month' if self.of_month else ''}.bak"


UNPROVED: Final = ".unproved"
"""The end of the name of a copy that is not proved yet."""

_NAME = re.compile(r"youthvoice-([0-9a-f]{8})-([0-9]{4}-[0-9]{2}-[0-9]{2})(-month)?\.bak", re.ASCII)

_UNPROVED_NAME = re.compile(rf"({_NAME.pattern}){re.escape(UNPROVED)}(\.[a-z0-9_]{{8}}\.part)?", re.ASCII)


def mark_of(database_id: str) -> str:
    """The mark of a database in the names of its copies."""
    return hashlib.sha256(f"youthvoice/1|backups|{database_id}".encode()).hexdigest()[:8]


def list_copies(names: Collection[str], mark: str) -> list[CopyName]:
    """The copies of one database among the names of a folder; every other file is left out."""
    return sorted(
        (copy_name for name in names if (copy_name := _parse(name)) is not None and copy_name.mark == mark),
        key=lambda copy_name: (copy_name.day, copy_name.of_month),
    )


def list_unproved(names: Collection[str], mark: str) -> list[str]:
    """The names of copies of one database that were never proved, as a run that was killed left them."""
    return [name for name in names if (match := _UNPROVED_NAME.fullmatch(name)) is not None and match[2] == mark]


def _parse(name: str) -> CopyName | None:
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return CopyName(match[1], date.fromisoformat(match[2]), match[3] is not None)
    except ValueError:
        return None


def choose_expired(copy_names: Collection[CopyName], today: date) -> set[CopyName]:
    """The copies that have to go.

    Args:
        copy_names: of one database; each was read back and compared.
        today: UTC.

    Returns:
        Never the newest copy of its kind, nor one with a later day than today.
    """
    return {*copy_names} - {*_choose_whole(copy_names, today), *_choose_of_months(copy_names, today)}


def _choose_whole(copy_names: Collection[CopyName], today: date) -> Iterator[CopyName]:
    newest_first = sorted((each for each in copy_names if not each.of_month), key=lambda each: each.day, reverse=True)
    weeks: set[tuple[int, int]] = set()
    for place, copy_name in enumerate(newest_first):
        age, week = today - copy_name.day, copy_name.day.isocalendar()[:2]
        is_last_of_week = week not in weeks and age < timedelta(weeks=WEEKS)
        weeks.add(week)
        if place == 0 or age < timedelta(days=DAYS) or is_last_of_week:
            yield copy_name


def _choose_of_months(copy_names: Collection[CopyName], today: date) -> Iterator[CopyName]:
    """The first copy of each of the last months, this one included."""
    of_months = sorted((each for each in copy_names if each.of_month), key=lambda each: each.day)
    months: set[int] = set()
    for copy_name in of_months:
        month = copy_name.day.year * 12 + copy_name.day.month
        if copy_name is of_months[-1] or (month not in months and today.year * 12 + today.month - month < MONTHS):
            yield copy_name
        months.add(month)


def needs_copy_of_month(copy_names: Collection[CopyName], today: date) -> bool:
    """Whether this month has no copy of its own yet."""
    return not any(
        each.of_month and (each.day.year, each.day.month) == (today.year, today.month) for each in copy_names
    )
