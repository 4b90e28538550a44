"""Forms of the rota: shape and error words, no I/O."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectChoice, SelectField, ValidationError
from wtforms.validators import StopValidation

from youthvoice.accounts.store import Reader
from youthvoice.grievances.rota.store import Duty

ONCE = "once"
_A_MONDAY = date(2026, 11, 23)
_LONGEST = timedelta(days=366)


def weekday(number: int) -> str:
    """The name of a day of the week, 0 being Monday."""
    return str(format_date(_A_MONDAY + timedelta(days=number), "EEEE"))


class Needed:
    """A day that has to be chosen where it is once, and does not matter otherwise."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Refuse an empty one; stop where it does not matter, also over what cannot be read as a day."""
        if form.when.data != ONCE:
            field.errors = []
            raise StopValidation
        if not field.data:
            field.errors = []
            raise StopValidation(_("Choose a day."))


class DutyForm(FlaskForm):
    """Somebody is on call on a day of every week, or on some days once."""

    person = SelectField(lazy_gettext("Who is on call"), coerce=int)
    when = SelectField(lazy_gettext("When"))
    first_day = DateField(lazy_gettext("From"), [Needed()])
    last_day = DateField(lazy_gettext("Until, that day too"), [Needed()])
    today: date | None = None

    def offer(self, people: Iterable[Reader], today: date) -> None:
        """Who may be on call at the site, and the day it is there."""
        self.person.choices = [SelectChoice(one.person_id, one.name) for one in people]
        every = [SelectChoice(str(number), _("Every %(weekday)s", weekday=weekday(number))) for number in range(7)]
        self.when.choices = [*every, SelectChoice(ONCE, _("On the days below, once"))]
        self.today = today

    def validate_last_day(self, field: Field) -> None:
        """Not before the first, not over already, at most a year."""
        if self.when.data != ONCE:
            return
        first = self.first_day.data or field.data
        if field.data < first or (self.today and field.data < self.today):
            raise ValidationError(_("This day lies before the first, or is over."))
        if field.data - first > _LONGEST:
            raise ValidationError(_("At most a year at once."))

    def duty(self, site_id: int) -> Duty:
        """What was chosen."""
        if self.when.data == ONCE:
            return Duty(0, site_id, self.person.data, None, self.first_day.data, self.last_day.data)
        return Duty(0, site_id, self.person.data, int(self.when.data))
