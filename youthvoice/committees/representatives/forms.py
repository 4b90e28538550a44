"""The form that ends a term early: shape and error words."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from youthvoice.committees.representatives import labels as rep_words
from youthvoice.committees.representatives.rules import ENDINGS


class EndForm(FlaskForm):
    """Why a term ends before its time."""

    why = RadioField(_l("Why?"), [InputRequired(_l("Choose why."))])

    @classmethod
    def new(cls) -> "EndForm":
        """The form with its reasons."""
        form = cls()
        form.why.choices = [(code, rep_words.ending(code)) for code in ENDINGS]
        return form
