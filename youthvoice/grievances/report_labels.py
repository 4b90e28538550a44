"""Labels of the inbox: groups, deadlines, topics, next steps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import format_date, gettext as _, lazy_gettext as _l, ngettext

from youthvoice.grievances.inbox import InboxRow
from youthvoice.grievances.intake import intake_options
from youthvoice.grievances.status import WITH_ANOTHER_PERSON, WITH_ANYBODY, WITH_CHILD
from youthvoice.threads.case_state import CAME_AGAIN, FROM_LOST, HANDED_BACK, ONE_OF_MANY
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.readership import FROM_AGENDA, FROM_GOOD_NEWS, FROM_LETTER, FROM_REVIEW
from youthvoice.web.i18n.formats import format_day, format_hour

_HOUR, _DAY = 3600, 86400

_LETTER_PICTURE, _NO_TOPIC_PICTURE = "2709", "1F4AC"


def group(code: str, number: int) -> str:
    """The heading of a group."""
    return str(
        {
            "danger": _("Somebody may be in danger: %(number)s", number=number),
            "late": _("Overdue: %(number)s", number=number),
            "today": _("Today: %(number)s", number=number),
            "week": _("This week: %(number)s", number=number),
            "later": _("Later: %(number)s", number=number),
            "no_date": _("When you can: %(number)s", number=number),
            "others": _("Waiting for somebody else: %(number)s", number=number),
            "closed": _("Closed: %(number)s", number=number),
        }[code]
    )


def due(row: InboxRow, now: datetime) -> str:
    """When the deadline is, or how long it has passed."""
    deadline = row.status.due
    if deadline is None or row.status.group == "closed":
        return str(_("no date"))
    local_deadline = deadline.astimezone(ZoneInfo(row.site.time_zone))
    if row.status.waited:
        return str(_("overdue"))
    if deadline <= now:
        return (
            late_by(now, deadline)
            if row.kind == "report"
            else days_over(now.astimezone(local_deadline.tzinfo), local_deadline)
        )
    if row.kind == "report" and local_deadline.date() == now.astimezone(local_deadline.tzinfo).date():
        return str(_("by %(time)s", time=format_hour(local_deadline)))
    if row.status.group == "today":
        return str(_("today"))
    return weekday(local_deadline) if row.status.group != "later" else format_day(local_deadline.date())


def weekday(when: datetime) -> str:
    """A near day, such as `Thu 4 June`, that is never broken over two lines."""
    return str(format_date(when.date(), "EEE d MMM")).replace(" ", "\N{NO-BREAK SPACE}")


def days_over(now: datetime, last: datetime) -> str:
    """How many days a deadline has passed; both days are those at the site. Letters are due by days."""
    days = (now.date() - last.date()).days
    return str(ngettext("%(num)s day over", "%(num)s days over", days))


def late_by(now: datetime, deadline: datetime) -> str:
    """How long a deadline has passed: in hours on the first day, then in days."""
    seconds = (now - deadline).total_seconds()
    if seconds < _DAY:
        return str(ngettext("%(num)s hour over", "%(num)s hours over", int(seconds // _HOUR) + 1))
    return str(ngettext("%(num)s day over", "%(num)s days over", int(seconds // _DAY)))


def topic(code: str) -> str:
    """What a report is about."""
    return pick_label(intake_options.TOPICS, code) or str(_("Not said"))


def about(row: InboxRow) -> str:
    """What a row is about."""
    return str(_("Letter box")) if row.case is None else topic(row.case.topic)


CLOCK_LABELS: Final = {
    "": _l("nobody went on in time"),
    "first_look": _l("nobody looked in time"),
    "answer": _l("nobody answered in time"),
    "child_wrote": _l("nobody answered in time"),
}
"""What nobody did before a deadline of a report passed."""


def missed_label(clock: str) -> str:
    """What nobody did before this deadline passed."""
    return str(CLOCK_LABELS.get(clock, CLOCK_LABELS[""]))


_ORIGINS: Final = {
    FROM_LETTER: _l("from the letter box"),
    FROM_AGENDA: _l("from an agenda"),
    FROM_REVIEW: _l("from a review"),
    FROM_GOOD_NEWS: _l("from good news"),
    FROM_LOST: _l("from a lost tablet"),
    ONE_OF_MANY: _l("one of many from one tablet"),
    CAME_AGAIN: _l("came twice"),
}


def second(row: InboxRow) -> str:
    """The small second line of a row: its name and what is special about it."""
    if row.case is None:
        return str(ngettext("%(num)s letter", "%(num)s letters", row.number))
    parts = [_("Report %(name)s", name=row.name)]
    if row.status.waited:
        parts.append(missed_label(row.status.waited))
    parts += [str(words) for flag, words in _ORIGINS.items() if flag in row.case.flags]
    if row.case.urgent:
        parts.append(_("urgent"))
    if row.case.severity:
        parts.append({1: _("light"), 2: _("serious"), 3: _("very serious")}[row.case.severity])
    if row.case.day("reopened"):
        parts.append(_("opened again"))
    if "withdraw_asked" in row.case.flags:
        parts.append(_("the child asks to stop"))
    if HANDED_BACK in row.case.flags:
        parts.append(_("somebody wrote back"))
    return " · ".join(str(part) for part in parts)


def picture(row: InboxRow) -> str:
    """The picture of a row's topic."""
    if row.case is None:
        return _LETTER_PICTURE
    return topic_picture(row.case.topic)


def topic_picture(code: str) -> str:
    """The picture of a topic."""
    return next((pick.picture for pick in intake_options.TOPICS if pick.code == code), _NO_TOPIC_PICTURE)


def step(code: str) -> str:
    """What to do next."""
    return str(
        {
            "look": _("Open it and read"),
            "answer": _("Answer the child"),
            "answer_again": _("Answer what the child wrote"),
            "authority": _("Report it to the authority"),
            "agree": _("Agree to close, or send back"),
            "second": _("Say yes or no to what was asked"),
            "listen": _("Listen, then ask the child"),
            "trouble": _("Ask: any trouble since?"),
            "child": _("Read the answer"),
            "back": _("Read what was written back"),
            "act": _("Record what was done"),
            "close": _("Ask to close, or go on"),
            "nothing": _("Nothing more"),
            "letters": _("Read the letters"),
        }.get(code, _("Look at it"))
    )


def whose(row: InboxRow, caller_id: int, names: Mapping[int, str]) -> str:
    """Who has to do the next step."""
    person_id = row.status.whose
    fixed = {
        WITH_ANYBODY: _("The first who can"),
        WITH_CHILD: _("The child"),
        WITH_ANOTHER_PERSON: _("A second person"),
        caller_id: _("You"),
    }
    return str(fixed[person_id]) if person_id in fixed else names.get(person_id, "")
