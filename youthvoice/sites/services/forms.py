"""The form of a service: shape and error words."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from youthvoice.sites.forms import Ticks
from youthvoice.sites.services.labels import KINDS
from youthvoice.web.i18n.languages import LANGUAGES

_NUMBER = Regexp(r"^[0-9+*#() -]*$", message=_l("Only digits, spaces and + - ( ) * #."))


def _short(most: int) -> Length:
    return Length(max=most, message=_l("At most %(max)d letters."))


class ServiceForm(FlaskForm):
    """Whom to ask, for what, in which languages, and when that was last so."""

    site = SelectField(_l("Site"), coerce=int)
    name = StringField(_l("Name"), [DataRequired(_l("Type the name of the service.")), _short(120)])
    kind = SelectField(_l("What for"), choices=[SelectChoice(code, words) for code, words in KINDS.items()])
    phone = StringField(_l("Telephone"), [DataRequired(_l("Type the number.")), _short(40), _NUMBER])
    address = StringField(_l("Where it is"), [Optional(), _short(200)])
    languages = Ticks(
        _l("Languages"), [Optional()], choices=[SelectChoice(code, one.name) for code, one in LANGUAGES.items()]
    )
    verified_on = DateField(_l("Last verified on"), [Optional()])
    today: date | None = None

    def validate_verified_on(self, field: Field) -> None:
        """It was asked in the past."""
        if field.data and self.today and field.data > self.today:
            raise ValidationError(_("This day has not come yet."))

    def values(self) -> dict[str, object]:
        """Columns of the service by name, but for its site."""
        return {
            "name": (self.name.data or "").strip(),
            "kind": self.kind.data,
            "phone": (self.phone.data or "").strip(),
            "address": (self.address.data or "").strip(),
            "languages": list(self.languages.data or []),
            "verified_on": self.verified_on.data,
        }
