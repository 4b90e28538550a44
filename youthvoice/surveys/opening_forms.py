"""The form that opens a round."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from youthvoice.staff.second import SecondAdultForm
from youthvoice.surveys.forms import MultiCheckboxField
from youthvoice.surveys.opening import MOST_INVITED

PURPOSES = (
    SelectChoice("regular", _("Regular: how things are here")),
    SelectChoice("awareness", _("Awareness: before and after a session")),
    SelectChoice("care", _("Care: coming here or leaving; runs on and closes every three months")),
    SelectChoice("choice", _("Choice: one small everyday thing")),
)


class OpenForm(FlaskForm, SecondAdultForm):
    """What two adults fix when a round opens."""

    questionnaire = SelectField(_("Questionnaire"), coerce=int)
    purpose = RadioField(_("Purpose"), choices=list(PURPOSES), default="regular")
    sites = MultiCheckboxField(_("Sites"), coerce=int)
    pair = BooleanField(_("Two rounds: one before, one after"))
    starts = DateField(_("First day"), validators=[InputRequired(_("Choose the first day."))])
    until = DateField(_("Last day"), validators=[InputRequired(_("Choose the last day."))])
    after_from = DateField(_("First day of the round after"), validators=[Optional()])
    after_until = DateField(_("Last day of the round after"), validators=[Optional()])
    link = RadioField(
        _("How are before and after joined?"),
        choices=[
            SelectChoice("none", _("Not joined")),
            SelectChoice("sheet", _("One sheet after the session asks “before” and “now”")),
            SelectChoice("card", _("With picture cards")),
        ],
        default="none",
    )
    invited = IntegerField(
        _("How many children are invited?"),
        validators=[
            InputRequired(_("Say how many children are invited.")),
            NumberRange(0, MOST_INVITED, _("Write a whole number.")),
        ],
    )
    slips = BooleanField(_("Ask for slips"))
    permission = StringField(
        _("Permission on file"),
        validators=[
            InputRequired(_("Say which permission is on file and who gave it.")),
            Length(max=200, message=_("At most 200 letters.")),
        ],
    )
    decider = SelectField(_("Who answers the children?"), coerce=int)
    due = DateField(_("Answer due"), validators=[InputRequired(_("Choose the day."))])

    def validate_sites(self, field: MultiCheckboxField) -> None:
        """One at least."""
        if not field.data:
            raise ValidationError(_("Choose one site, or several small ones that are counted together."))

    def validate_pair(self, field: BooleanField) -> None:
        """A pair has days for both."""
        if field.data and not (self.after_from.data and self.after_until.data):
            raise ValidationError(_("Choose the days of the round after, too."))

    def days(self) -> tuple[tuple[str, date, date], ...]:
        """Each wave with its first and last day."""
        if not self.pair.data:
            return (("single", self.starts.data, self.until.data),)
        return (
            ("pre", self.starts.data, self.until.data),
            ("post", self.after_from.data, self.after_until.data),
        )
