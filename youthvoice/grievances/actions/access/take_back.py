"""Take back what was handed over: what was read stays known, the words are gone, and the child is told (S31)."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice.grievances.actions.base import Act, ActForm, Deed, step
from youthvoice.grievances.case.context import Scene
from youthvoice.threads.entries import Entry
from youthvoice.web.i18n.dates import day

_LONG: Final = 2000


class TakeBackForm(ActForm):
    """What is taken back, and why."""

    item = RadioField(_l("What do you take back?"), [InputRequired(_l("Choose what you take back."))])
    words = TextAreaField(
        _l("Why"), [DataRequired(_l("Say why.")), Length(max=_LONG, message=_l("At most %(max)d letters."))]
    )

    def prepare(self, scene: Scene, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """Everything of this report that lies with somebody."""
        self.item.choices = [SelectChoice(entry.said["item"], _lies_with(scene, entry)) for entry in lying(scene)]


def _lies_with(scene: Scene, entry: Entry) -> str:
    name = scene.names.get(entry.said["to"], "")
    return str(_("%(name)s, since %(day)s", name=name, day=day(entry.day)))


def lying(scene: Scene) -> list[Entry]:
    """What was handed over and not taken back."""
    back = {entry.said.get("item") for entry in scene.of_kind("taken_back")}
    return [one for one in scene.of_kind("handed") if one.said.get("item") and one.said["item"] not in back]


def _take_back(scene: Scene, form: TakeBackForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    entry = next(one for one in lying(scene) if one.said["item"] == form.item.data)
    to, item = entry.said["to"], entry.said["item"]
    said = {"to": to, "item": item, "words": (form.words.data or "").strip()}
    told = step("taken_back", name=scene.names.get(to, ""))
    return Deed(scene.marks, [("taken_back", said)], [told], taken=[(to, bytes.fromhex(item))])


TAKE_BACK_WORDS = Act(
    "take-back",
    "undo",
    _l("Take words back"),
    _l("Take back"),
    TakeBackForm,
    _take_back,
    _l("It is taken back, and the child is told."),
    small=_l("what was handed over; what was read stays known"),
    possible=lambda scene: bool(lying(scene)),
    rare=True,
)
