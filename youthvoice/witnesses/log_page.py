"""The page *Log*: the lines that its reader may see, by day; and for an outside reader the kinds of actions of a day.

The page shows days only, as the rows do: records about children have no time of day, and in a small team an hour tells
who was where. Within a day lines are sorted by name, not by time, and repeated actions appear once.
Source: PRIVACY.md C, "Times" and "Audit"; S14.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.accounts.store import list_everybody
from youthvoice.audit.log_lines import LogLine, list_lines
from youthvoice.web.i18n.spreadsheet_cells import harmless_cell
from youthvoice.witnesses.log_actions import CHILDREN, KIND_LABELS, find_action
from youthvoice.witnesses.log_scopes import LogView

LINES_PER_PAGE: Final = 50

MAX_PERIOD: Final = timedelta(days=92)
"""At most this many days are read; a year needs four queries."""

_JOBS: Final = frozenset({"work"})  # actors of lines that the work process adds


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which lines the reader wants to see.

    Attributes:
        first: first day.
        last: last day.
        kind: one of `KIND_LABELS`, or empty for all.
        page: 1, 2, ...
    """

    first: date
    last: date
    kind: str = ""
    page: int = 1


class ShownLine(NamedTuple):
    """A line as its reader sees it."""

    day: date
    who: str
    did: str
    about: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of lines.

    Attributes:
        days: each day with its lines.
        number: lines on all pages.
        page: number of this page.
        pages: how many there are, at least one.
    """

    days: Sequence[tuple[date, Sequence[ShownLine]]]
    number: int
    page: int
    pages: int


def list_shown(session: Session, caller: Caller, log_query: LogQuery, own_name: str = "") -> list[ShownLine]:
    """All lines of the query that the caller may see: the newest day first, within a day by name.

    Args:
        session: only read.
        caller: the reader.
        log_query: which lines; its page number is ignored.
        own_name: the caller's name in their own lines; "You" where empty, which would make no sense in a file.
    """
    view, names = LogView(session, caller), {person.handle: person.name for person in list_everybody(session)}
    shown_lines = set[ShownLine]()
    for line in list_lines(session, log_query.first, log_query.last):
        action, subject = find_action(line.action), view.find_subject(line)
        if subject is not None and log_query.kind in {"", action.kind}:
            who = own_name or _("You") if line.actor == caller.handle else _who(line, names)
            shown_lines.add(ShownLine(line.day, who, str(action.words), subject.words, subject.href))
    return sorted(shown_lines, key=lambda line: (-line.day.toordinal(), *line[1:]))


def _who(line: LogLine, names: Mapping[str, str]) -> str:
    if line.actor in names:
        return names[line.actor]
    values = {
        "nobody": _("Somebody without an account"),
        "outside": _("Somebody without an account"),
        "command": _("A command on the server"),
        "guardian": _("A guardian"),
    }
    return str(values.get(line.actor, _("Automatically")))


def read_page(shown_lines: Sequence[ShownLine], page: int) -> LogPage:
    """One page of lines, by day."""
    pages = max(1, -(-len(shown_lines) // LINES_PER_PAGE))
    at = min(max(1, page), pages)
    here = shown_lines[(at - 1) * LINES_PER_PAGE : at * LINES_PER_PAGE]
    return LogPage(
        [(day, list(lines)) for day, lines in groupby(here, lambda line: line.day)], len(shown_lines), at, pages
    )


def list_kinds_by_day(session: Session, first: date, last: date) -> list[tuple[date, list[str]]]:
    """The kinds of actions of each day in the whole installation, the newest day first; for an outside reader.

    It shows no number, name or site. Everything about children is one kind, and counts only where a person did it: an
    action of a job on a quiet day would tell that there is a report.
    """
    kinds_by_day: dict[date, set[str]] = {}
    for line in list_lines(session, first, last):
        kind = find_action(line.action).kind
        if kind != CHILDREN or line.actor not in _JOBS:
            kinds_by_day.setdefault(line.day, set()).add(kind)
    return [(day, [kind for kind in KIND_LABELS if kind in kinds]) for day, kinds in kinds_by_day.items()]


COLUMNS: Final = ("day", "who", "did", "about")


def export_csv(shown_lines: Sequence[ShownLine]) -> str:
    """The same lines as a CSV file, with nothing that the page does not show."""
    buffer = io.StringIO()
    rows = csv.writer(buffer)
    rows.writerow(COLUMNS)
    for line in shown_lines:
        rows.writerow([line.day.isoformat(), *(harmless_cell(cell) for cell in line[1:4])])
    return buffer.getvalue()
