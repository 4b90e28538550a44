"""Ask the child: was it put right, any trouble since (S16)."""

from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.grievances.actions.base import Act, ActForm, Deed
from youthvoice.grievances.actions.child.answer import MOST_LETTERS
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.status import WAITS_FOR_CHILD
from youthvoice.grievances.time_limits import TROUBLE
from youthvoice.threads.case_state import Marks, hour_after

_A_WEEK: Final = 7 * 24


class AskForm(ActForm):
    """One question, and words of one's own if they help."""

    ask = RadioField(
        _l("What do you ask?"),
        [InputRequired(_l("Choose a question."))],
        choices=[
            SelectChoice("put_right", _l("Was it really put right?")),
            SelectChoice("trouble", _l("Any trouble since you told?")),
        ],
    )
    words = TextAreaField(
        _l("A sentence of your own"), [Length(max=MOST_LETTERS, message=_l("At most %(max)d letters."))]
    )

    def prepare(self, scene: Scene, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """The check that is due is chosen already."""
        if not self.is_submitted() and scene.marks.state == "closed":
            self.ask.data = "trouble"


def _deed(scene: Scene, form: AskForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    said = {"ask": form.ask.data, "words": (form.words.data or "").strip()}
    marks = scene.marks.flagged(WAITS_FOR_CHILD)
    if form.ask.data == "trouble":
        marks = _put_off(marks, scene.now).on("trouble_asked", scene.today)
    name = scene.names.get(scene.caller_id, "")
    return Deed(marks, [("advocate", said)], [("ask", {**said, "from": name})])


def _put_off(marks: Marks, now: datetime) -> Marks:
    """The check that is next has a week for her answer: asking alone settles nothing (S16)."""
    name = next((one for one in TROUBLE if one in marks.clocks), None)
    return marks.with_clock(name, hour_after(now, _A_WEEK)) if name else marks


ASK = Act(
    "ask",
    "eye",
    _l("Ask the child"),
    _l("Send to the child"),
    AskForm,
    _deed,
    _l("It is sent. The child's code opens it."),
    small=_l("was it put right, any trouble since"),
    possible=lambda scene: scene.marks.answerable,
    later=True,
)
