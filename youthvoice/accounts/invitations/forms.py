"""Forms of invitations: shape and error words, no I/O."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
    widgets,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from youthvoice.access import role_labels as roles
from youthvoice.accounts import labels as words
from youthvoice.accounts import rules
from youthvoice.accounts.form_checks import LONGEST_PASSWORD, refuse_weak_password, refuse_wrong_address
from youthvoice.accounts.mail.addresses import LONGEST
from youthvoice.accounts.people.handles import HANDLE, handle_for


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
        refuse_wrong_address(field.data or "")


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
        refuse_weak_password(field.data or "", (*self.hers, self.handle.data or ""))

    def taken(self) -> None:
        """Somebody signs in with this name; she reads it only after her link was found good."""
        self.handle.errors = [_("Somebody signs in with this name already. Choose another one.")]


class AgainForm(FlaskForm):
    """A new invitation for somebody who holds no keys; a coordinator gives it alone."""
