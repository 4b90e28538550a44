"""Refer to a service of the directory, and record what it said: nothing out of scope is just closed (S18)."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.access.guard import Caller
from youthvoice.grievances.actions.base import Act, ActForm, Deed, Refused
from youthvoice.grievances.case.context import Scene
from youthvoice.sites.services import store as service_store
from youthvoice.sites.services.store import ServiceFacts

_MOST_LETTERS = 2000
_MOST_OF_A_NAME = 120
_ANOTHER = 0
"""Row of a service that the directory does not hold."""


class ReferForm(ActForm):
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

    def prepare(self, scene: Scene, known: list[ServiceFacts]) -> None:
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


def _known(session: Session, scene: Scene, caller: Caller) -> list[ServiceFacts]:  # noqa: ARG001 - as every act
    return service_store.services_of(session, [scene.site.id])


def _deed(scene: Scene, form: ReferForm, known: list[ServiceFacts]) -> Deed:
    if form.on.data > scene.today:
        raise Refused("on", str(_("This day has not come yet.")))
    said = {
        "action": "referral",
        "service": _named(form, known),
        "service_id": form.service.data,
        "state": form.state.data,
        "on": form.on.data.isoformat(),
        "words": (form.words.data or "").strip(),
    }
    return Deed(scene.marks.on("acted", scene.today), [("action", said)])


def _named(form: ReferForm, known: list[ServiceFacts]) -> str:
    if form.service.data != _ANOTHER:
        return next(one.name for one in known if one.id == form.service.data)
    if name := " ".join((form.other.data or "").split()):
        return name
    raise Refused("other", str(_("Write the name of the service.")))


REFER = Act(
    "refer",
    "place",
    _l("Refer to a service"),
    _l("Keep this"),
    ReferForm,
    _deed,
    _l("It is kept."),
    small=_l("asked, accepted, declined, what came of it"),
    known=_known,
    later=True,
)
