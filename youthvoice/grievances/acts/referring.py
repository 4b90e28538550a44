"""Refer to a service of the directory, and record what it said: nothing out of scope is just closed (S18)."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.access.guard import Caller
from youthvoice.grievances.acts.deeds import Act, ActForm, Deed, Refused
from youthvoice.grievances.scene import Scene
from youthvoice.places import service_store
from youthvoice.places.service_store import ServiceFacts

_MOST_LETTERS = 2000


class ReferForm(ActForm):
    """To which service, and how far it is."""

    service = RadioField(_l("Which service?"), [InputRequired(_l("Choose a service."))], coerce=int)
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
        self.service.choices = [SelectChoice(str(one.id), f"{one.name}, {one.phone}") for one in known]
        if not self.is_submitted():
            last = next(
                (entry.said for entry in reversed(scene.of_kind("action")) if entry.said.get("service_id")), None
            )
            self.on.data, self.service.data = scene.today, last["service_id"] if last else None


def _known(session: Session, scene: Scene, caller: Caller) -> list[ServiceFacts]:  # noqa: ARG001 - as every act
    return service_store.services_of(session, [scene.site.id])


def _deed(scene: Scene, form: ReferForm, known: list[ServiceFacts]) -> Deed:
    if form.on.data > scene.today:
        raise Refused("on", str(_("This day has not come yet.")))
    service = next(one for one in known if one.id == form.service.data)
    said = {
        "action": "referral",
        "service": service.name,
        "service_id": service.id,
        "state": form.state.data,
        "on": form.on.data.isoformat(),
        "words": (form.words.data or "").strip(),
    }
    return Deed(scene.marks.on("acted", scene.today), [("action", said)])


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
    nothing=_l("The directory of this site holds no service yet. A coordinator writes services into it."),
)
