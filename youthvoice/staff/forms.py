"""Forms of the staff room: shape and error words, no I/O."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
    widgets,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from youthvoice.access import roles
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE
from youthvoice.privacy.password_strength import weakness
from youthvoice.staff import rules, words
from youthvoice.staff.mail_addresses import LONGEST, NotAnAddress, plain_address
from youthvoice.staff.naming import HANDLE, handle_for
from youthvoice.staff.people import OnePerson
from youthvoice.staff.second import SecondAdultForm
from youthvoice.web.languages import LANGUAGES, TRANSLATED

LONGEST_PASSWORD = 500
LONGEST_CODE = 40


class SignInForm(FlaskForm):
    """Name, password, and a code for whoever has them."""

    handle = StringField(
        lazy_gettext("Sign-in name"), [DataRequired(lazy_gettext("Type your sign-in name.")), Length(max=80)]
    )
    password = PasswordField(
        lazy_gettext("Password"), [DataRequired(lazy_gettext("Type your password.")), Length(max=LONGEST_PASSWORD)]
    )
    code = StringField(lazy_gettext("One-time code"), [Length(max=LONGEST_CODE)])


class InviteForm(FlaskForm):
    """Somebody who is invited."""

    name = StringField(
        lazy_gettext("Name"),
        [
            DataRequired(lazy_gettext("Type the name as others know it.")),
            Length(max=80, message=lazy_gettext("At most 80 letters.")),
        ],
    )
    role = SelectField(lazy_gettext("Role"), validate_choice=False)
    sites = SelectMultipleField(
        lazy_gettext("Works at"),
        coerce=int,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        validators=[InputRequired(lazy_gettext("Choose at least one site."))],
    )
    mail = StringField(lazy_gettext("E-mail address"), [Length(max=LONGEST)])

    by = ""

    def offer(self, by: str, sites: Sequence[tuple[int, str]]) -> None:
        """What there is to choose from.

        Args:
            by: the role of whoever invites.
            sites: id and name of each of hers.
        """
        self.by = by
        self.role.choices = [SelectChoice(role, roles.words(role)) for role in rules.invited_by(by)]
        self.sites.choices = [SelectChoice(str(site_id), name) for site_id, name in sites]
        if len(sites) == 1 and not self.is_submitted():
            self.sites.data = [sites[0][0]]

    def validate_role(self, field: SelectField) -> None:
        """Who holds keys to children's words is not chosen by managers, and the other way round."""
        if refusal := rules.why_not_invited(field.data or "", self.by):
            raise ValidationError(words.not_invited(refusal))

    def validate_mail(self, field: StringField) -> None:
        """One plain address, or none."""
        _refuse_wrong_address(field.data or "")


def _refuse_wrong_address(address: str) -> None:
    try:
        if address.strip():
            plain_address(address)
    except NotAnAddress:
        raise ValidationError(_("This is not an e-mail address, such as name@example.org.")) from None


def _refuse_weak_password(password: str, hers: Sequence[str]) -> None:
    if refusal := weakness(password, hers):
        raise ValidationError(words.not_password(refusal))


class JoinForm(FlaskForm):
    """What whoever accepts an invitation chooses."""

    handle = StringField(lazy_gettext("Sign-in name"), [Length(max=80)])
    new = PasswordField(
        lazy_gettext("Password"), [DataRequired(lazy_gettext("Type a password.")), Length(max=LONGEST_PASSWORD)]
    )
    again = PasswordField(
        lazy_gettext("Password once more"), [EqualTo("new", lazy_gettext("The two passwords differ."))]
    )
    hers: Sequence[str] = ()

    def for_guest(self, name: str, handle: str | None, sites: Sequence[str]) -> None:
        """Whose account it will be; somebody who is there already keeps what she signs in with."""
        self.hers = (name, *sites)
        if handle is not None:
            self.handle.data = handle
        elif not self.is_submitted():
            self.handle.data = handle_for(name, ())

    def validate_handle(self, field: StringField) -> None:
        """Of small Latin letters, so that every keyboard types it; left empty, made from the name."""
        field.data = (field.data or "").strip().casefold() or handle_for(self.hers[0], ())
        if not HANDLE.fullmatch(field.data):
            raise ValidationError(_("Use small Latin letters, digits, dots and hyphens; at most 40."))

    def validate_new(self, field: PasswordField) -> None:
        """Hard to guess, also for somebody who knows her."""
        _refuse_weak_password(field.data or "", (*self.hers, self.handle.data or ""))

    def taken(self) -> None:
        """Somebody signs in with this name; she reads it only after her link was found good."""
        self.handle.errors = [_("Somebody signs in with this name already. Choose another one.")]


class ComparisonForm(FlaskForm):
    """Somebody compared a key face to face."""

    same = BooleanField(
        lazy_gettext("We sat side by side, and all eight pictures are the same, in the same order."),
        [InputRequired(lazy_gettext("Tick this only when you have compared all eight."))],
    )


class AgainForm(FlaskForm):
    """A new invitation for somebody who holds no keys; a coordinator gives it alone."""

    def signed(self, caller: Caller, person: OnePerson) -> bool:  # noqa: ARG002 - as ReaderAgainForm
        """Nobody else has to agree."""
        return True


class ReaderAgainForm(SecondAdultForm, FlaskForm):
    """A new invitation for somebody who holds keys: two who choose readers sign, one of them an advocate."""

    def signed(self, caller: Caller, person: OnePerson) -> bool:
        """Whether a second one signed; runs Argon2."""
        second = self.second_signer(caller.person_id, person.site_ids)
        if second is None:
            return False
        refusal = rules.why_not_two([caller.role, second.role])
        if second.person_id == person.person_id:
            refusal = "herself"
        if refusal:
            self.second_handle.errors = [*self.second_handle.errors, words.not_two(refusal)]
        return refusal is None


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


class LeaveForm(FlaskForm):
    """A coordinator alone lets people leave."""

    def agreed(self, leaving_id: int, site_ids: Collection[int]) -> bool:  # noqa: ARG002 - as AdvocateLeaveForm
        """Nobody else has to agree."""
        return True


class AdvocateLeaveForm(SecondAdultForm, FlaskForm):
    """An advocate leaves only when another advocate agrees: they are independent of managers."""

    def agreed(self, leaving_id: int, site_ids: Collection[int]) -> bool:
        """Whether another advocate of the same sites signed; runs Argon2."""
        return self.signed_by(leaving_id, site_ids, ADVOCATE) is not None


class OwnForm(FlaskForm):
    """The language of one's staff pages, and where to write to."""

    language = SelectField(
        lazy_gettext("Language of these pages"),
        choices=[SelectChoice(code, LANGUAGES[code].name) for code in TRANSLATED],
    )
    mail = StringField(lazy_gettext("E-mail address"), [Length(max=LONGEST)])

    def validate_mail(self, field: StringField) -> None:
        """One plain address, or none."""
        _refuse_wrong_address(field.data or "")


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
        """Hard to guess, also for somebody who knows her."""
        _refuse_weak_password(field.data or "", self.hers)
