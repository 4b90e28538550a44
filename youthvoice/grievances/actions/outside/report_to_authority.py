"""A report to an authority, recorded as the law asks: number, simple language, read back, interpreter, time (S19)."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice.grievances.actions.base import Act, ActForm, Deed, Refused, step
from youthvoice.grievances.case.context import Scene

REPORTED = "authority"
"""Flag: an authority knows; such a record is never destroyed by a timer."""

_SHORT, _LONG = 120, 2000


def _at_most(letters: int) -> Length:
    return Length(max=letters, message=_l("At most %(max)d letters."))


class AuthorityForm(ActForm):
    """What was reported, to whom and how."""

    authority = StringField(
        _l("To which authority?"), [DataRequired(_l("Type the name of the authority.")), _at_most(_SHORT)]
    )
    number = StringField(_l("Its entry number"), [DataRequired(_l("Type the entry number.")), _at_most(_SHORT)])
    on = DateField(_l("On which day?"), [InputRequired(_l("Type the day."))])
    at = TimeField(_l("At what time?"), [InputRequired(_l("Type the time."))])
    simple = BooleanField(_l("It was written in simple language"))
    read_back = BooleanField(_l("It was read back to whoever told it"))
    interpreter = StringField(_l("Interpreter, if there was one"), [_at_most(_SHORT)])
    words = TextAreaField(_l("In a few words"), [_at_most(_LONG)])

    def prepare(self, scene: Scene, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """Today, unless it was another day."""
        if not self.is_submitted():
            self.on.data = scene.today


def _deed(scene: Scene, form: AuthorityForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    if form.on.data > scene.today:
        raise Refused("on", str(_("This day has not come yet.")))
    said = {
        "action": "authority",
        "authority": (form.authority.data or "").strip(),
        "number": (form.number.data or "").strip(),
        "on": form.on.data.isoformat(),
        "at": f"{form.at.data:%H:%M}",
        "simple": bool(form.simple.data),
        "read_back": bool(form.read_back.data),
        "interpreter": (form.interpreter.data or "").strip(),
        "words": (form.words.data or "").strip(),
    }
    marks = scene.marks.without_clock("authority").on("acted", scene.today).on("authority", scene.today)
    return Deed(marks.flagged(REPORTED), [("action", said)], [step("authority_told")])


AUTHORITY = Act(
    "authority",
    "flag",
    _l("Report to an authority"),
    _l("Keep this"),
    AuthorityForm,
    _deed,
    _l("It is kept, and the child is told."),
    small=_l("number, time, who interpreted"),
    later=True,
)
