"""Forms of the outside addresses: shape and error words, no I/O."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from youthvoice.mail.messages import NotAnAddress, plain_address
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED


class WitnessForm(FlaskForm):
    """An address of another organisation."""

    address = StringField(
        lazy_gettext("Mail address outside"),
        [DataRequired(lazy_gettext("Write the mail address.")), Length(max=254)],
    )
    language = SelectField(
        lazy_gettext("Language of the notes"),
        choices=[SelectChoice(code, LANGUAGES[code].name) for code in TRANSLATED],
    )

    def validate_address(self, field: StringField) -> None:
        """One plain address."""
        try:
            field.data = plain_address(field.data)
        except NotAnAddress:
            raise ValidationError(lazy_gettext("This is no mail address.")) from None


class SeenWitnessForm(FlaskForm):
    """What somebody saw when she pressed the button."""

    seen = HiddenField()


def not_confirmed(code: str) -> str:
    """Why somebody cannot confirm an address."""
    if code == "same_person":
        return str(_("You entered it. Somebody else confirms it, so that nobody chooses alone."))
    return str(_("One of the two must be an outside recipient. Ask her to confirm it."))
