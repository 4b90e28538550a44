"""Words for "what children said": written by one, agreed by another, kept inside the channel (PRIVACY.md A12)."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.grievances.actions.base import Act, ActForm, Deed, Refused, Shown
from youthvoice.grievances.case import second_opinions as questions
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.current_reader import me
from youthvoice.grievances.statistics.themes import AGREED, faults, missing
from youthvoice.threads import store as threads
from youthvoice.threads.entries import CHILD
from youthvoice.web.i18n.lists import listed

_MOST_LETTERS: Final = 300


class SumUpForm(ActForm):
    """A sentence that could be any child's."""

    words = TextAreaField(
        _l("One sentence, without any child, adult or day in it"),
        [DataRequired(_l("Write the sentence.")), Length(max=_MOST_LETTERS, message=_l("At most %(max)d letters."))],
    )
    quoted = BooleanField(_l("These are the child's own words, and the child said yes to showing them"))

    def prepare(self, scene: Scene, known: int) -> None:  # noqa: ARG002 - as every form of an act
        """Say how far this topic is from being a theme."""
        if known:
            more = ngettext(
                "%(num)s more report about this needs such words before it can be a theme.",
                "%(num)s more reports about this need such words before it can be a theme.",
                known,
            )
            self.words.description = str(more)


def _known(session: Session, scene: Scene, caller: Caller) -> int:
    """How many more reports of the topic need agreed words; counted among those that the caller reads at the site."""
    mine = [
        one for one in threads.mine(session, running.keyring(), me(session, caller)) if one.site_id == scene.site.id
    ]
    same = [one for one in mine if AGREED in one.marks.flags and one.marks.topic == scene.marks.topic]
    return missing(len(same), len(mine))


def _deed(scene: Scene, form: SumUpForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    words = (form.words.data or "").strip()
    told = [str(entry.said.get("words") or "") for entry in scene.said if entry.by == CHILD]
    adults = {one.name for one in scene.readers.everybody} | {name for key, name in scene.names.items() if key}
    if found := faults(words, told, adults, quoted=bool(form.quoted.data)):
        repeated = listed(f"“{each.words}”" for each in found)
        raise Refused(
            "words", str(_("Somebody could recognise the child by %(words)s. Say it otherwise.", words=repeated))
        )
    said = {"words": words, "quoted": bool(form.quoted.data), "state": "asked"}
    if earlier := questions.waiting(scene.said, "summary"):
        said["question"] = earlier[0].id.hex()  # the newer sentence stands in its place
    return Deed(scene.marks.unflagged(AGREED), [("summary", said)])


class AgreeForm(ActForm):
    """Yes or no to another's sentence."""

    answer = RadioField(
        _l("Could this be any child's sentence?"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice("yes", _l("Yes, I agree")), SelectChoice("no", _l("No, it says too much"))],
    )


def _agree(scene: Scene, form: AgreeForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    question = questions.for_her(scene.said, scene.caller_id, "summary")
    assert question is not None  # `_may_agree` says so
    yes = form.answer.data == "yes"
    said = {**question.said, "state": "agreed" if yes else "refused", "question": question.id.hex()}
    return Deed(scene.marks.flagged(AGREED) if yes else scene.marks, [("summary", said)])


def _may_agree(scene: Scene) -> bool:
    return questions.for_her(scene.said, scene.caller_id, "summary") is not None


def _proposal(scene: Scene) -> Sequence[Shown]:
    question = questions.for_her(scene.said, scene.caller_id, "summary")
    assert question is not None  # `_may_agree` says so
    shown = [Shown(_("One sentence, without any child, adult or day in it"), question.said["words"])]
    return [*shown, Shown(_("The child's own words"), str(_("yes")))] if question.said.get("quoted") else shown


SUM_UP = Act(
    "sum-up",
    "people",
    _l("Words for “what children said”"),
    _l("Ask a second person"),
    SumUpForm,
    _deed,
    _l("A second person is asked to agree. Nothing of it leaves this channel yet."),
    small=_l("one writes, another agrees"),
    known=_known,
    rare=True,
)
AGREE_SUM = Act(
    "agree-sum-up",
    "people",
    _l("Agree to words for “what children said”"),
    _l("Keep this"),
    AgreeForm,
    _agree,
    _l("It is kept."),
    possible=_may_agree,
    shows=_proposal,
)
