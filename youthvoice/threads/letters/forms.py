"""Forms about letters: keeping one past its end, sharing them with a colleague."""

from collections.abc import Iterable
from typing import Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice.accounts.forms import SecondAdultForm
from youthvoice.accounts.store import Reader


class HoldLetterForm(SecondAdultForm, FlaskForm):
    """An advocate asks another one to agree that a letter is kept past its end, or is not any more."""


class ShareLettersForm(FlaskForm):
    """Who reads them, too."""

    to = RadioField(_l("Who shall read them, too?"), [InputRequired(_l("Choose somebody."))], coerce=int)

    @classmethod
    def offering(cls, people: Iterable[Reader]) -> Self:
        """The form with these people to choose from."""
        form = cls()
        form.to.choices = [SelectChoice(str(reader.person_id), reader.name) for reader in people]
        return form
