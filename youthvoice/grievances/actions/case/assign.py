"""Who has a report in hand."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice.grievances.actions.base import Act, ActForm, Deed
from youthvoice.grievances.case.context import Scene


class OwnForm(ActForm):
    """Who goes on with it."""

    to = RadioField(_l("Who has it in hand?"), [InputRequired(_l("Choose somebody."))], coerce=int)

    def prepare(self, scene: Scene, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """Whoever reads it, and everybody together."""
        others = [SelectChoice(str(one.person_id), one.name) for one in scene.others]
        self.to.choices = [
            SelectChoice(str(scene.caller_id), _("I have")),
            *others,
            SelectChoice("0", _("Everybody who reads it")),
        ]
        if not self.is_submitted():
            self.to.data = scene.marks.owner


def _deed(scene: Scene, form: OwnForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    return Deed(scene.marks.having(owner=form.to.data), entries=[("owner", {"to": form.to.data})])


OWN = Act(
    "owner",
    "inbox",
    _l("Take it in hand"),
    _l("Keep this"),
    OwnForm,
    _deed,
    _l("It is kept."),
    small=_l("or give it to somebody who reads it"),
    possible=lambda scene: scene.marks.state != "asked",
)
