"""Answer the child, in words or by voice: one message that her code opens; warned once where words repeat it (S38)."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectChoice, SelectField, TextAreaField
from wtforms.validators import Length, ValidationError

from youthvoice.grievances.actions.base import Act, ActForm, Deed, Refused
from youthvoice.grievances.actions.voice_field import SpokenField
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.case.echo_check import Repeat, repeats
from youthvoice.grievances.due_hour import over
from youthvoice.grievances.status import WAITS_FOR_CHILD
from youthvoice.grievances.time_limits import TROUBLE
from youthvoice.threads.case_state import hour_after
from youthvoice.threads.entries import CHILD
from youthvoice.web.i18n.lists import listed

MOST_LETTERS: Final = 600
_A_DAY: Final = 24  # hours


class AnswerForm(ActForm):
    """A message to the child, and by when she hears again."""

    words = TextAreaField(
        _l("Your answer"),
        [Length(max=MOST_LETTERS, message=_l("At most %(max)d letters."))],
    )
    voice = SpokenField(_l("A recording as a file"))
    again = SelectField(
        _l("When do you write again?"),
        choices=[
            SelectChoice("", _l("When there is something new")),
            SelectChoice("3", _l("In three days")),
            SelectChoice("7", _l("In one week")),
            SelectChoice("14", _l("In two weeks")),
        ],
        default="",
    )
    anyway = BooleanField(_l("Send it all the same"))
    warned = False

    def validate_words(self, field: Field) -> None:
        """Something must be said.

        Raises:
            ValidationError: neither written nor spoken.
        """
        if not (field.data or "").strip() and not self.voice.data:
            raise ValidationError(str(_("Write or record your answer first.")))

    def prepare(self, scene: Scene, known: Any) -> None:  # noqa: ARG002 - as every form of an act
        """A warning is shown again as long as the words are sent again."""
        self.warned = bool(self.anyway.data)


def _deed(scene: Scene, form: AnswerForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    words = (form.words.data or "").strip()
    if not form.anyway.data and (found := _repeated(scene, words)):
        form.warned = True
        raise Refused("words", _warning(found))
    marks = scene.marks.without_clock("answer", "child_wrote").on("answered", scene.today).flagged(WAITS_FOR_CHILD)
    if marks.answerable and "answered" not in scene.marks.days:  # from now on somebody may let her pay for it (S16)
        for name in TROUBLE:
            marks = marks.with_clock(name, over(scene.site, marks, name, scene.now))
    if form.again.data:
        marks = marks.with_clock("answer", hour_after(scene.now, int(form.again.data) * _A_DAY))
    name = scene.names.get(scene.caller_id, "")
    return Deed(
        marks.having(owner=marks.owner or scene.caller_id),
        entries=[("advocate", {"words": words, "kind": form.voice.kind})],
        replies=[("message_voice" if form.voice.data else "message", {"words": words, "from": name})],
        voice=form.voice.data or b"",
    )


def _repeated(scene: Scene, words: str) -> list[Repeat]:
    told = [str(entry.said.get("words") or "") for entry in scene.said if entry.by == CHILD]
    hers = scene.names.get(scene.caller_id, "")  # her own name stands under it anyway
    adults = {one.name for one in scene.readers.everybody} | {name for key, name in scene.names.items() if key}
    return repeats(words, told, adults - {hers})


def _warning(found: list[Repeat]) -> str:
    repeated = listed(f"“{each.words}”" for each in found)
    return str(
        _(
            "Others may see this on the tablet. Say it without %(words)s, or tick that you send it all the same.",
            words=repeated,
        )
    )


ANSWER = Act(
    "answer",
    "mail",
    _l("Answer the child"),
    _l("Send to the child"),
    AnswerForm,
    _deed,
    _l("It is sent. The child's code opens it."),
    possible=lambda scene: scene.marks.answerable,
    listed=False,
)
