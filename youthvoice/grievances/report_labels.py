"""Words of the inbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import format_date, gettext as _, lazy_gettext as _l, ngettext

from youthvoice.grievances import intake_options
from youthvoice.grievances.inbox import InboxRow
from youthvoice.grievances.status import WITH_ANOTHER_PERSON, WITH_ANYBODY, WITH_CHILD
from youthvoice.threads.case_state import CAME_AGAIN, FROM_LOST, HANDED_BACK, ONE_OF_MANY
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.readership import FROM_AGENDA, FROM_LETTER, FROM_REVIEW
from youthvoice.web.i18n.formats import format_day, format_hour

_HOUR, _DAY = 3600, 86400

_LETTER_PICTURE, _NO_TOPIC_PICTURE = "2709", "1F4AC"


def group(code: str, number: int) -> str:
    """The head of a group."""
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
    """When the clock is over, as a clock says it."""
    over = row.stands.due
    if over is None or row.stands.group == "closed":
        return str(_("no date"))
    here = over.astimezone(ZoneInfo(row.site.time_zone))
    if row.stands.waited:
        return str(_("overdue"))
    if over <= now:
        return late_by(now, over) if row.kind == "report" else days_over(now.astimezone(here.tzinfo), here)
    if row.kind == "report" and here.date() == now.astimezone(here.tzinfo).date():
        return str(_("by %(time)s", time=format_hour(here)))
    if row.stands.group == "today":
        return str(_("today"))
    return weekday(here) if row.stands.group != "later" else format_day(here.date())


def weekday(when: datetime) -> str:
    """A day of these days, such as `Thu 4 June`, kept together."""
    return str(format_date(when.date(), "EEE d MMM")).replace(" ", "\N{NO-BREAK SPACE}")


def days_over(now: datetime, last: datetime) -> str:
    """How many days ago the last day was that was in time; both at the site. Letters are due by days."""
    days = (now.date() - last.date()).days
    return str(ngettext("%(num)s day over", "%(num)s days over", days))


def late_by(now: datetime, over: datetime) -> str:
    """How long a clock has been over: in hours on the first day, then in days."""
    seconds = (now - over).total_seconds()
    if seconds < _DAY:
        return str(ngettext("%(num)s hour over", "%(num)s hours over", int(seconds // _HOUR) + 1))
    return str(ngettext("%(num)s day over", "%(num)s days over", int(seconds // _DAY)))


def topic(code: str) -> str:
    """What a report is about."""
    return pick_label(intake_options.TOPICS, code) or str(_("Not said"))


def about(row: InboxRow) -> str:
    """What a line is about."""
    return str(_("Letter box")) if row.marks is None else topic(row.marks.topic)


CLOCK_LABELS: Final = {
    "": _l("nobody went on in time"),
    "first_look": _l("nobody looked in time"),
    "answer": _l("nobody answered in time"),
    "child_wrote": _l("nobody answered in time"),
}
"""What nobody did before a clock of a report was over."""


def waited_in_vain(clock: str) -> str:
    """What nobody did before a clock was over."""
    return str(CLOCK_LABELS.get(clock, CLOCK_LABELS[""]))


_ORIGINS: Final = {
    FROM_LETTER: _l("from the letter box"),
    FROM_AGENDA: _l("from an agenda"),
    FROM_REVIEW: _l("from a review"),
    FROM_LOST: _l("from a lost tablet"),
    ONE_OF_MANY: _l("one of many from one tablet"),
    CAME_AGAIN: _l("came twice"),
}


def second(row: InboxRow) -> str:
    """The small line: what it is called, and what else is so."""
    if row.marks is None:
        return str(ngettext("%(num)s letter", "%(num)s letters", row.number))
    told = [_("Report %(name)s", name=row.name)]
    if row.stands.waited:
        told.append(waited_in_vain(row.stands.waited))
    told += [str(words) for flag, words in _ORIGINS.items() if flag in row.marks.flags]
    if row.marks.urgent:
        told.append(_("urgent"))
    if row.marks.severity:
        told.append({1: _("light"), 2: _("serious"), 3: _("very serious")}[row.marks.severity])
    if row.marks.day("reopened"):
        told.append(_("opened again"))
    if "withdraw_asked" in row.marks.flags:
        told.append(_("the child asks to stop"))
    if HANDED_BACK in row.marks.flags:
        told.append(_("somebody wrote back"))
    return " · ".join(str(each) for each in told)


def picture(row: InboxRow) -> str:
    """The picture of what a line is about."""
    if row.marks is None:
        return _LETTER_PICTURE
    return topic_picture(row.marks.topic)


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
    """With whom the next step is."""
    told = row.stands.whose
    fixed = {
        WITH_ANYBODY: _("The first who can"),
        WITH_CHILD: _("The child"),
        WITH_ANOTHER_PERSON: _("A second person"),
        caller_id: _("You"),
    }
    return str(fixed[told]) if told in fixed else names.get(told, "")
