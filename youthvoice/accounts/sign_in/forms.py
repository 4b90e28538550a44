"""Forms of signing in and of one's own page: shape and error words, no I/O."""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, EqualTo, Length

from youthvoice.accounts.labels import PASSWORD_REFUSAL_LABELS
from youthvoice.accounts.mail import MAX_ADDRESS_CHARACTERS
from youthvoice.mail.messages import is_plain_address
from youthvoice.privacy.credentials.passwords import find_weakness
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED

MAX_PASSWORD_CHARACTERS = 500


MAX_CODE_CHARACTERS = 40


def refuse_wrong_address(address: str) -> None:
    """Take one plain address, or none.

    Raises:
        ValidationError: with words for the page.
    """
    if address.strip() and not is_plain_address(address):
        raise ValidationError(_("This is not an e-mail address, such as name@example.org."))


def refuse_weak_password(password: str, hers: Sequence[str]) -> None:
    """Take what is hard to guess, also for somebody who knows her.

    Raises:
        ValidationError: with what helps.
    """
    if refusal := find_weakness(password, hers):
        raise ValidationError(PASSWORD_REFUSAL_LABELS[refusal])


class ProfileForm(FlaskForm):
    """The language of one's staff pages, and where to write to."""

    language = SelectField(
        _l("Language of these pages"),
        choices=[SelectChoice(code, LANGUAGES[code].name) for code in TRANSLATED],
    )
    mail = StringField(_l("E-mail address"), [Length(max=MAX_ADDRESS_CHARACTERS)])
    picture = SelectField(_l("Your picture for children"))

    def validate_mail(self, field: StringField) -> None:
        """One plain address, or none."""
        refuse_wrong_address(field.data or "")


class NewPasswordForm(FlaskForm):
    """One's own new password."""

    current = PasswordField(
        _l("Password until now"),
        [DataRequired(_l("Type the password you have now.")), Length(max=MAX_PASSWORD_CHARACTERS)],
    )
    new = PasswordField(
        _l("New password"),
        [DataRequired(_l("Type a new password.")), Length(max=MAX_PASSWORD_CHARACTERS)],
    )
    again = PasswordField(_l("New password once more"), [EqualTo("new", _l("The two new passwords differ."))])
    hers: Sequence[str] = ()

    def validate_new(self, field: PasswordField) -> None:
        """Another one, and hard to guess, also for somebody who knows her."""
        if field.data and _letters(field.data) == _letters(self.current.data or ""):
            raise ValidationError(_("This is the password you have now. Choose another one."))
        refuse_weak_password(field.data or "", self.hers)


def _letters(password: str) -> str:
    """What is left of a password without capitals and signs: who knows one knows the other."""
    return "".join(sign for sign in password.casefold() if sign.isalnum())


class OneTimeCodesForm(FlaskForm):
    """Set one's codes up, or change something about them."""

    password = PasswordField(
        _l("Your password"),
        [DataRequired(_l("Type the password you have now.")), Length(max=MAX_PASSWORD_CHARACTERS)],
    )
    code = StringField(
        _l("The code that your telephone shows now"),
        [DataRequired(_l("Type the six digits.")), Length(max=MAX_CODE_CHARACTERS)],
    )
    secret = HiddenField()


class SignInForm(FlaskForm):
    """Name, password, and a code for whoever has them."""

    handle = StringField(_l("Sign-in name"), [DataRequired(_l("Type your sign-in name.")), Length(max=80)])
    password = PasswordField(
        _l("Password"),
        [DataRequired(_l("Type your password.")), Length(max=MAX_PASSWORD_CHARACTERS)],
    )
    code = StringField(_l("One-time code"), [Length(max=MAX_CODE_CHARACTERS)])


class OwnLeaveForm(FlaskForm):
    """Whoever leaves by herself types her password once more: a session that was left open ends no account."""

    password = PasswordField(
        _l("Your password"),
        [DataRequired(_l("Type the password you have now.")), Length(max=MAX_PASSWORD_CHARACTERS)],
    )
