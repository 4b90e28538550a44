"""Go on although the child asked to stop: a child is in danger, and she is told so (S20)."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from youthvoice.grievances.actions.base import Act, ActForm, Deed, step
from youthvoice.grievances.actions.child.answer import MOST_LETTERS
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.child_thread.rules import WITHDRAW_ASKED

_LONG: Final = 2000


class GoOnForm(ActForm):
    """Why, for the readers; and words for the child."""

    reason = TextAreaField(
        _l("Why it must go on"),
        [DataRequired(_l("Say why.")), Length(max=_LONG, message=_l("At most %(max)d letters."))],
    )
    words = TextAreaField(
        _l("What the child is told"),
        [
            DataRequired(_l("Write what the child is told.")),
            Length(max=MOST_LETTERS, message=_l("At most %(max)d letters.")),
        ],
    )


def _deed(scene: Scene, form: GoOnForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    words = (form.words.data or "").strip()
    marks = scene.marks.unflagged(WITHDRAW_ASKED).without_clock("answer", "child_wrote").on("answered", scene.today)
    entries = [("goes_on", {"words": (form.reason.data or "").strip()}), ("advocate", {"words": words})]
    message = {"words": words, "from": scene.names.get(scene.caller_id, "")}
    return Deed(marks, entries, [("message", message), step("goes_on")])


MUST_GO_ON = Act(
    "go-on",
    "flag",
    _l("Go on although the child asked to stop"),
    _l("Send to the child"),
    GoOnForm,
    _deed,
    _l("It is sent. The child's code opens it."),
    small=_l("only where a child is in danger"),
    possible=lambda scene: WITHDRAW_ASKED in scene.marks.flags and scene.marks.state != "closed",
)
