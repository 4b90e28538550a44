"""Forms of reports that are no action of a report: who is on call, what was done, a theme of a year."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from flask_babel import format_date, gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, RadioField, SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from youthvoice.accounts.store import Reader
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.grievances.intake_options import TOPICS
from youthvoice.threads.theme_form import AgreedThemeForm

ONCE = "once"

_MONDAY = date(2026, 11, 23)

_LONGEST = timedelta(days=366)


def weekday_name(number: int) -> str:
    """The name of a day of the week, 0 being Monday."""
    return str(format_date(_MONDAY + timedelta(days=number), "EEEE"))


class RequiredOnce:
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

    person = SelectField(_l("Who is on call"), coerce=int)
    when = SelectField(_l("When"))
    first_day = DateField(_l("From"), [RequiredOnce()])
    last_day = DateField(_l("Until, that day too"), [RequiredOnce()])
    today: date | None = None

    def offer(self, people: Iterable[Reader], today: date) -> None:
        """Who may be on call at the site, and the day it is there."""
        self.person.choices = [SelectChoice(reader.person_id, reader.name) for reader in people]
        every = [SelectChoice(str(number), _("Every %(weekday)s", weekday=weekday_name(number))) for number in range(7)]
        self.when.choices = [*every, SelectChoice(ONCE, _("On the days below, once"))]
        self.today = today

    def validate_last_day(self, field: Field) -> None:
        """Not before the first, not over already, at most a year."""
        if self.when.data != ONCE:
            return
        first = self.first_day.data or field.data
        if field.data < first or (self.today and field.data < self.today):
            raise ValidationError(_("This day is before the first day, or has passed."))
        if field.data - first > _LONGEST:
            raise ValidationError(_("At most one year at a time."))

    def duty(self, site_id: int) -> on_call_rota.Duty:
        """What was chosen."""
        duty = on_call_rota.Duty(site_id=site_id, person_id=self.person.data)
        if self.when.data == ONCE:
            duty.first_day, duty.last_day = self.first_day.data, self.last_day.data
        else:
            duty.weekday = int(self.when.data)
        return duty


class WriteBackForm(FlaskForm):
    """What was done."""

    words = TextAreaField(
        _l("What was done?"),
        [DataRequired(_l("Write what was done.")), Length(max=2000, message=_l("At most %(max)d letters."))],
    )


class YearThemeForm(AgreedThemeForm):
    """A theme of a year of reports."""

    topic = RadioField(_l("What is it about?"), [InputRequired(_l("Choose what it is about."))])

    @classmethod
    def about(cls, topics: Sequence[str], languages: Sequence[str]) -> "YearThemeForm":
        """The form with the topics that can be told of."""
        form = cls.in_languages(languages)
        form.topic.choices = [SelectChoice(pick.code, pick.words) for pick in TOPICS if pick.code in topics]
        return form
