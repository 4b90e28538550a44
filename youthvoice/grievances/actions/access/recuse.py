"""Step back: "I am named in this". Her key becomes a decoy; if nobody at the site is left, it goes outside (S14)."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.access.guard import Caller
from youthvoice.access.permissions import OUTSIDE_RECIPIENT
from youthvoice.grievances.actions.base import Act, ActForm, Deed, Refused, Said, step
from youthvoice.grievances.actions.case.record_action import new_outside
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.child_thread.rules import TELL_OUTSIDE
from youthvoice.grievances.handover import messages as handed

_MOST_LETTERS = 1000


class StepBackForm(ActForm):
    """Once more, plainly: she will not find it again."""

    words = TextAreaField(
        _l("Why, for the others who read it"), [Length(max=_MOST_LETTERS, message=_l("At most %(max)d letters."))]
    )
    sure = BooleanField(
        _l("I give up my key. I shall not find this report again, nor any word of it."),
        [InputRequired(_l("Tick that you give up your key."))],
    )


def _known(session: Session, scene: Scene, caller: Caller) -> list[bytes]:
    """Words of it that were handed to her before she read it."""
    return handed.of_report(session, caller, scene.id)


def _deed(scene: Scene, form: StepBackForm, known: list[bytes]) -> Deed:
    inside = [one for one in scene.others if one.role != OUTSIDE_RECIPIENT]
    new = [] if inside else new_outside(scene)
    if not scene.others and not new:
        raise Refused("sure", str(_("Nobody else can read this yet. Let somebody read it first.")))
    marks = scene.marks
    if marks.owner == scene.caller_id:
        marks = marks.having(owner=0, state="open" if marks.state == "asked" else marks.state).without_clock("agree")
    if not inside:
        marks = marks.flagged(TELL_OUTSIDE)
    entries: list[Said] = [("recused", {"words": (form.words.data or "").strip()})]
    if new:
        entries.insert(0, ("given", {"to": new[0].person_id, "reads": [one.person_id for one in new]}))
    return Deed(marks, entries, [] if inside else [step("outside")], given=new, steps_back=True, given_up=known)


STEP_BACK = Act(
    "step-back",
    "skip",
    _l("I am named in this"),
    _l("Step back"),
    StepBackForm,
    _deed,
    _l("You stepped back. The report goes on without you."),
    small=_l("you step back, others go on"),
    known=_known,
    rare=True,
)
