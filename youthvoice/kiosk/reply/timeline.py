"""The timeline of a child's thread: what was done, what is next and by when, and the questions after it (S13)."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import LazyString, gettext as _, lazy_gettext as _l
from markupsafe import Markup, escape

from youthvoice.grievances import transcripts
from youthvoice.grievances.child_thread import RENDERING, ChildThreadView
from youthvoice.grievances.time_limits import ANSWER, CHILD_WROTE, FIRST_LOOK, REPRISAL_CHECKS
from youthvoice.sites.labels import name_label
from youthvoice.threads.case_state import CaseState, moment_of
from youthvoice.threads.entities import ThreadEntry
from youthvoice.web.i18n.formats import format_short_day


class TimelineStep(NamedTuple):
    """One step of the timeline: `done`, `here` or empty for a future one; its text, and a line below it."""

    state: str
    words: Markup
    second: str = ""


def timeline_steps(child_thread_view: ChildThreadView, case: CaseState, time_zone: str) -> list[TimelineStep]:
    """The whole timeline of a thread, from the first step to the future ones.

    Args:
        child_thread_view: what the child can read of the thread.
        case: its state.
        time_zone: of the site.
    """
    return [*_done_steps(child_thread_view.steps), *_next_steps(child_thread_view, case, time_zone)]


def child_day(day: date) -> str:
    """A day as children's pages show it."""
    return format_short_day(day)


def deadline_day(hour: int, time_zone: str) -> str:
    """The day of a deadline, as children's pages show it.

    Args:
        hour: whole hours since 1970 UTC.
        time_zone: of the site.
    """
    return child_day(moment_of(hour).astimezone(ZoneInfo(time_zone)).date())


def _done_steps(steps: tuple[ThreadEntry, ...]) -> Iterator[TimelineStep]:
    before: tuple[Markup, date] | None = None
    for entry in steps:
        words, day = step_label(entry), date.fromisoformat(entry.said.get("on", entry.day.isoformat()))
        if words is not None and (words, day) != before:
            yield TimelineStep("done", words, child_day(day))
            before = words, day


STEPS_BY_SOMEBODY: Final = {
    "looked": (_l("%(name)s has read it."), _l("Somebody has read it.")),
    "next_person": (_l("%(name)s was asked, too."), _l("It took too long. The next person was asked.")),
    "handed": (_l("%(name)s was asked to help."), _l("Somebody who can help was asked.")),
    "taken_back": (_l("%(name)s has your words no more."), _l("Your words were taken back.")),
}
"""What an adult did, with a name and without."""

STEPS: Final = {
    "told": _l("You told us."),
    "outside": _l("People outside this house were asked."),
    "authority_told": _l("An office that protects children was told."),
    "closed": _l("We are done with it."),
    "reopened": _l("It is open again."),
    "withdrawn": _l("We stopped, as you asked."),
    "you_wrote": _l("You wrote to us."),
    "withdraw_asked": _l("You asked us to stop."),
    "goes_on": _l("They must go on. They wrote to you why."),
    "voice_ended": _l("The recording of your voice is deleted. The words stay."),
}

STEPS_OF_CHILD: Final = {
    ("put_right", "yes"): _l("You said: it was put right."),
    ("put_right", "partly"): _l("You said: it was put right in part."),
    ("put_right", "no"): _l("You said: it was not put right."),
    ("trouble", "yes"): _l("You said: there was trouble."),
    ("trouble", "no"): _l("You said: there was no trouble."),
    ("may_know", "yes"): _l("You said: they may know."),
    ("may_know", "no"): _l("You said: they may not know."),
    (transcripts.QUESTION, transcripts.YES): _l("You said: the words are right."),
    (transcripts.QUESTION, transcripts.NO): _l("You said: something is different."),
    (transcripts.QUESTION, transcripts.KEEP): _l("You said: keep my voice."),
    (transcripts.INTERPRETER, transcripts.YES): _l("You said: the interpreter may read it."),
    (transcripts.INTERPRETER, transcripts.NO): _l("You said: the interpreter may not read it."),
    (transcripts.INTERPRETER, transcripts.LATER): _l("You said: not now."),
}
"""The child's answers to questions."""


def step_label(entry: ThreadEntry) -> Markup | None:
    """The text of a step; None for a step that children do not see."""
    content, name = entry.said, str(entry.said.get("name") or entry.said.get("from") or "")
    if entry.kind == RENDERING:
        return _with_name(name, _("%(name)s wrote it in your language."), _("Somebody wrote it in your language."))
    if entry.kind != "step":
        return _with_name(name, _("%(name)s answered you."), _("Somebody answered you."))
    if content.get("step") in STEPS_BY_SOMEBODY:
        return _with_name(name, *STEPS_BY_SOMEBODY[content["step"]])
    if content.get("step") == "you_said":
        words = STEPS_OF_CHILD.get((str(content.get("about")), str(content.get("answer"))))
    else:
        words = STEPS.get(str(content.get("step")))
    return escape(words) if words else None


def _with_name(name: str, words: LazyString | str, without: LazyString | str) -> Markup:
    return escape(words) % {"name": name_label(name)} if name else escape(without)


def _next_steps(child_thread_view: ChildThreadView, case: CaseState, time_zone: str) -> list[TimelineStep]:
    """The next steps with their deadlines, and the question after them."""
    if any(entry.said.get("ask") == "put_right" for entry in child_thread_view.asks):
        return [TimelineStep("here", escape(_("Was it really put right?")), str(_("You say.")))]
    if case.state == "closed":
        return [TimelineStep("here", escape(_("Not well? Write to us. It opens again.")))]
    return [*_waiting_for(case, time_zone), TimelineStep("", escape(_("You say whether it was really put right.")))]


def _waiting_for(case: CaseState, time_zone: str) -> Iterator[TimelineStep]:
    running, place = case.clocks, "here"
    if case.state == "new" and FIRST_LOOK in running:
        yield TimelineStep(place, escape(_("Somebody reads it.")), _by_day(running[FIRST_LOOK], time_zone))
        place = ""  # what comes after it
    for names, words in (((CHILD_WROTE, ANSWER), _("You get an answer.")), (REPRISAL_CHECKS, _("We ask how you are."))):
        if hours := [running[name] for name in names if name in running]:
            yield TimelineStep(place, escape(words), _by_day(min(hours), time_zone))
            return
    if case.state == "asked":
        yield TimelineStep("here", escape(_("A second person checks that it is well.")))
    elif place:
        yield TimelineStep("here", escape(_("We work on it.")), str(_("Look here again in a few days.")))


def _by_day(hour: int, time_zone: str) -> str:
    return str(_("By %(day)s", day=deadline_day(hour, time_zone)))
