"""Forms about letters: hold one past its end, share them with a colleague."""

from collections.abc import Iterable
from typing import Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice.accounts.forms import SecondAdultForm
from youthvoice.accounts.store import Reader


class HoldLetterForm(SecondAdultForm, FlaskForm):
    """An advocate asks another one to agree to hold a letter past its end, or to end the hold."""


class ShareLettersForm(FlaskForm):
    """The colleague who may read the letters, too."""

    to = RadioField(_l("Who shall read them, too?"), [InputRequired(_l("Choose somebody."))], coerce=int)

    @classmethod
    def offering(cls, people: Iterable[Reader]) -> Self:
        """The form with these people as choices."""
        form = cls()
        form.to.choices = [SelectChoice(str(reader.person_id), reader.name) for reader in people]
        return form
