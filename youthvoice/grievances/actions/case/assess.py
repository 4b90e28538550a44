"""Weigh a report: how grave, about what, may a child be hurt; and mark it as urgent (S17, S19)."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.accounts.store import Reader
from youthvoice.grievances import options as picks
from youthvoice.grievances.actions.base import Act, ActForm, Deed, Refused, Said, step
from youthvoice.grievances.actions.outside.report_to_authority import REPORTED
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.deadlines.escalation import TOLD_HARM
from youthvoice.grievances.due_hour import over, tightened
from youthvoice.grievances.time_limits import AUTHORITY
from youthvoice.threads.case_state import Marks
from youthvoice.threads.retention.rules import GRAVE, WAS_HARM

_MOST_LETTERS = 1000


class WeighForm(ActForm):
    """How grave, about what, and whether a child may be hurt."""

    severity = RadioField(
        _l("How grave is it?"),
        [InputRequired(_l("Choose how grave it is."))],
        choices=[
            SelectChoice("1", _l("Light: it should be better")),
            SelectChoice("2", _l("Serious: somebody must act soon")),
            SelectChoice("3", _l("Grave: somebody must act today")),
        ],
    )
    topic = SelectField(_l("What is it about?"))
    harm = BooleanField(_l("A child may be hurt"))
    authority = BooleanField(_l("The law asks for a report to an authority"))

    def prepare(self, scene: Scene, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """Fill it with how it stands."""
        self.topic.choices = [
            SelectChoice("", _l("Not said")),
            *(SelectChoice(one.code, one.words) for one in picks.TOPICS),
        ]
        if not self.is_submitted():
            self.severity.data = str(scene.marks.severity or "")
            self.topic.data, self.harm.data = scene.marks.topic, scene.marks.harm
            self.authority.data = AUTHORITY in scene.marks.clocks


def _was_grave(marks: Marks) -> bool:
    """Whether no timer ends it as long as it stands so."""
    return marks.harm or marks.severity >= GRAVE


def _weigh(scene: Scene, form: WeighForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    marks = scene.marks.having(severity=int(form.severity.data), topic=form.topic.data, harm=bool(form.harm.data))
    asks, runs = bool(form.authority.data), AUTHORITY in marks.clocks
    if runs and not asks:
        raise Refused("authority", str(_("Two people must say that no law asks for it. It stands under “More”.")))
    said = {"severity": marks.severity, "topic": marks.topic, "harm": marks.harm, "authority": asks}
    if asks and not runs and REPORTED not in marks.flags:
        marks = marks.with_clock(AUTHORITY, over(scene.site, marks, AUTHORITY, scene.now))
    if _was_grave(scene.marks) and not _was_grave(marks):
        marks = marks.flagged(WAS_HARM)
    return _grave(scene, marks, ("weighed", said))


class UrgentForm(ActForm):
    """Why it cannot wait."""

    words = TextAreaField(_l("Why it cannot wait"), [Length(max=_MOST_LETTERS, message=_l("At most %(max)d letters."))])


def _urgent(scene: Scene, form: UrgentForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    marks = scene.marks.having(urgent=True, harm=True, severity=3)
    return _grave(scene, marks, ("urgent", {"words": (form.words.data or "").strip()}))


def _grave(scene: Scene, marks: Marks, said: Said) -> Deed:
    """Where harm is new, the safeguarding leads read it from now on and are asked to sign in with this very act.

    But for those whom the child left out (S14, S17); also where it is closed, or was weighed as no harm in between.
    """
    if (marks.harm and not scene.marks.harm) or (marks.urgent and not scene.marks.urgent):
        marks = marks.having(clocks=tightened(scene.site, marks, scene.now))
    leads = new_leads(scene) if marks.harm else []
    told = []
    if marks.harm and not scene.marks.harm:
        told = [*leads, *(one for one in scene.readers.leads if one.person_id in scene.reading - {scene.caller_id})]
        marks = marks.flagged(TOLD_HARM)
    kind, words = said
    entry = (kind, {**words, "reads": [one.person_id for one in leads]})
    return Deed(marks, [entry], [step("next_person", name=one.name) for one in leads], given=leads, asked=told)


def new_leads(scene: Scene) -> list[Reader]:
    """The safeguarding leads who do not read it yet and may."""
    return [one for one in scene.readers.leads if one.person_id not in scene.reading | scene.kept_out]


WEIGH = Act(
    "weigh",
    "half",
    _l("Say how serious it is"),
    _l("Keep this"),
    WeighForm,
    _weigh,
    _l("It is kept."),
    small=_l("how grave, and what it is about"),
)
URGENT = Act(
    "urgent",
    "clock",
    _l("Mark as urgent"),
    _l("Mark as urgent"),
    UrgentForm,
    _urgent,
    _l("It is urgent now. The safeguarding lead reads it from now on."),
    small=_l("goes to the safeguarding lead at once"),
    possible=lambda scene: not scene.marks.urgent and scene.marks.state != "closed",
)
