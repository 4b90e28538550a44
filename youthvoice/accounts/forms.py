"""Forms of people, invitations, requests to a second adult, and one's own account: fields and error texts, no I/O.

Nobody types a password into another person's browser: what two adults decide waits as a request, see `agreement`.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Final, Self

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Optional

from youthvoice.access.permissions import ADVOCATE, ROLE_LABELS
from youthvoice.accounts import labels, rules
from youthvoice.accounts.labels import PASSWORD_REFUSAL_LABELS
from youthvoice.accounts.people.person_names import tidy_name, why_not_name
from youthvoice.accounts.store import Person
from youthvoice.mail.messages import MAX_ADDRESS_CHARACTERS, is_plain_address
from youthvoice.mail.sms import MAX_NUMBER_CHARACTERS, NotANumber, plain_number
from youthvoice.privacy.credentials.passwords import find_weakness
from youthvoice.privacy.credentials.second_factors import SecondFactors
from youthvoice.sites.site_choice import SiteChoiceForm, SitesField
from youthvoice.web.form_fields import CheckboxesField
from youthvoice.web.i18n.languages import LANGUAGES, STAFF_LANGUAGES

_NOBODY: Final = 0
MAX_PASSWORD_CHARACTERS: Final = 500
MAX_CODE_CHARACTERS: Final = 40
MAX_KEY_ANSWER_CHARACTERS: Final = 16 * 1024
MAX_KEY_NAME_CHARACTERS: Final = 40


def _password(label: Any, needed: Any) -> PasswordField:
    """A password field, with the error text for an empty one."""
    return PasswordField(label, [DataRequired(needed), Length(max=MAX_PASSWORD_CHARACTERS)])


def _require_second(form: Form, field: SelectField) -> None:  # noqa: ARG001 - as WTForms calls it
    if field.data == _NOBODY or field.data not in {choice.value for choice in field.choices or ()}:
        raise ValidationError(_("Choose who agrees with you."))


class SecondAdultForm(Form):
    """Mix this into a form that needs a second adult; call `offer_second` before it is validated or shown."""

    second = SelectField(
        _l("Who agrees with you?"), coerce=int, default=_NOBODY, validate_choice=False, validators=[_require_second]
    )

    def offer_second(self, people: Iterable[Person]) -> None:
        """Offer the people who may agree, as `list_possible_seconds` found them; no other choice is valid."""
        select_choices = [SelectChoice(person.id, f"{person.name} · {ROLE_LABELS[person.role]}") for person in people]
        choose = SelectChoice(_NOBODY, _("Choose") if select_choices else _("Nobody here may agree yet"))
        self.second.choices = [choose, *select_choices]


MAX_REFUSAL_CHARACTERS: Final = 300


class ComparisonForm(FlaskForm):
    """Somebody compared a key face to face; `seen` holds the digest of the key whose pictures the form showed."""

    seen = HiddenField()
    same = BooleanField(
        _l("We sat side by side, and all eight pictures are the same, in the same order."),
        [InputRequired(_l("Tick this only when you have compared all eight."))],
    )


class MetForm(FlaskForm):
    """An advocate met somebody; `seen` holds the digest of that person's key when the form was shown."""

    seen = HiddenField()
    met = BooleanField(
        _l("I have met her, and she signed in here before my eyes."),
        [InputRequired(_l("Tick this only when you have met her yourself."))],
    )


class TrainingForm(FlaskForm):
    """The last day of somebody's training."""

    trained_until = DateField(_l("Trained until"), [Optional()])


class InterpreterForm(FlaskForm):
    """What an interpreter speaks, and where she works besides."""

    languages = CheckboxesField(
        _l("Which languages does she speak?"),
        [DataRequired(_l("Choose at least one."))],
        choices=[SelectChoice(code, language.name) for code, language in LANGUAGES.items()],
    )
    works_at = CheckboxesField(_l("Does she work in one of these houses?"), coerce=int)


class RefuseRequestForm(FlaskForm):
    """Why a second adult does not agree."""

    reason = StringField(
        _l("Why not?"),
        [DataRequired(_l("Say why, in a few words.")), Length(max=MAX_REFUSAL_CHARACTERS)],
    )


class AdvocateLeaveForm(SecondAdultForm, FlaskForm):
    """An advocate leaves only if another advocate agrees: advocates are independent of managers."""

    @classmethod
    def of(cls, may_agree: Iterable[Person], leaving_id: int) -> Self:
        """The form, with the other advocates of the same sites."""
        form = cls()
        form.offer_second(person for person in may_agree if person.role == ADVOCATE and person.id != leaving_id)
        return form


class TwoReadersForm(SecondAdultForm, FlaskForm):
    """Two who choose readers agree, one of them an advocate; nobody agrees about their own account."""

    @classmethod
    def of(cls, may_agree: Iterable[Person], role: str, about_id: int) -> Self:
        """The form, with the people who may agree together with somebody of a role."""
        form = cls()
        form.offer_second(
            person for person in may_agree if person.id != about_id and not rules.why_not_agree([role, person.role])
        )
        return form


HANDLE_PATTERN: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,38}[a-z0-9])?")


def suggest_handle(name: str, taken: Container[str], otherwise: str = "person") -> str:
    """A free sign-in name of small Latin letters: from the first name, then with a number.

    Args:
        name: in any script.
        taken: handles that are in use.
        otherwise: the beginning if the name has no Latin letter.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    start = words[0][:30] if words else otherwise
    return next(
        handle for handle in (start, *(f"{start}-{number}" for number in range(2, 10_000))) if handle not in taken
    )


class PersonNameForm(Form):
    """Mix this into a form that gives somebody a name; set `names_in_use` before it is validated."""

    name = StringField(_l("Name"))
    names_in_use: Sequence[str] = ()

    def validate_name(self, field: StringField) -> None:
        """Refuse a name that people cannot read, or could mistake for another person's."""
        field.data = tidy_name(field.data or "")
        if refusal := why_not_name(field.data, self.names_in_use):
            raise ValidationError(labels.NAME_REFUSAL_LABELS[refusal])


class RenameForm(PersonNameForm, SecondAdultForm, FlaskForm):
    """A new name for oneself, to which a second adult agrees."""


class InviteForm(PersonNameForm, SiteChoiceForm):
    """An invitation."""

    names_invited: Sequence[str] = ()
    role = SelectField(_l("Role"), validate_choice=False)
    sites = SitesField(_l("For which sites?"), validators=[InputRequired(_l("Choose at least one site."))])
    mail = StringField(_l("E-mail address"), [Length(max=MAX_ADDRESS_CHARACTERS)])

    by = ""

    def offer(self, by: str, sites: Mapping[int, str]) -> None:
        """Set the choices.

        Args:
            by: the role of the person who invites.
            sites: id and name of each site of that person.
        """
        self.by = by
        self.role.choices = [SelectChoice(role, ROLE_LABELS[role]) for role in rules.roles_invited_by(by)]
        self.sites.offer(sites)
        if len(sites) == 1 and not self.is_submitted():
            self.sites.data = [*sites]

    def validate_name(self, field: StringField) -> None:
        """Refuse a name that is in use, or that another invitation has."""
        super().validate_name(field)
        if why_not_name(field.data or "", self.names_invited):
            raise ValidationError(labels.NAME_REFUSAL_LABELS["invited"])

    def validate_role(self, field: SelectField) -> None:
        """Refuse a role that the caller may not invite: managers do not choose key holders, nor the other way round."""
        if refusal := rules.why_not_invited(field.data or "", self.by):
            raise ValidationError(labels.INVITE_REFUSAL_LABELS[refusal])

    def validate_mail(self, field: StringField) -> None:
        """Accept one plain address, or none."""
        refuse_wrong_address(field.data or "")


class AcceptInvitationForm(FlaskForm):
    """What a person chooses who accepts an invitation."""

    handle = StringField(_l("Sign-in name"), [Length(max=80)])
    new = _password(_l("Password"), _l("Type a password."))
    again = PasswordField(_l("Password once more"), [EqualTo("new", _l("The two passwords differ."))])
    personal_words: Sequence[str] = ()

    def for_guest(self, name: str, handle: str | None, sites: Sequence[str]) -> None:
        """Fill the form for the guest; a person who already has an account keeps the sign-in name."""
        self.personal_words = (name, *sites)
        if handle is not None:
            self.handle.data = handle
        elif not self.is_submitted():
            self.handle.data = suggest_handle(name, ())

    def validate_handle(self, field: StringField) -> None:
        """Small Latin letters, so that every keyboard can type it; if left empty, made from the name."""
        field.data = (field.data or "").strip().casefold() or suggest_handle(self.personal_words[0], ())
        if not HANDLE_PATTERN.fullmatch(field.data):
            raise ValidationError(_("Use small Latin letters, digits, dots and hyphens; at most 40."))

    def validate_new(self, field: PasswordField) -> None:
        """Refuse a password that is easy to guess, also for somebody who knows this person."""
        refuse_weak_password(field.data or "", (*self.personal_words, self.handle.data or ""))

    def refuse_taken_handle(self) -> None:
        """Refuse a sign-in name that is in use; shown only after the link was found valid."""
        self.handle.errors = [_("Somebody signs in with this name already. Choose another one.")]


def refuse_wrong_address(address: str) -> None:
    """Refuse a text that is not one plain address; an empty one passes.

    Raises:
        ValidationError: with words for the page.
    """
    if address.strip() and not is_plain_address(address):
        raise ValidationError(_("This is not an e-mail address, such as name@example.org."))


def refuse_weak_password(password: str, personal_words: Sequence[str]) -> None:
    """Refuse a password that is easy to guess, also for somebody who knows this person.

    Raises:
        ValidationError: with what helps.
    """
    if refusal := find_weakness(password, personal_words):
        raise ValidationError(PASSWORD_REFUSAL_LABELS[refusal])


class ProfileForm(FlaskForm):
    """The language of one's staff pages, one's mail address and one's picture."""

    language = SelectField(
        _l("Language of these pages"),
        choices=[SelectChoice(code, LANGUAGES[code].name) for code in STAFF_LANGUAGES],
    )
    mail = StringField(_l("E-mail address"), [Length(max=MAX_ADDRESS_CHARACTERS)])
    telephone = StringField(_l("Telephone for text messages"), [Length(max=MAX_NUMBER_CHARACTERS)])
    picture = SelectField(_l("Your picture for children"))

    def validate_mail(self, field: StringField) -> None:
        """Accept one plain address, or none."""
        refuse_wrong_address(field.data or "")

    def validate_telephone(self, field: StringField) -> None:
        """Accept one number with the code of its country, or none."""
        try:
            plain_number(field.data) if field.data and field.data.strip() else None
        except NotANumber:
            raise ValidationError(
                _("This is not a number such as +91 98765 43210: + and the code of the country come first.")
            ) from None


class NewPasswordForm(FlaskForm):
    """A new password for oneself."""

    current = _password(_l("Password until now"), _l("Type the password you have now."))
    new = _password(_l("New password"), _l("Type a new password."))
    again = PasswordField(_l("New password once more"), [EqualTo("new", _l("The two new passwords differ."))])
    personal_words: Sequence[str] = ()

    def validate_new(self, field: PasswordField) -> None:
        """Refuse the old password and one that is easy to guess, also for somebody who knows this person."""
        if field.data and _letters(field.data) == _letters(self.current.data or ""):
            raise ValidationError(_("This is the password you have now. Choose another one."))
        refuse_weak_password(field.data or "", self.personal_words)


def _letters(password: str) -> str:
    """The password without capitals and signs: a person who knows one guesses the other."""
    return "".join(sign for sign in password.casefold() if sign.isalnum())


class PasskeyAnswerForm(FlaskForm):
    """What a browser sends of a passkey: what it made of a new one, or the answer of one."""

    key_answer = HiddenField(validators=[Length(max=MAX_KEY_ANSWER_CHARACTERS)])
    key_challenge = HiddenField(validators=[Length(max=MAX_KEY_ANSWER_CHARACTERS)])


class KeyForm(PasskeyAnswerForm):
    """Show a second factor: a passkey's answer, or a code."""

    code = StringField(_l("One-time code"), [Length(max=MAX_CODE_CHARACTERS)])
    asks = True

    def ask_for(self, second_factors: SecondFactors) -> None:
        """Ask for one of these, if there is any; call it before the form is validated or shown."""
        self.asks = bool(second_factors)
        if second_factors and not second_factors.secret:
            self.code.label.text = _("Recovery code")

    def validate_code(self, field: StringField) -> None:
        """Ask for either."""
        if self.asks and not field.data and not self.key_answer.data:
            raise ValidationError(_("Type a code, or touch your key."))


class SecondFactorForm(KeyForm):
    """Change something about one's second factors: the password again, and one of them."""

    password = _password(_l("Your password"), _l("Type the password you have now."))


class NewPasskeyForm(SecondFactorForm):
    """Name a passkey or security key before it is added."""

    name = StringField(
        _l("What do you call it?"),
        [DataRequired(_l("Type a name, such as “My telephone”.")), Length(max=MAX_KEY_NAME_CHARACTERS)],
    )

    def validate_name(self, field: StringField) -> None:
        """Refuse a name that nobody could read in the list."""
        if not (field.data or "").isprintable():
            raise ValidationError(_("Type a name, such as “My telephone”."))


class OneTimeCodesForm(SecondFactorForm):
    """Set up one's one-time codes; the answer of a passkey, if there is one already."""

    code = StringField(
        _l("The code that your telephone shows now"),
        [DataRequired(_l("Type the six digits.")), Length(max=MAX_CODE_CHARACTERS)],
    )
    secret = HiddenField()

    def ask_for(self, second_factors: SecondFactors) -> None:
        """Ask for the answer of a passkey, if there is one; the code is that of the telephone."""
        self.asks = bool(second_factors)

    def validate_code(self, field: StringField) -> None:  # noqa: ARG002 - as WTForms calls it
        """Ask for the answer of a passkey, if there is one."""
        if self.asks and not self.key_answer.data:
            raise ValidationError(_("Touch your key first."))


class SignInForm(FlaskForm):
    """Sign-in name, password, and a one-time code if the account has them."""

    handle = StringField(_l("Sign-in name"), [DataRequired(_l("Type your sign-in name.")), Length(max=80)])
    password = _password(_l("Password"), _l("Type your password."))
    code = StringField(_l("One-time code"), [Length(max=MAX_CODE_CHARACTERS)])


class OwnLeaveForm(FlaskForm):
    """Leaving needs the password again: a session that was left open ends no account."""

    password = _password(_l("Your password"), _l("Type the password you have now."))
