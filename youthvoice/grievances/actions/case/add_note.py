"""A private note: for whoever reads the report, never for the child."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from youthvoice.grievances.actions.base import Act, ActForm, Deed
from youthvoice.grievances.case.context import Scene

MOST_LETTERS = 4000


class NoteForm(ActForm):
    """Words for the other readers."""

    words = TextAreaField(
        _l("Your note"),
        [DataRequired(_l("Write the note.")), Length(max=MOST_LETTERS, message=_l("At most %(max)d letters."))],
    )


def _deed(scene: Scene, form: NoteForm, known: Any) -> Deed:  # noqa: ARG001 - as every act
    return Deed(scene.marks, entries=[("note", {"words": (form.words.data or "").strip()})])


NOTE = Act(
    "note",
    "note",
    _l("Write a private note"),
    _l("Keep the note"),
    NoteForm,
    _deed,
    _l("The note is kept."),
    small=_l("for those who read this, never for the child"),
)
