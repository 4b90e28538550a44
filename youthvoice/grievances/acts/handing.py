"""Hand chosen words over to a facilitator or colleague; the child is always told (S20).

With the child's yes for these words and this person, or with a legal ground, a reason and a second person who agrees;
what the law requires waits for nobody.
"""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice import running
from youthvoice.access.guard import Caller
from youthvoice.grievances import questions
from youthvoice.grievances.acts.deeds import Act, ActForm, Deed, Refused, Said, step
from youthvoice.grievances.colleagues import colleagues
from youthvoice.grievances.scene import Scene
from youthvoice.places.forms import Ticks
from youthvoice.staff.store import Reader
from youthvoice.threads.entries import Entry
from youthvoice.threads.handed import SealedItem, seal_item

_LONG: Final = 2000
_SHOWN: Final = 90  # letters of an item in the list
_BY_CHILD: Final = frozenset({"told", "child", "put_right", "withdraw", "trouble"})


class HandForm(ActForm):
    """What, to whom, on which ground."""

    to = RadioField(_l("To whom?"), [InputRequired(_l("Choose somebody."))], coerce=int)
    items = Ticks(_l("Which words?"))
    words = TextAreaField(
        _l("What should she or he do?"),
        [DataRequired(_l("Write what should be done.")), Length(max=_LONG, message=_l("At most %(max)d letters."))],
    )
    ground = RadioField(
        _l("Why may these words be handed over?"),
        [InputRequired(_l("Choose why."))],
        choices=[
            SelectChoice("child", _l("The child said yes to these words and this person")),
            SelectChoice("law", _l("The law requires it: at once, without asking anybody")),
            SelectChoice("ground", _l("There is another legal ground: a second person must agree")),
        ],
    )
    reason = TextAreaField(
        _l("The reason: when and how the child said yes, or which law"),
        [DataRequired(_l("Write the reason.")), Length(max=_LONG, message=_l("At most %(max)d letters."))],
    )

    def prepare(self, scene: Scene, known: list[Reader]) -> None:
        """The adults of the site who do not read it, and everything that the child said in words."""
        self.to.choices = [SelectChoice(str(one.person_id), one.name) for one in known]
        self.items.choices = [SelectChoice(entry.id.hex(), _short(entry)) for entry in _offered(scene)]


def _short(entry: Entry) -> str:
    words = " ".join(str(entry.said["words"]).split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


def _offered(scene: Scene) -> list[Entry]:
    return [entry for entry in scene.said if entry.kind in _BY_CHILD and entry.said.get("words")]


def _known(session: Session, scene: Scene, caller: Caller) -> list[Reader]:  # noqa: ARG001 - as every act
    return colleagues(session, scene)


def _deed(scene: Scene, form: HandForm, known: list[Reader]) -> Deed:
    to = next(one for one in known if one.person_id == form.to.data)
    said = {
        "to": to.person_id,
        "items": list(form.items.data or []),
        "ask": (form.words.data or "").strip(),
        "ground": form.ground.data,
        "reason": (form.reason.data or "").strip(),
    }
    if form.ground.data == "ground":
        return Deed(scene.marks, [("handed", {**said, "state": "asked"})])
    consent: list[Said] = []
    if form.ground.data == "child":
        consent = [("consent", {"to": to.person_id, "items": said["items"], "answer": "yes"})]
    return _handed(scene, to, said, consent)


def _handed(scene: Scene, to: Reader, said: dict[str, Any], before: Sequence[Said] = ()) -> Deed:
    entries = [*before, ("handed", {**said, "state": "done"})]
    told = step("handed", name=to.name, why=said["ground"])
    return Deed(scene.marks.on("acted", scene.today), entries, [told], handed=[_sealed(scene, to, said)])


def _sealed(scene: Scene, to: Reader, said: dict[str, Any]) -> SealedItem:
    chosen = [entry for entry in _offered(scene) if entry.id.hex() in said["items"]]
    facts = scene.thread.facts
    told = {
        "thread": facts.id.hex(),
        "public_key": facts.public_key.hex(),
        "topic": scene.marks.topic,
        "site": scene.site.name,
        "from": scene.names.get(scene.caller_id, ""),
        "ask": said["ask"],
        "items": [{"words": entry.said["words"], "day": entry.day.isoformat()} for entry in chosen],
    }
    return seal_item(running.keyring(), to, scene.today, facts.month, told)


class AgreeForm(ActForm):
    """Yes or no to what another wants to hand over."""

    answer = RadioField(
        _l("Is there a legal ground for this?"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice("yes", _l("Yes, hand it over")), SelectChoice("no", _l("No, do not"))],
    )
    words = TextAreaField(_l("Why"), [Length(max=_LONG, message=_l("At most %(max)d letters."))])


def _agree(scene: Scene, form: AgreeForm, known: list[Reader]) -> Deed:
    question = _question(scene)
    assert question is not None  # `_may_agree` says so
    words, said = (form.words.data or "").strip(), {**question.said, "question": question.id.hex()}
    if form.answer.data == "no":
        return Deed(scene.marks, [("handed", {**said, "state": "refused", "reason": words})])
    to = next((one for one in known if one.person_id == said["to"]), None)
    if to is None:
        raise Refused("answer", str(_("Nothing can be handed to this person any more.")))
    return _handed(scene, to, said)


def _question(scene: Scene) -> Entry | None:
    return questions.for_her(scene.said, scene.caller_id, "handed")


def _may_agree(scene: Scene) -> bool:
    return _question(scene) is not None


HAND_OVER = Act(
    "hand-over",
    "hand-over",
    _l("Hand words over"),
    _l("Hand over"),
    HandForm,
    _deed,
    _l("It is kept, and the child is told when it is handed over."),
    small=_l("to a facilitator or colleague, with the child's yes"),
    possible=lambda scene: scene.marks.state != "closed",
    known=_known,
)
AGREE_HAND = Act(
    "agree-hand-over",
    "hand-over",
    _l("Agree to hand over, or not"),
    _l("Keep this"),
    AgreeForm,
    _agree,
    _l("It is kept."),
    possible=_may_agree,
    known=_known,
)
