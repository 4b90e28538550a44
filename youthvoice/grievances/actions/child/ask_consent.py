"""Ask the child whether one adult may have some of her words: a yes counts for these words and this person (S20)."""

import secrets
from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice.access.guard import Caller
from youthvoice.accounts.store import Reader
from youthvoice.grievances.actions.base import Act, ActForm, Deed
from youthvoice.grievances.actions.child.answer import MOST_LETTERS
from youthvoice.grievances.actions.shareable_items import chosen, offered
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.handover.recipients import colleagues
from youthvoice.grievances.status import WAITS_FOR_CHILD
from youthvoice.sites.forms import Ticks

_QUESTION_BYTES: Final = 8


class ConsentForm(ActForm):
    """Who, which words, and a sentence that says what for."""

    to = RadioField(_l("Who may know?"), [InputRequired(_l("Choose somebody."))], coerce=int)
    items = Ticks(_l("Which words?"), [DataRequired(_l("Choose at least one."))])
    words = TextAreaField(
        _l("What for, in a sentence for the child"), [Length(max=MOST_LETTERS, message=_l("At most %(max)d letters."))]
    )

    def prepare(self, scene: Scene, known: list[Reader]) -> None:
        """The adults of the site who do not read it, and everything that the child told."""
        self.to.choices = [SelectChoice(str(one.person_id), one.name) for one in known]
        self.items.choices = offered(scene)


def _known(session: Session, scene: Scene, caller: Caller) -> list[Reader]:  # noqa: ARG001 - as every act
    return colleagues(session, scene)


def _deed(scene: Scene, form: ConsentForm, known: list[Reader]) -> Deed:
    to = next(one for one in known if one.person_id == form.to.data)
    items = chosen(scene, form.items.data or [])
    said = {
        "ask": "may_know",
        "question": secrets.token_hex(_QUESTION_BYTES),
        "words": (form.words.data or "").strip(),
    }
    days = sorted({entry.day.isoformat() for entry in items})
    asked = {**said, "to": to.name, "days": days, "from": scene.names.get(scene.caller_id, "")}
    entry = {**said, "to": to.person_id, "items": [one.id.hex() for one in items]}
    return Deed(scene.marks.flagged(WAITS_FOR_CHILD), [("advocate", entry)], [("ask", asked)])


ASK_CONSENT = Act(
    "ask-may-know",
    "people",
    _l("Ask the child: may somebody know?"),
    _l("Send to the child"),
    ConsentForm,
    _deed,
    _l("It is sent. The child's code opens it."),
    small=_l("these words, this person"),
    possible=lambda scene: scene.marks.answerable and scene.marks.state != "closed",
    known=_known,
    later=True,
)
