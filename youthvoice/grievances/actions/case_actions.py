"""Actions on the case: assess, mark as urgent, assign, write a note, record what was done, link."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired

from youthvoice.access.guard import current_caller
from youthvoice.accounts.store import Reader
from youthvoice.grievances import time_limits
from youthvoice.grievances.actions import base
from youthvoice.grievances.case.context import ReportContext, load_report_context
from youthvoice.grievances.child_thread import reopened_state, with_check_done
from youthvoice.grievances.intake import intake_options
from youthvoice.grievances.short_names import normalise_short_name, short_name
from youthvoice.threads import case_state
from youthvoice.threads.readership import MADE_BY_HAND, reader_key
from youthvoice.threads.store import list_threads

_MAX_REASON_CHARACTERS = 1000


class AssessForm(base.ActionForm):
    """How serious it is, what it is about, and whether a child may be hurt."""

    severity = RadioField(
        _l("How serious is it?"),
        [InputRequired(_l("Choose how serious it is."))],
        choices=[
            SelectChoice("1", _l("Light: it should be better")),
            SelectChoice("2", _l("Serious: somebody must act soon")),
            SelectChoice("3", _l("Very serious: somebody must act today")),
        ],
    )
    topic = SelectField(_l("What is it about?"))
    harm = BooleanField(_l("A child may be hurt"))
    authority = BooleanField(_l("The law asks for a report to an authority"))

    def prepare(self) -> None:
        """Fill in the present values of the case."""
        self.topic.choices = [
            SelectChoice("", _l("Not said")),
            *(SelectChoice(pick.code, pick.words) for pick in intake_options.TOPICS),
        ]
        if not self.is_submitted():
            self.severity.data = str(self.report.case.severity or "")
            self.topic.data, self.harm.data = self.report.case.topic, self.report.case.harm
            self.authority.data = time_limits.AUTHORITY in self.report.case.clocks


def _is_severe(case: case_state.CaseState) -> bool:
    """Whether the report stays past its month: a child may be hurt, or its severity is the highest."""
    return case.harm or case.severity >= case_state.GRAVE_SEVERITY


def _assess(report: ReportContext, form: AssessForm) -> base.Changes:
    case = report.case.having(severity=int(form.severity.data), topic=form.topic.data, harm=bool(form.harm.data))
    must_report, is_running = bool(form.authority.data), time_limits.AUTHORITY in case.clocks
    if is_running and not must_report:
        raise base.ActionRefused(
            "authority", str(_("Two people must confirm that no law requires it. It is under “More”."))
        )
    values = {"severity": case.severity, "topic": case.topic, "harm": case.harm, "authority": must_report}
    if must_report and not is_running and case_state.REPORTED not in case.flags:
        case = case.with_clock(
            time_limits.AUTHORITY, time_limits.deadline_from_now(report.site, case, time_limits.AUTHORITY, report.now)
        )
    if _is_severe(report.case) and not _is_severe(case):
        case = case.flagged(case_state.WAS_HARM)
    return _with_leads(report, case, ("weighed", values))


class UrgentForm(base.ActionForm):
    """Why it cannot wait."""

    words = base.text_area(_l("Why it cannot wait"), _MAX_REASON_CHARACTERS)


def _urgent(report: ReportContext, form: UrgentForm) -> base.Changes:
    case = report.case.having(urgent=True, harm=True, severity=3)
    return _with_leads(report, case, ("urgent", {"words": form.words.data}))


def _with_leads(report: ReportContext, case: case_state.CaseState, draft: base.EntryDraft) -> base.Changes:
    """The changes of an assessment. Where a child may be hurt, safeguarding leads without access get it.

    Where that is new, all leads who read the report get a mail to sign in, too. Leads whom the child left out get
    neither (S14, S17). The rule also holds where the report is closed, or was once assessed as no harm.
    """
    if (case.harm and not report.case.harm) or (case.urgent and not report.case.urgent):
        case = case.having(clocks=time_limits.tightened_deadlines(report.site, case, report.now))
    leads = leads_without_access(report) if case.harm else []
    leads_to_notify = []
    if case.harm and not report.case.harm:
        leads_to_notify = [
            *leads,
            *(reader for reader in report.readers.leads if reader.person_id in report.reading - {report.caller_id}),
        ]
        case = case.flagged(case_state.NOTIFIED_HARM)
    kind, content = draft
    entry = (kind, {**content, "reads": [reader.person_id for reader in leads]})
    return base.Changes(
        case,
        [entry],
        [base.timeline_step("next_person", name=reader.name) for reader in leads],
        new_readers=leads,
        notified=leads_to_notify,
    )


def leads_without_access(report: ReportContext) -> list[Reader]:
    """The safeguarding leads who cannot read the report yet and are not excluded."""
    return [
        reader for reader in report.readers.leads if reader.person_id not in report.reading | report.excluded_readers
    ]


ASSESS = base.Action(
    "weigh", "half", _l("Say how serious it is"), AssessForm, _assess, small=_l("how serious, and what it is about")
)

URGENT = base.Action(
    "urgent",
    "clock",
    _l("Mark as urgent"),
    UrgentForm,
    _urgent,
    button=_l("Mark as urgent"),
    done=_l("It is urgent now. The safeguarding lead reads it from now on."),
    small=_l("goes to the safeguarding lead immediately"),
    possible=lambda report: not report.case.urgent and report.case.state != "closed",
)


class AssignForm(base.ActionForm):
    """Who works on it."""

    to = RadioField(_l("Who has it in hand?"), [InputRequired(_l("Choose somebody."))], coerce=int)

    def prepare(self) -> None:
        """Offer each reader of the report, and all of them together."""
        others = [SelectChoice(str(reader.person_id), reader.name) for reader in self.report.others]
        self.to.choices = [
            SelectChoice(str(self.report.caller_id), _("I have")),
            *others,
            SelectChoice("0", _("Everybody who reads it")),
        ]
        if not self.is_submitted():
            self.to.data = self.report.case.owner


def _assign(report: ReportContext, form: AssignForm) -> base.Changes:
    return base.Changes(report.case.having(owner=form.to.data), entries=[("owner", {"to": form.to.data})])


ASSIGN = base.Action(
    "owner",
    "inbox",
    _l("Take it in hand"),
    AssignForm,
    _assign,
    small=_l("or give it to somebody who reads it"),
    possible=lambda report: report.case.state != "asked",
)

MAX_NOTE_CHARACTERS = 4000


class PrivateNoteForm(base.ActionForm):
    """A note for the other readers."""

    words = base.text_area(_l("Your note"), MAX_NOTE_CHARACTERS, _l("Write the note."))


def _add_note(report: ReportContext, form: PrivateNoteForm) -> base.Changes:
    return base.Changes(report.case, entries=[("note", {"words": form.words.data})])


NOTE = base.Action(
    "note",
    "note",
    _l("Write a private note"),
    PrivateNoteForm,
    _add_note,
    button=_l("Save the note"),
    done=_l("The note is kept."),
    small=_l("for those who read this, never for the child"),
)

_MAX_RECORD_CHARACTERS = 2000

_TALKED = frozenset({"talked", "group"})

_CHECKS_IN_PERSON = (
    SelectChoice("no_trouble", _l("I asked in person: nobody was bad to the child since")),
    SelectChoice("trouble", _l("I asked in person: somebody was bad to the child since")),
)


class RecordForm(base.ActionForm):
    """What was done, described for the other readers."""

    action = RadioField(
        _l("What was done?"),
        [InputRequired(_l("Choose what was done."))],
        choices=[
            SelectChoice("talked", _l("I talked with the child")),
            SelectChoice("mended", _l("It was repaired, or remedied")),
            SelectChoice("plan_change", _l("I asked for a change of the care plan")),
            SelectChoice("outside", _l("I asked the outside recipient")),
            SelectChoice("other", _l("Something else")),
        ],
    )
    words = base.text_area(_l("In a few words"), _MAX_RECORD_CHARACTERS, _l("Write what was done."))

    def prepare(self) -> None:
        """Offer what can be done with this report, besides what can be done with any.

        A report made from a letter has no known author, so its readers talk with the whole group. Where a check for
        reprisals is due, it can be done in person: not every child comes back.
        """
        if MADE_BY_HAND & set(self.report.case.flags):
            group = SelectChoice("group", _l("I talked with the whole group"))
            self.action.choices = [group, *(choice for choice in self.action.choices if choice.value != "talked")]
        if any(name in self.report.case.clocks for name in time_limits.REPRISAL_CHECKS):
            self.action.choices = [*self.action.choices, *_CHECKS_IN_PERSON]


def _record(report: ReportContext, form: RecordForm) -> base.Changes:
    values = {"action": form.action.data, "words": form.words.data}
    if form.action.data == "no_trouble":
        return base.Changes(with_check_done(report.case).on("trouble_asked", report.today), [("action", values)])
    if form.action.data == "trouble":
        return _record_trouble(report, values)
    case = report.case.on("acted", report.today).unflagged(case_state.WAITS_FOR_CHILD)
    if form.action.data in _TALKED and not case.answerable:  # without a code a talk is the only answer
        case = case.without_clock("answer", "child_wrote").on("answered", report.today)
    if form.action.data == "outside":
        return _ask_outside(report, case, values)
    return base.Changes(case, [("action", values)])


def _record_trouble(report: ReportContext, content: dict[str, Any]) -> base.Changes:
    """Reopen the report and notify the outside recipient, as if the child had reported trouble with the code (S16)."""
    case = (
        with_check_done(report.case)
        .on("trouble_asked", report.today)
        .flagged(case_state.TROUBLE, case_state.TELL_OUTSIDE)
    )
    closed = case.state == "closed"
    case = reopened_state(case, report.today) if case.state in {"closed", "asked"} else case
    case = case.with_clock(
        time_limits.CHILD_WROTE,
        time_limits.deadline_from_now(report.site, case.having(urgent=True), time_limits.CHILD_WROTE, report.now),
    )
    entries: list[base.EntryDraft] = [("action", content), *([("reopened", {})] if closed else [])]
    return base.Changes(case, entries, [base.timeline_step("reopened")] if closed else [])


def _ask_outside(report: ReportContext, case: case_state.CaseState, content: dict[str, Any]) -> base.Changes:
    """Notify the outside recipients, and give access to those who cannot read it yet.

    A recipient whom the child left out gets neither.
    """
    new_readers = outside_without_access(report)
    entry = ("action", {**content, "reads": [reader.person_id for reader in new_readers]})
    return base.Changes(
        case.flagged(case_state.TELL_OUTSIDE), [entry], [base.timeline_step("outside")], new_readers=new_readers
    )


def outside_without_access(report: ReportContext) -> list[Reader]:
    """The outside recipients who cannot read the report yet and are not excluded."""
    return [
        reader for reader in report.readers.outside if reader.person_id not in report.reading | report.excluded_readers
    ]


RECORD = base.Action("record", "full", _l("Record what was done"), RecordForm, _record)

ReportFinder = Callable[[str], ReportContext | None]


class LinkForm(base.ActionForm):
    """The short name of the other report."""

    name = StringField(_l("Three letters of the other report"), [DataRequired(_l("Type the three letters."))])


def _report_finder(session: Session, report: ReportContext) -> ReportFinder:
    """A function that finds another report of the caller's by its short name; at this site first."""
    caller = current_caller()

    def find(name: str) -> ReportContext | None:
        own_summaries = list_threads(session, reader_key(session, caller))
        namesakes = [summary for summary in own_summaries if summary.id != report.id and short_name(summary.id) == name]
        nearest = min(namesakes, key=lambda summary: (summary.site_id != report.site.id, summary.id), default=None)
        return load_report_context(session, caller, nearest.id) if nearest else None

    return find


def _link(report: ReportContext, form: LinkForm) -> base.Changes:
    other = form.loaded(normalise_short_name(form.name.data or ""))
    if other is None:
        raise base.ActionRefused("name", str(_("No other report of yours is called so.")))
    if report.reading & other.excluded_readers or other.reading & report.excluded_readers:
        raise base.ActionRefused("name", str(_("Somebody reads one of these reports who must not know of the other.")))
    if any(entry.said.get("to_thread") == other.id.hex() for entry in report.of_kind("linked")):
        raise base.ActionRefused("name", str(_("These two are linked already.")))
    return base.Changes(report.case, [("linked", {"to_thread": other.id.hex()})], other_report=other.thread)


LINK = base.Action(
    "link",
    "round",
    _l("Link with another report"),
    LinkForm,
    _link,
    button=_l("Link the two"),
    done=_l("The two are linked."),
    small=_l("about the same thing"),
    load=_report_finder,
    rare=True,
)
