"""The head of a report's page: who reads it, its alarms, and its steps."""

from dataclasses import dataclass

from flask_babel import gettext as _, ngettext

from youthvoice.grievances import report_labels
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.short_names import short_name
from youthvoice.grievances.status import STEP_OF, first_deadline
from youthvoice.grievances.time_limits import ANSWER, CHILD_WROTE
from youthvoice.threads import case_state
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_day, join_list
from youthvoice.web.i18n.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class ReportHead:
    """The first lines of a report's page.

    Attributes:
        topic: as a label.
        name: such as "Report 7QK".
        readers: who can read it, as a sentence.
        some_cannot: whether the child left somebody out; never whom.
    """

    topic: str
    name: str
    readers: str
    some_cannot: bool


def report_head(report: ReportContext) -> ReportHead:
    """The first lines of a report's page."""
    other_names = [reader.name for reader in report.others]
    readers = (
        _("You and %(names)s can read this", names=join_list(other_names))
        if other_names
        else _("Only you can read this")
    )
    name = _("Report %(name)s", name=short_name(report.id))
    return ReportHead(report_labels.topic(report.case.topic), str(name), str(readers), bool(report.excluded_readers))


def overdue_alarm(report: ReportContext) -> tuple[str, str] | None:
    """(what is overdue, who was notified) for the deadline that ended first; None where none is overdue."""
    name = first_deadline(report.case)
    if not name:
        return None
    deadline = case_state.moment_of(report.case.clocks[name])
    if deadline > report.now:
        return None
    late = report_labels.late_by(report.now, deadline)
    step = report_labels.step(STEP_OF.get(name, ""))
    due_day = format_day(deadline.astimezone(report.zone).date())
    strong = str(_("%(step)s: %(late)s.", step=step, late=late))
    times = report.case.steps.get(name, 0)
    due_text = _("It was due on %(day)s.", day=due_day)
    if not times:
        return strong, str(due_text)
    notified = ngettext("%(num)s more person was told.", "%(num)s more people were told.", times)
    return strong, f"{due_text} {notified}"


def danger_alarm(report: ReportContext) -> tuple[str, str] | None:
    """Somebody may be in danger and nothing was done yet; None otherwise."""
    if not report.case.urgent or report.case.state == "closed" or report.case.day("acted"):
        return None
    advice = str(_("Act first, then write down what was done."))
    entries = [entry for entry in report.of_kind("told") if entry.said.get("urgent")]
    if not entries:
        return str(_("Somebody may be in danger now.")), advice
    if all(entry.said.get("unsure") for entry in entries):
        return str(_("The child does not know whether somebody is in danger now.")), advice
    return str(_("The child says that somebody is in danger now.")), advice


def stop_request(report: ReportContext) -> tuple[str, str] | None:
    """The child asks to stop, and nobody has answered that; None otherwise."""
    if case_state.WITHDRAW_ASKED not in report.case.flags or report.case.state == "closed":
        return None
    advice = _("Find out whether somebody made the child ask. Then close it, or tell the child why it must go on.")
    return str(_("The child asks to stop.")), str(advice)


def lost_tablet(report: ReportContext) -> tuple[str, str] | None:
    """The report came from a tablet that was reported lost: nobody knows who used it; None otherwise."""
    if case_state.FROM_LOST not in report.case.flags:
        return None
    advice = _("It may not be from a child of this site. Take it seriously all the same.")
    return str(_("This came from a tablet that was reported lost.")), str(advice)


def one_of_many(report: ReportContext) -> tuple[str, str] | None:
    """So many reports came from one tablet that day that somebody may make them up; None otherwise."""
    if case_state.ONE_OF_MANY not in report.case.flags:
        return None
    advice = _("Somebody may be making them up, or many children reported together. Take it seriously either way.")
    return str(_("Many reports came from one tablet that day.")), str(advice)


def lost_voice(report: ReportContext) -> tuple[str, str] | None:
    """The child spoke, and the recording cannot be played; None otherwise."""
    if case_state.VOICE_LOST not in report.case.flags or report.case.state == "closed":
        return None
    advice = str(_("Ask the child to say it again.")) if report.case.answerable else ""
    return str(_("The child spoke, and the recording cannot be heard.")), advice


def came_again(report: ReportContext) -> tuple[str, str] | None:
    """Different content was sent under the same submission id; None otherwise."""
    if case_state.CAME_AGAIN not in report.case.flags:
        return None
    advice = _("Perhaps the child added to it, perhaps somebody else wrote. Read all of it, and ask the child.")
    return str(_("This came twice, with different content.")), str(advice)


def alarms(report: ReportContext) -> list[tuple[str, str]]:
    """The alarms above a report, as (headline, advice), the most serious first."""
    checks = (danger_alarm, lost_tablet, one_of_many, came_again, lost_voice, stop_request, overdue_alarm)
    return [alarm_text for alarm in checks if (alarm_text := alarm(report))]


def foreign_language(report: ReportContext) -> str:
    """The name of the language in which the child reads answers, in itself; empty where the page is in it, too."""
    code = report.case.language
    return LANGUAGES[code].name if code in LANGUAGES and code != languages.chosen() else ""


def report_steps(report: ReportContext) -> list[tuple[str, str, str]]:
    """(state, label, second line) of each step of the report, for the macro `steps` of staff pages."""
    closed = report.case.state == "closed"
    return [
        ("done", str(_("Told")), format_day(report.thread.day)),
        _step(report, str(_("First look")), "first_look", "first_look"),
        _step(report, str(_("First answer")), "answered", "answer"),
        *_next_answer(report),
        _step(report, str(_("Something done")), "acted", ""),
        _step(
            report,
            str(_("Closing")),
            "closed" if closed else "",
            "agree",
            _("with an action, an outcome and a second person"),
        ),
        _step(report, str(_("Any trouble since?")), "trouble_asked", "trouble_2", _("asked two and six weeks after")),
    ]


def _next_answer(report: ReportContext) -> list[tuple[str, str, str]]:
    """After the first answer: the next one that is due, to a new message or by a promised day."""
    if report.case.day("answered") is None:
        return []
    running = [name for name in (CHILD_WROTE, ANSWER) if name in report.case.clocks]
    return [_step(report, str(_("Next answer")), "", running[0])] if running else []


def _step(report: ReportContext, words: str, mark: str, clock: str, otherwise: object = "") -> tuple[str, str, str]:
    """A step: done on the day of an event (`mark`), else due by a deadline (`clock`); else its line is `otherwise`."""
    case = report.case
    if mark and (done := case.day(mark)):
        return "done", words, format_day(done)
    if clock in case.clocks:
        deadline = case_state.moment_of(case.clocks[clock])
        when = format_day(deadline.astimezone(report.zone).date())
        if deadline <= report.now:
            late = report_labels.late_by(report.now, deadline)
            return "late", words, str(_("due %(day)s, %(late)s", day=when, late=late))
        return "here", words, str(_("due %(day)s", day=when))
    return "", words, str(otherwise)
