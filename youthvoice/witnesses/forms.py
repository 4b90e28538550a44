"""Forms of the outside addresses: shape and error words, no I/O."""

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from youthvoice.mail.messages import is_plain_address, plain_address
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED


class WitnessForm(FlaskForm):
    """An address of another organisation."""

    address = StringField(
        _l("Mail address outside"),
        [DataRequired(_l("Write the mail address.")), Length(max=254)],
    )
    language = SelectField(
        _l("Language of the notes"),
        choices=[SelectChoice(code, LANGUAGES[code].name) for code in TRANSLATED],
    )

    def validate_address(self, field: StringField) -> None:
        """One plain address."""
        if not is_plain_address(field.data):
            raise ValidationError(_l("This is no mail address."))
        field.data = plain_address(field.data)


class SeenWitnessForm(FlaskForm):
    """What somebody saw when she pressed the button."""

    seen = HiddenField()


CONFIRM_REFUSAL_LABELS: Final = {
    "same_person": _l("You entered it. Somebody else confirms it, so that nobody chooses alone."),
    "both_inside": _l("One of the two must be an outside recipient. Ask her to confirm it."),
}
"""Why somebody cannot confirm an address."""
