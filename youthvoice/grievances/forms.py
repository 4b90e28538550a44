"""Forms of the channel that are no action on a report: on-call duty, answers of recipients, theme of a year."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from flask_babel import format_date, gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, RadioField, SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from youthvoice.accounts.store import Reader
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.grievances.intake.intake_options import MAX_WORDS_CHARACTERS, TOPICS
from youthvoice.threads.theme_form import AgreedThemeForm

ONCE = "once"

_MONDAY = date(2026, 11, 23)

_MAX_AHEAD = timedelta(days=366)


def weekday_name(number: int) -> str:
    """The name of a weekday; 0 is Monday."""
    return str(format_date(_MONDAY + timedelta(days=number), "EEEE"))


class RequiredOnce:
    """Requires a day where the duty is on single days; ignores the field where the duty is weekly."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Refuse an empty field, or stop where the field does not matter, even if it holds no valid day."""
        if form.when.data != ONCE:
            field.errors = []
            raise StopValidation
        if not field.data:
            field.errors = []
            raise StopValidation(_("Choose a day."))


class DutyForm(FlaskForm):
    """On-call duty on one weekday, or on single days."""

    person = SelectField(_l("Who is on call"), coerce=int)
    when = SelectField(_l("When"))
    first_day = DateField(_l("From"), [RequiredOnce()])
    last_day = DateField(_l("Until, that day too"), [RequiredOnce()])
    today: date | None = None

    def offer(self, people: Iterable[Reader], today: date) -> None:
        """Set the people who can be on call at the site, and the day at the site."""
        self.person.choices = [SelectChoice(reader.person_id, reader.name) for reader in people]
        every = [SelectChoice(str(number), _("Every %(weekday)s", weekday=weekday_name(number))) for number in range(7)]
        self.when.choices = [*every, SelectChoice(ONCE, _("On the days below, once"))]
        self.today = today

    def validate_last_day(self, field: Field) -> None:
        """Not before the first day, not in the past, at most a year later."""
        if self.when.data != ONCE:
            return
        first = self.first_day.data or field.data
        if field.data < first or (self.today and field.data < self.today):
            raise ValidationError(_("This day is before the first day, or has passed."))
        if field.data - first > _MAX_AHEAD:
            raise ValidationError(_("At most one year at a time."))

    def duty(self, site_id: int) -> on_call_rota.Duty:
        """The duty that the form describes."""
        duty = on_call_rota.Duty(site_id=site_id, person_id=self.person.data)
        if self.when.data == ONCE:
            duty.first_day, duty.last_day = self.first_day.data, self.last_day.data
        else:
            duty.weekday = int(self.when.data)
        return duty


class WriteBackForm(FlaskForm):
    """What the recipient of a handover did."""

    words = TextAreaField(
        _l("What was done?"),
        [DataRequired(_l("Write what was done.")), Length(max=2000, message=_l("At most %(max)d letters."))],
    )


class RenderingForm(FlaskForm):
    """What an interpreter writes of an entry."""

    words = TextAreaField(
        _l("In the other language"),
        [
            DataRequired(_l("Write what is said.")),
            Length(max=2 * MAX_WORDS_CHARACTERS, message=_l("At most %(max)d letters.")),
        ],
    )


class YearThemeForm(AgreedThemeForm):
    """A sentence about a topic of a year of reports."""

    topic = RadioField(_l("What is it about?"), [InputRequired(_l("Choose what it is about."))])

    @classmethod
    def about(cls, topics: Sequence[str], languages: Sequence[str]) -> "YearThemeForm":
        """The form with the topics that qualify."""
        form = cls.in_languages(languages)
        form.topic.choices = [SelectChoice(pick.code, pick.words) for pick in TOPICS if pick.code in topics]
        return form
