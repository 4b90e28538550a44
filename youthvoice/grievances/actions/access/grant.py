"""Let one more person read a report: with a new key, or new at the site; never whom the child left out."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice.accounts.store import Reader
from youthvoice.grievances.actions.base import Act, ActForm, Deed, step
from youthvoice.grievances.case.context import Scene
from youthvoice.threads.readers import membership


class GiveForm(ActForm):
    """Who reads it from now on."""

    to = RadioField(_l("Who shall read it, too?"), [InputRequired(_l("Choose somebody."))], coerce=int)

    def prepare(self, scene: Scene, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """Trusted readers of the site who do not have it now."""
        before = membership.were_given(scene.said)
        self.to.choices = [
            SelectChoice(str(one.person_id), _named(one, had_it=one.person_id in before)) for one in candidates(scene)
        ]


def _named(one: Reader, *, had_it: bool) -> str:
    if had_it:
        return str(_("%(name)s, who read it with an earlier key", name=one.name))
    return str(_("%(name)s, who is new to it: the child is told", name=one.name))


def candidates(scene: Scene) -> list[Reader]:
    """Who may get it: a safeguarding lead only where a child may be hurt, and nobody who was kept out."""
    possible = (
        *scene.readers.advocates,
        *(scene.readers.leads if scene.marks.harm else ()),
        *scene.readers.outside,
    )
    return [one for one in possible if one.person_id not in scene.reading | scene.kept_out]


def _deed(scene: Scene, form: GiveForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    to = next(one for one in candidates(scene) if one.person_id == form.to.data)
    new = to.person_id not in membership.were_given(scene.said)
    told = [step("next_person", name=to.name)] if new else []
    return Deed(scene.marks, [("given", {"to": to.person_id, "reads": [to.person_id]})], told, given=[to])


GIVE = Act(
    "give",
    "plus",
    _l("Let somebody read it"),
    _l("Let her or him read it"),
    GiveForm,
    _deed,
    _l("It can be read by one more person now."),
    small=_l("with a new key, or new at the site"),
    possible=lambda scene: bool(candidates(scene)),
    rare=True,
)
