"""What stands around the timeline of a report: who reads it, its alarms, its steps."""

from dataclasses import dataclass

from flask_babel import gettext as _, ngettext

from youthvoice.grievances import report_labels
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.status import STEP_OF, first_deadline, short_name
from youthvoice.grievances.time_limits import ANSWER, CHILD_WROTE
from youthvoice.threads import case_state
from youthvoice.web.i18n.formats import format_day, join_list


@dataclass(frozen=True, slots=True)
class ReportHead:
    """The head of a report's page.

    Attributes:
        topic: in words.
        name: such as "Report 7QK".
        readers: who can read it, in a sentence.
        some_cannot: whether the child left somebody out; never whom.
    """

    topic: str
    name: str
    readers: str
    some_cannot: bool


def report_head(report: ReportContext) -> ReportHead:
    """What the page begins with."""
    others = [reader.name for reader in report.others]
    readers = _("You and %(names)s can read this", names=join_list(others)) if others else _("Only you can read this")
    name = _("Report %(name)s", name=short_name(report.id))
    return ReportHead(report_labels.topic(report.case.topic), str(name), str(readers), bool(report.kept_out))


def overdue_alarm(report: ReportContext) -> tuple[str, str] | None:
    """(what is over, and what now) of the clock that is over first; None while all is in time."""
    name = first_deadline(report.case)
    if not name:
        return None
    over = case_state.moment_of(report.case.clocks[name])
    if over > report.now:
        return None
    late = report_labels.late_by(report.now, over)
    what = report_labels.step(STEP_OF.get(name, ""))
    promised = format_day(over.astimezone(report.zone).date())
    strong = str(_("%(step)s: %(late)s.", step=what, late=late))
    times = report.case.steps.get(name, 0)
    told = _("It was due on %(day)s.", day=promised)
    if not times:
        return strong, str(told)
    next_ones = ngettext("%(num)s more person was told.", "%(num)s more people were told.", times)
    return strong, f"{told} {next_ones}"


def danger_alarm(report: ReportContext) -> tuple[str, str] | None:
    """What stands above everything else while somebody may be in danger and nothing was done; None otherwise."""
    if not report.case.urgent or report.case.state == "closed" or report.case.day("acted"):
        return None
    if any(entry.said.get("urgent") for entry in report.of_kind("told")):
        return str(_("The child says that somebody is in danger now.")), str(
            _("Act first, then write down what was done.")
        )
    return str(_("Somebody may be in danger now.")), str(_("Act first, then write down what was done."))


def stop_request(report: ReportContext) -> tuple[str, str] | None:
    """That the child asks to stop, until somebody answered it."""
    if case_state.WITHDRAW_ASKED not in report.case.flags or report.case.state == "closed":
        return None
    told = _("Find out whether somebody made the child ask. Then close it, or tell the child why it must go on.")
    return str(_("The child asks to stop.")), str(told)


def lost_tablet(report: ReportContext) -> tuple[str, str] | None:
    """That nobody knows whose hands the tablet was in from which it came."""
    if case_state.FROM_LOST not in report.case.flags:
        return None
    told = _("It may not be from a child of this site. Take it seriously all the same.")
    return str(_("This came from a tablet that was reported lost.")), str(told)


def one_of_many(report: ReportContext) -> tuple[str, str] | None:
    """That so many came from its tablet on its day that somebody may make them up."""
    if case_state.ONE_OF_MANY not in report.case.flags:
        return None
    words = _("Somebody may be making them up, or many children reported together. Take it seriously either way.")
    return str(_("Many reports came from one tablet that day.")), str(words)


def lost_voice(report: ReportContext) -> tuple[str, str] | None:
    """That a child spoke and was not heard."""
    if case_state.VOICE_LOST not in report.case.flags or report.case.state == "closed":
        return None
    return str(_("The child spoke, and the recording cannot be heard.")), str(_("Ask the child to say it again."))


def came_again(report: ReportContext) -> tuple[str, str] | None:
    """That something else was sent under the number of the same sheet."""
    if case_state.CAME_AGAIN not in report.case.flags:
        return None
    told = _("Perhaps the child added to it, perhaps somebody else wrote. Read all of it, and ask the child.")
    return str(_("This came twice, with different content.")), str(told)


def alarms(report: ReportContext) -> list[tuple[str, str]]:
    """What stands above everything else, the gravest first."""
    of = (danger_alarm, lost_tablet, one_of_many, came_again, lost_voice, stop_request, overdue_alarm)
    return [found for alarm in of if (found := alarm(report))]


def report_steps(report: ReportContext) -> list[tuple[str, str, str]]:
    """(state, words, second line) of each step of the report, for `steps` of the staff's pieces."""
    closed = report.case.state == "closed"
    return [
        ("done", str(_("Told")), format_day(report.thread.facts.line.day)),
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
    """After the first one: what the child wrote since, or when she was promised to hear again."""
    if report.case.day("answered") is None:
        return []
    running = [name for name in (CHILD_WROTE, ANSWER) if name in report.case.clocks]
    return [_step(report, str(_("Next answer")), "", running[0])] if running else []


def _step(report: ReportContext, words: str, mark: str, clock: str, otherwise: object = "") -> tuple[str, str, str]:
    case = report.case
    if mark and (done := case.day(mark)):
        return "done", words, format_day(done)
    if clock in case.clocks:
        over = case_state.moment_of(case.clocks[clock])
        when = format_day(over.astimezone(report.zone).date())
        if over <= report.now:
            late = report_labels.late_by(report.now, over)
            return "late", words, str(_("due %(day)s, %(late)s", day=when, late=late))
        return "here", words, str(_("due %(day)s", day=when))
    return "", words, str(otherwise)
