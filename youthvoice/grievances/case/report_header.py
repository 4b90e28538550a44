"""What stands around the timeline of a report: who reads it, its alarms, its steps."""

from dataclasses import dataclass

from flask_babel import gettext as _, ngettext

from youthvoice.grievances import report_labels
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.status import STEP_OF, first_deadline, short_name
from youthvoice.grievances.time_limits import ANSWER, CHILD_WROTE
from youthvoice.threads.case_state import (
    CAME_AGAIN,
    FROM_LOST,
    OLDER_ENVELOPE,
    ONE_OF_MANY,
    VOICE_LOST,
    WITHDRAW_ASKED,
    moment_of,
)
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


def report_head(scene: ReportContext) -> ReportHead:
    """What the page begins with."""
    others = [one.name for one in scene.others]
    readers = _("You and %(names)s can read this", names=join_list(others)) if others else _("Only you can read this")
    name = _("Report %(name)s", name=short_name(scene.id))
    return ReportHead(report_labels.topic(scene.marks.topic), str(name), str(readers), bool(scene.kept_out))


def overdue_alarm(scene: ReportContext) -> tuple[str, str] | None:
    """(what is over, and what now) of the clock that is over first; None while all is in time."""
    name = first_deadline(scene.marks)
    if not name:
        return None
    over = moment_of(scene.marks.clocks[name])
    if over > scene.now:
        return None
    late = report_labels.late_by(scene.now, over)
    what = report_labels.step(STEP_OF.get(name, ""))
    promised = format_day(over.astimezone(scene.zone).date())
    strong = str(_("%(step)s: %(late)s.", step=what, late=late))
    times = scene.marks.steps.get(name, 0)
    told = _("It was due on %(day)s.", day=promised)
    if not times:
        return strong, str(told)
    next_ones = ngettext("%(num)s more person was told.", "%(num)s more people were told.", times)
    return strong, f"{told} {next_ones}"


def danger_alarm(scene: ReportContext) -> tuple[str, str] | None:
    """What stands above everything else while somebody may be in danger and nothing was done; None otherwise."""
    if not scene.marks.urgent or scene.marks.state == "closed" or scene.marks.day("acted"):
        return None
    if any(entry.said.get("urgent") for entry in scene.of_kind("told")):
        return str(_("The child says that somebody is in danger now.")), str(
            _("Act first, then write down what was done.")
        )
    return str(_("Somebody may be in danger now.")), str(_("Act first, then write down what was done."))


def stop_request(scene: ReportContext) -> tuple[str, str] | None:
    """That the child asks to stop, until somebody answered it."""
    if WITHDRAW_ASKED not in scene.marks.flags or scene.marks.state == "closed":
        return None
    told = _("Find out whether somebody made the child ask. Then close it, or tell the child why it must go on.")
    return str(_("The child asks to stop.")), str(told)


def lost_tablet(scene: ReportContext) -> tuple[str, str] | None:
    """That nobody knows whose hands the tablet was in from which it came."""
    if FROM_LOST not in scene.marks.flags:
        return None
    told = _("It may not be from a child of this site. Take it seriously all the same.")
    return str(_("This came from a tablet that was reported lost.")), str(told)


def one_of_many(scene: ReportContext) -> tuple[str, str] | None:
    """That so many came from its tablet on its day that somebody may make them up."""
    if ONE_OF_MANY not in scene.marks.flags:
        return None
    words = _("Somebody may make them up, or many children told at once. Take it seriously all the same.")
    return str(_("Many reports came from one tablet that day.")), str(words)


def lost_voice(scene: ReportContext) -> tuple[str, str] | None:
    """That a child spoke and was not heard."""
    if VOICE_LOST not in scene.marks.flags or scene.marks.state == "closed":
        return None
    return str(_("The child spoke, and the recording cannot be heard.")), str(_("Ask the child to say it again."))


def came_again(scene: ReportContext) -> tuple[str, str] | None:
    """That something else was sent under the number of the same sheet."""
    if CAME_AGAIN not in scene.marks.flags:
        return None
    told = _("Perhaps the child added to it, perhaps somebody else wrote. Read all of it, and ask the child.")
    return str(_("This came twice, with different content.")), str(told)


def older_envelope(scene: ReportContext) -> tuple[str, str] | None:
    """That whoever held the tablet could have put it in the place of another."""
    if OLDER_ENVELOPE not in scene.marks.flags:
        return None
    told = _("Whoever held the tablet could have replaced it. Take it seriously all the same.")
    return str(_("An older version of the program kept this on a tablet.")), str(told)


def alarms(scene: ReportContext) -> list[tuple[str, str]]:
    """What stands above everything else, the gravest first."""
    of = (danger_alarm, lost_tablet, one_of_many, came_again, older_envelope, lost_voice, stop_request, overdue_alarm)
    return [found for alarm in of if (found := alarm(scene))]


def report_steps(scene: ReportContext) -> list[tuple[str, str, str]]:
    """(state, words, second line) of each step of the report, for `steps` of the staff's pieces."""
    closed = scene.marks.state == "closed"
    return [
        ("done", str(_("Told")), format_day(scene.thread.facts.line.day)),
        _step(scene, str(_("First look")), "first_look", "first_look"),
        _step(scene, str(_("First answer")), "answered", "answer"),
        *_next_answer(scene),
        _step(scene, str(_("Something done")), "acted", ""),
        _step(
            scene,
            str(_("Closing")),
            "closed" if closed else "",
            "agree",
            _("with an action, an outcome and a second person"),
        ),
        _step(scene, str(_("Any trouble since?")), "trouble_asked", "trouble_2", _("asked two and six weeks after")),
    ]


def _next_answer(scene: ReportContext) -> list[tuple[str, str, str]]:
    """After the first one: what the child wrote since, or when she was promised to hear again."""
    if scene.marks.day("answered") is None:
        return []
    running = [name for name in (CHILD_WROTE, ANSWER) if name in scene.marks.clocks]
    return [_step(scene, str(_("Next answer")), "", running[0])] if running else []


def _step(scene: ReportContext, words: str, mark: str, clock: str, otherwise: object = "") -> tuple[str, str, str]:
    marks = scene.marks
    if mark and (done := marks.day(mark)):
        return "done", words, format_day(done)
    if clock in marks.clocks:
        over = moment_of(marks.clocks[clock])
        when = format_day(over.astimezone(scene.zone).date())
        if over <= scene.now:
            late = report_labels.late_by(scene.now, over)
            return "late", words, str(_("due %(day)s, %(late)s", day=when, late=late))
        return "here", words, str(_("due %(day)s", day=when))
    return "", words, str(otherwise)
