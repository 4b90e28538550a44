"""The timeline of a child's thread: what happened, what is next, and when (S13)."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import format_date, gettext as _
from markupsafe import Markup, escape

from youthvoice.grievances.child_thread import ChildThreadView
from youthvoice.grievances.time_limits import ANSWER, CHILD_WROTE, FIRST_LOOK, REPRISAL_CHECKS
from youthvoice.sites.labels import name_label
from youthvoice.threads.case_state import CaseState, moment_of
from youthvoice.threads.entities import ThreadEntry


class TimelineStep(NamedTuple):
    """One bead: `done`, `here` or nothing for what is still to come; its words, and a line under them."""

    state: str
    words: Markup
    second: str = ""


def timeline_steps(seen: ChildThreadView, marks: CaseState, time_zone: str) -> list[TimelineStep]:
    """The whole thread, from the first bead to what is still to come.

    Args:
        seen: what was said to the child.
        marks: how her thread stands.
        time_zone: of the site.
    """
    return [*_done(seen.steps), *_next(seen, marks, time_zone)]


def child_day(day: date) -> str:
    """A day as a child reads it."""
    return str(format_date(day, "d MMMM")).replace(" ", "\N{NO-BREAK SPACE}")


def deadline_day(hour: int, time_zone: str) -> str:
    """The day in which a clock is over, as a child reads it.

    Args:
        hour: whole hours since 1970 UTC.
        time_zone: of the site.
    """
    return child_day(moment_of(hour).astimezone(ZoneInfo(time_zone)).date())


def _done(steps: tuple[ThreadEntry, ...]) -> Iterator[TimelineStep]:
    before: tuple[Markup, date] | None = None
    for step in steps:
        words = _happened(step)
        if words is not None and (words, step.day) != before:
            yield TimelineStep("done", words, child_day(step.day))
            before = words, step.day


def _happened(step: ThreadEntry) -> Markup | None:
    """What a step is called; None for one that tells a child nothing."""
    said, name = step.said, str(step.said.get("name") or step.said.get("from") or "")
    if step.kind != "step":
        return _by(name, _("%(name)s answered you."), _("Somebody answered you."))
    if said.get("step") == "you_said":
        return _you_said(str(said.get("about")), str(said.get("answer")))
    by_somebody = {
        "looked": (_("%(name)s has read it."), _("Somebody has read it.")),
        "next_person": (_("%(name)s was asked, too."), _("It took too long. The next person was asked.")),
        "handed": (_("%(name)s was asked to help."), _("Somebody who can help was asked.")),
        "taken_back": (_("%(name)s has your words no more."), _("Your words were taken back.")),
    }
    if said.get("step") in by_somebody:
        return _by(name, *by_somebody[said["step"]])
    words = {
        "told": _("You told us."),
        "outside": _("People outside this house were asked."),
        "authority_told": _("An office that protects children was told."),
        "closed": _("We are done with it."),
        "reopened": _("It is open again."),
        "withdrawn": _("We stopped, as you asked."),
        "you_wrote": _("You wrote to us."),
        "withdraw_asked": _("You asked us to stop."),
        "goes_on": _("They must go on. They wrote to you why."),
    }.get(str(said.get("step")))
    return escape(words) if words else None


def _you_said(about: str, answer: str) -> Markup | None:
    words = {
        ("put_right", "yes"): _("You said: it was put right."),
        ("put_right", "partly"): _("You said: it was put right in part."),
        ("put_right", "no"): _("You said: it was not put right."),
        ("trouble", "yes"): _("You said: there was trouble."),
        ("trouble", "no"): _("You said: there was no trouble."),
        ("may_know", "yes"): _("You said: they may know."),
        ("may_know", "no"): _("You said: they may not know."),
    }.get((about, answer))
    return escape(words) if words else None


def _by(name: str, words: str, without: str) -> Markup:
    return escape(words) % {"name": name_label(name)} if name else escape(without)


def _next(seen: ChildThreadView, marks: CaseState, time_zone: str) -> list[TimelineStep]:
    """What is next, by when; and after it her own word."""
    if any(ask.said.get("ask") == "put_right" for ask in seen.asks):
        return [TimelineStep("here", escape(_("Was it really put right?")), str(_("You say.")))]
    if marks.state == "closed":
        return [TimelineStep("here", escape(_("Not well? Write to us. It opens again.")))]
    return [_waiting_for(marks, time_zone), TimelineStep("", escape(_("You say whether it was really put right.")))]


def _waiting_for(marks: CaseState, time_zone: str) -> TimelineStep:
    running = marks.clocks
    if marks.state == "new" and FIRST_LOOK in running:
        return TimelineStep("here", escape(_("Somebody reads it.")), _by_day(running[FIRST_LOOK], time_zone))
    for names, words in (((CHILD_WROTE, ANSWER), _("You get an answer.")), (REPRISAL_CHECKS, _("We ask how you are."))):
        if hours := [running[name] for name in names if name in running]:
            return TimelineStep("here", escape(words), _by_day(min(hours), time_zone))
    if marks.state == "asked":
        return TimelineStep("here", escape(_("A second person checks that it is well.")))
    return TimelineStep("here", escape(_("We work on it.")), str(_("Look here again in a few days.")))


def _by_day(hour: int, time_zone: str) -> str:
    return str(_("By %(day)s", day=deadline_day(hour, time_zone)))
