"""Record what was done: talked with the child, a change of the plan asked, the outside recipient asked."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice.accounts.store import Reader
from youthvoice.grievances.actions.base import Act, ActForm, Deed, Said, step
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.child_thread.rules import TELL_OUTSIDE, checked, opened_again
from youthvoice.grievances.child_thread.rules import TROUBLE as TROUBLE_SINCE
from youthvoice.grievances.due_hour import over
from youthvoice.grievances.status import WAITS_FOR_CHILD
from youthvoice.grievances.time_limits import CHILD_WROTE, TROUBLE
from youthvoice.threads.case_state import Marks
from youthvoice.threads.readers.membership import MADE_BY_HAND

_MOST_LETTERS = 2000
_TALKED = frozenset({"talked", "group"})
_CHECKED = (
    SelectChoice("no_trouble", _l("I asked in person: nobody was bad to the child since")),
    SelectChoice("trouble", _l("I asked in person: somebody was bad to the child since")),
)


class RecordForm(ActForm):
    """What was done, in words for the other readers."""

    action = RadioField(
        _l("What was done?"),
        [InputRequired(_l("Choose what was done."))],
        choices=[
            SelectChoice("talked", _l("I talked with the child")),
            SelectChoice("mended", _l("It was mended, or put right")),
            SelectChoice("plan_change", _l("I asked for a change of the care plan")),
            SelectChoice("outside", _l("I asked the outside recipient")),
            SelectChoice("other", _l("Something else")),
        ],
    )
    words = TextAreaField(
        _l("In a few words"),
        [DataRequired(_l("Write what was done.")), Length(max=_MOST_LETTERS, message=_l("At most %(max)d letters."))],
    )

    def prepare(self, scene: Scene, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """What can be done with this very report, beside what can be done with any.

        Of a letter nobody knows who wrote it: its readers talk with everybody. Where a check for reprisals is due, it
        can be done by word of mouth: not every child comes back.
        """
        if MADE_BY_HAND & set(scene.marks.flags):
            group = SelectChoice("group", _l("I talked with the whole group"))
            self.action.choices = [group, *(one for one in self.action.choices if one.value != "talked")]
        if any(name in scene.marks.clocks for name in TROUBLE):
            self.action.choices = [*self.action.choices, *_CHECKED]


def _deed(scene: Scene, form: RecordForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    said = {"action": form.action.data, "words": (form.words.data or "").strip()}
    if form.action.data == "no_trouble":
        return Deed(checked(scene.marks).on("trouble_asked", scene.today), [("action", said)])
    if form.action.data == "trouble":
        return _trouble(scene, said)
    marks = scene.marks.on("acted", scene.today).unflagged(WAITS_FOR_CHILD)
    if form.action.data in _TALKED and not marks.answerable:
        marks = marks.without_clock("answer", "child_wrote").on("answered", scene.today)
    if form.action.data == "outside":
        return _outside(scene, marks, said)
    return Deed(marks, [("action", said)])


def _trouble(scene: Scene, said: dict[str, Any]) -> Deed:
    """As if she had said so with her code: open again, and outside at once (S16)."""
    marks = checked(scene.marks).on("trouble_asked", scene.today).flagged(TROUBLE_SINCE, TELL_OUTSIDE)
    closed = marks.state == "closed"
    marks = opened_again(marks, scene.today) if marks.state in {"closed", "asked"} else marks
    marks = marks.with_clock(CHILD_WROTE, over(scene.site, marks.having(urgent=True), CHILD_WROTE, scene.now))
    entries: list[Said] = [("action", said), *([("reopened", {})] if closed else [])]
    return Deed(marks, entries, [step("reopened")] if closed else [])


def _outside(scene: Scene, marks: Marks, said: dict[str, Any]) -> Deed:
    """The outside recipient is told, and reads it from now on if she did not; unless the child left her out."""
    new = new_outside(scene)
    entry = ("action", {**said, "reads": [one.person_id for one in new]})
    return Deed(marks.flagged(TELL_OUTSIDE), [entry], [step("outside")], given=new)


def new_outside(scene: Scene) -> list[Reader]:
    """The outside recipients who do not read it yet and may."""
    return [one for one in scene.readers.outside if one.person_id not in scene.reading | scene.kept_out]


RECORD = Act(
    "record",
    "full",
    _l("Record what was done"),
    _l("Keep this"),
    RecordForm,
    _deed,
    _l("It is kept."),
)
