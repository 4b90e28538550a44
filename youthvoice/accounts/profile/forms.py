"""Forms of one's own pages: shape and error words, no I/O."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, EqualTo, Length

from youthvoice.accounts.form_checks import LONGEST_CODE, LONGEST_PASSWORD, refuse_weak_password, refuse_wrong_address
from youthvoice.accounts.mail.addresses import LONGEST
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED


class OwnForm(FlaskForm):
    """The language of one's staff pages, and where to write to."""

    language = SelectField(
        lazy_gettext("Language of these pages"),
        choices=[SelectChoice(code, LANGUAGES[code].name) for code in TRANSLATED],
    )
    mail = StringField(lazy_gettext("E-mail address"), [Length(max=LONGEST)])
    picture = SelectField(lazy_gettext("Your picture for children"))

    def validate_mail(self, field: StringField) -> None:
        """One plain address, or none."""
        refuse_wrong_address(field.data or "")


class PasswordForm(FlaskForm):
    """One's own new password."""

    current = PasswordField(
        lazy_gettext("Password until now"),
        [DataRequired(lazy_gettext("Type the password you have now.")), Length(max=LONGEST_PASSWORD)],
    )
    new = PasswordField(
        lazy_gettext("New password"), [DataRequired(lazy_gettext("Type a new password.")), Length(max=LONGEST_PASSWORD)]
    )
    again = PasswordField(
        lazy_gettext("New password once more"), [EqualTo("new", lazy_gettext("The two new passwords differ."))]
    )
    hers: Sequence[str] = ()

    def validate_new(self, field: PasswordField) -> None:
        """Another one, and hard to guess, also for somebody who knows her."""
        if field.data and _letters(field.data) == _letters(self.current.data or ""):
            raise ValidationError(_("This is the password you have now. Choose another one."))
        refuse_weak_password(field.data or "", self.hers)


def _letters(password: str) -> str:
    """What is left of a password without capitals and signs: who knows one knows the other."""
    return "".join(sign for sign in password.casefold() if sign.isalnum())


class CodesForm(FlaskForm):
    """Set one's codes up, or change something about them."""

    password = PasswordField(
        lazy_gettext("Your password"),
        [DataRequired(lazy_gettext("Type the password you have now.")), Length(max=LONGEST_PASSWORD)],
    )
    code = StringField(
        lazy_gettext("The code that your telephone shows now"),
        [DataRequired(lazy_gettext("Type the six digits.")), Length(max=LONGEST_CODE)],
    )
    secret = HiddenField()
