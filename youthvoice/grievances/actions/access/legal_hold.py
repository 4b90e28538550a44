"""What counts once two readers have said it: a legal hold, its end, that no law asks for a report to an authority."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from youthvoice.grievances.actions.base import Act, ActForm, Deed, Shown
from youthvoice.grievances.case import second_opinions as questions
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.time_limits import AUTHORITY
from youthvoice.threads.case_state import Marks
from youthvoice.threads.entries import Entry
from youthvoice.threads.retention.rules import HELD, WAS_HARM

_LETTERS = 600


class HoldForm(ActForm):
    """Why."""

    words = TextAreaField(
        _l("Why"), [DataRequired(_l("Say why.")), Length(max=_LETTERS, message=_l("At most %(max)d letters."))]
    )


@dataclass(frozen=True, slots=True)
class Together:
    """Something that two people say.

    Attributes:
        kind: of its entries, one of `questions.KINDS`.
        state: of the entry of whoever agrees; with `_asked` behind it, of whoever says it first.
        then: how the report stands once both have said it.
        fits: whether it means anything as the report stands.
    """

    kind: str
    state: str
    then: Callable[[Marks], Marks]
    fits: Callable[[Marks], bool]

    def deed(self, scene: Scene, form: HoldForm, known: Any) -> Deed:  # noqa: ARG002 - as every act
        """Say it first, or second."""
        words, question = (form.words.data or "").strip(), self._question(scene)
        if question is None:
            return Deed(scene.marks, [(self.kind, {"state": f"{self.state}_asked", "words": words})])
        said = {"state": self.state, "words": words, "question": question.id.hex()}
        return Deed(self.then(scene.marks), [(self.kind, said)])

    def possible(self, scene: Scene) -> bool:
        """Nobody says it twice."""
        question = self._question(scene)
        return self.fits(scene.marks) and (question is None or question.by != scene.caller_id)

    def _question(self, scene: Scene) -> Entry | None:
        asked = questions.waiting(scene.said, self.kind)
        return next((one for one in asked if one.said["state"] == f"{self.state}_asked"), None)

    def shows(self, scene: Scene) -> Sequence[Shown]:
        """What the first one said."""
        question = self._question(scene)
        return [Shown(scene.names.get(question.by, ""), str(question.said.get("words", "")))] if question else []

    def act(self, name: str, mark: str, title: Any, small: Any) -> Act:
        """It as something that can be done."""
        done = _l("It is written down. It counts once two people have said so.")
        return Act(
            name,
            mark,
            title,
            title,
            HoldForm,
            self.deed,
            done,
            small=small,
            possible=self.possible,
            rare=True,
            shows=self.shows,
        )


_KEEP = Together("hold", "keep", lambda marks: marks.flagged(HELD), lambda marks: HELD not in marks.flags)
_LET_GO = Together(
    "hold",
    "let_go",
    then=lambda marks: marks.unflagged(HELD, WAS_HARM),
    fits=lambda marks: bool({HELD, WAS_HARM} & set(marks.flags)),
)
_NO_AUTHORITY = Together(
    "no_authority",
    "agreed",
    then=lambda marks: marks.without_clock(AUTHORITY),
    fits=lambda marks: AUTHORITY in marks.clocks,
)

HOLD = _KEEP.act("hold", "lock", _l("Keep it past its end"), _l("for a court or an inspection; a second person agrees"))
RELEASE = _LET_GO.act("release", "undo", _l("Let it end in time again"), _l("a second person agrees"))
NO_AUTHORITY = _NO_AUTHORITY.act(
    "no-authority", "skip", _l("No law asks for a report to an authority"), _l("a second person agrees")
)
