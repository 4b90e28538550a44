"""A legal hold: two people who read a report say that no timer ends it, and two say when that is over."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from youthvoice.grievances.acts.deeds import Act, ActForm, Deed
from youthvoice.grievances.scene import Scene
from youthvoice.threads.ending_rules import HELD
from youthvoice.threads.entries import Entry

KEEP, LET_GO = "keep", "let_go"
_LETTERS = 600


class HoldForm(ActForm):
    """Why."""

    words = TextAreaField(
        _l("Why"), [DataRequired(_l("Say why.")), Length(max=_LETTERS, message=_l("At most %(max)d letters."))]
    )


def asked(scene: Scene, what: str) -> Entry | None:
    """The question that waits for a second person; None when there is none."""
    found = scene.of_kind("hold")
    return found[-1] if found and found[-1].said.get("state") == f"{what}_asked" else None


def _deed(what: str) -> Callable[[Scene, HoldForm, Any], Deed]:
    def deed(scene: Scene, form: HoldForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
        words = (form.words.data or "").strip()
        if asked(scene, what) is None:
            return Deed(scene.marks, [("hold", {"state": f"{what}_asked", "words": words})])
        marks = scene.marks.flagged(HELD) if what == KEEP else scene.marks.unflagged(HELD)
        return Deed(marks, [("hold", {"state": what, "words": words})])

    return deed


def _possible(what: str) -> Callable[[Scene], bool]:
    def possible(scene: Scene) -> bool:
        question = asked(scene, what)
        fits = (HELD in scene.marks.flags) == (what == LET_GO)
        return fits and (question is None or question.by != scene.caller_id)

    return possible


HOLD = Act(
    "hold",
    "lock",
    _l("Keep it past its end"),
    _l("Keep it past its end"),
    HoldForm,
    _deed(KEEP),
    _l("It is written down. It counts once two people have said so."),
    small=_l("for a court or an inspection; a second person agrees"),
    possible=_possible(KEEP),
    rare=True,
)
RELEASE = Act(
    "release",
    "undo",
    _l("Let it end in time again"),
    _l("Let it end in time again"),
    HoldForm,
    _deed(LET_GO),
    _l("It is written down. It counts once two people have said so."),
    small=_l("a second person agrees"),
    possible=_possible(LET_GO),
    rare=True,
)
