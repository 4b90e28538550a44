"""Actions towards outside: refer to a service, report to an authority."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, RadioField, SelectChoice, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice.access.guard import Caller
from youthvoice.grievances.actions.base import Action, ActionForm, ActionRefused, Changes, timeline_step
from youthvoice.grievances.case.context import ReportContext
from youthvoice.sites.service_directory import Service, list_services

_MOST_LETTERS = 2000


_MOST_OF_A_NAME = 120


_ANOTHER = 0
"""Row of a service that the directory does not hold."""


class ReferForm(ActionForm):
    """To which service, and how far it is."""

    service = RadioField(_l("Which service?"), [InputRequired(_l("Choose a service."))], coerce=int)
    other = StringField(
        _l("If it is another one: its name, and how it is reached"),
        [Length(max=_MOST_OF_A_NAME, message=_l("At most %(max)d letters."))],
    )
    state = RadioField(
        _l("How far is it?"),
        [InputRequired(_l("Choose how far it is."))],
        choices=[
            SelectChoice("asked", _l("The service was asked")),
            SelectChoice("accepted", _l("The service accepted")),
            SelectChoice("declined", _l("The service declined")),
            SelectChoice("outcome", _l("The service told what came of it")),
        ],
    )
    on = DateField(_l("On which day?"), [InputRequired(_l("Type the day."))])
    words = TextAreaField(_l("In a few words"), [Length(max=_MOST_LETTERS, message=_l("At most %(max)d letters."))])

    def prepare(self, scene: ReportContext, known: list[Service]) -> None:
        """The services of the site; the one that was asked last is chosen."""
        listed = [SelectChoice(str(one.id), f"{one.name}, {one.phone}") for one in known]
        self.service.choices = [*listed, SelectChoice(str(_ANOTHER), _l("Another one, that is not in the directory"))]
        if not self.is_submitted():
            last = next(
                (one.said for one in reversed(scene.of_kind("action")) if one.said.get("action") == "referral"), None
            )
            self.on.data, self.service.data = scene.today, None if known else _ANOTHER
            if last and last["service_id"] in {_ANOTHER, *(one.id for one in known)}:
                self.service.data = last["service_id"]
                self.other.data = "" if last["service_id"] else last["service"]


def _known(session: Session, scene: ReportContext, caller: Caller) -> list[Service]:  # noqa: ARG001 - as every act
    return list_services(session, [scene.site.id])


def _refer(scene: ReportContext, form: ReferForm, known: list[Service]) -> Changes:
    if form.on.data > scene.today:
        raise ActionRefused("on", str(_("This day has not come yet.")))
    said = {
        "action": "referral",
        "service": _named(form, known),
        "service_id": form.service.data,
        "state": form.state.data,
        "on": form.on.data.isoformat(),
        "words": (form.words.data or "").strip(),
    }
    return Changes(scene.marks.on("acted", scene.today), [("action", said)])


def _named(form: ReferForm, known: list[Service]) -> str:
    if form.service.data != _ANOTHER:
        return next(one.name for one in known if one.id == form.service.data)
    if name := " ".join((form.other.data or "").split()):
        return name
    raise ActionRefused("other", str(_("Write the name of the service.")))


REFER = Action(
    "refer",
    "place",
    _l("Refer to a service"),
    _l("Keep this"),
    ReferForm,
    _refer,
    _l("It is kept."),
    small=_l("asked, accepted, declined, what came of it"),
    known=_known,
    later=True,
)


REPORTED = "authority"
"""Flag: an authority knows; such a record is never destroyed by a timer."""


_SHORT, _LONG = 120, 2000


def _at_most(letters: int) -> Length:
    return Length(max=letters, message=_l("At most %(max)d letters."))


class AuthorityForm(ActionForm):
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

    def prepare(self, scene: ReportContext, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """Today, unless it was another day."""
        if not self.is_submitted():
            self.on.data = scene.today


def _report(scene: ReportContext, form: AuthorityForm, known: Any) -> Changes:  # noqa: ARG001 - as every act
    if form.on.data > scene.today:
        raise ActionRefused("on", str(_("This day has not come yet.")))
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
    return Changes(marks.flagged(REPORTED), [("action", said)], [timeline_step("authority_told")])


REPORT_TO_AUTHORITY = Action(
    "authority",
    "flag",
    _l("Report to an authority"),
    _l("Keep this"),
    AuthorityForm,
    _report,
    _l("It is kept, and the child is told."),
    small=_l("number, time, who interpreted"),
    later=True,
)
