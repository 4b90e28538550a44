"""Forms of the log and of the witness addresses."""

from datetime import date, timedelta
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Form, HiddenField, IntegerField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from youthvoice.mail.messages import MAX_ADDRESS_CHARACTERS, is_plain_address, plain_address
from youthvoice.web.i18n.languages import LANGUAGES, STAFF_LANGUAGES
from youthvoice.witnesses.log_actions import KIND_LABELS
from youthvoice.witnesses.log_page import MAX_PERIOD, LogQuery

_USUAL: Final = timedelta(days=30)

_KINDS: Final = [
    SelectChoice("", _l("All that is mine")),
    *(SelectChoice(code, words) for code, words in KIND_LABELS.items()),
]


class WitnessForm(FlaskForm):
    """A mail address of another organisation."""

    address = StringField(
        _l("Mail address outside"),
        [DataRequired(_l("Write the mail address.")), Length(max=MAX_ADDRESS_CHARACTERS)],
    )
    language = SelectField(
        _l("Language of the notes"),
        choices=[SelectChoice(code, LANGUAGES[code].name) for code in STAFF_LANGUAGES],
    )

    def validate_address(self, field: StringField) -> None:
        """A single plain address."""
        if not is_plain_address(field.data):
            raise ValidationError(_l("This is no mail address."))
        field.data = plain_address(field.data)


class SeenWitnessForm(FlaskForm):
    """The version of the address that the caller saw when pressing the button."""

    seen = HiddenField()


class LogFilterForm(Form):
    """Kind and days of the log lines to show. Empty means the last month; a longer time is cut."""

    kind = SelectField(_l("Show"), choices=_KINDS, validate_choice=False)
    first = DateField(_l("From"), [Optional()])
    last = DateField(_l("Until, that day too"), [Optional()])
    page = IntegerField(validators=[Optional(), NumberRange(1, 100_000)])
    today: date  # UTC; set before `query` is called

    def validate_kind(self, field: SelectField) -> None:
        """An existing kind, or all."""
        if field.data and field.data not in KIND_LABELS:
            raise ValidationError(_l("Choose from the list."))

    def query(self) -> LogQuery:
        """The filter as a value."""
        last = min(self.last.data or self.today, self.today)
        first = min(self.first.data or last - _USUAL, last)
        return LogQuery(max(first, last - MAX_PERIOD), last, self.kind.data or "", self.page.data or 1)


CONFIRM_REFUSAL_LABELS: Final = {
    "same_person": _l("You entered it. Somebody else confirms it, so that nobody chooses alone."),
    "both_inside": _l("One of the two must be an outside recipient. Ask her to confirm it."),
}
"""Why a person cannot confirm an address."""
